/** Why nothing arrived, in one line: the most probable cause that can be known. */

import { duration } from '../../model/duration'
import type { Tail } from '../smoke-test/tail'
import { asPartOfALine } from '../../model/redaction'
import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Astray, StoreFault } from '../../systems/clickstack/telemetry-store'

export interface Clues {
  readonly fn: LambdaFunction
  /** The store could not be asked: nothing is known of arrival. */
  readonly storeFault: StoreFault | undefined
  /** Logs arrived and were proven, spans did not. */
  readonly onlyTracesMissing: boolean
  readonly invoked: boolean
  /** Tails of this run's invocations, oldest first. */
  readonly tails: readonly Tail[]
  readonly astray: Astray | undefined
  readonly expectedServiceName: string
  /** What the runner found of the endpoint; `unreachable` from a runner means little for a function in a VPC. */
  readonly endpoint: 'accepted' | 'unreachable' | 'not-checked' | 'key-unchecked'
  /** Rows that arrived after the deadline, by so many ms. */
  readonly lateByMs: number | undefined
  /** There were fresh rows, of too weak a kind for the level asked. */
  readonly weakRows: number
  readonly timeoutMs: number
}

interface Cause {
  readonly pattern: RegExp
  readonly refusal: Refusal
}

/** What Rotel says of its exports. Source: rotel-lambda-extension v0.1.6, rotel v0.2.4 (reference, section 5). */
const ROTEL_SAYS: readonly Cause[] = [
  {
    pattern: /blackhole exporter/,
    refusal: {
      reason: 'export-blackhole',
      detail: 'Rotel says that it has no endpoint and throws everything away',
    },
  },
  {
    pattern: /status=.?(Unauthenticated|PermissionDenied|401|403)/i,
    refusal: {
      reason: 'export-key-refused',
      detail: 'Rotel says that the endpoint refuses the key',
    },
  },
  {
    pattern: /status=.?(Unimplemented|404|NotFound)/i,
    refusal: {
      reason: 'export-not-found',
      detail: 'Rotel says that there is no OTLP receiver at the endpoint',
    },
  },
  {
    pattern: /404 when exporting to Clickhouse/i,
    refusal: { reason: 'export-not-found', detail: 'Rotel says that the table does not exist' },
  },
  {
    pattern:
      /timeout waiting to flush|unable to drain exporter|error from endpoint|will retry again after delay|failed to flush/i,
    refusal: {
      reason: 'export-unreachable',
      detail: 'Rotel says that the endpoint does not answer it',
    },
  },
]

export function diagnose(clues: Clues): Refusal {
  const { storeFault, fn, astray, tails, timeoutMs } = clues
  const waited = `${String(Math.round(timeoutMs / 1000))} s`
  if (storeFault) {
    return {
      reason: 'verifier-failed',
      detail: `arrival could not be looked up: ${storeFault.text}`,
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
      detail: `logs arrived, and no span of this function within ${waited}`,
    }
  }
  const said = tails.flatMap(({ lines }) => lines).filter(({ source }) => source === 'extension')
  for (const { pattern, refusal } of ROTEL_SAYS) {
    if (said.some(({ text }) => pattern.test(text))) return refusal
  }
  const elsewhere = (astray?.serviceNames ?? [])
    .filter((name) => name !== clues.expectedServiceName)
    .map(asPartOfALine)
  if (elsewhere.length > 0) {
    return {
      reason: 'service-name-mismatch',
      detail: `its rows arrive under service.name ${elsewhere.join(', ')}, expected ${clues.expectedServiceName}`,
    }
  }
  if (clues.weakRows > 0) {
    return {
      reason: 'proof-too-weak',
      detail: `${String(clues.weakRows)} rows arrived that an older environment may have written too`,
    }
  }
  const lasted = Math.max(0, ...tails.map(({ report }) => report?.durationMs ?? 0))
  if (lasted >= DEAD_ENDPOINT_MS || timedOutLater(tails)) {
    return {
      reason: 'export-unreachable',
      detail: `the invocation took ${duration(lasted)}, as with an endpoint that does not answer`,
    }
  }
  if (!clues.invoked) {
    return { reason: 'no-traffic', detail: `it was not invoked by anybody within ${waited}` }
  }
  if (clues.endpoint === 'unreachable') {
    return {
      reason: 'export-unreachable',
      detail: 'nothing arrived, and the endpoint does not answer this runner either',
    }
  }
  return {
    reason: 'nothing-arrived',
    detail: `nothing of ${fn.arn.name} arrived within ${waited}${clues.endpoint === 'key-unchecked' ? '' : ', though the control record did'}`,
  }
}

/** A dead endpoint holds each of the first invocations for 3.0 to 3.6 s (reference, section 5). */
const DEAD_ENDPOINT_MS = 3_000

function timedOutLater(tails: readonly Tail[]): boolean {
  return tails.some(({ report }) => report?.status === 'timeout')
}
