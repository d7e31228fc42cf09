/**
 * Withdraws the right to read secrets from a role when nobody needs it any more: no function and no routed version with
 * the role, whoever configured it (promise P9). Policies of earlier builds are known by their Sid and go the same way.
 */

import type { Clock } from '../../model/clock'
import { faultRefusal, readRefusal, type Refusal } from '../../model/refusal'
import { isOwned, SECRETS_POLICY_PREFIX } from '../../systems/iam/owned-policy'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { untilSettled } from '../../systems/lambda/settled'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { letsRead } from '../../systems/rotel/secret-access'
import { referencesIn } from '../../systems/rotel/secret-reference'
import type { RoleRecords, SecretsChange } from '../roles/role-change'
import { roleWriteRefusal } from '../roles/role-write-refusal'
import { type RoleUser, roleUsers, userText } from '../roles/role-users'

export interface WithdrawContext {
  readonly roles: RoleControl
  readonly lambda: Pick<LambdaControl, 'listVersions' | 'routedVersions' | 'get'>
  readonly records: Pick<RoleRecords, 'editing' | 'closed'>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly regions: readonly string[]
  readonly alone: <T>(roles: readonly string[], work: () => Promise<T>) => Promise<T>
}

interface WhoNeedsContext {
  readonly lambda: Pick<LambdaControl, 'listVersions' | 'routedVersions'>
  readonly regions: readonly string[]
}

export type Withdrawn =
  | {
      readonly kind: 'withdrawn'
      readonly wrote: boolean
      /** What stays, and who needs it. */
      readonly notes: readonly string[]
    }
  /** What is there, or who needs it, could not be read: it stays, for somebody may need it. */
  | ({ readonly kind: 'not-read' } & Refusal)
  /** IAM did not carry out a write: something is left that nobody needs, or gone that somebody needs. */
  | ({ readonly kind: 'not-written' } & Refusal)

/**
 * @param open the changes of this run that wait for it; closed where nothing of them is left or somebody needs it
 */
export async function withdrawUnneeded(
  role: RoleArn,
  open: readonly SecretsChange[],
  context: WithdrawContext,
): Promise<Withdrawn> {
  return context.alone([role.text], async () => {
    const result = await withdraw(role, open, context)
    if (result.kind === 'withdrawn') context.records.closed(open)
    return result
  })
}

async function withdraw(
  role: RoleArn,
  open: readonly SecretsChange[],
  context: WithdrawContext,
): Promise<Withdrawn> {
  const { roles } = context
  const owned = await ownedPolicies(role, open, roles)
  if ('reason' in owned) return { kind: 'not-read', ...owned }
  if (owned.size === 0) return { kind: 'withdrawn', wrote: false, notes: [] }
  const users = await whoNeeds(role, context, context.clock.now())
  if ('reason' in users) {
    const names = [...owned.keys()].join(', ')
    return { kind: 'not-read', reason: users.reason, detail: `${names}: ${users.detail}` }
  }
  const notes: string[] = []
  let wrote = false
  for (const [policy, document] of owned) {
    const needing = users.find((user) => readsBy(user.fn, document))
    if (needing) {
      notes.push(`inline policy ${policy} stays: ${userText(needing)} reads its secrets by it`)
      continue
    }
    const unsettled = await untilUpdatesEnd(users, context)
    if (unsettled) return { kind: 'not-read', ...unsettled }
    // To wait for updates takes time, in which others may have put something into it.
    const now = await roles.inline(role, policy)
    if (!now.ok) return { kind: 'not-read', ...faultRefusal(now.fault, 'role-unreadable') }
    if (now.value !== undefined && !isOwned('read-secrets', now.value)) {
      notes.push(`inline policy ${policy} stays: another user has changed it since`)
      continue
    }
    const edit = { kind: 'delete-inline', policy, before: document } as const
    const change: SecretsChange = { purpose: 'secrets', role, edit, regions: context.regions }
    await context.records.editing(change)
    const deleted = await roles.deleteInline(role, policy)
    if (!deleted.ok) {
      return { kind: 'not-written', ...roleWriteRefusal(role, policy, deleted.fault) }
    }
    // Another job may have configured a function for it while it was withdrawn.
    const need = await restoreNeeded(change, context)
    if (need.kind === 'not-written') return need
    context.records.closed([change])
    if (need.kind === 'not-read') return { ...need, detail: `${policy}: ${need.detail}` }
    if (need.kind === 'needed') {
      notes.push(`inline policy ${policy} stays: ${need.by} needs it since`)
    } else wrote = true
  }
  if (wrote) notes.push(elsewhere(role, context.regions))
  return { kind: 'withdrawn', wrote, notes }
}

/** Roles are global, and functions are listed by region. */
function elsewhere(role: RoleArn, regions: readonly string[]): string {
  return `the right to read secrets was withdrawn from the role ${role.name}; functions with the role in regions other than ${regions.join(', ')} were not checked`
}

/** Whether somebody needs a deleted policy; it is there again unless nobody does. */
type Need =
  | { readonly kind: 'unneeded' }
  | { readonly kind: 'needed'; readonly by: string }
  | Exclude<Withdrawn, { kind: 'withdrawn' }>

/** Puts a policy back that somebody needs after all; also after a run that died when it had deleted it. */
export async function restoreNeeded(
  { role, edit }: SecretsChange,
  context: Pick<WithdrawContext, 'roles' | 'clock'> & WhoNeedsContext,
): Promise<Need> {
  if (edit.kind !== 'delete-inline') return { kind: 'unneeded' }
  const need = await needOf(role, edit.before, context)
  if (need.kind === 'unneeded') return need
  // Not known is needed: a right too many harms nobody.
  const put = await context.roles.putInline(role, edit.policy, edit.before)
  return put.ok ? need : { kind: 'not-written', ...roleWriteRefusal(role, edit.policy, put.fault) }
}

async function needOf(
  role: RoleArn,
  document: string,
  context: Pick<WithdrawContext, 'clock'> & WhoNeedsContext,
): Promise<Need> {
  const users = await whoNeeds(role, context, context.clock.now())
  if ('reason' in users) return { kind: 'not-read', ...users }
  const needing = users.find((user) => readsBy(user.fn, document))
  return needing ? { kind: 'needed', by: userText(needing) } : { kind: 'unneeded' }
}

export interface PlannedWithdrawal {
  /** Inline policies that a run would delete. */
  readonly policies: readonly string[]
}

/**
 * What would be withdrawn from a role. Reads only.
 * @param after a user's function with what the plan makes of it
 */
export async function plannedWithdrawal(
  role: RoleArn,
  after: (user: RoleUser) => LambdaFunction,
  context: Pick<WithdrawContext, 'roles'> & WhoNeedsContext,
): Promise<PlannedWithdrawal | Refusal> {
  const owned = await ownedPolicies(role, [], context.roles)
  if ('reason' in owned) return owned
  if (owned.size === 0) return { policies: [] }
  const users = await whoNeeds(role, context)
  if ('reason' in users) return users
  const later = users.map((user) => ({ ...user, fn: after(user) }))
  const unneeded = [...owned].filter(
    ([, document]) => !later.some((user) => readsBy(user.fn, document)),
  )
  return { policies: unneeded.map(([policy]) => policy) }
}

async function ownedPolicies(
  role: RoleArn,
  open: readonly SecretsChange[],
  roles: RoleControl,
): Promise<ReadonlyMap<string, string> | Refusal> {
  const names = await roles.inlineNames(role)
  if (!names.ok) {
    if (names.fault.kind === 'not-found') return new Map()
    return faultRefusal(names.fault, 'role-unreadable')
  }
  // What this run wrote a moment ago may not be listed yet.
  const written = open.flatMap(({ edit }) =>
    edit.kind === 'put-inline' ? [[edit.policy, edit.after] as const] : [],
  )
  const owned = new Map(written)
  for (const policy of names.value.filter((name) => name.startsWith(SECRETS_POLICY_PREFIX))) {
    const document = await roles.inline(role, policy)
    if (!document.ok) return faultRefusal(document.fault, 'role-unreadable', `${policy}: `)
    if (document.value === undefined) continue
    if (isOwned('read-secrets', document.value)) owned.set(policy, document.value)
    else owned.delete(policy)
  }
  return owned
}

/**
 * Read anew each time: others may have configured functions since.
 * @param since see `roleUsers`
 */
async function whoNeeds(
  role: RoleArn,
  { regions, lambda }: WhoNeedsContext,
  since?: number,
): Promise<readonly RoleUser[] | Refusal> {
  const users = await roleUsers(regions, lambda, { since }).usersOf(role.text)
  if ('reason' in users) return users
  const hidden = users.find(({ fn }) => !fn.environment.readable)
  return hidden
    ? {
        reason: 'environment-unreadable',
        detail: `Lambda does not show the variables of ${userText(hidden)}, which has the role too`,
      }
    : users
}

/** Longer than an update takes, with room for a clock of the runner that is fast. */
const RECENT_MS = 60 * 60_000

/**
 * While an update is in progress, Lambda shows the new configuration, and new execution environments start with the old
 * one, which may need the right. ListFunctions does not tell that, so functions that were changed a while ago are left out.
 */
async function untilUpdatesEnd(
  users: readonly RoleUser[],
  { lambda, clock, signal }: Pick<WithdrawContext, 'lambda' | 'clock' | 'signal'>,
): Promise<Refusal | undefined> {
  const recent = users.filter(
    ({ version, fn: { lastModified } }) =>
      version === '$LATEST' &&
      (lastModified === undefined || lastModified > clock.now() - RECENT_MS),
  )
  const ended = await Promise.all(
    recent.map(async (user): Promise<Refusal | undefined> => {
      const { region, text } = user.fn.arn
      const read = await lambda.get(region, text)
      if (!read.ok && read.fault.kind === 'not-found') return undefined
      const settled = read.ok
        ? await untilSettled(read.value, { lambda, clock, signal })
        : readRefusal(read.fault)
      if (!('reason' in settled) && settled.lastUpdateStatus !== 'Failed') return undefined
      const { reason, detail }: Refusal =
        'reason' in settled ? settled : { reason: 'update-failed', detail: 'it has failed' }
      return {
        reason,
        detail: `the last update of ${userText(user)}, which has the role too: ${detail}`,
      }
    }),
  )
  return ended.find((refusal) => refusal !== undefined)
}

/** Whether a function's Rotel reads a secret that the policy lets it read. */
export function readsBy(fn: LambdaFunction, document: string): boolean {
  return (
    fn.environment.readable &&
    carriesRotel(fn) &&
    referencesIn(fn.environment.variables).some((reference) => letsRead(document, reference))
  )
}
