import {
  CreateAliasCommand,
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListLayerVersionsCommand,
  ListTagsCommand,
  paginateListFunctions,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { describe, expect, test } from '@jest/globals'
import { LAYER_REGIONS } from '../../local/aws/lambda/public-layers'
import { invoke, lambdaClient, local, refusal, settled } from './support'

describe('GetFunction', () => {
  test('carries the configuration, a presigned link, tags and reserved concurrency', async () => {
    const aws = await local()
    const layer = aws.lambda.layers.rotelArn({ architecture: 'arm64' })
    const fn = aws.lambda.createFunction({
      name: 'fn',
      architecture: 'arm64',
      runtime: 'python3.13',
      layers: [layer],
      variables: { AA: '1' },
      tags: { team: 'shop' },
      reservedConcurrency: 3,
    })
    const answer = await lambdaClient(aws).send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(answer.Configuration).toMatchObject({
      FunctionArn: fn.arn,
      Runtime: 'python3.13',
      Architectures: ['arm64'],
      PackageType: 'Zip',
      Layers: [{ Arn: layer }],
      Environment: { Variables: { AA: '1' } },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Version: '$LATEST',
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fn' },
      Role: 'arn:aws:iam::123456789012:role/fn-role',
    })
    expect(answer.Code?.Location).toContain('X-Amz-Signature=')
    expect(answer.Tags).toEqual({ team: 'shop' })
    expect(answer.Concurrency).toEqual({ ReservedConcurrentExecutions: 3 })
  })

  test('leaves out what a function has not got, and LastUpdateStatus while it is Pending', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', state: 'Pending' })
    const answer = await lambdaClient(aws).send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(answer).not.toHaveProperty('Tags')
    expect(answer).not.toHaveProperty('Concurrency')
    expect(answer.Configuration).not.toHaveProperty('Layers')
    expect(answer.Configuration).not.toHaveProperty('Environment')
    expect(answer.Configuration).not.toHaveProperty('LastUpdateStatus')
    expect(answer.Configuration?.State).toBe('Pending')
  })

  test('says that tags may not be listed, instead of tags', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn', tags: { secret: 'x' }, tagsUnreadable: true })
    const answer = await lambdaClient(aws).send(new GetFunctionCommand({ FunctionName: 'fn' }))
    expect(answer).not.toHaveProperty('Tags')
    expect(answer.TagsError?.ErrorCode).toBe('AccessDeniedException')
  })

  test('tells the kinds of function apart', async () => {
    const aws = await local()
    const client = lambdaClient(aws)
    const read = async (name: string) =>
      (await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }))) as object
    aws.lambda.createFunction({ name: 'image', packageType: 'Image' })
    aws.lambda.createFunction({ name: 'managed', kind: 'managed-instances' })
    aws.lambda.createFunction({ name: 'durable', kind: 'durable' })
    aws.lambda.createFunction({ name: 'tenants', kind: 'tenant-isolated' })
    aws.lambda.createFunction({ name: 'edge', kind: 'edge-replica' })
    aws.lambda.createFunction({ name: 'signed', codeSigning: 'Enforce' })
    expect(await read('image')).not.toHaveProperty('Runtime')
    expect(await read('managed')).toHaveProperty('CapacityProviderConfig')
    expect(await read('durable')).toHaveProperty('DurableConfig')
    expect(await read('tenants')).toHaveProperty('TenancyConfig.TenantIsolationMode', 'PER_TENANT')
    expect(await read('edge')).toHaveProperty('MasterArn')
    expect(await read('signed')).toHaveProperty('SigningProfileVersionArn')
  })

  test('takes names, partial and whole ARNs, and refuses other regions and accounts', async () => {
    const aws = await local()
    const { arn } = aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const get = (name: string) => client.send(new GetFunctionCommand({ FunctionName: name }))
    for (const name of ['fn', '123456789012:function:fn', arn, `${arn}:$LATEST`]) {
      expect((await get(name)).Configuration?.FunctionName).toBe('fn')
    }
    expect(aws.calls.count('GetFunction', 'fn')).toBe(4)
    expect(await refusal(get('missing'))).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing',
    })
    expect(await refusal(get(arn.replace('us-east-1', 'eu-west-1')))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    })
    expect(await refusal(get(arn.replace('123456789012', '111111111111')))).toMatchObject({
      name: 'AccessDeniedException',
      status: 403,
    })
    const both = new GetFunctionCommand({ FunctionName: `${arn}:1`, Qualifier: '2' })
    expect(await refusal(client.send(both))).toMatchObject({ status: 400 })
  })

  test('serves the waiter of the SDK', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Description: 'x' }),
    )
    const result = await waitUntilFunctionUpdatedV2(
      { client, maxWaitTime: 10, minDelay: 0.05, maxDelay: 1 },
      { FunctionName: 'fn' },
    )
    expect(result.state).toBe('SUCCESS')
  })
})

describe('ListFunctions', () => {
  test('has 50 a page at most, one region a call, and no status members', async () => {
    const aws = await local()
    for (let n = 0; n < 120; n += 1) aws.lambda.createFunction({ name: `fn-${n}` })
    aws.lambda.createFunction({ name: 'elsewhere', region: 'eu-west-1' })
    const client = lambdaClient(aws)
    const pages: number[] = []
    for await (const page of paginateListFunctions({ client, pageSize: 10_000 }, {})) {
      pages.push(page.Functions?.length ?? 0)
      for (const listed of page.Functions ?? []) {
        expect(listed).not.toHaveProperty('State')
        expect(listed).not.toHaveProperty('LastUpdateStatus')
        expect(listed.RevisionId).toBeDefined()
      }
    }
    expect(pages).toEqual([50, 50, 20])
    expect(aws.calls.count('ListFunctions')).toBe(3)
    const other = await lambdaClient(aws, 'eu-west-1').send(new ListFunctionsCommand({}))
    expect(other.Functions?.map((listed) => listed.FunctionName)).toEqual(['elsewhere'])
    expect(aws.calls.all().at(-1)?.region).toBe('eu-west-1')
  })

  test('shows variables as they are, and Environment.Error where they may not be read', async () => {
    const aws = await local()
    aws.lambda.createFunction({
      name: 'closed',
      variables: { AA: '1' },
      environmentUnreadable: true,
    })
    aws.lambda.createFunction({ name: 'open', variables: { AA: '1' } })
    const { Functions } = await lambdaClient(aws).send(new ListFunctionsCommand({}))
    expect(Functions?.map((listed) => listed.Environment?.Variables)).toEqual([
      undefined,
      { AA: '1' },
    ])
  })

  test('with FunctionVersion ALL lists the versions too', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    await client.send(new PublishVersionCommand({ FunctionName: 'fn' }))
    const { Functions } = await client.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
    expect(Functions?.map((listed) => listed.Version)).toEqual(['$LATEST', '1'])
  })
})

describe('layers', () => {
  test('Rotel is there in 16 regions and both architectures, versions 1 to 7', async () => {
    const aws = await local()
    expect(LAYER_REGIONS).toHaveLength(16)
    for (const region of LAYER_REGIONS) {
      for (const architecture of ['x86_64', 'arm64'] as const) {
        const arn = aws.lambda.layers.rotelArn({ region, architecture })
        const answer = await lambdaClient(aws, region).send(
          new GetLayerVersionByArnCommand({ Arn: arn }),
        )
        expect(answer).toMatchObject({
          LayerVersionArn: arn,
          Version: 7,
          CompatibleArchitectures: [architecture],
          CompatibleRuntimes: ['provided.al2023'],
        })
      }
    }
  })

  test('a missing version, a private layer and another region of a foreign account answer alike', async () => {
    const aws = await local()
    const hidden = aws.lambda.layers.publish({ name: 'hidden', account: '999999999999' })
    const missing = aws.lambda.layers.rotelArn({ version: 8 })
    const client = lambdaClient(aws)
    for (const arn of [hidden, missing]) {
      expect(
        await refusal(client.send(new GetLayerVersionByArnCommand({ Arn: arn }))),
      ).toMatchObject({
        name: 'AccessDeniedException',
        status: 403,
        message: `User: ${aws.caller.identity.arn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
      })
    }
    const elsewhere = aws.lambda.layers.rotelArn({ region: 'eu-west-1' })
    expect(
      await refusal(client.send(new GetLayerVersionByArnCommand({ Arn: elsewhere }))),
    ).toMatchObject({ name: 'AccessDeniedException', status: 403 })
  })

  test('an own layer that is missing is not found, by name and number as well', async () => {
    const aws = await local()
    const client = lambdaClient(aws)
    const own = aws.lambda.layers.publish({ name: 'own' })
    const found = await client.send(
      new GetLayerVersionCommand({ LayerName: 'own', VersionNumber: 1 }),
    )
    expect(found.LayerVersionArn).toBe(own)
    expect(
      await refusal(
        client.send(new GetLayerVersionCommand({ LayerName: 'own', VersionNumber: 2 })),
      ),
    ).toMatchObject({
      name: 'ResourceNotFoundException',
      status: 404,
      message: 'The resource you requested does not exist.',
    })
  })

  test('versions of a foreign layer can never be listed, those of an own one can', async () => {
    const aws = await local()
    aws.lambda.layers.publish({ name: 'own' })
    aws.lambda.layers.publish({ name: 'own' })
    const client = lambdaClient(aws)
    const { LayerVersions } = await client.send(new ListLayerVersionsCommand({ LayerName: 'own' }))
    expect(LayerVersions?.map((layer) => layer.Version)).toEqual([2, 1])
    const rotel = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64'
    const answer = await refusal(client.send(new ListLayerVersionsCommand({ LayerName: rotel })))
    expect(answer).toMatchObject({ name: 'AccessDeniedException', status: 403 })
    expect(answer.message).toContain(
      'because no resource-based policy allows the lambda:ListLayerVersions action',
    )
  })

  test('a caller who may not read a layer is told so', async () => {
    const aws = await local()
    aws.caller.deny('lambda:GetLayerVersion')
    const answer = await refusal(
      lambdaClient(aws).send(
        new GetLayerVersionByArnCommand({ Arn: aws.lambda.layers.rotelArn() }),
      ),
    )
    expect(answer).toMatchObject({ name: 'AccessDeniedException', status: 403 })
    expect(answer.message).toContain('because no identity-based policy allows')
  })
})

describe('versions and aliases', () => {
  test('publishing freezes the configuration and moves the RevisionId of $LATEST', async () => {
    const aws = await local({ updateMs: 0 })
    const seeded = aws.lambda.createFunction({ name: 'fn', variables: { AA: '1' } })
    const client = lambdaClient(aws)
    const one = await client.send(new PublishVersionCommand({ FunctionName: 'fn' }))
    expect(one.Version).toBe('1')
    expect(aws.lambda.get('fn').revisionId).not.toBe(seeded.revisionId)
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'fn',
        Environment: { Variables: { AA: '2' } },
      }),
    )
    const frozen = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'fn', Qualifier: '1' }),
    )
    expect(frozen.Environment?.Variables).toEqual({ AA: '1' })
    expect(frozen.FunctionArn).toBe(`${seeded.arn}:1`)
  })

  test('publishing again without a change answers the old version and moves nothing', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    await client.send(new PublishVersionCommand({ FunctionName: 'fn', Description: 'first' }))
    const { revisionId } = aws.lambda.get('fn')
    const again = await client.send(
      new PublishVersionCommand({ FunctionName: 'fn', Description: 'dropped' }),
    )
    expect(again).toMatchObject({ Version: '1', Description: 'first' })
    expect(aws.lambda.get('fn')).toMatchObject({ revisionId, versions: ['1'] })
  })

  test('publishing refuses an old RevisionId, and an update in progress', async () => {
    const aws = await local({ updateMs: 10_000 })
    aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const publish = (RevisionId?: string) =>
      client.send(
        new PublishVersionCommand({
          FunctionName: 'fn',
          ...(RevisionId === undefined ? {} : { RevisionId }),
        }),
      )
    expect(await refusal(publish('old'))).toMatchObject({ name: 'PreconditionFailedException' })
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Description: 'x' }),
    )
    expect(await refusal(publish())).toMatchObject({ name: 'ResourceConflictException' })
  })

  test('an alias runs its version, moves with a RevisionId of its own, and keeps or clears weights', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn', handler: ({ version }) => ({ response: version }) })
    const client = lambdaClient(aws)
    await client.send(new PublishVersionCommand({ FunctionName: 'fn' }))
    aws.lambda.changeAsSomebodyElse('fn', { description: 'x' })
    await client.send(new PublishVersionCommand({ FunctionName: 'fn' }))
    const created = await client.send(
      new CreateAliasCommand({
        FunctionName: 'fn',
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: { '2': 0 } },
      }),
    )
    expect((await invoke(client, 'fn', { qualifier: 'live' })).version).toBe('1')
    const moved = await client.send(
      new UpdateAliasCommand({
        FunctionName: 'fn',
        Name: 'live',
        FunctionVersion: '2',
        RevisionId: created.RevisionId,
      }),
    )
    expect(moved.RoutingConfig?.AdditionalVersionWeights).toEqual({ '2': 0 })
    expect(moved.RevisionId).not.toBe(created.RevisionId)
    expect((await invoke(client, 'fn', { qualifier: 'live' })).payload).toBe('2')
    const cleared = await client.send(
      new UpdateAliasCommand({
        FunctionName: 'fn',
        Name: 'live',
        RoutingConfig: { AdditionalVersionWeights: {} },
      }),
    )
    expect(cleared.RoutingConfig).toBeUndefined()
    expect(cleared.FunctionVersion).toBe('2')
    const old = new UpdateAliasCommand({
      FunctionName: 'fn',
      Name: 'live',
      FunctionVersion: '1',
      RevisionId: created.RevisionId,
    })
    expect(await refusal(client.send(old))).toMatchObject({ status: 412 })
    const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName: 'fn' }))
    expect(Aliases?.map((alias) => alias.Name)).toEqual(['live'])
  })

  test('a missing alias has a text for each operation', async () => {
    const aws = await local()
    const { arn } = aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    const name = { FunctionName: 'fn', Name: 'live' }
    expect((await refusal(client.send(new GetAliasCommand(name)))).message).toBe(
      `Cannot find alias arn: ${arn}:live`,
    )
    expect((await refusal(client.send(new UpdateAliasCommand(name)))).message).toBe(
      `Alias not found: ${arn}:live`,
    )
    const qualified = new GetFunctionCommand({ FunctionName: 'fn', Qualifier: 'live' })
    expect((await refusal(client.send(qualified))).message).toBe(`Function not found: ${arn}:live`)
  })
})

describe('the rest of the control plane', () => {
  test('tags change the RevisionId, the status stays Successful', async () => {
    const aws = await local()
    const { arn, revisionId } = aws.lambda.createFunction({ name: 'fn', tags: { a: '1' } })
    const client = lambdaClient(aws)
    await client.send(new TagResourceCommand({ Resource: arn, Tags: { b: '2' } }))
    expect(aws.lambda.get('fn')).toMatchObject({
      tags: { a: '1', b: '2' },
      lastUpdateStatus: 'Successful',
    })
    expect(aws.lambda.get('fn').revisionId).not.toBe(revisionId)
    await client.send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a'] }))
    const { Tags } = await client.send(new ListTagsCommand({ Resource: arn }))
    expect(Tags).toEqual({ b: '2' })
  })

  test('concurrency, account settings and code signing answer their shapes', async () => {
    const aws = await local()
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.createFunction({ name: 'signed', codeSigning: 'Warn' })
    const client = lambdaClient(aws)
    const fn = { FunctionName: 'fn' }
    expect(
      (await client.send(new GetFunctionConcurrencyCommand(fn))).ReservedConcurrentExecutions,
    ).toBeUndefined()
    await client.send(new PutFunctionConcurrencyCommand({ ...fn, ReservedConcurrentExecutions: 5 }))
    expect(
      (await client.send(new GetFunctionConcurrencyCommand(fn))).ReservedConcurrentExecutions,
    ).toBe(5)
    const settings = await client.send(new GetAccountSettingsCommand({}))
    expect(settings.AccountLimit).toMatchObject({
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 995,
    })
    const none = await client.send(new GetFunctionCodeSigningConfigCommand(fn))
    expect(none.CodeSigningConfigArn).toBeUndefined()
    const some = await client.send(
      new GetFunctionCodeSigningConfigCommand({ FunctionName: 'signed' }),
    )
    expect(some.CodeSigningConfigArn).toContain(':code-signing-config:csc-')
  })

  test('functions are seeded, changed and looked at without a call', async () => {
    const aws = await local()
    const client = lambdaClient(aws)
    const seeded = aws.lambda.createFunction({ name: 'fn', variables: { AA: '1' } })
    const changed = aws.lambda.changeAsSomebodyElse('fn', { variables: { BB: '2' } })
    expect(changed.revisionId).not.toBe(seeded.revisionId)
    expect(changed.lastUpdateStatus).toBe('Successful')
    aws.lambda.changeAsSomebodyElse('fn', { updateMs: 30 })
    expect(aws.lambda.get('fn').lastUpdateStatus).toBe('InProgress')
    expect(await settled(client, 'fn')).toBe('Successful')
    expect(aws.lambda.get(seeded.arn)).toMatchObject({ variables: { BB: '2' }, writes: 0 })
    expect(() => aws.lambda.get('missing')).toThrow('no function missing in us-east-1')
  })

  test('a tagger beside us moves the RevisionId but leaves the environments warm', async () => {
    const aws = await local()
    const { revisionId } = aws.lambda.createFunction({ name: 'fn' })
    const client = lambdaClient(aws)
    await invoke(client, 'fn')
    const tagged = aws.lambda.changeAsSomebodyElse('fn', { tags: { team: 'shop' } })
    expect(tagged.revisionId).not.toBe(revisionId)
    await invoke(client, 'fn')
    expect(aws.lambda.invocations('fn').map((record) => record.cold)).toEqual([true, false])
  })

  test('another’s change does not use up the failure that was armed for our update', async () => {
    const aws = await local({ updateMs: 0 })
    aws.lambda.createFunction({ name: 'fn' })
    aws.lambda.failNextUpdate('fn')
    expect(aws.lambda.changeAsSomebodyElse('fn', { description: 'x' }).lastUpdateStatus).toBe(
      'Successful',
    )
    const client = lambdaClient(aws)
    await client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'fn', Description: 'y' }),
    )
    expect(await settled(client, 'fn')).toBe('Failed')
  })
})
