/** Which functions are dark: asked of IAM for those without a working Rotel, and what of it this action can restore. */

import { describe, expect, test } from '@jest/globals'
import type { LambdaFunction } from '../../../src/systems/lambda/lambda-function'
import { type Ownership, writeMarker } from '../../../src/model/ownership'
import { denyLogsDocument, ownedPolicyName } from '../../../src/systems/iam/owned-policy'
import type { RoleControl, Simulated } from '../../../src/systems/iam/role-control'
import { LOG_WRITES, simulatedResources } from '../../../src/systems/iam/log-writes'
import {
  bothFound,
  type Darkness,
  darknessOf,
  findDarkness,
  type LightSubject,
  LIT,
  oursInDark,
  whyDark,
  withheldFrom,
} from '../../../src/pipeline/roles/darkness'
import { neededPairs } from '../../../src/pipeline/roles/log-rights'
import { ACCOUNT, managedPolicy, policySet, WRITES } from '../policies/policy-sets'
import { aFunction, type Given, ROTEL_X86 } from '../support/functions'
import { aClock, aFault } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { allowing, aRole, aWriter, documentOf, onRole } from './disabling'
import { lateIam, type LateIamOptions } from './late-iam'

const ROLE = aRole()
const ENDPOINT = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://clickstack.example.com:4317' }
const ALLOW = documentOf(allowing(WRITES, '*'))
const POLICY_ARN = `arn:aws:iam::${ACCOUNT}:policy/team/NoLogs`
const WRITER = aWriter('fn')
const OWN_DENY = ownedPolicyName('deny-logs', WRITER.function)

function fn(given: Given = {}): LambdaFunction {
  return aFunction({ name: 'fn', roleArn: ROLE.text, ...given })
}

function marked(logs: Ownership['logs']): Given {
  const marker = writeMarker({ variables: ['ROTEL_ENDPOINT'], layers: [], logs })
  return { variables: { CLICKSTACK_LAMBDA: marker ?? '' } }
}

/** A role with inline policies by name, and the administrator's Deny where it is attached. */
function iamWith(
  inline: Readonly<Record<string, string>>,
  { attached = false, ...options }: Partial<LateIamOptions> & { readonly attached?: boolean } = {},
) {
  const deny = documentOf({ Effect: 'Deny', Action: 'logs:*', Resource: '*' })
  const set = policySet([], attached ? [managedPolicy(POLICY_ARN, deny)] : [])
  const role = { ...set.role, inline: new Map(Object.entries(inline)) }
  return lateIam([{ ...set, role }], { clock: aClock(), ...options })
}

async function darkness(
  one: LambdaFunction,
  roles: Pick<RoleControl, 'simulate'>,
  denyPolicyArn?: string,
): Promise<Darkness> {
  return darknessOf(one, await findDarkness([{ fn: one }], denyPolicyArn, roles))
}

function oursIn(found: Darkness) {
  return found.kind === 'dark' ? oursInDark(found) : 'not dark'
}

describe('a function with a working Rotel is lit, and IAM is not asked', () => {
  test.each<[string, Given]>([
    ['a layer and an endpoint', { layers: [ROTEL_X86], variables: ENDPOINT }],
    ['variables that Lambda does not show', { layers: [ROTEL_X86], variables: undefined }],
    ['an env file', { layers: [ROTEL_X86], variables: { ROTEL_ENV_FILE: '/var/task/rotel.env' } }],
  ])('%s', async (_, given) => {
    expect(await darkness(fn(given), NO_ROLES)).toEqual({ kind: 'lit' })
  })

  test('so is one whose role IAM cannot be asked about', async () => {
    expect(await darkness(fn({ roleArn: undefined }), NO_ROLES)).toEqual({ kind: 'lit' })
  })
})

describe('a function without a working Rotel', () => {
  const WITHOUT: readonly (readonly [string, Given])[] = [
    ['no layer', { variables: ENDPOINT }],
    ['no endpoint', { layers: [ROTEL_X86] }],
    ['an empty endpoint', { layers: [ROTEL_X86], variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: '' } }],
  ]

  test.each(WITHOUT)('is lit where it may write its log: %s', async (_, given) => {
    expect(await darkness(fn(given), iamWith({ own: ALLOW }))).toEqual({ kind: 'lit' })
  })

  test.each(WITHOUT)('is dark where it may not: %s', async (_, given) => {
    expect(await darkness(fn(given), iamWith({}))).toEqual({
      kind: 'dark',
      parts: [
        {
          version: undefined,
          why: 'it has no working Rotel, and IAM does not let it write to CloudWatch Logs: IAM answers implicitDeny for logs:CreateLogStream',
          ours: undefined,
        },
      ],
    })
  })

  test('is dark by a Deny, whoever wrote it, and IAM’s name for it is told', async () => {
    const deny = documentOf({ Effect: 'Deny', Action: 'logs:PutLogEvents', Resource: '*' })
    const found = await darkness(fn(), iamWith({ own: ALLOW, theirs: deny }))
    if (found.kind !== 'dark') throw new Error(found.kind)
    expect(whyDark(found)).toContain('explicitDeny for logs:PutLogEvents (role_fn-role_theirs)')
    expect(oursInDark(found)).toBeUndefined()
  })

  test('is lit where only the creation of the log group is withheld', async () => {
    const both = WRITES.filter((write) => write !== 'logs:CreateLogGroup')
    const some = iamWith({ own: documentOf(allowing(both, '*')) })
    expect(await darkness(fn(), some)).toEqual({ kind: 'lit' })
  })

  test('is asked about its own log group', async () => {
    const iam = iamWith({ own: documentOf(allowing(WRITES, `${WRITER.group}:*`)) })
    expect(await darkness(fn(), iam)).toEqual({ kind: 'lit' })
    expect((await darkness(fn({ logGroup: '/own/app' }), iam)).kind).toBe('dark')
  })

  test('is not checked where IAM does not answer', async () => {
    const iam = iamWith({}, { failing: () => aFault('denied', { code: 'AccessDenied' }) })
    expect(await darkness(fn(), iam)).toEqual({
      kind: 'not-checked',
      reason: 'simulation-failed',
      why: 'iam:SimulatePrincipalPolicy: AccessDenied',
    })
  })

  test('is not checked because of the credentials where AWS does not take them', async () => {
    const expired = aFault('unauthenticated', { code: 'ExpiredToken' })
    const iam = iamWith({}, { failing: () => expired })
    expect(await darkness(fn(), iam)).toMatchObject({ reason: 'credentials-refused' })
  })

  test('is dark where IAM’s answer leaves a write out', async () => {
    const simulate: RoleControl['simulate'] = () => Promise.resolve({ ok: true, value: [] })
    expect((await darkness(fn(), { simulate })).kind).toBe('dark')
  })
})

test('functions of one role are one question', async () => {
  const iam = iamWith({ own: ALLOW })
  const subjects = ['a', 'b', 'c'].map((name) => ({ fn: fn({ name }) }))
  const found = await findDarkness(subjects, undefined, iam)
  expect([...found.values()]).toEqual([{ kind: 'lit' }, { kind: 'lit' }, { kind: 'lit' }])
  expect(iam.questions()).toBe(1)
})

describe('of what withholds the log, ours is', () => {
  const role = ROLE
  const reached = [{ function: WRITER.function, role, group: WRITER.group, allowedBefore: [] }]
  const OWN_CHANGE = {
    purpose: 'logs',
    role,
    edit: {
      kind: 'put-inline',
      policy: OWN_DENY,
      before: undefined,
      after: denyLogsDocument(WRITER.group),
    },
    reached,
  }
  const ATTACHED_CHANGE = {
    purpose: 'logs',
    role,
    edit: { kind: 'attach', arn: POLICY_ARN, name: 'NoLogs' },
    reached,
  }
  const denied = { own: ALLOW, [OWN_DENY]: denyLogsDocument(WRITER.group) }

  test('a Deny by the name of ours, without a marker', async () => {
    expect(oursIn(await darkness(fn(), iamWith(denied)))).toEqual({
      changes: [OWN_CHANGE],
      deprived: [
        {
          ...WRITER,
          allowed: neededPairs(WRITER.group),
          isGrantable: false,
          isSeenDenied: true,
        },
      ],
    })
  })

  test('a Deny of ours that was written for another function of the log group', async () => {
    const other = ownedPolicyName('deny-logs', aWriter('other').function)
    const found = await darkness(
      fn(),
      iamWith({ own: ALLOW, [other]: denyLogsDocument(WRITER.group) }),
    )
    expect(oursIn(found)).toMatchObject({ changes: [{ edit: { policy: other } }] })
  })

  test.each([
    ['another name', `${OWN_DENY}-2`],
    ['the name of a grant', ownedPolicyName('grant-logs', WRITER.function)],
    ['a name that begins as ours does', 'ClickStackLambda-deny-logs-'],
  ])('not a Deny of %s', async (_, name) => {
    const found = await darkness(
      fn(),
      iamWith({ own: ALLOW, [name]: denyLogsDocument(WRITER.group) }),
    )
    expect(found.kind).toBe('dark')
    expect(oursIn(found)).toBeUndefined()
  })

  test('not a policy of the name of ours that allows something', async () => {
    const grants = documentOf(allowing('logs:CreateLogGroup', '*'))
    const found = await darkness(fn(), iamWith({ [OWN_DENY]: grants }))
    expect(found.kind).toBe('dark')
    expect(oursIn(found)).toBeUndefined()
  })

  test('an administrator’s policy that the input names', async () => {
    const iam = iamWith({ own: ALLOW }, { attached: true })
    expect(oursIn(await darkness(fn(), iam, POLICY_ARN))).toMatchObject({
      changes: [ATTACHED_CHANGE],
    })
    expect(oursIn(await darkness(fn(), iam, `${POLICY_ARN}-2`))).toBeUndefined()
  })

  test('an administrator’s policy that the marker names, once where the input names it too', async () => {
    const iam = iamWith({ own: ALLOW }, { attached: true })
    const logs = { removed: false, denied: { policy: 'team/NoLogs' }, hadNone: false }
    for (const input of [undefined, POLICY_ARN]) {
      expect(oursIn(await darkness(fn(marked(logs)), iam, input))).toEqual({
        changes: [ATTACHED_CHANGE],
        deprived: [
          {
            ...WRITER,
            allowed: neededPairs(WRITER.group),
            isGrantable: false,
            isSeenDenied: true,
          },
        ],
      })
    }
  })

  test('not an administrator’s policy that only ends alike', async () => {
    const iam = iamWith({ own: ALLOW }, { attached: true })
    expect(
      oursIn(await darkness(fn(), iam, POLICY_ARN.replace('NoLogs', 'AlsoNoLogs'))),
    ).toBeUndefined()
  })

  test('what the marker says was removed: the needed writes, by a grant where nothing else is known', async () => {
    const logs = { removed: true, denied: undefined, hadNone: false }
    expect(oursIn(await darkness(fn(marked(logs)), iamWith({})))).toEqual({
      changes: [],
      deprived: [
        { ...WRITER, allowed: neededPairs(WRITER.group), isGrantable: true, isSeenDenied: true },
      ],
    })
  })

  test('both, where a Deny of ours stands on a role whose permissions were removed', async () => {
    const logs = { removed: true, denied: 'own-policy', hadNone: false } as const
    const iam = iamWith({ [OWN_DENY]: denyLogsDocument(WRITER.group) })
    expect(oursIn(await darkness(fn(marked(logs)), iam))).toEqual({
      changes: [OWN_CHANGE],
      deprived: [
        { ...WRITER, allowed: neededPairs(WRITER.group), isGrantable: true, isSeenDenied: true },
      ],
    })
  })

  test.each<[string, Given]>([
    [
      'the marker says that it had none before',
      marked({ removed: true, denied: undefined, hadNone: true }),
    ],
    ['the marker says nothing of logs', marked(undefined)],
    ['the marker is of a form that is not known', { variables: { CLICKSTACK_LAMBDA: 'v9;' } }],
    ['Lambda does not show the variables', { variables: undefined }],
  ])('nothing where %s', async (_, given) => {
    const found = await darkness(fn(given), iamWith({}))
    expect(found.kind).toBe('dark')
    expect(oursIn(found)).toBeUndefined()
  })
})

describe('a function and its versions', () => {
  const dark = aRole('dark-role')
  const iam = () => lateIam([onRole(ROLE, ALLOW), onRole(dark)], { clock: aClock() })
  const latest = (given: Given = {}): LightSubject => ({ fn: fn(given) })
  const version = (number: string, given: Given = {}): LightSubject => ({
    fn: fn(given),
    version: number,
  })
  const ROTEL: Given = { layers: [ROTEL_X86], variables: ENDPOINT }
  const DARK: Given = { roleArn: dark.text }

  const find = async (...subjects: readonly LightSubject[]) =>
    darknessOf(fn(), await findDarkness(subjects, undefined, iam()))

  test.each<[string, readonly LightSubject[], Darkness['kind']]>([
    ['all of them may write', [latest(), version('1')], 'lit'],
    ['a version may not', [latest(), version('1', DARK)], 'dark'],
    ['only $LATEST may not', [latest(DARK), version('1')], 'dark'],
    ['the one that may not has Rotel', [latest(), version('1', { ...DARK, ...ROTEL })], 'lit'],
    ['one has Rotel and another one may not', [latest(ROTEL), version('1', DARK)], 'dark'],
  ])('are as the worst of them: %s', async (_, subjects, kind) => {
    expect((await find(...subjects)).kind).toBe(kind)
    expect((await find(...subjects.toReversed())).kind).toBe(kind)
  })

  test('tell which version may not write', async () => {
    const found = await find(latest(), version('7', DARK))
    expect(found.kind === 'dark' && whyDark(found)).toMatch(/^version 7 has no working Rotel/)
  })

  test('tell all that may not, with what is ours of each', async () => {
    const removed = marked({ removed: true, denied: undefined, hadNone: false })
    const found = await find(
      version('7', { ...DARK, ...removed }),
      version('8', DARK),
      latest({ ...DARK, ...removed }),
    )
    if (found.kind !== 'dark') throw new Error(found.kind)
    expect(whyDark(found).match(/version 7|version 8|; it has/g)).toEqual([
      'version 7',
      'version 8',
      '; it has',
    ])
    expect(oursInDark(found)?.deprived).toHaveLength(2)
  })

  test('are not checked where IAM did not answer for one, and dark where it denies another one', async () => {
    const simulate: RoleControl['simulate'] = (role, actions, resources) =>
      role.text === ROLE.text
        ? Promise.resolve({ ok: false, fault: aFault('throttled') })
        : iam().simulate(role, actions, resources)
    const find = async (...subjects: readonly LightSubject[]) =>
      darknessOf(fn(), await findDarkness(subjects, undefined, { simulate }))
    expect((await find(latest(), version('1', ROTEL))).kind).toBe('not-checked')
    expect((await find(latest(), version('1', DARK))).kind).toBe('dark')
    expect((await find(version('1', DARK), latest())).kind).toBe('dark')
  })

  test('are not checked where IAM did not answer for one and lets the other one write', async () => {
    const allowed = (action: string, resource: string): Simulated => ({
      action,
      resource,
      decision: 'allowed',
      by: [],
      allowedByOrganization: undefined,
      allowedByBoundary: undefined,
    })
    const simulate: RoleControl['simulate'] = (role) =>
      Promise.resolve(
        role.text === dark.text
          ? { ok: false, fault: aFault('throttled') }
          : {
              ok: true,
              value: LOG_WRITES.flatMap((action) =>
                simulatedResources(WRITER.group).map((resource) => allowed(action, resource)),
              ),
            },
      )
    for (const subjects of [
      [latest(), version('1', DARK)],
      [version('1', DARK), latest()],
    ]) {
      const found = await findDarkness(subjects, undefined, { simulate })
      expect(darknessOf(fn(), found).kind).toBe('not-checked')
    }
  })
})

describe('what two looks have found', () => {
  const part = (version: string) => ({ version, why: version, ours: undefined })
  const darkPart = (version: string): Darkness => ({ kind: 'dark', parts: [part(version)] })
  const NOT_CHECKED: Darkness = { kind: 'not-checked', reason: 'simulation-failed', why: 'why' }

  test.each<[string, Darkness, Darkness, Darkness]>([
    ['lit in both is lit', LIT, LIT, LIT],
    ['dark in one is dark', darkPart('1'), LIT, darkPart('1')],
    ['dark in one and not checked in the other is dark', darkPart('1'), NOT_CHECKED, darkPart('1')],
    ['lit in one and not checked in the other is not checked', LIT, NOT_CHECKED, NOT_CHECKED],
  ])('of one function is the worse of both: %s', (_, one, other, expected) => {
    const [first, second] = [new Map([['fn', one]]), new Map([['fn', other]])]
    expect(bothFound(first, second)).toEqual(new Map([['fn', expected]]))
    expect(bothFound(second, first)).toEqual(new Map([['fn', expected]]))
  })

  test('has all that is dark of one function', () => {
    const found = bothFound(new Map([['fn', darkPart('1')]]), new Map([['fn', darkPart('2')]]))
    expect(found.get('fn')).toEqual({ kind: 'dark', parts: [part('1'), part('2')] })
  })

  test('has the functions that only one of them has seen', () => {
    const one = new Map([['a', darkPart('1')]])
    const other = new Map([['b', NOT_CHECKED]])
    expect(bothFound(one, other)).toEqual(new Map([...one, ...other]))
  })
})

describe('what this action withholds from a function', () => {
  const ROTEL: Given = { layers: [ROTEL_X86], variables: ENDPOINT }

  test('is nothing where IAM lets it write its log', async () => {
    expect(await withheldFrom(fn(), undefined, iamWith({ own: ALLOW }))).toEqual({ kind: 'lit' })
  })

  test('is what is ours of that, whatever Rotel does on it', async () => {
    const iam = iamWith({ own: ALLOW, [OWN_DENY]: denyLogsDocument(WRITER.group) })
    for (const given of [{}, ROTEL]) {
      const found = await withheldFrom(fn(given), undefined, iam)
      if (found.kind !== 'dark') throw new Error(found.kind)
      expect(found.parts.map(({ version }) => version)).toEqual([undefined])
      expect(whyDark(found)).toMatch(/^IAM does not let it write to CloudWatch Logs: /)
      expect(oursInDark(found)?.changes.map(({ edit }) => edit)).toMatchObject([
        { kind: 'put-inline', policy: OWN_DENY },
      ])
    }
  })

  test('is not known where IAM cannot be asked, or does not answer', async () => {
    expect(await withheldFrom(fn({ roleArn: undefined }), undefined, NO_ROLES)).toEqual({
      kind: 'not-checked',
      reason: 'simulation-failed',
      why: 'its role is not known',
    })
    const failing = iamWith({}, { failing: () => aFault('denied', { code: 'X', text: 'why' }) })
    expect(await withheldFrom(fn(), undefined, failing)).toEqual({
      kind: 'not-checked',
      reason: 'simulation-failed',
      why: 'X: why',
    })
  })
})

test('what is ours of several versions is restored together, and is all of each', async () => {
  const groups = ['/one', '/other']
  const iam = iamWith({
    own: ALLOW,
    [OWN_DENY]: documentOf({ Effect: 'Deny', Action: 'logs:*', Resource: '*' }),
  })
  const subjects = groups.map((logGroup, index) => ({
    fn: fn({ logGroup }),
    version: String(index + 1),
  }))
  const found = darknessOf(fn(), await findDarkness(subjects, undefined, iam))
  const ours = oursIn(found)
  const writers = groups.map((group) => aWriter('fn', ROLE, group))
  expect(ours).toMatchObject({
    changes: writers.map(({ group }) => ({
      edit: { policy: OWN_DENY, after: denyLogsDocument(group) },
    })),
    deprived: writers.map((writer) => ({ ...writer, allowed: neededPairs(writer.group) })),
  })
})
