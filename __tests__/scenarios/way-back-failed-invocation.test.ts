/**
 * A run finds a function whose CloudWatch Logs are disabled and whose invocation fails this once: that proves nothing
 * against its telemetry, so what an earlier run has proven and written stays.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { inStack } from './stack-world'
import { expectTruth, mayLog, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const once = (aws: LocalAws, fault: Parameters<LocalAws['faults']['add']>[0]['fault']) =>
  aws.faults.add({ operation: 'Invoke', fault })

/** What becomes of one invocation, and the reason that the run gives. */
const FAULTS: Readonly<Record<string, readonly [string, (aws: LocalAws) => unknown]>> = {
  'is answered by an error of Lambda’s': [
    'invoke-failed',
    (aws) => once(aws, { kind: 'server-error' }),
  ],
  'is not answered': ['invoke-failed', (aws) => once(aws, { kind: 'reset' })],
  'is refused for want of a right': [
    'invoke-denied',
    (aws) => aws.caller.deny('lambda:InvokeFunction'),
  ],
  'ends with an error of the handler’s': [
    'function-error',
    (aws) => aws.lambda.setHandler('orders', { failure: { kind: 'throws' } }),
  ],
  'runs into the function’s timeout': [
    'function-timeout',
    (aws) => aws.lambda.setHandler('orders', { durationMs: 31_000 }),
  ],
}

const KINDS = ['deny', 'remove'] as const
const cases = Object.entries(FAULTS).flatMap(([what, [reason, disturb]]) =>
  KINDS.map((kind) => [what, kind, reason, disturb] as const),
)

describe('an invocation that', () => {
  test.each(cases)('%s leaves `cloudwatch-logs: %s` in place: %s', (_, kind, reason, disturb) =>
    inStack(async (world) => {
      const { aws, main } = world
      const inputs = { functions: 'orders', 'cloudwatch-logs': kind }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const dark = watchForDarkness(world)
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      const before = stateOf(world)
      disturb(aws)
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual([`orders: unproven ${reason}`])
      expect(result.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(before)
      expectTruth(result, before, stateOf(world))
      expect(dark.moments).toEqual([])
    }),
  )
})

test('one failed invocation does not make a function dark for `verify`', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const inputs = { functions: 'orders', 'cloudwatch-logs': 'deny' }
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    await main(inputs)
    once(aws, { kind: 'server-error' })
    const result = await main({ ...inputs, mode: 'verify' })
    expect(statusesOf(result)).toEqual(['orders: unproven invoke-failed'])
    expect(result.exitCode).toBe(1)
  }))

test('a function whose telemetry does not arrive in this run gets its CloudWatch Logs back', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const inputs = { functions: 'orders', 'cloudwatch-logs': 'deny', 'verify-timeout': '6' }
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    await main({ ...inputs, 'verify-timeout': '20' })
    const before = stateOf(world)
    aws.lambda.retireEnvironments('orders')
    aws.lambda.blockEgress('orders')
    const result = await main(inputs)
    expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven/)])
    expect(mayLog(world, 'orders')).toBe(true)
    expect(stateOf(world).roles).toEqual(found.roles)
    expectTruth(result, before, stateOf(world))
  }))
