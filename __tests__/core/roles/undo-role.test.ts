/** Undoing writes to roles: what was there before comes back, once, and what others did stays. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type RoleUndone, roleUndo } from '../../../src/pipeline/roles/undo-role'
import type { LogsChange, RoleChange } from '../../../src/pipeline/roles/role-change'
import { meansTheSame } from '../../../src/systems/iam/policy-document'
import { grantLogsDocument, ownedPolicyName } from '../../../src/systems/iam/owned-policy'
import type { RoleControl } from '../../../src/systems/iam/role-control'
import { READ_LAG_MS } from '../../../src/systems/iam/read-lag'
import { policyOf } from '../../../src/systems/iam/role-edit'
import { decide, WORLDS } from '../policies/independent-evaluator'
import {
  ACCOUNT,
  basic,
  documents,
  FORMS,
  GROUP,
  managedPolicy,
  OTHER_GROUPS,
  OTHER_RESOURCES,
  type PolicySet,
  policySet,
  policySets,
  WRITES,
} from '../policies/policy-sets'
import { aClock, aFault, type FakeClock } from '../support/lambda'
import { aMember, allowing, aRole, DENY, disable, documentOf, onRole, REMOVE } from './disabling'
import {
  AT_ONCE,
  documentsInForce,
  type LateIam,
  lateIam,
  type LateIamOptions,
  withInline,
} from './late-iam'

const ROLE = aRole()
const FN = aMember('fn')
const OTHER = aMember('other')
const APP = aMember('app', ROLE, '/own/app')
const BASIC_POLICY = basic(documentOf(allowing(WRITES, '*')))
const OWN = `arn:aws:iam::${ACCOUNT}:policy/team/own`

/** IAM’s reads are as old as this at most, and two edits of one document are further apart. */
const LAG_MS = 3_000
const APART_MS = 4_000

const sets = policySets(0, [BASIC_POLICY])
const someMembers = fc.subarray([FN, OTHER, APP], { minLength: 1 })
const FOREIGN = { Sid: 'Theirs', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }

/** How old each read is, one after the other. */
const lateness = fc
  .array(fc.nat(LAG_MS), { minLength: 1, maxLength: 20 })
  .map((ages) => ({ ...AT_ONCE, readMs: inTurn(ages) }))

function inTurn(ages: readonly number[]): () => number {
  let at = 0
  return () => ages[at++ % ages.length] ?? 0
}

/** Calls the undo until it is settled. */
async function undoneBy(
  changes: readonly RoleChange[],
  iam: LateIam,
  clock: FakeClock,
): Promise<RoleUndone> {
  const undo = roleUndo(changes, { roles: iam, clock })
  for (;;) {
    const undone = await undo()
    if (undone.kind === 'not-undone' || undone.settled) return undone
    await clock.sleep(500)
  }
}

async function disableInTurn(
  units: readonly (readonly (typeof FN)[])[],
  iam: LateIam,
  clock: FakeClock,
): Promise<readonly LogsChange[]> {
  const changes: LogsChange[] = []
  for (const members of units) {
    changes.push(...(await disable(members, REMOVE, iam)))
    await clock.sleep(APART_MS)
  }
  return changes
}

function plus(document: string, statement: object): string {
  const parsed = JSON.parse(document) as { Statement: object | object[] }
  return JSON.stringify({ ...parsed, Statement: [parsed.Statement, statement].flat() })
}

function inlineOf(iam: LateIam, policy = 'inline-0', role = ROLE): string | undefined {
  return iam.stored().roles.get(role.text)?.inline.get(policy)
}

describe('narrowed policies', () => {
  test('return byte for byte, whichever functions were disabled one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        sets,
        fc.array(someMembers, { minLength: 1, maxLength: 3 }),
        lateness,
        async (set, units, late) => {
          const clock = aClock()
          const iam = lateIam([set], { clock })
          const before = iam.stored()
          const changes = await disableInTurn(units, iam, clock)
          // The edits are seen by now, and what the undo writes is not.
          iam.lateness = late
          const undone = await roleUndo(changes, { roles: iam, clock })()
          expect(undone).toEqual({
            kind: 'undone',
            wrote: changes.length > 0,
            settled: true,
            leftUnchanged: [],
            leftVersions: [],
          })
          expect(iam.stored()).toEqual(before)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('return with one write each while reads are late, and no policy or version is left', async () => {
    await fc.assert(
      fc.asyncProperty(sets, someMembers, lateness, async (set, members, late) => {
        const clock = aClock()
        const iam = lateIam([set], { clock })
        const before = iam.stored()
        const changes = await disable(members, REMOVE, iam)
        iam.lateness = late
        const since = iam.writes.length
        const undone = await undoneBy(changes, iam, clock)
        expect(undone).toMatchObject({ kind: 'undone', settled: true, leftUnchanged: [] })
        expect(iam.stored()).toEqual(before)
        const writes = iam.writes.slice(since)
        expect(new Set(writes).size).toBe(writes.length)
        // A version is put into force again and another one deleted: two writes for one edit.
        const edits = writes.filter((write) => !write.startsWith('DeletePolicyVersion'))
        expect(edits).toHaveLength(changes.length)
      }),
      { numRuns: 30 },
    )
  })

  test('are not written again, however often the undo is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(sets, someMembers, lateness, async (set, members, late) => {
        const clock = aClock()
        const iam = lateIam([set], { clock })
        const undo = roleUndo(await disable(members, REMOVE, iam), { roles: iam, clock })
        iam.lateness = late
        for (let waited = 0; waited < 2 * APART_MS; waited += 500) {
          await undo()
          await clock.sleep(500)
        }
        const [then, count] = [iam.stored(), iam.writes.length]
        const [first, second] = [await undo(), await undo()]
        expect(second).toEqual(first)
        expect(iam.stored()).toEqual(then)
        expect(iam.writes).toHaveLength(count)
      }),
      { numRuns: 15 },
    )
  })

  test('return when a second process undoes them once more', async () => {
    await fc.assert(
      fc.asyncProperty(sets, someMembers, async (set, members) => {
        const clock = aClock()
        const iam = lateIam([set], { clock })
        const before = iam.stored()
        const changes = await disable(members, REMOVE, iam)
        await undoneBy(changes, iam, clock)
        await clock.sleep(APART_MS)
        expect(await undoneBy(changes, iam, clock)).toMatchObject({
          kind: 'undone',
          leftUnchanged: [],
          leftVersions: [],
        })
        expect(iam.stored()).toEqual(before)
      }),
      { numRuns: 15 },
    )
  })

  test('return in whatever order the edits of different roles were recorded', async () => {
    const second = aRole('other-role')
    const onSecond = aMember('other', second)
    const order = fc.infiniteStream(fc.boolean())
    await fc.assert(
      fc.asyncProperty(sets, documents(0), order, async (set, document, turns) => {
        const clock = aClock()
        const iam = lateIam([set, onRole(second, document)], { clock })
        const before = iam.stored()
        const one = [...(await disable([FN, APP], REMOVE, iam))]
        const two = [...(await disable([onSecond], REMOVE, iam))]
        const merged: LogsChange[] = []
        for (const isFirst of turns) {
          const next = (isFirst ? one : two).shift() ?? one.shift() ?? two.shift()
          if (next === undefined) break
          merged.push(next)
        }
        await undoneBy(merged, iam, clock)
        expect(iam.stored()).toEqual(before)
      }),
      { numRuns: 15 },
    )
  })

  test('of several functions return to the same permissions whichever function is undone first', async () => {
    const document = fc
      .tuple(fc.subarray(WRITES, { minLength: 1 }), fc.boolean())
      .map(([writes, isFirst]) => {
        const ours = [FN, OTHER, APP].map(({ group }) => allowing(writes, group, `${group}:*`))
        return documentOf(...(isFirst ? [...ours, FOREIGN] : [FOREIGN, ...ours]))
      })
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 })
    await fc.assert(
      fc.asyncProperty(document, order, async (original, turns) => {
        const clock = aClock()
        const iam = lateIam([policySet([original], [])], { clock })
        const changes = await disableInTurn([[FN], [OTHER], [APP]], iam, clock)
        for (const turn of turns) {
          await undoneBy(changes.slice(turn, turn + 1), iam, clock)
        }
        expect(meansTheSame(inlineOf(iam) ?? '', original)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })

  describe('of a role with a policy for each function', () => {
    const ofEach = [FN, OTHER].map(({ group }) => documentOf(allowing(WRITES, `${group}:*`)))
    const attached = ofEach.map((document, at) => managedPolicy(`${OWN}-${String(at)}`, document))

    /** The role after the policies of both functions went, and the logs of the second one were restored. */
    async function restoredForOther(set: PolicySet, unreadable: string[] = []) {
      const clock = aClock()
      let isRestoring = false
      const iam = lateIam([set], {
        clock,
        failing: (operation) =>
          isRestoring && unreadable.includes(operation) ? aFault('denied') : undefined,
      })
      const changes = await disable([FN, OTHER], REMOVE, iam)
      await clock.sleep(APART_MS)
      isRestoring = true
      // The policies allow nothing on the log group of a third function, which is restored with the second one.
      const undo = roleUndo(changes, { roles: iam, clock }, [APP.group, OTHER.group])
      let undone = await undo()
      while (undone.kind === 'undone' && !undone.settled) {
        await clock.sleep(500)
        undone = await undo()
      }
      expect(undone).toMatchObject({ kind: 'undone', leftUnchanged: [] })
      return iam.stored().roles.get(ROLE.text)
    }

    test('that of a function whose logs stay disabled stays deleted', async () => {
      const role = await restoredForOther(policySet(ofEach, []))
      expect([...(role?.inline ?? [])]).toEqual([['inline-1', ofEach[1]]])
    })

    test('that of a function whose logs stay disabled stays detached', async () => {
      const role = await restoredForOther(policySet([], attached))
      expect([...(role?.attached ?? [])]).toEqual([`${OWN}-1`])
    })

    test('all are attached again where they cannot be read: no function that is restored stays dark', async () => {
      const role = await restoredForOther(policySet([], attached), ['GetPolicy'])
      expect([...(role?.attached ?? [])].sort()).toEqual([`${OWN}-0`, `${OWN}-1`])
    })
  })
})

describe('what others have changed since', () => {
  const samples = [...WRITES, 's3:GetObject', 'logs:DescribeLogStreams', 'sqs:SendMessage'].flatMap(
    (action) =>
      [...FORMS, ...OTHER_GROUPS, ...OTHER_RESOURCES].map((resource) => ({ action, resource })),
  )
  const decisions = (iam: LateIam, ...more: readonly string[]) => {
    const inForce = [...documentsInForce(iam.stored(), ROLE), ...more]
    return samples.flatMap(({ action, resource }) =>
      WORLDS.map((world) => decide(inForce, action, resource, world)),
    )
  }

  test('stays, in every policy that was narrowed, and our edit is undone all the same', async () => {
    await fc.assert(
      fc.asyncProperty(sets, someMembers, async (set, members) => {
        const clock = aClock()
        const iam = lateIam([set], { clock })
        const expected = decisions(iam, documentOf(FOREIGN))
        const changes = await disable(members, REMOVE, iam)
        iam.change((stored) => withInline(stored, ROLE, 'theirs', documentOf(FOREIGN)))
        for (const { edit } of changes) {
          if (edit.kind === 'put-inline') {
            const theirs = plus(edit.after, FOREIGN)
            iam.change((stored) => withInline(stored, ROLE, edit.policy, theirs))
          } else if (edit.kind === 'new-version') {
            await iam.createVersion(edit.arn, plus(edit.after, FOREIGN))
          }
        }
        const undone = await undoneBy(changes, iam, clock)
        expect(undone).toMatchObject({ kind: 'undone', leftUnchanged: [] })
        expect(decisions(iam)).toEqual(expected)
        expect(inlineOf(iam, 'theirs')).toBe(documentOf(FOREIGN))
      }),
      { numRuns: 15 },
    )
  })

  const original = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))

  test.each<[string, string | undefined]>([
    ['a policy that they deleted', undefined],
    ['a policy that they replaced', documentOf(FOREIGN)],
    ['a policy that cannot be read', '{'],
  ])('stays and is named: %s', async (_, theirs) => {
    const clock = aClock()
    const iam = lateIam([policySet([original], [])], { clock })
    const changes = await disable([FN], REMOVE, iam)
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', theirs))
    expect(await undoneBy(changes, iam, clock)).toEqual({
      kind: 'undone',
      wrote: false,
      settled: true,
      leftUnchanged: ['inline-0'],
      leftVersions: [],
    })
    expect(inlineOf(iam)).toBe(theirs)
  })

  test('stays where others wrote a policy again that was deleted', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([documentOf(allowing(WRITES, '*'))], [])], { clock })
    const changes = await disable([FN], REMOVE, iam)
    expect(changes.map(({ edit }) => edit.kind)).toEqual(['delete-inline'])
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', documentOf(FOREIGN)))
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ leftUnchanged: ['inline-0'] })
    expect(inlineOf(iam)).toBe(documentOf(FOREIGN))
  })

  test('is nothing where others have restored the permissions themselves', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([original], [])], { clock })
    const changes = await disable([FN], REMOVE, iam)
    const printed = JSON.stringify(JSON.parse(original), undefined, 2)
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', printed))
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ wrote: false, leftUnchanged: [] })
    expect(inlineOf(iam)).toBe(printed)
  })
})

describe('a managed policy', () => {
  const original = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
  const world = (options: Pick<LateIamOptions, 'failing'> = {}) => {
    const clock = aClock()
    const iam = lateIam([policySet([], [managedPolicy(OWN, original)])], { clock, ...options })
    return { clock, iam, policy: () => iam.stored().policies.get(OWN) }
  }

  test('has its original version in force and no other one', async () => {
    const { clock, iam, policy } = world()
    const changes = await disable([FN], REMOVE, iam)
    expect(policy()?.defaultVersion).toBe('v2')
    await undoneBy(changes, iam, clock)
    expect(policy()).toEqual({ defaultVersion: 'v1', versions: new Map([['v1', original]]) })
  })

  test('has its original version in force where the new one was never written', async () => {
    const { clock, iam, policy } = world()
    const [change] = await disable([FN], REMOVE, world().iam)
    if (change === undefined) throw new Error('nothing was narrowed')
    expect(await undoneBy([change], iam, clock)).toMatchObject({ kind: 'undone', wrote: false })
    expect(iam.writes).toEqual([])
    expect(policy()?.defaultVersion).toBe('v1')
  })

  test('that others have versioned since gets one version more, with their change in it', async () => {
    const { clock, iam, policy } = world()
    const changes = await disable([FN], REMOVE, iam)
    const narrowed = policy()?.versions.get('v2') ?? ''
    await iam.createVersion(OWN, plus(narrowed, FOREIGN))
    iam.lateness = { ...AT_ONCE, readMs: inTurn([0, 2_000, 1_000]) }
    await clock.sleep(LAG_MS)
    await undoneBy(changes, iam, clock)
    const { defaultVersion = '', versions = new Map<string, string>() } = policy() ?? {}
    expect(defaultVersion).toBe('v4')
    expect(meansTheSame(versions.get('v4') ?? '', plus(original, FOREIGN))).toBe(true)
    expect(versions.get('v1')).toBe(original)
    expect(versions.get('v3')).toBe(plus(narrowed, FOREIGN))
  })

  test('keeps no version of ours where others have versioned it since', async () => {
    const { clock, iam, policy } = world()
    const changes = await disable([FN], REMOVE, iam)
    await iam.createVersion(OWN, plus(policy()?.versions.get('v2') ?? '', FOREIGN))
    await undoneBy(changes, iam, clock)
    expect([...(policy()?.versions.keys() ?? [])]).not.toContain('v2')
  })

  test('loses our version at the second attempt where IAM refused to delete it at the first', async () => {
    const { clock, iam, policy } = world({
      failing: (operation, nth) =>
        operation === 'DeletePolicyVersion' && nth === 0 ? aFault('unavailable') : undefined,
    })
    const undo = roleUndo(await disable([FN], REMOVE, iam), { roles: iam, clock })
    expect(await undo()).toMatchObject({
      wrote: true,
      settled: false,
      leftVersions: [{ policy: 'own', version: 'v2' }],
    })
    expect(await undo()).toMatchObject({ wrote: true, settled: true, leftVersions: [] })
    expect(policy()).toEqual({ defaultVersion: 'v1', versions: new Map([['v1', original]]) })
  })

  test('loses our version where a process ended before it was deleted', async () => {
    const { clock, iam, policy } = world({
      failing: (operation, nth) =>
        operation === 'DeletePolicyVersion' && nth === 0 ? aFault('aborted') : undefined,
    })
    const changes = await disable([FN], REMOVE, iam)
    await roleUndo(changes, { roles: iam, clock })()
    await undoneBy(changes, iam, clock)
    expect(policy()).toEqual({ defaultVersion: 'v1', versions: new Map([['v1', original]]) })
  })

  test('that was narrowed twice has its original version in force, also while the second one is not seen', async () => {
    const { clock, iam, policy } = world()
    iam.change((stored) => ({
      ...stored,
      policies: new Map([
        [
          OWN,
          {
            defaultVersion: 'v1',
            versions: new Map([['v1', plus(original, allowing(WRITES, OTHER.group))]]),
          },
        ],
      ]),
    }))
    const before = iam.stored()
    const first = await disable([APP], REMOVE, iam)
    await clock.sleep(APART_MS)
    const second = await disable([OTHER], REMOVE, iam)
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    const undone = await undoneBy([...first, ...second], iam, clock)
    expect(undone).toMatchObject({ kind: 'undone', leftUnchanged: [] })
    expect(policy()?.defaultVersion).toBe('v1')
    expect(iam.stored()).toEqual(before)
  })
})

describe('a managed policy that others have changed', () => {
  const original = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
  const narrowed = documentOf(allowing(['s3:GetObject'], '*'))
  const SECOND = `${OWN}-2`

  test('stays and is named where they have put another document into force', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([], [managedPolicy(OWN, original)])], { clock })
    const changes = await disable([FN], REMOVE, iam)
    await iam.createVersion(OWN, documentOf(FOREIGN))
    const count = iam.writes.length
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ leftUnchanged: ['own'] })
    expect(iam.stored().policies.get(OWN)).toMatchObject({ defaultVersion: 'v3' })
    expect(iam.writes.slice(count)).toEqual(['DeletePolicyVersion own v2'])
  })

  test('keeps their older version that says what we wrote', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([], [managedPolicy(OWN, original, 2)])], { clock })
    const versions = new Map([
      ['v1', narrowed],
      ['v2', original],
    ])
    const before = { defaultVersion: 'v2', versions }
    iam.change((stored) => ({ ...stored, policies: new Map([[OWN, before]]) }))
    const changes = await disable([FN], REMOVE, iam)
    expect(iam.stored().policies.get(OWN)?.versions.get('v3')).toBe(narrowed)
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ leftVersions: [] })
    expect(iam.stored().policies.get(OWN)).toEqual(before)
  })

  /** Others make a version in the moment in which the policy, which was narrowed last, is restored. */
  const overtaken = async () => {
    const clock = aClock()
    const policies = [managedPolicy(OWN, original), managedPolicy(SECOND, original), BASIC_POLICY]
    const theirs = plus(narrowed, FOREIGN)
    const iam = lateIam([policySet([], policies)], { clock })
    let isRestored = false
    const roles: RoleControl = {
      ...iam,
      async setDefaultVersion(arn, version) {
        if (arn === OWN && !isRestored) await iam.createVersion(arn, theirs)
        isRestored ||= arn === OWN
        return iam.setDefaultVersion(arn, version)
      },
    }
    const made = await disable([FN], REMOVE, iam)
    const last = made.filter(({ edit }) => 'arn' in edit && edit.arn === OWN)
    const detached = last.map((one): LogsChange => ({
      ...one,
      edit: { kind: 'detach', arn: OWN, name: 'own' },
    }))
    const changes = [...made.filter((one) => !last.includes(one)), ...detached, ...last]
    expect(changes).toHaveLength(4)
    const count = iam.writes.length
    return { clock, iam, roles, changes, writes: () => iam.writes.slice(count) }
  }

  test('while it was restored is restored once more, and it alone', async () => {
    const { clock, iam, roles, changes, writes } = await overtaken()
    const undo = roleUndo(changes, { roles, clock })
    expect(await undo()).toMatchObject({ kind: 'undone', settled: false, leftUnchanged: [] })
    expect(iam.stored().policies.get(OWN)?.defaultVersion).toBe('v3')
    const first = writes().length
    expect(await undo()).toMatchObject({
      ...{ kind: 'undone', settled: true },
      ...{ leftUnchanged: [], leftVersions: [] },
    })
    expect(writes().slice(first)).toEqual([
      'CreatePolicyVersion own v4',
      'DeletePolicyVersion own v2',
    ])
    const { defaultVersion = '', versions } = iam.stored().policies.get(OWN) ?? {}
    expect(meansTheSame(versions?.get(defaultVersion) ?? '', plus(original, FOREIGN))).toBe(true)
    expect(iam.stored().policies.get(SECOND)?.versions).toEqual(new Map([['v1', original]]))
  })

  test('while it was restored is not settled, however long the undo has taken', async () => {
    const { clock, roles, changes } = await overtaken()
    const undo = roleUndo(changes, { roles, clock })
    await clock.sleep(2 * READ_LAG_MS)
    expect(await undo()).toMatchObject({ kind: 'undone', settled: false })
  })
})

test('each version that IAM does not delete is named once, of each policy', async () => {
  const clock = aClock()
  const refused = aFault('denied')
  const document = documentOf(
    FOREIGN,
    ...[FN, OTHER].map(({ group }) => allowing(WRITES, `${group}:*`)),
  )
  const policies = [managedPolicy(OWN, document), managedPolicy(`${OWN}-2`, document)]
  const iam = lateIam([policySet([], policies)], {
    clock,
    failing: (operation) => (operation === 'DeletePolicyVersion' ? refused : undefined),
  })
  const changes = await disableInTurn([[FN], [OTHER]], iam, clock)
  const undone = await undoneBy(changes, iam, clock)
  const left = undone.kind === 'undone' ? undone.leftVersions : []
  expect(left.map(({ policy, version }) => `${policy} ${version ?? ''}`).toSorted()).toEqual([
    'own v2',
    'own v3',
    'own-2 v2',
    'own-2 v3',
  ])
})

test('what reads as if it were back is believed after the lag of reads, and no later', async () => {
  const clock = aClock()
  const original = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
  const there = lateIam([policySet([original], [])], { clock })
  const changes = await disable([FN], REMOVE, there)
  const undo = roleUndo(changes, { roles: lateIam([policySet([original], [])], { clock }), clock })
  expect(await undo()).toMatchObject({ settled: false })
  await clock.sleep(READ_LAG_MS - 1)
  expect(await undo()).toMatchObject({ settled: false })
  await clock.sleep(1)
  expect(await undo()).toMatchObject({ settled: true, wrote: false, leftUnchanged: [] })
})

describe('an edit that has reached several functions', () => {
  const document = documentOf(
    { Sid: 'Logs', ...allowing(WRITES, ...[FN, OTHER].map(({ group }) => `${group}:*`)) },
    FOREIGN,
  )
  const ofFn = documentOf({ Sid: 'Logs', ...allowing(WRITES, `${FN.group}:*`) }, FOREIGN)

  test.each<[string, PolicySet, (iam: LateIam) => string | undefined]>([
    ['an inline policy', policySet([document], []), (iam) => inlineOf(iam)],
    [
      'a managed policy',
      policySet([], [managedPolicy(OWN, document)]),
      (iam) => {
        const { defaultVersion = '', versions } = iam.stored().policies.get(OWN) ?? {}
        return versions?.get(defaultVersion)
      },
    ],
  ])('is undone for those that are restored, and for no others: %s', async (_, set, now) => {
    const clock = aClock()
    const iam = lateIam([set], { clock })
    const changes = await disable([FN, OTHER], REMOVE, iam)
    expect(changes).toHaveLength(1)
    await roleUndo(changes, { roles: iam, clock }, [FN.group])()
    expect(meansTheSame(now(iam) ?? '', ofFn)).toBe(true)
    await clock.sleep(APART_MS)
    await roleUndo(changes, { roles: iam, clock })()
    expect(meansTheSame(now(iam) ?? '', document)).toBe(true)
  })
})

describe('what cannot be read', () => {
  const original = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))

  test.each([
    ['a Deny of ours', 'GetRolePolicy', DENY, policySet([original], [])],
    ['a narrowed policy', 'GetRolePolicy', REMOVE, policySet([original], [])],
    [
      'a deleted policy',
      'GetRolePolicy',
      REMOVE,
      policySet([documentOf(allowing(WRITES, '*'))], []),
    ],
    ['a managed policy', 'GetPolicy', REMOVE, policySet([], [managedPolicy(OWN, original)])],
  ] as const)(
    'is not written, and IAM’s fault is told: %s',
    async (_, operation, strategy, set) => {
      const clock = aClock()
      const fault = aFault('denied', { code: 'AccessDenied' })
      let isRefused = false
      const iam = lateIam([set], {
        clock,
        failing: (one) => (isRefused && one === operation ? fault : undefined),
      })
      const changes = await disable([FN], strategy, iam)
      const [then, count] = [iam.stored(), iam.writes.length]
      isRefused = true
      expect(await roleUndo(changes, { roles: iam, clock })()).toEqual({
        kind: 'not-undone',
        fault,
        wrote: false,
        left: changes.map(({ edit }) => policyOf(edit)),
      })
      expect(iam.stored()).toBe(then)
      expect(iam.writes).toHaveLength(count)
    },
  )
})

describe('Denies of ours', () => {
  const original = documentOf(allowing(WRITES, '*'))

  test('go one by one in any order, and those of other functions stay', async () => {
    const members = [FN, OTHER, APP]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2]), lateness, async (turns, late) => {
        const clock = aClock()
        const iam = lateIam([policySet([original], [])], { clock })
        const changes = await disable(members, DENY, iam)
        iam.lateness = late
        const undone = turns.map((turn) => undoneBy(changes.slice(turn, turn + 1), iam, clock))
        await Promise.all(undone)
        const stay = members.filter((_, index) => !turns.includes(index))
        expect([...(iam.stored().roles.get(ROLE.text)?.inline.keys() ?? [])].sort()).toEqual(
          [
            'inline-0',
            ...stay.map(({ function: arn }) => ownedPolicyName('deny-logs', arn)),
          ].sort(),
        )
      }),
      { numRuns: 30 },
    )
  })

  const name = ownedPolicyName('deny-logs', FN.function)
  const denied = async () => {
    const clock = aClock()
    const iam = lateIam([policySet([original], [])], { clock })
    return { clock, iam, changes: await disable([FN], DENY, iam) }
  }

  test('go where reads do not show them yet', async () => {
    const { clock, iam, changes } = await denied()
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ kind: 'undone', wrote: true })
    expect(inlineOf(iam, name)).toBeUndefined()
  })

  test('go without the actions that others have added', async () => {
    const { clock, iam, changes } = await denied()
    const theirs = (inlineOf(iam, name) ?? '').replace(
      '"logs:CreateLogGroup"',
      '"logs:CreateLogGroup","s3:DeleteObject"',
    )
    iam.change((stored) => withInline(stored, ROLE, name, theirs))
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ leftUnchanged: [] })
    const left = inlineOf(iam, name) ?? ''
    expect(decide([left], 's3:DeleteObject', GROUP, { holds: () => true, variable: '' })).toBe(
      'deny',
    )
    expect(decide([left], 'logs:PutLogEvents', GROUP, { holds: () => true, variable: '' })).toBe(
      'none',
    )
  })

  test('go where another run of ours wrote them last, for another log group', async () => {
    const { clock, iam, changes } = await denied()
    const again = (inlineOf(iam, name) ?? '').replaceAll('/aws/lambda/fn', '/aws/lambda/moved')
    iam.change((stored) => withInline(stored, ROLE, name, again))
    expect(await undoneBy(changes, iam, clock)).toMatchObject({ wrote: true, leftUnchanged: [] })
    expect(inlineOf(iam, name)).toBeUndefined()
  })

  test('that only bear the name stay and are named', async () => {
    const { clock, iam, changes } = await denied()
    iam.change((stored) => withInline(stored, ROLE, name, grantLogsDocument(GROUP)))
    expect(await undoneBy(changes, iam, clock)).toMatchObject({
      wrote: false,
      leftUnchanged: [name],
      leftVersions: [],
    })
    expect(inlineOf(iam, name)).toBe(grantLogsDocument(GROUP))
  })
})

describe('a right to read secrets', () => {
  const Sid = 'ClickStackLambdaReadSecrets'
  const document = documentOf({ Sid, ...allowing('ssm:GetParameter', 'arn:aws:ssm:::parameter/a') })
  const granted: RoleChange = {
    purpose: 'secrets',
    role: ROLE,
    regions: ['eu-west-1'],
    edit: { kind: 'put-inline', policy: 'ours', before: undefined, after: document },
  }

  test.each<[string, string, boolean]>([
    ['as it was written goes', document, true],
    ['of another run of ours goes', document.replace('parameter/a', 'parameter/b'), true],
    ['of the name of ours stays', documentOf({ Sid, ...allowing('s3:*', '*') }), false],
  ])('%s', async (_, there, goes) => {
    const clock = aClock()
    const iam = lateIam([policySet([], [])], { clock })
    await iam.putInline(ROLE, 'ours', there)
    const undone = await undoneBy([granted], iam, clock)
    expect(undone).toMatchObject({ kind: 'undone', leftUnchanged: goes ? [] : ['ours'] })
    expect(inlineOf(iam, 'ours')).toBe(goes ? undefined : there)
  })

  test('that was written over another document goes back to it whole', async () => {
    const clock = aClock()
    const iam = lateIam([policySet([], [])], { clock })
    await iam.putInline(ROLE, 'ours', document)
    const before = documentOf({ Sid, ...allowing('ssm:GetParameter', '*') })
    const edit = { kind: 'put-inline', policy: 'ours', before, after: document } as const
    expect(await undoneBy([{ ...granted, edit }], iam, clock)).toMatchObject({ wrote: true })
    expect(inlineOf(iam, 'ours')).toBe(before)
  })
})

test('what IAM refuses is named with what is left, and goes on where it ended', async () => {
  const clock = aClock()
  const own = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
  const set: PolicySet = policySet([own, own], [BASIC_POLICY])
  const iam = lateIam([set], {
    clock,
    // Two policies are narrowed, then undone from the last one on.
    failing: (operation, nth) =>
      operation === 'PutRolePolicy' && nth === 3 ? aFault('denied') : undefined,
  })
  const before = iam.stored()
  const changes = await disable([FN], REMOVE, iam)
  const undo = roleUndo(changes, { roles: iam, clock })
  const first = await undo()
  expect(first).toMatchObject({ kind: 'not-undone', wrote: true, fault: { kind: 'denied' } })
  expect(first.kind === 'not-undone' && first.left).toHaveLength(1)
  expect(await undo()).toMatchObject({ kind: 'undone', settled: true, leftUnchanged: [] })
  expect(iam.stored()).toEqual(before)
  expect(iam.writes.filter((write) => write.startsWith('AttachRolePolicy'))).toHaveLength(1)
})

test('a deletion whose answer is lost each time may have been made', async () => {
  const clock = aClock()
  const iam = lateIam([policySet([], [])], { clock })
  const changes = await disable([FN], DENY, iam)
  const lost = lateIam([policySet([], [])], {
    clock,
    failing: (operation) =>
      operation === 'DeleteRolePolicy' ? aFault('unavailable', { mayHaveLanded: true }) : undefined,
  })
  expect(await roleUndo(changes, { roles: lost, clock })()).toMatchObject({
    kind: 'not-undone',
    wrote: true,
    fault: { mayHaveLanded: true },
  })
})

test('nothing to undo is settled at once', async () => {
  const clock = aClock()
  const iam = lateIam([policySet([], [])], { clock })
  expect(await roleUndo([], { roles: iam, clock })()).toEqual({
    kind: 'undone',
    wrote: false,
    settled: true,
    leftUnchanged: [],
    leftVersions: [],
  })
})
