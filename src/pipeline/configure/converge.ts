/**
 * Brings one function to a wanted state, whoever else is at work on it: each write carries the revision it was computed
 * from; when Lambda answers that the function has changed, it is read again, compared, and planned anew.
 */

import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import type { Reason } from '../../model/reason'
import { denialReason } from '../../model/denial'
import { shortened, withoutValues } from '../../model/redaction'
import type { AwsFault, Result } from '../../model/result'
import { applyVariables, type Change } from '../../systems/lambda/change'
import { endOfRun, readRefusal, type Refusal } from '../../model/refusal'
import type { Clock } from '../../model/clock'
import type { ConfigurationUpdate, LambdaControl } from '../../systems/lambda/lambda-control'
import { isBusy, untilSettled } from '../../systems/lambda/settled'
import { failedUpdate, valuesOf } from './failed-update'
import { type UpdateTimes, updateTimes } from './update-times'

/** What is to be done with the function as it is now. */
export type Step =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'change'; readonly change: Change }
  | ({ readonly kind: 'refused' } & Refusal)

export type Converged =
  /** The function was read after its last update had become effective, and is as wanted. */
  | { readonly kind: 'reached'; readonly fn: LambdaFunction; readonly wrote: boolean }
  /** Whether an attempt has changed the function all the same, only the journal and a look at the function tell. */
  | ({
      readonly kind: 'not-reached'
      /** What became of the last write was not seen: the function could not be read since. */
      readonly isUnseen: boolean
    } & Refusal)

export interface ConvergeContext {
  readonly lambda: LambdaControl
  readonly clock: Clock
  /** Ends the waits: the run is over, or its rollback has to end. */
  readonly signal: AbortSignal
  /**
   * Called before each write, with what will be written, and again where it was throttled and is sent once more. Returns a
   * refusal to write no more (cancelled, stopped).
   */
  readonly beforeWrite: (
    fn: LambdaFunction,
    change: Change,
  ) => Refusal | undefined | Promise<Refusal | undefined>
  /** Called after a write that certainly did not land. */
  readonly notWritten: (fn: LambdaFunction) => void
  /** Of other functions of the run; absent: nothing is known of them. */
  readonly updates?: UpdateTimes | undefined
}

/** Others may deploy at the same time; a function that changes this often under our hands is left for later. */
const ATTEMPTS = 8

/** How long a write is tried again that gets no good answer. */
const UNAVAILABLE_LIMIT_MS = 120_000
const LONGEST_PAUSE_MS = 10_000

const FIRST_PAUSE_MS = 300

/** @param first the function as it was last read */
export async function converge(
  first: LambdaFunction,
  next: (fn: LambdaFunction) => Step | Promise<Step>,
  context: ConvergeContext,
): Promise<Converged> {
  let fn = first
  let wrote = false
  let isUnseen = false
  let conflicts = 0
  let pauseMs = 0
  let unavailableSince: number | undefined
  let ignored = 0
  /** What was sent, by name: AWS may quote it long after, when the function has it no more. */
  const sent = new Map<string, string>()
  const notReached = ({ reason, detail }: Refusal): Converged => ({
    kind: 'not-reached',
    isUnseen,
    reason,
    detail,
  })

  for (;;) {
    const current = await untilSettled(fn, context)
    if ('reason' in current) return notReached(current)
    fn = current
    const step = await next(fn)
    if (step.kind === 'unchanged') {
      // Written by an attempt whose answer was lost, and then not put into effect.
      if (wrote && fn.lastUpdateStatus === 'Failed') return notReached(failedUpdate(fn, sent))
      return { kind: 'reached', fn, wrote }
    }
    if (step.kind === 'refused') return notReached(step)
    if (conflicts >= ATTEMPTS) return notReached(CHANGED_BY_OTHERS)
    for (const { name, before, after } of step.change.variables) {
      const value = after ?? before
      if (value !== undefined) sent.set(name, value)
    }
    const { answer, wasSent } = await write(fn, step.change, context)
    if ('reason' in answer) return notReached(answer)
    if (answer.ok) {
      wrote = true
      isUnseen = true
      const settled = await afterUpdate(answer.value, context)
      if ('reason' in settled) return notReached(settled)
      isUnseen = false
      if (settled.lastUpdateStatus === 'Failed') return notReached(failedUpdate(settled, sent))
      if (!holds(answer.value, step.change) && !holds(settled, step.change)) {
        ignored += 1
        if (ignored > 1) return notReached(NOT_APPLIED)
      }
      fn = settled
      // Where this is not the end of it, somebody has changed it since.
      conflicts += 1
      continue
    }
    const { fault } = answer
    if (fault.mayHaveLanded) {
      wrote = true
      isUnseen = true
    } else if (wasSent) context.notWritten(fn)
    const refusal = writeRefusal(fault, fn, sent)
    if (!isWorthAnotherLook(fault)) return notReached(refusal)
    if (fault.kind === 'unavailable') {
      unavailableSince ??= context.clock.now()
      if (context.clock.now() - unavailableSince >= UNAVAILABLE_LIMIT_MS) return notReached(refusal)
    } else {
      unavailableSince = undefined
      conflicts += 1
    }
    if (pauseMs > 0) await context.clock.sleep(pauseMs, context.signal)
    pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pauseMs * 1.5))
    const reread = await context.lambda.get(fn.arn.region, fn.arn.text)
    if (!reread.ok) return notReached(readRefusal(reread.fault))
    isUnseen = false
    fn = reread.value
  }
}

const CHANGED_BY_OTHERS: Refusal = {
  reason: 'write-conflict',
  detail: `it was changed by another user ${String(ATTEMPTS)} times in a row`,
}

interface Written {
  /** A refusal where the write was kept back. */
  readonly answer: Result<LambdaFunction> | Refusal
  /** It was sent, and is in the journal. */
  readonly wasSent: boolean
}

/**
 * Only when the write's turn has come is it known whether the run still goes on, and only then is it in the journal. What
 * breaks there is no fault of AWS's, as which the call would report it.
 */
async function write(
  fn: LambdaFunction,
  change: Change,
  { lambda, beforeWrite, notWritten }: ConvergeContext,
): Promise<Written> {
  let refusal: Refusal | undefined
  let wasSent = false
  const broken: Error[] = []
  const answer = await lambda.update(fn.arn, updateFor(fn, change), async () => {
    try {
      // Throttled before, so that it has not landed.
      if (wasSent) notWritten(fn)
      refusal = await beforeWrite(fn, change)
      wasSent = refusal === undefined
      return wasSent
    } catch (thrown) {
      broken.push(thrown instanceof Error ? thrown : new Error('unknown', { cause: thrown }))
      return false
    }
  })
  for (const error of broken) throw error
  return { answer: refusal ?? answer, wasSent }
}

/** An update that was just accepted takes its time: there is nothing to be seen at once. */
async function afterUpdate(
  fn: LambdaFunction,
  context: ConvergeContext,
): Promise<LambdaFunction | Refusal> {
  if (!isBusy(fn)) return fn
  const { clock, signal, updates = updateTimes() } = context
  const startedAt = clock.now()
  if (!signal.aborted) await clock.sleep(updates.firstLookMs(), signal)
  return untilSettled(fn, context, { startedAt, took: (ms) => updates.took(ms) })
}

function updateFor(fn: LambdaFunction, change: Change): ConfigurationUpdate {
  const layers = change.layers && { layers: change.layers.after }
  const variables =
    change.variables.length > 0 && fn.environment.readable
      ? { variables: applyVariables(fn.environment.variables, change.variables) }
      : undefined
  const logFormat = change.logFormat && { logFormat: change.logFormat.after }
  const repeated = change.restart && { timeoutSeconds: fn.timeoutSeconds }
  return { revisionId: fn.revisionId, ...layers, ...variables, ...logFormat, ...repeated }
}

/** The function has changed, or the answer was lost after the write had landed: only the function itself tells. */
function isWorthAnotherLook({ kind }: AwsFault): boolean {
  return kind === 'precondition' || kind === 'conflict' || kind === 'unavailable'
}

/** Whether the function has what the change was to bring. A restart brings nothing. */
function holds(fn: LambdaFunction, { layers, variables, logFormat }: Change): boolean {
  const { environment } = fn
  const hasLayers =
    layers === undefined || layers.after.join() === fn.layers.map(({ arn }) => arn).join()
  const hasVariables =
    !environment.readable ||
    variables.every(({ name, after }) => environment.variables.get(name) === after)
  return hasLayers && hasVariables && (logFormat === undefined || logFormat.after === fn.logFormat)
}

/** Somebody else would have shown in a conflict, or later than in Lambda’s own answer. */
const NOT_APPLIED: Refusal = {
  reason: 'write-not-applied',
  detail: 'Lambda answered two updates as accepted, and the function has none of what they set',
}

/** AWS may quote what is on the function, and what was sent. */
function writeRefusal(fault: AwsFault, fn: LambdaFunction, sent: Variables): Refusal {
  return (
    endOfRun(fault) ?? {
      reason: writeReason(fault),
      detail: shortened(`${fault.code}: ${withoutValues(fault.text, valuesOf(fn, sent))}`),
    }
  )
}

function writeReason(fault: AwsFault): Reason {
  if (fault.kind === 'unauthenticated') return 'credentials-refused'
  if (fault.kind === 'denied' || fault.kind === 'refused') {
    const named = denialReason(fault.text)
    if (named !== undefined) return named
  }
  if (fault.kind === 'denied') {
    return /lambda:GetLayerVersion/.test(fault.text) ? 'layer-unreadable' : 'write-denied'
  }
  if (fault.kind === 'not-found') return 'not-found'
  if (fault.kind !== 'refused') return 'write-failed'
  if (/CodeSigning|InvalidCodeSignature|CodeVerification/.test(fault.code)) return 'code-signing'
  if (/4KB limit/.test(fault.text)) return 'environment-too-large'
  if (/more than 5 layers/.test(fault.text)) return 'layer-limit'
  if (isUnknownLayer(fault.text)) return 'layer-unreadable'
  return 'write-refused'
}

function isUnknownLayer(text: string): boolean {
  const at = text.indexOf('Layer version ')
  return at !== -1 && text.includes(' does not exist', at)
}
