/**
 * Waits for the telemetry of many functions with few queries: all waiting functions share one query for each poll, in
 * batches of the size that the store supports. Polling starts fast and slows down.
 */

import type { Clock } from '../../model/clock'
import { done, type Look, notYet, poll } from '../../model/poll'
import { BY_OLDER_ROWS, provenBy, type Rule } from './judge'
import type {
  LogEvidence,
  Sought,
  StoreFault,
  TelemetryStore,
  TraceEvidence,
} from '../../systems/clickstack/telemetry-store'

interface ProofRequest {
  readonly sought: Sought
  readonly rule: Rule
  /** End of the invocation, by this machine's clock; `undefined` where the prover waits for the function's own traffic. */
  readonly invokedAt: number | undefined
  readonly wantsTraces: boolean
  /**
   * Invokes once more if nothing arrives for some time; the new request ID counts too. What arrives meanwhile, or the end
   * of the wait, makes it needless: the signal fires.
   */
  readonly again:
    | ((
        ended: AbortSignal,
      ) => Promise<{ readonly requestId: string; readonly lines: readonly string[] } | undefined>)
    | undefined
}

export type ProofAnswer =
  | {
      readonly kind: 'arrived'
      readonly by: string
      /** From the end of the invocation to the first visible row, as far as polling tells, in ms. */
      readonly latencyMs: number | undefined
      readonly evidence: LogEvidence
      readonly traces: TraceEvidence | undefined
      readonly invokedAgain: boolean
    }
  | {
      readonly kind: 'missing'
      /** What the last query found. */
      readonly evidence: LogEvidence | undefined
      readonly traces: TraceEvidence | undefined
      /** The last query failed: the proof could not be made. */
      readonly fault: StoreFault | undefined
      readonly invokedAgain: boolean
    }

export interface Prover {
  prove(request: ProofRequest): Promise<ProofAnswer>
}

export interface ProverOptions {
  readonly store: TelemetryStore
  readonly clock: Clock
  readonly timeoutMs: number
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal
  readonly progress: (arrived: number, waiting: number) => void
}

/** After this long without anything a function is invoked once more: Rotel's flush can lose a race with the freeze. */
const AGAIN_AFTER_MS = 30_000

/** ClickStack's collector holds rows back for up to 5 s (HYPERDX_OTEL_BATCH_TIMEOUT). */
const OLDER_ROWS_AFTER_MS = 10_000

/** With a short `verify-timeout`, earlier: the second invocation needs time to arrive, too. */
const AGAIN_SHARE = 1 / 3

const FIRST_PAUSE_MS = 400

interface Waiting {
  request: ProofRequest
  readonly since: number
  readonly resolve: (answer: ProofAnswer) => void
  evidence: LogEvidence | undefined
  traces: TraceEvidence | undefined
  fault: StoreFault | undefined
  invokedAgain: boolean
  /** Fires when it is not waited for any more. */
  readonly ended: AbortController
}

export function startProver(options: ProverOptions): Prover {
  const { store, clock, timeoutMs, signal, progress } = options
  const waiting = new Set<Waiting>()
  let polling = false
  let arrived = 0

  const finish = (one: Waiting, answer: ProofAnswer) => {
    waiting.delete(one)
    one.resolve(answer)
    one.ended.abort()
  }

  const untilAllSettled = async () => {
    polling = true
    let lastProgress = clock.now()
    const round = async (): Promise<Look<true, undefined>> => {
      const asked = [...waiting]
      for (const batch of inBatches(asked, store.batchSize)) await look(batch)
      const now = clock.now()
      // Those that came meanwhile, too, when the run is over: nothing would look at them any more.
      for (const one of signal.aborted ? [...waiting] : asked) settle(one, now)
      if (now - lastProgress > 15_000 && waiting.size > 0) {
        lastProgress = now
        progress(arrived, waiting.size)
      }
      return waiting.size > 0 ? notYet(undefined, pause(now)) : done(true)
    }
    const end = await poll(round, { firstMs: FIRST_PAUSE_MS }, { clock, signal })
    // What has come by the end of the run still counts.
    if (end.kind !== 'done') await round()
    polling = false
  }

  const look = async (batch: readonly Waiting[]) => {
    if (batch.length === 0) return
    const logs = await store.findLogs(batch.map(({ request }) => request.sought))
    const found = new Map(logs.ok ? logs.value.map((evidence) => [evidence.key, evidence]) : [])
    for (const one of batch) {
      one.fault = logs.ok ? undefined : logs.fault
      if (logs.ok) one.evidence = found.get(one.request.sought.key)
    }
    const traced = batch.filter(({ request, traces }) => request.wantsTraces && !traces?.spans)
    if (traced.length === 0) return
    const spans = await store.findTraces(traced.map(({ request }) => request.sought))
    for (const one of traced) {
      if (!spans.ok) one.fault ??= spans.fault
      else one.traces = spans.value.find(({ key }) => key === one.request.sought.key)
    }
  }

  const settle = (one: Waiting, now: number) => {
    const { request, evidence, traces, fault, invokedAgain } = one
    const proven = evidence && fault === undefined ? provenBy(evidence, request.rule) : undefined
    // Rows of this run's invocation prove more than older rows, so they get some time to arrive.
    const mayStillCome =
      request.invokedAt !== undefined &&
      now - one.since < Math.min(OLDER_ROWS_AFTER_MS, timeoutMs * AGAIN_SHARE)
    const by = proven === BY_OLDER_ROWS && mayStillCome ? undefined : proven
    const traced = !request.wantsTraces || (traces?.spans ?? 0) > 0
    if (by !== undefined && evidence !== undefined && traced) {
      arrived += 1
      // Older rows prove that the function works, but not its latency.
      const hasLatency = request.invokedAt !== undefined && evidence.freshRows > 0
      const latencyMs = hasLatency ? now - request.invokedAt : undefined
      finish(one, { kind: 'arrived', by, latencyMs, evidence, traces, invokedAgain })
      return
    }
    if (now - one.since >= timeoutMs || signal.aborted) {
      finish(one, { kind: 'missing', evidence, traces, fault, invokedAgain })
      return
    }
    const { again } = request
    if (
      again !== undefined &&
      !invokedAgain &&
      now - one.since >= Math.min(AGAIN_AFTER_MS, timeoutMs * AGAIN_SHARE)
    ) {
      one.invokedAgain = true
      void again(one.ended.signal).then((invocation) => {
        if (invocation === undefined) return
        const { sought } = one.request
        one.request = {
          ...one.request,
          sought: {
            ...sought,
            requestIds: [...sought.requestIds, invocation.requestId],
            ownLines: [...sought.ownLines, ...invocation.lines],
          },
        }
      })
    }
  }

  /** Depends on the function that has waited least: early rows are found early, late ones cost few queries. */
  const pause = (now: number): number => {
    const youngest = Math.min(...[...waiting].map(({ since }) => now - since))
    if (youngest < 3_000) return FIRST_PAUSE_MS
    if (youngest < 15_000) return 1_000
    return youngest < 60_000 ? 3_000 : 8_000
  }

  return {
    prove: (request) =>
      new Promise((resolve) => {
        waiting.add({
          request,
          since: clock.now(),
          resolve,
          evidence: undefined,
          traces: undefined,
          fault: undefined,
          invokedAgain: false,
          ended: new AbortController(),
        })
        if (!polling) void untilAllSettled()
      }),
  }
}

function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const batches: T[][] = []
  for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size))
  return batches
}
