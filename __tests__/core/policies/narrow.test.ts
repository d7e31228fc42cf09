/** The three log writes go from one group, and nothing else goes anywhere. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Narrowing, planNarrowing, roomFirst } from '../../../src/systems/iam/narrow'
import { documentSize, INLINE_LIMIT, MANAGED_LIMIT } from '../../../src/systems/iam/role-size'
import type { ManagedPolicy } from '../../../src/systems/iam/role-control'
import { allowsSomewhere, decide, entryReaches, WORLDS } from './independent-evaluator'
import {
  ACCOUNT,
  BASIC,
  documentsOf,
  edited,
  FORMS,
  GROUP,
  managedPolicy,
  OTHER_ACTIONS,
  OTHER_GROUPS,
  OTHER_RESOURCES,
  type PolicySet,
  policySet,
  policySets,
  WRITES,
} from './policy-sets'

interface AwsManaged {
  readonly arn: string
  readonly version: string
  readonly document: object
}

const AWS_MANAGED: readonly ManagedPolicy[] = (
  JSON.parse(
    readFileSync(join(import.meta.dirname, 'aws-managed-policies.json'), 'utf8'),
  ) as AwsManaged[]
).map(({ arn, document }) => managedPolicy(arn, JSON.stringify(document)))

function awsManaged(name: string): ManagedPolicy {
  const found = AWS_MANAGED.find(({ arn }) => arn.endsWith(`/${name}`))
  if (found === undefined) throw new Error(`no policy ${name}`)
  return found
}

const BASIC_POLICY = awsManaged('AWSLambdaBasicExecutionRole')
const XRAY = awsManaged('AWSXRayDaemonWriteAccess')

function plan({ role, managed }: PolicySet): Narrowing {
  return planNarrowing(role, managed, GROUP)
}

function edits(set: PolicySet) {
  const narrowing = plan(set)
  if (narrowing.kind === 'blocked') throw new Error(narrowing.because.join('\n'))
  return narrowing
}

function because(set: PolicySet): string {
  const narrowing = plan(set)
  return narrowing.kind === 'blocked' ? narrowing.because.join('\n') : 'not blocked'
}

/** All that a plan promises, asked of every sample and in every world. */
function expectPromisesKept(set: PolicySet, narrowing: Narrowing): void {
  if (narrowing.kind === 'blocked') {
    expect(narrowing.because.length).toBeGreaterThan(0)
    // The remedy of the reason code names the way out, so that no reason repeats it.
    for (const reason of narrowing.because) expect(reason).not.toContain('`cloudwatch-logs: deny`')
    return
  }
  const before = documentsOf(set)
  const after = documentsOf(edited(set, narrowing.edits))
  const broken: string[] = []
  const check = (kept: boolean, what: string) => {
    if (!kept) broken.push(what)
  }
  for (const action of WRITES) {
    for (const form of FORMS) {
      check(!allowsSomewhere(after, action, form), `${action} is still allowed on ${form}`)
    }
    for (const resource of [...OTHER_GROUPS, ...OTHER_RESOURCES]) {
      for (const world of WORLDS) {
        const was = decide(before, action, resource, world)
        const is = decide(after, action, resource, world)
        if (was === is) continue
        check(was === 'allow' && is === 'none', `${action} on ${resource}: ${was}, then ${is}`)
        check(
          narrowing.losses.some((line) => names(line, action, resource)),
          `the loss of ${action} on ${resource} is not named`,
        )
      }
    }
  }
  for (const action of OTHER_ACTIONS) {
    for (const resource of [...FORMS, ...OTHER_GROUPS, ...OTHER_RESOURCES]) {
      for (const world of WORLDS) {
        const was = decide(before, action, resource, world)
        const is = decide(after, action, resource, world)
        check(was === is, `${action} on ${resource}: ${was}, then ${is}`)
      }
    }
  }
  expect(broken).toEqual([])
}

function names(line: string, action: string, resource: string): boolean {
  const [quoted = '""'] = /"(?:[^"\\]|\\.)*"/.exec(line) ?? []
  const entry = JSON.parse(quoted) as string
  return line.toLowerCase().includes(action.toLowerCase()) && entryReaches(entry, resource)
}

describe('generated policy sets', () => {
  test('lose the three writes on the group and nothing else that is not named, or are blocked', () => {
    const kinds = { edits: 0, blocked: 0 }
    fc.assert(
      fc.property(policySets(1, [BASIC_POLICY, XRAY]), (set) => {
        const narrowing = plan(set)
        kinds[narrowing.kind] += 1
        expectPromisesKept(set, narrowing)
      }),
      { numRuns: 160 },
    )
    // Otherwise the property would say little about the one or the other.
    const tried = kinds.edits + kinds.blocked
    expect(kinds.edits).toBeGreaterThan(tried / 6)
    expect(kinds.blocked).toBeGreaterThan(tried / 6)
  })

  test('are never blocked where all names are exact', () => {
    fc.assert(
      fc.property(policySets(0, [BASIC_POLICY, XRAY]), (set) => {
        const narrowing = plan(set)
        expect(narrowing.kind === 'blocked' ? narrowing.because : []).toEqual([])
        expectPromisesKept(set, narrowing)
      }),
      { numRuns: 40 },
    )
  })

  test('are left as they are by a second plan', () => {
    fc.assert(
      fc.property(policySets(0, [BASIC_POLICY, XRAY]), (set) => {
        const again = edits(edited(set, edits(set).edits))
        expect(again).toEqual({ kind: 'edits', edits: [], losses: [] })
      }),
      { numRuns: 40 },
    )
  })
})

describe('AWS’s own policies', () => {
  /** They allow none of the three on a function's group, or nothing of logs at all. */
  const HARMLESS = [
    'CloudWatchLambdaApplicationSignalsExecutionRolePolicy',
    'AWSDeepLensLambdaFunctionAccessPolicy',
    'AdministratorAccess-Amplify',
    'AdministratorAccess-AWSElasticBeanstalk',
    'AWSLambda_FullAccess',
    'AWSLambda_ReadOnlyAccess',
    'AWSLambdaRole',
    'AWSLambdaENIManagementAccess',
    'AWSLambdaInvocation-DynamoDB',
    'AWSXRayDaemonWriteAccess',
  ]
  // AWSGlueServiceRole is not among them: its `arn:aws:logs:*:*:*:/aws-glue/*` reaches streams of that name in every group.
  const nameOf = (arn: string) => arn.replace(/.*\//, '')
  const mixed = AWS_MANAGED.map(({ arn }) => nameOf(arn)).filter(
    (name) => !HARMLESS.includes(name) && name !== nameOf(BASIC),
  )

  test('AWSLambdaBasicExecutionRole is detached whole, and its reach is named', () => {
    expect(edits(policySet([], [BASIC_POLICY]))).toEqual({
      kind: 'edits',
      edits: [{ kind: 'detach', arn: BASIC, name: 'AWSLambdaBasicExecutionRole' }],
      losses: [
        'the AWS managed policy AWSLambdaBasicExecutionRole no longer allows logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on "*", which covers more than this log group',
      ],
    })
  })

  test.each(mixed)('%s blocks', (name) => {
    expect(because(policySet([], [BASIC_POLICY, awsManaged(name)]))).toContain(name)
  })

  test.each(HARMLESS)('%s stays', (name) => {
    const set = policySet([], [BASIC_POLICY, awsManaged(name)])
    expect(edits(set).edits.map(({ kind }) => kind)).toEqual(['detach'])
    expectPromisesKept(set, plan(set))
  })

  test.each(AWS_MANAGED.map(({ arn }) => nameOf(arn)))(
    '%s as a policy of one’s own keeps the promises',
    (name) => {
      const { document } = awsManaged(name)
      const inline = policySet([document], [])
      const own = policySet([], [managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/${name}`, document)])
      expectPromisesKept(inline, plan(inline))
      expectPromisesKept(own, plan(own))
    },
  )

  test('a policy of that name in one’s own account is not AWS’s', () => {
    const own = managedPolicy(
      `arn:aws:iam::${ACCOUNT}:policy/service-role/AWSLambdaVPCAccessExecutionRole`,
      awsManaged('AWSLambdaVPCAccessExecutionRole').document,
    )
    expect(edits(policySet([], [own])).edits.map(({ kind }) => kind)).toEqual(['new-version'])
  })

  test('AWSLambdaBasicExecutionRole with more in it than it had blocks', () => {
    const grown = managedPolicy(
      BASIC,
      JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: ['logs:PutLogEvents', 'xray:Put'], Resource: '*' }],
      }),
    )
    expect(because(policySet([], [grown]))).toContain('among other actions')
  })

  test('in another partition it is the same policy', () => {
    const china = managedPolicy(BASIC.replace('arn:aws:', 'arn:aws-cn:'), BASIC_POLICY.document)
    expect(edits(policySet([], [china])).edits).toHaveLength(1)
  })
})

function documentOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

function allow(Action: unknown, Resource: unknown, more: object = {}): object {
  return { Effect: 'Allow', Action, Resource, ...more }
}

describe('one document', () => {
  const INSIGHTS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda-insights:*`

  function after(document: string): unknown {
    const [edit] = edits(policySet([document], [])).edits
    if (edit === undefined) return 'untouched'
    return edit.kind === 'put-inline' ? (JSON.parse(edit.after) as unknown) : edit.kind
  }

  test('keeps the other actions on all their resources, and the three on other groups', () => {
    const Condition = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }
    const mixed = allow(
      ['s3:GetObject', 'logs:putlogevents', 'logs:CreateLogStream'],
      [`${GROUP}:*`, INSIGHTS],
      { Sid: 'Mixed', Condition },
    )
    expect(after(documentOf(mixed))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: [`${GROUP}:*`, INSIGHTS],
          Sid: 'Mixed',
          Condition,
        },
        {
          Effect: 'Allow',
          Action: ['logs:putlogevents', 'logs:CreateLogStream'],
          Resource: [INSIGHTS],
          Condition,
        },
      ],
    })
  })

  test('keeps the Sid of a statement that only loses entries', () => {
    expect(after(documentOf(allow(WRITES, [GROUP, INSIGHTS], { Sid: 'Logs' })))).toEqual({
      Version: '2012-10-17',
      Statement: [allow(WRITES, [INSIGHTS], { Sid: 'Logs' })],
    })
  })

  test('names a loss without a command of the runner in it', () => {
    const entry = 'arn:aws:logs:*:*:log-group:${##[error]x}'
    const [loss] = edits(policySet([documentOf(allow(WRITES, entry))], [])).losses
    expect(loss).toContain('log-group:${## [error]x}')
  })

  test('keeps texts texts and lists lists, its own members and those nobody knows', () => {
    const text = JSON.stringify({
      Id: 'x',
      Statement: allow(['logs:PutLogEvents', 's3:GetObject'], '*', { Note: { a: [1] } }),
      Version: '2008-10-17',
    })
    expect(after(text)).toEqual({
      Id: 'x',
      Statement: allow(['s3:GetObject'], '*', { Note: { a: [1] } }),
      Version: '2008-10-17',
    })
  })

  test('goes when nothing is left of it', () => {
    const document = documentOf(
      allow('logs:CreateLogGroup', GROUP),
      allow('LOGS:*'.toLowerCase().replace('*', 'PutLogEvents'), `${GROUP}:*`),
    )
    expect(after(document)).toBe('delete-inline')
  })

  test('of a managed policy of which nothing is left is detached, full or not', () => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/logs`
    const own = { ...managedPolicy(arn, documentOf(allow(WRITES, '*')), 5), attachments: 7 }
    expect(edits(policySet([], [own]))).toMatchObject({
      edits: [{ kind: 'detach', arn, name: 'logs' }],
    })
  })

  test('stays as it is where only other groups are named', () => {
    const near = [`${GROUP}-2:*`, `${GROUP.slice(0, -1)}:*`, INSIGHTS, 'orders']
    expect(after(documentOf(allow(WRITES, near)))).toBe('untouched')
  })

  test('names no loss where an entry lies within the group', () => {
    const within = [GROUP, `${GROUP}:*`, `${GROUP}:log-stream:*`]
    expect(edits(policySet([documentOf(allow(WRITES, within))], [])).losses).toEqual([])
  })

  test('keeps Deny statements, which are no reason not to narrow either', () => {
    const deny = { Effect: 'Deny', Action: 'logs:*', Resource: '*', Condition: {} }
    expect(after(documentOf(deny, allow('logs:PutLogEvents', '*')))).toEqual({
      Version: '2012-10-17',
      Statement: [deny],
    })
  })
})

describe('what cannot be narrowed exactly', () => {
  const own = (document: string, versions = 1) =>
    managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/own`, document, versions)
  const mixed = documentOf(allow(['logs:PutLogEvents', 's3:GetObject'], '*'))

  test.each<[string, PolicySet, string]>([
    ['a wildcard', policySet([documentOf(allow('logs:Put*', '*'))], []), 'by "logs:Put*"'],
    [
      'a question mark',
      policySet([documentOf(allow('logs:Create?ogStream', GROUP))], []),
      '?ogStream',
    ],
    ['everything', policySet([documentOf(allow('*', '*'))], []), 'by "*"'],
    [
      'NotAction',
      policySet([documentOf({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })], []),
      'by NotAction',
    ],
    [
      'NotResource',
      policySet(
        [documentOf({ Effect: 'Allow', Action: 'logs:PutLogEvents', NotResource: `${GROUP}-2*` })],
        [],
      ),
      'by NotResource',
    ],
    [
      'a variable in NotAction',
      policySet([documentOf({ Effect: 'Allow', NotAction: 'logs:${a}', Resource: '*' })], []),
      'by NotAction',
    ],
    ['a full list of versions', policySet([], [own(mixed, 5)]), 'already has 5 versions'],
    ['no JSON', policySet(['{'], []), 'cannot be parsed reliably: it is not JSON'],
    [
      'a member given twice',
      policySet(['{"Statement":[],"Statement":[]}'], []),
      'the member Statement occurs twice',
    ],
    [
      'a managed policy too large once it is split',
      policySet(
        [],
        [
          own(
            documentOf(
              allow(
                [...WRITES, 's3:GetObject'],
                ['*', `arn:aws:logs:us-east-1:1:log-group:${'x'.repeat(3400)}`],
              ),
            ),
          ),
        ],
      ),
      '6144 characters',
    ],
    [
      'inline policies too large once they are split',
      policySet(
        [
          documentOf(
            allow(
              [...WRITES, 's3:GetObject'],
              ['*', `arn:aws:logs:us-east-1:1:log-group:${'x'.repeat(INLINE_LIMIT / 2)}`],
            ),
          ),
        ],
        [],
      ),
      '10240 characters',
    ],
  ])('%s blocks', (_, set, reason) => {
    expect(because(set)).toContain(reason)
  })

  /** Split, the filler stands in it twice, and the end of the action once. */
  const split = (filler: number, end: string) =>
    documentOf(
      allow(
        [...WRITES, `s3:GetObject${end}`],
        ['*', `arn:aws:logs:us-east-1:1:log-group:${'x'.repeat(filler)}`],
      ),
    )

  test.each<[string, number, (document: string) => PolicySet]>([
    ['a managed policy', MANAGED_LIMIT, (document) => policySet([], [own(document)])],
    ['inline policies', INLINE_LIMIT, (document) => policySet([document], [])],
  ])('%s may fill the limit to its last character, and no further', (_, limit, setOf) => {
    const [smallest] = edits(setOf(split(1, ''))).edits
    const size = documentSize(smallest !== undefined && 'after' in smallest ? smallest.after : '')
    const filler = 1 + Math.floor((limit - size) / 2)
    const end = 'y'.repeat((limit - size) % 2)
    const [fits] = edits(setOf(split(filler, end))).edits
    expect(documentSize(fits !== undefined && 'after' in fits ? fits.after : '')).toBe(limit)
    expect(because(setOf(split(filler, `${end}y`)))).toContain(`${String(limit)} characters`)
  })

  test('what gives room is written first, and what takes it last', () => {
    const [large, small] = ['x'.repeat(30), 'x'.repeat(10)]
    const grows = { kind: 'put-inline', policy: 'grows', before: small, after: large } as const
    const isNew = { kind: 'put-inline', policy: 'new', before: undefined, after: large } as const
    const shrinks = { kind: 'put-inline', policy: 'shrinks', before: large, after: small } as const
    const goes = { kind: 'delete-inline', policy: 'goes', before: large } as const
    const leaves = { kind: 'detach', arn: 'arn', name: 'leaves' } as const
    const inOrder = [goes, shrinks, leaves, grows, isNew]
    expect(roomFirst([isNew, grows, leaves, shrinks, goes])).toEqual(inOrder)
    expect(roomFirst(inOrder)).toEqual(inOrder)
  })

  test('NotResource and NotAction that leave the group out are no reason to block', () => {
    const set = policySet(
      [
        documentOf(
          { Effect: 'Allow', Action: 'logs:*', NotResource: [GROUP, `${GROUP}:*`] },
          { Effect: 'Allow', NotAction: ['LOGS:*', 'iam:*'], Resource: '*' },
        ),
      ],
      [],
    )
    expect(edits(set).edits).toEqual([])
  })

  test.each<[readonly string[], boolean]>([
    [[`${GROUP}*`], true],
    [[GROUP.slice(0, -1).concat('*')], true],
    [['*'], true],
    [[GROUP], false],
    [[`${GROUP}:*`], false],
    [[`${GROUP}-2*`], false],
    [[`*${GROUP.slice(3)}*`], false],
    [[`${GROUP.slice(0, -1)}?*`], false],
    [[`${GROUP}\${x}*`], false],
    [['a*'], true],
    [[''], false],
    [[GROUP, `${GROUP}:*x`], false],
  ])('NotResource %j surely leaves the group out: %s', (NotResource, surely) => {
    const statement = { Effect: 'Allow', Action: 'logs:PutLogEvents', NotResource }
    const reason = because(policySet([documentOf(statement)], []))
    expect(reason).toBe(
      surely ? 'not blocked' : 'the inline policy inline-0 allows writing logs by NotResource',
    )
  })

  test('is named by its statement, in a managed policy too', () => {
    expect(because(policySet([], [own(documentOf(allow('logs:*', '*')))]))).toBe(
      'the managed policy own allows writing logs by "logs:*"',
    )
  })

  test('inline policies have to fit whatever else is edited, and only where one is written', () => {
    const filler = (length: number) => `arn:aws:logs:us-east-1:1:log-group:${'x'.repeat(length)}`
    const splitting = documentOf(
      allow([...WRITES, 's3:GetObject'], ['*', filler(INLINE_LIMIT / 2)]),
    )
    expect(because(policySet([splitting], [BASIC_POLICY]))).toContain('10240 characters')
    const large = documentOf(allow('s3:GetObject', filler(INLINE_LIMIT)))
    expect(because(policySet([large], [BASIC_POLICY]))).toBe('not blocked')
  })

  test('is listed together, policy by policy', () => {
    const reasons = because(
      policySet([documentOf(allow('logs:*', '*')), 'nothing'], [own(mixed, 5)]),
    ).split('\n')
    expect(reasons).toHaveLength(3)
  })

  test('an attached policy that was not read blocks', () => {
    const { role } = policySet([], [BASIC_POLICY])
    expect(planNarrowing(role, new Map(), GROUP)).toMatchObject({ kind: 'blocked' })
  })

  test('makes room before it takes room', () => {
    const shrinks = documentOf(allow(WRITES, GROUP))
    const grows = documentOf(allow([...WRITES, 's3:GetObject'], [GROUP, INSIGHTS_GROUP]))
    const kinds = edits(policySet([grows, shrinks], [])).edits.map(({ kind }) => kind)
    expect(kinds).toEqual(['delete-inline', 'put-inline'])
  })
})

const INSIGHTS_GROUP = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda-insights:*`
