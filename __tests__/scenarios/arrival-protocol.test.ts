/** `protocol: auto` on a port that does not tell: what the function has, else what the endpoint answers to, without a key. */

import { describe, expect, test } from '@jest/globals'
import { inStack, INGESTION_KEY } from './stack-world'
import { FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const PROTOCOL = 'ROTEL_OTLP_EXPORTER_PROTOCOL'

describe('protocol: auto', () => {
  test.each(['grpc', 'http'] as const)('finds out that the endpoint speaks %s', (protocol) =>
    inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const result = await main({ functions: 'orders', protocol: 'auto' })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(aws.lambda.get('orders').variables[PROTOCOL]).toBe(protocol)
        const [first] = clickStack.received
        expect(JSON.stringify(first?.headers)).not.toContain(INGESTION_KEY)
      },
      { protocol },
    ),
  )

  test.each(['apply', 'plan', 'verify'])(
    'blocks where nothing answers in mode %s, and nothing is written',
    (mode) =>
      inStack(async ({ aws, main }) => {
        const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        aws.lambda.createFunction({ name: 'image', packageType: 'Image' })
        const result = await main({
          mode,
          functions: 'orders\nimage',
          protocol: 'auto',
          endpoint: 'http://127.0.0.1:9',
        })
        expect(result.exitCode).toBe(1)
        expect(statusesOf(result)).toEqual([
          'image: blocked image-function',
          'orders: blocked protocol-unknown',
        ])
        expect(aws.lambda.get('orders').revisionId).toBe(before.revisionId)
        expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      }),
  )

  test('does not ask where `endpoint-check: off` forbids it, and says so', () =>
    inStack(async ({ aws, clickStack, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const inputs = { functions: 'orders', protocol: 'auto', 'endpoint-check': 'off' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: blocked protocol-unknown'])
      expect(functionsOf(result)[0]?.detail).toContain('`endpoint-check: off`')
      expect(clickStack.received).toEqual([])
    }))

  test('a function keeps its protocol for the same endpoint, which is asked only for others', () =>
    inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        aws.lambda.createFunction({ name: 'cart' })
        const inputs = { protocol: 'auto', 'endpoint-check': 'warn' }
        await main({ ...inputs, functions: 'orders' })
        clickStack.received.length = 0
        await main({ ...inputs, functions: 'orders' })
        // Not by gRPC; by HTTP once without the key, to see whether that is needed.
        const withoutKey = clickStack.received.filter(({ headers }) => !headers['authorization'])
        expect(withoutKey.map((one) => one.protocol)).toEqual(['http'])
        const result = await main({ ...inputs, functions: 'orders\ncart' })
        expect(statusesOf(result)).toEqual(['cart: instrumented', 'orders: unchanged'])
        expect(aws.lambda.get('cart').variables[PROTOCOL]).toBe('http')
      },
      { protocol: 'http' },
    ))

  test('a function with a protocol that the endpoint does not speak holds up no other', () =>
    inStack(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        aws.lambda.createFunction({ name: 'cart' })
        const unproven = { verify: 'none', 'endpoint-check': 'off', 'smoke-test': 'never' }
        await main({ functions: 'orders', protocol: 'grpc', ...unproven })
        const before = aws.lambda.get('orders')
        const result = await main({ functions: 'orders\ncart', protocol: 'auto' })
        expect(statusesOf(result)).toEqual([
          'cart: instrumented',
          'orders: blocked endpoint-wrong-protocol',
        ])
        expect(aws.lambda.get('orders')).toEqual(before)
      },
      { protocol: 'http' },
    ))

  test('another endpoint is asked anew', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      await main({ functions: 'orders', endpoint: 'https://one.example.com', protocol: 'http' })
      const result = await main({ functions: 'orders', endpoint: 'https://other.example.com' })
      expect(statusesOf(result)).toEqual(['orders: blocked protocol-unknown'])
    }))
})
