/** What a function shows is not what it runs, while an update by somebody else is in progress or after it failed. */

import { describe, expect, test } from '@jest/globals'
import { inStack, type StackWorld } from './stack-world'
import { functionsOf, statusesOf } from './world'

const UPDATE_MS = 2_500

/** Configured and proven; then somebody else deploys, and does not wait for the end of it. */
async function deployedAfter({ aws, main }: StackWorld, vpc = false) {
  aws.lambda.createFunction({ name: 'orders', vpc, handler: { logs: [{ raw: 'charged a card' }] } })
  expect(statusesOf(await main({ functions: 'orders' }))).toEqual(['orders: instrumented'])
  const invokedDuring: (string | undefined)[] = []
  aws.onCall(({ operation }) => {
    if (operation === 'Invoke') invokedDuring.push(aws.lambda.get('orders').lastUpdateStatus)
  })
  return { invokedDuring }
}

describe('an update by somebody else that is in progress', () => {
  test.concurrent.each([
    ['verify', 'orders', false],
    ['apply', 'orders', false],
    // ListFunctions does not tell that an update is in progress.
    ['verify', 'ord*', true],
    ['apply', 'ord*', true],
  ])('is waited for before the proof: mode %s, functions: %s', (mode, functions, vpc) =>
    inStack(async (world) => {
      const { invokedDuring } = await deployedAfter(world, vpc)
      world.aws.lambda.changeAsSomebodyElse('orders', { memoryMb: 512, updateMs: UPDATE_MS })
      const result = await world.main({ functions, mode })
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      expect(invokedDuring).toEqual(['Successful'])
    }),
  )

  test.concurrent('and that takes Rotel off is no proof', () =>
    inStack(async (world) => {
      const { aws, main } = world
      await deployedAfter(world)
      aws.lambda.changeAsSomebodyElse('orders', { memoryMb: 512, updateMs: UPDATE_MS })
      let wasRead = false
      aws.onWorkDone(({ operation }) => {
        if (operation !== 'GetFunction' || wasRead) return
        wasRead = true
        aws.lambda.changeAsSomebodyElse('orders', { layers: [], updateMs: UPDATE_MS })
      })
      const result = await main({ functions: 'orders', mode: 'verify' })
      expect(statusesOf(result)).toEqual(['orders: unproven not-configured'])
      expect(result.exitCode).toBe(1)
    }),
  )
})

describe('an update by somebody else that failed', () => {
  test.concurrent.each(['verify', 'apply'])('leaves the function unproven: mode %s', (mode) =>
    inStack(async (world) => {
      const { invokedDuring } = await deployedAfter(world)
      const updateFailure = { code: 'SubnetOutOfIPAddresses', reason: 'no address is left' }
      world.aws.lambda.changeAsSomebodyElse('orders', { memoryMb: 512, updateFailure })
      const result = await world.main({ functions: 'orders', mode })
      expect(statusesOf(result)).toEqual(['orders: unproven update-failed'])
      expect(functionsOf(result)[0]?.detail).toContain('no address is left')
      expect(invokedDuring).toEqual([])
      expect(result.exitCode).toBe(1)
    }),
  )
})
