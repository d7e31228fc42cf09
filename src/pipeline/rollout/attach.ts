/**
 * The life of one function in a run: written, invoked, proven; or put back as it was found (promise P2). Everything that
 * can happen to it ends in an outcome.
 */

import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import { withoutValues } from '../../model/redaction'
import type { Outcome, SmokeReport, Status } from './outcome'
import type { Refusal } from '../../model/refusal'
import type { Reason } from '../../model/reason'
import type { Plan } from '../plan/plan'
import { withoutQuotedValue } from '../../systems/rotel/messages'
import { secretParts } from '../../systems/rotel/settings'
import type { Change } from '../../systems/lambda/change'
import type { Clock } from '../../model/clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { inverseOf } from '../configure/inverse'
import type { Journal } from './journal'
import { undo } from '../configure/undo'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { TailLine } from '../smoke-test/tail'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { BY_OLDER_ROWS } from '../verify/judge'
import type { Proof, Prove } from '../verify/proof'
import { converge, type Step } from '../configure/converge'
import type { Cut } from '../disable-logs/disable-logs'
import type { FunctionLogs } from '../disable-logs/function-logs'
import { editText } from '../../systems/iam/role-edit'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import {
  grantSecretAccess,
  undoSecretAccess,
  withdrawSecretAccess,
} from '../grant-secrets/grant-secrets'

export interface AttachContext {
  readonly lambda: LambdaControl
  readonly clock: Clock
  readonly journal: Journal
  readonly planFor: (fn: LambdaFunction) => Plan
  readonly onFailure: 'rollback' | 'keep'
  /** `mode: verify` may not. */
  readonly mayWrite: boolean
  /** Why nothing more may be written; `undefined` while the run goes on. */
  readonly halted: () => Refusal | undefined
  /** `undefined`: the function is not invoked. */
  readonly invoke: ((fn: LambdaFunction) => Promise<SmokeResult>) | undefined
  readonly showFunctionLogs: boolean
  readonly prove: Prove
  readonly logs: FunctionLogs
  /** The policy (JSON) by which the role is to be allowed to read secrets; `undefined`: it may already, or need not. */
  readonly secretAccess: string | undefined
  /** The role on which an earlier run left such a policy, which goes when Rotel has gone. */
  readonly secretAccessToGo: RoleArn | undefined
  readonly roles: RoleControl
  /** What a function that was written ends as: with a proof, and without one. */
  readonly ends: { readonly proven: Status; readonly written: Status }
}

/** What is known of a function while it is under way. */
export interface Candidate {
  readonly fn: LambdaFunction
  /** CloudWatch Logs were given back to it already in this run. */
  readonly restored?: boolean
  /** Its role was given the right to read secrets in this run. */
  readonly granted?: boolean
  readonly warnings: readonly string[]
}

/** Writes the function, proves it, or puts it back. Never rejects for what AWS does. */
export async function attach(given: Candidate, context: AttachContext): Promise<Outcome> {
  const begun = await restoreFirst(given, context)
  if ('status' in begun) return begun
  const candidate = await withSecretAccess(begun, context)
  if ('status' in candidate) return candidate
  const writes: Change[] = []
  const next = (fn: LambdaFunction): Step => context.planFor(fn)
  const end = await converge(candidate.fn, next, {
    ...context,
    beforeWrite(fn, change) {
      const halt = context.halted()
      if (halt) return halt
      context.journal.writing(fn.arn, inverseOf(change, context.journal.salt))
      writes.push(change)
      return undefined
    },
    notWritten(fn) {
      context.journal.notWritten(fn.arn)
      writes.pop()
    },
  })
  const [first, ...later] = writes
  const base = describe(candidate, first && later.reduce(mergeChanges, first))
  if (end.kind === 'not-reached') {
    if (first === undefined) return notWritten({ ...base, ...notBegun(end) }, candidate, context)
    return rollBack(base, end, context)
  }

  if (first === undefined) return attachUnchanged({ ...candidate, fn: end.fn }, context)

  const effectiveAt = context.clock.now()
  const { tested, smoke } = await invoked(base, end.fn, candidate.granted ?? false, context)
  if (smoke?.kind === 'failed') return rollBack(tested, smoke, context)
  const proof = await context.prove({
    fn: end.fn,
    changed: true,
    hadRotel: carriesRotel(candidate.fn),
    effectiveAt,
    smoke,
    invokeAgain: invokeAgain(end.fn, context),
  })
  const outcome = withTelemetry(tested, proof)
  if (proof.kind === 'missing') {
    if (proof.keep) {
      context.journal.finished(candidate.fn.arn)
      return { ...outcome, status: 'unproven', reason: proof.reason, detail: proof.detail }
    }
    const end = await rollBack(outcome, proof, context)
    const late = await proof.lookAgain()
    return late && end.status === 'rolled-back' ? { ...end, ...late } : end
  }

  const proven = proof.kind === 'arrived'
  return cutAfterProof(
    {
      ...outcome,
      status: proven ? context.ends.proven : context.ends.written,
      reason: proven || context.ends.written === 'removed' ? undefined : 'no-verifier',
      detail: undefined,
    },
    proven ? { fn: end.fn, smoke } : undefined,
    context,
  )
}

/** P8: what denies CloudWatch Logs goes before Rotel does, and before anything else on a function that is dark. */
async function restoreFirst(
  candidate: Candidate,
  context: AttachContext,
): Promise<Candidate | Outcome> {
  const { first } = context.logs
  if (first === undefined) return candidate
  const halt = context.halted()
  const base = describe(candidate, undefined)
  if (halt) return { ...base, ...notBegun(halt) }
  const given = await first()
  if (given.kind === 'not-restored') {
    return { ...base, status: 'blocked', reason: given.reason, detail: given.detail }
  }
  return {
    ...candidate,
    restored: true,
    warnings: [...candidate.warnings, RESTORED, ...given.notes],
  }
}

/** Rotel reads its secrets when it starts, so the right has to be there before the function is written. */
async function withSecretAccess(
  candidate: Candidate,
  context: AttachContext,
): Promise<Candidate | Outcome> {
  const { secretAccess } = context
  if (secretAccess === undefined) return candidate
  const base = describe(candidate, undefined)
  const halt = context.halted()
  if (halt) return { ...base, ...notBegun(halt) }
  const granted = await grantSecretAccess(candidate.fn, secretAccess, {
    ...context,
    limitMs: GRANT_LIMIT_MS,
  })
  if ('reason' in granted) return rollBack(base, granted, context)
  if (!granted.wrote) return candidate
  const note = 'its role was given the right to read the secrets (`grant-secret-access`)'
  return { ...candidate, granted: true, warnings: [...candidate.warnings, note] }
}

const RESTORED = 'CloudWatch Logs, cut by an earlier run, were given back first'

/** The function itself is as asked; its role may not be. */
async function attachUnchanged(candidate: Candidate, context: AttachContext): Promise<Outcome> {
  const restored = candidate.restored ?? false
  if (context.ends.written === 'removed') {
    const removed: Outcome = {
      ...describe(candidate, undefined),
      status: 'removed',
      changed: restored,
    }
    return withoutSecretAccess(removed, candidate.fn.arn, context)
  }
  const outcome = await proveUnchanged(candidate, context)
  return restored ? { ...outcome, changed: true } : outcome
}

/** Rotel has left: nobody needs the right any more. */
async function withoutSecretAccess(
  removed: Outcome,
  arn: FunctionArn,
  context: AttachContext,
): Promise<Outcome> {
  const { secretAccessToGo: role } = context
  if (role === undefined) return removed
  const left = await withdrawSecretAccess(arn, role, context)
  if (left === undefined) return { ...removed, changed: true }
  return { ...removed, status: 'failed', reason: left.reason, detail: left.detail }
}

/** CloudWatch is cut last, and the function is not finished with before that is proven too. */
async function cutAfterProof(
  outcome: Outcome,
  proven: { readonly fn: LambdaFunction; readonly smoke: SmokeResult | undefined } | undefined,
  context: AttachContext,
): Promise<Outcome> {
  const { logs, journal } = context
  const finish = async (given: Outcome): Promise<Outcome> => {
    const end =
      given.status === 'removed' && given.arn
        ? await withoutSecretAccess(given, given.arn, context)
        : given
    if (end.arn) journal.finished(end.arn)
    return end
  }
  if (logs.cut === undefined || proven === undefined) return finish(outcome)
  const { fn, smoke } = proven
  const cut: Cut =
    smoke === undefined
      ? { kind: 'not-disabled', reason: 'disabling-needs-invocation', detail: 'it was not invoked' }
      : await logs.cut({ fn, smoke })
  const edits = logs.edits.map(editText)
  if (cut.kind === 'not-disabled') {
    // Nothing was written for it in this run: what an earlier run cut stays as it is, unproven.
    if (edits.length === 0 && !outcome.changed) {
      return finish({
        ...outcome,
        status: 'unproven',
        reason: cut.reason,
        detail: cut.detail,
        cloudwatch: { edits, by: undefined },
      })
    }
    return rollBack({ ...outcome, cloudwatch: { edits, by: undefined } }, cut, context)
  }
  return finish({
    ...outcome,
    ...(cut.proof && { telemetry: cut.proof.telemetry }),
    ...(edits.length > 0 && { status: 'instrumented' as const, changed: true }),
    cloudwatch: { edits, by: cut.by, invocations: cut.invocations },
  })
}

/** Proves a function that is as asked already. Nothing is written, so nothing is put back. */
export async function proveUnchanged(
  candidate: Candidate,
  context: AttachContext,
): Promise<Outcome> {
  const { fn } = candidate
  const since = context.clock.now()
  const granted = candidate.granted ?? false
  const { tested, smoke } = await invoked(describe(candidate, undefined), fn, granted, context)
  const unproven = (refusal: Refusal) => leftUnproven({ ...tested, ...refusal }, context)
  if (smoke?.kind === 'failed') return unproven(smoke)
  const proof = await context.prove({
    fn,
    changed: false,
    hadRotel: true,
    effectiveAt: since,
    smoke,
    invokeAgain: invokeAgain(fn, context),
  })
  if (proof.kind === 'missing') {
    return { ...(await unproven(refusalOf(proof))), telemetry: proof.telemetry }
  }
  if (smoke === undefined && proof.kind === 'skipped') {
    return { ...tested, status: 'unproven', reason: 'not-invoked', detail: undefined }
  }
  const seen = withTelemetry(tested, proof)
  const isOlder = smoke !== undefined && seen.telemetry?.by === BY_OLDER_ROWS
  const outcome: Outcome = {
    ...seen,
    warnings: isOlder ? [...seen.warnings, NOT_THIS_INVOCATION] : seen.warnings,
    status: 'unchanged',
    reason: proof.kind === 'skipped' ? 'no-verifier' : undefined,
    detail: undefined,
  }
  return cutAfterProof(outcome, proof.kind === 'arrived' ? { fn, smoke } : undefined, context)
}

function refusalOf({ reason, detail }: Refusal): Refusal {
  return { reason, detail }
}

/**
 * A Deny of an earlier run on a function whose Rotel does not work any more leaves it dark: taken away where this run may
 * write, said where it may not.
 */
async function leftUnproven(outcome: Outcome, { logs, mayWrite }: AttachContext): Promise<Outcome> {
  const unproven: Outcome = { ...outcome, status: 'unproven' }
  if (logs.unproven === undefined) return unproven
  if (!mayWrite) {
    return {
      ...outcome,
      status: 'dark',
      reason: 'rotel-missing',
      detail: `CloudWatch Logs are cut, and its telemetry is not proven (${outcome.reason ?? ''}: ${outcome.detail ?? ''})`,
    }
  }
  const given = await logs.unproven()
  if (given.kind === 'not-restored') {
    return { ...outcome, status: 'dark', reason: given.reason, detail: given.detail }
  }
  return {
    ...unproven,
    changed: true,
    warnings: [...outcome.warnings, 'CloudWatch Logs were given back', ...given.notes],
  }
}

const NOT_THIS_INVOCATION =
  'nothing of this run’s own invocation was seen (a warm environment that logs nothing sends nothing); older rows prove it'

async function invoked(
  base: Outcome,
  fn: LambdaFunction,
  granted: boolean,
  context: Pick<AttachContext, 'invoke' | 'showFunctionLogs' | 'clock' | 'halted'>,
): Promise<{ readonly tested: Outcome; readonly smoke: SmokeResult | undefined }> {
  const { clock } = context
  let smoke = await context.invoke?.(fn)
  // IAM enforces a new right later than its simulator tells; until then Rotel dies of it, and is started anew next time.
  const deadline = clock.now() + (granted ? GRANT_LIMIT_MS : 0)
  while (isUnresolvedSecret(smoke) && clock.now() < deadline && context.halted() === undefined) {
    await clock.sleep(GRANT_POLL_MS)
    smoke = await context.invoke?.(fn)
  }
  return {
    smoke,
    tested: {
      ...base,
      smoke: smoke && smokeReport(smoke, fn, context.showFunctionLogs),
      warnings: [...base.warnings, ...smokeWarnings(smoke)],
    },
  }
}

const GRANT_LIMIT_MS = 60_000
const GRANT_POLL_MS = 2_000

function isUnresolvedSecret(smoke: SmokeResult | undefined): boolean {
  return smoke?.kind === 'failed' && smoke.reason === 'secret-unresolved'
}

function invokeAgain(
  fn: LambdaFunction,
  { invoke }: Pick<AttachContext, 'invoke'>,
): (() => Promise<SmokeResult>) | undefined {
  return invoke && (() => invoke(fn))
}

function withTelemetry(outcome: Outcome, proof: Proof): Outcome {
  return proof.kind === 'skipped' ? outcome : { ...outcome, telemetry: proof.telemetry }
}

async function rollBack(given: Outcome, cause: Refusal, context: AttachContext): Promise<Outcome> {
  const { arn } = given
  const logs = await context.logs.undo()
  if (logs?.kind === 'not-restored') {
    // Rotel stays: without it the function would log nowhere. The post step tries once more.
    return {
      ...given,
      status: 'failed',
      reason: logs.reason,
      detail: `${cause.reason} (${cause.detail}), and CloudWatch Logs could not be given back: ${logs.detail}`,
    }
  }
  const outcome = logs ? { ...given, warnings: [...given.warnings, ...logs.notes] } : given
  const inverse = arn && context.journal.inverseFor(arn)
  if (arn === undefined || inverse === undefined) {
    const left = arn && (await undoSecretAccess(arn, context))
    if (left) return stillOnTheRole(outcome, cause, left)
    if (arn) context.journal.finished(arn)
    return {
      ...outcome,
      status: logs ? 'rolled-back' : 'blocked',
      reason: cause.reason,
      detail: cause.detail,
      changed: false,
    }
  }
  if (context.onFailure === 'keep') {
    context.journal.finished(arn)
    return {
      ...outcome,
      status: 'failed',
      reason: cause.reason,
      detail: `${cause.detail}; left as written (\`on-failure: keep\`)`,
    }
  }
  const undone = await undo(arn, inverse, { ...context, salt: context.journal.salt })
  if (undone.kind === 'not-undone') {
    return {
      ...outcome,
      status: 'failed',
      reason: 'rollback-failed',
      detail: `${cause.reason} (${cause.detail}), and it could not be put back: ${undone.detail}. Still on it: ${undone.left.join(', ')}`,
    }
  }
  const left = await undoSecretAccess(arn, context)
  if (left) return stillOnTheRole(outcome, cause, left)
  context.journal.finished(arn)
  // Lambda refused the write: there was nothing to put back.
  const status = undone.wrote || undone.leftAlone.length > 0 ? 'rolled-back' : 'blocked'
  const stays =
    undone.leftAlone.length === 0
      ? ''
      : `; changed by somebody else since, so left alone: ${undone.leftAlone.join(', ')}`
  return {
    ...outcome,
    status,
    reason: cause.reason,
    detail: `${cause.detail}${stays}`,
    changed: undone.leftAlone.length > 0,
  }
}

function stillOnTheRole(outcome: Outcome, cause: Refusal, left: Refusal): Outcome {
  return {
    ...outcome,
    status: 'failed',
    reason: left.reason,
    detail: `${cause.reason} (${cause.detail}); the function is as it was found, its role is not: ${left.detail}`,
  }
}

/** Nothing was written to the function; what its role was given for it is taken back. */
async function notWritten(
  outcome: Outcome,
  { fn, restored = false }: Candidate,
  context: AttachContext,
): Promise<Outcome> {
  const left = await undoSecretAccess(fn.arn, context)
  if (left) return { ...outcome, status: 'failed', reason: left.reason, detail: left.detail }
  context.journal.finished(fn.arn)
  return { ...outcome, changed: restored }
}

function notBegun(refusal: Refusal): Pick<Outcome, 'status' | 'reason' | 'detail'> {
  const skips: ReadonlySet<Reason> = new Set(['stopped', 'out-of-time', 'cancelled'])
  const status = skips.has(refusal.reason) ? 'skipped' : 'blocked'
  return { status, reason: refusal.reason, detail: refusal.detail }
}

function describe({ fn, warnings }: Candidate, written: Change | undefined): Outcome {
  const { runtime, architecture, memoryMb, timeoutSeconds } = fn
  return {
    name: fn.arn.name,
    region: fn.arn.region,
    arn: fn.arn,
    status: 'failed',
    reason: undefined,
    detail: undefined,
    change: written,
    changed: written !== undefined,
    smoke: undefined,
    telemetry: undefined,
    warnings,
    facts: { runtime, architecture, memoryMb, timeoutSeconds },
  }
}

/** Two writes in a row as one change: what was there first, what is there last. */
function mergeChanges(first: Change, second: Change): Change {
  const later = new Set(second.variables.map(({ name }) => name))
  return {
    layers: second.layers ?? first.layers,
    variables: [...first.variables.filter(({ name }) => !later.has(name)), ...second.variables],
    logFormat: second.logFormat ?? first.logFormat,
  }
}

/** The function's own lines are production data: they are left out here, so that no report can show them by mistake. */
function smokeReport(
  smoke: SmokeResult,
  fn: LambdaFunction,
  showFunctionLogs: boolean,
): SmokeReport {
  const shown = smoke.tail.lines.filter(({ source }) => showFunctionLogs || source !== 'function')
  return {
    requestId: smoke.invocation?.requestId,
    metrics: smoke.tail.report,
    tail: smoke.kind === 'failed' ? redactedTail(shown, fn) : [],
  }
}

function redactedTail(lines: readonly TailLine[], fn: LambdaFunction): readonly TailLine[] {
  const secrets = fn.environment.readable ? secretParts(fn.environment.variables) : []
  return lines.map((line) => {
    const text = line.source === 'extension' ? withoutQuotedValue(line.text) : line.text
    return { ...line, text: withoutValues(text, secrets) }
  })
}

/** Close to the limit, the extension's own need decides whether the next release still fits. */
const MEMORY_WARNING_SHARE = 0.9

function smokeWarnings(smoke: SmokeResult | undefined): string[] {
  if (smoke?.kind !== 'passed') return []
  const { note, tail } = smoke
  const { memoryMb = 0, maxMemoryMb = 0 } = tail.report ?? {}
  const isClose = memoryMb > 0 && maxMemoryMb >= memoryMb * MEMORY_WARNING_SHARE
  return [
    ...(note === undefined ? [] : [note]),
    ...(isClose ? [`it used ${String(maxMemoryMb)} of ${String(memoryMb)} MB`] : []),
  ]
}
