import {
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  ListVersionsByFunctionCommand,
  paginateListAliases,
  paginateListEventSourceMappings,
  paginateListVersionsByFunction,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import { describe, expect, test } from '@jest/globals'
import { invoke, lambdaClient, local, manualClock, refusal, settled } from './support'

const NAME = { FunctionName: 'fn' }
const MISSING = { name: 'ResourceNotFoundException', status: 404 }

describe('what calls reach', () => {
  test('is $LATEST and each version that an alias, provisioned concurrency or an event source points to', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', variables: { WHICH: '1' } })
    for (const WHICH of ['2', '3', '4', '5']) {
      aws.lambda.publishVersion('fn')
      aws.lambda.changeAsSomebodyElse('fn', { variables: { WHICH } })
    }
    expect(aws.lambda.routed().map(({ name }) => name)).toEqual(['fn'])
    aws.lambda.setAlias('fn', 'live', '1', { '2': 0.1 })
    aws.lambda.setProvisionedConcurrency('fn', 'live')
    aws.lambda.addEventSource('fn', '4')
    expect(aws.lambda.routed()).toMatchObject([
      { name: 'fn', functionName: 'fn', variables: { WHICH: '5' } },
      { name: 'fn:1', functionName: 'fn', variables: { WHICH: '1' } },
      { name: 'fn:2', functionName: 'fn', variables: { WHICH: '2' } },
      { name: 'fn:4', functionName: 'fn', variables: { WHICH: '4' } },
    ])
  })
})

describe('what a test sees of versions', () => {
  test('is what a cold start of each runs, and which of them traffic is led to', async () => {
    const { lambda } = await local()
    lambda.createFunction({ name: 'fn', variables: { WHICH: '1' } })
    for (const number of ['1', '2', '3', '4', '5']) {
      lambda.changeAsSomebodyElse('fn', { variables: { WHICH: number } })
      expect(lambda.publishVersion('fn')).toBe(number)
    }
    lambda.changeAsSomebodyElse('fn', { variables: { WHICH: 'next' }, updateMs: 60_000 })
    expect(lambda.runs('fn')).toMatchObject({ version: '$LATEST', variables: { WHICH: '5' } })
    expect(lambda.routedVersions('fn')).toEqual(['$LATEST'])

    lambda.setAlias('fn', 'live', '1', { '2': 0.1 })
    lambda.setProvisionedConcurrency('fn', '3')
    lambda.addEventSource('fn', '4')
    lambda.addEventSource('fn', 'live')
    expect(lambda.routedVersions('fn')).toEqual(['$LATEST', '1', '2', '3', '4'])
    expect(lambda.runs('fn', '4')).toMatchObject({ version: '4', variables: { WHICH: '4' } })
  })
})

describe('versions', () => {
  test('keep the layers, variables, role and log group that they were made with', async () => {
    const aws = await local()
    const own = aws.lambda.layers.publish({ name: 'own' })
    const older = aws.iam.createRole({ name: 'older' }).arn
    const { arn, role } = aws.lambda.createFunction({
      name: 'fn',
      role: older,
      layers: [own],
      variables: { WHICH: 'old' },
      logGroup: 'old-group',
    })
    expect(role).toBe(older)
    expect(aws.lambda.publishVersion('fn')).toBe('1')
    expect(aws.lambda.publishVersion('fn')).toBe('1')
    const newer = aws.iam.createRole({ name: 'newer' }).arn
    aws.lambda.changeAsSomebodyElse('fn', {
      role: newer,
      layers: [],
      variables: { WHICH: 'new' },
      runtime: 'nodejs24.x',
      logGroup: '/aws/lambda/fn',
    })
    expect(aws.lambda.publishVersion('fn')).toBe('2')
    const { Versions } = await lambdaClient(aws).send(new ListVersionsByFunctionCommand(NAME))
    expect(Versions).toMatchObject([
      { Version: '$LATEST', FunctionArn: `${arn}:$LATEST`, Role: newer },
      {
        Version: '1',
        FunctionArn: `${arn}:1`,
        Role: older,
        Runtime: 'nodejs22.x',
        Layers: [{ Arn: own }],
        Environment: { Variables: { WHICH: 'old' } },
        LoggingConfig: { LogGroup: 'old-group' },
      },
      {
        Version: '2',
        Role: newer,
        Runtime: 'nodejs24.x',
        Environment: { Variables: { WHICH: 'new' } },
        LoggingConfig: { LogGroup: '/aws/lambda/fn' },
      },
    ])
    expect(Versions?.[2]).not.toHaveProperty('Layers')
  })

  test('come in pages, 50 at most, $LATEST among them', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    for (let version = 1; version <= 55; version += 1) {
      aws.lambda.changeAsSomebodyElse('fn', { description: `v${version}` })
      aws.lambda.publishVersion('fn')
    }
    const client = lambdaClient(aws)
    const seen: (string | undefined)[][] = []
    for await (const page of paginateListVersionsByFunction(
      { client, pageSize: 1000 },
      { ...NAME },
    )) {
      seen.push((page.Versions ?? []).map((version) => version.Version))
    }
    expect(seen.map((page) => page.length)).toEqual([50, 6])
    expect(seen.flat().slice(0, 3)).toEqual(['$LATEST', '1', '2'])
    const missing = client.send(new ListVersionsByFunctionCommand({ FunctionName: 'none' }))
    expect(await refusal(missing)).toMatchObject(MISSING)
  })

  test('write to streams of their own, named after them, with the role of that time', async () => {
    const aws = await local()
    const silent = aws.iam.createRole({ name: 'silent' }).arn
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.publishVersion('fn')
    aws.lambda.setAlias('fn', 'live', '1')
    aws.lambda.changeAsSomebodyElse('fn', { role: silent })
    const client = lambdaClient(aws)
    expect((await invoke(client, 'fn')).version).toBe('$LATEST')
    expect(aws.logs.streams('/aws/lambda/fn')).toEqual([])
    const viaAlias = await invoke(client, 'fn', { qualifier: 'live' })
    expect(viaAlias.version).toBe('1')
    expect((await invoke(client, 'fn', { qualifier: '1' })).version).toBe('1')
    const streams = aws.logs.streams('/aws/lambda/fn')
    expect(streams).toHaveLength(1)
    expect(streams[0]).toContain('/[1]')
    const written = aws.logs.events('/aws/lambda/fn').map((event) => event.message)
    expect(written).toContainEqual(`START RequestId: ${viaAlias.requestId ?? ''} Version: 1\n`)
  })
})

describe('aliases', () => {
  test('are listed by page and by version, with their weights', async () => {
    const aws = await local()
    const { arn } = aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.publishVersion('fn')
    aws.lambda.changeAsSomebodyElse('fn', { description: 'two' })
    aws.lambda.publishVersion('fn')
    aws.lambda.setAlias('fn', 'live', '1', { '2': 0.1 })
    aws.lambda.setAlias('fn', 'next', '2')
    aws.lambda.setAlias('fn', 'newest', '$LATEST')
    const client = lambdaClient(aws)
    const { Aliases } = await client.send(new ListAliasesCommand(NAME))
    expect(Aliases).toMatchObject([
      {
        AliasArn: `${arn}:live`,
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } },
      },
      { Name: 'next', FunctionVersion: '2' },
      { Name: 'newest', FunctionVersion: '$LATEST' },
    ])
    const ofTwo = await client.send(new ListAliasesCommand({ ...NAME, FunctionVersion: '2' }))
    expect(ofTwo.Aliases?.map((alias) => alias.Name)).toEqual(['next'])
    const pages: number[] = []
    for await (const page of paginateListAliases({ client, pageSize: 2 }, { ...NAME })) {
      pages.push(page.Aliases?.length ?? 0)
    }
    expect(pages).toEqual([2, 1])
    aws.lambda.setAlias('fn', 'live', '2')
    expect(aws.lambda.get('fn').aliases).toMatchObject({ live: '2' })
    expect(() => aws.lambda.setAlias('fn', 'live', '9')).toThrow('Function not found')
  })

  test('with weights run both versions', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.publishVersion('fn')
    aws.lambda.changeAsSomebodyElse('fn', { description: 'two' })
    aws.lambda.publishVersion('fn')
    aws.lambda.setAlias('fn', 'live', '1', { '2': 1 })
    expect((await invoke(lambdaClient(aws), 'fn', { qualifier: 'live' })).version).toBe('2')
    aws.lambda.setAlias('fn', 'live', '1', { '2': 0.5 })
    const run = new Set<string>()
    // Both come up within 100 calls, but for one chance in 2^99.
    for (let call = 0; call < 100 && run.size < 2; call += 1) {
      const [record] = await aws.lambda.traffic('fn', { qualifier: 'live' })
      run.add(record?.version ?? '')
    }
    expect(run).toEqual(new Set(['1', '2']))
  })
})

describe('who else calls a version', () => {
  test('provisioned concurrency is listed by qualifier, and can be taken away', async () => {
    const aws = await local()
    const { arn } = aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.publishVersion('fn')
    aws.lambda.setAlias('fn', 'live', '1')
    const client = lambdaClient(aws)
    const list = async () =>
      (await client.send(new ListProvisionedConcurrencyConfigsCommand(NAME)))
        .ProvisionedConcurrencyConfigs
    expect(await list()).toEqual([])
    aws.lambda.setProvisionedConcurrency('fn', 'live', 3)
    aws.lambda.setProvisionedConcurrency('fn', '1')
    expect(await list()).toMatchObject([
      {
        FunctionArn: `${arn}:live`,
        Status: 'READY',
        RequestedProvisionedConcurrentExecutions: 3,
        AvailableProvisionedConcurrentExecutions: 3,
      },
      { FunctionArn: `${arn}:1`, RequestedProvisionedConcurrentExecutions: 1 },
    ])
    aws.lambda.setProvisionedConcurrency('fn', 'live', 0)
    expect(await list()).toHaveLength(1)
    expect(() => aws.lambda.setProvisionedConcurrency('fn', '$LATEST')).toThrow('no version')
    const missing = new ListProvisionedConcurrencyConfigsCommand({ FunctionName: 'none' })
    expect(await refusal(client.send(missing))).toMatchObject(MISSING)
  })

  test('event sources are listed for exactly the function, version or alias asked for', async () => {
    const aws = await local()
    const { arn } = aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'other' })
    aws.lambda.publishVersion('fn')
    aws.lambda.setAlias('fn', 'live', '1')
    const plain = aws.lambda.addEventSource('fn')
    const sourceArn = 'arn:aws:kinesis:us-east-1:123456789012:stream/s'
    const onAlias = aws.lambda.addEventSource('fn', 'live', { sourceArn, enabled: false })
    aws.lambda.addEventSource('other')
    const client = lambdaClient(aws)
    const list = async (input: { FunctionName?: string; EventSourceArn?: string }) =>
      (await client.send(new ListEventSourceMappingsCommand(input))).EventSourceMappings
    expect(await list(NAME)).toMatchObject([
      {
        UUID: plain,
        FunctionArn: arn,
        State: 'Enabled',
        EventSourceArn: 'arn:aws:sqs:us-east-1:123456789012:fn-queue',
      },
    ])
    const qualified = [
      { UUID: onAlias, FunctionArn: `${arn}:live`, State: 'Disabled', EventSourceArn: sourceArn },
    ]
    expect(await list({ FunctionName: 'fn:live' })).toMatchObject(qualified)
    expect(await list({ FunctionName: `${arn}:live` })).toMatchObject(qualified)
    expect(await list({ FunctionName: 'fn:1' })).toEqual([])
    expect(await list({ EventSourceArn: sourceArn })).toMatchObject(qualified)
    const pages: number[] = []
    for await (const page of paginateListEventSourceMappings({ client, pageSize: 2 }, {})) {
      pages.push(page.EventSourceMappings?.length ?? 0)
    }
    expect(pages).toEqual([2, 1])
    expect((await list(NAME))?.[0]?.LastModified).toBeInstanceOf(Date)
    aws.caller.deny('lambda:ListEventSourceMappings')
    const denied = client.send(new ListEventSourceMappingsCommand(NAME))
    expect((await refusal(denied)).message).toContain('on resource: * because')
  })
})

test('ListFunctions carries the role and where the logs go', async () => {
  const aws = await local()
  const role = aws.iam.createRole({ name: 'shared', path: '/apps/' }).arn
  aws.lambda.createFunction({ name: 'a', role, logGroup: 'together', logFormat: 'JSON' })
  aws.lambda.createFunction({ name: 'b', role })
  const { Functions } = await lambdaClient(aws).send(new ListFunctionsCommand({}))
  expect(Functions).toMatchObject([
    { Role: role, LoggingConfig: { LogGroup: 'together', LogFormat: 'JSON' } },
    { Role: role, LoggingConfig: { LogGroup: '/aws/lambda/b', LogFormat: 'Text' } },
  ])
})

test('an update that repeats a value is an update: in progress, two new RevisionIds, a cold start', async () => {
  const clock = manualClock()
  const aws = await local({ clock })
  const { revisionId } = aws.lambda.createFunction({ name: 'fn', timeoutSeconds: 7 })
  const client = lambdaClient(aws)
  const [first] = await aws.lambda.traffic('fn')
  const answer = await client.send(new UpdateFunctionConfigurationCommand({ ...NAME, Timeout: 7 }))
  expect(answer).toMatchObject({ LastUpdateStatus: 'InProgress', Timeout: 7 })
  const [meanwhile] = await aws.lambda.traffic('fn')
  expect(meanwhile).toMatchObject({ cold: false, environment: first?.environment })
  clock.advance(20)
  expect(await settled(client, 'fn')).toBe('Successful')
  const after = aws.lambda.get('fn').revisionId
  expect(new Set([revisionId, answer.RevisionId, after]).size).toBe(3)
  const [next] = await aws.lambda.traffic('fn')
  expect(next?.cold).toBe(true)
  expect(next?.environment).not.toBe(first?.environment)
  expect(aws.logs.streams('/aws/lambda/fn')).toEqual([first?.environment, next?.environment])
})
