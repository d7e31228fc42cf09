/** How a life that fails ends: rolled back where this run has written, and told where it has not. */

import type { Reason } from '../../model/reason'
import type { Refusal } from '../../model/refusal'
import { markedDisabled } from '../../systems/lambda/marker'
import { isEmptyInverse } from '../configure/inverse'
import { restorationOf, restoredOf } from '../roles/restore-logs'
import type { Outcome } from './outcome'
import { NOT_BY_MARKER, stuckText, type WalkedBack, walkBack } from './walk-back'
import { changesOf, isRotelsFault, type Life, type LifeContext, withoutPlan } from './life-state'
import { LIT, oursInDark, whyDark } from '../roles/darkness'

export async function fail(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { journal } = context
  if (isOnlyRestarted(life, journal)) {
    journal.undone([life.fn.arn])
    return leaveUnproven(life, cause, context)
  }
  return isOpen(life, journal) || life.written
    ? rollBack(life, cause, context)
    : leaveUnproven(life, cause, context)
}

/** The proof of silence restarts functions, which changes nothing that could be undone. */
function isOnlyRestarted({ fn, written }: Life, journal: LifeContext['journal']): boolean {
  const inverse = journal.inverseFor(fn.arn)
  return (
    !written &&
    inverse !== undefined &&
    isEmptyInverse(inverse) &&
    journal.movedAlias(fn.arn) === undefined &&
    changesOf(fn, journal).length === 0
  )
}

/**
 * Something broke in the middle of a life. What was written is rolled back even with `on-failure: keep`: the post step
 * would do so, for the journal cannot tell it otherwise. Never rejects.
 */
export async function breakOff(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { journal } = context
  const { outcome, written } = life
  const { reason, detail } = cause
  if (!isOpen(life, journal))
    return { ...outcome, status: written ? 'failed' : 'blocked', reason, detail }
  try {
    return await rollBack(life, cause, { ...context, onFailure: 'rollback' })
  } catch (thrown) {
    context.broke(thrown)
    const left = 'it was not rolled back; the post step tries it again'
    return { ...outcome, status: 'failed', reason, detail: `${detail}; ${left}`, changed: true }
  }
}

/** Something of this run stands, of which the journal tells how it is undone. */
function isOpen({ fn }: Life, journal: LifeContext['journal']): boolean {
  return (
    journal.inverseFor(fn.arn) !== undefined ||
    journal.movedAlias(fn.arn) !== undefined ||
    changesOf(fn, journal).length > 0
  )
}

async function rollBack(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { journal, onFailure } = context
  const { fn, outcome } = life
  const changes = changesOf(fn, journal)
  const inverse = onFailure === 'keep' ? undefined : journal.inverseFor(fn.arn)
  const records = {
    functions: [
      {
        function: fn.arn,
        configuration: inverse && { by: 'journal' as const, inverse },
        // Also with `on-failure: keep`: an alias never leads to a version whose proof failed.
        alias: journal.movedAlias(fn.arn),
      },
    ],
    logs: restorationOf(changes),
  }
  const walked = (
    await walkBack(records, {
      ...context,
      ...context.rollback,
      whenDenied: (detail) => ({ reason: 'restore-not-seen', detail }),
      restored: () => journal.closed(changes),
      mayLeave: NOT_BY_MARKER,
      // What was dark when the run began is not what another run has disabled since.
      withheld: async (now) =>
        (await context.darkness()).kind === 'dark' ? LIT : context.rollback.withheld(now),
    })
  ).get(fn.arn.text)
  const back = walked && (await described(outcome, cause, walked, life, context))
  return back ?? { ...outcome, status: 'failed', reason: cause.reason, detail: cause.detail }
}

async function described(
  given: Outcome,
  cause: Refusal,
  walked: WalkedBack,
  life: Life,
  context: LifeContext,
): Promise<Outcome> {
  const isKept = context.onFailure === 'keep' && life.written
  if (walked.kind === 'stuck') {
    const isRestoring = walked.step === 'disable-logs'
    const why = isRestoring
      ? `CloudWatch Logs could not be restored: ${walked.detail}. Rotel stays on the function`
      : `it could not be rolled back: ${walked.detail}. ${stuckText(walked)}`
    const stuck: Outcome = {
      ...given,
      status: 'failed',
      reason: isRestoring ? 'restore-not-seen' : walked.reason,
      detail: `${cause.reason} (${cause.detail}), and ${why}`,
      changed: true,
    }
    return isRestoring || !isKept
      ? stuck
      : withLogsOfLost(stuck, await restoreWhereLost(life, cause, context))
  }
  const { leftUnchanged, logs, wrote } = walked
  const notes = logs.kind === 'restored' ? logs.notes : []
  const outcome: Outcome = { ...given, warnings: [...given.warnings, ...notes] }
  if (isKept) {
    const { reason } = cause
    const detail = `${cause.detail}; it keeps what was written (\`on-failure: keep\`)`
    const lost = await restoreWhereLost(life, { reason, detail }, context)
    context.journal.finished([life.fn.arn])
    return withLogsOfLost({ ...outcome, status: 'failed', reason, detail, changed: true }, lost)
  }
  context.journal.undone([life.fn.arn])
  const late = life.proof?.kind === 'missing' ? await life.proof.lookAgain() : undefined
  const { reason, detail } = late ?? cause
  const stays =
    leftUnchanged.length === 0
      ? ''
      : `; changed by another user since, so left unchanged: ${leftUnchanged.join(', ')}`
  const darkness = await context.darkness()
  const { wrote: roleWritten } = await life.relit
  // Notes are about policies that are not quite as they were found.
  const isOther = leftUnchanged.length > 0 || roleWritten || notes.length > 0
  const original = withoutPlan(outcome, life, reason)
  if (darkness.kind === 'dark' && !life.restored && !context.acceptsLogLoss) {
    // It was so when the run began, and could not be restored.
    return {
      ...original,
      status: 'dark',
      reason: 'would-go-dark',
      detail: `${whyDark(darkness)}; ${reason}: ${detail}`,
      changed: isOther,
    }
  }
  // Where Lambda refused the write there was nothing to undo; what a deployment has replaced since was written all the same.
  const wasConfigured = life.written && (life.smoke ?? life.proof) !== undefined
  const isBack = wrote || wasConfigured || leftUnchanged.length > 0 || logs.wrote
  const { rolledBack, ...neverWritten } = original
  return {
    ...neverWritten,
    ...(isBack && rolledBack && { rolledBack }),
    status: isBack ? 'rolled-back' : 'blocked',
    reason,
    detail: `${detail}${stays}`,
    changed: isOther,
  }
}

/** Nothing was written to it in this run. */
async function leaveUnproven(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { proof, outcome } = life
  const { reason, detail } = cause
  const unproven: Outcome = {
    ...outcome,
    status: 'unproven',
    reason,
    detail,
    ...(proof?.kind === 'missing' && { telemetry: proof.telemetry }),
  }
  return withLogsOfLost(unproven, await restoreWhereLost(life, cause, context))
}

/** What became of the logs of a function that stays as it is, and whose telemetry is lost. */
type LogsOfLost =
  /** It is not known to be lost, or nobody withholds its logs. */
  | { readonly kind: 'left' }
  | { readonly kind: 'restored'; readonly notes: readonly string[] }
  | ({ readonly kind: 'dark'; readonly wrote: boolean } & Refusal)

/**
 * Where the logs of a function are disabled and the Rotel that it keeps does not work, nobody gets them: restored where this
 * run may write, told where it may not.
 */
async function restoreWhereLost(
  life: Life,
  { reason, detail }: Refusal,
  context: LifeContext,
): Promise<LogsOfLost> {
  const { fn } = life
  if (markedDisabled(fn) === undefined || !isLost(life, reason)) return { kind: 'left' }
  const withheld = await context.rollback.withheld(fn)
  if (withheld.kind !== 'dark') return { kind: 'left' }
  const nobody = `its telemetry is not proven (${reason}: ${detail}), and ${whyDark(withheld)}`
  const ours = oursInDark(withheld)
  if (!context.mayWrite || ours === undefined) {
    return { kind: 'dark', reason: 'rotel-missing', detail: nobody, wrote: false }
  }
  const back = restoredOf(fn.arn, await context.rollback.restore(ours))
  if (back.kind === 'restored') return { kind: 'restored', notes: back.notes }
  return {
    kind: 'dark',
    reason: back.kind === 'not-restored' ? back.reason : 'would-go-dark',
    detail: `${nobody}; ${back.detail}`,
    wrote: back.wrote,
  }
}

/** Its telemetry is known not to arrive. */
function isLost({ proof, smoke }: Life, reason: Reason): boolean {
  const wasInvoked = smoke?.invocation !== undefined
  const isGone = reason === 'rotel-missing' || reason === 'telemetry-lost-after-disabling'
  // A verifier that fails does not tell that nothing arrives.
  const isMissing = proof?.kind === 'missing' && reason !== 'verifier-failed'
  return isGone || isRotelsFault(reason) || (wasInvoked && isMissing)
}

function withLogsOfLost(outcome: Outcome, logs: LogsOfLost): Outcome {
  switch (logs.kind) {
    case 'left':
      return outcome
    case 'restored':
      return {
        ...outcome,
        changed: true,
        warnings: [...outcome.warnings, 'CloudWatch Logs were restored', ...logs.notes],
      }
    case 'dark': {
      const { reason, detail, wrote } = logs
      return { ...outcome, status: 'dark', reason, detail, changed: outcome.changed || wrote }
    }
  }
}
