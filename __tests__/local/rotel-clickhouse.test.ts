/** Rotel's ClickHouse exporter, from an invocation by the AWS SDK to rows in a real ClickHouse. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/index'
import { startLocalStack, type LocalStack } from '../../local/stack/index'
import { invoke, lambdaClient } from './support'

let stack: LocalStack
let created = 0

beforeAll(async () => {
  stack = await startLocalStack({ aws: { updateMs: 20, quotas: { scale: 100 } } })
})
afterAll(() => stack.close())
afterEach(() => stack.clickStack.clear())

function aFunction(seed: Partial<FunctionSeed> = {}, on: LocalStack = stack): string {
  const name = `fn-${(created += 1)}`
  on.aws.lambda.createFunction({
    layers: [on.aws.lambda.layers.rotelArn()],
    ...seed,
    name,
    variables: { ...on.clickHouseVariables, ...seed.variables },
  })
  return name
}

const call = (name: string, on: LocalStack = stack) => invoke(lambdaClient(on.aws), name)

/** ClickHouse's errors of parsing come with 500, which Rotel tries again, or with 400. */
const REFUSED = /Exporting failed, will retry .*Status=500|Finalization failed .*status = 400/
const PROBED = 'INFO Clickhouse table capabilities probed successfully.'

describe('with ROTEL_EXPORTER=clickhouse', () => {
  test.each(['lz4', 'none'])('logs land as they are, compression %s', async (compression) => {
    const name = aFunction({
      logFormat: 'JSON',
      handler: { logs: ['ERROR: {"level":"warn"} é'] },
      variables: {
        ROTEL_CLICKHOUSE_EXPORTER_COMPRESSION: compression,
        ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=blue',
      },
    })
    const { requestId, functionError } = await call(name)
    expect(functionError).toBeUndefined()
    expect(
      await stack.clickStack.rows(
        `SELECT Body, SeverityText, SeverityNumber, ServiceName, ResourceAttributes['team'] AS team,
           LogAttributes['faas.invocation_id'] AS invocation, mapKeys(LogAttributes) AS keys
         FROM otel_logs WHERE ResourceAttributes['faas.name'] = {name:String}
           AND LogAttributes['type'] = 'function' AND Timestamp > now() - INTERVAL 1 HOUR`,
        { name },
      ),
    ).toEqual([
      {
        // Past the collector: nothing is parsed out of the body, and the severity keeps Rotel's name.
        Body: 'ERROR: {"level":"warn"} é',
        SeverityText: 'SEVERITY_NUMBER_INFO',
        SeverityNumber: 9,
        ServiceName: 'shop',
        team: 'blue',
        invocation: requestId,
        keys: ['type', 'faas.invocation_id'],
      },
    ])
    expect(stack.clickStack.received).toEqual([])
    const [probe, insert] = stack.clickStack.clickHouse.queries
    expect(probe).toMatchObject({ sql: 'DESCRIBE TABLE default.otel_logs', user: 'api' })
    expect(insert).toMatchObject({ user: 'api', database: 'default' })
    expect(insert?.settings).toEqual({ async_insert: '1' })
    expect(insert?.sql).toMatch(
      /^INSERT INTO otel_logs \(Timestamp,.*,LogAttributes,EventName\) +FORMAT RowBinary$/,
    )
  })

  test('spans of the SDK land in otel_traces', async () => {
    const name = aFunction({ handler: { sdk: { spans: ['orders', 'SELECT'] } } })
    const { requestId } = await call(name)
    const trace = stack.aws.lambda.invocations(name)[0]?.traceId
    expect(
      await stack.clickStack.rows(
        `SELECT SpanName, SpanKind, TraceId, StatusCode, Duration > 0 AS lasted,
           SpanAttributes['faas.invocation_id'] AS invocation, ServiceName
         FROM otel_traces WHERE ResourceAttributes['faas.name'] = {name:String} ORDER BY ParentSpanId`,
        { name },
      ),
    ).toMatchObject([
      {
        SpanName: 'orders',
        SpanKind: 'Server',
        TraceId: trace,
        StatusCode: 'Unset',
        lasted: 1,
        invocation: requestId,
        ServiceName: name,
      },
      { SpanName: 'SELECT', SpanKind: 'Internal', TraceId: trace, invocation: '' },
    ])
  })

  test('the database is otel unless it is said, and a table that is not there loses the logs', async () => {
    const variables = Object.fromEntries(
      Object.entries(stack.clickHouseVariables).filter(([key]) => !key.endsWith('_DATABASE')),
    )
    const name = `fn-${(created += 1)}`
    stack.aws.lambda.createFunction({
      name,
      variables,
      layers: [stack.aws.lambda.layers.rotelArn()],
      handler: { logs: ['lost'], durationMs: 10 },
    })
    const first = await call(name)
    expect(first.functionError).toBeUndefined()
    // The probe warns, and then says that all went well.
    expect(first.tail).toContain('WARN Failed to describe Clickhouse logs table')
    expect(first.tail).toContain('table=otel.otel_logs')
    expect(first.tail).toContain(`${PROBED} logs_extended=false`)
    // Dropped at once: the function is not held up.
    expect(first.tail).toContain('\tDuration: 14.00 ms')
    expect((await call(name)).tail).toContain(
      'Received a 404 when exporting to Clickhouse, does the table exist? (type = logs)',
    )
    expect(await stack.clickStack.count('otel_logs')).toBe(0)
  })

  test('a table prefix names other tables', async () => {
    await stack.clickStack.createLogsTable('own_logs')
    const name = aFunction({
      handler: { logs: ['hello'] },
      variables: { ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX: 'own' },
    })
    expect((await call(name)).tail).toContain(`${PROBED} logs_extended=true`)
    expect(await stack.clickStack.count('own_logs', "Body LIKE '%hello%'")).toBe(1)
    expect(await stack.clickStack.count('otel_logs')).toBe(0)
  })

  test('a wrong password drops the logs, and only Rotel’s own lines say so', async () => {
    const name = aFunction({
      handler: { logs: ['lost'] },
      variables: { ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: 'wrong' },
    })
    expect((await call(name)).functionError).toBeUndefined()
    const { tail } = await call(name)
    expect(tail).toMatch(
      /ERROR Finalization failed after acknowledgment during drain\. .*Failed to export to Clickhouse \(status = 403 Forbidden\): Database exception \(code: 516/,
    )
    expect(await stack.clickStack.count('otel_logs')).toBe(0)
  })

  test('map attributes into a table with JSON columns, or the other way round, are refused', async () => {
    const name = aFunction({
      handler: { logs: ['lost'] },
      variables: { ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: 'true' },
    })
    await call(name)
    expect((await call(name)).tail).toMatch(REFUSED)
    expect(await stack.clickStack.count('otel_logs')).toBe(0)
  })

  test('a function without a route waits for the probe and keeps its logs', async () => {
    const name = aFunction({ egressBlocked: true, handler: { logs: ['late'], durationMs: 1 } })
    const { tail } = await call(name)
    expect(tail).toContain('DESCRIBE TABLE request timed out')
    expect(Number(/Init Duration: ([\d.]+) ms/.exec(tail)?.[1])).toBeGreaterThan(10_000)
    expect(await stack.clickStack.count('otel_logs')).toBe(0)
    stack.aws.lambda.allowEgress(name)
    await call(name)
    expect(await stack.clickStack.count('otel_logs', "Body LIKE '%late%'")).toBe(2)
  })

  test('a ClickHouse that is not there costs 3 s each time, and an address without scheme is http', async () => {
    const name = aFunction({
      handler: { durationMs: 10 },
      variables: { ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: '127.0.0.1:1' },
    })
    const { tail } = await call(name)
    expect(tail).toContain('\tDuration: 3014.00 ms')
    const hostAndPort = stack.clickStack.clickHouseUrl.replace('http://', '')
    const plain = aFunction({ variables: { ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: hostAndPort } })
    await call(plain)
    expect(await stack.clickStack.count('otel_logs')).toBeGreaterThan(0)
  })
})

describe('with JSON columns', () => {
  test('attributes keep their types', async () => {
    const own = await startLocalStack({
      clickStack: { layout: 'json' },
      aws: { updateMs: 20, quotas: { scale: 100 } },
    })
    try {
      const variables = { ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON: 'true' }
      const handler = { logs: ['hello'], sdk: { spans: ['orders'] } }
      const name = aFunction({ handler, variables }, own)
      await call(name, own)
      expect(
        await own.clickStack.rows(
          `SELECT toString(ResourceAttributes.faas.name) AS name, Body LIKE '%hello%' AS found
           FROM otel_logs WHERE toString(LogAttributes.type) = 'function'`,
        ),
      ).toEqual([{ name, found: 1 }])
      expect(
        await own.clickStack.rows(
          `SELECT dynamicType(SpanAttributes.faas.coldstart) AS coldstart,
             dynamicType(ResourceAttributes.faas.max_memory) AS memory FROM otel_traces`,
        ),
      ).toEqual([{ coldstart: 'Bool', memory: 'Int64' }])
      // Maps do not fit in there.
      const wrong = aFunction({ handler: { logs: ['lost'] } }, own)
      await call(wrong, own)
      expect((await call(wrong, own)).tail).toMatch(REFUSED)
      expect(await own.clickStack.count('otel_logs', "Body LIKE '%lost%'")).toBe(0)
    } finally {
      await own.close()
    }
  })
})
