/**
 * Every value that this run wrote to a function is its own, not only the last one: a write that was announced and did not
 * land leaves nothing behind.
 */

import { describe, expect, test } from '@jest/globals'
import { killAt, nth } from './killed-at'
import { inStack, type StackWorld } from './stack-world'
import { stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const UPDATE = 'UpdateFunctionConfiguration'
/** The second write remembers in the function's marker that rights were taken out of the role. */
const REMOVE = { functions: 'orders', 'cloudwatch-logs': 'remove' }

const aFunction = (scenario: (world: StackWorld) => Promise<void>) =>
  inStack(async (world) => {
    world.aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    const dark = watchForDarkness(world)
    await scenario(world)
    expect(stateOf(world)).toEqual(found)
    expect(dark.moments).toEqual([])
  })

describe('the post step leaves the function in its original state after a run that was killed', () => {
  test.each([
    ['before its second write landed', 'before', REMOVE],
    ['after its second write landed', 'after', REMOVE],
    [
      'before its second write landed, with the log format changed',
      'before',
      { ...REMOVE, 'log-format': 'json' },
    ],
  ] as const)('%s', (_, side, inputs) =>
    aFunction(async ({ aws, main, post }) => {
      const killer = killAt(aws, side, nth(UPDATE, 2))
      const killed = await main(inputs, killer)
      killer.stop()
      expect(killed.killedBy).toBe('SIGKILL')
      const finished = await post(killed.state)
      expect(finished.exitCode).toBe(0)
    }),
  )
})

test('a rollback leaves the function in its original state where the second write was never answered', () =>
  aFunction(async ({ aws, main }) => {
    // As often as the SDK sends one call.
    aws.faults.add({ operation: UPDATE, skip: 1, count: 8, fault: { kind: 'server-error' } })
    aws.onWorkDone(({ operation }) => {
      if (operation === 'DetachRolePolicy') aws.lambda.blockEgress('orders')
    })
    const result = await main({ ...REMOVE, 'verify-timeout': '6' })
    expect(statusesOf(result)).toEqual([
      expect.stringMatching(/^orders: rolled-back (telemetry-lost|cloudwatch-still-written)/),
    ])
  }))

test('what somebody else wrote between the two writes of this run stays, and the rest goes', () =>
  inStack(async (world) => {
    const { aws, main, post } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const found = stateOf(world)
    const killer = killAt(aws, 'before', nth(UPDATE, 2))
    const killed = await main(REMOVE, killer)
    killer.stop()
    const { variables } = aws.lambda.get('orders')
    const endpoint = 'http://elsewhere.example.com:4317'
    aws.lambda.changeAsSomebodyElse('orders', {
      variables: { ...variables, ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint },
    })
    const finished = await post(killed.state)
    expect(finished.exitCode).toBe(0)
    expect(finished.stdout).toContain('ROTEL_OTLP_EXPORTER_ENDPOINT')
    expect(aws.lambda.get('orders').variables).toEqual({
      ...FOREIGN,
      ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint,
    })
    expect(stateOf(world).roles).toEqual(found.roles)
  }))
