/** References to secrets in a function's variables: what Rotel makes of them at a cold start, with which rights. */
import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed, LocalAws, PolicyDocument } from '../../local/aws/index'
import type { ExportTarget, TelemetryExporter } from '../../local/rotel/telemetry'
import { invoke, lambdaClient, local, type Invoked } from './support'

const ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://logs.example.com' }
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234'

interface World {
  readonly aws: LocalAws
  readonly targets: ExportTarget[]
  readonly run: (
    seed?: Partial<FunctionSeed> & { readonly allow?: readonly Grant[] },
  ) => Promise<Invoked>
}

type Grant = readonly [action: string, resource: string]

async function world(): Promise<World> {
  const targets: ExportTarget[] = []
  const telemetry: TelemetryExporter = {
    export: (_, target) => {
      targets.push(target)
      return Promise.resolve({ kind: 'ok' })
    },
  }
  const aws = await local({ telemetry })
  let count = 0
  return {
    aws,
    targets,
    run: async ({ allow = [], ...seed } = {}) => {
      const name = `fn-${(count += 1)}`
      const role = aws.iam.createRole({
        name: `role-${name}`,
        inline: allow.length === 0 ? {} : { secrets: policy(allow) },
      })
      aws.lambda.createFunction({
        name,
        role: role.arn,
        layers: [aws.lambda.layers.rotelArn()],
        ...seed,
        variables: { ...ENDPOINT, ...seed.variables },
      })
      return invoke(lambdaClient(aws), name)
    },
  }
}

function policy(grants: readonly Grant[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: grants.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
  }
}

function header(reference: string): Readonly<Record<string, string>> {
  return { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=${reference}` }
}

const BATCH: Grant = ['secretsmanager:BatchGetSecretValue', '*']
const READ_ALL: readonly Grant[] = [
  BATCH,
  ['secretsmanager:GetSecretValue', '*'],
  ['ssm:GetParameters', '*'],
]

function expectCrash(answer: Invoked, ...texts: readonly string[]): void {
  expect(answer.payload).toMatchObject({ errorType: 'Extension.Crash' })
  for (const text of texts) expect(answer.tail).toContain(text)
  expect(answer.tail).toContain('ERROR Failed to run agent.')
  expect(answer.tail).not.toContain('Starting Rotel')
}

describe('a reference to a secret', () => {
  test('becomes its value: inline, as a whole, by key, from both stores and another region', async () => {
    const { aws, run, targets } = await world()
    const json = aws.secrets.create({ name: 'json', value: '{"key":"one","user":"me"}' })
    const far = aws.secrets.create({ name: 'far', region: 'eu-west-1', value: 'two' })
    const secure = aws.parameters.create({ name: '/team/key', value: 'three' })
    const string = aws.parameters.create({ name: 'url', type: 'String', value: 'https://h.test' })
    const answer = await run({
      allow: READ_ALL,
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: `secret://${string}`,
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `A=Bearer \${${json}#key},B=\${${far}},C=\${${secure}}`,
        NOT_ROTELS: `\${${json}}`,
      },
    })
    expect(answer.functionError).toBeUndefined()
    expect(targets[0]).toMatchObject({
      url: 'https://h.test',
      headers: { a: 'Bearer one', b: 'two', c: 'three' },
    })
  })

  test('costs a cold start more time', async () => {
    const { aws, run } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'k' })
    const plain = await run({ variables: header('k') })
    const referred = await run({ allow: READ_ALL, variables: header(`\${${arn}}`) })
    const initOf = (answer: Invoked): number =>
      Number(/Init Duration: ([\d.]+) ms/.exec(answer.tail)?.[1])
    expect(initOf(referred) - initOf(plain)).toBeGreaterThanOrEqual(100)
    expect(initOf(referred) - initOf(plain)).toBeLessThanOrEqual(150)
  })

  test('is looked up in the env file as well', async () => {
    const { aws, run, targets } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'k' })
    await run({
      allow: READ_ALL,
      files: {
        '/var/task/rotel.env': `ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS="Authorization=\${${arn}}"`,
      },
      variables: { ROTEL_ENV_FILE: '/var/task/rotel.env' },
    })
    expect(targets[0]).toMatchObject({ headers: { authorization: 'k' } })
  })

  test('is looked up ten at a time', async () => {
    const { aws, run, targets } = await world()
    const arns = Array.from({ length: 23 }, (_, index) =>
      aws.parameters.create({ name: `/p/${index}`, value: `v${index}` }),
    )
    const answer = await run({
      allow: READ_ALL,
      variables: header(arns.map((arn) => `\${${arn}}`).join('-')),
    })
    expect(answer.functionError).toBeUndefined()
    expect(targets[0]).toMatchObject({
      headers: { authorization: arns.map((_, index) => `v${index}`).join('-') },
    })
  })

  test('without the six characters works from layer version 6 on', async () => {
    const { aws, run, targets } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'k' })
    const seed = { allow: READ_ALL, variables: header(`\${${arn.slice(0, -7)}}`) }
    const six = [aws.lambda.layers.rotelArn({ version: 6 })]
    expect((await run({ ...seed, layers: six })).functionError).toBeUndefined()
    expect(targets[0]).toMatchObject({ headers: { authorization: 'k' } })
    const five = [aws.lambda.layers.rotelArn({ version: 5 })]
    expectCrash(await run({ ...seed, layers: five }), `Returned secret ARN was not found: ${arn}`)
    const alpha = [aws.lambda.layers.rotelArn({ alpha: true })]
    expectCrash(await run({ ...seed, layers: alpha }), 'Returned secret ARN was not found')
  })

  test('to a version of a parameter resolves to nothing, without a word', async () => {
    const { aws, run, targets } = await world()
    const arn = aws.parameters.create({ name: '/key', value: 'k' })
    const answer = await run({ allow: READ_ALL, variables: header(`\${${arn}:1}`) })
    expect(answer.functionError).toBeUndefined()
    expect(targets[0]).toMatchObject({ headers: { authorization: '' } })
  })

  test('is filled in before headers are split: a comma in it breaks them', async () => {
    const { aws, run } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'a,b' })
    const answer = await run({ allow: READ_ALL, variables: header(`\${${arn}}`) })
    expect(answer.payload).toMatchObject({ errorType: 'Extension.Crash' })
    expect(answer.tail).toContain('invalid KEY=value: no `=` found in `b`')
  })
})

describe('Rotel ends at every cold start', () => {
  test('unless the role may read in a batch, on every resource', async () => {
    const { aws, run } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'k' })
    const variables = header(`\${${arn}}`)
    const read: Grant = ['secretsmanager:GetSecretValue', `${arn.slice(0, -7)}-*`]
    expect((await run({ allow: [BATCH, read], variables })).functionError).toBeUndefined()

    const scoped: Grant = ['secretsmanager:BatchGetSecretValue', arn]
    expectCrash(
      await run({ allow: [scoped, read], variables }),
      ' WARN Unable to resolve ARNs from secrets manager: ',
      'not authorized to perform: secretsmanager:BatchGetSecretValue on resource: *',
      'error="Unable to resolve ARNs from secrets manager"',
    )
    expectCrash(
      await run({ allow: [BATCH], variables }),
      'ERROR Unable to lookup secrets',
      `not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn}`,
      `InvalidSecrets(["${arn}"])`,
    )
  })

  test('unless the role may use a key of one’s own', async () => {
    const { aws, run } = await world()
    const secret = aws.secrets.create({ name: 'key', value: 'k', kmsKeyId: KEY })
    const parameter = aws.parameters.create({ name: 'key', value: 'k', kmsKeyId: '1234' })
    expectCrash(
      await run({ allow: READ_ALL, variables: header(`\${${secret}}`) }),
      'Access to KMS is not allowed',
    )
    expectCrash(
      await run({ allow: READ_ALL, variables: header(`\${${parameter}}`) }),
      'The ciphertext refers to a customer master key',
    )
    const both = { allow: [...READ_ALL, ['kms:Decrypt', KEY] as const] }
    const answer = await run({ ...both, variables: header(`\${${secret}}\${${parameter}}`) })
    expect(answer.functionError).toBeUndefined()
  })

  test('unless the role may read the parameter, and it is there', async () => {
    const { aws, run } = await world()
    const arn = aws.parameters.create({ name: '/team/key', value: 'k' })
    const variables = header(`\${${arn}}`)
    const read: Grant = ['ssm:GetParameters', arn]
    expect((await run({ allow: [read], variables })).functionError).toBeUndefined()
    expectCrash(
      await run({ allow: [['ssm:GetParameter', arn]], variables }),
      ' WARN Unable to resolve ARNs from parameter store: ',
      `not authorized to perform: ssm:GetParameters on resource: ${arn}`,
    )
    expectCrash(
      await run({ allow: READ_ALL, variables: header(`\${${arn}-none}`) }),
      'error="Unable to resolve ARNs from parameter store"',
    )
  })

  test.each<[string, (aws: LocalAws) => string, string]>([
    [
      'a secret that is scheduled for deletion',
      (aws) => aws.secrets.create({ name: 'key', value: 'k', scheduledForDeletion: true }),
      'marked for deletion',
    ],
    [
      'a secret without a current value',
      (aws) => aws.secrets.create({ name: 'key', value: 'k', withoutCurrent: true }),
      'staging label: AWSCURRENT',
    ],
    [
      'a key that the secret does not have',
      (aws) => `${aws.secrets.create({ name: 'key', value: '{"a":"b"}' })}#c`,
      'Secret JSON did not contain field c',
    ],
    [
      'a key of a secret that holds more than strings',
      (aws) => `${aws.secrets.create({ name: 'key', value: '{"a":"b","port":1}' })}#a`,
      'Unable to parse secret string as JSON',
    ],
    [
      'a key of a parameter',
      (aws) => `${aws.parameters.create({ name: 'key', value: '{"a":"b"}' })}#a`,
      'JSON field selection not allowed for parameter store',
    ],
    [
      'another service',
      () => 'arn:aws:s3:us-east-1:123456789012:bucket',
      'Unknown secret ARN service name: s3',
    ],
    ['an ARN with an empty part', () => 'arn:aws:ssm::123456789012:parameter/x', 'parse ARN'],
  ])('for %s', async (_, seeded, text) => {
    const { aws, run } = await world()
    expectCrash(await run({ allow: READ_ALL, variables: header(`\${${seeded(aws)}}`) }), text)
  })

  test('where the function has no route to the stores', async () => {
    const { aws, run } = await world()
    const arn = aws.secrets.create({ name: 'key', value: 'k' })
    expectCrash(
      await run({ allow: READ_ALL, variables: header(`\${${arn}}`), egressBlocked: true }),
      ' WARN Unable to resolve ARNs from secrets manager: ',
    )
  })
})
