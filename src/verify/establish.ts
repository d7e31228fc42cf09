/**
 * Sets the proof up before anything is written: asks the endpoint, prepares the verifier, and sends a control record
 * through both. What fails here fails for every function, so none is touched.
 */

import { duration } from '../model/duration'
import { randomUUID } from 'node:crypto'
import { type ControlRecordOutcome, sendAndFind } from '../endpoint/control-record'
import type { ExportAnswer, ExportTarget } from '../endpoint/endpoint'
import { judgeEndpoint } from '../endpoint/verdict'
import type { ExportSettings, Verifier } from '../inputs/inputs'
import type { Refusal } from '../model/refusal'
import type { Outside } from '../ports'
import type { RunSignal } from '../run-signal'
import { readSecretValue } from '../secrets/secret-reference'
import { lookAway, type Prove } from './proof'
import { type ArrivalContext, proveArrival } from './prove-arrival'
import { startProver } from './prover'

export interface EstablishContext extends Pick<Outside, 'runner' | 'clock' | 'send' | 'openStore'> {
  readonly run: RunSignal
}

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
  const { runner, clock, run, send } = context
  const warnings: string[] = []
  runner.startGroup('Endpoint and verifier')
  try {
    const notes: string[] = []
    const credentialsSent = !settings.headers.some(({ value }) => isReferred(value))
    const target = targetOf(settings, credentialsSent)
    const answer = verifier.endpointCheck === 'off' ? undefined : await send(target, undefined)
    const verdict = judgeEndpoint(answer, {
      check: verifier.endpointCheck,
      target,
      credentialsSent,
    })
    if (verdict.kind === 'block') return { ok: false, refusal: verdict }
    if (verdict.kind === 'warn') warnings.push(verdict.text)
    runner.info(`Endpoint  ${settings.endpoint} (${settings.protocol}): ${endpointText(verdict)}`)

    if (verifier.kind === 'none') {
      const close = () => Promise.resolve()
      return { ok: true, prove: lookAway, warnings: [...warnings, NOT_VERIFIED], notes, close }
    }
    const store = await context.openStore(verifier)
    const refused = async (refusal: Refusal): Promise<Established> => {
      await store.close()
      return { ok: false, refusal }
    }
    const prepared = await store.prepare()
    if (!prepared.ok) {
      return await refused({ reason: 'verifier-failed', detail: prepared.fault.text })
    }
    runner.info(`Verifier  ${prepared.value.inWords}`)

    const reached = answer?.kind === 'accepted'
    if (reached || answer === undefined) {
      const control = await sendAndFind({
        send,
        target,
        find: (id, since) => store.findControlRecord(id, since),
        clock,
        timeoutMs: Math.min(verifier.timeoutMs, CONTROL_LIMIT_MS),
        id: randomUUID(),
        serviceName: CONTROL_SERVICE,
        signal: run.signal,
      })
      const lost = controlRefusal(control)
      const meansNothing = !credentialsSent && control.kind !== 'store-fault'
      if (lost && !meansNothing) return await refused(run.halted() ?? lost)
      if (control.kind === 'found') {
        runner.info(
          `Control   a record sent to the endpoint was found after ${duration(control.latencyMs)}`,
        )
      } else if (meansNothing) notes.push(KEY_NOT_HERE)
      else warnings.push(NOT_SENT)
    } else if (answer.kind === 'key-refused') notes.push(KEY_NOT_HERE)
    else warnings.push(NOT_SENT)
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
        endpoint: endpointClue(answer, credentialsSent),
        halted: run.halted,
      }),
      close: () => store.close(),
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

function isReferred(value: string): boolean {
  const read = readSecretValue(value)
  return 'problem' in read || read.references.length > 0
}

function targetOf(
  { endpoint, protocol, headers }: ExportSettings,
  withCredentials: boolean,
): ExportTarget {
  const sent = withCredentials ? headers : []
  return { endpoint, protocol, headers: new Map(sent.map(({ name, value }) => [name, value])) }
}

function endpointClue(
  answer: ExportAnswer | undefined,
  credentialsSent: boolean,
): ArrivalContext['endpoint'] {
  if (answer === undefined) return 'not-checked'
  if (answer.kind === 'unreachable') return 'unreachable'
  return credentialsSent ? 'accepted' : 'key-unchecked'
}

function endpointText(verdict: ReturnType<typeof judgeEndpoint>): string {
  if (verdict.kind === 'ok') return verdict.note ?? 'answers, and takes the key'
  return verdict.kind === 'warn' ? 'not reachable from this runner' : 'refused'
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
