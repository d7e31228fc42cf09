/** ClickHouse's HTTP interface as the official client and a plain HTTP client meet it. */

import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { logsOf } from './telemetry-samples'

let stack: LocalClickStack
const clients: ClickHouseClient[] = []

function clientOf(options: Parameters<typeof createClient>[0] = {}): ClickHouseClient {
  const client = createClient({
    url: stack.clickHouseUrl,
    log: { level: ClickHouseLogLevel.OFF },
    ...options,
  })
  clients.push(client)
  return client
}

async function rowsOf(client: ClickHouseClient, query: string, parameters = {}): Promise<unknown> {
  const result = await client.query({ query, query_params: parameters, format: 'JSONEachRow' })
  return result.json()
}

beforeAll(async () => {
  stack = await startClickStack({
    users: [
      { name: 'reader', password: 's3cret', readonly: 1 },
      { name: 'changer', password: 's3cret', readonly: 2 },
      { name: 'stranger', password: 's3cret', denied: /otel_/ },
    ],
  })
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await stack.clear()
})
afterAll(() => stack.close())

describe('The official client', () => {
  test('pings', async () => {
    expect(await clientOf().ping()).toEqual({ success: true })
  })

  test('reads rows in JSON and JSONEachRow', async () => {
    await stack.seed(logsOf('orders', [{ body: 'one' }, { body: 'two' }]))
    const query = 'SELECT Body, ServiceName FROM otel_logs ORDER BY Body'
    const expected = [
      { Body: 'one', ServiceName: 'orders' },
      { Body: 'two', ServiceName: 'orders' },
    ]
    expect(await rowsOf(clientOf(), query)).toEqual(expected)
    const whole = await (await clientOf().query({ query, format: 'JSON' })).json()
    expect(whole).toMatchObject({ data: expected, rows: 2 })
    expect(whole.meta).toContainEqual({ name: 'ServiceName', type: 'LowCardinality(String)' })
  })

  test.each([
    ['in the URL', {}],
    ['in the body', { use_multipart_params: true }],
  ])('binds values %s, hostile ones as text', async (_, options) => {
    const hostile = `it's "x" \\ \t \n {y:String} ; DROP TABLE otel_logs -- é 🦊`
    const client = clientOf(options)
    expect(
      await rowsOf(client, 'SELECT {text:String} AS text, {list:Array(String)} AS list', {
        text: hostile,
        list: ['a', hostile],
      }),
    ).toEqual([{ text: hostile, list: ['a', hostile] }])
    expect(stack.clickHouse.queries).toHaveLength(1)
    expect(Object.keys(stack.clickHouse.queries[0]?.parameters ?? {})).toEqual(['text', 'list'])
  })

  test('binds thousands of ids in the body', async () => {
    const ids = Array.from({ length: 5000 }, (_, index) => `${index}-8f5e1c1e-1d2c-4c2a-9a55`)
    const client = clientOf({ use_multipart_params: true })
    expect(
      await rowsOf(client, 'SELECT toUInt32(length({ids:Array(String)})) AS number', { ids }),
    ).toEqual([{ number: 5000 }])
  })

  test('selects a database', async () => {
    await stack.run('CREATE DATABASE IF NOT EXISTS other')
    expect(await rowsOf(clientOf({ database: 'other' }), 'SELECT currentDatabase() AS d')).toEqual([
      { d: 'other' },
    ])
  })

  test('gets compressed answers when it asks for them', async () => {
    const client = clientOf({ compression: { response: true } })
    expect(await rowsOf(client, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(stack.clickHouse.queries[0]?.settings).toEqual({ enable_http_compression: '1' })
  })

  test('inserts', async () => {
    await clientOf().insert({
      table: 'otel_logs',
      values: [{ Timestamp: '2026-11-20 10:00:00.5', Body: 'inserted', LogAttributes: { a: 'b' } }],
      format: 'JSONEachRow',
    })
    expect(await stack.rows(`SELECT Body, LogAttributes['a'] AS a FROM otel_logs`)).toEqual([
      { Body: 'inserted', a: 'b' },
    ])
  })

  test.each([
    ['SELECT * FROM nowhere', '60', 'UNKNOWN_TABLE'],
    ['SELECT * FROM nowhere.otel_logs', '81', 'UNKNOWN_DATABASE'],
    ['SELECT Nothing FROM otel_logs', '47', 'UNKNOWN_IDENTIFIER'],
    ['SELECT FROM WHERE', '62', 'SYNTAX_ERROR'],
    ['SELECT {missing:String}', '456', 'UNKNOWN_QUERY_PARAMETER'],
    ['SELECT 1; DROP TABLE otel_logs', '62', 'SYNTAX_ERROR'],
  ])('is told what is wrong with %s', async (query, code, type) => {
    await expect(rowsOf(clientOf(), query)).rejects.toMatchObject({ code, type })
    expect(await stack.count('otel_logs')).toBe(0)
  })

  test('is told that the database of its configuration is unknown', async () => {
    await expect(rowsOf(clientOf({ database: 'gone' }), 'SELECT 1')).rejects.toMatchObject({
      code: '81',
    })
  })

  test('is refused with a wrong password or an unknown name', async () => {
    for (const wrong of [
      { username: 'reader', password: 'wrong' },
      { username: 'nobody', password: '' },
    ]) {
      await expect(rowsOf(clientOf(wrong), 'SELECT 1')).rejects.toMatchObject({
        code: '516',
        type: 'AUTHENTICATION_FAILED',
      })
    }
  })

  test('as a read-only user may read, but change neither data nor a setting', async () => {
    const reader = clientOf({ username: 'reader', password: 's3cret' })
    expect(await rowsOf(reader, 'SELECT count() AS n FROM otel_logs')).toEqual([{ n: 0 }])
    const readonly = { code: '164', type: 'READONLY' }
    await expect(reader.command({ query: 'TRUNCATE TABLE otel_logs' })).rejects.toMatchObject(
      readonly,
    )
    await expect(
      reader.query({ query: 'SELECT 1', clickhouse_settings: { max_execution_time: 5 } }),
    ).rejects.toMatchObject(readonly)
    const changer = clientOf({ username: 'changer', password: 's3cret' })
    await changer.query({ query: 'SELECT 1', clickhouse_settings: { max_execution_time: 5 } })
    await expect(changer.command({ query: 'TRUNCATE TABLE otel_logs' })).rejects.toMatchObject(
      readonly,
    )
  })

  test('without a grant is refused', async () => {
    const stranger = clientOf({ username: 'stranger', password: 's3cret' })
    await expect(rowsOf(stranger, 'SELECT 1 FROM otel_logs')).rejects.toMatchObject({ code: '497' })
  })
})

describe('A plain HTTP client', () => {
  const post = (body: string | Uint8Array, query = '', headers: Record<string, string> = {}) =>
    fetch(`${stack.clickHouseUrl}/${query}`, { method: 'POST', body, headers })

  test('may give user and password in headers, by Basic and in the URL, but not twice', async () => {
    const basic = { authorization: `Basic ${Buffer.from('api:api').toString('base64')}` }
    const native = { 'x-clickhouse-user': 'api', 'x-clickhouse-key': 'api' }
    expect((await post('SELECT 1', '', basic)).status).toBe(200)
    expect((await post('SELECT 1', '', native)).status).toBe(200)
    expect((await post('SELECT 1', '?user=api&password=api')).status).toBe(200)
    const twice = await post('SELECT 1', '', { ...basic, ...native })
    expect([twice.status, twice.headers.get('x-clickhouse-exception-code')]).toEqual([403, '516'])
  })

  test('gets errors with code, text and status as ClickHouse gives them', async () => {
    const cases = [
      ['SELECT * FROM nowhere', 404, '60'],
      ['SELEC 1', 400, '62'],
      ['SELECT toUInt8({a:UInt8})', 400, '456'],
      ['SELECT throwIf(1)', 500, '395'],
    ] as const
    for (const [query, status, code] of cases) {
      const response = await post(query)
      expect([query, response.headers.get('x-clickhouse-exception-code')]).toEqual([query, code])
      const text = await response.text()
      expect(text).toMatch(
        new RegExp(
          `^Code: ${code}\\. DB::Exception: [^]* \\([A-Z_]+\\) \\(version 26\\.[^)]+\\)\\)\n$`,
        ),
      )
      if (code !== '456') expect(response.status).toBe(status)
    }
  })

  test('may ask by GET, which changes nothing', async () => {
    const ask = (query: string) =>
      fetch(`${stack.clickHouseUrl}/?${new URLSearchParams({ query }).toString()}`)
    expect(await (await ask('SELECT 42')).text()).toBe('42\n')
    const refused = await ask('CREATE TABLE t (a UInt8) ENGINE = Memory')
    expect([refused.status, refused.headers.get('x-clickhouse-exception-code')]).toEqual([
      500,
      '164',
    ])
    expect(await (await fetch(stack.clickHouseUrl)).text()).toBe('Ok.\n')
    expect((await fetch(`${stack.clickHouseUrl}/dashboard-of-something`)).status).toBe(404)
  })

  test('takes the format of the query, then of the URL, then of a header', async () => {
    expect(await (await post('SELECT 1 AS a FORMAT JSONEachRow')).text()).toBe('{"a":1}\n')
    expect(await (await post('SELECT 1 AS a', '?default_format=CSVWithNames')).text()).toBe(
      '"a"\n1\n',
    )
    expect(
      await (await post('SELECT 1 AS a', '', { 'x-clickhouse-format': 'Values' })).text(),
    ).toBe('(1)')
  })

  test('inserts RowBinary as Rotel does, the query in the URL', async () => {
    const insert = new URLSearchParams({
      query: 'INSERT INTO otel_logs (Timestamp, Body, SeverityNumber) FORMAT RowBinary',
      async_insert: '1',
      wait_for_async_insert: '1',
    })
    const time = Buffer.alloc(8)
    time.writeBigInt64LE(BigInt(Date.now()) * 1_000_000n)
    const body = Buffer.from('raw \u00ff')
    const row = Buffer.concat([time, Buffer.from([body.length]), body, Buffer.from([9])])
    const response = await post(new Uint8Array(row), `?${insert.toString()}`)
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(await stack.rows('SELECT Body, SeverityNumber FROM otel_logs')).toEqual([
      { Body: 'raw \u00ff', SeverityNumber: 9 },
    ])
  })

  test('inserts with query and data in one body', async () => {
    const data = '{"Timestamp":"2026-11-20 10:00:00","Body":"; not a statement"}\n'
    const response = await post(`INSERT INTO otel_logs FORMAT JSONEachRow\n${data}`)
    expect(response.status).toBe(200)
    expect(await stack.rows('SELECT Body FROM otel_logs')).toEqual([{ Body: '; not a statement' }])
  })

  test('leaves a log of its queries, refused ones with their exception', async () => {
    await post('SELECT {a:UInt8} FORMAT Null', '?param_a=7&max_threads=1&database=system')
    await post('SELECT 1', '?user=nobody')
    expect(stack.clickHouse.queries).toMatchObject([
      {
        sql: 'SELECT {a:UInt8} FORMAT Null',
        parameters: { a: '7' },
        settings: { max_threads: '1' },
        database: 'system',
        user: 'default',
      },
      { sql: 'SELECT 1', user: 'nobody', exception: { code: 516 } },
    ])
  })
})

describe('Faults put into the HTTP interface', () => {
  const impatient = () => clientOf({ request_timeout: 300, max_open_connections: 1 })

  test('are met in order, as often as asked, by the queries that match', async () => {
    const { faults } = stack.clickHouse
    faults.inject(
      { kind: 'status', status: 503, body: 'upstream down' },
      { times: 1, matching: /'a'/ },
    )
    expect(await rowsOf(clientOf(), 'SELECT 1 "1"')).toEqual([{ '1': 1 }])
    await expect(rowsOf(clientOf(), `SELECT 'a' a`)).rejects.toThrow('upstream down')
    expect(await rowsOf(clientOf(), `SELECT 'a' a`)).toEqual([{ a: 'a' }])
  })

  test('hang, reset, break, answer wrongly or slowly', async () => {
    const { faults } = stack.clickHouse
    faults.inject({ kind: 'hang' }, { times: 1 })
    await expect(rowsOf(impatient(), 'SELECT 1')).rejects.toThrow('Timeout')
    faults.inject({ kind: 'reset' }, { times: 1 })
    await expect(rowsOf(impatient(), 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNRESET' })
    faults.inject({ kind: 'cut', body: '{"a":1}\n' }, { times: 1 })
    await expect(rowsOf(impatient(), 'SELECT 1')).rejects.toThrow()
    faults.inject({ kind: 'answer', body: '<html>Sign in</html>\n' }, { times: 1 })
    await expect(rowsOf(impatient(), 'SELECT 1')).rejects.toThrow()
    faults.inject({ kind: 'slow', ms: 100 }, { times: 1 })
    const before = Date.now()
    expect(await rowsOf(impatient(), 'SELECT 1 a')).toEqual([{ a: 1 }])
    expect(Date.now() - before).toBeGreaterThanOrEqual(95)
  })
})

test('A value that looks like a placeholder of ours stays a value', async () => {
  expect(await rowsOf(clientOf(), `SELECT '{payload}' AS text`)).toEqual([{ text: '{payload}' }])
})
