/**
 * A deploy resets layers and variables of a function whose CloudWatch Logs an earlier run has disabled: the marker is gone,
 * the function is dark, and whatever comes next sees it by effect and never ends dark with a green check.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { StepResult } from '../../local/runner/step'
import {
  concealed,
  type Darkness,
  expectRemovedOrKept,
  roleState,
  roleWrites,
  watchEverybody,
} from './cloudwatch-watch'
import { deploy, disablingBy, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

interface Deployed extends StackWorld {
  /** Inputs with which the logs were disabled. */
  readonly again: Readonly<Record<string, string>>
  /** Of that run. */
  readonly restorePath: string
  readonly dark: Darkness
  readonly found: ReturnType<typeof roleState>
}

const KEEP = { functions: 'orders', 'verify-timeout': '8' }

/** What is told of a function in the report. */
function warningsOf({ outputs }: StepResult): string {
  const { functions } = JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8')) as {
    functions: { warnings: string[] }[]
  }
  return functions.flatMap(({ warnings }) => warnings).join('\n')
}

describe.each(WAYS)('after `%s`', (way) => {
  const afterDeploy = (scenario: (deployed: Deployed) => Promise<void>) =>
    inStack(async (world) => {
      const { aws, main } = world
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const found = roleState(world)
      const dark = watchEverybody(world)
      const again = { ...KEEP, ...disablingBy(world, way) }
      const first = await main(again)
      expect(statusesOf(first)).toEqual(['orders: instrumented'])
      deploy(world)
      expect(dark.now()).toEqual(['orders'])
      aws.calls.clear()
      const restorePath = first.outputs['restore-path'] ?? ''
      await scenario({ ...world, again, restorePath, dark, found })
    })

  test('`verify` fails it as dark, whether or not the inputs are repeated', () =>
    afterDeploy(async (world) => {
      for (const inputs of [KEEP, world.again]) {
        const result = await world.main({ ...inputs, mode: 'verify' })
        expect(statusesOf(result)).toEqual(['orders: dark rotel-missing'])
        expect(result.exitCode).toBe(1)
        expect(result.outputs['changed']).toBe('false')
      }
      expect(roleWrites(world)).toEqual([])
    }))

  test('`verify` fails it even with `fail-on: all` beside a function that is right', () =>
    afterDeploy(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'mails' })
      expect(statusesOf(await main({ ...KEEP, functions: 'mails' }))).toEqual([
        'mails: instrumented',
      ])
      const inputs = { ...KEEP, functions: 'mails\norders', mode: 'verify' }
      const result = await main({ ...inputs, 'fail-on': 'all' })
      expect(statusesOf(result)).toEqual(['mails: unchanged', 'orders: dark rotel-missing'])
      expect(result.exitCode).toBe(1)
    }))

  test('`plan` shows the instrumentation as planned, and warns that nobody gets the logs now', () =>
    afterDeploy(async (world) => {
      for (const inputs of [KEEP, world.again]) {
        const result = await world.main({ ...inputs, mode: 'plan' })
        expect(statusesOf(result)).toEqual(['orders: planned'])
        expect(warningsOf(result)).toMatch(/CloudWatch Logs/)
      }
      expect(roleWrites(world)).toEqual([])
    }))

  test('`plan` shows it as dark where `apply` would not instrument it', () =>
    afterDeploy(async (world) => {
      world.aws.lambda.changeAsSomebodyElse('orders', { runtime: 'python3.9' })
      const result = await world.main({ ...KEEP, mode: 'plan' })
      expect(concealed(result, world.dark)).toEqual([])
    }))

  test('the same step again, then `mode: remove` without file or inputs: never dark and green', () =>
    afterDeploy(async (world) => {
      const { main, again, dark } = world
      const repaired = await main(again)
      expect(statusesOf(repaired)).toEqual(['orders: instrumented'])
      expect(dark.now()).toEqual([])
      dark.forget()
      expectRemovedOrKept(world, world.dark, await main({ functions: 'orders', mode: 'remove' }))
    }))

  test('`apply` with `keep`, then `mode: remove`: never dark and green', () =>
    afterDeploy(async (world) => {
      const { main, dark } = world
      expect(statusesOf(await main(KEEP))).toEqual(['orders: instrumented'])
      dark.forget()
      expectRemovedOrKept(world, world.dark, await main({ functions: 'orders', mode: 'remove' }))
    }))

  test('`mode: remove` at once: the logs are restored, or the function is reported as dark', () =>
    afterDeploy(async ({ main, dark }) => {
      const removed = await main({ functions: 'orders', mode: 'remove' })
      expect(concealed(removed, dark)).toEqual([])
    }))

  test('`mode: remove` at once, with what names the cause: all is as it was before the first run', () =>
    afterDeploy(async (world) => {
      const { aws, main, again, restorePath, dark, found } = world
      const removed = await main({ ...again, mode: 'remove', 'restore-file': restorePath })
      expect(concealed(removed, dark)).toEqual([])
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(removed.outputs['changed']).toBe('true')
      expect(roleState(world)).toEqual(found)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual({ layers: [], variables: FOREIGN })
    }))

  test.each([
    ['with `keep`', () => KEEP],
    ['with the same inputs', ({ again }: Deployed) => again],
  ])(
    'an apply %s that fails: the logs are restored, or the function is reported as dark',
    (_, of) =>
      afterDeploy(async (world) => {
        const { aws, main, dark } = world
        aws.lambda.setHandler('orders', { failure: { kind: 'exits' } })
        const result = await main(of(world))
        expect(result.exitCode).toBe(1)
        expect(aws.lambda.get('orders').layers).toEqual([])
        expect(concealed(result, dark)).toEqual([])
      }),
  )

  test('an alias on a version that was published after the deploy: restored, or reported as dark', () =>
    afterDeploy(async ({ aws, main, dark }) => {
      aws.lambda.publishVersion('orders')
      aws.lambda.setAlias('orders', 'live', '1')
      const result = await main(KEEP)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      expect(concealed(result, dark)).toEqual([])
      if (way !== 'remove') return
      // Nobody knows any more what the role allowed.
      expect(statusesOf(result)).toEqual(['orders: dark version-not-instrumented'])
      expect(result.summary).toContain('version 1 (alias live)')
      const accepted = await main({ ...KEEP, accept: 'log-loss\nunproven-aliases' })
      expect(accepted.exitCode).toBe(0)
    }))
})
