/** Telemetry that arrives is proven, whatever layout, format, protocol and key scheme. */

import { describe, expect, test } from '@jest/globals'
import { inStack, INGESTION_KEY } from './stack-world'
import { FOREIGN, statusesOf } from './world'

describe('telemetry that arrives is proven', () => {
  test.each(['map', 'legacy', 'json', 'rotel', 'rotel-json'] as const)('in the %s layout', (layout) =>
    inStack(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const result = await main({ functions: 'orders' })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(result.exitCode).toBe(0)
      },
      { clickStack: { layout, ingestionKey: { scheme: 'raw', key: INGESTION_KEY } } },
    ),
  )
})
