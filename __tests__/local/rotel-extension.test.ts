import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed, LocalAws } from '../../local/aws/index'
import { toBatch } from '../../local/rotel/log-records'
import type {
  ExportResult,
  ExportTarget,
  LogBatch,
  TelemetryExporter,
} from '../../local/rotel/telemetry'
import { invoke, lambdaClient, local, manualClock, type Invoked } from './support'

const ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://logs.example.com' }
const EXTENSION_CRASH = { functionError: 'Unhandled', payload: { errorType: 'Extension.Crash' } }

async function run(aws: LocalAws, seed: Partial<FunctionSeed>): Promise<Invoked> {
  aws.lambda.createFunction({
    name: 'fn',
    variables: ENDPOINT,
    layers: [aws.lambda.layers.rotelArn()],
    ...seed,
  })
  return invoke(lambdaClient(aws), 'fn')
}

interface Recorder extends TelemetryExporter {
  readonly sent: { readonly batch: LogBatch; readonly target: ExportTarget }[]
}

function recorder(results: readonly ExportResult[] = []): Recorder {
  const sent: Recorder['sent'] = []
  return {
    sent,
    export: (batch, target) => {
      sent.push({ batch, target })
      return Promise.resolve(results[sent.length - 1] ?? { kind: 'ok' })
    },
  }
}

describe('Rotel ends every invocation as Extension.Crash', () => {
  test.each([
    ['a value that clap refuses', { ROTEL_OTLP_EXPORTER_PROTOCOL: 'https' }, 2, 'invalid value'],
    ['quotes around a header', { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: '"A=b"' }, 1, 'header name'],
    [
      'an IP without a scheme',
      { ROTEL_OTLP_EXPORTER_ENDPOINT: '10.0.0.5:4317' },
      1,
      'relative URL',
    ],
    ['a bad log filter', { RUST_LOG: 'rotel=loud' }, 1, 'failed to setup logging'],
    ['a missing env file', { ROTEL_ENV_FILE: '/var/task/none.env' }, 1, 'Can not load envfile'],
    [
      'a secret that cannot be read',
      { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'A=${arn:aws:ssm:us-east-1:1:parameter/x}' },
      1,
      'Unable to resolve ARNs from parameter store',
    ],
  ])('for %s', async (_, variables, status, text) => {
    const aws = await local()
    const answer = await run(aws, { variables: { ...ENDPOINT, ...variables } })
    expect(answer).toMatchObject(EXTENSION_CRASH)
    expect(answer.payload).toMatchObject({
      errorMessage: `RequestId: ${answer.requestId ?? ''} Error: exit status ${status}`,
    })
    expect(answer.tail).toContain(text)
    if (text === 'header name' || text === 'relative URL') {
      // It has registered, and is ready: it ends with the invocation.
      expect(answer.tail).toMatch(/EXTENSION\tName: rotel-extension\tState: Ready/)
      expect(answer.tail.indexOf(text)).toBeGreaterThan(answer.tail.indexOf('START RequestId'))
    } else {
      expect(answer.tail).toMatch(/EXTENSION\tName: rotel-extension\tState: .*Extension\.Crash/)
      expect(answer.tail).toContain('\tPhase: init\tStatus: error\tError Type: Extension.Crash')
    }
    expect(answer.tail).toContain('\tStatus: error\tError Type: Extension.Crash')
    expect(await invoke(lambdaClient(aws), 'fn')).toMatchObject(EXTENSION_CRASH)
  })

  test('but after a fast handler has answered, where it had registered', async () => {
    const aws = await local()
    const answer = await run(aws, {
      handler: { durationMs: 1 },
      variables: { ...ENDPOINT, ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'none' },
    })
    expect(answer.functionError).toBeUndefined()
    expect(answer.tail).not.toContain('Failed to run agent.')
    await invoke(lambdaClient(aws), 'fn')
    expect(aws.lambda.invocations('fn').map(({ cold }) => cold)).toEqual([true, true])
  })

  test('on Amazon Linux 2, whose glibc is too old', async () => {
    const aws = await local()
    for (const runtime of ['nodejs18.x', 'python3.11', 'java17', 'provided.al2', 'ruby3.2']) {
      aws.lambda.createFunction({
        name: runtime.replace('.', '-'),
        runtime,
        layers: [aws.lambda.layers.rotelArn()],
      })
      const answer = await invoke(lambdaClient(aws), runtime.replace('.', '-'))
      expect(answer).toMatchObject(EXTENSION_CRASH)
      expect(answer.tail).toMatch(/GLIBC_\S+ not found/)
    }
  })

  test('when the layer is for the other architecture', async () => {
    const aws = await local()
    const answer = await run(aws, { architecture: 'arm64' })
    expect(answer).toMatchObject(EXTENSION_CRASH)
    expect(answer.tail).toContain('cannot execute binary file')
  })

  test.each([
    'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1',
    'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-collector-amd64-ver-0-117-0:1',
    'arn:aws:lambda:us-east-1:184161586896:layer:opentelemetry-collector-amd64-0_23_0:1',
    'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64-alpha:41',
  ])('when a collector is attached as well: %s', async (layer) => {
    const aws = await local()
    const answer = await run(aws, { layers: [layer, aws.lambda.layers.rotelArn()] })
    expect(answer).toMatchObject(EXTENSION_CRASH)
    expect(answer.tail).toContain('ERROR: unable to bind to 127.0.0.1:4317: Address already in use')
  })

  test('or the collector does, where it comes second: Extension.InitError', async () => {
    const aws = await local()
    const adot = 'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1'
    const answer = await run(aws, { layers: [aws.lambda.layers.rotelArn(), adot] })
    expect(answer.payload).toMatchObject({ errorType: 'Extension.InitError' })
    expect(answer.tail).toContain('listen tcp 127.0.0.1:4317: bind: address already in use')
    expect(answer.tail).toMatch(/EXTENSION\tName: collector\t.*Extension\.InitError/)
  })

  test('or when it is moved onto a port of the collector’s', async () => {
    const aws = await local()
    const answer = await run(aws, {
      layers: [
        'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-python-amd64-ver-1-32-0:2',
        aws.lambda.layers.rotelArn(),
      ],
      variables: {
        ...ENDPOINT,
        ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
        ROTEL_OTLP_HTTP_ENDPOINT: 'localhost:4317',
      },
    })
    expect(answer).toMatchObject(EXTENSION_CRASH)
    expect(answer.tail).toContain('ERROR: unable to bind to 127.0.0.1:4317')
  })

  test('but not when its receivers are moved, or the layer brings no collector', async () => {
    const aws = await local()
    const adot = 'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1'
    const community = 'arn:aws:lambda:us-east-1:184161586896:layer:opentelemetry-nodejs-0_23_0:1'
    const moved = await run(aws, {
      layers: [adot, aws.lambda.layers.rotelArn()],
      memoryMb: 256,
      variables: {
        ...ENDPOINT,
        ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
        ROTEL_OTLP_HTTP_ENDPOINT: 'localhost:5318',
      },
    })
    expect(moved.functionError).toBeUndefined()
    expect(moved.tail).toContain('grpc_endpoint="127.0.0.1:5317" http_endpoint="127.0.0.1:5318"')
    expect(moved.tail).toContain('EXTENSION\tName: collector\tState: Ready')
    aws.lambda.createFunction({
      name: 'community',
      variables: ENDPOINT,
      layers: [community, aws.lambda.layers.rotelArn()],
    })
    expect((await invoke(lambdaClient(aws), 'community')).functionError).toBeUndefined()
  })
})

describe('Rotel in an environment', () => {
  test('needs memory of its own: a function near its limit dies with it', async () => {
    const aws = await local()
    const handler = { memoryUsedMb: 120 }
    aws.lambda.createFunction({ name: 'bare', handler })
    expect((await invoke(lambdaClient(aws), 'bare')).functionError).toBeUndefined()
    const answer = await run(aws, { handler })
    expect(answer.payload).toMatchObject({ errorType: 'Runtime.OutOfMemory' })
    expect(answer.tail).toContain('Memory Size: 128 MB\tMax Memory Used: 128 MB')
  })

  test('cannot register on Managed Instances: Extension.InitError', async () => {
    const aws = await local()
    expect((await run(aws, { kind: 'managed-instances' })).payload).toMatchObject({
      errorType: 'Extension.InitError',
    })
  })

  test('says that it throws everything away when it has no endpoint', async () => {
    const exporter = recorder()
    const aws = await local({ telemetry: exporter })
    const answer = await run(aws, { variables: {} })
    expect(answer.functionError).toBeUndefined()
    expect(answer.tail).toContain(
      ' INFO Automatically selecting blackhole exporter due to missing endpoint configs',
    )
    expect(exporter.sent).toEqual([])
  })

  test('exports the function’s lines and its own, with the resource of the function', async () => {
    const exporter = recorder()
    const aws = await local({ telemetry: exporter })
    await run(aws, {
      memoryMb: 256,
      handler: { logs: ['hello'] },
      variables: {
        ...ENDPOINT,
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=key',
        ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop,team=blue',
      },
    })
    const [{ batch, target } = { batch: undefined, target: undefined }] = exporter.sent
    expect(target).toMatchObject({
      exporter: 'otlp',
      protocol: 'grpc',
      url: 'https://logs.example.com',
      headers: { authorization: 'key' },
      compression: 'gzip',
    })
    expect(batch?.resource).toEqual({
      'faas.invoked_provider': 'aws',
      'service.name': 'shop',
      'faas.name': 'fn',
      'faas.max_memory': '256',
      'faas.version': '$LATEST',
      'faas.invoked_region': 'us-east-1',
      team: 'blue',
    })
    expect(batch?.scopeName).toBe('github.com/streamfold/rotel-lambda-extension')
    expect(batch?.records.map((record) => [record.attributes['type'], record.body.trim()])).toEqual(
      [
        ['extension', 'INFO Starting Rotel.'],
        [
          'extension',
          'INFO OTLP receiver listening grpc_endpoint="127.0.0.1:4317" http_endpoint="127.0.0.1:4318"',
        ],
        ['extension', 'INFO Rotel Lambda Extension started in 66ms'],
        ['function', expect.stringMatching(/\tINFO\thello$/)],
      ],
    )
    expect(batch?.records.some((record) => 'faas.invocation_id' in record.attributes)).toBe(false)
  })

  test('with JSON logs carries the invocation id and drops custom fields', async () => {
    const exporter = recorder()
    const aws = await local({ telemetry: exporter })
    const answer = await run(aws, {
      logFormat: 'JSON',
      handler: {
        logs: ['hello', { object: { message: 'own', level: 'warn', order: 7 } }, { raw: 'plain' }],
      },
    })
    const records = exporter.sent[0]?.batch.records.filter(
      (record) => record.attributes['type'] === 'function',
    )
    expect(records).toMatchObject([
      {
        body: 'hello',
        severityText: 'SEVERITY_NUMBER_INFO',
        severityNumber: 9,
        attributes: { type: 'function', 'faas.invocation_id': answer.requestId },
      },
      { body: 'own', severityText: 'SEVERITY_NUMBER_WARN', attributes: { type: 'function' } },
      { body: 'plain\n', attributes: { type: 'function' } },
    ])
    expect(JSON.stringify(records)).not.toContain('order')
  })

  test('with RUST_LOG=warn is silent, in the tail and in what it exports', async () => {
    const exporter = recorder()
    const aws = await local({ telemetry: exporter })
    const answer = await run(aws, { variables: { ...ENDPOINT, RUST_LOG: 'warn' } })
    expect(answer.tail).not.toContain('Starting Rotel')
    expect(answer.tail).toContain('EXTENSION\tName: rotel-extension\tState: Ready')
    expect(exporter.sent).toEqual([])
  })

  test('with an endpoint that does not answer adds 3 s to each invocation, and keeps trying', async () => {
    const unreachable = { kind: 'unreachable', reason: 'connection refused' } as const
    const exporter = recorder([unreachable, unreachable, unreachable])
    // Modelled time: the clock stands still, nothing is waited for.
    const aws = await local({ telemetry: exporter, clock: manualClock() })
    const first = await run(aws, { handler: { durationMs: 10 } })
    expect(first.functionError).toBeUndefined()
    expect(first.tail).toContain('Duration: 3014.00 ms')
    expect(first.tail).not.toContain('timeout waiting to flush exporters')
    const second = await invoke(lambdaClient(aws), 'fn')
    expect(second.tail).toContain('timeout waiting to flush exporters')
    expect(second.tail).toContain(
      ' INFO Exporting failed, will retry again after delay. attempt=1 ',
    )
    expect(exporter.sent.length).toBeGreaterThanOrEqual(3)
  })

  test('with such an endpoint times out a function that has 3 s', async () => {
    const exporter = recorder([{ kind: 'unreachable', reason: 'no route' }])
    const aws = await local({ telemetry: exporter })
    const answer = await run(aws, { timeoutSeconds: 3 })
    expect(answer.payload).toMatchObject({ errorType: 'Sandbox.Timedout' })
    expect(answer.tail).toContain('Status: timeout')
  })

  test('with a wrong key loses the data at once and slows nothing', async () => {
    const exporter = recorder([{ kind: 'grpc', status: 'Unauthenticated' }])
    const aws = await local({ telemetry: exporter })
    const first = await run(aws, { handler: { durationMs: 10 } })
    expect(first.tail).toContain('Duration: 14.00 ms')
    const second = await invoke(lambdaClient(aws), 'fn')
    expect(second.tail).toContain(
      'ERROR OTLPExporter failed gRPC status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=Unauthenticated',
    )
    expect(exporter.sent).toHaveLength(2)
    const bodies = exporter.sent[1]?.batch.records.map((record) => record.body) ?? []
    expect(bodies.join('')).not.toContain('Starting Rotel')
  })

  test('drops a batch with a record that is neither text nor object', () => {
    const resource = {}
    const event = { type: 'function', timeMs: 0 } as const
    expect(
      toBatch(resource, [
        { ...event, record: 'x' },
        { ...event, record: 7 },
      ]),
    ).toBeUndefined()
  })

  test.each([
    ['info', 'SEVERITY_NUMBER_INFO', 9],
    ['DEBUG3', 'SEVERITY_NUMBER_DEBUG3', 7],
    ['WARNING', 'SEVERITY_NUMBER_WARN', 13],
    ['critical', 'SEVERITY_NUMBER_FATAL', 21],
    ['all', 'SEVERITY_NUMBER_TRACE', 1],
    ['loud', 'SEVERITY_NUMBER_UNSPECIFIED', 0],
  ])('maps the level %s to %s', (level, severityText, severityNumber) => {
    const batch = toBatch({}, [{ type: 'function', timeMs: 0, record: { level } }])
    expect(batch?.records[0]).toMatchObject({ severityText, severityNumber })
  })
})
