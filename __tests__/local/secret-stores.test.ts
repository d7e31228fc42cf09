import {
  BatchGetSecretValueCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import {
  DescribeParametersCommand,
  GetParametersCommand,
  paginateDescribeParameters,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { clientConfig, local, refusal } from './support'

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234'

function secretsManager(aws: LocalAws, region?: string): SecretsManagerClient {
  return new SecretsManagerClient(clientConfig(aws, region))
}

function ssm(aws: LocalAws, region?: string): SSMClient {
  return new SSMClient(clientConfig(aws, region))
}

describe('Secrets Manager', () => {
  test('describes a secret by name, by ARN, and by ARN without its six characters', async () => {
    const aws = await local()
    const arn = aws.secrets.create({ name: 'team/key', value: 's3cret', kmsKeyId: KEY })
    expect(arn).toMatch(
      /^arn:aws:secretsmanager:us-east-1:123456789012:secret:team\/key-[A-Za-z0-9]{6}$/,
    )
    for (const id of ['team/key', arn, arn.slice(0, -7)]) {
      const facts = await secretsManager(aws).send(new DescribeSecretCommand({ SecretId: id }))
      expect(facts).toMatchObject({ ARN: arn, Name: 'team/key', KmsKeyId: KEY })
      expect(Object.values(facts.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']])
      expect(facts.DeletedDate).toBeUndefined()
      expect(JSON.stringify(facts)).not.toContain('s3cret')
    }
  })

  test('takes an ARN that ends like a whole one for a whole one', async () => {
    const aws = await local()
    const arn = aws.secrets.create({ name: 'api-prod42', value: 'x' })
    const asked = secretsManager(aws).send(
      new DescribeSecretCommand({ SecretId: arn.slice(0, -7) }),
    )
    expect(await refusal(asked)).toMatchObject({ name: 'ResourceNotFoundException' })
  })

  test('says what is wrong with a secret, and says nothing of stages where it has no value', async () => {
    const aws = await local()
    aws.secrets.create({ name: 'empty' })
    aws.secrets.create({ name: 'rotating', value: 'x', withoutCurrent: true })
    aws.secrets.create({ name: 'going', value: 'x', scheduledForDeletion: true })
    const client = secretsManager(aws)
    const describe = (id: string) => client.send(new DescribeSecretCommand({ SecretId: id }))
    expect((await describe('empty')).VersionIdsToStages).toBeUndefined()
    expect(Object.values((await describe('rotating')).VersionIdsToStages ?? {})).toEqual([
      ['AWSPENDING'],
    ])
    const going = await describe('going')
    expect(going.DeletedDate).toBeInstanceOf(Date)
    expect(Object.values(going.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']])

    const read = (id: string) => refusal(client.send(new GetSecretValueCommand({ SecretId: id })))
    for (const id of ['empty', 'rotating']) {
      expect(await read(id)).toMatchObject({
        name: 'ResourceNotFoundException',
        status: 400,
        message:
          "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      })
    }
    expect(await read('going')).toMatchObject({
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    })
    // On the wire Secrets Manager writes `Message`, where Systems Manager writes `message`.
    const raw = await fetch(aws.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/secretsmanager/aws4_request`,
        'x-amz-target': 'secretsmanager.GetSecretValue',
      },
      body: JSON.stringify({ SecretId: 'nothing' }),
    })
    expect(await raw.json()).toEqual({
      __type: 'ResourceNotFoundException',
      Message: "Secrets Manager can't find the specified secret.",
    })
    expect(await read('nothing')).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
  })

  test('keeps regions apart', async () => {
    const aws = await local()
    const arn = aws.secrets.create({ name: 'key', region: 'eu-west-1', value: 'x' })
    const command = new GetSecretValueCommand({ SecretId: arn })
    expect((await secretsManager(aws, 'eu-west-1').send(command)).SecretString).toBe('x')
    expect((await refusal(secretsManager(aws).send(command))).name).toBe(
      'ResourceNotFoundException',
    )
  })

  test('reads many at once, and lists those that it could not read', async () => {
    const aws = await local()
    const one = aws.secrets.create({ name: 'one', value: '1' })
    const locked = aws.secrets.create({ name: 'locked', value: '2', kmsKeyId: KEY })
    aws.caller.deny('kms:Decrypt', KEY)
    const answer = await secretsManager(aws).send(
      new BatchGetSecretValueCommand({ SecretIdList: [one, locked, 'none'] }),
    )
    expect(answer.SecretValues).toMatchObject([{ ARN: one, SecretString: '1' }])
    expect(answer.Errors).toEqual([
      {
        SecretId: locked,
        ErrorCode: 'AccessDeniedException',
        Message: 'Access to KMS is not allowed',
      },
      {
        SecretId: 'none',
        ErrorCode: 'ResourceNotFoundException',
        Message: "Secrets Manager can't find the specified secret.",
      },
    ])
    aws.caller.deny('secretsmanager:BatchGetSecretValue')
    expect(
      await refusal(
        secretsManager(aws).send(new BatchGetSecretValueCommand({ SecretIdList: [one] })),
      ),
    ).toMatchObject({ name: 'AccessDeniedException', status: 400 })
  })

  test('refuses who may not look, with the ARN that it found', async () => {
    const aws = await local()
    const arn = aws.secrets.create({ name: 'key', value: 'x' })
    aws.caller.deny('secretsmanager:DescribeSecret')
    const asked = secretsManager(aws).send(new DescribeSecretCommand({ SecretId: 'key' }))
    const { name, message } = await refusal(asked)
    expect(name).toBe('AccessDeniedException')
    expect(message).toContain(
      `is not authorized to perform: secretsmanager:DescribeSecret on resource: ${arn} because no identity-based policy allows`,
    )
  })

  test('a new value leaves the ARN as it is, and a deleted secret is gone', async () => {
    const aws = await local()
    const arn = aws.secrets.create({ name: 'key', value: 'old' })
    const command = new GetSecretValueCommand({ SecretId: arn })
    aws.secrets.put(arn, 'new')
    expect((await secretsManager(aws).send(command)).SecretString).toBe('new')
    aws.secrets.scheduleDeletion('key')
    expect((await refusal(secretsManager(aws).send(command))).name).toBe('InvalidRequestException')
    aws.secrets.delete(arn)
    expect((await refusal(secretsManager(aws).send(command))).name).toBe(
      'ResourceNotFoundException',
    )
  })
})

describe('Parameter Store', () => {
  test('describes a parameter without its value', async () => {
    const aws = await local()
    const arn = aws.parameters.create({ name: '/team/key', value: 's3cret', kmsKeyId: KEY })
    aws.parameters.create({ name: 'plain', type: 'String', value: 's3cret' })
    expect(arn).toBe('arn:aws:ssm:us-east-1:123456789012:parameter/team/key')
    const named = async (name: string) =>
      ssm(aws).send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
        }),
      )
    const { Parameters: [secure] = [] } = await named('/team/key')
    expect(secure).toMatchObject({
      Name: '/team/key',
      ARN: arn,
      Type: 'SecureString',
      KeyId: KEY,
      Tier: 'Standard',
      Version: 1,
    })
    expect(JSON.stringify(secure)).not.toContain('s3cret')
    const { Parameters: [plain] = [] } = await named('plain')
    expect(plain).toMatchObject({ Type: 'String' })
    expect(plain?.KeyId).toBeUndefined()
    expect((await named('team/key')).Parameters).toEqual([])
  })

  test('may answer with an empty page and a token before the page that has it', async () => {
    const aws = await local()
    for (let index = 0; index < 25; index += 1) {
      aws.parameters.create({ name: `/p/${index}`, value: 'x' })
    }
    const pages: number[] = []
    const pager = paginateDescribeParameters(
      { client: ssm(aws) },
      { ParameterFilters: [{ Key: 'Name', Values: ['/p/24'] }] },
    )
    for await (const page of pager) pages.push(page.Parameters?.length ?? 0)
    expect(pages).toEqual([0, 0, 1])
  })

  test('reads by name, ARN and version, and names what it did not find', async () => {
    const aws = await local()
    const arn = aws.parameters.create({ name: '/team/key', value: 'old' })
    const top = aws.parameters.create({ name: 'top', type: 'String', value: 'plain' })
    aws.parameters.put(arn, 'new')
    const answer = await ssm(aws).send(
      new GetParametersCommand({
        Names: [arn, '/team/key', `${arn}:1`, 'top', top, '/team/none', `${arn}:9`],
        WithDecryption: true,
      }),
    )
    expect(answer.Parameters?.map(({ Name, Value, Version, ARN }) => [Name, Value, Version, ARN]))
      // Names come plain, ARNs without the version that was asked for.
      .toEqual([
        ['/team/key', 'new', 2, arn],
        ['/team/key', 'new', 2, arn],
        ['/team/key', 'old', 1, arn],
        ['top', 'plain', 1, top],
        ['top', 'plain', 1, top],
      ])
    expect(answer.Parameters?.[2]?.Selector).toBe(':1')
    expect(answer.InvalidParameters).toEqual(['/team/none', `${arn}:9`])
  })

  test('shows a SecureString in clear only when asked to', async () => {
    const aws = await local()
    aws.parameters.create({ name: 'key', value: 's3cret' })
    const answer = await ssm(aws).send(new GetParametersCommand({ Names: ['key'] }))
    expect(answer.Parameters?.[0]?.Value).toMatch(/^AQICAH/)
    expect(answer.Parameters?.[0]?.Value).not.toContain('s3cret')
  })

  test('refuses more than ten names, one that may not be read, and a key that may not be used', async () => {
    const aws = await local()
    const arn = aws.parameters.create({ name: 'key', value: 'x', kmsKeyId: KEY })
    aws.parameters.create({ name: 'other', value: 'x' })
    const read = (...names: string[]) =>
      refusal(ssm(aws).send(new GetParametersCommand({ Names: names, WithDecryption: true })))
    expect(await read(...Array.from({ length: 11 }, (_, index) => `p${index}`))).toMatchObject({
      name: 'ValidationException',
    })
    aws.caller.deny('kms:Decrypt', KEY)
    expect(await read('key')).toMatchObject({ name: 'AccessDeniedException', status: 400 })
    aws.caller.deny('ssm:GetParameters', arn)
    expect((await read('other', 'key')).message).toContain(
      `not authorized to perform: ssm:GetParameters on resource: ${arn}`,
    )
    aws.caller.deny('ssm:DescribeParameters')
    expect((await refusal(ssm(aws).send(new DescribeParametersCommand({})))).message).toContain(
      'on resource: arn:aws:ssm:us-east-1:123456789012:*',
    )
  })
})
