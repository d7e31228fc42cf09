/** Secrets by reference: Rotel looks them up itself, and everything that reading can tell is told before a write. */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { INGESTION_KEY, inStack } from './stack-world'
import {
  API_KEY,
  configurationOf,
  FOREIGN,
  functionsOf,
  INPUTS,
  inWorld,
  ROTEL_X86,
  statusesOf,
} from './world'

type Grant = readonly [action: string, resource: string]

const BATCH: Grant = ['secretsmanager:BatchGetSecretValue', '*']

/** A function whose role may do this, and no more. */
function aFunctionThatMay(aws: LocalAws, name: string, grants: readonly Grant[]) {
  const role = aws.iam.createRole({
    name: `${name}-role`,
    inline: {
      own: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
          ...grants.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource })),
        ],
      },
    },
  })
  return aws.lambda.createFunction({ name, role: role.arn, variables: FOREIGN })
}

const written = (aws: LocalAws, name = 'orders') =>
  aws.lambda.get(name).variables['ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS']

describe('a reference is proven from the function to ClickStack', () => {
  test.concurrent.each([
    ['Secrets Manager', 'grpc', 'raw'],
    ['Secrets Manager, a field of its JSON', 'http', 'bearer'],
    ['Parameter Store', 'grpc', 'raw'],
  ] as const)('from %s, by %s, with a %s key', (store, protocol, scheme) =>
    inStack(
      async ({ aws, main }) => {
        const inJson = store.endsWith('JSON')
        const isSecret = store.startsWith('Secrets')
        const arn = isSecret
          ? aws.secrets.create({
              name: 'clickstack',
              value: inJson ? JSON.stringify({ key: INGESTION_KEY }) : INGESTION_KEY,
            })
          : aws.parameters.create({ name: '/clickstack/key', value: INGESTION_KEY })
        const reference = inJson ? `${arn}#key` : arn
        aFunctionThatMay(
          aws,
          'orders',
          isSecret ? [BATCH, ['secretsmanager:GetSecretValue', arn]] : [['ssm:GetParameters', arn]],
        )
        const inputs = { functions: 'orders', 'api-key': reference }
        const result = await main(inputs)
        expect(statusesOf(result)).toEqual(['orders: instrumented'])
        expect(result.exitCode).toBe(0)
        expect(written(aws)).toContain(
          `Authorization=${scheme === 'bearer' ? 'Bearer ' : ''}\${${reference}}`,
        )
        expect(JSON.stringify(aws.lambda.get('orders').variables)).not.toContain(INGESTION_KEY)
        // The price is said once; nothing asks for the reference form any more.
        expect(result.summary.match(/100 to 150 ms/g)).toHaveLength(1)
        expect(result.summary).not.toContain('plain text')
        expect(result.stdout).toContain('Control   Key and control record were not checked')
        for (const operation of ['GetSecretValue', 'BatchGetSecretValue', 'GetParameters']) {
          expect(aws.calls.of(operation)).toEqual([])
        }
        expect(aws.calls.count('GetParameter')).toBe(0)

        aws.calls.clear()
        expect(statusesOf(await main(inputs))).toEqual(['orders: unchanged'])
        expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
        expect(aws.calls.count('SimulatePrincipalPolicy')).toBe(0)
      },
      {
        protocol,
        clickStack: { ingestionKey: { scheme, key: INGESTION_KEY } },
      },
    ),
  )

  test('a function with the key in plain text changes over to the reference', () =>
    inStack(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
      aFunctionThatMay(aws, 'orders', [BATCH, ['secretsmanager:GetSecretValue', arn]])
      const plain = await main({ functions: 'orders' })
      expect(statusesOf(plain)).toEqual(['orders: instrumented'])
      expect(plain.summary).toContain('in plain text')
      expect(plain.summary).toContain('arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX')
      expect(written(aws)).toContain(INGESTION_KEY)

      const changed = await main({ functions: 'orders', 'api-key': arn })
      expect(statusesOf(changed)).toEqual(['orders: instrumented'])
      expect(JSON.stringify(aws.lambda.get('orders').variables)).not.toContain(INGESTION_KEY)
    }))

  test('a wrong key behind a reference is found by the canary, and rolled back', () =>
    inStack(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'clickstack', value: 'canary-not-the-key-77c0' })
      aFunctionThatMay(aws, 'orders', [BATCH, ['secretsmanager:GetSecretValue', arn]])
      const before = configurationOf(aws.lambda.get('orders'))
      const result = await main({ functions: 'orders', 'api-key': arn, 'verify-timeout': '4' })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: rolled-back /)])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
      expect(functionsOf(result)[0]?.detail).not.toContain('control record')
      expect(result.stdout).not.toContain('canary-not-the-key')
    }))
})

const SECRET_READ = (arn: string): readonly Grant[] => [
  BATCH,
  ['secretsmanager:GetSecretValue', arn],
]

describe('what is refused before a write', () => {
  interface Case {
    readonly arn: string
    readonly grants: readonly Grant[]
    readonly inputs?: Readonly<Record<string, string>>
  }

  test.concurrent.each<[string, string, (aws: LocalAws) => Case]>([
    [
      'a secret that is not there',
      'secret-not-found',
      () => {
        const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:gone-AbCdEf'
        return { arn, grants: SECRET_READ(arn) }
      },
    ],
    [
      'a secret of another region than its ARN names',
      'secret-not-found',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY })
        const far = arn.replace('us-east-1', 'eu-west-1')
        return { arn: far, grants: SECRET_READ(far) }
      },
    ],
    [
      'a parameter that is not there',
      'secret-not-found',
      () => {
        const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/gone'
        return { arn, grants: [['ssm:GetParameters', arn]] }
      },
    ],
    [
      'a secret scheduled for deletion',
      'secret-scheduled-for-deletion',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY, scheduledForDeletion: true })
        return { arn, grants: SECRET_READ(arn) }
      },
    ],
    [
      'a secret without a current value',
      'secret-without-value',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY, withoutCurrent: true })
        return { arn, grants: SECRET_READ(arn) }
      },
    ],
    [
      'a list of texts',
      'secret-wrong-type',
      (aws) => {
        const arn = aws.parameters.create({ name: 'key', type: 'StringList', value: 'a,b' })
        return { arn, grants: [['ssm:GetParameters', arn]] }
      },
    ],
    [
      'a partial ARN and an old layer',
      'secret-arn-incomplete',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY })
        return { arn: arn.slice(0, -7), grants: [BATCH], inputs: { 'layer-version': '5' } }
      },
    ],
    [
      'the guide’s policy, which scopes the batch call',
      'secret-not-readable',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY })
        return {
          arn,
          grants: [
            ['secretsmanager:BatchGetSecretValue', arn],
            ['secretsmanager:GetSecretValue', arn],
          ],
        }
      },
    ],
    [
      'a role that may not read the secret',
      'secret-not-readable',
      (aws) => {
        const arn = aws.secrets.create({ name: 'key', value: API_KEY })
        return { arn, grants: [BATCH] }
      },
    ],
    [
      'a role that may not decrypt with the secret’s key',
      'secret-not-readable',
      (aws) => {
        const kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/1234'
        const arn = aws.secrets.create({ name: 'key', value: API_KEY, kmsKeyId })
        return { arn, grants: SECRET_READ(arn) }
      },
    ],
    [
      'a role that may not read the parameter',
      'secret-not-readable',
      (aws) => {
        const arn = aws.parameters.create({ name: '/a/key', value: API_KEY })
        return { arn, grants: [] }
      },
    ],
  ])('%s: %s', (_, reason, seed) =>
    inWorld(async ({ aws, main }) => {
      const { arn, grants, inputs = {} } = seed(aws)
      aFunctionThatMay(aws, 'orders', grants)
      const before = configurationOf(aws.lambda.get('orders'))
      const result = await main({ functions: 'orders', 'api-key': arn, ...inputs })
      expect(statusesOf(result)).toEqual([`orders: blocked ${reason}`])
      expect(result.exitCode).toBe(1)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
      expect(aws.lambda.invocations()).toEqual([])
      // An ARN is no secret: without it nobody knows which one is meant.
      if (reason !== 'secret-not-readable') expect(result.summary).toContain(arn)
    }),
  )

  test('the missing policy is printed, and with it the function is proven', () =>
    inStack(async ({ aws, main }) => {
      const arn = aws.secrets.create({
        name: 'clickstack',
        value: INGESTION_KEY,
        kmsKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1234',
      })
      aFunctionThatMay(aws, 'orders', [])
      const inputs = { functions: 'orders', 'api-key': arn }
      const blocked = await main(inputs)
      expect(statusesOf(blocked)).toEqual(['orders: blocked secret-not-readable'])
      const policy = /```json\n([\s\S]*?)\n```/.exec(blocked.summary)?.[1] ?? ''
      for (const line of policy.split('\n')) expect(blocked.stdout).toContain(line)

      aws.iam.changeRoleAsSomebodyElse('orders-role', { putInline: { secrets: policy } })
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    }))

  test('a plan says the same, and writes nothing', () =>
    inWorld(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'key', value: API_KEY })
      aFunctionThatMay(aws, 'orders', [BATCH])
      aFunctionThatMay(aws, 'refunds', SECRET_READ(arn))
      const result = await main({ mode: 'plan', functions: 'orders\nrefunds', 'api-key': arn })
      expect(statusesOf(result)).toEqual([
        'orders: blocked secret-not-readable',
        'refunds: planned',
      ])
      const granted = await main({
        mode: 'plan',
        functions: 'orders\nrefunds',
        'api-key': arn,
        'grant-secret-access': 'true',
      })
      expect(statusesOf(granted)).toEqual(['orders: planned', 'refunds: planned'])
      expect(granted.summary.match(/gets an inline policy first/g)).toHaveLength(1)
    }))
})

describe('what the preflight may not look at', () => {
  test('is said, caught by the smoke test, and rolled back', () =>
    inWorld(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'key', value: API_KEY })
      aFunctionThatMay(aws, 'orders', [])
      aws.caller.deny('iam:SimulatePrincipalPolicy')
      aws.caller.deny('secretsmanager:DescribeSecret')
      const before = configurationOf(aws.lambda.get('orders'))
      const result = await main({ functions: 'orders', 'api-key': arn })
      expect(statusesOf(result)).toEqual(['orders: rolled-back secret-unresolved'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(before)
      expect(result.summary).toContain('was not checked')
      expect(result.exitCode).toBe(1)
    }))

  test('is refused where no invocation would show it', () =>
    inWorld(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'key', value: API_KEY })
      aFunctionThatMay(aws, 'orders', SECRET_READ(arn))
      const inputs = { functions: 'orders', 'api-key': arn, 'smoke-test': 'never' }
      aws.caller.deny('iam:SimulatePrincipalPolicy')
      expect(statusesOf(await main(inputs))).toEqual(['orders: blocked secret-not-checked'])
      const planned = await main({ ...inputs, mode: 'plan' })
      expect(statusesOf(planned)).toEqual(['orders: blocked secret-not-checked'])
      aws.caller.allowAll()
      expect(statusesOf(await main(inputs))).toEqual(['orders: written no-verifier'])
    }))

  test.concurrent.each<[string, string]>([
    ['a JSON without the key', '{"other":"x"}'],
    ['a JSON with a number in it', `{"key":"${API_KEY}","port":1}`],
    ['a text that is no JSON', API_KEY],
  ])('%s dies at the cold start and is rolled back', (_, value) =>
    inWorld(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'key', value })
      aFunctionThatMay(aws, 'orders', SECRET_READ(arn))
      const result = await main({ functions: 'orders', 'api-key': `${arn}#key` })
      expect(statusesOf(result)).toEqual(['orders: rolled-back secret-unresolved'])
      expect(aws.lambda.get('orders').layers).not.toContain(ROTEL_X86)
    }),
  )

  test('a comma in the value is found by the smoke test', () =>
    inWorld(async ({ aws, main }) => {
      const arn = aws.secrets.create({ name: 'key', value: `${API_KEY},x` })
      aFunctionThatMay(aws, 'orders', SECRET_READ(arn))
      const result = await main({ functions: 'orders', 'api-key': arn })
      expect(statusesOf(result)).toEqual(['orders: rolled-back extension-invalid-value'])
      expect(result.summary).toContain('must not contain a comma')
    }))
})

test('a reference in `headers` is looked up like that of the key, and one store lookup serves all', () =>
  inWorld(async ({ aws, main }) => {
    const arn = aws.secrets.create({ name: 'keys', value: JSON.stringify({ a: API_KEY, b: 'x' }) })
    for (const name of ['orders', 'refunds']) aFunctionThatMay(aws, name, SECRET_READ(arn))
    const result = await main({
      ...INPUTS,
      functions: 'orders\nrefunds',
      'api-key': '',
      headers: `Authorization=Bearer \${${arn}#a}\nx-team=${arn}#b`,
    })
    expect(statusesOf(result)).toEqual([
      'orders: written no-verifier',
      'refunds: written no-verifier',
    ])
    expect(written(aws)).toBe(`Authorization=Bearer \${${arn}#a},x-team=\${${arn}#b}`)
    expect(aws.calls.count('DescribeSecret')).toBe(1)
    // Two for the secrets of each role, and one whether its function could log without Rotel.
    expect(aws.calls.count('SimulatePrincipalPolicy')).toBe(6)
  }))

test('the key in plain text is warned about when it is written, and not again', () =>
  inWorld(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const said = (text: string) => text.includes('`api-key: arn:aws:secretsmanager:')
    const first = await main({ functions: 'orders' })
    expect(statusesOf(first)).toEqual(['orders: written no-verifier'])
    expect(said(JSON.stringify(first.annotations))).toBe(true)
    const second = await main({ functions: 'orders' })
    expect(said(JSON.stringify(second.annotations))).toBe(false)
  }))
