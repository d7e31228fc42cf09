/** Instrumentation layers: from the wrapper variable to spans in ClickHouse, or to nowhere. */
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/index'
import { startLocalStack, type LocalStack } from '../../local/stack/index'
import { invoke, lambdaClient, settled } from './support'

let stack: LocalStack
let created = 0

beforeAll(async () => {
  stack = await startLocalStack({ aws: { updateMs: 20, quotas: { scale: 100 } } })
})
afterAll(() => stack.close())
afterEach(() => stack.clickStack.clear())

const community = (name: string) => `arn:aws:lambda:us-east-1:184161586896:layer:${name}:1`
const NODE = community('opentelemetry-nodejs-0_23_0')
const PYTHON = community('opentelemetry-python-0_21_0')
const JAVA = community('opentelemetry-javaagent-0_21_0')
const ADOT_NODE = 'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1'
const HANDLER = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' }

function aFunction({ layers = [], ...seed }: Partial<FunctionSeed>): string {
  const name = `fn-${(created += 1)}`
  stack.aws.lambda.createFunction({
    memoryMb: 512,
    ...seed,
    name,
    layers: [...layers, stack.aws.lambda.layers.rotelArn()],
    variables: { ...stack.rotelVariables, ...seed.variables },
  })
  return name
}

const call = (name: string) => invoke(lambdaClient(stack.aws), name)

async function spansOf(name: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  await stack.clickStack.settled()
  return stack.clickStack.rows(
    `SELECT SpanName AS span, TraceId AS trace, ServiceName AS service, SpanKind AS kind,
       SpanAttributes['faas.invocation_id'] AS invocation, SpanAttributes['faas.execution'] AS execution,
       ResourceAttributes['telemetry.sdk.language'] AS language
     FROM otel_traces WHERE ResourceAttributes['faas.name'] = {name:String}`,
    { name },
  )
}

describe('a layer and the wrapper that it brings', () => {
  test.each([
    ['nodejs22.x', NODE, '/opt/otel-handler', 'nodejs'],
    ['python3.13', PYTHON, '/opt/otel-instrument', 'python'],
    ['python3.13', PYTHON, '/opt/otel-handler', 'python'],
    ['java21', JAVA, '/opt/otel-handler', 'java'],
  ])(
    'on %s with %s and %s make a span of each invocation',
    async (runtime, layer, wrapper, language) => {
      const name = aFunction({
        runtime,
        layers: [layer],
        variables: { AWS_LAMBDA_EXEC_WRAPPER: wrapper },
      })
      const first = await call(name)
      const second = await call(name)
      const spans = await spansOf(name)
      const traces = stack.aws.lambda.invocations(name).map(({ traceId }) => traceId)
      expect(new Set(spans.map(({ trace }) => trace))).toEqual(new Set(traces))
      const ids = [first.requestId, second.requestId]
      // Node.js still has the older name of the attribute.
      const [own, other] =
        language === 'nodejs'
          ? (['execution', 'invocation'] as const)
          : (['invocation', 'execution'] as const)
      expect(new Set(spans.map((span) => span[own]))).toEqual(new Set(ids))
      expect(spans).toMatchObject(
        ids.map(() => ({
          span: language === 'python' ? 'index.handler' : name,
          service: name,
          kind: 'Server',
          [other]: '',
          language,
        })),
      )
    },
  )

  test('cost a cold start more time, and memory', async () => {
    const plain = await call(aFunction({ layers: [NODE] }))
    const instrumented = await call(aFunction({ layers: [NODE], variables: HANDLER }))
    const numberOf = (tail: string, label: string): number =>
      Number(new RegExp(`${label}: ([\\d.]+)`).exec(tail)?.[1])
    for (const label of ['Init Duration', 'Max Memory Used']) {
      expect(numberOf(instrumented.tail, label)).toBeGreaterThan(numberOf(plain.tail, label))
    }
  })

  test('work by an own copy of a layer as well', async () => {
    const layer = stack.aws.lambda.layers.publish({
      name: 'my-otel',
      files: ['/opt/otel-handler'],
      instruments: 'nodejs',
    })
    const name = aFunction({ layers: [layer], variables: HANDLER })
    await call(name)
    expect(await spansOf(name)).toHaveLength(1)
  })

  test.each<[string, Partial<FunctionSeed>]>([
    ['no wrapper variable', { layers: [NODE] }],
    ['a layer for another language', { layers: [PYTHON], variables: HANDLER }],
    [
      'an OS-only runtime, which ignores wrappers',
      { runtime: 'provided.al2023', layers: [NODE], variables: HANDLER },
    ],
    [
      'an SDK that is switched off',
      { layers: [NODE], variables: { ...HANDLER, OTEL_SDK_DISABLED: 'true' } },
    ],
    [
      'spans that nobody samples',
      { layers: [NODE], variables: { ...HANDLER, OTEL_TRACES_SAMPLER: 'always_off' } },
    ],
    [
      'another exporter',
      { layers: [NODE], variables: { ...HANDLER, OTEL_TRACES_EXPORTER: 'none' } },
    ],
    [
      'the instrumentation of Lambda left out',
      { layers: [NODE], variables: { ...HANDLER, OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http' } },
    ],
  ])('make none with %s', async (_, seed) => {
    const name = aFunction(seed)
    expect((await call(name)).functionError).toBeUndefined()
    expect(await spansOf(name)).toEqual([])
    expect(stack.aws.lambda.invocations(name)[0]?.traceId).toBeUndefined()
  })

  test('that names a file of no layer ends every invocation', async () => {
    const name = aFunction({
      layers: [NODE],
      variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-instrument' },
    })
    expect((await call(name)).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('exit status 127'),
    })
  })
})

describe('the spans go', () => {
  const MOVED = {
    ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
    ROTEL_OTLP_HTTP_ENDPOINT: '127.0.0.1:5318',
  }

  test.each<[string, boolean, Readonly<Record<string, string>>]>([
    [
      'to Rotel, moved, where the SDK follows',
      true,
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5318' },
    ],
    [
      'to Rotel by gRPC',
      true,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:5317',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      },
    ],
    [
      'to Rotel by the endpoint of the signal',
      true,
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:5318/v1/traces' },
    ],
    ['to ADOT’s collector, which swallows them', false, {}],
    [
      'nowhere, with the wrong protocol for the port',
      false,
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5317' },
    ],
    [
      'nowhere, with a signal’s endpoint that lacks its path',
      false,
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost:5318' },
    ],
    [
      'to somebody else’s host, though the port is Rotel’s',
      false,
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example.com:5318' },
    ],
  ])('%s', async (_, arrive, variables) => {
    const name = aFunction({
      layers: [ADOT_NODE],
      variables: { ...HANDLER, ...MOVED, ...variables },
    })
    expect((await call(name)).functionError).toBeUndefined()
    expect(await spansOf(name)).toHaveLength(arrive ? 1 : 0)
    expect(stack.aws.lambda.invocations(name)[0]?.traceId).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('other vendors’ layers', () => {
  test.each([
    '464622532012:layer:Datadog-Extension:65',
    '451483290750:layer:NewRelicNodeJS22X:20',
    '725887861453:layer:Dynatrace_OneAgent_1_303_2_nodejs:1',
    '114300393969:layer:lumigo-node-tracer:280',
    '753240598075:layer:LambdaAdapterLayerX86:25',
    '615299751070:layer:AWSOpenTelemetryDistroJs:10',
  ])('can be attached by ARN and stand beside Rotel: %s', async (rest) => {
    const name = aFunction({})
    const client = lambdaClient(stack.aws)
    const before = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))
    const Layers = [
      `arn:aws:lambda:us-east-1:${rest}`,
      ...(before.Layers ?? []).map(({ Arn = '' }) => Arn),
    ]
    await client.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Layers }))
    expect(await settled(client, name)).toBe('Successful')
    expect((await call(name)).functionError).toBeUndefined()
  })
})
