/**
 * Prepares the proof before anything is written: checks the endpoint, prepares the verifier, and sends a control record
 * through both. What fails here would fail for every function, so all of them stay unchanged.
 */

import { duration } from '../../model/duration'
import { randomUUID } from 'node:crypto'
import { checkClickHouse } from './endpoint/check-clickhouse'
import { checkOtlp } from './endpoint/check-otlp'
import type { CheckedEndpoint } from './endpoint/checked-endpoint'
import { type ControlRecordOutcome, sendAndFind } from './endpoint/control-record'
import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { Verifier } from '../verify/settings'
import type { Refusal } from '../../model/refusal'
import type { Clock } from '../../model/clock'
import type { Runner } from '../../model/runner'
import type { OpenClickHouse } from '../../systems/clickstack/clickhouse-endpoint'
import type { SendLogs } from '../../systems/clickstack/endpoint'
import type { RunSignal } from '../../model/run-signal'
import { skipProof, type Prove } from '../verify/proof'
import { proveArrival } from '../verify/prove-arrival'
import { startProver } from '../verify/prover'
import type { TelemetryStore } from '../../systems/clickstack/telemetry-store'

export interface EstablishContext {
  readonly runner: Runner
  readonly clock: Clock
  readonly send: SendLogs
  readonly openStore: OpenStore
  readonly openClickHouse: OpenClickHouse
  readonly run: RunSignal
}

/** The store that proves arrival, as the verifier names it. */
export type OpenStore = (verifier: Exclude<Verifier, { kind: 'none' }>) => Promise<TelemetryStore>

export type Established =
  | {
      readonly ok: true
      readonly prove: Prove
      readonly warnings: readonly string[]
      /** What was not checked, where that needs no action. */
      readonly notes: readonly string[]
      readonly close: () => Promise<void>
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** The control record arrives faster than a function's telemetry, because there is nothing to start first. */
const CONTROL_LIMIT_MS = 60_000

export async function establishProof(
  verifier: Verifier,
  settings: ExportSettings,
  context: EstablishContext,
): Promise<Established> {
  const { runner, clock, run } = context
  const warnings: string[] = []
  runner.startGroup('Endpoint and verifier')
  try {
    const notes: string[] = []
    const store = verifier.kind === 'none' ? undefined : await context.openStore(verifier)
    const endpoint = await checkEndpoint(verifier, settings, store, context)
    const close = async () => {
      await endpoint.close()
      await store?.close()
    }
    const refused = async (refusal: Refusal): Promise<Established> => {
      await close()
      return { ok: false, refusal }
    }
    if (endpoint.refusal) return await refused(endpoint.refusal)
    warnings.push(...endpoint.warnings)
    for (const line of endpoint.lines) runner.info(line)

    if (verifier.kind === 'none' || store === undefined) {
      return { ok: true, prove: skipProof, warnings: [...warnings, NOT_VERIFIED], notes, close }
    }
    const prepared = await store.prepare()
    if (!prepared.ok) {
      return await refused({ reason: 'verifier-failed', detail: prepared.fault.text })
    }
    runner.info(`Verifier  ${prepared.value.inWords}`)

    if (endpoint.send) {
      const control = await sendAndFind({
        send: endpoint.send,
        find: (id, since) => store.findControlRecord(id, since),
        clock,
        timeoutMs: Math.min(verifier.timeoutMs, CONTROL_LIMIT_MS),
        id: randomUUID(),
        serviceName: CONTROL_SERVICE,
        signal: run.signal,
      })
      const lost = controlRefusal(control)
      const isInconclusive = endpoint.keyIsElsewhere && control.kind !== 'store-fault'
      if (lost && !isInconclusive) return await refused(run.halted() ?? lost)
      if (control.kind === 'found') {
        runner.info(
          `Control   the verifier found the control record after ${duration(control.latencyMs)}`,
        )
      } else if (isInconclusive) notes.push(KEY_NOT_HERE)
      else warnings.push(NOT_SENT)
    } else if (endpoint.keyIsElsewhere && endpoint.reached !== 'unreachable') {
      notes.push(KEY_NOT_HERE)
    } else warnings.push(NOT_SENT)
    for (const note of notes) runner.info(`Control   ${note}`)
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
    return {
      ok: true,
      warnings,
      notes,
      prove: proveArrival({
        store,
        prover,
        clock,
        settings: verifier,
        export: settings,
        clockAhead: prepared.value.clockAhead,
        endpoint: endpoint.reached,
        halted: run.halted,
      }),
      close,
    }
  } finally {
    runner.endGroup()
  }
}

const NOT_VERIFIED =
  '`verify` is `none`: this run does not prove that telemetry arrives in ClickStack.'

const CONTROL_SERVICE = 'clickstack-lambda-action'

const NOT_SENT =
  'The runner could not send a control record. The first functions show whether telemetry arrives.'

const KEY_NOT_HERE =
  'Key and control record were not checked, because only the functions can resolve the reference to the key. The first functions show whether telemetry arrives.'

/** By exporter; the verifier may know ClickHouse's tables where the runner cannot reach them. */
function checkEndpoint(
  verifier: Verifier,
  settings: ExportSettings,
  store: TelemetryStore | undefined,
  { send, openClickHouse }: EstablishContext,
): Promise<CheckedEndpoint> {
  if (settings.exporter === 'otlp') return checkOtlp(settings, verifier.endpointCheck, send)
  const columnsOf = store?.columnsOf?.bind(store)
  return checkClickHouse({
    settings,
    check: verifier.endpointCheck,
    open: openClickHouse,
    wantsTraces: verifier.kind !== 'none' && verifier.traces,
    columnsByVerifier: columnsOf && ((tables) => columnsOf(settings.database, tables)),
  })
}

/** `undefined` where the run may continue. */
function controlRefusal(control: ControlRecordOutcome): Refusal | undefined {
  switch (control.kind) {
    case 'found':
      return undefined
    case 'not-sent':
      return control.answer.kind === 'unreachable'
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
