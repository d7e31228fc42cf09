/**
 * Sets the proof up before anything is written: asks the endpoint, prepares the verifier, and sends a control record
 * through both. What fails here fails for every function, so none is touched.
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
      /** What was not checked, where that is nothing to act on. */
      readonly notes: readonly string[]
      readonly close: () => Promise<void>
    }
  | { readonly ok: false; readonly refusal: Refusal }

/** The control record has to come through faster than a function: nothing has to start first. */
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
      const meansNothing = endpoint.keyIsElsewhere && control.kind !== 'store-fault'
      if (lost && !meansNothing) return await refused(run.halted() ?? lost)
      if (control.kind === 'found') {
        runner.info(
          `Control   a record sent to the endpoint was found after ${duration(control.latencyMs)}`,
        )
      } else if (meansNothing) notes.push(KEY_NOT_HERE)
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
        runner.info(`… telemetry of ${String(arrived)} arrived, ${String(waiting)} waited for`),
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
  'verify: none: nobody looked into ClickStack, so this run does not prove that telemetry arrives.'

const CONTROL_SERVICE = 'clickstack-lambda-action'

const NOT_SENT = 'No control record could be sent from this runner, so the canary decides.'

const KEY_NOT_HERE =
  'not checked: the key is a reference, which only the functions resolve. The canary decides.'

/** The exporter's own way in; what the verifier knows of ClickHouse's tables helps where the runner does not reach them. */
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

/** `undefined` where the run may go on. */
function controlRefusal(control: ControlRecordOutcome): Refusal | undefined {
  switch (control.kind) {
    case 'found':
      return undefined
    case 'not-sent':
      return control.answer.kind === 'unreachable'
        ? undefined
        : {
            reason: 'control-record-lost',
            detail: `the endpoint did not take it: ${control.answer.text}`,
          }
    case 'not-found':
      return {
        reason: 'control-record-lost',
        detail: `the endpoint took a record, and the verifier did not show it within ${duration(control.afterMs)}`,
      }
    case 'store-fault':
      return { reason: 'verifier-failed', detail: control.fault.text }
  }
}
