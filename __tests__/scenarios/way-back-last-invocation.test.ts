/**
 * The invocation after `mode: remove` informs. Rotel comes back only for a fault that its removal can cause: in an outage,
 * whoever wants to be rid of it is.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { inStack } from './stack-world'
import { expectTruth, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const ORDERS = { functions: 'orders' }
const REMOVE = { functions: 'orders', mode: 'remove' }

/** What keeps the function from answering, whether or not it carries Rotel. */
const FAULTS: Readonly<Record<string, (aws: LocalAws) => void>> = {
  'whose handler throws': (aws) =>
    aws.lambda.setHandler('orders', { failure: { kind: 'throws', errorMessage: 'out of order' } }),
  'that runs into its timeout': (aws) => aws.lambda.setHandler('orders', { durationMs: 31_000 }),
  'that has no concurrency': (aws) =>
    aws.lambda.changeAsSomebodyElse('orders', { reservedConcurrency: 0 }),
  'that may not be invoked': (aws) => aws.caller.deny('lambda:InvokeFunction'),
  'whose invocation is not answered': (aws) =>
    aws.faults.add({ operation: 'Invoke', count: Infinity, fault: { kind: 'reset' } }),
}

describe('a function', () => {
  test.each(Object.entries(FAULTS))('%s is removed, with a warning', (_, disturb) =>
    inWorld(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = stateOf(world)
      expect(statusesOf(await main(ORDERS))).toEqual(['orders: written no-verifier'])
      const before = stateOf(world)
      disturb(aws)
      const removed = await main(REMOVE)
      expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
      expect(removed.exitCode).toBe(0)
      expect(stateOf(world)).toEqual(found)
      expectTruth(removed, before, found)
      expect(functionsOf(removed)[0]?.changed).toBe(true)
      expect(removed.annotations.map(({ level }) => level)).not.toContain('error')
    }),
  )

  test('whose handler throws and whose logs are disabled is removed, and may log again', () =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      const applied = await main({ ...ORDERS, 'cloudwatch-logs': 'deny' })
      expect(statusesOf(applied)).toEqual(['orders: instrumented'])
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      const removed = await main(REMOVE)
      expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
      expect(removed.exitCode).toBe(0)
      expect(stateOf(world)).toEqual(found)
      expect(dark.moments).toEqual([])
    }))

  test('whose own wrapper is no longer there gets Rotel back', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const theirs = aws.lambda.layers.publish({ name: 'tracer', files: ['/opt/trace'] })
      aws.lambda.createFunction({
        name: 'orders',
        variables: { ...FOREIGN, AWS_LAMBDA_EXEC_WRAPPER: '/opt/trace' },
        layers: [theirs],
      })
      const applied = await main({
        ...ORDERS,
        'auto-instrumentation': 'auto',
        'wrapper-conflict': 'replace',
      })
      expect(statusesOf(applied)).toEqual(['orders: written no-verifier'])
      aws.lambda.changeAsSomebodyElse('orders', {
        layers: aws.lambda.get('orders').layers.filter((arn) => arn !== theirs),
      })
      const before = stateOf(world)
      const result = await main(REMOVE)
      expect(statusesOf(result)).toEqual(['orders: rolled-back wrapper-missing'])
      expect(result.exitCode).toBe(1)
      expect(stateOf(world)).toEqual(before)
      expectTruth(result, before, stateOf(world))
    }))
})
