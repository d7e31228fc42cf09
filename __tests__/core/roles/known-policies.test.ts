/** Policies while they are undone: what was written is known before IAM shows it, and of versions only our own are deleted. */

import { describe, expect, test } from '@jest/globals'
import { knownPolicies } from '../../../src/pipeline/roles/known-policies'
import { type AwsFault, type Result, succeeded } from '../../../src/model/result'
import { managedPolicy, policySet, WRITES } from '../policies/policy-sets'
import { aClock, aFault } from '../support/lambda'
import { allowing, aRole, documentOf } from './disabling'
import { AT_ONCE, type LateIam, lateIam } from './late-iam'

const ROLE = aRole()
const OWN = 'arn:aws:iam::123456789012:policy/own'
const BEFORE = documentOf(allowing(WRITES, '*'))
const AFTER = documentOf(allowing('s3:GetObject', '*'))
const THEIRS = documentOf(allowing('sqs:SendMessage', '*'))
const LAG_MS = 3_000

const isAfter = (_: string, document: string) => document === AFTER

/** The policy `own`: `v1` as it was before, and `v2`, which is in force, as we wrote it. */
async function world() {
  const clock = aClock()
  const asked: string[] = []
  const refusing = new Map<string, AwsFault>()
  const iam = lateIam([policySet([BEFORE], [managedPolicy(OWN, BEFORE)])], {
    clock,
    failing: (operation) => {
      asked.push(operation)
      return refusing.get(operation)
    },
  })
  await iam.createVersion(OWN, AFTER)
  await clock.sleep(LAG_MS)
  asked.length = 0
  const versions = () => iam.stored().policies.get(OWN)
  return {
    clock,
    iam,
    refusing,
    asked: (operation: string) => asked.filter((one) => one === operation).length,
    policies: knownPolicies(iam),
    inForce: () => versions()?.defaultVersion,
    ids: () => [...(versions()?.versions.keys() ?? [])],
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.code)
  return result.value
}

/** Somebody else makes a version, in force or not. */
function versionOfOthers(iam: LateIam, isInForce: boolean, document = THEIRS): void {
  iam.change((stored) => {
    const own = stored.policies.get(OWN)
    if (own === undefined) throw new Error('the policy is gone')
    const next = {
      defaultVersion: isInForce ? 'v3' : own.defaultVersion,
      versions: new Map(own.versions).set('v3', document),
    }
    return { ...stored, policies: new Map(stored.policies).set(OWN, next) }
  })
}

describe('an inline policy', () => {
  test('is known as it was written while reads are late', async () => {
    const { iam, policies } = await world()
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    expect(await policies.inline(ROLE, 'inline-0')).toEqual(succeeded(BEFORE))
    expect(await policies.putInline(ROLE, 'inline-0', AFTER)).toEqual(succeeded(true))
    expect(await policies.inline(ROLE, 'inline-0')).toEqual(succeeded(AFTER))
    expect(await policies.putInline(ROLE, 'inline-0', undefined)).toEqual(succeeded(true))
    expect(await policies.inline(ROLE, 'inline-0')).toEqual(succeeded(undefined))
    expect(iam.stored().roles.get(ROLE.text)?.inline.has('inline-0')).toBe(false)
  })

  test('is as it was read where the write was refused', async () => {
    const { policies, refusing } = await world()
    refusing.set('PutRolePolicy', aFault('denied'))
    expect(await policies.putInline(ROLE, 'inline-0', AFTER)).toMatchObject({ ok: false })
    expect(await policies.inline(ROLE, 'inline-0')).toEqual(succeeded(BEFORE))
  })
})

describe('the versions of a managed policy', () => {
  test('are read once each', async () => {
    const { policies, asked } = await world()
    expect(valueOf(await policies.managed(OWN))).toEqual({
      defaultVersion: 'v2',
      documents: new Map([
        ['v2', AFTER],
        ['v1', BEFORE],
      ]),
    })
    expect(asked('GetPolicy')).toBe(1)
    expect(asked('GetPolicyVersion')).toBe(1)
  })

  test('are those that are left where another job has deleted one since', async () => {
    const { policies, refusing } = await world()
    refusing.set('GetPolicyVersion', aFault('not-found'))
    const { documents } = valueOf(await policies.managed(OWN))
    expect(documents).toEqual(new Map([['v2', AFTER]]))
  })

  test.each(['GetPolicy', 'GetPolicyVersion'])(
    'are not known at all where IAM refuses %s',
    async (operation) => {
      const { policies, refusing } = await world()
      const fault = aFault('denied', { code: 'AccessDenied' })
      refusing.set(operation, fault)
      expect(await policies.managed(OWN)).toEqual({ ok: false, fault })
    },
  )
})

describe('a document is put into force', () => {
  test.each([
    ['by the version that has it', BEFORE, 'v1', ['v1', 'v2']],
    ['by a new version where none has it', THEIRS, 'v3', ['v1', 'v2', 'v3']],
  ])('%s, and known to be so while reads are late', async (_, document, version, ids) => {
    const { iam, policies, inForce, ids: stored } = await world()
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    const from = valueOf(await policies.managed(OWN))
    expect(await policies.putInForce(OWN, document, from)).toEqual(succeeded(true))
    expect(inForce()).toBe(version)
    expect(stored()).toEqual(ids)
    expect(valueOf(await policies.managed(OWN))).toEqual({
      defaultVersion: version,
      documents: new Map(from.documents).set(version, document),
    })
  })

  test('by a new version where the one that had it was deleted, though a late read shows it', async () => {
    const { iam, policies, inForce, ids } = await world()
    const from = valueOf(await policies.managed(OWN))
    await policies.putInForce(OWN, BEFORE, from)
    await policies.deleteVersions(OWN, isAfter)
    expect(ids()).toEqual(['v1'])
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    expect(await policies.putInForce(OWN, AFTER, from)).toEqual(succeeded(true))
    expect(inForce()).toBe('v3')
  })

  test.each([
    ['SetDefaultPolicyVersion', BEFORE],
    ['CreatePolicyVersion', THEIRS],
  ])('not where IAM refuses %s, and what was in force stays known', async (operation, document) => {
    const { policies, refusing } = await world()
    const fault = aFault('denied')
    const from = valueOf(await policies.managed(OWN))
    refusing.set(operation, fault)
    expect(await policies.putInForce(OWN, document, from)).toEqual({ ok: false, fault })
    expect(valueOf(await policies.managed(OWN)).defaultVersion).toBe('v2')
  })
})

describe('versions are deleted', () => {
  const restored = async () => {
    const all = await world()
    await all.policies.putInForce(OWN, BEFORE, valueOf(await all.policies.managed(OWN)))
    return all
  }

  test('where they are unwanted', async () => {
    const { policies, ids } = await restored()
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({ kind: 'deleted', staying: [] })
    expect(ids()).toEqual(['v1'])
  })

  test('once, though a late read shows them still', async () => {
    const { iam, policies, asked } = await restored()
    await policies.deleteVersions(OWN, isAfter)
    iam.lateness = { ...AT_ONCE, readMs: () => LAG_MS }
    await policies.deleteVersions(OWN, isAfter)
    expect(asked('DeletePolicyVersion')).toBe(1)
  })

  test('not where they are in force, and IAM is not asked to', async () => {
    const { policies, asked, ids } = await world()
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({ kind: 'deleted', staying: [] })
    expect(asked('DeletePolicyVersion')).toBe(0)
    expect(ids()).toEqual(['v1', 'v2'])
  })

  test.each(['DeleteConflict', 'DeleteConflictException'])(
    'not where another job has put one into force since, which is no fault: %s',
    async (code) => {
      const { policies, refusing } = await restored()
      refusing.set('DeletePolicyVersion', aFault('conflict', { code }))
      expect(await policies.deleteVersions(OWN, isAfter)).toEqual({ kind: 'deleted', staying: [] })
    },
  )

  test('not where IAM refuses it, and they are named', async () => {
    const { policies, refusing } = await restored()
    const fault = aFault('denied')
    refusing.set('DeletePolicyVersion', fault)
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({
      kind: 'deleted',
      staying: [{ version: 'v2', fault }],
    })
  })

  test('not where none can be read, and that is told', async () => {
    const { policies, refusing, ids } = await restored()
    const fault = aFault('denied')
    refusing.set('GetPolicy', fault)
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({
      kind: 'deleted',
      staying: [{ fault }],
    })
    expect(ids()).toEqual(['v1', 'v2'])
  })
})

describe('a version that others have made while one was put into force', () => {
  const overtaken = async (isInForce: boolean) => {
    const all = await world()
    await all.policies.putInForce(OWN, BEFORE, valueOf(await all.policies.managed(OWN)))
    versionOfOthers(all.iam, isInForce)
    return all
  }

  test.each([
    ['is left in force without a write', true, 0],
    ['is put into force', false, 1],
  ])('%s, and the policy is known anew', async (_, isInForce, writes) => {
    const { policies, asked, inForce, ids } = await overtaken(isInForce)
    const before = asked('SetDefaultPolicyVersion')
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({ kind: 'overtaken' })
    expect(asked('SetDefaultPolicyVersion') - before).toBe(writes)
    expect(inForce()).toBe('v3')
    expect(ids()).toEqual(['v1', 'v2', 'v3'])
    expect(valueOf(await policies.managed(OWN)).defaultVersion).toBe('v3')
  })

  test('is named where IAM does not put it into force', async () => {
    const { policies, refusing, ids } = await overtaken(false)
    const fault = aFault('denied')
    refusing.set('SetDefaultPolicyVersion', fault)
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({
      kind: 'deleted',
      staying: [{ version: 'v3', fault }],
    })
    expect(ids()).toEqual(['v1', 'v2', 'v3'])
  })

  test('is none of theirs where it has what is unwanted', async () => {
    const { iam, policies, inForce, ids } = await world()
    await policies.putInForce(OWN, BEFORE, valueOf(await policies.managed(OWN)))
    versionOfOthers(iam, false, AFTER)
    expect(await policies.deleteVersions(OWN, isAfter)).toEqual({ kind: 'deleted', staying: [] })
    expect(inForce()).toBe('v1')
    expect(ids()).toEqual(['v1'])
  })
})
