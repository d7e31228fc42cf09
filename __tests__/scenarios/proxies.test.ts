/** Runners that reach the outside through a forward proxy alone. */

import { afterEach, describe, expect, test } from '@jest/globals'
import { forwardProxy, type ForwardProxy } from '../edges/forward-proxy'
import { killAt, nth } from './killed-at'
import { ACCESS_KEY, inStack } from './stack-world'
import { inWorld, statusesOf } from './world'

/** As in a URL; the runner is told to mask it as it is sent, too. */
const CREDENTIALS = 'canary-robot:canary%40proxy-71d3'
const FORMS = [
  'canary%40proxy-71d3',
  'canary@proxy-71d3',
  Buffer.from('canary-robot:canary@proxy-71d3').toString('base64'),
]

const proxies: ForwardProxy[] = []
afterEach(() => {
  for (const { server } of proxies.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function aProxy(options: Parameters<typeof forwardProxy>[0] = { credentials: CREDENTIALS }) {
  const proxy = await forwardProxy(options)
  proxies.push(proxy)
  return proxy
}

const variables = ({ url }: ForwardProxy) => ({ HTTP_PROXY: url, HTTPS_PROXY: url })

/** How often it was asked for something on the port. */
const askedFor = ({ asked }: ForwardProxy, url: string) =>
  asked.filter((line) => line.includes(new URL(url).host)).length

function expectNoCredentials(result: { stdout: string; summary: string; outputs: object }): void {
  const { stdout, summary, outputs } = result
  const printed = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  const all = [...printed, summary, JSON.stringify(outputs)].join('\n')
  expect(FORMS.filter((form) => all.includes(form))).toEqual([])
}

describe('with HTTP_PROXY', () => {
  test('AWS, ClickHouse and the OTLP endpoint over gRPC are reached through it', () =>
    inStack(async ({ aws, clickStack, inputs, main }) => {
      const proxy = await aProxy()
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders' }, { env: variables(proxy) })
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(askedFor(proxy, aws.env['AWS_ENDPOINT_URL'] ?? '')).toBe(aws.calls.all().length)
      expect(proxy.asked).toContain(`CONNECT ${new URL(inputs['endpoint'] ?? '').host}`)
      expect(askedFor(proxy, clickStack.clickHouseUrl)).toBeGreaterThan(1)
      expect(result.masks).toEqual(expect.arrayContaining(FORMS))
      expectNoCredentials(result)
    }))

  test('HyperDX and the OTLP endpoint over HTTP are reached through it', () =>
    inStack(
      async ({ aws, clickStack, inputs, main }) => {
        const proxy = await aProxy()
        aws.lambda.createFunction({ name: 'orders' })
        const hyperDx = {
          'clickhouse-url': '',
          'clickhouse-password': '',
          'hyperdx-url': clickStack.hyperDxUrl,
          'hyperdx-api-key': ACCESS_KEY,
        }
        const result = await main({ functions: 'orders', ...hyperDx }, { env: variables(proxy) })
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(askedFor(proxy, clickStack.hyperDxUrl)).toBe(clickStack.hyperDx.requests.length)
        expect(proxy.asked).toContain(`POST ${inputs['endpoint'] ?? ''}/v1/logs`)
        expectNoCredentials(result)
      },
      { protocol: 'http' },
    ))

  test('what NO_PROXY names is reached directly', () =>
    inStack(async ({ aws, main }) => {
      const proxy = await aProxy()
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main(
        { functions: 'orders', mode: 'plan' },
        { env: { ...variables(proxy), no_proxy: 'localhost, 127.0.0.0/8' } },
      )
      expect(result.exitCode).toBe(0)
      expect(proxy.asked).toEqual([])
    }))

  test('the post step goes through it, too', () =>
    inWorld(async ({ aws, main, post }) => {
      const proxy = await aProxy()
      aws.lambda.createFunction({ name: 'orders' })
      const killer = killAt(aws, 'before', nth('Invoke', 1))
      const killed = await main({ functions: 'orders' }, { onStart: killer.onStart })
      killer.stop()
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      const after = await post(killed.state, { env: variables(proxy) })
      expect(after.exitCode).toBe(0)
      expect(aws.lambda.get('orders').layers).toEqual([])
      expect(proxy.asked.length).toBeGreaterThan(0)
      expectNoCredentials(after)
    }))
})

describe('a proxy that does not work', () => {
  test('is named, without its credentials, and the run ends', () =>
    inWorld(async ({ aws, main }) => {
      const proxy = await aProxy({ credentials: 'other:user' })
      aws.lambda.createFunction({ name: 'orders' })
      const url = `http://${CREDENTIALS}@127.0.0.1:${String(proxy.port)}`
      const result = await main(
        { functions: 'orders' },
        { env: { HTTPS_PROXY: url, AWS_ENDPOINT_URL: 'https://aws.test' } },
      )
      expect(result.exitCode).toBe(1)
      expect(result.stdout).toContain(
        `the proxy 127.0.0.1:${String(proxy.port)} (HTTPS_PROXY) requires a user and a password`,
      )
      expectNoCredentials(result)
    }))

  test('is bad input where it is not an HTTP proxy: nothing is asked of anybody', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const env = { HTTPS_PROXY: `socks5://${CREDENTIALS}@127.0.0.1:1080` }
      const result = await main({ functions: 'orders' }, { env })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input HTTPS_PROXY'])
      expect(aws.calls.all()).toEqual([])
      expectNoCredentials(result)
    }))
})
