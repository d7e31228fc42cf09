/**
 * A run is interrupted between its edit of the role and the write to the function that would remember it: killed, or that
 * write fails. Whoever comes next knows by effect, not by the marker, that the logs are disabled.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { concealed, expectRemovedOrKept, roleState, watchEverybody } from './cloudwatch-watch'
import {
  deploy,
  disablingBy,
  killedAfter,
  loseRunner,
  ROLE_EDIT,
  type Way,
  WAYS,
} from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

const REMOVE = { functions: 'orders', mode: 'remove' }

function seeded(world: StackWorld, way: Way) {
  const { aws } = world
  aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
  return {
    found: { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) },
    dark: watchEverybody(world),
    inputs: { functions: 'orders', 'verify-timeout': '8', ...disablingBy(world, way) },
  }
}

/** Refuses each write to the function but the first one, until the faults are cleared. */
const refuseSecondWrite = (aws: LocalAws, count: number) =>
  aws.faults.add({
    operation: 'UpdateFunctionConfiguration',
    skip: 1,
    count,
    fault: {
      kind: 'error',
      name: 'InvalidParameterValueException',
      status: 400,
      message: 'The function cannot be changed now',
    },
  })

describe.each(WAYS)('`%s`, killed after the edit of the role', (way) => {
  const killed = (
    scenario: (
      world: StackWorld &
        ReturnType<typeof seeded> & { readonly state: Readonly<Record<string, string>> },
    ) => Promise<void>,
  ) =>
    inStack(async (world) => {
      const seed = seeded(world, way)
      const result = await world.main(
        seed.inputs,
        killedAfter(world, (operation) => operation === ROLE_EDIT[way]),
      )
      expect(result.killedBy).toBe('SIGKILL')
      await scenario({ ...world, ...seed, state: result.state })
    })

  test('the post step restores role and function', () =>
    killed(async (world) => {
      const { aws, post, state, found, dark } = world
      expect((await post(state)).exitCode).toBe(0)
      expect(dark.instants).toEqual([])
      expect(roleState(world)).toEqual(found.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
    }))

  test('without the post step, `mode: remove` restores the logs or keeps Rotel', () =>
    killed(async (world) => {
      loseRunner(world)
      expectRemovedOrKept(world, world.dark, await world.main(REMOVE))
    }))

  test('without the post step, a deploy that takes Rotel off is seen by `verify`', () =>
    killed(async (world) => {
      loseRunner(world)
      deploy(world)
      const result = await world.main({ functions: 'orders', mode: 'verify' })
      expect(statusesOf(result)).toEqual(['orders: dark rotel-missing'])
      expect(result.exitCode).toBe(1)
    }))

  test('without the post step, `mode: remove` after such a deploy does not end dark and green', () =>
    killed(async (world) => {
      loseRunner(world)
      deploy(world)
      expect(concealed(await world.main(REMOVE), world.dark)).toEqual([])
    }))

  test('without the post step, the same step again ends proven, and `mode: remove` after it is not dark', () =>
    killed(async (world) => {
      const { main, inputs, dark } = world
      loseRunner(world)
      const again = await main(inputs)
      expect({ dark: dark.instants, statuses: statusesOf(again) }).toEqual({
        dark: [],
        statuses: [expect.stringMatching(/^orders: (instrumented|unchanged)$/)],
      })
      expectRemovedOrKept(world, dark, await main(REMOVE))
    }))
})

describe.each(WAYS)('`%s`, and the second write to the function', (way) => {
  test('is refused once: role and function are restored', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, dark, found } = seeded(world, way)
      refuseSecondWrite(aws, 1)
      const result = await main(inputs)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: ['orders: rolled-back write-refused'],
      })
      expect(roleState(world)).toEqual(found.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
    }))

  test('is refused for good: the logs are restored, Rotel stays and is named', () =>
    inStack(async (world) => {
      const { aws, main, post } = world
      const { inputs, dark, found } = seeded(world, way)
      refuseSecondWrite(aws, Infinity)
      const result = await main(inputs)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: ['orders: failed rollback-failed'],
      })
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found.role)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)

      aws.faults.clear()
      expect((await post(result.state)).exitCode).toBe(0)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
    }))

  test('is made and its answer lost: proven, and `mode: remove` after it is not dark', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, dark } = seeded(world, way)
      const fault = { kind: 'lost-answer' } as const
      aws.faults.add({ operation: 'UpdateFunctionConfiguration', skip: 1, fault })
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      expectRemovedOrKept(world, dark, await main(REMOVE))
    }))

  test('is refused and IAM fails as well: Rotel stays, and the next `mode: remove` is not dark', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, dark } = seeded(world, way)
      refuseSecondWrite(aws, Infinity)
      let writes = 0
      const stop = aws.onCall(({ operation }) => {
        if (operation !== 'UpdateFunctionConfiguration' || ++writes < 2) return
        stop()
        aws.caller.deny('iam:*')
      })
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: failed /)])
      expect(result.exitCode).toBe(1)
      expect(dark.instants).toEqual([])

      aws.faults.clear()
      aws.caller.allowAll()
      loseRunner(world)
      expectRemovedOrKept(world, dark, await main(REMOVE))
    }))
})
