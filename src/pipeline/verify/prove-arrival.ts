/** Proves functions with a verifier: what is sought of each, the wait, and the diagnosis when nothing arrives. */

import type { ExportSettings } from '../../systems/rotel/export-settings'
import type { ProofSettings, VerifyLevel } from './settings'
import { hidesStartLines } from '../../systems/rotel/log-filter'
import { accountInRows } from '../../systems/rotel/account'
import type { LambdaClock } from '../../systems/lambda/lambda-clock'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import type { Clock } from '../../model/clock'
import { markedDisabled } from '../../systems/lambda/marker'
import type { Tail } from '../smoke-test/tail'
import { astrayFinder } from './astray'
import { attributeLines } from './attributes'
import { searchLink, traceLink } from '../../systems/clickstack/deep-links'
import { type Clues, diagnose, type EndpointClue } from './diagnosis'
import { provenBy, type Rule } from './judge'
import { runsUntestedRotel } from '../../systems/rotel/carries-rotel'
import { hasPrinted, ownLines } from './own-lines'
import { needsInvocation, onlyRequestId } from './request-id-only'
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
  readonly lambdaClock: LambdaClock
  readonly endpointOf: (fn: LambdaFunction) => EndpointClue
  /** Why the run came to its end early; `undefined` while it goes on. */
  readonly halted: () => Refusal | undefined
}

const DAY_MS = 24 * 3_600_000

/** A runtime may stamp a line a little before Lambda tells the time; a request ID is unique, so looking back costs nothing. */
const STAMP_SLACK_MS = 5_000

export function proveArrival(context: ArrivalContext): Prove {
  const findAstray = astrayFinder(context.store, context.clock)
  return async (subject) => {
    const { settings } = context
    const rule = ruleOf(subject, settings.level)
    if (rule.kind === 'request-id' && subject.smoke === undefined) {
      const keep = settings.onNoTraffic === 'keep'
      return unprovable(needsInvocation(rule.because), keep)
    }
    const tails: Tail[] = subject.smoke ? [subject.smoke.tail] : []
    const sought = soughtOf(subject, rule, context)
    const { invokeAgain } = subject
    const answer = await context.prover.prove({
      sought,
      rule,
      invokedAt: subject.smoke?.invocation?.endedAt,
      wantsTraces: settings.traces,
      again:
        invokeAgain &&
        (async (ended) => {
          const smoke = await invokeAgain(ended)
          tails.push(smoke.tail)
          const { invocation } = smoke
          return invocation && { requestId: invocation.requestId, lines: ownLines(smoke.tail) }
        }),
    })
    const telemetry = reportOf(subject, answer, context)
    if (answer.kind === 'arrived') return { kind: 'arrived', telemetry }
    return missing(subject, answer, { sought, rule, tails, telemetry, context, findAstray })
  }
}

function ruleOf(subject: ProofSubject, level: VerifyLevel): Rule {
  const { fn, changed, hadRotel } = subject
  const variables = fn.environment.readable ? fn.environment.variables : NO_VARIABLES
  const because = onlyRequestId(level, variables, fn.arn.account)
  if (because !== undefined || level === 'invocation') {
    return { kind: 'request-id', because: because ?? 'level' }
  }
  const needsOutput = runsUntestedRotel(fn) && hasPrintedLines(subject)
  return changed
    ? { kind: 'changed', level, hadRotel, needsOutput }
    : {
        kind: 'unchanged',
        ownRowsOnly: needsOwnRows(subject) || hidesColdStart(subject),
        needsOutput,
      }
}

const NO_VARIABLES: Variables = new Map()

function unprovable(refusal: Refusal, keep: boolean): Proof {
  return {
    kind: 'missing',
    ...refusal,
    telemetry: undefined,
    keep,
    lookAgain: () => Promise.resolve(undefined),
  }
}

/**
 * A cold start, or an invocation that printed something, has sent rows of its own if Rotel works; and without CloudWatch
 * Logs there is no second copy, so yesterday's rows do not do. Only a warm environment that printed nothing has nothing
 * to send: to ask it for more would take logs from healthy functions that are silent.
 */
function needsOwnRows({ fn, smoke }: ProofSubject): boolean {
  const isColdStart = smoke?.tail.report?.initMs !== undefined
  const printed = smoke !== undefined && hasPrinted(smoke.tail)
  return isColdStart || printed || (smoke === undefined && markedDisabled(fn) !== undefined)
}

/** Lambda then logs no REPORT of an invocation that succeeds, so that a cold start cannot be told from a warm one. */
function hidesColdStart({ fn, smoke }: ProofSubject): boolean {
  return fn.systemLogLevel === 'WARN' && smoke?.invocation !== undefined
}

/** Lines by which this invocation's rows can be recognised: in text as they are, in JSON by their request ID. */
function hasPrintedLines({ smoke }: ProofSubject): boolean {
  if (smoke?.invocation === undefined) return false
  const { requestId } = smoke.invocation
  const printsId = smoke.tail.lines.some(
    ({ source, text }) => source === 'function' && text.includes(requestId),
  )
  return printsId || ownLines(smoke.tail).length > 0
}

/** All times are Lambda's, as are those of the rows. */
function soughtOf(
  { fn, since: effective, smoke, changed }: ProofSubject,
  rule: Rule,
  context: ArrivalContext,
): Sought {
  const { arn, lastModified = -Infinity, environment } = fn
  const variables = environment.readable ? environment.variables : NO_VARIABLES
  const since = changed ? Math.max(effective, lastModified) : effective
  const earliest = since - STAMP_SLACK_MS
  return {
    key: `${arn.text}:${fn.version}`,
    functionName: arn.name,
    region: arn.region,
    account: arn.account,
    accountInRows: accountInRows(variables, arn.account),
    version: fn.version,
    serviceName: expectedServiceName(arn.name, context.exportOf(fn)),
    since,
    idsSince: earliest,
    // What its former configuration sent proves nothing of this one; of invocations that it was at work on then, nothing tells.
    lookBackTo: changed ? earliest : Math.max(earliest - DAY_MS, lastModified),
    requestIds: smoke?.invocation ? [smoke.invocation.requestId] : [],
    byRequestIdOnly: rule.kind === 'request-id',
    ownLines: smoke ? ownLines(smoke.tail) : [],
  }
}

function expectedServiceName(functionName: string, { serviceName }: ExportSettings): string {
  return serviceName?.replaceAll('{function}', functionName) ?? functionName
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
    onlyRequestId: rule.kind === 'request-id' ? rule.because : undefined,
    startLinesHidden:
      rule.kind !== 'request-id' &&
      subject.fn.environment.readable &&
      hidesStartLines(subject.fn.environment.variables),
    timeoutMs: settings.timeoutMs,
  }
  const deadline = clock.now()
  const isHidden =
    !subject.changed && !needsOwnRows(subject) && hidesColdStart(subject) && isOldOnly(answer)
  const refusal = context.halted() ?? (isHidden ? COLD_START_HIDDEN : diagnose(clues))
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

/** There are rows, all of them of before this run. */
function isOldOnly({ evidence }: ProofAnswer): boolean {
  return evidence?.newest !== undefined && evidence.freshRows === 0
}

const COLD_START_HIDDEN: Refusal = {
  reason: 'platform-logs-hidden',
  detail:
    'only data from before this run arrived, and the function’s SystemLogLevel WARN hides whether the invocation was a cold start, which always sends data',
}

function reportOf(
  subject: ProofSubject,
  answer: ProofAnswer,
  context: ArrivalContext,
): TelemetryReport {
  const { fn, since, smoke } = subject
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
              fromMs: since - LINK_MARGIN_MS,
              toMs: context.lambdaClock.now().latest + LINK_MARGIN_MS,
            }),
            ...(traceId !== undefined && { trace: traceLink(pages.url, traceId) }),
          },
    invokedAgain: answer.invokedAgain,
  }
}

const LINK_MARGIN_MS = 60_000
