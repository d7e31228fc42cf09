import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { CallEvent, LocalAws } from '../../local/aws/index'
import {
  clientConfig,
  invoke,
  lambdaClient,
  local,
  manualClock,
  refusal,
  settled,
  until,
} from './support'

const get = (client: LambdaClient, name = 'fn') =>
  client.send(new GetFunctionCommand({ FunctionName: name }))

const update = (client: LambdaClient, description: string, name = 'fn') =>
  client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: name, Description: description }),
  )

function retrying(aws: LocalAws): LambdaClient {
  return new LambdaClient({ ...clientConfig(aws), maxAttempts: 3 })
}

describe('faults', () => {
  test('throttle: 429 with the reason and retry-after, as often as said, after as many as said', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const rule = aws.faults.add({
      operation: 'GetFunction',
      skip: 1,
      count: 2,
      fault: { kind: 'throttle', retryAfterSeconds: 1 },
    })
    const client = lambdaClient(aws)
    await get(client)
    for (let n = 0; n < 2; n += 1) {
      expect(await refusal(get(client))).toMatchObject({
        name: 'TooManyRequestsException',
        status: 429,
        message: 'Rate exceeded',
        reason: 'CallerRateLimitExceeded',
      })
    }
    await get(client)
    expect(rule.hits).toBe(2)
  })

  test('put another answer in the place of AWS’s, and the work is not done', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    aws.faults.add({
      service: 'lambda',
      count: 2,
      fault: {
        kind: 'other-answer',
        contentType: 'application/json',
        body: ({ operation }) => JSON.stringify({ Description: `in place of ${operation}` }),
      },
    })
    const client = lambdaClient(aws)
    expect((await get(client)).Configuration).toBeUndefined()
    const answer = await update(client, 'new')
    expect(answer.Description).toBe('in place of UpdateFunctionConfiguration')
    expect(aws.lambda.get('fn').writes).toBe(0)
    expect(aws.calls.all()).toMatchObject([
      { status: 200, outcome: 'answered', worked: false },
      { status: 200, outcome: 'answered', worked: false },
    ])
    expect((await get(client)).Configuration?.Description).toBe('')
  })

  test('strike only the service, operation, function and region they name', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'other' })
    aws.lambda.createFunction({ name: 'fn', region: 'eu-west-1' })
    aws.faults.add({
      service: 'lambda',
      operation: 'GetFunction',
      functionName: 'fn',
      region: 'us-east-1',
      count: Number.POSITIVE_INFINITY,
      fault: { kind: 'error', name: 'ResourceInUseException', status: 400, message: 'no' },
    })
    await get(lambdaClient(aws), 'other')
    await get(lambdaClient(aws, 'eu-west-1'), 'fn')
    await lambdaClient(aws).send(new ListFunctionsCommand({}))
    expect(await refusal(get(lambdaClient(aws)))).toMatchObject({
      name: 'ResourceInUseException',
      status: 400,
      message: 'no',
    })
    aws.faults.clear()
    await get(lambdaClient(aws))
  })

  test('of the server: the SDK retries 500 to 504', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    for (const status of [500, 502, 503, 504] as const) {
      aws.faults.add({ operation: 'Invoke', fault: { kind: 'server-error', status } })
      const before = aws.calls.count('Invoke')
      await retrying(aws).send(new InvokeCommand({ FunctionName: 'fn' }))
      expect(aws.calls.count('Invoke') - before).toBe(2)
      aws.faults.add({ operation: 'Invoke', fault: { kind: 'server-error', status } })
      const once = lambdaClient(aws).send(new InvokeCommand({ FunctionName: 'fn' }))
      expect((await refusal(once)).status).toBe(status)
    }
    expect(aws.lambda.invocations()).toHaveLength(4)
  })

  test('a reset comes before the work, a lost answer after it', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const operation = 'UpdateFunctionConfiguration'
    aws.faults.add({ operation, fault: { kind: 'reset' } })
    await expect(update(client, 'reset')).rejects.toThrow()
    expect(aws.lambda.get('fn').description).toBe('')
    aws.faults.add({ operation, fault: { kind: 'lost-answer' } })
    await expect(update(client, 'lost')).rejects.toThrow()
    expect(aws.lambda.get('fn').description).toBe('lost')
    expect(aws.calls.of(operation).map((call) => [call.outcome, call.worked])).toEqual([
      ['no-answer', false],
      ['no-answer', true],
    ])
  })

  test('a lost answer and the retry of the SDK meet as 412 on the RevisionId', async () => {
    const aws = await local({ updateMs: 0 })
    const { revisionId } = aws.lambda.createFunction({ name: 'fn' })
    aws.faults.add({
      operation: 'UpdateFunctionConfiguration',
      fault: { kind: 'lost-answer' },
    })
    const call = retrying(aws).send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'fn',
        Description: 'landed',
        RevisionId: revisionId,
      }),
    )
    expect(await refusal(call)).toMatchObject({ name: 'PreconditionFailedException' })
    expect(aws.lambda.get('fn')).toMatchObject({ description: 'landed', writes: 1 })
  })

  test('a delay does the work at once and answers late; a hang never answers', async () => {
    const clock = manualClock()
    const aws = await local({ updateMs: 0, clock })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    aws.faults.add({
      operation: 'UpdateFunctionConfiguration',
      fault: { kind: 'delay', ms: 80 },
    })
    const late = update(client, 'late')
    await until(() => aws.lambda.get('fn').description === 'late')
    clock.advance(79)
    expect(aws.calls.all().at(-1)?.outcome).toBe('running')
    clock.advance(1)
    await late
    aws.faults.add({ operation: 'GetFunction', fault: { kind: 'hang' } })
    const hung = client.send(new GetFunctionCommand({ FunctionName: 'fn' }), {
      abortSignal: AbortSignal.timeout(60),
    })
    await expect(hung).rejects.toThrow()
    expect(aws.calls.all().at(-1)).toMatchObject({ outcome: 'no-answer', worked: false })
  })
})

describe('quotas', () => {
  test('15 control-plane calls a second together, 100 GetFunction of their own, each region its own', async () => {
    const clock = manualClock()
    const aws = await local({ quotas: {}, clock })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const list = (region?: string) => lambdaClient(aws, region).send(new ListFunctionsCommand({}))
    for (let n = 0; n < 15; n += 1) await list()
    expect(await refusal(list())).toMatchObject({
      name: 'TooManyRequestsException',
      status: 429,
      message: 'Rate exceeded',
      reason: 'CallerRateLimitExceeded',
    })
    expect(await refusal(update(client, 'x'))).toMatchObject({ status: 429 })
    await list('eu-west-1')
    for (let n = 0; n < 100; n += 1) await get(client)
    expect(await refusal(get(client))).toMatchObject({ status: 429 })
    await invoke(client, 'fn')
    clock.advance(100)
    await list()
    expect(await refusal(list())).toMatchObject({ status: 429 })
    await get(client)
  })

  test('can be scaled, and can be narrowed for a test', async () => {
    const aws = await local({
      clock: manualClock(),
      quotas: { controlPlanePerSecond: 1, getFunctionPerSecond: 2 },
    })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const answers = await Promise.allSettled([1, 2, 3, 4].map(() => get(client)))
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(2)
  })
})

describe('the call log', () => {
  test('has every call with service, operation, region, function, members, status and error', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    await get(client)
    await refusal(
      client.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'fn',
          RevisionId: 'old',
          Layers: [],
          Environment: { Variables: { AA: '1' } },
        }),
      ),
    )
    await new STSClient(clientConfig(aws)).send(new GetCallerIdentityCommand({}))
    expect(aws.calls.all()).toMatchObject([
      {
        index: 1,
        service: 'lambda',
        operation: 'GetFunction',
        region: 'us-east-1',
        functionName: 'fn',
        status: 200,
        outcome: 'answered',
        worked: true,
      },
      {
        index: 2,
        operation: 'UpdateFunctionConfiguration',
        functionName: 'fn',
        params: { Layers: [], Environment: { Variables: { AA: '1' } }, RevisionId: 'old' },
        status: 412,
        errorName: 'PreconditionFailedException',
        worked: false,
      },
      { index: 3, service: 'sts', operation: 'GetCallerIdentity', functionName: undefined },
    ])
    expect(aws.calls.count()).toBe(3)
    expect(aws.calls.count('GetFunction', 'fn')).toBe(1)
    expect(aws.calls.of('GetFunction', 'other')).toEqual([])
    aws.calls.clear()
    expect(aws.calls.count()).toBe(0)
  })

  test('an operation that is not modelled is an error of its own, never a success', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const call = lambdaClient(aws).send(
      new UpdateFunctionCodeCommand({ FunctionName: 'fn', ImageUri: 'x' }),
    )
    expect(await refusal(call)).toMatchObject({ name: 'LocalAwsNotModelled', status: 501 })
    expect(aws.calls.count()).toBe(1)
    const memory = lambdaClient(aws).send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', DeadLetterConfig: {} }),
    )
    expect(await refusal(memory)).toMatchObject({ name: 'LocalAwsNotModelled', status: 501 })
  })

  test('an unsigned request is not served', async () => {
    const aws = await local()
    const answer = await fetch(`${aws.url}/2015-03-31/functions/`)
    expect(answer.status).toBe(403)
  })
})

describe('hooks', () => {
  test('are awaited before a call is handled, and after its work before its answer', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const seen: string[] = []
    const stop = aws.onCall(async (call: CallEvent) => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      seen.push(`${call.index} before ${call.operation}: ${aws.lambda.get('fn').description}`)
    })
    aws.onWorkDone((call) => {
      seen.push(`${call.index} after ${call.operation}: ${aws.lambda.get('fn').description}`)
    })
    await update(client, 'x')
    stop()
    await get(client)
    expect(seen).toEqual([
      '1 before UpdateFunctionConfiguration: ',
      '1 after UpdateFunctionConfiguration: x',
      '2 after GetFunction: x',
    ])
  })

  test('may change a function between two calls of a client, who then meets 412', async () => {
    const aws = await local({ updateMs: 0 })
    const { revisionId } = aws.lambda.createFunction({ name: 'fn' })
    aws.onCall((call) => {
      if (call.operation === 'UpdateFunctionConfiguration') {
        aws.lambda.changeAsSomebodyElse('fn', { variables: { THEIRS: '1' } })
      }
    })
    const call = lambdaClient(aws).send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'fn',
        RevisionId: revisionId,
        Environment: { Variables: { MINE: '1' } },
      }),
    )
    expect(await refusal(call)).toMatchObject({ status: 412 })
    expect(aws.lambda.get('fn').variables).toEqual({ THEIRS: '1' })
  })

  test('may kill the client: before the call nothing is done, after the work it is', async () => {
    const script = `
      import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda'
      await new LambdaClient({ maxAttempts: 1 }).send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Description: 'x' }))`
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const kill = async (when: 'onCall' | 'onWorkDone'): Promise<void> => {
      const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: { PATH: process.env['PATH'], ...aws.env },
      })
      const ended = run.catch(() => undefined)
      const stop = aws[when](async () => {
        run.child.kill('SIGKILL')
        await ended
      })
      await ended
      stop()
    }
    await kill('onCall')
    await until(() => aws.calls.all()[0]?.outcome === 'no-answer')
    expect(aws.lambda.get('fn').description).toBe('')
    await kill('onWorkDone')
    await until(() => aws.calls.all()[1]?.outcome === 'no-answer')
    expect(aws.lambda.get('fn').description).toBe('x')
    expect(aws.calls.all().map((call) => call.worked)).toEqual([false, true])
  })
})

describe('many at once', () => {
  test('300 functions are read, updated and invoked concurrently in a few seconds', async () => {
    const aws = await local()
    const names = Array.from({ length: 300 }, (_, n) => `fn-${n}`)
    for (const name of names) aws.lambda.createFunction({ name })
    const client = new LambdaClient({
      ...clientConfig(aws),
      requestHandler: { httpAgent: { maxSockets: 100 }, socketAcquisitionWarningTimeout: 60_000 },
    })
    const rotel = aws.lambda.layers.rotelArn()
    await Promise.all(
      names.map(async (name) => {
        const { Configuration } = await get(client, name)
        await client.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: name,
            RevisionId: Configuration?.RevisionId ?? '',
            Layers: [rotel],
          }),
        )
        await settled(client, name)
        expect((await invoke(client, name)).functionError).toBeUndefined()
      }),
    )
    expect(aws.lambda.list().every((fn) => fn.layers[0] === rotel)).toBe(true)
    expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(300)
  })

  test('of two updates with the same RevisionId one wins and one is refused', async () => {
    const aws = await local({ updateMs: 0 })
    const { revisionId } = aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const write = (Description: string) =>
      client.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'fn',
          Description,
          RevisionId: revisionId,
        }),
      )
    const results = await Promise.allSettled([write('one'), write('two')])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(aws.lambda.get('fn').writes).toBe(1)
  })
})
