/** How a life that fails ends: rolled back where this run has written, and told where it has not. */

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
  if (walked.kind === 'stuck') {
    const isRestoring = walked.step === 'disable-logs'
    const why = isRestoring
      ? `CloudWatch Logs could not be restored: ${walked.detail}. Rotel stays on the function`
      : `it could not be rolled back: ${walked.detail}. ${stuckText(walked)}`
    return {
      ...given,
      status: 'failed',
      reason: isRestoring ? 'restore-not-seen' : walked.reason,
      detail: `${cause.reason} (${cause.detail}), and ${why}`,
      changed: true,
    }
  }
  const { leftUnchanged, logs, wrote } = walked
  const notes = logs.kind === 'restored' ? logs.notes : []
  const outcome: Outcome = { ...given, warnings: [...given.warnings, ...notes] }
  if (context.onFailure === 'keep' && life.written) {
    context.journal.finished([life.fn.arn])
    return {
      ...outcome,
      status: 'failed',
      reason: cause.reason,
      detail: `${cause.detail}; it keeps what was written (\`on-failure: keep\`)`,
      changed: true,
    }
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

/**
 * Nothing was written to it in this run. Where its logs are disabled and its Rotel does not work any more, nobody gets
 * them: restored where this run may write, told where it may not.
 */
async function leaveUnproven(life: Life, cause: Refusal, context: LifeContext): Promise<Outcome> {
  const { fn, proof, smoke, outcome } = life
  const { reason, detail } = cause
  const unproven: Outcome = {
    ...outcome,
    status: 'unproven',
    reason,
    detail,
    ...(proof?.kind === 'missing' && { telemetry: proof.telemetry }),
  }
  const wasInvoked = smoke?.invocation !== undefined
  const hasFailed = isRotelsFault(reason)
  const isGone = reason === 'rotel-missing' || reason === 'telemetry-lost-after-disabling'
  // A verifier that fails does not tell that nothing arrives.
  const isMissing = proof?.kind === 'missing' && reason !== 'verifier-failed'
  const isLost = isGone || hasFailed || (wasInvoked && isMissing)
  if (markedDisabled(fn) === undefined || !isLost) return unproven
  const withheld = await context.rollback.withheld(fn)
  if (withheld.kind !== 'dark') return unproven
  const nobody = `its telemetry is not proven (${reason}: ${detail}), and ${whyDark(withheld)}`
  const ours = oursInDark(withheld)
  if (!context.mayWrite || ours === undefined) {
    return { ...unproven, status: 'dark', reason: 'rotel-missing', detail: nobody }
  }
  const back = restoredOf(fn.arn, await context.rollback.restore(ours))
  if (back.kind !== 'restored') {
    const why = back.kind === 'not-restored' ? back.reason : 'would-go-dark'
    return {
      ...unproven,
      status: 'dark',
      reason: why,
      detail: `${nobody}; ${back.detail}`,
      changed: unproven.changed || back.wrote,
    }
  }
  return {
    ...unproven,
    changed: true,
    warnings: [...unproven.warnings, 'CloudWatch Logs were restored', ...back.notes],
  }
}
