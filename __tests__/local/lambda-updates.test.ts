import {
  GetFunctionCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { invoke, lambdaClient, local, manualClock, refusal, settled, type Refusal } from './support'

type Change = Omit<UpdateFunctionConfigurationCommandInput, 'FunctionName'>

async function update(aws: LocalAws, change: Change, name = 'fn') {
  return lambdaClient(aws).send(
    new UpdateFunctionConfigurationCommand({ FunctionName: name, ...change }),
  )
}

async function refused(aws: LocalAws, change: Change, name = 'fn'): Promise<Refusal> {
  const before = aws.lambda.get(name)
  const answer = await refusal(update(aws, change, name))
  expect(aws.lambda.get(name).revisionId).toBe(before.revisionId)
  return answer
}

const PENDING_TEXT =
  'The operation cannot be performed at this time. The function is currently in the following state: Pending'

describe('an accepted update', () => {
  test('replaces layers and variables whole, and keeps what is not sent', async () => {
    const aws = await local()
    const own = aws.lambda.layers.publish({ name: 'own' })
    aws.lambda.createFunction({
      name: 'fn',
      variables: { A: '1', BB: '2' },
      layers: [own],
      description: 'mine',
      timeoutSeconds: 7,
    })
    const rotel = aws.lambda.layers.rotelArn()
    await update(aws, { Layers: [own, rotel] })
    await settled(lambdaClient(aws), 'fn')
    expect(aws.lambda.get('fn')).toMatchObject({
      layers: [own, rotel],
      variables: { A: '1', BB: '2' },
      description: 'mine',
      timeoutSeconds: 7,
    })
    await update(aws, { Environment: { Variables: { CC: '3' } } })
    expect(aws.lambda.get('fn')).toMatchObject({
      layers: [own, rotel],
      variables: { CC: '3' },
    })
  })

  test('with an empty Environment keeps the variables, with empty Variables clears them', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn', variables: { AA: '1' } })
    await update(aws, { Environment: {} })
    expect(aws.lambda.get('fn').variables).toEqual({ AA: '1' })
    await update(aws, { Environment: { Variables: {} } })
    expect(aws.lambda.get('fn').variables).toEqual({})
    // A function that never had any answers without the member.
    aws.lambda.createFunction({ name: 'bare' })
    const read = async (FunctionName: string) =>
      (await lambdaClient(aws).send(new GetFunctionCommand({ FunctionName }))).Configuration
    expect((await read('fn'))?.Environment).toEqual({ Variables: {} })
    expect(await read('bare')).not.toHaveProperty('Environment')
  })

  test('moves the RevisionId at its start and at its end, also when nothing changes', async () => {
    const clock = manualClock()
    const aws = await local({ clock })
    const seeded = aws.lambda.createFunction({ name: 'fn', description: 'same' })
    const answer = await update(aws, { Description: 'same', RevisionId: seeded.revisionId })
    expect(answer.LastUpdateStatus).toBe('InProgress')
    expect(answer.LastUpdateStatusReasonCode).toBe('Creating')
    const client = lambdaClient(aws)
    const during = await client.send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(during.Configuration?.RevisionId).toBe(answer.RevisionId)
    clock.advance(20)
    expect(await settled(client, 'fn')).toBe('Successful')
    const revisions = [seeded.revisionId, answer.RevisionId, aws.lambda.get('fn').revisionId]
    expect(new Set(revisions).size).toBe(3)
    expect(aws.lambda.get('fn').writes).toBe(1)
  })

  test('runs only when it is over: invocations meanwhile have the old variables', async () => {
    const clock = manualClock()
    const aws = await local({ clock })
    aws.lambda.createFunction({
      name: 'fn',
      variables: { WHICH: 'old' },
      handler: ({ variables }) => ({ response: variables['WHICH'] }),
    })
    const client = lambdaClient(aws)
    await update(aws, { Environment: { Variables: { WHICH: 'new' } } })
    expect((await invoke(client, 'fn')).payload).toBe('old')
    clock.advance(20)
    expect((await invoke(client, 'fn')).payload).toBe('new')
  })

  test('can end Failed: what was accepted is shown, what ran before still runs', async () => {
    const aws = await local()
    aws.lambda.createFunction({
      name: 'fn',
      variables: { WHICH: 'old' },
      handler: ({ variables }) => ({ response: variables['WHICH'] }),
    })
    aws.lambda.failNextUpdate('fn', { code: 'FunctionError.ExtensionInitError', reason: 'no' })
    const client = lambdaClient(aws)
    await update(aws, { Environment: { Variables: { WHICH: 'new' } } })
    expect(await settled(client, 'fn')).toBe('Failed')
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(Configuration).toMatchObject({
      LastUpdateStatusReason: 'no',
      LastUpdateStatusReasonCode: 'FunctionError.ExtensionInitError',
      Environment: { Variables: { WHICH: 'new' } },
    })
    expect((await invoke(client, 'fn')).payload).toBe('old')
  })

  test('to JSON logs fills both levels with INFO and keeps the group; back to Text drops them', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn', logGroup: '/team/logs' })
    const json = await update(aws, { LoggingConfig: { LogFormat: 'JSON' } })
    expect(json.LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: '/team/logs',
    })
    const text = await update(aws, { LoggingConfig: { LogFormat: 'Text' } })
    expect(text.LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup: '/team/logs' })
  })

  test('of variables that the caller may not read erases them: the hazard is real', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({
      name: 'fn',
      variables: { SECRET: 'canary' },
      environmentUnreadable: true,
    })
    const client = lambdaClient(aws)
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(Configuration?.Environment?.Variables).toBeUndefined()
    expect(Configuration?.Environment?.Error).toMatchObject({
      ErrorCode: 'AccessDeniedException',
      Message: expect.stringContaining(
        'Lambda was unable to decrypt your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: ',
      ) as unknown,
    })
    await update(aws, { Environment: { Variables: { MINE: '1' } } })
    expect(aws.lambda.get('fn').variables).toEqual({ MINE: '1' })
  })
})

describe('a refused update', () => {
  test('has an old RevisionId: 412, and any string is a RevisionId', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    expect(await refused(aws, { RevisionId: 'wrong', Description: 'x' })).toMatchObject({
      name: 'PreconditionFailedException',
      status: 412,
      message:
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    })
  })

  test('comes while another is in progress, or while the function is Pending: 409', async () => {
    const aws = await local({ updateMs: 10_000 })
    const fn = aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'young', state: 'Pending' })
    await update(aws, { Description: 'one' })
    expect(await refused(aws, { Description: 'two' })).toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${fn.arn}`,
    })
    expect(await refused(aws, { Description: 'two' }, 'young')).toMatchObject({
      name: 'ResourceConflictException',
      status: 409,
      message: PENDING_TEXT,
    })
  })

  test('names a sixth layer', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const layers = [1, 2, 3, 4, 5, 6].map((n) => aws.lambda.layers.publish({ name: `l${n}` }))
    expect(await refused(aws, { Layers: layers })).toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: 'Cannot reference more than 5 layers.',
    })
    await update(aws, { Layers: layers.slice(0, 5) })
    expect(aws.lambda.get('fn').layers).toHaveLength(5)
  })

  test('names two versions of one layer, or one twice', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const rotel = (version: number) => aws.lambda.layers.rotelArn({ version })
    const text = (one: string, other: string) =>
      `Two different versions of the same layer are not allowed to be referenced in the same function. ${one} and ${other} are versions of the same layer.`
    expect((await refused(aws, { Layers: [rotel(6), rotel(7)] })).message).toBe(
      text(rotel(6), rotel(7)),
    )
    expect((await refused(aws, { Layers: [rotel(7), rotel(7)] })).message).toBe(
      text(rotel(7), rotel(7)),
    )
  })

  test('names a layer of another region', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const elsewhere = aws.lambda.layers.rotelArn({ region: 'eu-west-1' })
    expect(await refused(aws, { Layers: [elsewhere] })).toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'Layers are not in the same region as the function. Layers are expected to be in region us-east-1.',
    })
  })

  test('names an own layer that is gone, while functions that have it keep it', async () => {
    const aws = await local({ updateMs: 0 })
    const own = aws.lambda.layers.publish({ name: 'own' })
    const seeded = aws.lambda.createFunction({ name: 'fn', layers: [own] })
    aws.lambda.layers.delete(own)
    expect(aws.lambda.get('fn')).toMatchObject({ layers: [own], revisionId: seeded.revisionId })
    expect(await refused(aws, { Layers: [own, aws.lambda.layers.rotelArn()] })).toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: `Layer version ${own} does not exist.`,
    })
    await update(aws, { Description: 'a change of something else works' })
  })

  test('names a foreign layer that is missing, private or elsewhere: the same 403', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const hidden = aws.lambda.layers.publish({ name: 'hidden', account: '999999999999' })
    for (const arn of [hidden, aws.lambda.layers.rotelArn({ version: 8 })]) {
      expect(await refused(aws, { Layers: [arn] })).toMatchObject({
        name: 'AccessDeniedException',
        status: 403,
        message: `User: ${aws.caller.identity.arn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
      })
    }
    aws.lambda.layers.publishRotel(8)
    await update(aws, { Layers: [aws.lambda.layers.rotelArn({ version: 8 })] })
  })

  test('names a layer without its version, or an empty one', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const bare = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64'
    for (const arn of [bare, '']) {
      const answer = await refused(aws, { Layers: [arn] })
      expect(answer).toMatchObject({ name: 'ValidationException', status: 400 })
      expect(answer.message).toContain(
        `1 validation error detected: Value '[${arn}]' at 'layers' failed to satisfy constraint`,
      )
    }
  })

  test('wants layers on a container image', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', packageType: 'Image' })
    expect(await refused(aws, { Layers: [aws.lambda.layers.rotelArn()] })).toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'Lambda layers are not supported for functions created with container images.',
    })
  })

  test('has more than 4,096 bytes of variables: measured as compact JSON in UTF-8, echoed whole', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const overhead = Buffer.byteLength(JSON.stringify({ KEY: '' }))
    const fits = 'ü'.repeat((4096 - overhead) / 2)
    expect(Buffer.byteLength(JSON.stringify({ KEY: fits }))).toBe(4096)
    await update(aws, { Environment: { Variables: { KEY: fits } } })
    const tooMuch = { KEY: `${fits}x` }
    expect(await refused(aws, { Environment: { Variables: tooMuch } })).toMatchObject({
      name: 'InvalidParameterValueException',
      status: 400,
      message: `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(tooMuch)}`,
    })
  })

  test('sets reserved variables, all of which are named', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const variables = { AWS_REGION: 'x', FINE: '1', _HANDLER_: 'x', LAMBDA_TASK_ROOT: 'x' }
    expect(
      await refused(aws, { Environment: { Variables: { ...variables, _HANDLER_: '' } } }),
    ).toMatchObject({ name: 'ValidationException' })
    expect(
      await refused(aws, {
        Environment: { Variables: { AWS_REGION: 'x', FINE: '1', LAMBDA_TASK_ROOT: 'x' } },
      }),
    ).toMatchObject({
      name: 'InvalidParameterValueException',
      message:
        'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT',
    })
    await update(aws, { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/x' } } })
  })

  test('has a variable name of one letter', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const answer = await refused(aws, { Environment: { Variables: { A: '1' } } })
    expect(answer).toMatchObject({ name: 'ValidationException', status: 400 })
    expect(answer.message).toContain('[a-zA-Z]([a-zA-Z0-9_])+')
  })

  test('has a body over 5,120 bytes', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    expect(
      await refused(aws, { Environment: { Variables: { KEY: 'x'.repeat(5200) } } }),
    ).toMatchObject({
      name: 'RequestEntityTooLargeException',
      status: 413,
      message:
        'Request must be smaller than 5120 bytes for the UpdateFunctionConfiguration operation',
    })
  })

  test('adds an unsigned layer where signatures are enforced, not where they are only warned of', async () => {
    const aws = await local()
    const signed = aws.lambda.layers.publish({ name: 'signed', signed: true })
    aws.lambda.createFunction({ name: 'fn', codeSigning: 'Enforce' })
    aws.lambda.createFunction({ name: 'warned', codeSigning: 'Warn' })
    const rotel = aws.lambda.layers.rotelArn()
    expect(await refused(aws, { Layers: [rotel] })).toMatchObject({
      status: 400,
      message: expect.stringContaining('Lambda cannot deploy the function.') as unknown,
    })
    await update(aws, { Layers: [signed] })
    await update(aws, { Layers: [rotel] }, 'warned')
  })

  test('is made by a caller without permission', async () => {
    const aws = await local()
    const fn = aws.lambda.createFunction({ name: 'fn' })
    aws.caller.deny('lambda:Update*')
    expect(await refused(aws, { Description: 'x' })).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
      message: `User: ${aws.caller.identity.arn} is not authorized to perform: lambda:UpdateFunctionConfiguration on resource: ${fn.arn} because no identity-based policy allows the lambda:UpdateFunctionConfiguration action`,
    })
    aws.caller.allowAll()
    await update(aws, { Description: 'x' })
  })

  test('names a function that does not exist, or a version', async () => {
    const aws = await local()
    const fn = aws.lambda.createFunction({ name: 'fn' })
    expect(await refusal(update(aws, { Description: 'x' }, 'missing'))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing',
    })
    expect(await refusal(update(aws, { Description: 'x' }, `${fn.arn}:1`))).toMatchObject({
      name: 'InvalidParameterValueException',
    })
  })
})
