/**
 * Each permission of each policy that docs/permissions.md prints is needed, named when it is missing, and its absence costs
 * nothing. A run is made with exactly the printed policies, and again with one permission less: an action taken away, an entry
 * of `Resource` or all of its scope, a condition that names something else. Then the post step runs. What it cannot undo without
 * the permission is named, and undone once the permission is there again. An independent judge allows the calls of the first
 * run, and refuses what Local AWS refuses to the others.
 *
 * A plain test run tries a few, others by each number of a workflow run; `npm run campaign:permissions` tries all, and proves
 * that each permission is needed. PERMISSIONS_LIKE: only policies whose title matches it; PERMISSIONS_TOLD=1 prints each run.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { fastTime } from '../../local/runner/fast-time'
import type { StepResult } from '../../local/runner/step'
import type { Policy } from '../../scripts/printed-policies'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import { inParallel } from './disturbed-step'
import { permitOfJudge, refusalOfJudge } from './judged-caller'
import { type Trial, trialsOf } from './permission-trials'
import { type Ended, withoutNamedVersions } from './same-end'
import {
  type FeatureWorld,
  type Inputs,
  PRINTED,
  type Printed,
  type PrintedCase,
} from './printed-features'
import { inStack } from './stack-world'
import { saysUnchecked, UNCHECKED } from './unchecked'
import { type FoundState, stateOf, watchForDarkness } from './way-back-state'
import { functionsOf, inWorld, statusesOf } from './world'

const TIMES_FASTER = 4
const AT_ONCE = Number(process.env['PERMISSIONS_AT_ONCE'] ?? '3')
const ASKED = process.env['PERMISSIONS'] === undefined ? undefined : 'all'
const LIMIT_MS = 3_600_000
/** Policies and trials of a plain test run: a run takes one to three seconds. */
const POLICIES_OF_A_PART = 2

/** Calls on which both evaluators have decided, each once with the same policies. */
const judgedCalls = new Set<string>()

/** Registers a test for each policy, or for some of them in a plain test run. */
export function testPermissions(): void {
  const like = new RegExp(process.env['PERMISSIONS_LIKE'] ?? '')
  const all = PRINTED.filter(({ title }) => like.test(title))
  const policies = partOf(ASKED, Math.ceil(all.length / POLICIES_OF_A_PART))
  const chosen = all.filter((_, at) => policies.has(at))
  test.each(chosen.map((printed) => [printed.title, printed] as const))(
    'of the policy for %s, each permission is needed, named when it is missing, and no function is lost without it',
    async (_, printed) => {
      const trials = trialsOf(printed.policy)
      const part = partOf(ASKED, trials.length)
      await expectPermissionsNeeded(
        printed,
        trials.filter((_one, at) => part.has(at)),
      )
    },
    LIMIT_MS,
  )
}

async function expectPermissionsNeeded(
  { title, cases }: Printed,
  trials: readonly Trial[],
): Promise<void> {
  const wrong: string[] = []
  const judgedBefore = judgedCalls.size
  const needed = new Set<Trial>()
  let runs = 0
  const clean = new Map<PrintedCase, Clean>()
  await inParallel(AT_ONCE, cases, async (one) => {
    const ended = await cleanRun(one)
    clean.set(one, ended)
    runs += 1
    wrong.push(...ended.parted.map((what) => `${one.title}: ${what}`))
  })
  const pairs = trials.flatMap((trial) => cases.map((one) => ({ trial, one })))
  await inParallel(AT_ONCE, pairs, async ({ trial, one }) => {
    const wanted = clean.get(one)
    if (wanted === undefined) return
    const outcome = await outcomeOf(one, trial, wanted)
    runs += 1
    if (outcome.isNeeded) needed.add(trial)
    wrong.push(...outcome.wrong.map((what) => `${one.title}, ${trial.title}: ${what}`))
    if (process.env['PERMISSIONS_TOLD'] === '1') {
      process.stdout.write(`  ${one.title}, ${trial.title}: ${outcome.told}\n`)
    }
  })
  const unneeded = trials.filter((trial) => !needed.has(trial))
  if (ASKED === 'all') wrong.push(...unneeded.map((trial) => `${trial.title}: nothing changes`))
  process.stdout.write(
    `Permissions of ${title}: ${String(trials.length)} taken away in ${String(runs)} runs, ${String(needed.size)} proven needed\n`,
  )
  recordFigures('least privilege', {
    'permissions proven minimal': [...needed].filter(({ kind }) => kind === 'action').length,
    'scopes and conditions proven enforced': [...needed].filter(({ kind }) => kind === 'scope')
      .length,
    runs,
    'calls judged by both': judgedCalls.size - judgedBefore,
    'functions left dark': wrong.filter((what) => what.includes('dark: ')).length,
    'states lost': wrong.filter((what) => what.includes('neither as found nor')).length,
  })
  expect(wrong).toEqual([])
}

interface Clean {
  readonly wanted: FoundState
  readonly statuses: readonly string[]
  readonly exitCode: number | null
  readonly unchecked: readonly string[]
  /** Everything that the run has said. */
  readonly said: string
  /** Calls on which the judge decides otherwise. */
  readonly parted: readonly string[]
}

/** A world in which the case is next, and time runs faster: some runs wait for what will not come. */
async function inCase(
  one: PrintedCase,
  scenario: (world: FeatureWorld, inputs: Inputs) => Promise<void>,
): Promise<void> {
  const { clock, env } = fastTime(TIMES_FASTER)
  const begin = async (world: FeatureWorld) => {
    const inputs = await one.prepare(world)
    world.aws.iam.settle()
    world.aws.calls.clear()
    await scenario(world, inputs)
  }
  if (one.needsStack) {
    const clockAheadMs = () => clock.now() - Date.now()
    await inStack(begin, { aws: { clock }, clickStack: { clockAheadMs }, env })
    return
  }
  await inWorld(
    (world) =>
      begin({
        ...world,
        main: (inputs, step) => world.main(inputs, { ...step, env }),
        post: (state, step) => world.post(state, { ...step, env }),
      }),
    { clock },
  )
}

async function cleanRun(one: PrintedCase): Promise<Clean> {
  let clean: Clean | undefined
  await inCase(one, async ({ aws, main }, inputs) => {
    aws.caller.allowOnly(one.policies)
    aws.caller.used()
    const result = await main(inputs, { debug: false })
    clean = {
      parted: await partedOn(aws, one.policies),
      wanted: comparable({ aws }),
      statuses: statusesOf(result),
      exitCode: result.exitCode,
      unchecked: uncheckedOf(result),
      said: `${result.stdout}\n${result.summary}`,
    }
  })
  if (clean === undefined) throw new Error(`${one.title} did not run`)
  return clean
}

interface TrialOutcome {
  readonly isNeeded: boolean
  readonly wrong: readonly string[]
  readonly told: string
}

async function outcomeOf(one: PrintedCase, trial: Trial, clean: Clean): Promise<TrialOutcome> {
  let outcome: TrialOutcome | undefined
  const printed = one.policies[one.at]
  await inCase(one, async (world, inputs) => {
    const { aws, main, post } = world
    const found = comparable({ aws })
    const dark = watchForDarkness({ aws })
    // An action may stand in another policy of the caller too: then it is taken from there as well.
    const narrowed = one.policies.map((policy) => ({
      ...policy,
      Statement: policy.Statement.flatMap((statement) =>
        statement.Effect === 'Deny'
          ? [statement]
          : (trial.narrow(statement, policy === printed) ?? []),
      ),
    }))
    aws.caller.allowOnly(narrowed)
    aws.caller.used()
    const result = await main(inputs, { debug: false })
    const told = shown(result)
    const ended = await post(result.state, { debug: false })
    aws.iam.settle()
    dark.look('the post step')
    const parted = await partedOn(aws, narrowed)
    const isNamed = namedIn(result, trial.actions)
    const differs = !isDeepStrictEqual(
      [statusesIn(result), result.exitCode, uncheckedOf(result)],
      [clean.statuses, clean.exitCode, clean.unchecked],
    )
    const compared = (state: FoundState) => withoutNamedVersions(state, result)
    const left = () =>
      strangers(compared(comparable({ aws })), [compared(found), compared(clean.wanted)])
    const strange = left()
    // Once the permission is there again, the post step finishes what it could not, and the same step what its mode was to do.
    aws.caller.allowOnly(one.policies)
    const later: StepResult[] = []
    for (const repair of [
      () => post(result.state, { debug: false }),
      () => main(inputs, { debug: false }),
    ]) {
      if (left().length === 0) break
      later.push(await repair())
      aws.iam.settle()
      dark.look('a step with the permission')
    }
    outcome = {
      isNeeded: isNamed && trial.actions.some((action) => !clean.said.includes(action)),
      told,
      wrong: [
        ...parted,
        ...(differs && !isNamed ? [`no permission is named [${told}]`] : []),
        ...(differs && result.exitCode === 0 && !saysUnchecked(result)
          ? [`it succeeds, and does not say what was not checked [${told}]`]
          : []),
        // What it cannot undo without the permission, it says.
        ...(ended.exitCode === 0 || trial.actions.some((action) => ended.stdout.includes(action))
          ? []
          : [`the post step ends so: ${shown(ended)}`]),
        ...dark.moments.map((moment) => `dark: ${moment}`),
        ...strange
          .filter((what) => !isTold(what, [result, ended]))
          .map((what) => `${what} is neither as found nor as wanted, and not named [${told}]`),
        ...left().map(
          (what) =>
            `${what} is neither as found nor as wanted, with the permission: ${later.map(shown).join(', then ')} [${told}]`,
        ),
      ],
    }
  })
  if (outcome === undefined) throw new Error(`${one.title} did not run`)
  return outcome
}

/** Calls on which the judge decides otherwise than Local AWS, of what the caller asked for with these policies. */
async function partedOn(
  { caller }: FeatureWorld['aws'],
  policies: readonly Policy[],
): Promise<readonly string[]> {
  const parted: string[] = []
  for (const [requests, judge] of [
    [caller.requests(), refusalOfJudge],
    [caller.refused(), permitOfJudge],
  ] as const) {
    for (const request of requests) {
      const part = await judge(policies, request)
      judgedCalls.add(JSON.stringify([policies, request]))
      if (part !== undefined) parted.push(`the judge decides otherwise: ${part}`)
    }
  }
  return parted
}

/** A failed function by its name and what else is left by its own, in the log of one of the steps. */
function isTold(what: string, steps: readonly StepResult[]): boolean {
  const name = what.replace(/^\w+\.(.*\/)?/, '')
  return steps.some(({ stdout, annotations }) => {
    const errors = annotations.map(({ message }) => message)
    return [stdout, ...errors].some((text) => text.includes(name))
  })
}

/** In the log, and where a reader looks first: the summary or an annotation. */
function namedIn(result: StepResult, actions: readonly string[]): boolean {
  const annotations = result.annotations.map(({ message }) => message).join('\n')
  return actions.some(
    (action) =>
      result.stdout.includes(action) &&
      (result.summary.includes(action) || annotations.includes(action)),
  )
}

/** Sentences about what was not checked, without what differs from run to run. */
function uncheckedOf({ summary }: StepResult): readonly string[] {
  // Whether there are earlier cold starts depends on the pace of the machine.
  const lines = summary
    .split('\n')
    .filter((line) => UNCHECKED.test(line) && !/its log group (does not|contains no)/.test(line))
  return lines.map((line) => line.replaceAll(/\d+(\.\d+)?/g, '0')).sort()
}

function statusesIn(result: StepResult): readonly string[] {
  return result.outputs['functions'] === undefined ? [] : statusesOf(result)
}

/** Without what differs from stack to stack. */
function comparable({ aws }: Pick<FeatureWorld, 'aws'>): FoundState {
  const text = JSON.stringify(stateOf({ aws }))
  return JSON.parse(text.replaceAll(/127\.0\.0\.1:\d+/g, 'loopback')) as FoundState
}

/** Functions, roles and policies that are neither as found nor as a run with all permissions leaves them. */
function strangers(now: Ended, ends: readonly Ended[]): readonly string[] {
  return (['functions', 'roles', 'policies'] as const).flatMap((kind) =>
    Object.entries(now[kind]).flatMap(([name, state]) =>
      ends.some((end) => isDeepStrictEqual(end[kind][name], state)) ? [] : [`${kind}.${name}`],
    ),
  )
}

function shown(result: StepResult): string {
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  return [
    `exit ${String(result.exitCode)}`,
    ...functions.map(({ name, status, reason = '', detail = '' }) =>
      `${name} ${status} ${reason}: ${detail}`.slice(0, 250),
    ),
    ...uncheckedOf(result),
    ...result.annotations.map(({ message }) => message),
  ]
    .join(' | ')
    .slice(0, 1200)
}
