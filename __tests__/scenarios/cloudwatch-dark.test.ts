/** A Deny that an earlier run left on a function without a working Rotel: found in every mode, repaired in apply. */

import { describe, expect, test } from '@jest/globals'
import { stateOf } from './cloudwatch-watch'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const DENY = { functions: 'orders', 'cloudwatch-logs': 'deny' }
const KEEP = { functions: 'orders' }

/** A deploy of somebody's has taken Rotel away, and left the Deny. */
async function inTheDark(
  scenario: (world: StackWorld & { readonly found: ReturnType<typeof stateOf> }) => Promise<void>,
): Promise<void> {
  await inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
    aws.lambda.changeAsSomebodyElse('orders', { layers: [], variables: FOREIGN })
    aws.calls.clear()
    await scenario({ ...world, found })
  })
}

describe('a function that a deploy has left dark', () => {
  test('fails verify, is shown by plan, and neither writes anything', () =>
    inTheDark(async ({ aws, main }) => {
      for (const inputs of [KEEP, DENY]) {
        const verified = await main({ ...inputs, mode: 'verify' })
        expect(statusesOf(verified)).toEqual(['orders: dark rotel-missing'])
        expect(verified.exitCode).toBe(1)
        const planned = await main({ ...inputs, mode: 'plan' })
        expect(statusesOf(planned)).toEqual(['orders: planned'])
        expect(planned.outputs['plan']).toContain('is dark')
      }
      expect(aws.calls.count('DeleteRolePolicy')).toBe(0)
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('gets its CloudWatch Logs back, and Rotel, in apply', () =>
    inTheDark(async ({ aws, main, found }) => {
      const result = await main(KEEP)
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(aws.iam.get('orders-role')).toEqual(found.role)
    }))

  test('is disabled again only when it is proven again', () =>
    inTheDark(async ({ aws, main }) => {
      expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
      const order = aws.calls.all().map(({ operation }) => operation)
      expect(order.indexOf('DeleteRolePolicy')).toBeLessThan(order.indexOf('PutRolePolicy'))
      expect(order.indexOf('Invoke')).toBeLessThan(order.indexOf('PutRolePolicy'))
      expect(Object.keys(aws.iam.get('orders-role').inline)).toHaveLength(1)
    }))

  test('gets its CloudWatch Logs back though Rotel cannot be attached any more', () =>
    inTheDark(async ({ aws, main, found }) => {
      aws.lambda.changeAsSomebodyElse('orders', { runtime: 'python3.9' })
      const result = await main(DENY)
      expect(statusesOf(result)).toEqual(['orders: blocked unsupported-runtime'])
      expect(aws.iam.get('orders-role')).toEqual(found.role)
    }))

  test('is freed by remove', () =>
    inTheDark(async (world) => {
      const result = await world.main({ ...KEEP, mode: 'remove' })
      expect(statusesOf(result)).toEqual(['orders: removed'])
      expect(stateOf(world)).toEqual(world.found)
    }))
})

test('a function whose telemetry stopped coming is dark for verify, and gets CloudWatch Logs back in apply', () =>
  inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    const { role } = stateOf({ aws })
    await main(DENY)
    aws.lambda.blockEgress('orders')
    // Rows of the last 24 hours would do otherwise.
    const short = { 'verify-timeout': '3', 'verify-level': 'invocation' }
    const seen = await main({ ...DENY, ...short, mode: 'verify' })
    expect(statusesOf(seen)).toEqual(['orders: dark rotel-missing'])
    const repaired = await main({ ...DENY, ...short })
    expect(functionsOf(repaired)[0]).toMatchObject({ status: 'unproven' })
    expect(aws.iam.get('orders-role')).toEqual(role)
  }))

test('whether a Deny is left is shown as not checked where it may not be seen', () =>
  inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    aws.caller.deny('iam:*')
    const result = await main(KEEP)
    expect(statusesOf(result)).toEqual(['orders: instrumented'])
    expect(result.summary).toContain('not checked for 1 of 1 functions')
  }))
