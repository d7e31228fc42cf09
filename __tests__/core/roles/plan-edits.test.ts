/** What is to be written to roles so that functions cannot write to their log groups any more. */

import { describe, expect, test } from '@jest/globals'
import { succeeded } from '../../../src/model/result'
import {
  denierOf,
  type EditMember,
  isScoped,
  planRoleEdits,
  readRoles,
  type RoleEdits,
  versionedPolicies,
} from '../../../src/pipeline/roles/plan-edits'
import type { DisableStrategy } from '../../../src/pipeline/roles/strategy'
import type { Refusal } from '../../../src/model/refusal'
import {
  denyLogsDocument,
  grantLogsDocument,
  ownedPolicyName,
} from '../../../src/systems/iam/owned-policy'
import type {
  ExecutionRole,
  ManagedPolicy,
  RoleControl,
} from '../../../src/systems/iam/role-control'
import {
  ACCOUNT,
  basic,
  managedPolicy,
  type PolicySet,
  policySet,
  WRITES,
} from '../policies/policy-sets'
import { aFault } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { allowing, aMember, aRole, DENY, documentOf, REMOVE } from './disabling'

const ROLE = aRole()
const SECOND = aRole('second')
const FN = aMember('fn')
const OTHER = aMember('other')
const ELSEWHERE = aMember('elsewhere', SECOND)
const EVERYTHING = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
const BASIC_POLICY = basic(documentOf(allowing(WRITES, '*')))
const POLICY_ARN = `arn:aws:iam::${ACCOUNT}:policy/team/NoLogs`
const ATTACH: DisableStrategy = { kind: 'deny', policyArn: POLICY_ARN }
const OWN = `arn:aws:iam::${ACCOUNT}:policy/own`

function asRole(role: ExecutionRole['arn'], { role: found }: PolicySet): ExecutionRole {
  return { ...found, arn: role }
}

async function plan(
  members: readonly EditMember[],
  strategy: DisableStrategy,
  roles: readonly ExecutionRole[],
  managed: readonly ManagedPolicy[] = [],
): Promise<RoleEdits | Refusal> {
  const read = new Map(roles.map((role) => [role.arn.text, role]))
  return planRoleEdits(members, read, strategy, {
    managed: knowing(managed),
    exists: async (arn) => {
      const known = await knowing(managed)(arn)
      return known.ok ? succeeded(true) : known
    },
  })
}

function knowing(policies: readonly ManagedPolicy[]): RoleControl['managed'] {
  return (arn) => {
    const found = policies.find((policy) => policy.arn === arn)
    return Promise.resolve(
      found ? { ok: true, value: found } : { ok: false, fault: aFault('not-found') },
    )
  }
}

function editsOf(plan: RoleEdits | Refusal): RoleEdits {
  if ('reason' in plan) throw new Error(plan.detail)
  return plan
}

/** `role: policy reaches functions`, for each change. */
function briefly({ changes }: RoleEdits): readonly string[] {
  return changes.map(
    ({ role, edit, reached }) =>
      `${role.name}: ${edit.kind} reaches ${reached.map(({ function: arn }) => arn.name).join(', ')}`,
  )
}

describe('a Deny of our own', () => {
  const empty = asRole(ROLE, policySet([EVERYTHING], []))
  const name = ownedPolicyName('deny-logs', FN.function)
  const withDeny = (document: string): ExecutionRole => ({
    ...empty,
    inline: new Map([[name, document]]),
  })

  test('is one policy for each function, scoped to its log group', async () => {
    const found = editsOf(await plan([FN, OTHER], DENY, [empty]))
    expect(found).toEqual({
      changes: [FN, OTHER].map((member) => ({
        purpose: 'logs',
        role: ROLE,
        edit: {
          kind: 'put-inline',
          policy: ownedPolicyName('deny-logs', member.function),
          before: undefined,
          after: denyLogsDocument(member.group),
        },
        reached: [
          {
            function: member.function,
            role: ROLE,
            group: member.group,
            allowedBefore: member.allowed,
          },
        ],
      })),
      losses: [],
      notChecked: [],
      usedElsewhere: [],
    })
  })

  test('reaches all members that write to the log group by the role', async () => {
    const twin = { ...OTHER, group: FN.group }
    const away = { ...ELSEWHERE, group: FN.group }
    const found = await plan([FN, twin, away], DENY, [empty, asRole(SECOND, policySet([], []))])
    expect(briefly(editsOf(found))).toEqual([
      'fn-role: put-inline reaches fn, other',
      'fn-role: put-inline reaches fn, other',
      'second: put-inline reaches elsewhere',
    ])
  })

  test.each([
    ['as it was written', denyLogsDocument(FN.group)],
    ['as another tool prints it', JSON.stringify(JSON.parse(denyLogsDocument(FN.group)), null, 2)],
  ])('is not written again where it is there, %s', async (_, document) => {
    expect(editsOf(await plan([FN], DENY, [withDeny(document)])).changes).toEqual([])
  })

  test('replaces one of ours for another log group, and can be undone to that one', async () => {
    const before = denyLogsDocument(OTHER.group)
    const [change] = editsOf(await plan([FN], DENY, [withDeny(before)])).changes
    expect(change?.edit).toMatchObject({
      kind: 'put-inline',
      before,
      after: denyLogsDocument(FN.group),
    })
  })

  test.each([
    ['of another kind', grantLogsDocument(FN.group)],
    ['without the Sid of ours', documentOf(allowing('s3:*', '*'))],
    ['that cannot be read', '{'],
  ])('is not written over a policy of its name %s', async (_, document) => {
    expect(await plan([FN], DENY, [withDeny(document)])).toEqual({
      reason: 'foreign-policy',
      detail: `the role fn-role has an inline policy ${name} that this action did not write`,
    })
  })
})

describe('an administrator’s policy', () => {
  const policy = managedPolicy(POLICY_ARN, documentOf())
  const bare = asRole(ROLE, policySet([], []))
  const attached = asRole(SECOND, policySet([], [policy]))

  test('is attached once to each role, for all functions of it', async () => {
    const roles = [bare, asRole(SECOND, policySet([], []))]
    const found = editsOf(await plan([FN, ELSEWHERE, OTHER], ATTACH, roles, [policy]))
    expect(briefly(found)).toEqual([
      'fn-role: attach reaches fn, other',
      'second: attach reaches elsewhere',
    ])
    expect(found.changes[0]?.edit).toEqual({ kind: 'attach', arn: POLICY_ARN, name: 'NoLogs' })
    expect(found.notChecked).toEqual([])
  })

  test('is attached to a role that has other policies', async () => {
    const other = managedPolicy(`${POLICY_ARN}-2`, documentOf())
    const role = asRole(ROLE, policySet([], [other, BASIC_POLICY]))
    expect(briefly(editsOf(await plan([FN], ATTACH, [role], [policy])))).toEqual([
      'fn-role: attach reaches fn',
    ])
  })

  test('is left where it is attached, and then IAM is not asked about it', async () => {
    const read = new Map([[SECOND.text, attached]])
    const found = editsOf(await planRoleEdits([ELSEWHERE], read, ATTACH, NO_ROLES))
    expect(found.changes).toEqual([])
  })

  test('is refused where it does not exist', async () => {
    expect(await plan([FN], ATTACH, [bare])).toEqual({
      reason: 'deny-policy-unusable',
      detail: `${POLICY_ARN}: SomeException: in AWS’s words`,
    })
  })

  test('is attached where the caller may not read it: IAM proves later what it denies', async () => {
    const exists = () => Promise.resolve({ ok: false, fault: aFault('denied') } as const)
    const found = await planRoleEdits([FN], new Map([[ROLE.text, bare]]), ATTACH, {
      ...NO_ROLES,
      exists,
    })
    expect(editsOf(found).changes).toHaveLength(1)
    expect(editsOf(found).notChecked).toEqual([
      `not checked: whether the policy ${POLICY_ARN} exists (SomeException)`,
    ])
  })
})

describe('permissions that are removed', () => {
  test('are one edit of a document for all functions of the role', async () => {
    const role = asRole(ROLE, policySet([EVERYTHING], []))
    const found = editsOf(await plan([FN, OTHER], REMOVE, [role]))
    expect(briefly(found)).toEqual(['fn-role: put-inline reaches fn, other'])
    expect(found.changes[0]?.edit).toMatchObject({ before: EVERYTHING })
  })

  test('are a new version for all roles that have the policy, and everybody whom it reaches', async () => {
    const own = { ...managedPolicy(OWN, EVERYTHING), attachments: 2 }
    const both = policySet([], [own])
    const found = editsOf(
      await plan([FN, ELSEWHERE], REMOVE, [asRole(ROLE, both), asRole(SECOND, both)], [own]),
    )
    expect(briefly(found)).toEqual(['fn-role: new-version reaches fn, elsewhere'])
    expect(found.changes[0]?.edit).toMatchObject({ arn: OWN, before: 'v1' })
    expect(found.usedElsewhere).toEqual([])
    expect(versionedPolicies(found)).toEqual([OWN])
  })

  test('of each role’s own log group are one version of their policy, without any of them', async () => {
    const document = documentOf(
      allowing(WRITES, `${FN.group}:*`),
      allowing(WRITES, `${ELSEWHERE.group}:*`),
      allowing('s3:GetObject', '*'),
    )
    const own = { ...managedPolicy(OWN, document), attachments: 2 }
    const both = policySet([], [own])
    const found = editsOf(
      await plan([FN, ELSEWHERE], REMOVE, [asRole(ROLE, both), asRole(SECOND, both)], [own]),
    )
    expect(found.changes.map(({ edit }) => edit)).toEqual([
      {
        kind: 'new-version',
        arn: OWN,
        name: 'own',
        before: 'v1',
        original: document,
        after: documentOf(allowing('s3:GetObject', '*')),
      },
    ])
  })

  test('of AWS’s policy are a detachment from each role', async () => {
    const both = policySet([], [BASIC_POLICY])
    const found = editsOf(
      await plan(
        [FN, ELSEWHERE],
        REMOVE,
        [asRole(ROLE, both), asRole(SECOND, both)],
        [BASIC_POLICY],
      ),
    )
    expect(briefly(found)).toEqual([
      'fn-role: detach reaches fn',
      'second: detach reaches elsewhere',
    ])
    expect(versionedPolicies(found)).toEqual([])
  })

  test.each([
    [{ attachments: 1, boundaries: 0 }, []],
    [
      { attachments: 3, boundaries: 0 },
      ['the policy own is attached to 2 more users, groups or roles'],
    ],
    [
      { attachments: 2, boundaries: 1 },
      [
        'the policy own is attached to 1 more users, groups or roles',
        'the policy own is a boundary 1 times',
      ],
    ],
  ])('of a policy with %j tell who else loses them', async (uses, expected) => {
    const own = { ...managedPolicy(OWN, EVERYTHING), ...uses }
    const found = await plan([FN], REMOVE, [asRole(ROLE, policySet([], [own]))], [own])
    expect(editsOf(found).usedElsewhere).toEqual(expected)
  })

  test('of a policy are nobody else’s loss on roles of the run that do not have it', async () => {
    const own = { ...managedPolicy(OWN, EVERYTHING), attachments: 3 }
    const unrelated = managedPolicy(`${OWN}-2`, documentOf(allowing('s3:GetObject', '*')))
    const found = await plan(
      [FN, ELSEWHERE],
      REMOVE,
      [asRole(ROLE, policySet([], [unrelated, own])), asRole(SECOND, policySet([], [unrelated]))],
      [own, unrelated],
    )
    expect(editsOf(found).usedElsewhere).toEqual([
      'the policy own is attached to 2 more users, groups or roles',
    ])
  })

  test('of AWS’s policy, and of the role’s own, are nobody else’s loss, however many have it', async () => {
    const used = { ...BASIC_POLICY, attachments: 1000, boundaries: 7 }
    const role = asRole(ROLE, policySet([EVERYTHING], [used]))
    const found = editsOf(await plan([FN], REMOVE, [role], [used]))
    expect(found.changes.map(({ edit }) => edit.kind).sort()).toEqual(['detach', 'put-inline'])
    expect(found).toMatchObject({ usedElsewhere: [], notChecked: [] })
  })

  test('are told where they reach beyond the log groups, each loss once', async () => {
    const role = asRole(ROLE, policySet([EVERYTHING], []))
    expect(editsOf(await plan([FN, OTHER], REMOVE, [role])).losses).toEqual([
      'the inline policy inline-0 no longer allows logs:CreateLogGroup, logs:CreateLogStream, logs:PutLogEvents on "*", which covers more than this log group',
    ])
  })

  test('are nothing where the role allows none', async () => {
    const role = asRole(ROLE, policySet([documentOf(allowing('s3:GetObject', '*'))], []))
    expect(editsOf(await plan([FN], REMOVE, [role])).changes).toEqual([])
  })

  test('are refused for all where one document cannot be narrowed exactly', async () => {
    const wild = asRole(SECOND, policySet([documentOf(allowing('logs:*', '*'))], []))
    const role = asRole(ROLE, policySet([EVERYTHING], []))
    expect(await plan([FN, ELSEWHERE], REMOVE, [role, wild])).toEqual({
      reason: 'policy-not-narrowable',
      detail: 'the inline policy inline-0 allows writing logs by "logs:*"',
    })
  })

  test('are refused with all that cannot be narrowed on a role', async () => {
    const wild = documentOf(allowing('logs:*', '*'))
    expect(await plan([FN], REMOVE, [asRole(ROLE, policySet([wild, wild], []))])).toMatchObject({
      detail:
        'the inline policy inline-0 allows writing logs by "logs:*"; the inline policy inline-1 allows writing logs by "logs:*"',
    })
  })

  test('are refused where a policy of the role cannot be read', async () => {
    const role = asRole(ROLE, policySet([], [managedPolicy(OWN, EVERYTHING)]))
    expect(await plan([FN], REMOVE, [role])).toMatchObject({ reason: 'role-unreadable' })
  })
})

describe('the roles of the members', () => {
  const found = asRole(ROLE, policySet([], []))

  test('are read once each', async () => {
    const asked: string[] = []
    const read: RoleControl['read'] = (role) => {
      asked.push(role.name)
      return Promise.resolve({ ok: true, value: { ...found, arn: role } })
    }
    const roles = await readRoles([FN, OTHER, ELSEWHERE], { read })
    expect(asked).toEqual(['fn-role', 'second'])
    expect('reason' in roles ? roles : [...roles.keys()]).toEqual([ROLE.text, SECOND.text])
  })

  test.each(['denied', 'not-found', 'unavailable'] as const)(
    'refuse all where one of them is %s',
    async (kind) => {
      const read: RoleControl['read'] = (role) =>
        Promise.resolve(
          role.name === 'second'
            ? { ok: false, fault: aFault(kind, { code: 'X', text: 'why' }) }
            : { ok: true, value: found },
        )
      expect(await readRoles([FN, ELSEWHERE], { read })).toEqual({
        reason: 'role-unreadable',
        detail: 'X: why',
      })
    },
  )
})

test.each<[string, DisableStrategy, boolean, string | undefined]>([
  ['our own Deny', DENY, true, `role_fn-role_${ownedPolicyName('deny-logs', FN.function)}`],
  ['an administrator’s policy', ATTACH, false, 'NoLogs'],
  ['removed permissions', REMOVE, false, undefined],
])('%s: what it reaches, and what must be seen to deny', (_, strategy, scoped, denier) => {
  expect(isScoped(strategy)).toBe(scoped)
  expect(denierOf(FN.function, ROLE, strategy)).toBe(denier)
})
