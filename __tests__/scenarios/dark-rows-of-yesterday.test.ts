/**
 * The telemetry of a function whose CloudWatch Logs are disabled has stopped coming. Rows of the last 24 hours prove nothing
 * of it (section 3 of the contract): only rows of this run do, and without them the logs are restored.
 */

import { describe, expect, test } from '@jest/globals'
import { roleState, watchEverybody } from './cloudwatch-watch'
import { disablingBy, type Way, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { pretend } from './telemetry-rows'
import { FOREIGN, functionsOf, statusesOf } from './world'

const KEEP = { functions: 'orders', 'verify-timeout': '4' }
const YESTERDAY_MS = 20 * 3_600_000

/** Logs disabled and proven to be; then the function's next environment reaches ClickStack no more. */
async function lost(world: StackWorld, way: Way) {
  const { aws, main } = world
  aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
  const found = roleState(world)
  const dark = watchEverybody(world)
  const again = { ...KEEP, ...disablingBy(world, way) }
  const first = await main({ ...again, 'verify-timeout': '8' })
  expect(statusesOf(first)).toEqual(['orders: instrumented'])
  await pretend(world, { body: 'done', at: Date.now() - YESTERDAY_MS })
  aws.lambda.retireEnvironments('orders')
  aws.lambda.blockEgress('orders')
  return { found, dark, again }
}

describe.each(WAYS)('after `%s`, a cold start in this run from which nothing arrives', (way) => {
  test.each([
    ['the same inputs', true],
    ['`cloudwatch-logs: keep`', false],
  ])('with %s ends unproven, and the logs are restored', (_, isRepeated) =>
    inStack(async (world) => {
      const { aws, main } = world
      const { found, dark, again } = await lost(world, way)
      const result = await main(isRepeated ? again : KEEP)
      expect(functionsOf(result)[0]).toMatchObject({ status: 'unproven', changed: true })
      expect(result.exitCode).toBe(1)
      expect(dark.instants).toEqual([])
      // What `remove` took away is known from its restore file only: a grant of the least stands in for it.
      if (way !== 'remove') expect(roleState(world)).toEqual(found)
      const written = aws.logs.events('/aws/lambda/orders').length
      await aws.lambda.traffic('orders', { cold: true })
      expect(aws.logs.events('/aws/lambda/orders').length).toBeGreaterThan(written)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }),
  )

  test('is not called right by `verify`, which writes nothing', () =>
    inStack(async (world) => {
      const { main } = world
      await lost(world, way)
      const before = roleState(world)
      const result = await main({ ...KEEP, mode: 'verify' })
      expect(functionsOf(result)[0]?.status).toMatch(/^(unproven|dark)$/)
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(before)
    }))
})

test('where logs were never disabled, a cold start from which nothing arrives is not proven by older rows', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = roleState(world)
    expect(statusesOf(await main({ ...KEEP, 'verify-timeout': '8' }))).toEqual([
      'orders: instrumented',
    ])
    aws.lambda.retireEnvironments('orders')
    aws.lambda.blockEgress('orders')
    const result = await main(KEEP)
    expect(functionsOf(result)[0]).toMatchObject({ status: 'unproven', changed: false })
    expect(result.exitCode).toBe(1)
    expect(roleState(world)).toEqual(found)
  }))
