/** Why telemetry did not arrive: the most probable cause that can be determined. */

import { duration } from '../../model/duration'
import type { Tail } from '../smoke-test/tail'
import { asPartOfALine } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import { type OnlyRequestId } from './judge'
import { WHY } from './request-id-only'
import type { Astray, StoreFault } from '../../systems/clickstack/telemetry-store'
import { exportFailureIn } from '../../systems/rotel/export-failures'

/**
 * What the runner found of the endpoint: its control record arrived; the endpoint did not answer, which means little for a
 * function in a VPC; or neither is known.
 */
export type EndpointClue = 'control-found' | 'unreachable' | 'not-known'

export interface Clues {
  /** The store could not be queried: arrival is unknown. */
  readonly storeFault: StoreFault | undefined
  /** Logs arrived and were proven, spans did not. */
  readonly onlyTracesMissing: boolean
  readonly invoked: boolean
  /** Tails of this run's invocations, oldest first. */
  readonly tails: readonly Tail[]
  readonly astray: Astray | undefined
  readonly expectedServiceName: string
  readonly endpoint: EndpointClue
  /** Rows that arrived after the deadline, by so many ms. */
  readonly lateByMs: number | undefined
  /** Fresh rows that do not prove enough for the level. */
  readonly weakRows: number
  /** Only this run's request ID proves it, and why. */
  readonly onlyRequestId: OnlyRequestId | undefined
  /** `RUST_LOG` hides the lines by which a new execution environment is recognised. */
  readonly startLinesHidden: boolean
  readonly timeoutMs: number
}

export function diagnose(clues: Clues): Refusal {
  const { storeFault, astray, tails, timeoutMs } = clues
  const waited = `${String(Math.round(timeoutMs / 1000))} s`
  if (storeFault) {
    return {
      reason: 'verifier-failed',
      detail: `the verifier could not be queried: ${storeFault.text}`,
    }
  }
  if (clues.lateByMs !== undefined) {
    return {
      reason: 'arrived-late',
      detail: `telemetry arrived ${duration(clues.lateByMs)} after the deadline of ${waited}`,
    }
  }
  if (clues.onlyTracesMissing) {
    return {
      reason: 'traces-missing',
      detail: `logs arrived, but no spans of this function within ${waited}`,
    }
  }
  const lines = tails.flatMap(({ lines }) => lines).filter(({ source }) => source === 'extension')
  const told = exportFailureIn(lines.map(({ text }) => text))
  if (told !== undefined) return told
  const elsewhere = (astray?.serviceNames ?? [])
    .filter((name) => name !== clues.expectedServiceName)
    .map(asPartOfALine)
  if (elsewhere.length > 0) {
    return {
      reason: 'service-name-mismatch',
      detail: `telemetry arrives with the service.name ${elsewhere.join(', ')} instead of ${clues.expectedServiceName}`,
    }
  }
  if (clues.startLinesHidden && clues.weakRows > 0) return START_LINES_HIDDEN
  if (clues.weakRows > 0) {
    return {
      reason: 'proof-too-weak',
      detail:
        clues.onlyRequestId === undefined
          ? `an older execution environment may have sent the ${String(clues.weakRows)} rows that arrived`
          : `${WHY[clues.onlyRequestId]}, and none of the ${String(clues.weakRows)} rows that arrived has it`,
    }
  }
  const lasted = Math.max(0, ...tails.map(({ report }) => report?.durationMs ?? 0))
  if (lasted >= DEAD_ENDPOINT_MS || timedOutLater(tails)) {
    return {
      reason: 'export-unreachable',
      detail: `the invocation took ${duration(lasted)}, which is typical of an endpoint that does not answer`,
    }
  }
  if (!clues.invoked) {
    return { reason: 'no-traffic', detail: `the function was not invoked within ${waited}` }
  }
  if (clues.endpoint === 'unreachable') {
    return {
      reason: 'export-unreachable',
      detail: 'no telemetry arrived, and the endpoint does not answer the runner either',
    }
  }
  // A function that prints nothing then sends nothing, whether or not the configuration is right.
  if (clues.startLinesHidden) return START_LINES_HIDDEN
  return {
    reason: 'nothing-arrived',
    detail: `no telemetry arrived within ${waited}${clues.endpoint === 'control-found' ? ', but the control record did' : ''}`,
  }
}

/** Also known before a write, where nothing else could prove the function. */
export const START_LINES_HIDDEN: Refusal = {
  reason: 'start-lines-hidden',
  detail:
    'RUST_LOG on the function hides the lines that Rotel logs when it starts, by which a new execution environment is recognised, and nothing else proves it',
}

/** A dead endpoint holds each of the first invocations for 3.0 to 3.6 s (reference, section 5). */
const DEAD_ENDPOINT_MS = 3_000

function timedOutLater(tails: readonly Tail[]): boolean {
  return tails.some(({ report }) => report?.status === 'timeout')
}
