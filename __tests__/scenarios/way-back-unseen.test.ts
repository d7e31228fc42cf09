/**
 * IAM does not say whether a function may log again: Rotel stays on it, and what the step says is left on the role is what
 * is left there.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import type { StepResult } from '../../local/runner/step'
import { killAt, nth } from './killed-at'
import { inStack, type StackWorld } from './stack-world'
import { expectTruth, leftOfOurs, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, functionsOf, statusesOf } from './world'

const SIMULATE = 'iam:SimulatePrincipalPolicy'
const DENY = { functions: 'orders', 'cloudwatch-logs': 'deny' }
const REMOVE = { functions: 'orders', mode: 'remove' }
const POLICY = /ClickStackLambda-deny-logs-[0-9a-f]{16}/

const aFunction = (
  scenario: (
    world: StackWorld & {
      readonly found: ReturnType<typeof stateOf>
      readonly dark: ReturnType<typeof watchForDarkness>
    },
  ) => Promise<void>,
) =>
  inStack(async (world) => {
    world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    const dark = watchForDarkness(world)
    await scenario({ ...world, found, dark })
    expect(dark.moments).toEqual([])
  })

/** From this call on nobody is told what IAM would decide. */
function simulatorFailsFrom(aws: LocalAws, operation: string): void {
  const stop = aws.onWorkDone((call) => {
    if (call.operation !== operation) return
    aws.caller.deny(SIMULATE)
    stop()
  })
}

/** Who reads that a policy has to be deleted by hand must find it. */
function expectLeftIsNamed(world: StackWorld, text: string): void {
  const isThere = leftOfOurs(world).some((left) => POLICY.test(left))
  expect({ isThere, isNamed: POLICY.test(text) }).toEqual({ isThere, isNamed: isThere })
}

const wordsOf = (result: StepResult) =>
  [
    ...result.annotations.map(({ message }) => message),
    ...(result.outputs['functions'] === undefined
      ? []
      : functionsOf(result).map(({ detail }) => detail ?? '')),
  ].join('\n')

test('a rollback ends as failed, and the post step finishes it when IAM answers again', () =>
  aFunction(async (world) => {
    const { aws, main, post, found } = world
    aws.onWorkDone(({ operation }) => {
      if (operation === 'PutRolePolicy') aws.lambda.blockEgress('orders')
    })
    simulatorFailsFrom(aws, 'DeleteRolePolicy')
    const before = stateOf(world)
    const result = await main({ ...DENY, 'verify-timeout': '6' })
    expect(statusesOf(result)).toEqual(['orders: failed restore-not-seen'])
    expect(result.exitCode).toBe(1)
    expect(aws.lambda.get('orders').layers).toHaveLength(1)
    expectTruth(result, before, stateOf(world))
    expectLeftIsNamed(world, wordsOf(result))

    aws.caller.allowAll()
    const finished = await post(result.state)
    expect(finished.exitCode).toBe(0)
    expect(stateOf(world)).toEqual(found)
  }))

test('the post step leaves Rotel on the function, and a later one finishes', () =>
  aFunction(async (world) => {
    const { aws, main, post, found } = world
    const killer = killAt(aws, 'after', nth('PutRolePolicy', 1))
    const killed = await main(DENY, killer)
    killer.stop()
    expect(killed.killedBy).toBe('SIGKILL')
    simulatorFailsFrom(aws, 'DeleteRolePolicy')
    const interrupted = await post(killed.state)
    expect(interrupted.exitCode).toBe(1)
    expect(aws.lambda.get('orders').layers).toHaveLength(1)
    expectLeftIsNamed(world, wordsOf(interrupted))

    aws.caller.allowAll()
    const finished = await post(killed.state)
    expect(finished.exitCode).toBe(0)
    expect(stateOf(world)).toEqual(found)
  }))

describe('`mode: remove`', () => {
  test('is blocked before it writes anything where the simulator may not be asked', () =>
    aFunction(async (world) => {
      const { aws, main, found } = world
      expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
      const before = stateOf(world)
      aws.caller.deny(SIMULATE)
      const refused = await main(REMOVE)
      expect(statusesOf(refused)).toEqual(['orders: blocked simulation-failed'])
      expect(refused.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(before)
      expectTruth(refused, before, stateOf(world))

      aws.caller.allowAll()
      expect(statusesOf(await main(REMOVE))).toEqual(['orders: removed'])
      expect(stateOf(world)).toEqual(found)
    }))

  test('leaves Rotel on the function where the simulator fails after the Deny was deleted', () =>
    aFunction(async (world) => {
      const { aws, main, found } = world
      expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
      const before = stateOf(world)
      simulatorFailsFrom(aws, 'DeleteRolePolicy')
      const result = await main(REMOVE)
      expect(statusesOf(result)).not.toEqual([expect.stringContaining('orders: removed')])
      expect(result.exitCode).toBe(1)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      expectTruth(result, before, stateOf(world))
      expectLeftIsNamed(world, wordsOf(result))

      aws.caller.allowAll()
      expect(statusesOf(await main(REMOVE))).toEqual(['orders: removed'])
      expect(stateOf(world)).toEqual(found)
    }))
})
