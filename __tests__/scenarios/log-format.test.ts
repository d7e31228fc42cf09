/** `log-format: json`: an explicit opt-in that makes `faas.invocation_id` appear, and leaves with what it came with. */

import { describe, expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { FOREIGN, inWorld, statusesOf } from './world'

describe('log-format: json', () => {
  test('makes the request id appear on the rows, and warns of what is lost', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        handler: { logs: ['order accepted'] },
      })
      const before = await main({ functions: 'orders' })
      expect(before.summary).toMatch(
        /faas\.invocation&#95;id<\/code> \| – \(Rotel sets it only with/,
      )

      const result = await main({ functions: 'orders', 'log-format': 'json' })

      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(aws.lambda.get('orders').logFormat).toBe('JSON')
      expect(result.summary).toMatch(/faas\.invocation&#95;id<\/code> \| <code>[0-9a-f-]{36}/)
      expect(result.summary).toContain('Log format: Text → JSON')
      expect(result.summary).toContain('other fields of JSON logs are lost')
    }))

  test('is undone by remove, and a second run changes nothing', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders', 'log-format': 'json' })
      aws.calls.clear()
      await main({ functions: 'orders', 'log-format': 'json' })
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      await main({ mode: 'remove', functions: 'orders' })
      expect(aws.lambda.get('orders').logFormat).toBe('Text')
      expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
    }))

  test('is undone by a rollback', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        handler: { failure: { kind: 'exits' } },
      })
      const result = await main({ functions: 'orders', 'log-format': 'json' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back runtime-exit'])
      expect(aws.lambda.get('orders').logFormat).toBe('Text')
    }))

  test('a function that was JSON before stays so when everything of ours leaves', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', logFormat: 'JSON' })
      await main({ functions: 'orders', 'log-format': 'json' })
      await main({ mode: 'remove', functions: 'orders' })
      expect(aws.lambda.get('orders').logFormat).toBe('JSON')
    }))
})
