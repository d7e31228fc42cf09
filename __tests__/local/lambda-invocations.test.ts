import { InvokeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed, Handler, LocalAws } from '../../local/aws/index'
import {
  invoke,
  lambdaClient,
  local,
  manualClock,
  refusal,
  settled,
  until,
  type Invoked,
} from './support'

const LOG_ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://logs.example.com' }

async function invoked(
  aws: LocalAws,
  handler: Handler,
  seed: Partial<FunctionSeed> = {},
): Promise<Invoked> {
  aws.lambda.createFunction({ name: 'fn', ...seed, handler })
  return invoke(lambdaClient(aws), seed.name ?? 'fn')
}

function withRotel(aws: LocalAws, seed: Partial<FunctionSeed> = {}): Partial<FunctionSeed> {
  const region = seed.region ?? aws.region
  const architecture = seed.architecture ?? 'x86_64'
  return {
    variables: LOG_ENDPOINT,
    layers: [aws.lambda.layers.rotelArn({ region, architecture })],
    ...seed,
  }
}

describe('an invocation in text format', () => {
  test('answers the response, its version, its request id, and a tail from START to REPORT', async () => {
    const aws = await local()
    const answer = await invoked(aws, { response: { ok: true }, logs: ['hello'], durationMs: 9.69 })
    expect(answer).toMatchObject({
      status: 200,
      functionError: undefined,
      payload: { ok: true },
      version: '$LATEST',
    })
    const id = answer.requestId ?? ''
    const lines = answer.tail.split('\n')
    expect(lines[0]).toBe(`START RequestId: ${id} Version: $LATEST`)
    expect(lines[1]).toMatch(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[^\\t]+Z\\t${id}\\tINFO\\thello$`))
    expect(lines[2]).toBe(`END RequestId: ${id}`)
    expect(lines[3]).toBe(
      `REPORT RequestId: ${id}\tDuration: 9.69 ms\tBilled Duration: 160 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 150.00 ms\t`,
    )
  })

  test('is warm the second time, and cold again after a change of the configuration', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', handler: { durationMs: 9.69 } })
    const client = lambdaClient(aws)
    expect((await invoke(client, 'fn')).tail).toContain('Init Duration')
    const warm = await invoke(client, 'fn')
    expect(warm.tail).not.toContain('Init Duration')
    expect(warm.tail).toContain('Billed Duration: 10 ms')
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Description: '' }),
    )
    await settled(client, 'fn')
    expect((await invoke(client, 'fn')).tail).toContain('Init Duration')
    aws.lambda.retireEnvironments('fn')
    expect((await invoke(client, 'fn')).tail).toContain('Init Duration')
    const records = aws.lambda.invocations('fn')
    expect(records.map((record) => record.cold)).toEqual([true, false, true, true])
    expect(new Set(records.map((record) => record.environment)).size).toBe(3)
  })

  test('shows the extension before START on a cold start only', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', ...withRotel(aws) })
    const client = lambdaClient(aws)
    const cold = (await invoke(client, 'fn')).tail.split('START RequestId')[0]
    expect(cold?.split('\n').slice(0, -1)).toEqual([
      ' INFO Starting Rotel.',
      ' INFO OTLP receiver listening grpc_endpoint="127.0.0.1:4317" http_endpoint="127.0.0.1:4318"',
      ' INFO Rotel Lambda Extension started in 66ms',
      'TELEMETRY\tName: rotel-extension\tState: Subscribed\tTypes: [Platform, Function, Extension]',
      'EXTENSION\tName: rotel-extension\tState: Ready\tEvents: [INVOKE,SHUTDOWN]',
    ])
    expect((await invoke(client, 'fn')).tail).toMatch(/^START RequestId/)
  })

  test('an exception is Unhandled with HTTP 200, the stack under the key of its runtime', async () => {
    const aws = await local()
    const failure = { kind: 'throws', errorType: 'TypeError', errorMessage: 'no' } as const
    const node = await invoked(aws, { failure })
    expect(node).toMatchObject({
      status: 200,
      functionError: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'no', trace: expect.any(Array) as unknown },
    })
    expect(node.tail).toContain('\tERROR\tInvoke Error \t{"errorType":"TypeError"')
    expect(node.tail).toContain('\tStatus: error\tError Type: TypeError')
    const python = await invoked(aws, { failure }, { name: 'py', runtime: 'python3.13' })
    expect(python).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        stackTrace: expect.any(Array) as unknown,
        requestId: expect.any(String) as unknown,
      },
    })
  })

  test('a time-out is Sandbox.Timedout, in payload, tail and REPORT', async () => {
    const aws = await local()
    const answer = await invoked(aws, { durationMs: 60_000 }, { timeoutSeconds: 3 })
    expect(answer).toMatchObject({
      status: 200,
      functionError: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${answer.requestId ?? ''} Error: Task timed out after 3.00 seconds`,
      },
    })
    expect(answer.tail).toContain(
      'Duration: 3000.00 ms\tBilled Duration: 3150 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB\tInit Duration: 150.00 ms\tStatus: timeout',
    )
    expect(answer.tail).toContain(`${answer.requestId ?? ''} Task timed out after 3.00 seconds`)
  })

  test.each([
    [
      'memory',
      { memoryUsedMb: 200 },
      'Runtime.OutOfMemory',
      'Runtime exited with error: signal: killed',
    ],
    [
      'an exit',
      { failure: { kind: 'exits', status: 3 } },
      'Runtime.ExitError',
      'Runtime exited with error: exit status 3',
    ],
    [
      'an exit with 0',
      { failure: { kind: 'exits', status: 0 } },
      'Runtime.ExitError',
      'Runtime exited without providing a reason',
    ],
  ] as const)('the end of the runtime by %s names its type', async (_, handler, type, message) => {
    const aws = await local()
    const answer = await invoked(aws, handler)
    expect(answer.functionError).toBe('Unhandled')
    expect(answer.payload).toEqual({
      errorType: type,
      errorMessage: `RequestId: ${answer.requestId ?? ''} Error: ${message}`,
    })
    expect(answer.tail).toContain(`Status: error\tError Type: ${type}`)
    expect((await invoke(lambdaClient(aws), 'fn')).tail).toContain('Init Duration')
  })

  test('code that does not load fails each time, with two INIT_REPORT lines', async () => {
    const aws = await local()
    const answer = await invoked(aws, { failure: { kind: 'init-error' } })
    expect(answer).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Runtime.ImportModuleError' },
    })
    expect(answer.tail).toContain('\tPhase: init\tStatus: error\tError Type: Runtime.Import')
    expect(answer.tail).toContain('\tPhase: invoke\tStatus: error\tError Type: Runtime.Import')
  })

  test('raw lines go out as they are: a function may print workflow commands', async () => {
    const aws = await local()
    const answer = await invoked(aws, {
      logs: [{ raw: '::error::pwned' }, { raw: '::set-output name=result::success' }],
    })
    expect(answer.tail).toContain('\n::error::pwned\n::set-output name=result::success\n')
  })

  test('the tail holds the last 4 KB: a chatty function pushes the init lines out', async () => {
    const aws = await local()
    const answer = await invoked(aws, { logs: ['x'.repeat(5000)] }, withRotel(aws))
    expect(Buffer.byteLength(answer.tail)).toBe(4096)
    expect(answer.tail).not.toContain('EXTENSION')
    expect(answer.tail).toContain('REPORT RequestId')
  })

  test('may depend on the payload', async () => {
    const aws = await local()
    aws.lambda.createFunction({
      name: 'fn',
      handler: ({ payload }) =>
        JSON.stringify(payload) === '{"bad":true}'
          ? { failure: { kind: 'throws' } }
          : { response: payload },
    })
    const client = lambdaClient(aws)
    expect((await invoke(client, 'fn', { payload: { a: 1 } })).payload).toEqual({ a: 1 })
    expect((await invoke(client, 'fn', { payload: { bad: true } })).functionError).toBe('Unhandled')
  })
})

describe('an invocation in JSON format', () => {
  test('has one object a line: platform lines with "time", function lines with "timestamp"', async () => {
    const aws = await local()
    const answer = await invoked(
      aws,
      { logs: ['hello'], durationMs: 9.69 },
      withRotel(aws, { logFormat: 'JSON' }),
    )
    const lines = answer.tail
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map((line) => line['type'] ?? line['message'] ?? line['fields'])).toEqual([
      { message: 'Starting Rotel.' },
      {
        message: 'OTLP receiver listening',
        grpc_endpoint: '"127.0.0.1:4317"',
        http_endpoint: '"127.0.0.1:4318"',
      },
      { message: 'Rotel Lambda Extension started in 66ms' },
      'platform.telemetrySubscription',
      'platform.extension',
      'platform.start',
      'hello',
      'platform.report',
    ])
    const requestId = answer.requestId
    expect(lines[5]?.['record']).toEqual({
      requestId,
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:fn',
      version: '$LATEST',
    })
    expect(lines[6]).toMatchObject({ level: 'INFO', requestId, message: 'hello' })
    expect(lines[7]?.['record']).toEqual({
      requestId,
      metrics: {
        durationMs: 13.69,
        billedDurationMs: 230,
        memorySizeMB: 128,
        maxMemoryUsedMB: 88,
        initDurationMs: 216,
      },
      status: 'success',
    })
  })

  test('reports failures with status and error type', async () => {
    const aws = await local()
    const answer = await invoked(
      aws,
      { durationMs: 60_000 },
      { logFormat: 'JSON', timeoutSeconds: 1 },
    )
    expect(answer.tail).toContain('"status":"timeout"')
    const crashed = await invoked(
      aws,
      { failure: { kind: 'exits' } },
      { name: 'other', logFormat: 'JSON' },
    )
    expect(crashed.tail).toContain('"status":"error","errorType":"Runtime.ExitError"')
  })
})

describe('an invocation that does not start', () => {
  const body = { Payload: Buffer.from('{}') }

  test('by its kind: durable ones need a qualifier, tenant-isolated ones a tenant', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'durable', kind: 'durable' })
    aws.lambda.createFunction({ name: 'tenants', kind: 'tenant-isolated' })
    const client = lambdaClient(aws)
    expect(await refusal(invoke(client, 'durable'))).toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: 'You cannot invoke a durable function using an unqualified ARN.',
    })
    expect((await invoke(client, 'durable', { qualifier: '$LATEST' })).status).toBe(200)
    expect(await refusal(invoke(client, 'tenants'))).toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
    })
    expect((await invoke(client, 'tenants', { tenant: 'blue' })).status).toBe(200)
  })

  test('by reserved concurrency of 0, and by the account limit: 429 with the reason', async () => {
    const clock = manualClock()
    const aws = await local({ clock, quotas: { concurrentInvocations: 1, scale: 100 } })
    aws.lambda.createFunction({ name: 'none', reservedConcurrency: 0 })
    aws.lambda.createFunction({ name: 'slow', handler: { realMs: 200 } })
    aws.lambda.createFunction({ name: 'other' })
    const client = lambdaClient(aws)
    expect(await refusal(invoke(client, 'none'))).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    })
    const first = invoke(client, 'slow')
    await until(() => aws.lambda.get('slow').invocations === 1)
    expect(await refusal(invoke(client, 'other'))).toMatchObject({
      status: 429,
      reason: 'ConcurrentInvocationLimitExceeded',
    })
    clock.advance(200)
    await first
    expect((await invoke(client, 'other')).status).toBe(200)
  })

  test('while the function is Pending, missing, or not the caller’s to invoke', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'young', state: 'Pending' })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    expect(await refusal(invoke(client, 'young'))).toMatchObject({ status: 409 })
    expect((await refusal(invoke(client, 'missing'))).message).toBe(
      'Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing:$LATEST',
    )
    aws.caller.deny('lambda:InvokeFunction')
    const dry = new InvokeCommand({ FunctionName: 'fn', InvocationType: 'DryRun', ...body })
    expect(await refusal(client.send(dry))).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('lambda:InvokeFunction on resource: arn:') as unknown,
    })
  })

  test('as DryRun it runs nothing: 204; as Event it answers 202 and runs', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const dry = new InvokeCommand({ FunctionName: 'fn', InvocationType: 'DryRun', ...body })
    expect((await client.send(dry)).StatusCode).toBe(204)
    expect(aws.lambda.invocations()).toHaveLength(0)
    const event = new InvokeCommand({ FunctionName: 'fn', InvocationType: 'Event', ...body })
    expect((await client.send(event)).StatusCode).toBe(202)
    await until(() => aws.lambda.invocations().length === 1)
  })

  test('with a payload that is no JSON', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const call = lambdaClient(aws).send(
      new InvokeCommand({ FunctionName: 'fn', Payload: Buffer.from('{oops') }),
    )
    expect(await refusal(call)).toMatchObject({
      name: 'InvalidRequestContentException',
      status: 400,
      message: expect.stringContaining('Could not parse request body into json:') as unknown,
    })
  })
})

describe('the wrapper script', () => {
  const variables = { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' }

  test('that no layer brings ends the runtime with status 127', async () => {
    const aws = await local()
    const answer = await invoked(aws, {}, { variables })
    expect(answer).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${answer.requestId ?? ''} Error: Runtime exited with error: exit status 127`,
      },
    })
  })

  test('is found in a layer or in the package, and ignored by OS-only runtimes', async () => {
    const aws = await local()
    const layer = 'arn:aws:lambda:us-east-1:184161586896:layer:opentelemetry-nodejs-0_23_0:1'
    const client = lambdaClient(aws)
    aws.lambda.createFunction({ name: 'layer', variables, layers: [layer] })
    aws.lambda.createFunction({
      name: 'package',
      variables: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/wrap' },
      files: { '/var/task/wrap': '#!/bin/sh' },
    })
    aws.lambda.createFunction({ name: 'os-only', variables, runtime: 'provided.al2023' })
    for (const name of ['layer', 'package', 'os-only']) {
      expect((await invoke(client, name)).functionError).toBeUndefined()
    }
  })
})

describe('CloudWatch Logs of a function', () => {
  test('get INIT_START, then what the tail has, in one stream for each environment', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', handler: { logs: ['hello'] } })
    const client = lambdaClient(aws)
    const { requestId } = await invoke(client, 'fn')
    await invoke(client, 'fn')
    const streams = aws.logs.streams('/aws/lambda/fn')
    expect(streams).toEqual([
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    ])
    const messages = aws.logs.events('/aws/lambda/fn').map((event) => event.message)
    expect(messages[0]).toMatch(/^INIT_START Runtime Version: nodejs:22/)
    expect(messages[1]).toBe(`START RequestId: ${requestId ?? ''} Version: $LATEST\n`)
    aws.lambda.retireEnvironments('fn')
    await invoke(client, 'fn')
    expect(aws.logs.streams('/aws/lambda/fn')).toHaveLength(2)
  })

  test('get nothing when the role may not write, and a custom group has another stream name', async () => {
    const aws = await local()
    const mute = aws.iam.createRole({ name: 'mute' })
    aws.lambda.createFunction({ name: 'mute', role: mute.arn })
    aws.lambda.createFunction({ name: 'custom', logGroup: '/team/all' })
    const client = lambdaClient(aws)
    expect((await invoke(client, 'mute')).tail).toContain('REPORT')
    await invoke(client, 'custom')
    expect(aws.logs.streams('/aws/lambda/mute')).toEqual([])
    expect(aws.logs.streams('/team/all')).toEqual([
      expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/custom\[\$LATEST\]\[[0-9a-f]{32}\]$/),
    ])
  })
})
