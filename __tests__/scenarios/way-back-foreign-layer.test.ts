/**
 * `mode: remove` of a function whose Rotel layer is not, or no longer, known to be ours: what is ours leaves, the layer is
 * not a reason to put it back.
 */

import { expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { mayLog, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, inWorld, ROTEL_X86, statusesOf } from './world'

const ORDERS = { functions: 'orders' }
const REMOVE = { functions: 'orders', mode: 'remove' }

test('a function that had the layer already keeps it, and loses what this action has set', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, layers: [ROTEL_X86] })
    const found = stateOf(world)
    expect(statusesOf(await main(ORDERS))).toEqual(['orders: written no-verifier'])
    expect(aws.lambda.get('orders').layers).toEqual([ROTEL_X86])

    const removed = await main(REMOVE)
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(removed.exitCode).toBe(0)
    expect(removed.outputs['changed']).toBe('true')
    expect(stateOf(world)).toEqual(found)
    expect(aws.lambda.get('orders').writes).toBe(2)
  }))

test('a function that had the layer already and whose logs are disabled may log again', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, layers: [ROTEL_X86] })
    const found = stateOf(world)
    const dark = watchForDarkness(world)
    const applied = await main({ ...ORDERS, 'cloudwatch-logs': 'deny' })
    expect(statusesOf(applied)).toEqual(['orders: instrumented'])
    const removed = await main(REMOVE)
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(stateOf(world)).toEqual(found)
    expect(dark.moments).toEqual([])
  }))

test('after a deploy that reset only the variables, it is removed', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    await main(ORDERS)
    aws.lambda.changeAsSomebodyElse('orders', { variables: FOREIGN })
    const removed = await main(REMOVE)
    expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
    expect(removed.exitCode).toBe(0)
    expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
  }))

test('after such a deploy and another apply, it is removed', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    await main(ORDERS)
    aws.lambda.changeAsSomebodyElse('orders', { variables: FOREIGN })
    expect(statusesOf(await main(ORDERS))).toEqual(['orders: written no-verifier'])
    const removed = await main(REMOVE)
    expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
    expect(removed.exitCode).toBe(0)
    expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
  }))

test('after such a deploy of a function whose logs are disabled, it may log again', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    await main({ ...ORDERS, 'cloudwatch-logs': 'deny' })
    aws.lambda.changeAsSomebodyElse('orders', { variables: FOREIGN })
    const removed = await main(REMOVE)
    expect(statusesOf(removed)).toEqual([expect.stringMatching(/^orders: removed/)])
    expect(removed.exitCode).toBe(0)
    expect(mayLog(world, 'orders')).toBe(true)
    expect(stateOf(world).roles).toEqual(found.roles)
    expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
  }))
