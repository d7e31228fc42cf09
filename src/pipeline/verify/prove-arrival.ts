/** Proves functions with a verifier: what is sought of each, the wait, and the diagnosis when nothing arrives. */

import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { ProofSettings } from './settings'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import type { Clock } from '../../model/clock'
import { MARKER, readMarker } from '../../model/ownership'
import type { Tail } from '../smoke-test/tail'
import type { SmokeResult } from '../smoke-test/smoke-test'
import { astrayFinder } from './astray'
import { attributeLines } from './attributes'
import { searchLink, traceLink } from '../../systems/clickstack/deep-links'
import { type Clues, diagnose } from './diagnosis'
import { provenBy, type Rule } from './judge'
import type { Proof, ProofSubject, Prove, TelemetryReport } from './proof'
import type { ProofAnswer, Prover } from './prover'
import type { Pages, Sought, TelemetryStore } from '../../systems/clickstack/telemetry-store'

export interface ArrivalContext {
  readonly store: TelemetryStore
  readonly prover: Prover
  readonly settings: ProofSettings
  /** For links; `undefined`: there are none. */
  readonly pages: Pages | undefined
  readonly exportOf: (fn: LambdaFunction) => ExportSettings
  readonly clock: Clock
  /** The store's clock less this machine's, in ms. */
  readonly clockAhead: number
  readonly endpointOf: (fn: LambdaFunction) => Clues['endpoint']
  /** Why the run came to its end early; `undefined` while it goes on. */
  readonly halted: () => Refusal | undefined
}

const DAY_MS = 24 * 3_600_000

/**
 * Lambda's clock may be a little behind the store's. That is allowed for where only a new environment can have sent
 * anything, and not where older ones can.
 */
const CLOCK_SLACK_MS = 5_000

export function proveArrival(context: ArrivalContext): Prove {
  const findAstray = astrayFinder(context.store, context.clock)
  return async (subject) => {
    const { settings } = context
    // The request IDs of invocations by others are unknown.
    const level =
      subject.smoke === undefined && settings.level === 'invocation'
        ? 'environment'
        : settings.level
    const rule: Rule = subject.changed
      ? { kind: 'changed', level, hadRotel: subject.hadRotel }
      : {
          kind: 'unchanged',
          level,
          invoked: subject.smoke !== undefined,
          ownRowsOnly: needsOwnRows(subject),
        }
    const tails: Tail[] = subject.smoke ? [subject.smoke.tail] : []
    const sought = soughtOf(subject, context)
    const { invokeAgain } = subject
    const answer = await context.prover.prove({
      sought,
      rule,
      invokedAt: subject.smoke?.invocation?.endedAt,
      wantsTraces: settings.traces,
      again:
        invokeAgain &&
        (async () => {
          const smoke = await invokeAgain()
          tails.push(smoke.tail)
          const { invocation } = smoke
          return invocation && { requestId: invocation.requestId, lines: ownLines(smoke) }
        }),
    })
    const telemetry = reportOf(subject, answer, context)
    if (answer.kind === 'arrived') return { kind: 'arrived', telemetry }
    return missing(subject, answer, { sought, rule, tails, telemetry, context, findAstray })
  }
}

/**
 * A cold start, or an invocation that printed something, has sent rows of its own if Rotel works; and without CloudWatch
 * Logs there is no second copy, so yesterday's rows do not do. Only a warm environment that printed nothing has nothing
 * to send: to ask it for more would take logs from healthy functions that are silent.
 */
function needsOwnRows({ fn, smoke }: ProofSubject): boolean {
  const marker = fn.environment.readable
    ? readMarker(fn.environment.variables.get(MARKER))
    : undefined
  const isDisabled = marker !== undefined && marker !== 'unreadable' && marker.logs !== undefined
  const isColdStart = smoke?.tail.report?.initMs !== undefined
  const hasPrinted = smoke?.tail.lines.some(({ source }) => source === 'function') ?? false
  return isColdStart || hasPrinted || (isDisabled && smoke === undefined)
}

/**
 * Rows have Lambda's time, which may differ from this machine's and the store's. So a row is fresh only if it is by both
 * clocks, and a request ID, which is unique, counts if it is by either.
 */
function soughtOf(
  { fn, effectiveAt, smoke, changed, hadRotel, foundModified }: ProofSubject,
  context: ArrivalContext,
): Sought {
  const serviceName = expectedServiceName(fn.arn.name, context.exportOf(fn))
  const slack = hadRotel ? 0 : CLOCK_SLACK_MS
  // What it sent before a deploy took Rotel off it, seconds ago, proves nothing.
  const since = Math.max(
    effectiveAt + Math.max(context.clockAhead, 0) - slack,
    hadRotel ? -Infinity : (foundModified ?? -Infinity),
  )
  const earliest = effectiveAt + Math.min(context.clockAhead, 0) - CLOCK_SLACK_MS
  return {
    key: fn.arn.text,
    functionName: fn.arn.name,
    region: fn.arn.region,
    version: '$LATEST',
    serviceName,
    since,
    idsSince: earliest,
    // What its former configuration sent proves nothing of this one.
    lookBackTo: changed ? earliest : Math.max(earliest - DAY_MS, fn.lastModified ?? -Infinity),
    requestIds: smoke?.invocation ? [smoke.invocation.requestId] : [],
    ownLines: smoke ? ownLines(smoke) : [],
  }
}

function expectedServiceName(functionName: string, { serviceName }: ExportSettings): string {
  return serviceName?.replaceAll('{function}', functionName) ?? functionName
}

/** Long enough to be told from others' and short enough to be sent along for many functions. */
const SHORTEST_LINE = 12
const LONGEST_LINE = 500
const MOST_LINES = 3

/** What the function itself printed in this invocation, as its tail shows it; kept for comparison, never shown. */
function ownLines({ tail }: SmokeResult): readonly string[] {
  return tail.lines
    .filter(({ source, text }) => source === 'function' && isTelling(text))
    .map(({ text }) => text.trimEnd())
    .slice(0, MOST_LINES)
}

function isTelling(line: string): boolean {
  return line.length >= SHORTEST_LINE && line.length <= LONGEST_LINE && !line.startsWith('{')
}

interface Missing {
  readonly sought: Sought
  readonly rule: Rule
  readonly tails: readonly Tail[]
  readonly telemetry: TelemetryReport
  readonly context: ArrivalContext
  readonly findAstray: ReturnType<typeof astrayFinder>
}

async function missing(
  subject: ProofSubject,
  answer: Extract<ProofAnswer, { kind: 'missing' }>,
  { sought, rule, tails, telemetry, context, findAstray }: Missing,
): Promise<Proof> {
  const { store, settings, clock } = context
  const proven = answer.evidence && provenBy(answer.evidence, rule)
  const isPointless = answer.fault !== undefined || context.halted() !== undefined
  const astray = isPointless ? undefined : await findAstray(sought)
  const clues: Clues = {
    storeFault: answer.fault,
    onlyTracesMissing: proven !== undefined,
    invoked: subject.smoke !== undefined,
    tails,
    astray,
    expectedServiceName: sought.serviceName,
    endpoint: context.endpointOf(subject.fn),
    lateByMs: undefined,
    weakRows: answer.evidence?.freshRows ?? 0,
    timeoutMs: settings.timeoutMs,
  }
  const deadline = clock.now()
  const refusal = context.halted() ?? diagnose(clues)
  return {
    kind: 'missing',
    ...refusal,
    telemetry,
    keep: refusal.reason === 'no-traffic' && settings.onNoTraffic === 'keep',
    async lookAgain() {
      if (isPointless || clues.onlyTracesMissing) return undefined
      const again = await store.findLogs([sought])
      const evidence = again.ok ? again.value[0] : undefined
      if (evidence === undefined || provenBy(evidence, rule) === undefined) return undefined
      return diagnose({ ...clues, lateByMs: clock.now() - deadline })
    },
  }
}

function reportOf(
  subject: ProofSubject,
  answer: ProofAnswer,
  context: ArrivalContext,
): TelemetryReport {
  const { fn, effectiveAt, smoke } = subject
  const { pages } = context
  const traces = answer.traces
  const traceId = traces?.traceId
  return {
    by: answer.kind === 'arrived' ? answer.by : undefined,
    latencyMs: answer.kind === 'arrived' ? answer.latencyMs : undefined,
    attributes: answer.evidence?.sample ? attributeLines(answer.evidence.sample, fn.logFormat) : [],
    traces: traces && {
      spans: traces.spans,
      correlatedLogs: traces.correlatedLogs,
      metricPoints: traces.metricPoints,
    },
    links:
      pages === undefined
        ? {}
        : {
            search: searchLink({
              hyperDxUrl: pages.url,
              logSource: pages.logSource,
              functionName: fn.arn.name,
              ...(smoke?.invocation &&
                answer.evidence?.requestIds.length && {
                  requestId: smoke.invocation.requestId,
                }),
              fromMs: effectiveAt - LINK_MARGIN_MS,
              toMs: context.clock.now() + LINK_MARGIN_MS,
            }),
            ...(traceId !== undefined && { trace: traceLink(pages.url, traceId) }),
          },
    invokedAgain: answer.invokedAgain,
  }
}

const LINK_MARGIN_MS = 60_000
