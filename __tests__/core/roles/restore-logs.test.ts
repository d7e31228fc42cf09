/** Restoring the right to write CloudWatch Logs: written once, believed when IAM says so, and told apart from what others withhold. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import {
  changesText,
  deniedByOthers,
  type Deprived,
  type LogsRestored,
  restorationOf,
  type Restoration,
  restoredOf,
  restoreLogs,
} from '../../../src/pipeline/roles/restore-logs'
import type { AwsFault } from '../../../src/model/result'
import { RunEnded } from '../../../src/model/run-signal'
import { sourceId } from '../../../src/systems/iam/denial'
import type { ManagedPolicy, RoleControl, Simulated } from '../../../src/systems/iam/role-control'
import { READ_LAG_MS } from '../../../src/systems/iam/read-lag'
import { type LogWriter, missingToLog, neededPairs } from '../../../src/pipeline/roles/log-rights'
import { grantLogsDocument, ownedPolicyName } from '../../../src/systems/iam/owned-policy'
import { LOG_WRITES, simulatedResources } from '../../../src/systems/iam/log-writes'
import {
  ACCOUNT,
  basic,
  managedPolicy,
  type PolicySet,
  policySet,
  policySets,
  WRITES,
} from '../policies/policy-sets'
import { aClock, aFault, ENDLESS } from '../support/lambda'
import {
  allPairs,
  allowing,
  aMember,
  aRole,
  aWriter,
  DENY,
  disable,
  documentOf,
  onRole,
  REMOVE,
} from './disabling'
import { AT_ONCE, type LateIam, lateIam, type LateIamOptions, withInline } from './late-iam'

const ROLE = aRole()
const FN = aMember('fn')
const OTHER = aMember('other')
const LIMIT_MS = 60_000
const LAG_MS = 3_000
const EVERYTHING = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
const BASIC_POLICY = basic(documentOf(allowing(WRITES, '*')))
const DENY_NAME = ownedPolicyName('deny-logs', FN.function)
const GRANT_NAME = ownedPolicyName('grant-logs', FN.function)
const DENY_ARN = `arn:aws:iam::${ACCOUNT}:policy/deny`

/** A policy that only another role has attached. */
function unattached(policy: ManagedPolicy): PolicySet {
  const set = policySet([], [policy])
  return { ...set, role: { ...set.role, arn: aRole('another-role') } }
}

/** A role that allows everything, and its functions with their logs disabled. */
async function disabled(
  strategy = REMOVE,
  {
    members = [FN],
    document = EVERYTHING,
    isSeen = true,
    ...options
  }: Partial<LateIamOptions> & {
    readonly members?: readonly (typeof FN)[]
    readonly document?: string
    /** It is long ago, so that all answers show it. */
    readonly isSeen?: boolean
  } = {},
) {
  const clock = aClock()
  const iam = lateIam([policySet([document], [])], { clock, ...options })
  const before = iam.stored()
  const changes = await disable(members, strategy, iam)
  if (isSeen) await clock.sleep(LIMIT_MS)
  const written = iam.writes.length
  return {
    clock,
    iam,
    before,
    changes,
    /** Writes since then. */
    writes: () => iam.writes.slice(written),
    restore: (restoration: Restoration = restorationOf(changes)) =>
      restoreLogs(restoration, { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS }),
  }
}

/** `fn` may not create its log group, and `other` may; both may write by one policy of the customer. */
async function narrowedOnTwoRoles() {
  const second = aRole('second')
  const clock = aClock()
  const [, ...toWrite] = WRITES
  const base = managedPolicy(
    `arn:aws:iam::${ACCOUNT}:policy/base`,
    documentOf(allowing(toWrite, '*'), allowing('s3:GetObject', '*')),
  )
  const first = policySet([documentOf(allowing(toWrite, FN.group, `${FN.group}:*`))], [base])
  const both = policySet([], [BASIC_POLICY, base])
  const iam = lateIam([first, { ...both, role: { ...both.role, arn: second } }], { clock })
  const before = iam.stored()
  const members = await allowedNow([FN, aMember('other', second)], iam)
  const changes = await disable(members, REMOVE, iam)
  await clock.sleep(LIMIT_MS)
  return { clock, iam, before, changes, other: aWriter('other', second) }
}

function only(results: ReadonlyMap<Deprived, LogsRestored>): LogsRestored {
  const [result, ...more] = results.values()
  if (result === undefined || more.length > 0) throw new Error('not one result')
  return result
}

function grantIn(iam: LateIam): string | undefined {
  return iam.stored().roles.get(ROLE.text)?.inline.get(GRANT_NAME)
}

describe('what was disabled is restored', () => {
  const ages = fc.array(fc.nat(LAG_MS), { minLength: 1, maxLength: 20 }).map((list) => {
    let at = 0
    return () => list[at++ % list.length] ?? 0
  })

  test('with one write each, however late IAM shows it', async () => {
    await fc.assert(
      fc.asyncProperty(
        policySets(0, [BASIC_POLICY]),
        fc.constantFrom(REMOVE, DENY),
        ages,
        ages,
        async (set, strategy, readMs, simulatorMs) => {
          const clock = aClock()
          const iam = lateIam([set], { clock })
          const before = iam.stored()
          const members = await allowedNow([FN, OTHER], iam)
          const changes = await disable(members, strategy, iam)
          const written = iam.writes.length
          iam.lateness = { readMs, simulatorMs }
          const restoration = restorationOf(changes)
          const results = await restoreLogs(restoration, {
            roles: iam,
            clock,
            limitMs: LIMIT_MS,
            signal: ENDLESS,
          })
          expect(new Set(results.keys())).toEqual(new Set(restoration.deprived))
          for (const result of results.values()) {
            expect(result).toEqual({ kind: 'restored', wrote: true, notes: [] })
          }
          expect(iam.stored()).toEqual(before)
          const writes = iam.writes.slice(written)
          expect(new Set(writes).size).toBe(writes.length)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('for all functions of a shared edit, which is undone once', async () => {
    const { iam, before, changes, writes, restore } = await disabled(REMOVE, {
      members: [FN, OTHER],
    })
    expect(changes).toHaveLength(1)
    const results = await restore()
    expect([...results.values()].map(({ kind }) => kind)).toEqual(['restored', 'restored'])
    expect(writes()).toEqual(['PutRolePolicy inline-0'])
    expect(iam.stored()).toEqual(before)
  })

  test('for functions of one role with one question at a time', async () => {
    const { iam, changes, restore } = await disabled(DENY, { members: [FN, OTHER] })
    const { deprived } = restorationOf(changes)
    await restore({
      changes,
      deprived: deprived.map((one) => ({ ...one, isSeenDenied: true })),
    })
    expect(iam.questions()).toBe(1)
  })

  test('once for two roles that have one policy', async () => {
    const second = aRole('second')
    const clock = aClock()
    const shared = managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/shared`, EVERYTHING)
    const both = policySet([], [shared])
    const iam = lateIam([both, { ...both, role: { ...both.role, arn: second } }], { clock })
    const before = iam.stored()
    const changes = await disable([FN, aMember('other', second)], REMOVE, iam)
    expect(iam.writes).toEqual(['CreatePolicyVersion shared v2'])
    const results = await restoreLogs(restorationOf(changes), {
      roles: iam,
      clock,
      limitMs: LIMIT_MS,
      signal: ENDLESS,
    })
    expect([...results.values()].every(({ kind }) => kind === 'restored')).toBe(true)
    expect(iam.writes.slice(1)).toEqual([
      'SetDefaultPolicyVersion shared v1',
      'DeletePolicyVersion shared v2',
    ])
    expect(iam.stored()).toEqual(before)
  })

  test('for each of two roles that have one policy by what its own role allowed', async () => {
    const { iam, before, clock, changes } = await narrowedOnTwoRoles()
    const since = clock.now()
    const results = await restoreLogs(restorationOf(changes), {
      roles: iam,
      clock,
      limitMs: LIMIT_MS,
      signal: ENDLESS,
    })
    expect([...results].map(([{ function: arn, role }]) => `${arn.name} ${role.name}`)).toEqual([
      'fn fn-role',
      'other second',
    ])
    for (const result of results.values()) {
      expect(result).toEqual({ kind: 'restored', wrote: true, notes: [] })
    }
    expect(iam.stored()).toEqual(before)
    expect(clock.now() - since).toBeLessThan(LIMIT_MS)
  })

  test('and not believed before the simulator shows it', async () => {
    const { clock, iam, restore } = await disabled()
    iam.lateness = { ...AT_ONCE, simulatorMs: () => 20_000 }
    const since = clock.now()
    expect(only(await restore()).kind).toBe('restored')
    expect(clock.now() - since).toBeGreaterThanOrEqual(20_000)
  })

  test('and not believed while a late read may hide what has to be undone', async () => {
    const { clock, iam, changes } = await disabled(REMOVE, { isSeen: false })
    // Both show the state before the write for a while.
    iam.lateness = { readMs: () => LAG_MS, simulatorMs: () => LAG_MS }
    const since = clock.now()
    const results = await restoreLogs(restorationOf(changes), {
      roles: iam,
      clock,
      limitMs: LIMIT_MS,
      signal: ENDLESS,
    })
    expect(only(results)).toMatchObject({ kind: 'restored', wrote: true })
    expect(clock.now() - since).toBeGreaterThanOrEqual(LAG_MS)
    iam.lateness = AT_ONCE
    expect(iam.stored().roles.get(ROLE.text)?.inline.get('inline-0')).toBe(EVERYTHING)
  })

  test('and not believed where the simulator does not show yet that it was disabled', async () => {
    const { clock, iam, restore } = await disabled(DENY, { isSeen: false })
    iam.lateness = { ...AT_ONCE, simulatorMs: () => LAG_MS }
    const since = clock.now()
    expect(only(await restore())).toMatchObject({ kind: 'restored', wrote: true })
    // Before, the answer is that of the time before the Deny: it says nothing of the Deny’s end.
    expect(clock.now() - since).toBeGreaterThanOrEqual(LAG_MS)
  })

  test.each([
    ['removed', REMOVE],
    ['denied', DENY],
  ])(
    'and believed before the lag is over where IAM answered first that it was %s',
    async (_, strategy) => {
      const { clock, iam, restore } = await disabled(strategy)
      iam.lateness = { ...AT_ONCE, simulatorMs: () => 1_000 }
      const since = clock.now()
      expect(only(await restore())).toMatchObject({ kind: 'restored', wrote: true })
      expect(clock.now() - since).toBeLessThan(READ_LAG_MS)
    },
  )

  test('and believed at once where nothing has to be written', async () => {
    const { clock, iam, before, restore } = await disabled()
    iam.change(() => before)
    const since = clock.now()
    const allowed = allPairs(FN.group)
    const deprived = [{ ...FN, allowed, isGrantable: true, isSeenDenied: false }]
    expect(only(await restore({ changes: [], deprived }))).toEqual({
      kind: 'restored',
      wrote: false,
      notes: [],
    })
    expect(clock.now()).toBe(since)
  })

  test('again where another job wrote meanwhile what it had read before', async () => {
    const { clock, iam, before, changes } = await disabled()
    const narrowed = iam.stored()
    let isOver = false
    const context = { roles: iam, limitMs: LIMIT_MS, signal: ENDLESS }
    const results = await restoreLogs(restorationOf(changes), {
      ...context,
      clock: {
        now: () => clock.now(),
        async sleep(ms) {
          await clock.sleep(ms)
          if (!isOver) iam.change(() => narrowed)
          isOver = true
        },
      },
    })
    expect(only(results)).toEqual({ kind: 'restored', wrote: true, notes: [] })
    expect(iam.stored()).toEqual(before)
  })

  test('though others allow something by our policy, which stays with their statement', async () => {
    const { clock, iam, restore } = await disabled(DENY)
    const theirs = allowing(WRITES, '*')
    iam.change((stored) => {
      const ours = stored.roles.get(ROLE.text)?.inline.get(DENY_NAME) ?? ''
      const { Statement } = JSON.parse(ours) as { readonly Statement: readonly object[] }
      return withInline(stored, ROLE, DENY_NAME, documentOf(...Statement, theirs))
    })
    const since = clock.now()
    expect(only(await restore())).toEqual({ kind: 'restored', wrote: true, notes: [] })
    expect(clock.now() - since).toBeLessThan(LIMIT_MS)
    expect(iam.stored().roles.get(ROLE.text)?.inline.get(DENY_NAME)).toBe(documentOf(theirs))
  })

  test('without a write where the edit never landed', async () => {
    const { changes } = await disabled()
    const clock = aClock()
    const iam = lateIam([policySet([EVERYTHING], [])], { clock })
    const results = await restoreLogs(restorationOf(changes), {
      roles: iam,
      clock,
      limitMs: LIMIT_MS,
      signal: ENDLESS,
    })
    expect(only(results)).toEqual({ kind: 'restored', wrote: false, notes: [] })
    expect(iam.writes).toEqual([])
  })

  test('for nobody where nothing was disabled', async () => {
    const { iam, restore } = await disabled()
    expect(await restore({ changes: [], deprived: [] })).toEqual(new Map())
    expect(iam.questions()).toBe(0)
  })
})

test('a version of a managed policy that IAM does not delete is named with the permission', async () => {
  const clock = aClock()
  const denied: AwsFault = {
    kind: 'denied',
    code: 'AccessDenied',
    text: 'User: ci is not authorized to perform: iam:DeletePolicyVersion on resource: policy own',
    mayHaveLanded: false,
  }
  const iam = lateIam([policySet([], [managedPolicy('own', EVERYTHING)])], {
    clock,
    failing: (operation) => (operation === 'DeletePolicyVersion' ? denied : undefined),
  })
  const changes = await disable([FN], REMOVE, iam)
  await clock.sleep(LIMIT_MS)
  const context = { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS }
  expect(only(await restoreLogs(restorationOf(changes), context))).toEqual({
    kind: 'restored',
    wrote: true,
    notes: [
      'version v2 of the policy own stays and is not in force (iam:DeletePolicyVersion: AccessDenied)',
    ],
  })
})

test('versions of a managed policy that cannot be read are told, and the right is restored all the same', async () => {
  const clock = aClock()
  let isRestored = false
  const iam = lateIam([policySet([], [managedPolicy('own', EVERYTHING)])], {
    clock,
    failing: (operation) => {
      isRestored ||= operation === 'SetDefaultPolicyVersion'
      return isRestored && operation === 'GetPolicy'
        ? aFault('refused', { code: 'Throttling' })
        : undefined
    },
  })
  const changes = await disable([FN], REMOVE, iam)
  await clock.sleep(LIMIT_MS)
  const context = { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS }
  expect(only(await restoreLogs(restorationOf(changes), context))).toEqual({
    kind: 'restored',
    wrote: true,
    notes: [
      'versions of the policy own that are not in force may stay, because they could not be read (Throttling)',
    ],
  })
})

describe('what others withhold', () => {
  const theirDeny = documentOf({ Effect: 'Deny', Action: 'logs:*', Resource: '*' })

  test('is told only once ours is seen to be gone', async () => {
    const { clock, iam, restore } = await disabled(DENY)
    iam.change((stored) => withInline(stored, ROLE, 'theirs', theirDeny))
    await clock.sleep(LIMIT_MS)
    iam.lateness = { ...AT_ONCE, simulatorMs: () => 10_000 }
    expect(only(await restore())).toEqual({
      kind: 'denied-by-others',
      wrote: true,
      detail: 'IAM answers explicitDeny for logs:CreateLogGroup (role_fn-role_theirs)',
    })
  })

  test.each([
    ['a Deny after which ours goes', DENY],
    ['a Deny after which the permissions return', REMOVE],
  ])('is told apart from ours: %s', async (_, strategy) => {
    const { iam, before, restore } = await disabled(strategy)
    iam.change((stored) => withInline(stored, ROLE, 'theirs', theirDeny))
    expect(only(await restore())).toEqual({
      kind: 'denied-by-others',
      wrote: true,
      detail: 'IAM answers explicitDeny for logs:CreateLogGroup (role_fn-role_theirs)',
    })
    iam.change((stored) => withInline(stored, ROLE, 'theirs', undefined))
    expect(iam.stored()).toEqual(before)
  })

  test.each([
    ['boundary', 'the permissions boundary does not allow it'],
    ['organization', 'the organization does not allow it'],
  ] as const)('may be withheld by a %s', async (forbidding, detail) => {
    const { iam, restore } = await disabled(REMOVE, { forbidding })
    expect(only(await restore())).toEqual({
      kind: 'denied-by-others',
      wrote: true,
      detail: `IAM answers implicitDeny for logs:CreateLogGroup: ${detail}`,
    })
    expect(grantIn(iam)).toBeUndefined()
  })

  test('is told only after a late read can hide nothing of ours any more', async () => {
    const { clock, iam, restore } = await disabled(REMOVE, { isSeen: false })
    iam.change((stored) => withInline(stored, ROLE, 'theirs', theirDeny))
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    const since = clock.now()
    expect(only(await restore())).toMatchObject({ kind: 'denied-by-others', wrote: true })
    expect(clock.now() - since).toBeGreaterThanOrEqual(LAG_MS)
    expect(iam.stored().roles.get(ROLE.text)?.inline.get('inline-0')).toBe(EVERYTHING)
  })

  test('is told at once where only a Deny of ours goes, which gives no right that others took', async () => {
    for (const strategy of [DENY, { kind: 'deny', policyArn: DENY_ARN } as const]) {
      const clock = aClock()
      const policy = managedPolicy(
        DENY_ARN,
        documentOf({ Effect: 'Deny', Action: 'logs:*', Resource: '*' }),
      )
      const iam = lateIam([policySet([EVERYTHING], []), unattached(policy)], { clock })
      const changes = await disable([FN], strategy, iam)
      await clock.sleep(LIMIT_MS)
      iam.change((stored) => withInline(stored, ROLE, 'inline-0', documentOf()))
      const { deprived } = restorationOf(changes)
      const since = clock.now()
      const results = await restoreLogs(
        { changes, deprived: deprived.map((one) => ({ ...one, isGrantable: false })) },
        { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS },
      )
      expect(only(results)).toMatchObject({ kind: 'denied-by-others', wrote: true })
      expect(clock.now() - since).toBeLessThan(LIMIT_MS)
    }
  })

  test('is nothing to a function that could not write its log before', async () => {
    const nothing = { ...FN, allowed: [] }
    const { restore } = await disabled(DENY, { members: [nothing], document: documentOf() })
    expect(only(await restore()).kind).toBe('restored')
  })

  test('is theirs where they took our name for a Deny of their own', async () => {
    const { iam, restore } = await disabled(DENY)
    iam.change((stored) => withInline(stored, ROLE, DENY_NAME, theirDeny))
    expect(only(await restore())).toMatchObject({ kind: 'denied-by-others', wrote: false })
    expect(iam.stored().roles.get(ROLE.text)?.inline.get(DENY_NAME)).toBe(theirDeny)
  })
})

describe('what is not restored', () => {
  test('is so at the look that falls on the limit, and not at a later one', async () => {
    const { clock, iam, changes } = await disabled(DENY)
    iam.lateness = { ...AT_ONCE, simulatorMs: staleSince(clock) }
    // The first two waits, together.
    const limitMs = 250 + 500
    const since = clock.now()
    const context = { roles: iam, clock, limitMs, signal: ENDLESS }
    expect(only(await restoreLogs(restorationOf(changes), context)).kind).toBe('not-restored')
    expect(clock.now() - since).toBe(limitMs)
  })

  test('is so after the limit, where the simulator never shows it', async () => {
    const { clock, iam, restore } = await disabled(DENY)
    iam.lateness = { ...AT_ONCE, simulatorMs: staleSince(clock) }
    const since = clock.now()
    expect(only(await restore())).toEqual({
      kind: 'not-restored',
      reason: 'restore-not-seen',
      detail: `IAM answers explicitDeny for logs:CreateLogGroup (role_fn-role_${DENY_NAME}) after 60 s`,
      wrote: true,
    })
    expect(clock.now() - since).toBeGreaterThanOrEqual(LIMIT_MS)
    expect(clock.now() - since).toBeLessThanOrEqual(LIMIT_MS + 5_000)
  })

  test('is so at once where IAM refuses the write, and what is left on the role is named', async () => {
    const { iam, restore } = await disabled(DENY, {
      failing: (operation) =>
        operation === 'DeleteRolePolicy' ? aFault('denied', { code: 'AccessDenied' }) : undefined,
    })
    expect(only(await restore())).toEqual({
      kind: 'not-restored',
      reason: 'restore-not-seen',
      detail: `AccessDenied: in AWS’s words; still on the role fn-role: ${DENY_NAME}`,
      wrote: false,
    })
    expect(iam.questions()).toBe(0)
  })

  test('may be so where the answer to the write is lost each time, and is told as a write', async () => {
    const { restore } = await disabled(DENY, {
      failing: (operation) =>
        operation === 'DeleteRolePolicy' ? aFault('unavailable') : undefined,
    })
    const { wrote, ...told } = only(await restore())
    expect(wrote).toBe(true)
    expect(told).toMatchObject({ kind: 'not-restored', reason: 'restore-not-seen' })
    expect(JSON.stringify(told)).toContain(
      `not known whether still on the role fn-role: ${DENY_NAME}`,
    )
  })

  test.each(['DeleteRolePolicy', 'SimulatePrincipalPolicy'])(
    'is so because of the credentials where AWS takes them no more for %s',
    async (refused) => {
      const { restore } = await disabled(DENY, {
        failing: (operation) => (operation === refused ? aFault('unauthenticated') : undefined),
      })
      expect(only(await restore())).toMatchObject({
        kind: 'not-restored',
        reason: 'credentials-refused',
      })
    },
  )

  test('is so where IAM cannot be asked, and the permissions are written all the same', async () => {
    const { iam, before, restore } = await disabled(REMOVE, {
      failing: (operation) =>
        operation === 'SimulatePrincipalPolicy'
          ? aFault('denied', { code: 'AccessDenied' })
          : undefined,
    })
    expect(only(await restore())).toEqual({
      kind: 'not-restored',
      reason: 'simulation-failed',
      detail: 'IAM could not be asked whether it is effective (AccessDenied: in AWS’s words)',
      wrote: true,
    })
    expect(iam.stored()).toEqual(before)
  })

  test('is undone in the end where IAM cannot be asked and reads are late', async () => {
    const { iam, before, restore } = await disabled(REMOVE, {
      isSeen: false,
      failing: (operation) =>
        operation === 'SimulatePrincipalPolicy' ? aFault('denied') : undefined,
    })
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    expect(only(await restore()).kind).toBe('not-restored')
    expect(iam.stored()).toEqual(before)
  })

  test('is one function, where the other one of another role is restored', async () => {
    const second = aRole('second')
    const clock = aClock()
    const iam = lateIam([policySet([EVERYTHING], []), onRole(second, EVERYTHING)], { clock })
    const changes = await disable([FN, aMember('other', second)], DENY, iam)
    iam.change((stored) =>
      withInline(
        stored,
        second,
        'theirs',
        documentOf({ Effect: 'Deny', Action: '*', Resource: '*' }),
      ),
    )
    const results = await restoreLogs(restorationOf(changes), {
      roles: iam,
      clock,
      limitMs: LIMIT_MS,
      signal: ENDLESS,
    })
    expect(
      [...results].map(([{ function: arn }, { kind }]) => `${arn.name} ${kind}`).toSorted(),
    ).toEqual(['fn restored', 'other denied-by-others'])
  })
})

describe('a minimal grant', () => {
  /** Known from the marker only: what was removed stands in no record. */
  const fromMarker = (isGrantable: boolean): Restoration => ({
    changes: [],
    deprived: [{ ...FN, allowed: allPairs(FN.group), isGrantable, isSeenDenied: true }],
  })

  test('is written at once, and once, where nothing is known of what the role allowed', async () => {
    const { clock, iam, writes, restore } = await disabled(REMOVE)
    iam.lateness = { ...AT_ONCE, simulatorMs: () => 10_000 }
    const begunAt = clock.now()
    expect(only(await restore(fromMarker(true)))).toEqual({
      kind: 'restored',
      wrote: true,
      notes: [
        `what the role allowed before is not known any more, so it got a minimal grant for the log group (inline policy ${GRANT_NAME})`,
      ],
    })
    expect(clock.now() - begunAt).toBeLessThan(LIMIT_MS / 2)
    expect(grantIn(iam)).toBe(grantLogsDocument(FN.group))
    expect(writes()).toEqual([`PutRolePolicy ${GRANT_NAME}`])
  })

  test('is written at once where only a Deny of ours goes and others took the right', async () => {
    const { clock, iam, restore } = await disabled(DENY)
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', documentOf()))
    const since = clock.now()
    expect(only(await restore())).toMatchObject({ kind: 'restored', wrote: true })
    expect(grantIn(iam)).toBe(grantLogsDocument(FN.group))
    expect(clock.now() - since).toBeLessThan(LIMIT_MS)
  })

  test('is not written while an attached policy may still come back', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([], [BASIC_POLICY])], { clock })
    const before = iam.stored()
    const changes = await disable([FN], REMOVE, iam)
    expect(changes.map(({ edit }) => edit.kind)).toEqual(['detach'])
    await clock.sleep(LIMIT_MS)
    iam.lateness = { ...AT_ONCE, simulatorMs: () => 10_000 }
    for (const isGrantable of [true, false]) {
      const { deprived } = restorationOf(changes)
      const results = await restoreLogs(
        { changes, deprived: deprived.map((one) => ({ ...one, isGrantable })) },
        { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS },
      )
      expect(only(results)).toEqual({ kind: 'restored', wrote: true, notes: [] })
      expect(iam.stored()).toEqual(before)
    }
  })

  test('may have been written where the answer to it is lost', async () => {
    const { restore } = await disabled(REMOVE, {
      failing: (operation, nth) =>
        operation === 'PutRolePolicy' && nth > 0 ? aFault('unavailable') : undefined,
    })
    expect(only(await restore(fromMarker(true)))).toMatchObject({
      kind: 'not-restored',
      wrote: true,
    })
  })

  test('is not written where it is not allowed', async () => {
    const { iam, writes, restore } = await disabled(REMOVE)
    expect(only(await restore(fromMarker(false)))).toMatchObject({
      kind: 'denied-by-others',
      wrote: false,
    })
    expect(grantIn(iam)).toBeUndefined()
    expect(writes()).toEqual([])
  })

  test('is not written where it is not allowed and the permissions cannot come back', async () => {
    const { iam, changes, writes, restore } = await disabled(REMOVE)
    const theirs = documentOf(allowing('s3:GetObject', 'arn:aws:s3:::b'))
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', theirs))
    const { deprived } = restorationOf(changes)
    const withoutGrants = deprived.map((one) => ({ ...one, isGrantable: false }))
    expect(only(await restore({ changes, deprived: withoutGrants }))).toMatchObject({
      kind: 'not-restored',
      reason: 'restore-not-seen',
      wrote: false,
    })
    expect(writes()).toEqual([])
  })

  test('is not written where the permissions are there already', async () => {
    const { iam, changes, writes, restore } = await disabled(DENY)
    await restore()
    const count = writes().length
    expect(changes).toHaveLength(1)
    expect(only(await restore(fromMarker(true)))).toMatchObject({ kind: 'restored', wrote: false })
    expect(writes()).toHaveLength(count)
    expect(grantIn(iam)).toBeUndefined()
  })

  test('is not written while the permissions may still come back', async () => {
    const { iam, restore } = await disabled(REMOVE)
    iam.lateness = { ...AT_ONCE, simulatorMs: () => 30_000 }
    expect(only(await restore())).toEqual({ kind: 'restored', wrote: true, notes: [] })
    expect(grantIn(iam)).toBeUndefined()
  })

  test.each<[string, (change: LogsChange) => LogsChange]>([
    ['', (change) => change],
    [
      ', whatever role the record names for the function',
      (change) => ({ ...change, reached: change.reached.map((one) => ({ ...one, role: ROLE })) }),
    ],
  ])(
    'is not written while a policy may still come back that is recorded with another role%s',
    async (_, recorded) => {
      const { iam, clock, changes, other } = await narrowedOnTwoRoles()
      iam.lateness = { ...AT_ONCE, simulatorMs: () => 30_000 }
      const allowed = neededPairs(other.group)
      const deprived = [{ ...other, allowed, isGrantable: true, isSeenDenied: true }]
      const narrowed = changes.filter(({ edit }) => edit.kind === 'new-version').map(recorded)
      const begun = iam.writes.length
      const results = await restoreLogs(
        { changes: narrowed, deprived },
        { roles: iam, clock, limitMs: LIMIT_MS, signal: ENDLESS },
      )
      expect(only(results)).toEqual({ kind: 'restored', wrote: true, notes: [] })
      expect(iam.writes.slice(begun).filter((write) => write.startsWith('Put'))).toEqual([])
    },
  )

  test.each<[string, (changes: readonly LogsChange[], other: LogWriter) => readonly LogsChange[]]>([
    [
      'an edit of another role',
      (changes, { role }) =>
        changes.filter((one) => one.role.text === role.text && one.edit.kind !== 'new-version'),
    ],
    [
      'a version of a policy that was written for functions of another role',
      (changes, { role, function: arn }) =>
        changes
          .filter(({ edit }) => edit.kind === 'new-version')
          .map((one) => ({
            ...one,
            role,
            reached: one.reached.filter((reached) => reached.function.text === arn.text),
          })),
    ],
  ])('is written at once where all that may come back is %s', async (_, recorded) => {
    const { iam, clock, changes, other } = await narrowedOnTwoRoles()
    iam.lateness = { ...AT_ONCE, simulatorMs: staleSince(clock) }
    const allowed = neededPairs(FN.group)
    const others = recorded(changes, other)
    expect(others).toHaveLength(1)
    const begun = clock.now()
    let wroteAt: number | undefined
    const roles: RoleControl = {
      ...iam,
      putInline(role, policy, document) {
        if (policy === GRANT_NAME) wroteAt ??= clock.now()
        return iam.putInline(role, policy, document)
      },
    }
    await restoreLogs(
      { changes: others, deprived: [{ ...FN, allowed, isGrantable: true, isSeenDenied: true }] },
      { roles, clock, limitMs: LIMIT_MS, signal: ENDLESS },
    )
    expect((wroteAt ?? Infinity) - begun).toBeLessThan(LIMIT_MS)
  })

  test('is written where others have changed the policy that allowed it', async () => {
    const { clock, iam, restore } = await disabled(REMOVE)
    const theirs = documentOf(allowing('s3:GetObject', 'arn:aws:s3:::b'))
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', theirs))
    const since = clock.now()
    expect(only(await restore())).toMatchObject({
      kind: 'restored',
      wrote: true,
      notes: [
        'policy inline-0 was changed by another user since and stays',
        expect.stringContaining(GRANT_NAME),
      ],
    })
    expect(clock.now() - since).toBeLessThan(LIMIT_MS)
    expect(iam.stored().roles.get(ROLE.text)?.inline).toEqual(
      new Map([
        ['inline-0', theirs],
        [GRANT_NAME, grantLogsDocument(FN.group)],
      ]),
    )
  })

  test('is written at the limit where the permissions did not come back, and gets a limit of its own', async () => {
    const { clock, iam, changes } = await disabled(REMOVE)
    iam.lateness = { ...AT_ONCE, simulatorMs: staleSince(clock) }
    const since = clock.now()
    const result = only(
      await restoreLogs(restorationOf(changes), {
        roles: iam,
        clock,
        limitMs: LIMIT_MS,
        signal: ENDLESS,
      }),
    )
    expect(result).toMatchObject({ kind: 'not-restored', reason: 'restore-not-seen', wrote: true })
    expect(clock.now() - since).toBeGreaterThanOrEqual(2 * LIMIT_MS)
    expect(iam.writes.filter((write) => write.endsWith(GRANT_NAME))).toHaveLength(1)
  })

  test('that IAM refuses ends as not restored, with the name of the policy', async () => {
    const { restore } = await disabled(REMOVE, {
      failing: (operation, nth) =>
        operation === 'PutRolePolicy' && nth > 0
          ? aFault('refused', { code: 'LimitExceeded' })
          : undefined,
    })
    expect(only(await restore(fromMarker(true)))).toMatchObject({
      kind: 'not-restored',
      reason: 'restore-not-seen',
      detail: `${GRANT_NAME}: LimitExceeded: in AWS’s words`,
    })
  })
})

describe('what changes withhold from whom', () => {
  const change = (given: Partial<LogsChange>): LogsChange => ({
    purpose: 'logs',
    role: ROLE,
    edit: { kind: 'detach', arn: 'arn:aws:iam::aws:policy/Logs', name: 'Logs' },
    reached: [{ function: FN.function, role: ROLE, group: FN.group, allowedBefore: ['first'] }],
    ...given,
  })

  test('is what was allowed before the first of them', () => {
    const second = change({
      reached: [{ function: FN.function, role: ROLE, group: FN.group, allowedBefore: ['second'] }],
    })
    expect(restorationOf([change({}), second]).deprived).toEqual([
      {
        function: FN.function,
        role: ROLE,
        group: FN.group,
        allowed: ['first'],
        isGrantable: true,
        isSeenDenied: false,
      },
    ])
  })

  test('is kept apart by role, log group and function', () => {
    const role = aRole('second')
    const elsewhere = change({
      role,
      reached: [{ function: FN.function, role, group: FN.group, allowedBefore: [] }],
    })
    const reached = [
      { function: FN.function, role: ROLE, group: OTHER.group, allowedBefore: [] },
      { function: OTHER.function, role: ROLE, group: FN.group, allowedBefore: [] },
    ]
    expect(restorationOf([change({}), elsewhere, change({ reached })]).deprived).toHaveLength(4)
  })

  test('has nothing of the rights to read secrets', () => {
    const { role, edit } = change({})
    const secrets = { purpose: 'secrets', role, edit, regions: [] } as const
    expect(restorationOf([secrets])).toEqual({ changes: [], deprived: [] })
    expect(restorationOf([secrets, change({})]).changes).toEqual([change({})])
  })

  test('is told in words, in the order of the changes', () => {
    const put = { kind: 'put-inline', policy: 'own', before: undefined, after: '{}' } as const
    expect(changesText([change({}), change({ edit: put })])).toBe(
      'policy Logs detached, inline policy own added',
    )
  })
})

describe('what became of one function', () => {
  const deprived = (role = ROLE): Deprived => ({
    ...FN,
    role,
    allowed: [],
    isGrantable: true,
    isSeenDenied: false,
  })
  const notes = ['a note']
  const restored: LogsRestored = { kind: 'restored', wrote: true, notes }
  const denied: LogsRestored = { kind: 'denied-by-others', wrote: false, detail: 'denied' }
  const unseen: LogsRestored = {
    kind: 'not-restored',
    reason: 'restore-not-seen',
    wrote: true,
    detail: 'unseen',
  }

  test.each<[string, readonly LogsRestored[], LogsRestored]>([
    ['nothing was withheld', [], { kind: 'restored', wrote: false, notes: [] }],
    ['all is restored, with each note once', [restored, restored], restored],
    ['others withhold a part', [restored, denied], denied],
    ['a part is not seen, whatever else', [denied, unseen, restored], unseen],
  ])('is the worst: %s', (_, results, expected) => {
    const all = new Map(
      results.map((result, index) => [deprived(aRole(`role-${String(index)}`)), result]),
    )
    expect(restoredOf(FN.function, all)).toEqual(expected)
  })

  test('is nothing of other functions', () => {
    const all = new Map([[{ ...deprived(), function: OTHER.function }, unseen]])
    expect(restoredOf(FN.function, all).kind).toBe('restored')
  })
})

/** Answers stay as they are at this moment. */
function staleSince(clock: { now(): number }): () => number {
  const frozen = clock.now()
  return () => clock.now() - frozen + 1
}

/** The members with what IAM allows them now. */
async function allowedNow(members: readonly (typeof FN)[], iam: LateIam) {
  return Promise.all(
    members.map(async (member) => {
      const asked = await iam.simulate(member.role, LOG_WRITES, simulatedResources(member.group))
      if (!asked.ok) throw new Error(asked.fault.code)
      expect(missingToLog(asked.value, member.group).length).toBeLessThanOrEqual(2)
      const allowed = asked.value
        .filter(({ decision }) => decision === 'allowed')
        .map(({ action, resource }) => `${action} ${resource}`)
      return { ...member, allowed }
    }),
  )
}

describe('what stays denied when our changes are undone', () => {
  const added: LogsChange = {
    purpose: 'logs',
    role: ROLE,
    edit: { kind: 'put-inline', policy: DENY_NAME, before: undefined, after: '{}' },
    reached: [],
  }
  const attached: LogsChange = {
    ...added,
    edit: { kind: 'attach', arn: `arn:aws:iam::${ACCOUNT}:policy/deny`, name: 'deny' },
  }
  const narrowed: LogsChange = {
    ...added,
    edit: { kind: 'put-inline', policy: 'narrowed', before: '{}', after: '{}' },
  }
  const changes = [added, attached, narrowed]
  const ours = sourceId(ROLE, DENY_NAME)

  test.each<[Partial<Simulated>, boolean]>([
    [{ decision: 'explicitDeny', by: [ours] }, false],
    [{ decision: 'explicitDeny', by: ['deny'] }, false],
    [{ decision: 'explicitDeny', by: [ours, 'deny'] }, false],
    [{ decision: 'explicitDeny', by: [ours, 'theirs'] }, true],
    [{ decision: 'explicitDeny', by: ['theirs'] }, true],
    [{ decision: 'explicitDeny', by: [sourceId(ROLE, 'narrowed')] }, true],
    [{ decision: 'implicitDeny', by: ['theirs'] }, false],
    [{ decision: 'allowed', by: ['theirs'] }, false],
    [{ decision: 'implicitDeny', allowedByBoundary: false }, true],
    [{ decision: 'implicitDeny', allowedByOrganization: false }, true],
    [{ decision: 'explicitDeny', by: [ours], allowedByOrganization: false }, true],
  ])('is told by IAM’s answer %j: %s', (given, stays) => {
    const answer: Simulated = {
      action: 'logs:PutLogEvents',
      resource: FN.group,
      decision: 'allowed',
      by: [],
      allowedByOrganization: undefined,
      allowedByBoundary: undefined,
      ...given,
    }
    expect(deniedByOthers([answer], changes)).toEqual(stays ? [answer] : [])
  })
})

test('functions of two roles are restored each by the changes of their own role', async () => {
  const clock = aClock()
  const other = aRole('other-role')
  const iam = lateIam([onRole(ROLE, EVERYTHING), onRole(other, EVERYTHING)], { clock })
  const members = [FN, aMember('other', other)]
  const changes = await disable(members, DENY, iam)
  await clock.sleep(LIMIT_MS)
  const results = await restoreLogs(restorationOf(changes), {
    roles: iam,
    clock,
    limitMs: LIMIT_MS,
    signal: ENDLESS,
  })
  expect([...results.values()].map(({ kind }) => kind)).toEqual(['restored', 'restored'])
})

test('a wait that the end of the run cuts short has restored nothing that was not seen', async () => {
  const { iam, changes, clock } = await disabled(REMOVE)
  iam.lateness = { ...AT_ONCE, simulatorMs: () => LIMIT_MS }
  const signal = AbortSignal.abort(new RunEnded({ reason: 'out-of-time', detail: 'it is late' }))
  const context = { roles: iam, clock, limitMs: LIMIT_MS, signal }
  const results = await restoreLogs(restorationOf(changes), context)
  expect(only(results)).toMatchObject({
    kind: 'not-restored',
    reason: 'restore-not-seen',
    detail: 'it is late',
  })
})

describe('a function that has ended before another one', () => {
  /** IAM has answered that the first one is denied, so that an answer that it is allowed ends it at once. */
  const two = async () => {
    const second = aRole('second')
    const clock = aClock()
    const iam = lateIam([policySet([EVERYTHING], []), onRole(second, EVERYTHING)], { clock })
    const changes = await disable([FN, aMember('other', second)], DENY, iam)
    await clock.sleep(LIMIT_MS)
    const asked: string[] = []
    const roles: RoleControl = {
      ...iam,
      simulate(role, actions, resources) {
        asked.push(role.name)
        return iam.simulate(role, actions, resources)
      },
    }
    const { deprived } = restorationOf(changes)
    const restoration: Restoration = {
      changes,
      deprived: deprived.map((one) => ({ ...one, isSeenDenied: one.role.text === ROLE.text })),
    }
    return {
      clock,
      roles,
      restoration,
      asked: (role: string) => asked.filter((one) => one === role),
    }
  }

  test('is not asked about again', async () => {
    const { clock, roles, restoration, asked } = await two()
    const context = { roles, clock, limitMs: LIMIT_MS, signal: ENDLESS }
    const results = await restoreLogs(restoration, context)
    expect([...results.values()].map(({ kind }) => kind)).toEqual(['restored', 'restored'])
    expect(asked(ROLE.name)).toHaveLength(1)
    expect(asked('second').length).toBeGreaterThan(1)
  })

  test('stays restored where the end of the run cuts the wait short', async () => {
    const { clock, roles, restoration } = await two()
    const signal = AbortSignal.abort(new RunEnded({ reason: 'out-of-time', detail: 'it is late' }))
    const results = await restoreLogs(restoration, { roles, clock, limitMs: LIMIT_MS, signal })
    expect([...results].map(([{ role }, { kind }]) => `${role.name} ${kind}`)).toEqual([
      'fn-role restored',
      'second not-restored',
    ])
  })
})
