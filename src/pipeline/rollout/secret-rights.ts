/**
 * The rights to read secrets in a run: given once for each role and set of secrets, before a function needs them, and
 * settled when all functions of the run have ended (promise P9).
 */

import type { Clock } from '../../model/clock'
import { isEndOfRun, type Refusal } from '../../model/refusal'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import type { Change } from '../../systems/lambda/change'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { referencesIn } from '../../systems/rotel/secret-reference'
import { effectOf, type Granted, grantSecretAccess } from '../grant-secrets/grant-secrets'
import { readsBy, type Withdrawn, withdrawUnneeded } from '../grant-secrets/withdraw-secrets'
import type { Inspected } from '../preflight/inspect'
import type { Alone } from '../roles/one-writer'
import type { RoleRecords } from '../roles/role-change'
import type { Journal } from './journal'
import { isGood, type Outcome, type Status } from './outcome'
import type { RollbackOutside } from './rollout-context'

type Planned = Extract<Inspected, { kind: 'planned' }>

/** What a function of the run needs to read, and this run may let its role read. */
export interface SecretRight {
  /** The role did not have it in the preflight. */
  readonly isMissing: boolean
  /** Once for each role and set of secrets, however often it is called. */
  readonly give: () => Promise<Granted>
  /** Looks once more: another job may have withdrawn it since. */
  readonly giveAgain: () => Promise<Granted>
}

export interface SecretRights {
  /** `undefined`: it needs none, or `grant-secret-access` is not set. */
  readonly rightFor: (one: Planned) => SecretRight | undefined
  /** To be called before the function is written: what it needs no more is withdrawn even if this run dies. */
  readonly remember: (one: Planned) => Promise<void>
  /**
   * Withdraws what nobody needs any more, and looks whether what functions of this run rely on is still there.
   * @returns the outcomes, with what became of their roles
   */
  readonly settle: (
    outcomes: ReadonlyMap<Inspected, Outcome>,
  ) => Promise<ReadonlyMap<Inspected, Outcome>>
}

export interface SecretRightsContext {
  readonly isRemoval: boolean
  readonly roles: RoleControl
  readonly lambda: Pick<LambdaControl, 'listVersions' | 'routedVersions' | 'get'>
  readonly clock: Clock
  readonly records: RoleRecords & Pick<Journal, 'settling' | 'settled' | 'isUnfinished'>
  readonly regions: readonly string[]
  readonly alone: Alone
  readonly signal: AbortSignal
  /** For what is withdrawn and given back at the end. */
  readonly rollback: RollbackOutside
}

export function secretRights(context: SecretRightsContext): SecretRights {
  let changedAt = -Infinity
  const granted = new Map<string, Promise<Granted>>()
  const grant = (role: RoleArn, document: string): Promise<Granted> => {
    const key = `${role.text} ${document}`
    const known = granted.get(key) ?? grantSecretAccess(role, document, context)
    granted.set(key, known)
    return known
  }
  return {
    rightFor(one) {
      const role = roleOf(one)
      const { secretAccess } = one
      if (role === undefined || secretAccess === undefined) return undefined
      const { document, isMissing } = secretAccess
      return {
        isMissing,
        give: () => grant(role, document),
        giveAgain: () => grantSecretAccess(role, document, context),
      }
    },
    async remember(one) {
      changedAt = context.clock.now()
      const role = roleOf(one)
      const { isRemoval, records, regions } = context
      if (role !== undefined && one.plan.kind === 'change' && (isRemoval || losesReferences(one))) {
        await records.settling({ role, regions })
      }
    },
    async settle(outcomes) {
      const { records } = context
      const ending: SecretRightsContext = { ...context, ...context.rollback }
      const settled = new Map(outcomes)
      for (const role of rolesToSettle(outcomes, context)) {
        const open = records
          .edited()
          .filter((change) => change.purpose === 'secrets')
          .filter((change) => change.role.text === role.text)
        const users = [...settled].filter(([one]) => one.fn?.roleArn === role.text)
        const unfinished = users.filter(([one]) => one.fn && records.isUnfinished(one.fn.arn))
        if (unfinished.length > 0) {
          for (const [one, outcome] of users) {
            if (needsRight(one) || isOver(outcome)) settled.set(one, unsettled(outcome, unfinished))
          }
          continue
        }
        const withdrawn = await withdrawUnneeded(role, open, ending)
        const given = open.length === 0 ? 'before' : isRelied(users) ? 'relied-on' : 'in-vain'
        for (const [one, outcome] of users) {
          const rights = needsRight(one) ? given : 'before'
          settled.set(one, withWithdrawal(outcome, withdrawn, rights))
        }
        if (isForThePostStep(withdrawn, given)) continue
        // Where it could not be read, it stays, for somebody may need it: that is for good.
        if (withdrawn.kind === 'not-read') records.closed(open)
        records.settled(role)
      }
      await confirm(settled, changedAt, ending)
      return settled
    },
  }
}

function roleOf({ fn }: Inspected): RoleArn | undefined {
  return fn && parseRoleArn(fn.roleArn ?? '')
}

/** Roles that this run has given a right, or from whose functions it has taken references. */
function rolesToSettle(
  outcomes: ReadonlyMap<Inspected, Outcome>,
  { isRemoval, records }: SecretRightsContext,
): readonly RoleArn[] {
  const changed = [...outcomes].flatMap(([one, { change }]) => {
    const role = roleOf(one)
    // Another job may have written references since the plan: what was written in the end counts too.
    const isLosing = isRemoval || losesReferences(one) || (change && takesReferences(change))
    return role && isLosing ? [role] : []
  })
  const given = records
    .edited()
    .flatMap(({ purpose, role }) => (purpose === 'secrets' ? [role] : []))
  return [...new Map([...changed, ...given].map((role) => [role.text, role])).values()]
}

/** Whether its plan takes variables with references to secrets away: a right to read them may not be needed then. */
export function losesReferences(one: Inspected): boolean {
  return one.kind === 'planned' && one.plan.kind === 'change' && takesReferences(one.plan.change)
}

function takesReferences({ variables }: Change): boolean {
  const before = variables.flatMap(({ name, before: value }) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return referencesIn(before).length > 0
}

/** In this run, for a function that keeps what reads secrets, or for none that does; or before it, if at all. */
type Given = 'before' | 'relied-on' | 'in-vain'

function isRelied(users: readonly (readonly [Inspected, Outcome])[]): boolean {
  return users.some(([one, outcome]) => needsRight(one) && isReliedOn(outcome))
}

function needsRight(one: Inspected): boolean {
  return one.kind === 'planned' && one.secretAccess !== undefined
}

function isForThePostStep(withdrawn: Withdrawn, given: Given): boolean {
  if (withdrawn.kind === 'withdrawn') return false
  return withdrawn.kind === 'not-written' || isEndOfRun(withdrawn) || given === 'in-vain'
}

function isOver({ status }: Outcome): boolean {
  return status === 'removed' || status === 'rolled-back'
}

/**
 * What a function will need when it is rolled back, its configuration of now does not tell: until then, nothing is withdrawn
 * from its role, and nothing that was given to it is for good.
 */
function unsettled(
  outcome: Outcome,
  unfinished: readonly (readonly [Inspected, Outcome])[],
): Outcome {
  const names = [...new Set(unfinished.map(([{ fn }]) => fn?.arn.name ?? ''))].join(', ')
  return withWarnings(outcome, [
    `the rights of its role to read secrets stay until ${names} can be rolled back; the post step withdraws what is not needed then`,
  ])
}

function withWarnings(outcome: Outcome, warnings: readonly string[]): Outcome {
  return { ...outcome, warnings: [...outcome.warnings, ...warnings] }
}

/** Nothing of the run may be left where it ended so. */
const AS_FOUND: ReadonlySet<Status> = new Set(['rolled-back', 'blocked', 'skipped'])

function withWithdrawal(outcome: Outcome, withdrawn: Withdrawn, given: Given): Outcome {
  const warned = (notes: readonly string[]) => withWarnings(outcome, notes)
  const isEnded = isOver(outcome)
  if (withdrawn.kind === 'withdrawn') {
    const notes = isEnded ? withdrawn.notes : []
    const isChanged = withdrawn.wrote && outcome.status === 'removed'
    return isChanged
      ? { ...warned(notes), changed: true, reason: undefined }
      : notes.length === 0
        ? outcome
        : warned(notes)
  }
  const { reason, detail } = withdrawn
  const isLeft = given === 'in-vain' && AS_FOUND.has(outcome.status)
  if (isLeft || (withdrawn.kind === 'not-written' && isEnded)) {
    const was = outcome.reason === undefined ? '' : ` (${outcome.reason}: ${outcome.detail ?? ''})`
    return {
      ...outcome,
      status: 'failed',
      reason,
      detail: `the right to read secrets is still on its role: ${detail}${was}`,
      changed: true,
    }
  }
  if (!isEnded && given === 'before') return outcome
  return warned([warningOf(withdrawn, given)])
}

function warningOf(withdrawn: Exclude<Withdrawn, { kind: 'withdrawn' }>, given: Given): string {
  const { kind, detail } = withdrawn
  if (kind === 'not-written') {
    return `the right to read secrets could not be withdrawn from its role (${detail}); the post step tries it again`
  }
  return isForThePostStep(withdrawn, given)
    ? `not checked: whether its role still needs the right to read secrets (${detail}); the post step checks it`
    : `the right to read secrets stays on its role: whether another function needs it was not checked (${detail})`
}

/**
 * What functions of this run rely on is looked at once more, after the last write: another job may have withdrawn it.
 * Where it cannot be given again, they do not end well.
 */
async function confirm(
  outcomes: Map<Inspected, Outcome>,
  changedAt: number,
  context: SecretRightsContext,
): Promise<void> {
  const relying = [...outcomes].flatMap(([one, outcome]) => {
    const role = roleOf(one)
    const access = one.kind === 'planned' ? one.secretAccess : undefined
    return role === undefined || access === undefined || !isReliedOn(outcome)
      ? []
      : [{ one, outcome, role, document: access.document }]
  })
  if (relying.length === 0) return
  const { clock, signal } = context
  // A withdrawal of before the write shows by then; a job that withdraws later reads the configurations after it.
  await clock.sleep(Math.max(0, changedAt + READ_LAG_MS - clock.now()), signal)
  const asked = new Map<string, Promise<boolean>>()
  const given = new Map<string, Promise<Refusal | undefined>>()
  await Promise.all(
    relying.map(async ({ one, outcome, role, document }) => {
      const key = `${role.text} ${document}`
      const gone = asked.get(key) ?? isGone(role, document, context)
      asked.set(key, gone)
      if (!(await gone)) return
      const { arn } = outcome
      const now = arn && (await context.lambda.get(arn.region, arn.text))
      if (now?.ok === true && !carriesRotel(now.value)) {
        outcomes.set(one, withoutRight(outcome, CHANGED_SINCE))
        return
      }
      // Another job has configured it without the secret, and withdrawn the right.
      if (now?.ok === true && now.value.environment.readable && !readsBy(now.value, document))
        return
      const again = given.get(key) ?? giveBack(role, document, context)
      given.set(key, again)
      const refusal = await again
      if (refusal) outcomes.set(one, withoutRight(outcome, refusal))
    }),
  )
}

/** In these states a function keeps what this run has written to it. */
const CONFIGURED: ReadonlySet<Status> = new Set([
  'instrumented',
  'written',
  'unchanged',
  'unproven',
  'failed',
  'dark',
])

/** Of a function that is not written, the invocation has shown it, and IAM is not asked (promise P6). */
function isReliedOn({ status, change }: Outcome): boolean {
  return change !== undefined && CONFIGURED.has(status)
}

/** Nothing is given to a function that needs it no more. */
const CHANGED_SINCE: Refusal = {
  reason: 'write-conflict',
  detail: 'another user has removed Rotel since it was proven',
}

function withoutRight(outcome: Outcome, refusal: Refusal): Outcome {
  return isGood(outcome)
    ? { ...outcome, status: 'failed', ...refusal }
    : withWarnings(outcome, [refusal.detail])
}

/** Where IAM cannot be asked, that is in the report already. */
async function isGone(
  role: RoleArn,
  document: string,
  { roles }: SecretRightsContext,
): Promise<boolean> {
  const { kind } = await effectOf(role, document, roles)
  return kind === 'denied'
}

/** @returns why the role cannot read the secrets any more */
async function giveBack(
  role: RoleArn,
  document: string,
  context: SecretRightsContext,
): Promise<Refusal | undefined> {
  const before = context.records.edited()
  const granted = await grantSecretAccess(role, document, context)
  context.records.closed(context.records.edited().filter((change) => !before.includes(change)))
  return granted.kind === 'not-granted'
    ? {
        reason: granted.reason,
        detail: `another job has withdrawn its right to read the secrets: ${granted.detail}`,
      }
    : undefined
}
