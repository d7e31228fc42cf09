/** Two jobs run the same step on one function at the same time: both end well, and neither takes away what the other made. */

import { expect, test } from '@jest/globals'
import { inStack, type StackWorld } from './stack-world'
import { nth } from './killed-at'
import { publishAlias, remove } from './step-attempts'
import { comparable, type Inputs } from './disturbed-step'
import { mayLog } from './way-back-state'
import { statusesOf } from './world'

/** The other job's step runs while a call of this one waits for its answer. */
async function meanwhile(
  { aws, main, anotherJob }: StackWorld,
  inputs: Inputs,
  isMoment: Parameters<StackWorld['aws']['onWorkDone']>[0] extends (call: infer Call) => unknown
    ? (call: Call) => boolean
    : never,
) {
  let others: readonly string[] | undefined
  const stop = aws.onWorkDone(async (call) => {
    if (others !== undefined || !isMoment(call)) return
    others = []
    others = statusesOf(await anotherJob.main(inputs))
  })
  const result = await main(inputs)
  stop()
  return { result, others }
}

const DONE = ['orders: instrumented']

test('with `cloudwatch-logs: remove`, what the role allowed before is not forgotten', () =>
  inStack(async (world) => {
    const inputs = await remove.prepare(world)
    const { result, others } = await meanwhile(world, inputs, nth('GetFunction', 1))
    expect(others).toEqual(DONE)
    expect(statusesOf(result).join()).toMatch(/^orders: (instrumented|unchanged)$/)
    const { variables } = world.aws.lambda.get('orders')
    expect(variables['CLICKSTACK_LAMBDA']).toMatch(/;c=remove$/)
    const removed = await world.main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(mayLog(world, 'orders')).toBe(true)
  }))

test('with `publish-alias`, a version that is the same is the one that was proven', () =>
  inStack(async (world) => {
    const inputs = await publishAlias.prepare(world)
    const { result, others } = await meanwhile(world, inputs, nth('UpdateFunctionConfiguration', 1))
    expect({ others, ours: statusesOf(result) }).toEqual({ others: DONE, ours: DONE })
    const { aliases, layers } = world.aws.lambda.get('orders')
    expect(aliases['live']).toBe('2')
    expect(layers).toHaveLength(2)
    const [warning] = result.annotations.filter(({ message }) => message.includes('live'))
    expect(warning?.message).toContain('another run has moved live to version 2, which is the same')
  }))

test('what the other job has configured and disabled before the first look at IAM is not dark', () =>
  inStack(async (world) => {
    const inputs = await publishAlias.prepare(world)
    const { result, others } = await meanwhile(world, inputs, nth('GetFunction', 1))
    expect(others).toEqual(DONE)
    expect(statusesOf(result).join()).toMatch(/^orders: (instrumented|unchanged)$/)
    expect(JSON.stringify(result.annotations)).not.toContain('dark')
    const now = comparable(world)
    expect(Object.keys(now.roles['orders-role']?.inline ?? {})).toContainEqual(
      expect.stringMatching(/deny-logs/),
    )
  }))
