/**
 * Two runs on one function and its role end as if one had run after the other (promise P9): what is there is what some order
 * of them leaves when nobody disturbs them, and both report what is true.
 */

import { isDeepStrictEqual } from 'node:util'
import type { StepResult } from '../../local/runner/step'
import {
  type Attempt,
  comparable,
  differences,
  inForce,
  type Inputs,
  withoutEndpoint,
} from './disturbed-step'
import { oursIn } from './outsiders'
import type { OtherRun } from './other-runs'
import { inStack, type StackWorld } from './stack-world'
import { functionsOf } from './world'

/** Functions, roles and policies, with aliases by what their versions are made of: numbers depend on who publishes first. */
export type Whole = ReturnType<typeof wholeState>

export function wholeState(world: StackWorld) {
  const { functions, roles, policies } = inForce(comparable(world))
  const made = (name: string, version: string) =>
    version === '$LATEST'
      ? version
      : withoutEndpoint(world, oursIn(world.aws.lambda.version(name, version)))
  return {
    roles,
    policies: Object.fromEntries(
      Object.entries(policies).map(([arn, document]) => [arn, { document }]),
    ),
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, fn]) => [
        name,
        {
          ...fn,
          aliases: Object.fromEntries(
            Object.entries(fn.aliases).map(([alias, version]) => [alias, made(name, version)]),
          ),
        },
      ]),
    ),
  }
}

/** What is there without a run, and after runs that nobody disturbs, one after the other. */
export interface Orders {
  readonly found: Whole
  readonly step: Whole
  readonly other: Whole
  readonly stepThenOther: Whole
  readonly otherThenStep: Whole
}

export async function ordersOf(
  attempt: Attempt,
  other: (given: Inputs) => Inputs,
): Promise<Orders> {
  const [found, step, stepThenOther] = await statesOf(attempt, (inputs) => [inputs, other(inputs)])
  const [, alone, otherThenStep] = await statesOf(attempt, (inputs) => [other(inputs), inputs])
  return { found, step, other: alone, stepThenOther, otherThenStep }
}

async function statesOf(
  attempt: Attempt,
  runs: (inputs: Inputs) => readonly [Inputs, Inputs],
): Promise<readonly [Whole, Whole, Whole]> {
  let states: readonly [Whole, Whole, Whole] | undefined
  await inStack(async (world) => {
    const inputs = await attempt.prepare(world)
    const settled = async (given: Inputs) => {
      await world.main(given)
      world.aws.iam.settle()
      return wholeState(world)
    }
    world.aws.iam.settle()
    const found = wholeState(world)
    const [first, second] = runs(inputs)
    const afterFirst = await settled(first)
    states = [found, afterFirst, await settled(second)]
  })
  if (states === undefined) throw new Error('the runs did not run')
  return states
}

export interface TwoRuns {
  readonly orders: Orders
  readonly now: Whole
  readonly step: StepResult
  readonly other: OtherRun
  /** The other run went on beside the step, and may have ended after it. */
  readonly isBeside: boolean
  /** The step has read the function since the other run began. */
  readonly isSeen: boolean
}

export function judgedTwoRuns(runs: TwoRuns): readonly string[] {
  const { other, step, isBeside, isSeen } = runs
  return [
    ...endFaults(runs),
    ...endedFaults('the step', step),
    ...endedFaults('the other run', other.main),
    ...(other.post.exitCode === 0 ? [] : ['the post step of the other run fails']),
    // What ended first cannot know what came later.
    ...(isSeen ? statusFaults('the step', step, runs, isBeside ? other.main : undefined) : []),
    ...(isBeside ? statusFaults('the other run', other.main, runs, step) : []),
  ]
}

/** In which of these states the function may end, by who has succeeded. */
function endFaults(runs: TwoRuns): readonly string[] {
  const { orders, now: all, step, other } = runs
  const now = withoutNamedGrants(all, [step, other.main])
  const { found, stepThenOther, otherThenStep } = orders
  const both = [stepThenOther, otherThenStep]
  const possible = [
    ...both,
    ...(step.exitCode === 0 ? [] : [orders.other]),
    ...(other.main.exitCode === 0 ? [] : [orders.step]),
    ...(step.exitCode === 0 || other.main.exitCode === 0 ? [] : [found]),
  ]
  if ([now, all].some((one) => possible.some((state) => isDeepStrictEqual(state, one)))) return []
  if (isRolledBackUnderOther(now, found, possible, runs)) return []
  const texts = possible.map((state) => `(${differences(state, now)})`)
  return [`lost: no order of the two runs leaves this: it differs by ${texts.join(' or ')}`]
}

/**
 * The step has failed and rolled back what it wrote, after the other run has come to its end on it: docs/runners.md names it.
 * What the other has changed stays, and is named.
 */
function isRolledBackUnderOther(
  now: Whole,
  found: Whole,
  possible: readonly Whole[],
  { step, isBeside }: TwoRuns,
): boolean {
  const one = functionsOfStep(step).find(({ status }) => status === 'rolled-back')
  const [was, is] = [found.functions['orders'], now.functions['orders']]
  if (one === undefined || isBeside || was === undefined || is === undefined) return false
  const [, named = ''] = /so left unchanged: (.*)$/.exec(one.detail ?? '') ?? []
  const stays = named.split(', ')
  const rest = (variables: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(variables).filter(([name]) => !stays.includes(name)))
  return (
    isDeepStrictEqual(is.layers, was.layers) &&
    isDeepStrictEqual(rest(is.variables), rest(was.variables)) &&
    possible.some(
      ({ roles, policies }) =>
        isDeepStrictEqual(roles, now.roles) && isDeepStrictEqual(policies, now.policies),
    )
  )
}

function functionsOfStep(step: StepResult): ReturnType<typeof functionsOf> {
  return step.outputs['functions'] === undefined ? [] : functionsOf(step)
}

/**
 * A run that removes Rotel while log rights are taken out of the role knows not what the role allowed before. The minimal
 * grant that it gives stays beside what a rollback restores, and is named.
 */
function withoutNamedGrants(state: Whole, results: readonly StepResult[]): Whole {
  const told = results.flatMap(({ annotations }) => annotations.map(({ message }) => message))
  const isNamed = (policy: string) =>
    policy.startsWith('ClickStackLambda-grant-logs-') &&
    told.some((message) => message.includes(policy))
  return {
    ...state,
    roles: Object.fromEntries(
      Object.entries(state.roles).map(([name, role]) => [
        name,
        {
          ...role,
          inline: Object.fromEntries(
            Object.entries(role.inline).filter(([policy]) => !isNamed(policy)),
          ),
        },
      ]),
    ),
  }
}

/** @param beside what ran at the same time, and may have changed it later */
function statusFaults(
  who: string,
  result: StepResult,
  { now, orders }: TwoRuns,
  beside: StepResult | undefined,
): readonly string[] {
  const hasRotel = now.functions['orders']?.layers.some((layer) => /rotel-extension/.test(layer))
  const isLater = (statuses: RegExp) =>
    beside !== undefined && statusesIn(beside).some((status) => statuses.test(status))
  return statusesIn(result).flatMap((status) => {
    if (/^(instrumented|unchanged)$/.test(status) && hasRotel !== true && !isLater(/^removed$/)) {
      return [`${who}: ${status}, and without Rotel`]
    }
    // After it has removed Rotel a step reads functions only to learn who shares the role.
    const cameAfter =
      isDeepStrictEqual(now, orders.stepThenOther) || isLater(/^(instrumented|unchanged)$/)
    if (status === 'removed' && hasRotel === true && !cameAfter) {
      return [`${who}: removed, and with Rotel`]
    }
    return []
  })
}

function statusesIn(result: StepResult): readonly string[] {
  return result.outputs['functions'] === undefined
    ? []
    : functionsOf(result).map(({ status }) => status)
}

/** Whoever runs it, a step ends by itself and says why it has failed. */
export function endedFaults(who: string, result: StepResult): readonly string[] {
  const isEnded = result.exitCode === 0 || result.exitCode === 1
  const hasError = result.annotations.some(({ level }) => level === 'error')
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  return [
    ...(isEnded ? [] : [`${who} ends with ${String(result.exitCode)}`]),
    ...(result.exitCode === 1 && !hasError ? [`${who} shows no error`] : []),
    ...(functions.some(({ reason }) => reason === 'unexpected-error')
      ? [`${who} has an unexpected error`]
      : []),
  ]
}
