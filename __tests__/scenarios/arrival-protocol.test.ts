/** `protocol: auto` on a port that does not tell: the endpoint itself decides, and no credential is sent to find out. */

import { describe, expect, test } from '@jest/globals'
import { inStack, INGESTION_KEY } from './stack-world'
import { statusesOf } from './world'

describe('protocol: auto', () => {
  test.each(['grpc', 'http'] as const)('finds out that the endpoint speaks %s', (protocol) =>
    inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const result = await main({ functions: 'orders', protocol: 'auto' })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(aws.lambda.get('orders').variables['ROTEL_OTLP_EXPORTER_PROTOCOL']).toBe(protocol)
        const [first] = clickStack.received
        expect(JSON.stringify(first?.headers)).not.toContain(INGESTION_KEY)
      },
      { protocol },
    ),
  )

  test('is an input error where nothing answers, and nothing is touched', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({
        functions: 'orders',
        protocol: 'auto',
        endpoint: 'http://127.0.0.1:9',
      })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input protocol'])
      expect(aws.calls.count()).toBe(0)
    }))
})
