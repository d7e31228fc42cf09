/** The demo against a ClickStack of the reader's own: the simulated functions send there, and there it is proven. */

import { describe, expect, test } from '@jest/globals'
import { startClickStack } from '../../local/clickstack/index'
import { ownClickStack } from '../../local/demo/own-clickstack'
import { summaryPage } from '../../local/demo/summary-page'
import { startWorld } from '../../local/demo/world'

describe('the variables that lead the demo to another ClickStack', () => {
  test('none: the demo starts one', () => {
    expect(ownClickStack({ PATH: '/bin', DEMO_ENDPOINT: '' })).toEqual({ kind: 'none' })
  })

  test('are inputs of the action', () => {
    const env = {
      DEMO_ENDPOINT: 'http://a:4317',
      DEMO_API_KEY: 'k',
      DEMO_CLICKHOUSE_URL: 'http://b',
    }
    expect(ownClickStack(env)).toEqual({
      kind: 'given',
      inputs: { endpoint: 'http://a:4317', 'api-key': 'k', 'clickhouse-url': 'http://b' },
    })
  })

  test.each([
    [{ DEMO_CLICKHOUSE_URL: 'http://b' }, /^Set DEMO_ENDPOINT/],
    [{ DEMO_ENDPOINT: 'http://a:4317' }, /^Set DEMO_CLICKHOUSE_URL .*or DEMO_HYPERDX_URL/],
    [{ DEMO_ENDPIONT: 'http://a:4317' }, /^Unknown: DEMO_ENDPIONT\. The demo reads DEMO_ENDPOINT,/],
  ])('that are wrong are named, without a value: %j', (env, problem) => {
    expect(ownClickStack(env)).toEqual({
      kind: 'incomplete',
      problem: expect.stringMatching(problem),
    })
    expect(JSON.stringify(ownClickStack(env))).not.toContain('http://')
  })
})

test('functions of the demo send to the ClickStack that is given, and are proven there', async () => {
  const clickStack = await startClickStack()
  const own = ownClickStack({
    DEMO_ENDPOINT: clickStack.grpcEndpoint,
    DEMO_PROTOCOL: 'grpc',
    DEMO_API_KEY: clickStack.ingestionKey.scheme === 'none' ? '' : clickStack.ingestionKey.key,
    DEMO_CLICKHOUSE_URL: clickStack.clickHouseUrl,
    DEMO_CLICKHOUSE_USER: 'api',
    DEMO_CLICKHOUSE_PASSWORD: 'api',
  })
  try {
    const world = await startWorld(own.kind === 'given' ? own.inputs : undefined)
    try {
      world.aws.lambda.createFunction({ name: 'shop-orders' })
      const result = await world.run({ functions: 'shop-orders' })
      expect(result.summary).toContain('1 function is configured and verified')
      expect(clickStack.clickHouse.queries.length).toBeGreaterThan(0)
      expect(result.stderr).toBe('')
    } finally {
      await world.close()
    }
  } finally {
    await clickStack.close()
  }
})

test('a page of a summary draws its charts without a network', () => {
  const chart =
    '```mermaid\nxychart-beta horizontal\n  x-axis ["a", "b"]\n  y-axis 0 --> 9\n  bar [9, 3]\n```'
  const page = summaryPage(`## All\n\n${chart}\n`)
  expect(page).toContain('<td>b</td>')
  expect(page).toMatch(/width: 160px[^>]*><\/span>3/)
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|xychart/)
})
