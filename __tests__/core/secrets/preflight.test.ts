/** What the preflight makes of each answer of the stores and of IAM, and how often it asks. */

import { describe, expect, test } from '@jest/globals'
import { type AwsFault, type Result, succeeded } from '../../../src/model/result'
import type { Simulated } from '../../../src/systems/iam/role-control'
import {
  secretPreflight,
  type SecretPreflight,
  type SecretQuestion,
} from '../../../src/pipeline/preflight/secrets'
import type { ParameterFacts, SecretFacts } from '../../../src/pipeline/preflight/secret-stores'
import { aFunction, layer, ROTEL_X86 } from '../support/functions'
import { aFault } from '../support/lambda'
import { reference } from './support'

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack-AbCdEf'
const PARTIAL = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:clickstack'
const PARAMETER = 'arn:aws:ssm:eu-west-1:123456789012:parameter/clickstack/key'
const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234'

interface Given {
  readonly references?: readonly string[]
  readonly secret?: Partial<SecretFacts> | 'none' | AwsFault
  readonly parameter?: Partial<ParameterFacts> | 'none' | AwsFault
  /** `action resource` that are not allowed, and how. */
  readonly not?: Readonly<Record<string, Partial<Simulated>>>
  readonly simulation?: AwsFault
  readonly grant?: boolean
}

function aPreflight(given: Given = {}): { preflight: SecretPreflight; calls: string[] } {
  const calls: string[] = []
  const { references = [SECRET], not = {}, grant = false } = given
  const answer = <T>(
    whole: T,
    facts: Partial<T> | 'none' | AwsFault = {},
  ): Result<T | undefined> => {
    if (facts === 'none') return succeeded(undefined)
    return 'mayHaveLanded' in facts
      ? { ok: false, fault: facts }
      : succeeded({ ...whole, ...facts })
  }
  const preflight = secretPreflight({
    references: references.map(reference),
    grant,
    stores: {
      secret(region, arn) {
        calls.push(`secret ${region} ${arn}`)
        const whole: SecretFacts = {
          arn: SECRET,
          scheduledForDeletion: false,
          hasCurrentVersion: true,
          kmsKey: undefined,
        }
        return Promise.resolve(answer(whole, given.secret))
      },
      parameter(region, name) {
        calls.push(`parameter ${region} ${name}`)
        const whole: ParameterFacts = { name, type: 'SecureString', kmsKey: undefined }
        return Promise.resolve(answer(whole, given.parameter))
      },
    },
    roles: {
      simulate(role, actions, resources, context = new Map()) {
        const via = [...context].map(([key, value]) => `${key}=${value}`).join()
        calls.push(['simulate', role.name, ...actions, ...resources, via].join(' ').trim())
        if (given.simulation) return Promise.resolve({ ok: false, fault: given.simulation })
        const decisions = actions.flatMap((action) =>
          resources.map((resource): Simulated => {
            const found = not[`${action} ${resource}`]
            const decision = found ? 'implicitDeny' : 'allowed'
            return {
              action,
              resource,
              decision,
              by: [],
              allowedByOrganization: undefined,
              allowedByBoundary: undefined,
              ...found,
            }
          }),
        )
        return Promise.resolve(succeeded(decisions))
      },
    },
  })
  return { preflight, calls }
}

const question = (given: Partial<SecretQuestion> = {}): SecretQuestion => ({
  fn: aFunction(),
  layers: [ROTEL_X86],
  changes: true,
  caughtLater: true,
  invoked: true,
  ...given,
})

const verdictOf = (given: Given, asked: Partial<SecretQuestion> = {}) =>
  aPreflight(given).preflight.check(question(asked))

describe('what the stores say', () => {
  test('a secret that can be read is fine', async () => {
    expect(await verdictOf({})).toEqual({ kind: 'fine' })
    expect(await verdictOf({ references: [PARAMETER, `${SECRET}#k`] })).toEqual({ kind: 'fine' })
    expect(await verdictOf({ references: [PARTIAL] })).toEqual({ kind: 'fine' })
  })

  test.each<[string, Given, string]>([
    ['is not there', { secret: 'none' }, 'secret-not-found'],
    [
      'is scheduled for deletion',
      { secret: { scheduledForDeletion: true } },
      'secret-scheduled-for-deletion',
    ],
    ['has no value', { secret: { hasCurrentVersion: false } }, 'secret-without-value'],
    ['is no parameter', { references: [PARAMETER], parameter: 'none' }, 'secret-not-found'],
    [
      'is a list',
      { references: [PARAMETER], parameter: { type: 'StringList' } },
      'secret-wrong-type',
    ],
  ])(
    'a secret that %s is refused, whether the function changes or not',
    async (_, given, reason) => {
      for (const changes of [true, false]) {
        expect(await verdictOf(given, { changes })).toMatchObject({ kind: 'refused', reason })
      }
    },
  )

  test('the region that is asked and named is that of the ARN', async () => {
    const far = SECRET.replace('eu-west-1', 'us-east-2')
    const { preflight, calls } = aPreflight({ references: [far], secret: 'none' })
    const verdict = await preflight.check(question())
    expect(calls).toEqual([`secret us-east-2 ${far}`])
    expect(verdict).toMatchObject({ detail: expect.stringContaining('in us-east-2') })
  })

  test('no lookup crosses partitions', async () => {
    const verdict = await verdictOf(
      {},
      { fn: aFunction({ partition: 'aws-cn', region: 'cn-north-1' }) },
    )
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'secret-not-found' })
  })

  test.each([
    [layer('rotel-extension-amd64', 5), 'secret-arn-incomplete'],
    [layer('rotel-extension-amd64-alpha', 41), 'secret-arn-incomplete'],
    [layer('rotel-extension-amd64', 6), undefined],
    [layer('rotel-extension-amd64', 1, '123456789012'), undefined],
  ])('an ARN without its suffix and the layer %s', async (attached, reason) => {
    const verdict = await verdictOf({ references: [PARTIAL] }, { layers: [attached] })
    expect(verdict.kind === 'refused' ? verdict.reason : undefined).toBe(reason)
    expect(await verdictOf({}, { layers: [attached] })).toEqual({ kind: 'fine' })
  })

  test('a name that only looks as if it had its suffix is known by what the store answers', async () => {
    const looksWhole = PARTIAL.replace('clickstack', 'click-stacks')
    const layers = [layer('rotel-extension-amd64', 5)]
    expect(await verdictOf({ references: [looksWhole] }, { layers })).toMatchObject({
      reason: 'secret-arn-incomplete',
    })
  })

  test('a parameter of the top level may have a slash before its name, or none', async () => {
    const top = 'arn:aws:ssm:eu-west-1:123456789012:parameter/key'
    const { preflight, calls } = aPreflight({ references: [top], parameter: 'none' })
    await preflight.check(question())
    expect(calls).toEqual(['parameter eu-west-1 key', 'parameter eu-west-1 /key'])
  })
})

describe('what IAM would decide', () => {
  test('exactly the calls that Rotel makes are simulated, one for each action', async () => {
    const { preflight, calls } = aPreflight({
      references: [SECRET, PARAMETER],
      secret: { kmsKey: KEY },
      parameter: { kmsKey: '1234' },
    })
    await preflight.check(question())
    expect(calls.filter((call) => call.startsWith('simulate')).toSorted()).toEqual(
      [
        `simulate functions kms:Decrypt ${KEY} kms:ViaService=secretsmanager.eu-west-1.amazonaws.com`,
        `simulate functions kms:Decrypt ${KEY} kms:ViaService=ssm.eu-west-1.amazonaws.com`,
        'simulate functions secretsmanager:BatchGetSecretValue *',
        `simulate functions secretsmanager:GetSecretValue ${SECRET}`,
        `simulate functions ssm:GetParameters ${PARAMETER}`,
      ].map((call) => call.replace('functions', roleName())),
    )
  })

  test.each(['alias/aws/secretsmanager', 'arn:aws:kms:eu-west-1:1:alias/aws/secretsmanager'])(
    'the service’s own key, %s, needs no right of its own',
    async (kmsKey) => {
      const { preflight, calls } = aPreflight({ secret: { kmsKey } })
      await preflight.check(question())
      expect(calls.filter((call) => call.includes('kms:'))).toEqual([])
      expect(calls).toContain(`simulate ${roleName()} secretsmanager:GetSecretValue ${SECRET}`)
    },
  )

  test('a partial ARN is simulated as the whole one that the store knows', async () => {
    const { preflight, calls } = aPreflight({ references: [PARTIAL] })
    await preflight.check(question())
    expect(calls).toContain(`simulate ${roleName()} secretsmanager:GetSecretValue ${SECRET}`)
  })

  const BATCH = 'secretsmanager:BatchGetSecretValue *'
  const READ = `secretsmanager:GetSecretValue ${SECRET}`

  test('what is missing is refused with the policy that is missing, and no more', async () => {
    const verdict = await verdictOf({ not: { [BATCH]: {} } })
    expect(verdict).toMatchObject({
      kind: 'refused',
      reason: 'secret-not-readable',
      detail: expect.stringContaining('secretsmanager:BatchGetSecretValue'),
    })
    const policy = verdict.kind === 'refused' ? verdict.missingPolicy : undefined
    expect(JSON.parse(policy ?? '')).toMatchObject({
      Statement: [{ Action: 'secretsmanager:BatchGetSecretValue', Resource: '*' }],
    })
    expect(policy).not.toContain('GetSecretValue"\n')
    expect(policy).not.toContain(SECRET)
  })

  test('with `grant-secret-access` the whole policy is to be put, for it replaces an older one', async () => {
    const verdict = await verdictOf({ not: { [BATCH]: {} }, grant: true })
    expect(verdict).toMatchObject({ kind: 'granted-by-us', access: { isMissing: true } })
    const document = verdict.kind === 'granted-by-us' ? verdict.access.document : ''
    expect(JSON.parse(document)).toMatchObject({
      Statement: [
        { Action: 'secretsmanager:BatchGetSecretValue' },
        { Action: 'secretsmanager:GetSecretValue', Resource: SECRET },
      ],
    })
    expect(await verdictOf({ grant: true })).toMatchObject({
      kind: 'granted-by-us',
      access: { isMissing: false },
    })
  })

  test.each<[string, Partial<Simulated>, string]>([
    [
      'an explicit Deny',
      { decision: 'explicitDeny', by: ['role_x_no-secrets'] },
      'role_x_no-secrets',
    ],
    ['the organization', { allowedByOrganization: false }, 'the organization'],
  ])('%s is refused with `grant-secret-access` too', async (_, decided, who) => {
    for (const grant of [true, false]) {
      const verdict = await verdictOf({ not: { [READ]: decided }, grant })
      expect(verdict).toMatchObject({
        kind: 'refused',
        reason: 'secret-not-readable',
        detail: expect.stringContaining(who),
      })
      expect(verdict).not.toHaveProperty('missingPolicy')
    }
  })

  test('a role is not asked about for a function that stays as it is', async () => {
    const { preflight, calls } = aPreflight({ not: { [BATCH]: {} } })
    expect(await preflight.check(question({ changes: false }))).toEqual({ kind: 'fine' })
    expect(calls).toEqual([`secret eu-west-1 ${SECRET}`])
  })

  test('with `grant-secret-access` neither, but what it relies on is known, should it be written after all', async () => {
    const { preflight, calls } = aPreflight({ not: { [BATCH]: {} }, grant: true })
    const verdict = await preflight.check(question({ changes: false }))
    expect(verdict).toMatchObject({ kind: 'granted-by-us', access: { isMissing: false } })
    const document = verdict.kind === 'granted-by-us' ? verdict.access.document : ''
    expect(document).toContain(SECRET)
    expect(calls).toEqual([`secret eu-west-1 ${SECRET}`])
  })
})

describe('what could not be checked', () => {
  const denied = aFault('denied', { code: 'AccessDeniedException' })

  test.each<[string, Given, string]>([
    ['a secret', { secret: denied }, SECRET],
    ['a parameter', { references: [PARAMETER], parameter: denied }, PARAMETER],
    ['a role', { simulation: denied }, 'execution roles'],
    ['a key by its alias', { secret: { kmsKey: 'alias/team' } }, 'not checked completely'],
    [
      'a parameter of another account',
      { references: [PARAMETER.replace('123456789012', '210987654321')] },
      'of another account',
    ],
  ])('%s is said, and left to what comes later', async (_, given, what) => {
    const { preflight } = aPreflight(given)
    expect(await preflight.check(question())).toEqual({ kind: 'fine' })
    expect(preflight.notChecked()).toEqual([expect.stringContaining('not checked')])
    expect(preflight.notChecked()[0]).toContain(what)
  })

  test('blocks where nothing comes later', async () => {
    expect(await verdictOf({ simulation: denied }, { caughtLater: false })).toMatchObject({
      kind: 'refused',
      reason: 'secret-not-checked',
    })
    expect(await verdictOf({ secret: denied }, { caughtLater: false, changes: false })).toEqual({
      kind: 'fine',
    })
    expect(await verdictOf({}, { caughtLater: false })).toEqual({ kind: 'fine' })
  })

  test('a partial ARN whose secret is not seen is not simulated, for IAM knows whole ones only', async () => {
    const { preflight, calls } = aPreflight({ references: [PARTIAL], secret: denied })
    await preflight.check(question())
    expect(calls.some((call) => call.includes('GetSecretValue arn'))).toBe(false)
    expect(preflight.notChecked()).toHaveLength(2)
  })

  test('is granted all the same, where that is asked for', async () => {
    expect((await verdictOf({ simulation: denied, grant: true })).kind).toBe('granted-by-us')
  })
})

test('each secret and each role is asked about once, whatever the number of functions', async () => {
  const { preflight, calls } = aPreflight({ references: [`${SECRET}#a`, `${SECRET}#b`] })
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      preflight.check(question({ fn: aFunction({ name: `fn-${String(index)}` }) })),
    ),
  )
  expect(calls.toSorted()).toEqual([
    `secret eu-west-1 ${SECRET}`,
    `simulate ${roleName()} secretsmanager:BatchGetSecretValue *`,
    `simulate ${roleName()} secretsmanager:GetSecretValue ${SECRET}`,
  ])
})

test('without references nothing is asked', async () => {
  const { preflight, calls } = aPreflight({ references: [] })
  expect(await preflight.check(question({ caughtLater: false }))).toEqual({ kind: 'fine' })
  expect(calls).toEqual([])
})

function roleName(): string {
  return aFunction().roleArn?.split('/').at(-1) ?? ''
}
