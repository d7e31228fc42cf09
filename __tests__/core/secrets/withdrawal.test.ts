/** What becomes of functions and journal where the right to read secrets could not be withdrawn from their role. */

import { describe, expect, test } from '@jest/globals'
import { type AwsFault, succeeded } from '../../../src/model/result'
import { NO_LOGS_PLAN } from '../../../src/pipeline/disable-logs/logs-plan'
import { withdrawUnneeded } from '../../../src/pipeline/grant-secrets/withdraw-secrets'
import type { Inspected } from '../../../src/pipeline/preflight/inspect'
import { oneWriterPerRole } from '../../../src/pipeline/roles/one-writer'
import { finishUndo } from '../../../src/pipeline/rollout/finish-undo'
import type { Outcome } from '../../../src/pipeline/rollout/outcome'
import { secretRights } from '../../../src/pipeline/rollout/secret-rights'
import { secretsPolicyName } from '../../../src/systems/iam/owned-policy'
import { parseRoleArn, type RoleArn } from '../../../src/systems/iam/role-arn'
import type { RoleControl } from '../../../src/systems/iam/role-control'
import { secretAccessDocument } from '../../../src/systems/rotel/secret-access'
import { NO_ALIASES } from '../support/aliases'
import { ACCOUNT, aFunction, REGION } from '../support/functions'
import { aJournal, aStore } from '../support/journal'
import { aClock, aFault, aLambda, ENDLESS } from '../support/lambda'
import { anOutcome } from '../support/outcomes'
import { NO_ROLES } from '../support/roles'
import { aRunner } from '../support/runner'
import { reference } from './support'

const FN = aFunction()
const ROLE = roleOf(FN.roleArn)
const SECRET = `\${arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:key}`
const DOCUMENT = secretAccessDocument([reference(SECRET)], [])
const POLICY = secretsPolicyName(DOCUMENT)

function roleOf(text = ''): RoleArn {
  const arn = parseRoleArn(text)
  if (arn === undefined) throw new Error(`${text} is no role`)
  return arn
}

const ALLOWED = {
  decision: 'allowed',
  by: [],
  allowedByOrganization: undefined,
  allowedByBoundary: undefined,
} as const

type Call = 'inlineNames' | 'inline' | 'deleteInline'

/** A role with a right that nobody needs, where one call fails. */
function aRoleThat(fails: Call | undefined, fault: AwsFault): RoleControl {
  const answer = <T>(call: Call, value: T) =>
    Promise.resolve(call === fails ? ({ ok: false, fault } as const) : succeeded(value))
  return {
    ...NO_ROLES,
    inlineNames: () => answer('inlineNames', [POLICY]),
    inline: () => answer('inline', DOCUMENT),
    deleteInline: () => answer('deleteInline', true as const),
    simulate: (_, [action = ''], [resource = '']) =>
      Promise.resolve(succeeded([{ ...ALLOWED, action, resource }])),
  }
}

const NOBODY = {
  listVersions: () => Promise.resolve(succeeded('all' as const)),
  routedVersions: () => Promise.resolve(succeeded([])),
}

const denied = (text: string) => aFault('denied', { code: 'AccessDenied', text })
const BY_ORGANIZATION = denied('with an explicit deny in a service control policy')
const ENDED = aFault('aborted', { code: 'out-of-time', text: 'it is late' })

interface Given {
  readonly isGiven: boolean
  readonly outcomes: readonly Outcome[]
}

const REMOVED = anOutcome({ status: 'removed', reason: undefined, warnings: [] })

/** Removes the function of the role in a run, or gives it the right; and settles it. */
async function settled(
  fails: Call | undefined,
  fault: AwsFault,
  { isGiven, outcomes }: Given = { isGiven: false, outcomes: [REMOVED] },
) {
  const store = aStore()
  const journal = aJournal(store)
  if (isGiven) {
    const edit = { kind: 'put-inline', policy: POLICY, before: undefined, after: DOCUMENT } as const
    await journal.editing({ purpose: 'secrets', role: ROLE, edit, regions: [REGION] })
  } else await journal.settling({ role: ROLE, regions: [REGION] })
  const roles = aRoleThat(fails, fault)
  const lambda = { ...aLambda([FN]), ...NOBODY }
  const rights = secretRights({
    isRemoval: !isGiven,
    roles,
    lambda,
    clock: aClock(),
    records: journal,
    regions: [REGION],
    alone: oneWriterPerRole(),
    signal: ENDLESS,
    rollback: { roles, lambda, aliases: NO_ALIASES, signal: ENDLESS },
  })
  const inspected = (): Inspected => ({
    kind: 'planned',
    fn: FN,
    plan: { kind: 'unchanged', warnings: [] },
    logs: NO_LOGS_PLAN,
    ...(isGiven && { secretAccess: { document: DOCUMENT, isMissing: true } }),
  })
  const before = outcomes.map((outcome) => [inspected(), outcome] as const)
  const [outcome, ...others] = (await rights.settle(new Map(before))).values()
  journal.close()
  return { outcome, others, isLeft: !store.deleted, text: store.text() }
}

/** The post step goes on with the journal. */
async function afterwards(text: string, fails: Call | undefined, fault: AwsFault) {
  const store = aStore(text)
  const runner = aRunner()
  const { kind } = await finishUndo(text, store, {
    aliases: NO_ALIASES,
    lambda: { ...aLambda([FN]), ...NOBODY },
    roles: aRoleThat(fails, fault),
    identity: { whoAmI: () => Promise.resolve(succeeded({ account: ACCOUNT, partition: 'aws' })) },
    clock: aClock(),
    signal: ENDLESS,
    runner,
  })
  return { isDone: kind === 'original', isLeft: !store.deleted, errors: runner.annotations.length }
}

test.each([
  ['inlineNames', 'not-read'],
  ['inline', 'not-read'],
  ['deleteInline', 'not-written'],
] as const)('a withdrawal whose call %s fails is told as %s', async (fails, kind) => {
  const withdrawn = await withdrawUnneeded(ROLE, [], {
    roles: aRoleThat(fails, BY_ORGANIZATION),
    lambda: { ...aLambda([FN]), ...NOBODY },
    records: aJournal(),
    regions: [REGION],
    alone: oneWriterPerRole(),
    clock: aClock(),
    signal: ENDLESS,
  })
  expect(withdrawn).toMatchObject({ kind, reason: 'denied-by-organization' })
})

test.each([
  ['nobody can say who needs it', aFault('refused'), { kind: 'not-read' }, true],
  ['nobody needs it', undefined, { kind: 'withdrawn', wrote: true }, false],
] as const)('a right of which, once it is deleted, %s', async (_, fault, withdrawn, isBack) => {
  const puts: string[] = []
  let asked = 0
  const result = await withdrawUnneeded(ROLE, [], {
    roles: {
      ...aRoleThat(undefined, BY_ORGANIZATION),
      putInline: (role, policy, document) => {
        puts.push(`${role.name} ${policy} ${document}`)
        return Promise.resolve(succeeded(true))
      },
    },
    lambda: {
      ...aLambda([FN]),
      ...NOBODY,
      listVersions: () => {
        asked += 1
        return Promise.resolve(asked > 1 && fault ? { ok: false, fault } : succeeded('all'))
      },
    },
    records: aJournal(),
    regions: [REGION],
    alone: oneWriterPerRole(),
    clock: aClock(),
    signal: ENDLESS,
  })
  expect(asked).toBe(2)
  expect(result).toMatchObject(withdrawn)
  expect(JSON.stringify(result)).toContain(isBack ? POLICY : 'was withdrawn from the role')
  expect(puts).toEqual(isBack ? [`${ROLE.name} ${POLICY} ${DOCUMENT}`] : [])
})

test('who needs a right is asked of the moment before it is deleted, and of the one after', async () => {
  const clock = aClock()
  const since: (number | undefined)[] = []
  await withdrawUnneeded(ROLE, [], {
    roles: {
      ...aRoleThat(undefined, BY_ORGANIZATION),
      deleteInline: async () => {
        await clock.sleep(1_000)
        return succeeded(true)
      },
    },
    lambda: {
      ...aLambda([FN]),
      listVersions: (_, take) => {
        take([{ version: '3', fn: FN }])
        return Promise.resolve(succeeded('all'))
      },
      routedVersions: (_, moment) => {
        since.push(moment)
        return Promise.resolve(succeeded([]))
      },
    },
    records: aJournal(),
    regions: [REGION],
    alone: oneWriterPerRole(),
    clock,
    signal: ENDLESS,
  })
  expect(since).toEqual([clock.now() - 1_000, clock.now()])
})

describe('a right that IAM does not let go', () => {
  test.each([
    ['for want of a permission', denied('no identity-based policy allows it'), 'role-write-failed'],
    ['by a service control policy', BY_ORGANIZATION, 'denied-by-organization'],
    ['by an explicit Deny', denied('not authorized, with an explicit deny'), 'denied-explicitly'],
    ['as a role of AWS’s own', aFault('refused', { code: 'UnmodifiableEntity' }), 'role-protected'],
    ['for an expired token', aFault('unauthenticated'), 'credentials-refused'],
    ['before the end of the run', ENDED, 'out-of-time'],
  ] as const)('%s fails its function, and the post step tries again', async (_, fault, reason) => {
    const { outcome, isLeft, text } = await settled('deleteInline', fault)
    expect(outcome).toMatchObject({ status: 'failed', reason, warnings: [] })
    expect(isLeft).toBe(true)
    const again = { isDone: false, isLeft: true, errors: 1 }
    expect(await afterwards(text, 'deleteInline', fault)).toEqual(again)
    const gone = { isDone: true, isLeft: false, errors: 0 }
    expect(await afterwards(text, undefined, fault)).toEqual(gone)
  })
})

describe('a right that was given in vain', () => {
  const AS_FOUND = { change: undefined, warnings: [] }
  const reason = 'credentials-refused'

  test.each(['blocked', 'skipped', 'rolled-back'] as const)(
    'and is left fails a function that ended %s, and the post step tries again',
    async (status) => {
      const outcomes = [anOutcome({ ...AS_FOUND, status, reason, detail: 'of old' })]
      const given = { isGiven: true, outcomes }
      const fault = aFault('unauthenticated', { text: 'expired' })
      const { outcome, isLeft, text } = await settled('inlineNames', fault, given)
      expect(outcome).toMatchObject({ status: 'failed', reason, changed: true, warnings: [] })
      expect(outcome?.detail).toContain('the right to read secrets is still on its role')
      expect(outcome?.detail).toContain(`(${reason}: of old)`)
      expect(isLeft).toBe(true)
      const gone = { isDone: true, isLeft: false, errors: 0 }
      expect(await afterwards(text, undefined, fault)).toEqual(gone)
    },
  )

  test('stays where the need of it cannot be read, until the post step has read it', async () => {
    const outcomes = [anOutcome({ ...AS_FOUND, status: 'blocked', reason })]
    const given = { isGiven: true, outcomes }
    const { outcome, isLeft } = await settled('inlineNames', BY_ORGANIZATION, given)
    expect(outcome).toMatchObject({ status: 'failed', reason: 'denied-by-organization' })
    expect(isLeft).toBe(true)
  })

  test('is none where another function of the role relies on it', async () => {
    const blocked = anOutcome({ ...AS_FOUND, status: 'blocked', reason })
    const proven = anOutcome({ status: 'instrumented', reason: undefined, warnings: [] })
    const given = { isGiven: true, outcomes: [blocked, proven] }
    const { outcome, others, isLeft } = await settled('inlineNames', BY_ORGANIZATION, given)
    expect(outcome).toMatchObject({ status: 'blocked', reason })
    expect(others).toMatchObject([{ status: 'instrumented' }])
    expect(isLeft).toBe(false)
  })
})

describe('a right whose need cannot be read', () => {
  test('stays for good, with a warning', async () => {
    const { outcome, isLeft } = await settled('inlineNames', BY_ORGANIZATION)
    expect(outcome).toMatchObject({ status: 'removed', reason: undefined })
    expect(outcome?.warnings).toEqual([expect.stringContaining('was not checked')])
    expect(isLeft).toBe(false)
  })

  test('before the end of the run is left to the post step, which asks until it knows', async () => {
    const { outcome, isLeft, text } = await settled('inlineNames', ENDED)
    expect(outcome).toMatchObject({ status: 'removed', reason: undefined })
    expect(outcome?.warnings).toEqual([
      expect.stringContaining('(it is late); the post step checks it') as unknown,
    ])
    expect(isLeft).toBe(true)
    const again = { isDone: false, isLeft: true, errors: 1 }
    expect(await afterwards(text, 'inlineNames', ENDED)).toEqual(again)
    const gone = { isDone: true, isLeft: false, errors: 0 }
    expect(await afterwards(text, undefined, ENDED)).toEqual(gone)
  })
})
