/**
 * Prepares the proof before anything is written: checks the endpoint, prepares the verifier, and sends a control record
 * through both. What fails here would fail for every function with these settings, so they stay unchanged.
 */

import { duration } from '../../model/duration'
import { randomUUID } from 'node:crypto'
import { checkClickHouse } from './endpoint/check-clickhouse'
import { checkOtlp } from './endpoint/check-otlp'
import type { CheckedEndpoint } from './endpoint/checked-endpoint'
import type { EndpointCheck } from './endpoint/verdict'
import { type ControlRecordOutcome, sendAndFind } from './endpoint/control-record'
import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { LambdaClock } from '../../systems/lambda/lambda-clock'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Verifier } from '../verify/settings'
import type { Refusal } from '../../model/refusal'
import type { Clock } from '../../model/clock'
import type { Runner } from '../../model/runner'
import type { OpenClickHouse } from '../../systems/clickstack/clickhouse-endpoint'
import type { ExportAnswer, SendLogs } from '../../systems/clickstack/endpoint'
import type { RunSignal } from '../../model/run-signal'
import type { EndpointClue } from '../verify/diagnosis'
import { skipProof, type Prove } from '../verify/proof'
import { proveArrival } from '../verify/prove-arrival'
import { startProver } from '../verify/prover'
import type { TelemetryStore } from '../../systems/clickstack/telemetry-store'
import { type Patience, whenAwake } from './endpoint/when-awake'

export interface EstablishContext {
  readonly runner: Runner
  readonly clock: Clock
  readonly lambdaClock: LambdaClock
  readonly send: SendLogs
  readonly openStore: OpenStore
  readonly openClickHouse: OpenClickHouse
  readonly run: RunSignal
  /** The input `endpoint-check`. */
  readonly check: EndpointCheck
  /** `api-key-scheme: auto`: a key that is refused was tried in the other form too. */
  readonly triesSchemes: boolean
  /** Of a function that is planned. */
  readonly settingsOf: (fn: LambdaFunction) => ExportSettings
}

/** The store that proves arrival, as the verifier names it. */
export type OpenStore = (verifier: Exclude<Verifier, { kind: 'none' }>) => Promise<TelemetryStore>

export interface Established {
  /** Why functions with these settings must not be written. */
  readonly refusalOf: (settings: ExportSettings) => Refusal | undefined
  readonly prove: Prove
  readonly warnings: readonly string[]
  /** What was not checked, where that needs no action. */
  readonly notes: readonly string[]
  readonly close: () => Promise<void>
}

/** @param ways the different settings of all functions that are planned: one, unless they have different ones already */
export async function establishProof(
  verifier: Verifier,
  ways: readonly ExportSettings[],
  context: EstablishContext,
): Promise<Established> {
  const { runner } = context
  runner.startGroup('Endpoint and verifier')
  try {
    const store = verifier.kind === 'none' ? undefined : await context.openStore(verifier)
    let preparation: ReturnType<TelemetryStore['prepare']> | undefined
    const prepare = (asked: TelemetryStore) =>
      (preparation ??= whenAwake(() => asked.prepare(), patience(verifier, context)))
    // The exporter's ClickHouse is often the verifier's, and asleep as long as nobody has waited for it.
    if (store && ways.some(({ exporter }) => exporter === 'clickhouse')) await prepare(store)
    const endpoints = new Map<ExportSettings, CheckedEndpoint>()
    for (const settings of ways) {
      endpoints.set(settings, await checkEndpoint(verifier, settings, store, context))
    }
    const refusals = new Map<ExportSettings, Refusal>()
    const warnings = new Set<string>()
    const notes = new Set<string>()
    const finished = (prove: Prove): Established => ({
      refusalOf: (settings) => refusals.get(settings),
      prove,
      warnings: [...warnings],
      notes: [...notes],
      async close() {
        for (const endpoint of endpoints.values()) await endpoint.close()
        await store?.close()
      },
    })
    for (const [settings, endpoint] of endpoints) {
      if (endpoint.refusal) {
        refusals.set(settings, endpoint.refusal)
        continue
      }
      for (const warning of endpoint.warnings) warnings.add(warning)
      for (const line of endpoint.lines) runner.info(line)
    }
    const open = ways.filter((settings) => !refusals.has(settings))
    if (open.length === 0) return finished(skipProof)
    if (verifier.kind === 'none' || store === undefined) {
      warnings.add(NOT_VERIFIED)
      return finished(skipProof)
    }
    const prepared = await prepare(store)
    if (!prepared.ok) {
      const refusal: Refusal = context.run.halted() ?? {
        reason: 'verifier-failed',
        detail: prepared.fault.text,
      }
      for (const settings of open) refusals.set(settings, refusal)
      return finished(skipProof)
    }
    runner.info(`Verifier  ${prepared.value.inWords}`)

    const clues = new Map<ExportSettings, EndpointClue>()
    for (const settings of open) {
      const control = await controlRecord(endpoints.get(settings), verifier, store, context)
      clues.set(settings, control.clue)
      if (control.refusal) refusals.set(settings, control.refusal)
      if (control.note !== undefined) notes.add(control.note)
      if (control.warning !== undefined) warnings.add(control.warning)
    }
    for (const note of notes) runner.info(`Control   ${note}`)
    const pages = verifier.hyperDxUrl === '' ? undefined : await store.pages?.()
    if (verifier.hyperDxUrl !== '' && pages === undefined) notes.add(NO_LINKS)
    const { clock, run } = context
    const prover = startProver({
      store,
      clock,
      timeoutMs: verifier.timeoutMs,
      signal: run.signal,
      progress: (arrived, waiting) =>
        runner.info(
          `… telemetry of ${String(arrived)} functions arrived, waiting for ${String(waiting)}`,
        ),
    })
    return finished(
      proveArrival({
        store,
        prover,
        clock,
        settings: verifier,
        pages,
        exportOf: context.settingsOf,
        lambdaClock: context.lambdaClock,
        endpointOf: (fn) => clues.get(context.settingsOf(fn)) ?? 'not-known',
        halted: run.halted,
      }),
    )
  } finally {
    runner.endGroup()
  }
}

/** The verifier is waited for as long as a function's telemetry is. */
function patience(verifier: Verifier, { runner, clock, run }: EstablishContext): Patience {
  const timeoutMs = verifier.kind === 'none' ? 0 : verifier.timeoutMs
  return {
    clock,
    timeoutMs,
    signal: run.signal,
    onWait: ({ text }) =>
      runner.info(`Verifier  not ready: ${text}. Waiting for up to ${duration(timeoutMs)}`),
  }
}

interface Control {
  readonly clue: EndpointClue
  readonly refusal?: Refusal
  readonly note?: string
  readonly warning?: string
}

/** Sends a record through the endpoint, and looks for it through the verifier. */
async function controlRecord(
  endpoint: CheckedEndpoint | undefined,
  verifier: Exclude<Verifier, { kind: 'none' }>,
  store: TelemetryStore,
  { runner, clock, run, check }: EstablishContext,
): Promise<Control> {
  const unsent = endpoint?.isUnreachable ? 'unreachable' : 'not-known'
  if (endpoint?.send === undefined) {
    const isElsewhere = endpoint?.keyIsElsewhere && !endpoint.isUnreachable
    return { clue: unsent, ...(isElsewhere ? { note: KEY_NOT_HERE } : { warning: NOT_SENT }) }
  }
  const control = await sendAndFind({
    send: endpoint.send,
    find: (id, since) => store.findControlRecord(id, since),
    clock,
    timeoutMs: verifier.timeoutMs,
    id: randomUUID(),
    serviceName: CONTROL_SERVICE,
    signal: run.signal,
  })
  if (control.kind === 'found') {
    runner.info(
      `Control   the verifier found the control record after ${duration(control.latencyMs)}`,
    )
    return { clue: 'control-found' }
  }
  const lost = controlRefusal(control, check)
  const isInconclusive = endpoint.keyIsElsewhere && control.kind !== 'store-fault'
  if (lost && !isInconclusive) return { clue: 'not-known', refusal: run.halted() ?? lost }
  const clue =
    control.kind === 'not-sent' && control.answer.kind === 'unreachable' ? 'unreachable' : unsent
  return { clue, ...(isInconclusive ? { note: KEY_NOT_HERE } : { warning: NOT_SENT }) }
}

const NOT_VERIFIED =
  '`verify` is `none`: this run does not prove that telemetry arrives in ClickStack.'

const CONTROL_SERVICE = 'clickstack-lambda-action'

const NO_LINKS =
  'The report has no links into HyperDX: `hyperdx-url` is the address of its API, which does not tell that of its user interface. Set `hyperdx-url` to the user interface.'

const NOT_SENT =
  'The runner could not send a control record. The first functions show whether telemetry arrives.'

const KEY_NOT_HERE =
  'Key and control record were not checked, because only the functions can resolve the reference to the key. The first functions show whether telemetry arrives.'

/** By exporter; the verifier may know ClickHouse's tables where the runner cannot reach them. */
function checkEndpoint(
  verifier: Verifier,
  settings: ExportSettings,
  store: TelemetryStore | undefined,
  context: EstablishContext,
): Promise<CheckedEndpoint> {
  if (settings.exporter === 'otlp') return checkOtlp(settings, context)
  const columnsOf = store?.columnsOf?.bind(store)
  return checkClickHouse({
    settings,
    check: context.check,
    open: context.openClickHouse,
    wantsTraces: verifier.kind !== 'none' && verifier.traces,
    columnsByVerifier: columnsOf && ((tables) => columnsOf(settings.database, tables)),
  })
}

/** `undefined` where the run may continue. */
function controlRefusal(control: ControlRecordOutcome, check: EndpointCheck): Refusal | undefined {
  switch (control.kind) {
    case 'found':
      return undefined
    case 'not-sent':
      return control.answer.kind === 'unreachable' || isOtherTrust(control.answer, check)
        ? undefined
        : {
            reason: 'control-record-lost',
            detail: `the endpoint did not accept the control record: ${control.answer.text}`,
          }
    case 'not-found':
      return {
        reason: 'control-record-lost',
        detail: `the endpoint accepted the control record, but the verifier did not find it within ${duration(control.afterMs)}`,
      }
    case 'store-fault':
      return { reason: 'verifier-failed', detail: control.fault.text }
  }
}

/** Functions may trust a certificate that the runner does not: `endpoint-check: off` is for that. */
function isOtherTrust({ kind }: ExportAnswer, check: EndpointCheck): boolean {
  return kind === 'tls' && check === 'off'
}
