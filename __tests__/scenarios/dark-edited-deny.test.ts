/**
 * Somebody edits the Deny that a run has written. It still denies the function its logs, so it counts as what it does, and
 * not as somebody else’s policy because its text differs.
 */

import { describe, expect, test } from '@jest/globals'
import {
  concealed,
  type Darkness,
  expectRemovedOrKept,
  roleState,
  roleWrites,
  watchEverybody,
} from './cloudwatch-watch'
import { deploy } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, statusesOf } from './world'

interface Statement {
  readonly Action: readonly string[]
}

const EDITS: Readonly<Record<string, (statement: Statement) => readonly object[]>> = {
  'one more action': (ours) => [{ ...ours, Action: [...ours.Action, 'logs:PutRetentionPolicy'] }],
  'one more statement': (ours) => [
    ours,
    { Effect: 'Deny', Action: 'logs:PutRetentionPolicy', Resource: '*' },
  ],
}

const KEEP = { functions: 'orders', 'verify-timeout': '8' }
const DENY = { ...KEEP, 'cloudwatch-logs': 'deny' }

describe.each(Object.keys(EDITS))('%s in our Deny:', (edit) => {
  const edited = (scenario: (world: StackWorld & { readonly dark: Darkness }) => Promise<void>) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const dark = watchEverybody(world)
      expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
      const [[policy, text] = ['', '']] = Object.entries(aws.iam.get('orders-role').inline)
      const document = JSON.parse(text) as { Version: string; Statement: readonly [Statement] }
      const Statement = EDITS[edit]?.(document.Statement[0])
      aws.iam.changeRoleAsSomebodyElse('orders-role', {
        putInline: { [policy]: { ...document, Statement } },
      })
      aws.calls.clear()
      await scenario({ ...world, dark })
    })

  test('`mode: remove` restores the logs or keeps Rotel', () =>
    edited(async (world) => {
      expectRemovedOrKept(world, world.dark, await world.main({ ...KEEP, mode: 'remove' }))
    }))

  test('a deploy that takes Rotel off is seen by `verify`, and `plan` does not call it blocked', () =>
    edited(async (world) => {
      deploy(world)
      const verified = await world.main({ ...KEEP, mode: 'verify' })
      expect(statusesOf(verified)).toEqual(['orders: dark rotel-missing'])
      expect(verified.exitCode).toBe(1)
      const planned = await world.main({ ...KEEP, mode: 'plan' })
      expect(statusesOf(planned)).toEqual(['orders: planned'])
      expect(roleWrites(world)).toEqual([])
    }))

  test('`mode: remove` after such a deploy does not end dark and green', () =>
    edited(async (world) => {
      deploy(world)
      const result = await world.main({ ...KEEP, mode: 'remove' })
      expect(concealed(result, world.dark)).toEqual([])
    }))

  test('an apply that fails after such a deploy restores the logs, or says that the function is dark', () =>
    edited(async (world) => {
      const { aws, main, dark } = world
      deploy(world)
      aws.lambda.setHandler('orders', { failure: { kind: 'exits' } })
      expect(concealed(await main(KEEP), dark)).toEqual([])
    }))

  test('`deny` again leaves theirs as it is, and nobody dark', () =>
    edited(async (world) => {
      const before = roleState(world)
      await world.main(DENY)
      expect(world.dark.instants).toEqual([])
      expect(roleState(world)).toEqual(before)
    }))
})
