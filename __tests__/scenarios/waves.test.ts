/** A fault of the setting meets few functions; a fault of one function meets none of the others (promise P4). */

import { describe, expect, test } from '@jest/globals'
import { configurationOf, FOREIGN, functionsOf, inWorld } from './world'

const many = (count: number) => Array.from({ length: count }, (_, i) => `shop-${String(i)}`)
const FAST = { quotas: { scale: 50 }, updateMs: 20 }

describe('a setting that crashes every function', () => {
  test.each([
    ['of one kind', 1],
    ['of five kinds', 5],
    ['of eight kinds', 8],
  ])(
    'stops at the canary: of 300 functions %s at most five are touched, and all are restored',
    (_, kinds) =>
      inWorld(async ({ aws, main }) => {
        const runtimes = [
          'nodejs20.x',
          'nodejs22.x',
          'nodejs24.x',
          'python3.12',
          'python3.13',
          'java21',
          'java25',
          'ruby3.4',
        ]
        const before = many(300).map((name, i) =>
          aws.lambda.createFunction({
            name,
            variables: FOREIGN,
            runtime: runtimes[i % kinds] ?? 'nodejs22.x',
          }),
        )
        const result = await main({
          functions: 'shop-*',
          'max-functions': '300',
          // No function has it: Rotel dies, and with it every invocation.
          'rotel-env-file': '/var/task/rotel.env',
        })
        expect(result.exitCode).toBe(1)
        const touched = aws.lambda.list().filter(({ writes }) => writes > 0)
        expect(touched.length).toBeGreaterThan(0)
        expect(touched.length).toBeLessThanOrEqual(5)
        expect(aws.lambda.list().map(configurationOf)).toEqual(before.map(configurationOf))
        const counts = JSON.parse(result.outputs['summary-json'] ?? '{}') as {
          statuses: Record<string, number>
        }
        expect(counts.statuses).toEqual({
          'rolled-back': touched.length,
          skipped: 300 - touched.length,
        })
        const reasons = new Set(
          functionsOf(result).map(({ status, reason }) => `${status} ${String(reason)}`),
        )
        expect([...reasons].sort()).toEqual(['rolled-back extension-env-file', 'skipped stopped'])
      }, FAST),
  )
})

describe('waves', () => {
  test('no function of the rest is written before a canary is proven', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of many(20)) aws.lambda.createFunction({ name })
      const result = await main({ functions: 'shop-*' })
      expect(result.exitCode).toBe(0)
      const calls = aws.calls.all()
      const firstInvoke = calls.findIndex(({ operation }) => operation === 'Invoke')
      const updatesBefore = calls
        .slice(0, firstInvoke)
        .filter(({ operation }) => operation === 'UpdateFunctionConfiguration')
      expect(updatesBefore).toHaveLength(1)
    }, FAST))

  test('never more functions are written and not yet proven than max-unproven allows', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of many(30)) aws.lambda.createFunction({ name, handler: { realMs: 30 } })
      const unproven = new Set<string>()
      let most = 0
      aws.onCall(({ operation, functionName = '' }) => {
        if (operation === 'UpdateFunctionConfiguration') unproven.add(functionName)
        most = Math.max(most, unproven.size)
      })
      aws.onWorkDone(({ operation, functionName = '' }) => {
        if (operation === 'Invoke') unproven.delete(functionName)
      })
      const result = await main({ functions: 'shop-*', 'max-unproven': '4' })
      expect(result.exitCode).toBe(0)
      expect(most).toBeLessThanOrEqual(4)
      expect(most).toBeGreaterThan(1)
    }, FAST))

  test('after stop-after failures nothing more is written, and what was written is restored', () =>
    inWorld(async ({ aws, main }) => {
      // The canary is the first by name; those behind it fail.
      for (const name of many(40)) {
        aws.lambda.createFunction({
          name,
          variables: FOREIGN,
          ...(name === 'shop-0' ? {} : { handler: { failure: { kind: 'exits' as const } } }),
        })
      }
      const result = await main({ functions: 'shop-*', 'stop-after': '2', 'max-unproven': '3' })
      expect(result.exitCode).toBe(1)
      const counts = JSON.parse(result.outputs['summary-json'] ?? '{}') as {
        statuses: Record<string, number>
      }
      expect(counts.statuses['written']).toBe(1)
      expect(counts.statuses['rolled-back']).toBeLessThanOrEqual(4)
      expect(counts.statuses['skipped']).toBeGreaterThanOrEqual(35)
      const changed = aws.lambda.list().filter(({ layers }) => layers.length > 0)
      expect(changed.map(({ name }) => name)).toEqual(['shop-0'])
    }, FAST))

  test('out of time, nothing more is begun and the rest says so', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of many(3)) aws.lambda.createFunction({ name, handler: { realMs: 200 } })
      let child: { kill(signal: 'SIGINT'): boolean } | undefined
      aws.onWorkDone(({ operation }) => {
        if (operation === 'Invoke') child?.kill('SIGINT')
      })
      const result = await main(
        { functions: 'shop-*', 'smoke-concurrency': '1', 'max-unproven': '1' },
        { onStart: (started) => (child = started) },
      )
      expect(result.exitCode).toBe(1)
      expect(
        functionsOf(result).filter(({ reason }) => reason === 'cancelled').length,
      ).toBeGreaterThanOrEqual(2)
    }, FAST))
})
