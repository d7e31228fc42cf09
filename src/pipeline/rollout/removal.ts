/**
 * Takes Rotel off one function for good (`mode: remove`): its log rights are back and seen to be effective, then what is
 * ours leaves it. The invocation afterwards informs; only a fault that the removal itself can cause puts Rotel back.
 */

import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { leftText, undo } from '../configure/undo'
import type { Plan } from '../plan/plan'
import { oursInDark, whyDark } from '../roles/darkness'
import type { Restoration } from '../roles/restore-logs'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { Journal } from './journal'
import type { RollbackOutside } from './rollout-context'
import { describe, notBegun, type Outcome, withoutChange } from './outcome'
import { smokeReport } from './smoke-report'
import { type WalkedBack, type WayBackContext, walkBack } from './walk-back'

export interface RemovalContext extends Omit<
  WayBackContext,
  'whenDenied' | 'restored' | 'journal' | 'mayLeave'
> {
  readonly journal: Journal
  /** With which a removal that fails is undone. */
  readonly rollback: Pick<RollbackOutside, 'lambda' | 'signal'>
  /** Tells that something broke which must not, and why the function ends at which it did. */
  readonly broke: (thrown: unknown) => Refusal
  /** `undefined`: the function is not invoked. */
  readonly invoke: ((fn: LambdaFunction) => Promise<SmokeResult>) | undefined
  readonly showFunctionLogs: boolean
  /** `accept: log-loss`: functions may be left without logs where somebody else denies them. */
  readonly acceptsLogLoss: boolean
}

export interface Leaving {
  readonly fn: LambdaFunction
  readonly plan: Exclude<Plan, { kind: 'refused' }>
  /** What keeps it, and others with its role, from their logs; `undefined`: nothing of ours. */
  readonly restoration: Restoration | undefined
}

/** What ends a process before the handler is asked: a handler that fails, or takes too long, did so before too. */
const BY_REMOVAL: ReadonlySet<Refusal['reason']> = new Set([
  'wrapper-missing',
  'runtime-exit',
  'init-error',
])

const NOTHING: Restoration = { changes: [], deprived: [] }

/** Never rejects: what breaks ends the removal in order. */
export async function remove(leaving: Leaving, context: RemovalContext): Promise<Outcome> {
  try {
    return await takeLeave(leaving, context)
  } catch (thrown) {
    return breakOffRemoval(leaving, context.broke(thrown), context)
  }
}

async function breakOffRemoval(
  { fn, plan }: Leaving,
  cause: Refusal,
  context: RemovalContext,
): Promise<Outcome> {
  const base = describe(fn, plan.warnings)
  try {
    return await undoRemoval(base, cause, context)
  } catch (thrown) {
    context.broke(thrown)
    const detail = `${cause.detail}; it was not rolled back; the post step tries it again`
    return { ...base, status: 'failed', reason: cause.reason, detail, changed: true }
  }
}

async function takeLeave(
  { fn, plan, restoration: planned }: Leaving,
  context: RemovalContext,
): Promise<Outcome> {
  const { journal } = context
  const base = describe(fn, plan.warnings)
  const halt = context.halted()
  if (halt) return notBegun(base, halt)
  const restoration =
    planned ?? (plan.kind === 'change' ? await withheldNow(fn, context) : undefined)
  if (restoration !== undefined && 'reason' in restoration) return notBegun(base, restoration)
  if (restoration !== undefined) await journal.restoring(fn.arn)
  const configuration = plan.kind === 'change' ? ({ by: 'marker', fn } as const) : undefined
  const walked = (
    await walkBack(
      {
        functions: [{ function: fn.arn, configuration, alias: undefined }],
        logs: restoration ?? NOTHING,
      },
      {
        ...context,
        whenDenied: (detail) =>
          context.acceptsLogLoss ? undefined : { reason: 'would-go-dark', detail },
        restored: () => undefined,
        mayLeave: (latest) => refusalNow(latest, context),
      },
    )
  ).get(fn.arn.text)
  if (walked === undefined) return base
  if (walked.kind === 'stuck') return stuck(base, walked, context)

  const { logs, change } = walked
  const restored = restoration !== undefined && logs.wrote
  const outcome: Outcome = {
    ...base,
    status: 'removed',
    change,
    changed: change !== undefined || restored,
    reason: change === undefined && !restored ? 'nothing-to-remove' : undefined,
    warnings: [
      ...base.warnings,
      ...(restored ? ['CloudWatch Logs were restored'] : []),
      ...(logs.kind === 'restored' ? logs.notes : [`it may have no logs: ${logs.detail}`]),
    ],
  }
  const smoke = change && walked.fn ? await context.invoke?.(walked.fn) : undefined
  const tested: Outcome = {
    ...outcome,
    smoke: smoke && smokeReport(smoke, walked.fn ?? fn, context.showFunctionLogs),
  }
  if (smoke?.kind === 'failed') {
    const { reason, detail } = smoke
    if (BY_REMOVAL.has(reason)) {
      return withLogsEnabled(await undoRemoval(tested, { reason, detail }, context), restored)
    }
    journal.finished([fn.arn])
    return {
      ...tested,
      warnings: [...tested.warnings, `its invocation afterwards failed: ${reason} (${detail})`],
    }
  }
  journal.finished([fn.arn])
  return tested
}

/** Another job may have disabled its CloudWatch Logs since the preflight: IAM is asked once more (promise P8). */
async function withheldNow(
  fn: LambdaFunction,
  { withheld, acceptsLogLoss }: RemovalContext,
): Promise<Restoration | Refusal | undefined> {
  const found = await withheld(fn)
  if (found.kind === 'lit') return undefined
  if (found.kind === 'not-checked') return { reason: found.reason, detail: found.why }
  const ours = oursInDark(found)
  if (ours !== undefined || acceptsLogLoss) return ours
  return {
    reason: 'would-go-dark',
    detail: `without Rotel it would have no logs: ${whyDark(found)}`,
  }
}

/** Whoever has changed the function since may have disabled its logs too: then the next run restores them. */
async function refusalNow(
  fn: LambdaFunction,
  context: RemovalContext,
): Promise<Refusal | undefined> {
  const found = await withheldNow(fn, context)
  if (found === undefined || 'reason' in found) return found
  return {
    reason: 'would-go-dark',
    detail: 'another user disabled its CloudWatch Logs while it was removed',
  }
}

async function stuck(
  base: Outcome,
  { step, reason, detail, wrote, roleWritten }: Extract<WalkedBack, { kind: 'stuck' }>,
  context: RemovalContext,
): Promise<Outcome> {
  if (step === 'configure') {
    const ended = await undoRemoval({ ...base, changed: wrote }, { reason, detail }, context)
    return withLogsEnabled(ended, roleWritten)
  }
  if (base.arn) context.journal.undone([base.arn])
  const blocked: Outcome = { ...base, status: 'blocked', reason, detail, changed: wrote }
  return step === 'disable-logs'
    ? keptByRemoval(blocked, roleWritten, 'Its CloudWatch Logs may be restored in part only')
    : withLogsEnabled(blocked, roleWritten)
}

/** Disabled again they are only when arrival is proven, which this mode does not do (promise P8). */
function withLogsEnabled(ended: Outcome, roleWritten: boolean): Outcome {
  return keptByRemoval(ended, roleWritten, 'This action no longer withholds its CloudWatch Logs')
}

function keptByRemoval(ended: Outcome, roleWritten: boolean, ofLogs: string): Outcome {
  if (!roleWritten || ended.status === 'failed') return ended
  return {
    ...ended,
    status: 'failed',
    detail: `${ended.detail ?? ''}; Rotel stays on the function. ${ofLogs}`,
    changed: true,
  }
}

/** By the removal's own records. */
async function undoRemoval(
  outcome: Outcome,
  cause: Refusal,
  context: RemovalContext,
): Promise<Outcome> {
  const { journal } = context
  const { arn } = outcome
  const inverse = arn && journal.inverseFor(arn)
  if (arn === undefined) return notBegun(outcome, cause)
  if (inverse === undefined) {
    journal.undone([arn])
    return notBegun(outcome, cause)
  }
  const undone = await undo(arn, inverse, {
    ...context,
    ...context.rollback,
    salt: journal.salt,
  })
  if (undone.kind === 'not-undone') {
    return {
      ...outcome,
      status: 'failed',
      reason: 'rollback-failed',
      detail: `${cause.reason} (${cause.detail}), and it could not be rolled back: ${undone.detail}. ${leftText(undone)}`,
      changed: true,
    }
  }
  journal.undone([arn])
  const { leftUnchanged } = undone
  const stays =
    leftUnchanged.length === 0
      ? ''
      : `; changed by another user since, so left unchanged: ${leftUnchanged.join(', ')}`
  return {
    ...withoutChange(outcome),
    status: undone.wrote ? 'rolled-back' : 'blocked',
    reason: cause.reason,
    detail: `${cause.detail}${stays}`,
    changed: leftUnchanged.length > 0,
  }
}
