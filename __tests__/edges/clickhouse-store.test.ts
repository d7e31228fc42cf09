/** ClickHouse as the verifier queries it: behind a path, asleep, behind a proxy that quotes; and what is told of it. */

import { createServer, request as forward } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { listenOnLoopback } from '../../local/clickstack/http-server'
import { LAYOUTS } from '../../local/clickstack/schema'
import { clickHouseClient, jsonOf } from '../../src/edges/clickhouse-client'
import { clickHouseEndpoint } from '../../src/edges/clickhouse-endpoint'
import { clickHouseStore, type ClickHouseSettings } from '../../src/edges/clickhouse-store'
import { CONTROL_ID } from '../../src/systems/clickstack/otlp-message'
import { mayPass, type StoreFault } from '../../src/systems/clickstack/telemetry-store'
import { logsOf, spanOf } from '../clickstack/telemetry-samples'
import { faultOf, rotelLogs, sought, startLine, testClock, valueOf } from '../hyperdx/support'

const ID = '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60'
const USER = 'verifier'
const PASSWORD = 'canary/p+ss wörd=1'

let stack: LocalClickStack
beforeAll(async () => {
  stack = await startClickStack({ users: [{ name: USER, password: PASSWORD, readonly: 1 }] })
})
afterEach(() => stack.clear())
afterAll(() => stack.close())

async function asked<T>(
  url: string,
  body: (store: ReturnType<typeof clickHouseStore>) => Promise<T>,
  more: Partial<ClickHouseSettings> = {},
): Promise<T> {
  const settings = { url, user: USER, password: PASSWORD, database: 'default', tablePrefix: 'otel' }
  const store = clickHouseStore({ ...settings, ...more }, testClock())
  try {
    return await body(store)
  } finally {
    await store.close()
  }
}

/** A proxy that hands what is under this path on to ClickHouse. */
async function behindPath<T>(path: string, body: (url: string) => Promise<T>): Promise<T> {
  const server = await listenOnLoopback(
    createServer((request, response) => {
      if (!request.url?.startsWith(path)) {
        response.writeHead(404).end('no such path')
        return
      }
      const onward = forward(`${stack.clickHouseUrl}${request.url.slice(path.length)}`, {
        method: request.method,
        headers: request.headers,
      })
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      request.pipe(onward)
    }),
  )
  try {
    return await body(`http://127.0.0.1:${server.port}${path}`)
  } finally {
    await server.close()
  }
}

test('a path is that of a proxy, and no database; the library’s own warnings are printed nowhere', async () => {
  const printed = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
    jest.spyOn(console, name).mockImplementation(() => undefined),
  )
  try {
    for (const path of ['/click/house', '/default']) {
      const words = await behindPath(path, (url) =>
        asked(url, async (store) => valueOf(await store.prepare()).inWords),
      )
      expect(words).toContain('default.otel_logs')
    }
    // ClickHouse itself does not look at the path of a query.
    await asked(`${stack.clickHouseUrl}/other`, async (store) => valueOf(await store.prepare()))
    for (const spy of printed) expect(spy).not.toHaveBeenCalled()
  } finally {
    for (const spy of printed) spy.mockRestore()
  }
})

const FORMS: readonly (readonly [string, string])[] = [
  ['Basic', Buffer.from(`${USER}:${PASSWORD}`).toString('base64')],
  ['base64', Buffer.from(PASSWORD).toString('base64')],
  ['base64 for URLs', Buffer.from(`${USER}:${PASSWORD}`).toString('base64url')],
  ['a URL', encodeURIComponent(PASSWORD)],
  ['a form', new URLSearchParams({ p: PASSWORD }).toString().slice(2)],
  ['JSON', JSON.stringify(PASSWORD).slice(1, -1)],
  ['plain', PASSWORD],
]

test.each(FORMS)(
  'a server that quotes the credentials as in %s is told without them',
  async (_, form) => {
    const quoting = { kind: 'status', status: 418, body: `sent: ${form} by you` } as const
    stack.clickHouse.faults.inject(quoting)
    const faults: StoreFault[] = [
      await asked(stack.clickHouseUrl, async (store) => faultOf(await store.prepare())),
    ]
    const endpoint = clickHouseEndpoint({
      endpoint: stack.clickHouseUrl,
      user: USER,
      password: PASSWORD,
      database: 'default',
      tablePrefix: 'otel',
      json: false,
    })
    faults.push(faultOf(await endpoint.describe('otel_logs')))
    await endpoint.close()
    const code = {
      kind: 'status',
      status: 500,
      body: `Code: 62. DB::Exception: ${form} (SYNTAX_ERROR)`,
    }
    stack.clickHouse.faults.clear()
    stack.clickHouse.faults.inject({ ...code, kind: 'status' })
    faults.push(await asked(stack.clickHouseUrl, async (store) => faultOf(await store.prepare())))
    for (const { text } of faults) expect(text).not.toContain(form)
    expect(faults[2]?.text).toContain('***')
  },
)

describe('what may pass is told from what does not:', () => {
  const status = (code: number, body: string) => ({ kind: 'status', status: code, body }) as const

  test.each([
    ['a proxy without ClickHouse', status(503, '<html>503 Service Temporarily Unavailable</html>')],
    ['one that says nothing', status(503, '')],
    ['another', status(502, '<html><h1>502 Bad Gateway</h1></html>')],
    [
      'an overload',
      status(500, 'Code: 202. DB::Exception: Too many (TOO_MANY_SIMULTANEOUS_QUERIES)'),
    ],
    ['a reset', { kind: 'reset' } as const],
  ])('%s may', async (_, fault) => {
    stack.clickHouse.faults.inject(fault)
    const found = await asked(stack.clickHouseUrl, async (store) => faultOf(await store.prepare()))
    expect([found.text, mayPass(found)]).toEqual([found.text, true])
  })

  test.each([
    ['a page', { kind: 'answer', body: '<html>Sign in</html>' } as const],
    ['a wrong password', status(516, 'Code: 516. DB::Exception: no (AUTHENTICATION_FAILED)')],
    ['another server', status(404, '<html>Not Found</html>')],
  ])('%s does not', async (_, fault) => {
    stack.clickHouse.faults.inject(fault)
    const found = await asked(stack.clickHouseUrl, async (store) => faultOf(await store.prepare()))
    expect([found.text, mayPass(found)]).toEqual([found.text, false])
  })

  test('nor does a host that does not exist', async () => {
    const found = await asked('https://clickhouse.invalid', async (store) =>
      faultOf(await store.prepare()),
    )
    expect(mayPass(found)).toBe(false)
  })
})

describe('a user is told what to correct:', () => {
  const told = async (url: string, more: Partial<ClickHouseSettings> = {}) =>
    asked(url, async (store) => faultOf(await store.prepare()).text, more)

  test('the address that did not answer', async () => {
    expect(await told('http://127.0.0.1:9')).toContain('ClickHouse at 127.0.0.1:9 did not answer')
  })

  test('the address of another server', async () => {
    stack.clickHouse.faults.inject({ kind: 'answer', body: '<html>HyperDX</html>' })
    const { host } = new URL(stack.clickHouseUrl)
    expect(await told(stack.clickHouseUrl)).toBe(`${host} is not ClickHouse’s HTTP interface`)
  })

  test('a password that is empty, as a secret that does not exist, and no other', async () => {
    const hint = '(the password is empty)'
    expect(await told(stack.clickHouseUrl, { password: '' })).toContain(hint)
    expect(await told(stack.clickHouseUrl, { password: 'wrong' })).not.toContain(hint)
  })
})

describe.each(LAYOUTS)('in the %s layout', (layout) => {
  test('control record, starts, ids, spans and attributes that are null are found', async () => {
    const own = await startClickStack({ layout })
    try {
      await asked(
        own.clickHouseUrl,
        async (store) => {
          valueOf(await store.prepare())
          await own.seed(
            logsOf('clickstack-lambda-action', [
              { body: 'x', attributes: { [CONTROL_ID]: 'c-1' } },
            ]),
          )
          const since = Date.now() - 60_000
          expect(valueOf(await store.findControlRecord('c-1', since))).toBe(true)
          expect(valueOf(await store.findControlRecord('c-2', since))).toBe(false)
          const attributes = { type: 'function', 'faas.invocation_id': null, extra: null }
          await own.seed(
            rotelLogs('orders', [startLine, { body: `${ID}\tINFO\thello\n`, attributes }]),
          )
          await own.seed(spanOf('orders', 'a'.repeat(32), 'b'.repeat(16)))
          const wanted = [sought('orders', { requestIds: [ID] })]
          expect(valueOf(await store.findLogs(wanted))).toMatchObject([
            {
              freshRows: 2,
              freshStarts: 1,
              requestIds: [ID],
              sample: { 'service.name': 'orders', 'faas.invocation_id': '' },
            },
          ])
          const invoked = [sought('orders', { requestIds: ['request-1'] })]
          expect(valueOf(await store.findTraces(invoked))).toMatchObject([{ spans: 1 }])
          const astray = [sought('orders', { serviceName: 'other' })]
          expect(valueOf(await store.findAstray(astray))).toMatchObject([
            { serviceNames: ['orders'], rows: 2 },
          ])
        },
        { user: 'api', password: 'api' },
      )
    } finally {
      await own.close()
    }
  })
})

describe('what is shown beside the spans, and is not required:', () => {
  const denied = {
    kind: 'status',
    status: 500,
    body: 'Code: 497. DB::Exception: not enough privileges (ACCESS_DENIED)',
  } as const
  const isAbout = (table: string) => (subject: string) =>
    subject.includes(table) && !subject.includes('system.columns')

  async function found(
    prepared: () => void = () => undefined,
    more: Partial<ClickHouseSettings> = {},
  ) {
    await stack.seed(spanOf('orders', 'a'.repeat(32), 'b'.repeat(16)))
    return asked(
      stack.clickHouseUrl,
      async (store) => {
        valueOf(await store.prepare())
        prepared()
        const wanted = [sought('orders', { requestIds: ['request-1'] }), sought('absent')]
        return valueOf(await store.findTraces(wanted))
      },
      more,
    )
  }

  test('logs of the traces and metrics are none where the tables hold none', async () => {
    expect(await found()).toMatchObject([
      { spans: 1, correlatedLogs: 0, metricPoints: 0 },
      { spans: 0, correlatedLogs: 0, metricPoints: 0 },
    ])
  })

  test.each(['gauge', 'sum', 'histogram'])(
    'metric points are not known where the table of kind %s cannot be read',
    async (kind) => {
      const all = await found(() =>
        stack.clickHouse.faults.inject(denied, { matching: isAbout(`otel_metrics_${kind}`) }),
      )
      expect(all.map(({ metricPoints }) => metricPoints)).toEqual([undefined, undefined])
      expect(all[0]).toMatchObject({ spans: 1, correlatedLogs: 0 })
    },
  )

  test('nor where this user sees no table of metrics', async () => {
    const names = ['gauge', 'sum', 'histogram'].map((kind) => `otel_metrics_${kind}`)
    for (const name of names) await stack.run(`RENAME TABLE ${name} TO hidden_${name}`)
    try {
      const all = await found()
      expect(all.map(({ metricPoints }) => metricPoints)).toEqual([undefined, undefined])
    } finally {
      for (const name of names) await stack.run(`RENAME TABLE hidden_${name} TO ${name}`)
    }
  })

  test('a table of metrics that does not exist, beside others, counts as empty', async () => {
    await stack.run('RENAME TABLE otel_metrics_sum TO hidden_sum')
    try {
      expect((await found())[0]).toMatchObject({ metricPoints: 0 })
    } finally {
      await stack.run('RENAME TABLE hidden_sum TO otel_metrics_sum')
    }
  })

  test('logs of the traces are not known where they cannot be asked for', async () => {
    const all = await found(() =>
      stack.clickHouse.faults.inject(denied, { matching: isAbout('otel_logs') }),
    )
    expect(all).toMatchObject([
      { spans: 1, correlatedLogs: undefined, metricPoints: 0 },
      // Without a trace there is nothing to ask for.
      { spans: 0, correlatedLogs: 0 },
    ])
    expect('correlatedLogs' in (all[0] ?? {}) && all[0]?.correlatedLogs).toBeUndefined()
  })
})

test.each([200, 500])(
  'an answer with status %d that begins and does not end is not waited for',
  async (status) => {
    const server = await listenOnLoopback(
      createServer((_, response) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(timer))
      }),
    )
    const client = clickHouseClient({
      url: `http://127.0.0.1:${String(server.port)}`,
      user: USER,
      password: PASSWORD,
      timeLimitMs: 10_000,
      agent: undefined,
    })
    await expect(jsonOf(client, { query: 'SELECT 1', format: 'JSON' }, 100)).rejects.toThrow(
      'Timeout error.',
    )
    await client.close()
    await server.close()
  },
)
