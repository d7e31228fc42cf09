/**
 * The step `publish-alias`: what was proven on `$LATEST` becomes a version, the version is proven by invoking it, then the
 * alias moves to it, and is proven too. An alias never leads to a version whose proof failed.
 */

import { done, lastFound, notYet, poll } from '../../model/poll'
import type { Refusal } from '../../model/refusal'
import { formsOf, withoutValues } from '../../model/redaction'
import type { LambdaTime } from '../../model/time'
import { untilPast } from '../../systems/lambda/lambda-clock'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { secretParts } from '../../systems/rotel/settings'
import { isSame } from '../publish-alias/alias-plan'
import { type AliasMove, moveAlias, untilProvisioned } from '../publish-alias/move-alias'
import { publish } from '../publish-alias/publish'
import type { Invoke, SmokeResult } from '../smoke-test/smoke-test'
import { hasPrinted } from '../verify/own-lines'
import { type Advance, type Life, type LifeContext, warned } from './life-state'
import type { Outcome } from './outcome'

export async function publishAlias(life: Life, context: LifeContext): Promise<Advance> {
  const { publishing, invoke } = context
  if (publishing === undefined) return { kind: 'on', life }
  if (invoke === undefined) return { kind: 'failed', life, cause: NOT_INVOKED }
  const { alias, from: before, codeChanges } = publishing
  // No environment of the version is older.
  const since = context.lambdaClock.now().earliest
  const version = await publish(life.fn, context)
  if ('reason' in version) return { kind: 'failed', life, cause: shownOf(life.fn, version) }
  const after = version.version
  if (after === before) return { kind: 'on', life }

  const published = `version ${after} was published and stays`
  const left = warned(life, [`${published}; ${alias} does not lead to it`])
  const alone = await proveVersion(version, invoke, since, context)
  if (alone) return { kind: 'failed', life: left, cause: inWords(`version ${after}`, alone) }

  const { journal, halted } = context
  const move: AliasMove = { function: life.fn.arn, alias, before, after }
  const moved = await moveAlias(
    move,
    async () => {
      const halt = halted()
      if (halt) return halt
      await journal.moving(move)
      // The disk takes its time, in which the run may have been cancelled.
      return halted()
    },
    context,
  )
  if (moved.kind === 'not-moved') {
    return { kind: 'failed', life: left, cause: shownOf(life.fn, moved) }
  }
  const theirs = moved.kind === 'elsewhere' ? await sameVersion(moved.now, life, context) : version
  if (theirs === undefined) {
    const now = moved.kind === 'elsewhere' ? moved.now : after
    const detail = `another user has moved the alias ${alias} from version ${before} (now: ${now})`
    return { kind: 'failed', life: left, cause: { reason: 'alias-changed', detail } }
  }
  // Whether the alias leads to it at the end, the rollback decides.
  const moving = warned(life, [
    theirs === version
      ? published
      : `${published}; another run has moved ${alias} to version ${theirs.version}, which is the same`,
  ])
  const unready = await untilProvisioned(life.fn.arn, alias, context)
  if (unready) return { kind: 'failed', life: moving, cause: shownOf(life.fn, unready) }
  const through = await proveAlias(theirs, alias, invoke, context)
  if (through) {
    return { kind: 'failed', life: moving, cause: inWords(`through the alias ${alias}`, through) }
  }
  const on = theirs === version ? life : moving
  const led = { name: alias, before, after: theirs.version, codeChanges }
  return { kind: 'on', life: withAlias(on, led) }
}

/** Two runs at the same time publish the same twice, and the first moves the alias: what it leads to is what was proven. */
async function sameVersion(
  version: string,
  { fn }: Life,
  { lambda }: LifeContext,
): Promise<LambdaFunction | undefined> {
  const read = await lambda.get(fn.arn.region, fn.arn.text, version)
  return read.ok && isSame(read.value, fn) ? read.value : undefined
}

const NOT_INVOKED: Refusal = {
  reason: 'alias-needs-invocation',
  detail: 'the function was not invoked',
}

/** Lambda's words may quote the function's variables. */
function shownOf({ environment }: LambdaFunction, { reason, detail }: Refusal): Refusal {
  const values = environment.readable ? secretParts(environment.variables) : []
  return { reason, detail: withoutValues(detail, values.flatMap(formsOf)) }
}

/** The proof of each, beside the one of `$LATEST`. */
const INVOCATIONS = 2

function withAlias(life: Life, alias: Omit<NonNullable<Outcome['alias']>, 'invocations'>): Life {
  const { outcome, proof } = life
  const isProven = proof?.kind === 'arrived'
  return {
    ...life,
    outcome: {
      ...outcome,
      status: isProven ? 'instrumented' : 'written',
      reason: isProven ? undefined : 'no-verifier',
      changed: true,
      alias: { ...alias, invocations: INVOCATIONS },
    },
  }
}

function inWords(what: string, { reason, detail }: Refusal): Refusal {
  return { reason, detail: `${what}: ${detail}` }
}

/**
 * A version that was there already, because an earlier run was lost before it moved the alias, may be warm: if its handler
 * prints nothing, there is nothing new to be sent. A version never changes, so its earlier rows prove it then.
 * @returns why it is not proven
 */
async function proveVersion(
  version: LambdaFunction,
  invoke: Invoke,
  since: LambdaTime,
  { prove }: LifeContext,
): Promise<Refusal | undefined> {
  const smoke = await invoke(version)
  if (smoke.kind !== 'passed') return smoke
  const sendsRows = hasOwnRows(smoke)
  const proof = await prove({
    fn: version,
    changed: sendsRows,
    hadRotel: !sendsRows,
    since,
    smoke,
    invokeAgain: (ended) => invoke(version, ended),
  })
  return proof.kind === 'missing' ? proof : undefined
}

/** Lambda may still send calls of the alias to the former version when it has answered that it has moved. */
const ROUTED_LIMIT_MS = 30_000
const ROUTED_PAUSE_MS = 2_000

/**
 * Where the invocation was a cold start or printed lines, its telemetry has to arrive. A warm environment of the version’s
 * own proof has nothing new to send if the handler prints nothing.
 */
async function proveAlias(
  version: LambdaFunction,
  alias: string,
  invoke: Invoke,
  context: LifeContext,
): Promise<Refusal | undefined> {
  const { clock, signal, prove } = context
  const since = context.lambdaClock.now().latest
  await untilPast(since, context)
  const polled = await poll<SmokeResult, SmokeResult>(
    async () => {
      const smoke = await invoke(version, undefined, alias)
      return isRoutedTo(version, smoke) ? done(smoke) : notYet(smoke)
    },
    { firstMs: ROUTED_PAUSE_MS, deadline: clock.now() + ROUTED_LIMIT_MS },
    { clock, signal },
  )
  const smoke = lastFound(polled)
  if (smoke.kind !== 'passed') return smoke
  if (!isRoutedTo(version, smoke)) {
    const ran = smoke.invocation?.executedVersion ?? 'unknown'
    return { reason: 'alias-not-moved', detail: `its invocation ran version ${ran}` }
  }
  if (!hasOwnRows(smoke)) return undefined
  const proof = await prove({
    fn: version,
    changed: false,
    hadRotel: true,
    since,
    smoke,
    invokeAgain: (ended) => invoke(version, ended, alias),
  })
  return proof.kind === 'missing' ? proof : undefined
}

function hasOwnRows({ tail }: SmokeResult): boolean {
  return tail.report?.initMs !== undefined || hasPrinted(tail)
}

/** What did not run tells nothing of where it was led to. */
function isRoutedTo({ version }: LambdaFunction, { invocation }: SmokeResult): boolean {
  const ran = invocation?.executedVersion
  return ran === undefined || ran === version
}
