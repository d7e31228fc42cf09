/**
 * The right to read secrets that `grant-secret-access` puts on an execution role: one policy of our own for each role and
 * set of secrets, named by the hash of its document, so that parallel jobs write the same or another (promise P9). It is
 * written, and waited for, before a function needs it.
 */

import type { Clock } from '../../model/clock'
import { done, lastFound, notYet, poll } from '../../model/poll'
import { faultName, faultRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import { isOwned, secretsPolicyName } from '../../systems/iam/owned-policy'
import { meansTheSame } from '../../systems/iam/policy-document'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { askableAccess } from '../../systems/rotel/secret-access'
import type { RoleRecords } from '../roles/role-change'
import { roleWriteRefusal } from '../roles/role-write-refusal'

export interface GrantContext {
  readonly roles: RoleControl
  readonly clock: Clock
  readonly records: Pick<RoleRecords, 'editing'>
  /** Where the functions are looked for that may need the right too, when it is withdrawn. */
  readonly regions: readonly string[]
  /** Writes that nobody else of this run may make to the role at the same time. */
  readonly alone: <T>(roles: readonly string[], work: () => Promise<T>) => Promise<T>
  readonly signal: AbortSignal
}

export type Granted =
  | {
      readonly kind: 'granted'
      /** The right may not be enforced at once then. */
      readonly wrote: boolean
      /** IAM could not be asked whether it is effective, in words. */
      readonly notChecked: string | undefined
    }
  | ({ readonly kind: 'not-granted' } & Refusal)

/** How long IAM may take to make a right effective; where it cannot be asked, this long is waited. */
export const GRANT_LIMIT_MS = 60_000
const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000

/** @param document what the functions with these secrets need, see systems/rotel/secret-access.ts */
export async function grantSecretAccess(
  role: RoleArn,
  document: string,
  context: GrantContext,
): Promise<Granted> {
  const { roles, records, regions, alone } = context
  const policy = secretsPolicyName(document)
  const wrote = await alone([role.text], async (): Promise<boolean | Refusal> => {
    const current = await roles.inline(role, policy)
    if (!current.ok) return faultRefusal(current.fault, 'role-unreadable')
    const before = current.value
    if (before !== undefined && meansTheSame(before, document)) return false
    if (before !== undefined && !isOwned('read-secrets', before)) {
      return {
        reason: 'foreign-policy',
        detail: `the role ${role.name} has an inline policy ${policy} that this action did not write`,
      }
    }
    const edit = { kind: 'put-inline', policy, before: undefined, after: document } as const
    await records.editing({ purpose: 'secrets', role, edit, regions })
    const put = await roles.putInline(role, policy, document)
    return put.ok ? true : roleWriteRefusal(role, policy, put.fault)
  })
  if (typeof wrote === 'object') return { kind: 'not-granted', ...wrote }
  const effect = await untilEffective(role, document, context)
  if (effect.kind === 'effective') return { kind: 'granted', wrote, notChecked: undefined }
  if (effect.kind === 'not-checked') return { kind: 'granted', wrote, notChecked: effect.why }
  if (effect.kind === 'run-ended') return { kind: 'not-granted', ...whyEnded(context.signal) }
  return {
    kind: 'not-granted',
    reason: 'secret-not-readable',
    detail: `IAM answers ${effect.decision} for ${effect.action} ${String(GRANT_LIMIT_MS / 1000)} s after the inline policy ${policy} was written on the role ${role.name}`,
  }
}

type Effect =
  | { readonly kind: 'effective' }
  | { readonly kind: 'not-checked'; readonly why: string }
  | { readonly kind: 'denied'; readonly action: string; readonly decision: string }

async function untilEffective(
  role: RoleArn,
  document: string,
  { roles, clock, signal }: GrantContext,
): Promise<Effect | { readonly kind: 'run-ended' }> {
  const deadline = clock.now() + GRANT_LIMIT_MS
  const polled = await poll<Effect, Effect>(
    async () => {
      const effect = await effectOf(role, document, roles)
      return effect.kind === 'effective' ? done(effect) : notYet(effect)
    },
    { firstMs: FIRST_POLL_MS, longestMs: LONGEST_POLL_MS, deadline },
    { clock, signal },
  )
  return polled.kind === 'aborted' && polled.last.kind === 'denied'
    ? { kind: 'run-ended' }
    : lastFound(polled)
}

/** What IAM answers now for what the document allows. */
export async function effectOf(
  role: RoleArn,
  document: string,
  roles: Pick<RoleControl, 'simulate'>,
): Promise<Effect> {
  const answers = await Promise.all(
    askableAccess(document).map(({ action, resource }) =>
      roles.simulate(role, [action], [resource]),
    ),
  )
  const fault = answers.flatMap((answer) => (answer.ok ? [] : [faultName(answer.fault)]))[0]
  if (fault !== undefined) return { kind: 'not-checked', why: fault }
  const denied = answers
    .flatMap((answer) => (answer.ok ? answer.value : []))
    .find(({ decision }) => decision !== 'allowed')
  return denied === undefined ? { kind: 'effective' } : { kind: 'denied', ...denied }
}
