/** A function that is as asked and has lost its way to ClickStack: rows of yesterday do not hide it for long. */

import { describe, expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { statusesOf } from './world'

const SHORT = { functions: 'orders', 'verify-timeout': '4' }

describe('a configured function without a route', () => {
  test('is not proven at verify-level: invocation, whatever older rows there are', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', handler: { logs: ['order accepted'] } })
      expect((await main(SHORT)).exitCode).toBe(0)
      aws.lambda.blockEgress('orders')
      aws.lambda.retireEnvironments('orders')
      const result = await main({ ...SHORT, mode: 'verify', 'verify-level': 'invocation' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven /)])
    }))

  test.each([
    ['a cold start', true, {}],
    ['an invocation that printed something', false, { logs: ['order accepted'] }],
  ])('is not proven by older rows after %s', (_, isCold, handler) =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', handler })
      await main(SHORT)
      aws.lambda.blockEgress('orders')
      if (isCold) aws.lambda.retireEnvironments('orders')
      const result = await main({ ...SHORT, mode: 'verify' })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: unproven /)])
      expect(result.exitCode).toBe(1)
    }),
  )

  test('is warned about where older rows prove it, as nothing new could come', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      await main(SHORT)
      aws.lambda.blockEgress('orders')
      const result = await main({ ...SHORT, mode: 'verify' })
      expect(statusesOf(result)).toEqual(['orders: unchanged'])
      expect(result.summary).toContain('data of this run’s own invocation arrived')
    }))
})

describe('the endpoint check', () => {
  test('is made with verify: none too', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({
        functions: 'orders',
        verify: 'none',
        'endpoint-check': 'require',
        endpoint: 'http://127.0.0.1:9',
        protocol: 'grpc',
      })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: blocked endpoint-unreachable'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))
})

test('several functions without traffic are kept, and none is stopped for it', () =>
  inStack(async ({ aws, main }) => {
    const names = ['a1', 'a2', 'a3', 'a4', 'a5']
    for (const name of names) aws.lambda.createFunction({ name })
    const result = await main({
      functions: names.join('\n'),
      'smoke-test': 'never',
      'on-no-traffic': 'keep',
      'verify-timeout': '2',
    })
    expect(result.exitCode).toBe(1)
    expect(statusesOf(result)).toEqual(names.map((name) => `${name}: unproven no-traffic`))
    expect(aws.lambda.list().map(({ layers }) => layers.length)).toEqual(names.map(() => 1))
  }))
