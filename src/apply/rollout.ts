/** Carries the plans out: those that change something in waves, then the proof of those that are as asked already. */

import PQueue from 'p-queue'
import type { Inputs } from '../inputs/inputs'
import type { Inspected } from '../inspect/inspect'
import { nothingToRemove, refusedOutcome, skippedOutcome } from '../inspect/outcomes'
import type { LambdaFunction } from '../model/lambda-function'
import { isGood, type Outcome } from '../model/outcome'
import type { Refusal } from '../model/refusal'
import type { Plan } from '../plan/plan'
import type { Outside } from '../ports'
import { nameOf, progressLog } from '../report/log'
import type { RunSignal } from '../run-signal'
import { payloadFor } from '../smoke/payload'
import { smokeTest } from '../smoke/smoke-test'
import type { Prove } from '../verify/proof'
import { attach, type AttachContext, proveUnchanged } from './attach'
import { waves } from './waves'

type Planned = Extract<Inspected, { kind: 'planned' }>

export interface Rollout {
  readonly inputs: Exclude<Inputs, { mode: 'plan' }>
  readonly planFor: (fn: LambdaFunction) => Plan
  /** Whether the smoke test invokes the function. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  readonly prove: Prove
  readonly run: RunSignal
  readonly outside: Outside
}

/** Every function ends with an outcome, in the order in which they were selected. */
export async function carryOut(
  inspected: readonly Inspected[],
  { inputs, planFor, invokes, prove, run, outside }: Rollout,
): Promise<readonly Outcome[]> {
  const { clock, runner } = outside
  const outcomes = new Map<Inspected, Outcome>()
  const log = progressLog(inspected.map(nameOf), runner)
  const end = (one: Inspected, outcome: Outcome) => {
    outcomes.set(one, outcome)
    log.ended(outcome)
  }
  runner.startGroup(inputs.mode === 'remove' ? 'Remove' : 'Attach and prove')
  for (const one of inspected) if (one.kind === 'refused') end(one, refusedOutcome(one))

  const planned = inspected.filter((one): one is Planned => one.kind === 'planned')
  const changing = planned.filter(({ plan }) => plan.kind === 'change')
  const unchanged = planned.filter(({ plan }) => plan.kind === 'unchanged')

  const smokeQueue = new PQueue({ concurrency: inputs.smokeTest.concurrency })
  const invoke = (fn: LambdaFunction, changes: boolean) => {
    if (!invokes(fn, changes)) return undefined
    const payload = payloadFor(fn.arn.name, inputs.smokeTest)
    const text = payload.kind === 'json' ? payload.text : ''
    return (latest: LambdaFunction) =>
      smokeQueue.add(async () => {
        const smoke = await smokeTest(latest, text, {
          lambda: outside.invoke,
          clock,
          acceptFunctionErrors: inputs.smokeTest.acceptFunctionErrors,
          signal: run.signal,
        })
        const halt = run.halted()
        const wasAborted = smoke.kind === 'failed' && smoke.reason === 'cancelled'
        return wasAborted && halt ? { ...smoke, reason: halt.reason, detail: halt.detail } : smoke
      })
  }
  const { showFunctionLogs } = inputs.smokeTest

  const [first] = changing
  if (first !== undefined) {
    const { account, partition } = first.fn.arn
    const journal = outside.openJournal(account, partition)
    const context: Omit<AttachContext, 'invoke' | 'halted'> = {
      lambda: outside.lambda,
      clock,
      journal,
      planFor,
      onFailure: inputs.limits.onFailure,
      showFunctionLogs,
      prove,
      ends:
        inputs.mode === 'remove'
          ? { proven: 'removed', written: 'removed' }
          : { proven: 'instrumented', written: 'written' },
    }
    const rollout = waves(changing, {
      groupOf: ({ fn }) => `${fn.arn.region} ${fn.architecture} ${fn.runtime ?? ''}`,
      maxUnproven: inputs.limits.maxUnproven,
      stopAfter: inputs.limits.stopAfter,
      isOver: () => run.halted() !== undefined,
      attach: async (one) => {
        const outcome = await attach(
          { fn: one.fn, warnings: one.plan.warnings },
          {
            ...context,
            invoke: invoke(one.fn, true),
            halted: () => run.halted() ?? (rollout.hasStopped() ? STOPPED : undefined),
          },
        )
        end(one, outcome)
        if (isGood(outcome)) return 'as-wanted'
        return outcome.status === 'unproven' && outcome.changed ? 'kept' : 'failed'
      },
    })
    await rollout.run()
    journal.close()
  }

  await Promise.all(
    unchanged.map(async (one) => {
      const candidate = { fn: one.fn, warnings: one.plan.warnings }
      const outcome =
        inputs.mode === 'remove'
          ? nothingToRemove(one)
          : await proveUnchanged(candidate, {
              invoke: invoke(one.fn, false),
              prove,
              clock,
              showFunctionLogs,
            })
      end(one, outcome)
    }),
  )
  const halt = run.halted() ?? STOPPED
  for (const one of planned) if (!outcomes.has(one)) end(one, skippedOutcome(one, halt))
  runner.endGroup()
  return inspected.flatMap((one) => outcomes.get(one) ?? [])
}

const STOPPED: Refusal = { reason: 'stopped', detail: 'too many functions had failed before it' }
