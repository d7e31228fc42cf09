/** An edit of a role is made upon what was read, also where others write in between. */

import { describe, expect, test } from '@jest/globals'
import { succeeded } from '../../../src/model/result'
import { carryOut, readAsPlanned } from '../../../src/pipeline/roles/carry-out'
import { roleUndo } from '../../../src/pipeline/roles/undo-role'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import type { RoleControl } from '../../../src/systems/iam/role-control'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { managedPolicy, policySet, WRITES } from '../policies/policy-sets'
import { aClock, aFault } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { allowing, aMember, aRole, disable, documentOf, onRole, REMOVE } from './disabling'
import { lateIam } from './late-iam'

const OWN = 'own'
const LAG_MS = 30_000
const ORIGINAL = documentOf(
  allowing([...WRITES, 's3:GetObject'], '*'),
  allowing(['dynamodb:GetItem'], '*'),
)
/** What somebody else makes of it: a permission less, and one more. */
const THEIRS = ORIGINAL.replace('dynamodb:GetItem', 'sqs:SendMessage')

function world() {
  const clock = aClock()
  const iam = lateIam([policySet([], [managedPolicy(OWN, ORIGINAL)])], { clock })
  return { clock, iam, policy: () => iam.stored().policies.get(OWN) }
}

/** The edit that a run plans for the policy of a function, on an IAM that nobody else writes to. */
async function planned(): Promise<LogsChange> {
  const [change, ...more] = await disable([aMember('fn')], REMOVE, world().iam)
  if (change === undefined || more.length > 0) throw new Error('not one change')
  return change
}

/** Somebody else makes a version right before this action does. */
function overtaking(iam: RoleControl, theirs: string): RoleControl {
  return {
    ...iam,
    async createVersion(arn, document) {
      await iam.createVersion(arn, theirs)
      return iam.createVersion(arn, document)
    },
  }
}

describe('a version of a managed policy that others make right before ours', () => {
  test('is in force again, and the edit is to be planned anew', async () => {
    const { iam, policy } = world()
    const made = await carryOut(await planned(), ['v1'], overtaking(iam, THEIRS))
    expect(made).toEqual(succeeded('changed-since'))
    expect(policy()).toMatchObject({ defaultVersion: 'v2' })
    expect([...(policy()?.versions ?? [])]).toEqual([
      ['v1', ORIGINAL],
      ['v2', THEIRS],
    ])
  })

  test('is no conflict where it says what was planned upon, or what is written', async () => {
    const change = await planned()
    if (change.edit.kind !== 'new-version') throw new Error(change.edit.kind)
    for (const same of [ORIGINAL, change.edit.after]) {
      const { iam, policy } = world()
      expect(await carryOut(change, ['v1'], overtaking(iam, same))).toEqual(succeeded('made'))
      expect(policy()).toMatchObject({ defaultVersion: 'v3' })
    }
  })

  test('is found below one that was deleted since', async () => {
    const { iam, policy } = world()
    const twice: RoleControl = {
      ...iam,
      async createVersion(arn, document) {
        await iam.createVersion(arn, THEIRS)
        const second = await iam.createVersion(arn, ORIGINAL)
        await iam.setDefaultVersion(arn, 'v2')
        if (second.ok) await iam.deleteVersion(arn, second.value)
        return iam.createVersion(arn, document)
      },
    }
    expect(await carryOut(await planned(), ['v1'], twice)).toEqual(succeeded('changed-since'))
    expect(policy()).toMatchObject({ defaultVersion: 'v2' })
  })

  test('fails the edit where it cannot be read, or not be put into force', async () => {
    for (const operation of ['version', 'setDefaultVersion'] as const) {
      const { iam } = world()
      const fault = { ok: false, fault: aFault('denied') } as const
      const failing = { ...overtaking(iam, THEIRS), [operation]: () => Promise.resolve(fault) }
      expect(await carryOut(await planned(), ['v1'], failing)).toEqual(fault)
    }
  })

  test('is restored upon, where it comes while ours is undone', async () => {
    const { clock, iam, policy } = world()
    const changes = await disable([aMember('fn')], REMOVE, iam)
    await clock.sleep(LAG_MS)
    const narrowed = policy()?.versions.get('v2') ?? ''
    const theirs = narrowed.replace('dynamodb:GetItem', 'sqs:SendMessage')
    let isOvertaken = false
    const overtaken: RoleControl = {
      ...iam,
      async setDefaultVersion(arn, version) {
        if (!isOvertaken) await iam.createVersion(arn, theirs)
        isOvertaken = true
        return iam.setDefaultVersion(arn, version)
      },
    }
    const undo = roleUndo(changes, { roles: overtaken, clock })
    expect(await undo()).toMatchObject({ kind: 'undone', settled: false })
    expect(await undo()).toMatchObject({ kind: 'undone', settled: true, leftUnchanged: [] })
    const { defaultVersion = '', versions } = policy() ?? {}
    const inForce = versions?.get(defaultVersion) ?? ''
    for (const action of [...WRITES, 's3:GetObject', 'sqs:SendMessage']) {
      expect(inForce).toContain(action)
    }
    expect(inForce).not.toContain('dynamodb:GetItem')
  })
})

test('a version that was there before the edit was planned is not taken for one in between', async () => {
  const { iam, policy } = world()
  // Somebody has put the first version into force again.
  await iam.createVersion(OWN, THEIRS)
  await iam.setDefaultVersion(OWN, 'v1')
  const unasked: RoleControl = { ...iam, version: (...given) => NO_ROLES.version(...given) }
  expect(await carryOut(await planned(), ['v1', 'v2'], unasked)).toEqual(succeeded('made'))
  expect(policy()).toMatchObject({ defaultVersion: 'v3' })
})

describe('an edit that is carried out', () => {
  const role = aRole()
  const EDITS: readonly (readonly [RoleEdit, string])[] = [
    [{ kind: 'put-inline', policy: 'a', before: undefined, after: ORIGINAL }, 'PutRolePolicy a'],
    [{ kind: 'delete-inline', policy: 'a', before: ORIGINAL }, 'DeleteRolePolicy a'],
    [{ kind: 'attach', arn: OWN, name: OWN }, 'AttachRolePolicy own'],
    [{ kind: 'detach', arn: OWN, name: OWN }, 'DetachRolePolicy own'],
    [
      {
        kind: 'new-version',
        arn: OWN,
        name: OWN,
        before: 'v1',
        original: ORIGINAL,
        after: THEIRS,
      },
      'CreatePolicyVersion own v2',
    ],
  ]

  test.each(EDITS)('%j is that one write', async (edit, write) => {
    const { iam } = world()
    expect(await carryOut({ role, edit }, ['v1'], iam)).toEqual(succeeded('made'))
    expect(iam.writes).toEqual([write])
  })

  test.each(EDITS)('%j ends with the fault of IAM where that refuses it', async (edit) => {
    const fault = aFault('denied')
    const iam = lateIam([policySet([], [managedPolicy(OWN, ORIGINAL)])], {
      clock: aClock(),
      failing: () => fault,
    })
    expect(await carryOut({ role, edit }, ['v1'], iam)).toEqual({ ok: false, fault })
    expect(iam.writes).toEqual([])
  })
})

describe('right before an edit', () => {
  const role = aRole()
  const asPlanned = succeeded({ kind: 'as-planned', versions: [] })
  const changedSince = succeeded({ kind: 'changed-since' })
  const withInlinePolicy = () => lateIam([onRole(role, ORIGINAL)], { clock: aClock() })

  test.each<[string, RoleEdit]>([
    [
      'a new inline policy, whose name is of ours',
      { kind: 'put-inline', policy: 'a', before: undefined, after: ORIGINAL },
    ],
    ['an attachment', { kind: 'attach', arn: OWN, name: OWN }],
  ])('nothing is read for %s', async (_, edit) => {
    expect(await readAsPlanned({ role, edit }, NO_ROLES)).toEqual(asPlanned)
  })

  test.each(['put-inline', 'delete-inline'] as const)(
    'of an inline policy, it is read whether that still says the same: %s',
    async (kind) => {
      const reading = (before: string) =>
        readAsPlanned(
          { role, edit: { kind, policy: 'inline-0', before, after: '{}' } },
          withInlinePolicy(),
        )
      expect(await reading(ORIGINAL)).toEqual(asPlanned)
      expect(await reading(THEIRS)).toEqual(changedSince)
    },
  )

  test('of a policy to be detached, it is read whether that one is still attached', async () => {
    const reading = (arn: string) =>
      readAsPlanned({ role, edit: { kind: 'detach', arn, name: arn } }, world().iam)
    expect(await reading(OWN)).toEqual(asPlanned)
    expect(await reading('detached-since')).toEqual(changedSince)
  })

  test.each<RoleEdit>([
    { kind: 'delete-inline', policy: 'a', before: ORIGINAL },
    { kind: 'detach', arn: OWN, name: OWN },
    { kind: 'new-version', arn: OWN, name: OWN, before: 'v1', original: ORIGINAL, after: THEIRS },
  ])('what cannot be read is a fault, and not a change: %j', async (edit) => {
    const fault = aFault('denied')
    const iam = lateIam([], { clock: aClock(), failing: () => fault })
    expect(await readAsPlanned({ role, edit }, iam)).toEqual({ ok: false, fault })
  })
})

test('a policy that others have changed since it was planned is not as planned', async () => {
  const change = await planned()
  const { iam } = world()
  expect(await readAsPlanned(change, iam)).toEqual(
    succeeded({ kind: 'as-planned', versions: ['v1'] }),
  )
  await iam.createVersion(OWN, THEIRS)
  expect(await readAsPlanned(change, iam)).toEqual(succeeded({ kind: 'changed-since' }))
})
