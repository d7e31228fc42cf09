/**
 * Restores the right to write CloudWatch Logs, and sees that it is effective (promise P8): before Rotel leaves a function
 * for good, before a rollback takes it off, and where a function was found dark. What is restored is what the records
 * say, whoever wrote them: the journal, a restore file, or what marker and owned policies tell.
 */

import type { Clock } from '../../model/clock'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { done, notYet, poll } from '../../model/poll'
import type { Reason } from '../../model/reason'
import { shortened } from '../../model/redaction'
import { faultName, faultRefusal, type Refusal } from '../../model/refusal'
import { whyEnded } from '../../model/run-signal'
import { grantLogsDocument, ownedPolicyName } from '../../systems/iam/owned-policy'
import { sourceId } from '../../systems/iam/denial'
import { isForbidden, type RoleControl, type Simulated } from '../../systems/iam/role-control'
import { READ_LAG_MS } from '../../systems/iam/read-lag'
import { editText, policyOf } from '../../systems/iam/role-edit'
import {
  askLogRights,
  denialText,
  type LogRights,
  type LogWriter,
  simulationFailed,
  writerKey,
} from './log-rights'
import type { LogsChange, RoleChange } from './role-change'
import { type LeftVersion, type RoleUndone, roleUndo } from './undo-role'

export interface RestoreContext {
  readonly roles: RoleControl
  readonly clock: Clock
  /** How long IAM may take to make it effective, in ms. */
  readonly limitMs: number
  /** Fires when nothing is waited for any more. */
  readonly signal: AbortSignal
}

/** A function whose right has to be effective again. */
export interface Deprived extends LogWriter {
  /** `action resource` of what has to be allowed again; empty: not known, so nothing of ours may deny it. */
  readonly allowed: readonly string[]
  /** IAM has answered that it is denied: then an answer that it is allowed is newer than the edit. */
  readonly isSeenDenied: boolean
  /** A minimal grant may be given where what was there before does not come back. */
  readonly isGrantable: boolean
}

export interface Restoration {
  /** What is undone, oldest first: of one role, or of several that share a policy. */
  readonly changes: readonly LogsChange[]
  readonly deprived: readonly Deprived[]
}

export type LogsRestored =
  | { readonly kind: 'restored'; readonly wrote: boolean; readonly notes: readonly string[] }
  /** Nothing of ours is in the way any more, and somebody else’s policy, boundary or organization is. */
  | { readonly kind: 'denied-by-others'; readonly wrote: boolean; readonly detail: string }
  | ({
      readonly kind: 'not-restored'
      readonly wrote: boolean
    } & Refusal)

const FIRST_POLL_MS = 250
const LONGEST_POLL_MS = 5_000

/** What the changes of a run withhold from whom. */
export function restorationOf(changes: readonly RoleChange[]): Restoration {
  const logs = changes.filter((change) => change.purpose === 'logs')
  const deprived = new Map<string, Deprived>()
  for (const { reached } of logs) {
    for (const { function: arn, role, group, allowedBefore } of reached) {
      const writer = { function: arn, role, group }
      // What was allowed before the first change is what has to come back.
      const key = `${writerKey(writer)} ${arn.text}`
      if (!deprived.has(key))
        deprived.set(key, {
          ...writer,
          allowed: allowedBefore,
          isGrantable: true,
          isSeenDenied: false,
        })
    }
  }
  return { changes: logs, deprived: [...deprived.values()] }
}

/**
 * Each item is written once, and then IAM is asked until all of it is effective. Where it is not after IAM's lag, the
 * policies are read anew.
 * @returns what became of each of the deprived
 */
export async function restoreLogs(
  { changes, deprived }: Restoration,
  { roles, clock, limitMs, signal }: RestoreContext,
): Promise<ReadonlyMap<Deprived, LogsRestored>> {
  const groups = deprived.map(({ group }) => group)
  const beginUndo = () => roleUndo(changes, { roles, clock }, groups)
  let undo = beginUndo()
  let begunAt = clock.now()
  const results = new Map<Deprived, LogsRestored>()
  const grants = new Map<Deprived, string>()
  const denied = new Set(deprived.filter(({ isSeenDenied }) => isSeenDenied))
  let wroteAt: number | undefined
  let wrote = false
  let deadline = clock.now() + limitMs
  const isWaiting = (one: Deprived) => !results.has(one)
  const end = (one: Deprived, result: LogsRestored) => results.set(one, result)
  const notRestored = (one: Deprived, detail: string, reason: Reason = 'restore-not-seen') =>
    end(one, { kind: 'not-restored', reason, detail: shortened(detail), wrote })

  const judge = async (one: Deprived, rights: LogRights, undone: Undone): Promise<void> => {
    const own = changes.filter((change) => concerns(change, one))
    // What bears only the name of ours is somebody else's.
    const ours = denialsBy(
      own.filter(({ edit }) => !undone.leftUnchanged.includes(policyOf(edit))),
      rights,
    )
    const missing = missingOf(rights, one.allowed)
    const isOver = clock.now() >= deadline
    if (ours.length + missing.length > 0) denied.add(one)
    if (ours.length > 0) {
      if (isOver) notRestored(one, `${denialText(ours)} after ${seconds(limitMs)}`)
      return
    }
    if (missing.length === 0) {
      // IAM’s simulator lags too: what it says may be of the time before the edit.
      const isFresh = denied.has(one) || clock.now() - (wroteAt ?? -Infinity) >= READ_LAG_MS
      if (undone.settled && isFresh) {
        end(one, { kind: 'restored', wrote, notes: notesOf(undone, grants.get(one)) })
      }
      return
    }
    const canReturn = one.isGrantable || own.some(({ edit }) => !isDeny(edit))
    const others = missing.filter(
      (answer) => !canReturn || answer.decision === 'explicitDeny' || isForbidden(answer),
    )
    if (others.length > 0) {
      if (undone.settled) {
        end(one, { kind: 'denied-by-others', wrote, detail: denialText(others) })
      }
      return
    }
    const cannotComeBack = own.every(({ edit }) => isDeny(edit)) || undone.leftUnchanged.length > 0
    if (one.isGrantable && !grants.has(one) && (cannotComeBack || isOver)) {
      const policy = ownedPolicyName('grant-logs', one.function)
      const put = await roles.putInline(one.role, policy, grantLogsDocument(one.group))
      if (!put.ok) {
        const { reason, detail } = faultRefusal(put.fault, 'restore-not-seen', `${policy}: `)
        wrote ||= put.fault.mayHaveLanded
        return void notRestored(one, detail, reason)
      }
      wrote = true
      grants.set(one, policy)
      deadline = clock.now() + limitMs
    } else if (isOver) notRestored(one, `${denialText(missing)} after ${seconds(limitMs)}`)
  }

  const polled = await poll(
    async () => {
      const undone = await undo()
      if (undone.wrote) wroteAt ??= clock.now()
      wrote ||= undone.wrote
      const waiting = deprived.filter(isWaiting)
      if (undone.kind === 'not-undone') {
        const { fault, left } = undone
        const { reason, detail } = faultRefusal(fault, 'restore-not-seen')
        const still = fault.mayHaveLanded ? 'not known whether still' : 'still'
        for (const one of waiting) {
          notRestored(
            one,
            `${detail}; ${still} on the role ${one.role.name}: ${left.join(', ')}`,
            reason,
          )
        }
        return done(true)
      }
      const answers = await askLogRights(waiting, roles)
      await Promise.all(
        waiting.map(async (one) => {
          const rights = answers.get(writerKey(one))
          if (rights?.ok) return judge(one, rights.value, undone)
          const { reason, detail } = simulationFailed(rights)
          notRestored(one, `IAM could not be asked whether it is effective (${detail})`, reason)
        }),
      )
      if (!deprived.some(isWaiting) && undone.settled) return done(true)
      // Another job may have written the document that it had read before ours was written.
      if (undone.settled && clock.now() - begunAt >= READ_LAG_MS) {
        undo = beginUndo()
        begunAt = clock.now()
      }
      return notYet(undefined)
    },
    { firstMs: FIRST_POLL_MS, longestMs: LONGEST_POLL_MS },
    { clock, signal },
  )
  if (polled.kind === 'aborted') {
    for (const one of deprived.filter(isWaiting)) notRestored(one, whyEnded(signal).detail)
  }
  return results
}

/** What became of one function: the worst of what became of its roles and log groups. */
export function restoredOf(
  arn: FunctionArn,
  results: ReadonlyMap<Deprived, LogsRestored>,
): LogsRestored {
  const own = [...results].filter(([{ function: fn }]) => fn.text === arn.text)
  const ended = own.map(([, result]) => result)
  const worst =
    ended.find(({ kind }) => kind === 'not-restored') ??
    ended.find(({ kind }) => kind === 'denied-by-others')
  return (
    worst ?? {
      kind: 'restored',
      wrote: ended.some(({ wrote }) => wrote),
      notes: [...new Set(ended.flatMap((one) => (one.kind === 'restored' ? one.notes : [])))],
    }
  )
}

/**
 * What the edit of a policy has taken from a function is on record with the role for which it was planned first; older
 * records name no other.
 */
function concerns({ role, edit, reached }: LogsChange, one: Deprived): boolean {
  if (role.text === one.role.text) return true
  return (
    edit.kind === 'new-version' &&
    reached.some(({ function: arn }) => arn.text === one.function.text)
  )
}

type Undone = Extract<RoleUndone, { kind: 'undone' }>

/** In words, for the log: what goes back. */
export function changesText(changes: readonly RoleChange[]): string {
  return changes.map(({ edit }) => editText(edit)).join(', ')
}

function denialsBy(changes: readonly LogsChange[], rights: LogRights): readonly Simulated[] {
  const ours = ownDenials(changes)
  return rights.filter(({ decision, by }) => {
    return decision === 'explicitDeny' && by.some((policy) => ours.has(policy))
  })
}

/** What stays denied when these changes are undone: by another policy, the boundary or the organization. */
export function deniedByOthers(
  rights: LogRights,
  changes: readonly LogsChange[],
): readonly Simulated[] {
  const ours = ownDenials(changes)
  return rights.filter((answer) => {
    const isDenied = answer.decision === 'explicitDeny' && answer.by.some((id) => !ours.has(id))
    return isDenied || isForbidden(answer)
  })
}

/** How the simulator names the policies by which these changes deny. */
function ownDenials(changes: readonly LogsChange[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ role, edit }) =>
      edit.kind === 'attach'
        ? [edit.name]
        : edit.kind === 'put-inline' && edit.before === undefined
          ? [sourceId(role, edit.policy)]
          : [],
    ),
  )
}

function missingOf(rights: LogRights, wanted: readonly string[]): readonly Simulated[] {
  return rights.filter(({ action, resource, decision }) => {
    return decision !== 'allowed' && wanted.includes(`${action} ${resource}`)
  })
}

function leftVersionText({ policy, version, fault }: LeftVersion): string {
  return version === undefined
    ? `versions of the policy ${policy} that are not in force may stay, because they could not be read (${faultName(fault)})`
    : `version ${version} of the policy ${policy} stays and is not in force (${faultName(fault)})`
}

function notesOf(
  { leftUnchanged, leftVersions }: Undone,
  grant: string | undefined,
): readonly string[] {
  return [
    ...leftVersions.map(leftVersionText),
    ...leftUnchanged.map(
      (policy) => `policy ${policy} was changed by another user since and stays`,
    ),
    ...(grant === undefined
      ? []
      : [
          `what the role allowed before is not known any more, so it got a minimal grant for the log group (inline policy ${grant})`,
        ]),
  ]
}

/** Undoing it takes a Deny away, and gives no right. */
function isDeny(edit: LogsChange['edit']): boolean {
  return edit.kind === 'attach' || (edit.kind === 'put-inline' && edit.before === undefined)
}

function seconds(ms: number): string {
  return `${String(Math.round(ms / 1000))} s`
}
