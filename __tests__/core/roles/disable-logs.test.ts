/** What a look that could not be made comes to when CloudWatch Logs are disabled: never to a finding. */

import { describe, expect, test } from '@jest/globals'
import type { Reason } from '../../../src/model/reason'
import type { Refusal } from '../../../src/model/refusal'
import { type AwsFault, type Result, succeeded } from '../../../src/model/result'
import { RunEnded } from '../../../src/model/run-signal'
import type { DisableContext, Disabled } from '../../../src/pipeline/disable-logs/context'
import { disableUnit } from '../../../src/pipeline/disable-logs/disable-logs'
import type { DisablePlan, DisableUnit } from '../../../src/pipeline/disable-logs/plan'
import type { RoleUsers } from '../../../src/pipeline/roles/role-users'
import type { SmokeResult } from '../../../src/pipeline/smoke-test/smoke-test'
import { EMPTY_TAIL } from '../../../src/pipeline/smoke-test/tail'
import type { Proof } from '../../../src/pipeline/verify/proof'
import type { LambdaFunction } from '../../../src/systems/lambda/lambda-function'
import { policySet } from '../policies/policy-sets'
import { aFunction, changed, SOME_CONTEXT, someWanted } from '../support/functions'
import { aJournal } from '../support/journal'
import { aClock, aFault, ENDLESS, LAMBDA_CLOCK } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { planAttachment } from '../../../src/pipeline/plan/plan'
import { aMember, aRole, REMOVE } from './disabling'

const ROLE = aRole()
const FN: LambdaFunction = { ...withRotel(aFunction({ name: 'fn' })), roleArn: ROLE.text }
/** IAM has denied it before, so that no event is looked for before the edit. */
const MEMBER = { ...aMember('fn', ROLE), allowed: [] }
const ENDED = aFault('aborted', { code: 'out-of-time', text: 'it is late' })
const LATE = AbortSignal.abort(new RunEnded({ reason: 'out-of-time', detail: 'it is late' }))
const PROOF_MISSING: Proof = {
  kind: 'missing',
  telemetry: undefined,
  keep: false,
  lookAgain: () => Promise.resolve(undefined),
  reason: 'nothing-arrived',
  detail: 'nothing arrived',
}
const ARRIVED: Proof = {
  kind: 'arrived',
  telemetry: {
    by: 'a log record',
    latencyMs: 5,
    attributes: [],
    traces: undefined,
    links: {},
    invokedAgain: false,
  },
}
const SMOKE = smokeEndedAt(0)

function smokeEndedAt(endedAt: number): SmokeResult {
  return {
    kind: 'passed',
    note: undefined,
    tail: EMPTY_TAIL,
    invocation: {
      requestId: '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab',
      executedVersion: '$LATEST',
      functionError: undefined,
      errorType: undefined,
      exitStatus: undefined,
      tail: '',
      endedAt,
    },
  }
}

function withRotel(fn: LambdaFunction): LambdaFunction {
  const plan = planAttachment(fn, someWanted(), SOME_CONTEXT)
  if (plan.kind !== 'change') throw new Error(plan.kind)
  return changed(fn, plan.change)
}

interface Given {
  /** The role denied it before the run. */
  readonly isSettled: boolean
  readonly events?: Result<number>
  readonly proof?: Proof
  readonly users?: RoleUsers['usersOf']
  /** The function at the end. */
  readonly now?: LambdaFunction
  /** What is found of its configuration then. */
  readonly change?: Refusal
  readonly signal?: AbortSignal
  /** IAM says that it may write its log. */
  readonly isAllowed?: boolean
  /** IAM allowed writing before; the invocation's events appeared so long after it. */
  readonly eventsAfterMs?: number
}

/** Disables the logs of one function whose role has nothing that allows them. */
async function disabled(given: Given): Promise<Disabled | undefined> {
  const clock = aClock()
  const { eventsAfterMs } = given
  const member = eventsAfterMs === undefined ? MEMBER : aMember('fn', ROLE)
  const smoke = smokeEndedAt(clock.now() - (eventsAfterMs ?? 0))
  let looks = 0
  const eventsOfThisLook = () => (eventsAfterMs !== undefined && looks++ === 0 ? 1 : 0)
  const unit: DisableUnit = {
    members: [member],
    changes: [],
    isSettled: given.isSettled,
    knownUsers: given.users && new Set(),
  }
  const plan: DisablePlan = {
    unit,
    member,
    logGroup: { name: FN.logGroup, region: FN.arn.region },
    warnings: [],
    ingestedBytes: undefined,
  }
  const usersOf = given.users ?? (() => Promise.resolve([]))
  const context: DisableContext = {
    settings: {
      strategy: REMOVE,
      acceptSharedRole: false,
      acceptLogLoss: false,
      acceptDrift: false,
      quietMs: 30_000,
      limitMs: 60_000,
      pricePerGb: 0.5,
    },
    roles: {
      ...NO_ROLES,
      read: () => Promise.resolve(succeeded({ ...policySet([], []).role, arn: ROLE })),
      simulate: (_role, actions, resources) =>
        Promise.resolve(
          succeeded(
            actions.flatMap((action) =>
              resources.map((resource) => ({
                action,
                resource,
                decision:
                  given.isAllowed === true ? ('allowed' as const) : ('implicitDeny' as const),
                by: [],
                allowedByOrganization: undefined,
                allowedByBoundary: undefined,
              })),
            ),
          ),
        ),
    },
    watches: { count: 0 },
    groups: {
      facts: () => Promise.resolve(succeeded(undefined)),
      streamsSince: () => Promise.resolve(succeeded([])),
      eventsWith: () => Promise.resolve(given.events ?? succeeded(eventsOfThisLook())),
      newestEvents: () => Promise.resolve(succeeded([])),
      ingestedBytes: () => Promise.resolve(succeeded(0)),
    },
    clock,
    lambdaClock: LAMBDA_CLOCK,
    records: aJournal(),
    signal: given.signal ?? ENDLESS,
    halted: () => undefined,
    alone: (_roles, work) => work(),
    recordForRestore: () => undefined,
    restart: (fn) => Promise.resolve(fn),
    reread: (fn) => Promise.resolve(succeeded(given.now ?? fn)),
    lambda: { routedVersions: () => Promise.resolve(succeeded([])) },
    usersSince: () => ({ regions: [FN.arn.region], usersOf, listedWith: () => [] }),
    invoke: () => Promise.resolve(SMOKE),
    proveAgain: () => Promise.resolve(given.proof ?? ARRIVED),
  }
  const changeOf = (now: LambdaFunction) => (now === given.now ? given.change : undefined)
  const results = await disableUnit(unit, [{ fn: FN, smoke, plan, changeOf }], context)
  return results.get(FN.arn.text)
}

const failing = (fault: AwsFault) => ({ ok: false, fault }) as const

test.each([true, false])('silence with data is proof (settled: %s)', async (isSettled) => {
  expect(await disabled({ isSettled })).toMatchObject({ kind: 'disabled' })
})

test.each([true, false])(
  'a configuration that others have changed at the end is not proven (settled: %s)',
  async (isSettled) => {
    const change: Refusal = { reason: 'write-conflict', detail: 'changed' }
    expect(await disabled({ isSettled, now: { ...FN }, change })).toMatchObject({
      kind: 'not-disabled',
      ...change,
    })
  },
)

test.each([
  ['longer than the setting, where events take long to appear', 40_000, 80],
  ['as long as the setting, where they appear soon', 5_000, 30],
])('silence is watched for %s', async (_, eventsAfterMs, seconds) => {
  const result = await disabled({ isSettled: false, eventsAfterMs })
  expect(result).toMatchObject({
    kind: 'disabled',
    by: expect.stringMatching(new RegExp(`appeared within ${seconds} s$`)),
  })
})

describe('an invocation that has left no event although writing was allowed', () => {
  const noEvent = { isSettled: false, eventsAfterMs: 0, events: succeeded(0) }

  test('proves nothing', async () => {
    expect(await disabled({ ...noEvent, isAllowed: true })).toMatchObject({
      kind: 'not-disabled',
      reason: 'log-group-unreadable',
    })
  })

  test('has left none because another job has disabled its logs since, as IAM tells', async () => {
    expect(await disabled(noEvent)).toMatchObject({
      kind: 'disabled',
      by: expect.stringContaining('IAM allowed no writing before either'),
    })
  })
})

describe.each([
  ['settled', true],
  ['edited', false],
] as const)('a log group that cannot be looked at, of a role that is %s,', (_, isSettled) => {
  test.each<[string, AwsFault, Reason]>([
    ['the end of the run', ENDED, 'out-of-time'],
    ['a denial', aFault('denied'), 'log-group-unreadable'],
    ['an expired token', aFault('unauthenticated'), 'credentials-refused'],
  ])('for %s is no event found', async (_why, fault, reason) => {
    const result = await disabled({ isSettled, events: failing(fault) })
    expect(result).toMatchObject({ kind: 'not-disabled', of: 'function', reason })
  })

  test('because the run ended while it was watched is no event found', async () => {
    const result = await disabled({ isSettled, signal: LATE })
    expect(result).toMatchObject({ kind: 'not-disabled', reason: 'out-of-time' })
  })
})

test('the end of the run is no loss of telemetry', async () => {
  const late = { isSettled: false, proof: PROOF_MISSING, signal: LATE }
  expect(await disabled(late)).toMatchObject({ kind: 'not-disabled', reason: 'out-of-time' })
  const lost = { isSettled: false, proof: PROOF_MISSING }
  expect(await disabled(lost)).toMatchObject({ reason: 'telemetry-lost-after-disabling' })
})

test('users of a role that could not be read are not called new ones', async () => {
  for (const reason of ['out-of-time', 'credentials-refused', 'access-denied'] as const) {
    const refusal = { reason, detail: 'which functions share the role was not checked' }
    const users = () => Promise.resolve(refusal)
    const result = await disabled({ isSettled: false, users })
    expect(result).toEqual({ kind: 'not-disabled', of: 'role', ...refusal })
  }
})

describe('logs that go elsewhere since', () => {
  const MOVED = [
    ['another log group', { ...FN, logGroup: '/their/logs' }],
    ['the log group of another role', { ...FN, roleArn: aRole('their-role').text }],
  ] as const
  const CONFLICT = {
    kind: 'not-disabled',
    reason: 'write-conflict',
    detail:
      'another user changed the execution role or the log group of fn while CloudWatch Logs were disabled',
  }
  const users = (found: readonly LambdaFunction[]) => () =>
    Promise.resolve(found.map((fn) => ({ fn, version: '$LATEST', via: [] })))

  test.each(
    MOVED.flatMap(([where, now]) =>
      [true, false].map((isSettled) => [where, isSettled, now] as const),
    ),
  )('to %s, are not disabled (settled: %s)', async (_where, isSettled, now) => {
    expect(await disabled({ isSettled, now })).toMatchObject({ ...CONFLICT, of: 'function' })
  })

  test.each(MOVED)('to %s, after the function was read once more', async (_where, now) => {
    const found = now.roleArn === FN.roleArn ? [now] : []
    const result = await disabled({ isSettled: false, users: users(found) })
    expect(result).toMatchObject({ ...CONFLICT, of: 'role' })
  })

  test('and functions that lose Rotel after they were read once more are found in the list of users', async () => {
    const bare: LambdaFunction = { ...FN, layers: [] }
    const result = await disabled({ isSettled: false, users: users([bare]) })
    expect(result).toMatchObject({ kind: 'not-disabled', reason: 'rotel-missing', of: 'role' })
  })

  test('are disabled where the list of users shows the function as it was', async () => {
    const result = await disabled({ isSettled: false, users: users([FN]) })
    expect(result).toMatchObject({ kind: 'disabled' })
  })
})
