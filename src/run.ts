/** The pipeline: select → inspect → plan → apply in waves, each with its smoke test and proof → report. */

import { attach, type AttachContext, proveUnchanged } from './apply/attach'
import { waves } from './apply/waves'
import PQueue from 'p-queue'
import type { SendLogs } from './endpoint/endpoint'
import type { Inputs, Verifier } from './inputs/inputs'
import { inspect, type Inspected } from './inspect/inspect'
import type { LambdaFunction } from './model/lambda-function'
import { isGood, type Outcome, verdict } from './model/outcome'
import type { Problem } from './model/problem'
import type { Refusal } from './model/refusal'
import type { Reason } from './model/reason'
import type { LatestVersions } from './plan/layers'
import { type Plan, planAttachment, planRemoval } from './plan/plan'
import type { Clock, Identity, LambdaControl, LambdaInvoke, Releases, Runner } from './ports'
import { changeText } from './report/function-line'
import { announcePlan, announceTargets, nameOf, progressLog } from './report/log'
import type { Report } from './report/report'
import { latestVersions } from './rotel/releases'
import type { RunSignal } from './run-signal'
import { selectFunctions, type Target } from './select/select'
import { payloadFor } from './smoke/payload'
import { smokeTest } from './smoke/smoke-test'
import type { Journal } from './undo/journal'
import { establishProof } from './verify/establish'
import { lookAway, type Prove } from './verify/proof'
import type { TelemetryStore } from './verify/telemetry-store'

export interface Outside {
  readonly lambda: LambdaControl
  readonly invoke: LambdaInvoke
  readonly identity: Identity
  readonly releases: Releases
  readonly runner: Runner
  readonly clock: Clock
  readonly send: SendLogs
  readonly openStore: (verifier: Exclude<Verifier, { kind: 'none' }>) => Promise<TelemetryStore>
  /** Called once, before the first write. */
  readonly openJournal: (account: string, partition: string) => Journal
}

export type RunResult =
  | { readonly ok: true; readonly report: Report }
  /** Nothing was touched. */
  | { readonly ok: false; readonly problems: readonly Problem[] }

export async function run(
  inputs: Inputs,
  inputWarnings: readonly string[],
  run: RunSignal,
  outside: Outside,
): Promise<RunResult> {
  const { lambda, runner, clock } = outside
  const startedAt = clock.now()
  const warnings = [...inputWarnings]

  const wrongAccount = await foreignAccount(inputs.limits.allowedAccountIds, outside.identity)
  if (wrongAccount) return { ok: false, problems: [wrongAccount] }

  const selection = await selectFunctions(inputs.targets, lambda)
  if (!selection.ok) return selection
  const accounts = accountProblems(selection.targets, inputs.limits.allowedAccountIds)
  if (accounts.length > 0) return { ok: false, problems: accounts }
  announceTargets(selection.targets, runner)

  const latest = await findLatest(inputs, outside.releases, warnings)
  const planFor = planner(inputs, latest)
  const invokes = (fn: LambdaFunction, changes: boolean) => isInvoked(inputs, fn, changes)
  const inspected = await Promise.all(
    selection.targets.map((target) =>
      inspect(target, {
        lambda,
        planFor,
        invokes,
        layerMayBeSigned: inputs.mode !== 'remove' && inputs.wanted.layer.kind === 'own-copy',
      }),
    ),
  )
  const invocations = inspected.filter(
    (one) => one.kind === 'planned' && invokes(one.fn, one.plan.kind === 'change'),
  ).length
  announcePlan(inspected, inputs.mode, invocations, runner)

  const outcomes =
    inputs.mode === 'plan'
      ? inspected.map(plannedOutcome)
      : await withProof(inspected, inputs, run, outside, warnings, (proved, prove) =>
          carryOut(proved, inputs, planFor, invokes, prove, run, outside),
        )
  return {
    ok: true,
    report: {
      mode: inputs.mode,
      result: verdict(outcomes, inputs.limits.failOn),
      outcomes,
      warnings,
      durationMs: clock.now() - startedAt,
      invocations: outcomes.filter(({ smoke }) => smoke?.requestId !== undefined).length,
    },
  }
}

/** Nothing is written before the proof is set up; where that fails, all functions are blocked. */
async function withProof(
  inspected: readonly Inspected[],
  inputs: Exclude<Inputs, { mode: 'plan' }>,
  run: RunSignal,
  outside: Outside,
  warnings: string[],
  body: (inspected: readonly Inspected[], prove: Prove) => Promise<readonly Outcome[]>,
): Promise<readonly Outcome[]> {
  const isNeeded = inputs.mode !== 'remove' && inspected.some(({ kind }) => kind === 'planned')
  if (!isNeeded) return body(inspected, lookAway)
  const proof = await establishProof(inputs.verifier, inputs.wanted.export, { ...outside, run })
  if (!proof.ok) {
    const blocked = inspected.map((one): Inspected =>
      one.kind === 'refused'
        ? one
        : {
            kind: 'refused',
            name: one.fn.arn.name,
            region: one.fn.arn.region,
            fn: one.fn,
            notApplicable: false,
            reason: proof.refusal.reason,
            detail: proof.refusal.detail,
          },
    )
    return body(blocked, lookAway)
  }
  warnings.push(...proof.warnings)
  try {
    return await body(inspected, proof.prove)
  } finally {
    await proof.close()
  }
}

/** Asked only where accounts are restricted: STS needs no permission, but it is one more call. */
async function foreignAccount(
  allowed: readonly string[],
  identity: Identity,
): Promise<Problem | undefined> {
  if (allowed.length === 0) return undefined
  const caller = await identity.whoAmI()
  const input = 'allowed-account-ids'
  if (!caller.ok) {
    return { input, message: `the caller’s account could not be found out (${caller.fault.code})` }
  }
  return allowed.includes(caller.value.account)
    ? undefined
    : {
        input,
        message: `the credentials are of account ${caller.value.account}, allowed: ${allowed.join(', ')}`,
      }
}

function accountProblems(targets: readonly Target[], allowed: readonly string[]): Problem[] {
  const accounts = new Set(targets.flatMap((t) => (t.kind === 'found' ? [t.fn.arn.account] : [])))
  const foreign = [...accounts].filter((id) => allowed.length > 0 && !allowed.includes(id))
  if (foreign.length > 0) {
    return [
      {
        input: 'allowed-account-ids',
        message: `functions of account ${foreign.join(', ')} are selected, allowed: ${allowed.join(', ')}`,
      },
    ]
  }
  return accounts.size > 1
    ? [
        {
          input: 'functions',
          message: `functions of several accounts are selected (${[...accounts].join(', ')}); use one step for each account`,
        },
      ]
    : []
}

async function findLatest(
  inputs: Inputs,
  releases: Releases,
  warnings: string[],
): Promise<LatestVersions> {
  if (inputs.mode === 'remove' || inputs.wanted.layer.kind !== 'latest') return () => undefined
  const list = await releases.list()
  if (list.ok) return latestVersions(list.value)
  warnings.push(
    `layer-version: latest could not be found out (${list.fault}); attached layers are kept, others get the bundled version.`,
  )
  return () => undefined
}

function planner(inputs: Inputs, latest: LatestVersions): (fn: LambdaFunction) => Plan {
  if (inputs.mode === 'remove') return planRemoval
  const { wanted, targets } = inputs
  const context = { architecture: targets.architecture, latest }
  if (inputs.mode !== 'verify') return (fn) => planAttachment(fn, wanted, context)
  return (fn) => {
    const plan = planAttachment(fn, wanted, context)
    return plan.kind === 'change'
      ? {
          kind: 'refused',
          reason: 'not-configured',
          detail: `to be done: ${changeText(plan.change)}`,
        }
      : plan
  }
}

function isInvoked(inputs: Inputs, fn: LambdaFunction, changes: boolean): boolean {
  const { when } = inputs.smokeTest
  if (when === 'never' || (when === 'changed' && !changes)) return false
  if (inputs.mode === 'remove' && !changes) return false
  return payloadFor(fn.arn.name, inputs.smokeTest).kind === 'json'
}

type Planned = Extract<Inspected, { kind: 'planned' }>

async function carryOut(
  inspected: readonly Inspected[],
  inputs: Exclude<Inputs, { mode: 'plan' }>,
  planFor: (fn: LambdaFunction) => Plan,
  invokes: (fn: LambdaFunction, changes: boolean) => boolean,
  prove: Prove,
  run: RunSignal,
  outside: Outside,
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
      smokeQueue.add(() =>
        smokeTest(latest, text, {
          lambda: outside.invoke,
          clock,
          acceptFunctionErrors: inputs.smokeTest.acceptFunctionErrors,
          signal: run.signal,
        }),
      )
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
        return isGood(outcome)
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

function refusedOutcome(one: Extract<Inspected, { kind: 'refused' }>): Outcome {
  const reason: Reason = one.notApplicable ? 'not-applicable' : one.reason
  return {
    ...blank(one.name, one.region, one.fn),
    status: one.notApplicable ? 'skipped' : 'blocked',
    reason,
    detail: one.detail,
  }
}

function plannedOutcome(one: Inspected): Outcome {
  if (one.kind === 'refused') return refusedOutcome(one)
  const { fn, plan } = one
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'planned',
    reason: plan.kind === 'unchanged' ? 'no-change' : undefined,
    change: plan.kind === 'change' ? plan.change : undefined,
    warnings: plan.warnings,
  }
}

function nothingToRemove({ fn }: Planned): Outcome {
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'removed',
    reason: 'nothing-to-remove',
  }
}

function skippedOutcome({ fn }: Planned, { reason, detail }: Refusal): Outcome {
  return { ...blank(fn.arn.name, fn.arn.region, fn), status: 'skipped', reason, detail }
}

function blank(name: string, region: string, fn: LambdaFunction | undefined): Outcome {
  return {
    name,
    region,
    arn: fn?.arn,
    status: 'skipped',
    reason: undefined,
    detail: undefined,
    change: undefined,
    changed: false,
    smoke: undefined,
    telemetry: undefined,
    warnings: [],
    facts: fn && {
      runtime: fn.runtime,
      architecture: fn.architecture,
      memoryMb: fn.memoryMb,
      timeoutSeconds: fn.timeoutSeconds,
    },
  }
}
