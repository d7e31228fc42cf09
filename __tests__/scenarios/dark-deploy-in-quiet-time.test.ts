/**
 * A deploy of a template takes Rotel off, or leads traffic to a version without it, while the run watches that nothing is written to CloudWatch Logs: the silence that
 * it sees is then that of a dark function. One more look at the function tells.
 */

import { describe, expect, test } from '@jest/globals'
import { concealed, roleState, watchEverybody } from './cloudwatch-watch'
import { deploy, disablingBy, ROLE_EDIT, type Way, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, functionsOf, statusesOf } from './world'

function seeded(world: StackWorld, way: Way) {
  const { aws } = world
  aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
  return {
    found: { role: roleState(world), fn: configurationOf(aws.lambda.get('orders')) },
    dark: watchEverybody(world),
    inputs: { functions: 'orders', 'verify-timeout': '8', ...disablingBy(world, way) },
  }
}

/** Deploys when the log group is first searched after these have happened, in this order. */
function deployWhileWatched(
  world: StackWorld,
  after: readonly string[],
  deployment: () => void = () => deploy(world),
): () => boolean {
  const waiting = [...after]
  let isDeployed = false
  const stop = world.aws.onCall(({ operation }) => {
    if (operation === waiting[0]) waiting.shift()
    if (waiting.length > 0 || operation !== 'FilterLogEvents') return
    stop()
    isDeployed = true
    deployment()
  })
  return () => isDeployed
}

describe.each(WAYS)('`%s`', (way) => {
  test('the deploy falls into the quiet time of the run that disables the logs: they are restored', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, dark, found } = seeded(world, way)
      const isDeployed = deployWhileWatched(world, [ROLE_EDIT[way], 'Invoke'])
      const result = await main(inputs)
      expect(isDeployed()).toBe(true)
      expect({ dark: dark.now(), concealed: concealed(result, dark) }).toEqual({
        dark: [],
        concealed: [],
      })
      expect(functionsOf(result)[0]?.status).toMatch(/^(rolled-back|failed)$/)
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found.role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
    }))

  test('the deploy falls into the quiet time of a run that finds them disabled: restored, or said to be dark', () =>
    inStack(async (world) => {
      const { main } = world
      const { inputs, dark } = seeded(world, way)
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      const isDeployed = deployWhileWatched(world, ['Invoke'])
      const result = await main(inputs)
      expect(isDeployed()).toBe(true)
      expect(concealed(result, dark)).toEqual([])
      expect(result.exitCode).toBe(1)
    }))

  test('an event source is led to a version without Rotel in the quiet time: the logs are restored', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs, found } = seeded(world, way)
      const version = aws.lambda.publishVersion('orders')
      // Another one, because of which the versions in use are read before anything is written.
      aws.lambda.setAlias('orders', 'dev', '$LATEST')
      const isDeployed = deployWhileWatched(
        world,
        [ROLE_EDIT[way], 'Invoke'],
        () => void aws.lambda.addEventSource('orders', version),
      )
      const result = await main(inputs)
      expect(isDeployed()).toBe(true)
      expect(functionsOf(result)).toMatchObject([
        { status: 'rolled-back', reason: 'version-not-instrumented' },
      ])
      expect(roleState(world)).toEqual(found.role)
    }))
})
