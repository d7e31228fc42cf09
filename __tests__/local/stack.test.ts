/** An invocation by the AWS SDK, and its rows in a real ClickHouse. */
import {
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/index'
import { startLocalStack, type LocalStack } from '../../local/stack/index'
import { invoke, lambdaClient, settled } from './support'

let stack: LocalStack

beforeAll(async () => {
  stack = await startLocalStack({ aws: { updateMs: 20, quotas: { scale: 100 } } })
})
afterAll(() => stack.close())
afterEach(() => stack.clickStack.clear())

let created = 0

/** A function with Rotel, sending to the stack by gRPC unless the variables say otherwise. */
function aFunction(seed: Partial<FunctionSeed> = {}): string {
  created += 1
  const name = seed.name ?? `fn-${created}`
  stack.aws.lambda.createFunction({
    layers: [stack.aws.lambda.layers.rotelArn()],
    ...seed,
    name,
    variables: { ...stack.rotelVariables, ...seed.variables },
  })
  return name
}

function call(name: string, qualifier?: string) {
  return invoke(lambdaClient(stack.aws), name, qualifier === undefined ? {} : { qualifier })
}

/** What CloudWatch has of it. */
function storedLines(name: string): readonly string[] {
  return stack.aws.logs.events(`/aws/lambda/${name}`).map(({ message }) => message.trimEnd())
}

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}

type Row = Readonly<Record<string, unknown>>

/** Of one function, by its `faas.name`, in the order of time. */
async function logsOf(name: string): Promise<readonly Row[]> {
  await stack.clickStack.settled()
  return stack.clickStack.rows(
    `SELECT trim(BOTH '\n' FROM Body) AS body, LogAttributes['type'] AS type, ServiceName AS service,
       ResourceAttributes['faas.version'] AS version, ResourceAttributes['team'] AS team, TraceId AS trace,
       LogAttributes['faas.invocation_id'] AS invocation, SeverityText AS severity
     FROM otel_logs WHERE ResourceAttributes['faas.name'] = {name:String} ORDER BY Timestamp`,
    { name },
  )
}

/** What the function itself logged, without the runtime's prefix. */
async function ownLines(name: string): Promise<readonly string[]> {
  const rows = await logsOf(name)
  return rows
    .filter((row) => row['type'] === 'function')
    .map((row) => String(row['body']).replace(/^.*\t/, ''))
}

async function extensionLines(name: string): Promise<readonly string[]> {
  const rows = await logsOf(name)
  return rows.filter((row) => row['type'] === 'extension').map((row) => String(row['body']))
}

const START_LINE = expect.stringContaining('Rotel Lambda Extension started in')
const SHUTDOWN_LINE = ' INFO Shutdown received, exiting'

describe('what Rotel exports', () => {
  test.each([
    ['grpc', () => stack.clickStack.grpcEndpoint],
    ['http', () => stack.clickStack.httpEndpoint],
  ])('arrives by %s', async (protocol, endpoint) => {
    const name = aFunction({
      handler: { logs: ['hello'] },
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint(),
        ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
      },
    })
    const { requestId, tail } = await call(name)
    const rows = await logsOf(name)
    expect(rows.map(({ type, body }) => [type, body])).toEqual([
      ['extension', ' INFO Starting Rotel.'],
      ['extension', expect.stringContaining('OTLP receiver listening')],
      ['extension', START_LINE],
      ['function', expect.stringMatching(`\t${requestId ?? '-'}\tINFO\thello$`)],
    ])
    expect(rows).toMatchObject(
      rows.map(() => ({ service: name, version: '$LATEST', invocation: '', severity: 'info' })),
    )
    expect(tail).not.toContain('OTLPExporter')
    expect(stack.clickStack.received).toMatchObject([{ protocol, signal: 'logs' }])
  })

  test('has the invocation id with JSON logs only, once the format is switched', async () => {
    const name = aFunction({ handler: { logs: ['hello'] } })
    const client = lambdaClient(stack.aws)
    const LoggingConfig = { LogFormat: 'JSON' } as const
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, LoggingConfig }))
    await settled(client, name)
    const { requestId, tail } = await call(name)
    expect(tail).toContain('{"level":"INFO","fields":{"message":"Starting Rotel."}}')
    const rows = await logsOf(name)
    expect(rows.filter((row) => row['type'] === 'function')).toMatchObject([
      { body: 'hello', invocation: requestId, severity: 'severity_number_info' },
    ])
    expect(await extensionLines(name)).toContainEqual(
      expect.stringMatching(/^Rotel Lambda Extension started/),
    )
  })

  test('is told apart by version, and named as the resource attributes say', async () => {
    const name = aFunction({
      handler: ({ version }) => ({ logs: [`by ${version}`] }),
      variables: { ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=blue' },
    })
    const client = lambdaClient(stack.aws)
    const { Version = '' } = await client.send(new PublishVersionCommand({ FunctionName: name }))
    await client.send(
      new CreateAliasCommand({ FunctionName: name, Name: 'live', FunctionVersion: Version }),
    )
    await call(name)
    const [record] = await stack.aws.lambda.traffic(name, { qualifier: 'live' })
    expect(record).toMatchObject({ version: '1', cold: true, by: 'traffic' })
    expect(await ownLines(name)).toEqual(['by $LATEST', 'by 1'])
    const rows = await logsOf(name)
    expect(new Set(rows.map((row) => row['version']))).toEqual(new Set(['$LATEST', '1']))
    expect(rows).toMatchObject(rows.map(() => ({ service: 'shop', team: 'blue' })))
  })

  test('leaves out Rotel’s own start with RUST_LOG=warn: a silent function leaves no row', async () => {
    const name = aFunction({ variables: { RUST_LOG: 'warn' } })
    await call(name)
    expect(await logsOf(name)).toEqual([])
    expect(stack.clickStack.received).toEqual([])
  })
})

describe('an export that does not arrive', () => {
  const REFUSED =
    'ERROR OTLPExporter failed gRPC status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=Unauthenticated'

  test('for a refused key costs nothing, and is said after the answer', async () => {
    const name = aFunction({
      handler: { logs: ['hello'], durationMs: 10 },
      variables: { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=wrong' },
    })
    const first = await call(name)
    expect(first.tail).toContain('Duration: 14.00 ms')
    expect(first.tail).not.toContain('OTLPExporter')
    expect(storedLines(name)).toContain(REFUSED)
    expect((await call(name)).tail.startsWith(REFUSED)).toBe(true)
    expect(await logsOf(name)).toEqual([])
  })

  test('for a refused key by HTTP has the status in the line', async () => {
    const name = aFunction({
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: stack.clickStack.httpEndpoint,
        ROTEL_OTLP_EXPORTER_PROTOCOL: 'http',
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=wrong',
      },
    })
    await call(name)
    expect(storedLines(name)).toContain(
      'ERROR OTLPExporter failed HTTP status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=401',
    )
  })

  test.each([
    ['nobody listens', () => 'http://127.0.0.1:1', 'grpc'],
    [
      'it is TLS to a port in clear',
      () => stack.clickStack.grpcEndpoint.replace('http:', 'https:'),
      'grpc',
    ],
  ])('because %s costs 3 s and is tried again', async (_, endpoint, protocol) => {
    const name = aFunction({
      handler: { logs: ['hello'], durationMs: 10 },
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint(),
        ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
      },
    })
    expect((await call(name)).tail).toContain('Duration: 3014.00 ms')
    const { tail } = await call(name)
    expect(tail).toContain(' INFO Exporting failed, will retry again after delay. attempt=1 ')
    expect(tail).toContain(' WARN timeout waiting to flush exporters')
    expect(await logsOf(name)).toEqual([])
  })

  test.each([
    [
      'gRPC to the HTTP port',
      () => stack.clickStack.httpEndpoint,
      'grpc',
      'GoAway(b"", FRAME_SIZE',
    ],
    ['HTTP to the gRPC port', () => stack.clickStack.grpcEndpoint, 'http', 'UnexpectedMessage'],
  ])('because it is %s costs nothing and is not tried again', async (...row) => {
    const [, endpoint, protocol, error] = row
    const name = aFunction({
      handler: { logs: ['hello'], durationMs: 10 },
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint(),
        ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
      },
    })
    expect((await call(name)).tail).toContain('Duration: 14.00 ms')
    const { tail } = await call(name)
    expect(tail).toContain('ERROR OTLPExporter error from endpoint.')
    expect(tail).toContain(error)
    expect(tail).not.toContain('will retry')
    expect(await logsOf(name)).toEqual([])
  })

  test('from a VPC without a route arrives late, when there is one', async () => {
    const name = aFunction({ handler: { logs: ['hello'] }, vpc: true, egressBlocked: true })
    const { VpcConfig } = await lambdaClient(stack.aws).send(
      new GetFunctionConfigurationCommand({ FunctionName: name }),
    )
    expect(VpcConfig?.VpcId).toMatch(/^vpc-/)
    await call(name)
    expect(storedLines(name)).toContainEqual(expect.stringContaining('unable to connect'))
    expect(await logsOf(name)).toEqual([])
    stack.aws.lambda.allowEgress(name)
    await call(name)
    expect(await ownLines(name)).toEqual(['hello', 'hello'])
    stack.aws.lambda.blockEgress()
    expect((await call(name)).tail).toContain('Duration: 3016.34 ms')
  })

  test('without an endpoint is said at the start, and nothing leaves', async () => {
    stack.aws.lambda.createFunction({
      name: 'blackhole',
      layers: [stack.aws.lambda.layers.rotelArn()],
      handler: { logs: ['hello'] },
    })
    expect((await call('blackhole')).tail).toContain(
      ' INFO Automatically selecting blackhole exporter due to missing endpoint configs',
    )
    expect(stack.clickStack.received).toEqual([])
  })
})

describe('a flush that loses the race', () => {
  test('leaves the invocation’s own lines to the next one, but not Rotel’s start', async () => {
    const name = aFunction({
      handler: ({ count }) => ({ logs: [`line ${count}`] }),
      flush: 'loses-race',
    })
    await call(name)
    expect(await extensionLines(name)).toContainEqual(START_LINE)
    expect(await ownLines(name)).toEqual([])
    await call(name)
    expect(await ownLines(name)).toEqual(['line 1'])
    stack.aws.lambda.setFlush(name, 'complete')
    await call(name)
    expect(await ownLines(name)).toEqual(['line 1', 'line 2', 'line 3'])
  })

  test('or leaves everything of the first invocation to the second', async () => {
    const name = aFunction({
      handler: ({ count }) => ({ logs: [`line ${count}`] }),
      flush: 'holds-first',
    })
    await call(name)
    expect(await logsOf(name)).toEqual([])
    await call(name)
    expect(await extensionLines(name)).toContainEqual(START_LINE)
    expect(await ownLines(name)).toEqual(['line 1', 'line 2'])
  })

  test('sends the rest when its environment is taken down', async () => {
    const name = aFunction({ handler: { logs: ['hello'] }, flush: 'loses-race' })
    await call(name)
    stack.aws.lambda.retireEnvironments(name)
    await waitFor(async () => (await ownLines(name)).length > 0)
    expect((await extensionLines(name)).at(-1)).toBe(SHUTDOWN_LINE)
  })
})

describe('traffic of others', () => {
  test('runs beside the caller’s invocations, warm or cold, and is no call of the API', async () => {
    const name = aFunction({ handler: ({ count }) => ({ logs: [`line ${count}`] }) })
    const calls = stack.aws.calls.count('Invoke')
    const warm = await stack.aws.lambda.traffic(name, { count: 2, everyMs: 1 })
    const [cold] = await stack.aws.lambda.traffic(name, { cold: true })
    expect([...warm, cold].map((record) => record?.cold)).toEqual([true, false, true])
    expect(cold?.environment).not.toBe(warm[0]?.environment)
    expect(await ownLines(name)).toEqual(['line 1', 'line 2', 'line 3'])
    expect(stack.aws.calls.count('Invoke')).toBe(calls)
    expect(stack.aws.lambda.get(name).invocations).toBe(0)
    expect(stack.aws.lambda.invocations(name)).toHaveLength(3)
  })

  test('in an old environment may still write when the update is effective', async () => {
    const name = aFunction({
      handler: ({ variables }) => ({ logs: [`in ${variables['STAGE'] ?? 'old'}`] }),
    })
    const old = await stack.aws.lambda.beginInvocation(name)
    const client = lambdaClient(stack.aws)
    const Variables = { ...stack.aws.lambda.get(name).variables, STAGE: 'new' }
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }),
    )
    await settled(client, name)
    expect(await logsOf(name)).toEqual([])
    const record = await old.finish()
    expect(record).toMatchObject({ environment: old.environment, requestId: old.requestId })
    expect(await ownLines(name)).toEqual(['in old'])

    await call(name)
    await waitFor(async () => (await extensionLines(name)).includes(SHUTDOWN_LINE))
    expect(await ownLines(name)).toEqual(['in old', 'in new'])
    const [first, second] = stack.aws.lambda.invocations(name)
    expect(first?.environment).not.toBe(second?.environment)
  })
})

describe('an instrumented function', () => {
  const sdk = { spans: ['orders', 'SELECT'], logs: ['by the SDK'], gauges: { queue: 7 } }

  async function spansOf(name: string): Promise<readonly Row[]> {
    await stack.clickStack.settled()
    return stack.clickStack.rows(
      `SELECT SpanName AS span, TraceId AS trace, ServiceName AS service, ResourceAttributes['team'] AS team,
         SpanAttributes['faas.invocation_id'] AS invocation, SpanAttributes['cloud.provider'] AS provider,
         SpanAttributes['cloud.platform'] AS platform
       FROM otel_traces WHERE ResourceAttributes['faas.name'] = {name:String} ORDER BY ParentSpanId`,
      { name },
    )
  }

  test('has its spans, correlated logs and metrics exported, with Rotel’s resource attributes', async () => {
    const name = aFunction({
      handler: { sdk },
      variables: { ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=blue' },
    })
    const { requestId } = await call(name)
    const trace = stack.aws.lambda.invocations(name)[0]?.traceId
    expect(trace).toMatch(/^[0-9a-f]{32}$/)
    expect(await spansOf(name)).toEqual([
      {
        span: 'orders',
        trace,
        service: 'shop',
        team: 'blue',
        invocation: requestId,
        provider: 'aws',
        platform: 'aws_lambda',
      },
      expect.objectContaining({ span: 'SELECT', trace, service: 'shop', invocation: '' }),
    ])
    const correlated = (await logsOf(name)).filter((row) => row['trace'] === trace)
    expect(correlated).toMatchObject([{ body: 'by the SDK', team: 'blue', type: '' }])
    expect(await stack.clickStack.count('otel_metrics_gauge', "MetricName = 'queue'")).toBe(1)
  })

  test('sends to nobody where Rotel is not, or listens elsewhere', async () => {
    const moved = aFunction({
      handler: { sdk },
      variables: { ROTEL_OTLP_HTTP_ENDPOINT: 'localhost:5318' },
    })
    const bare = aFunction({ handler: { sdk }, layers: [] })
    await call(moved)
    await call(bare)
    expect(await spansOf(moved)).toEqual([])
    expect(await logsOf(bare)).toEqual([])
  })

  test('may send its spans elsewhere than its logs, or leave attributes out', async () => {
    const name = aFunction({
      handler: { sdk: { spans: ['orders'], spanAttributes: { 'faas.invocation_id': null } } },
      variables: {
        ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT: 'http://127.0.0.1:1',
        ROTEL_OTLP_EXPORTER_TRACES_CUSTOM_HEADERS:
          stack.rotelVariables['ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS'] ?? '',
      },
    })
    await call(name)
    expect(await spansOf(name)).toMatchObject([{ span: 'orders', invocation: '' }])
    expect(await logsOf(name)).toEqual([])
  })
})
