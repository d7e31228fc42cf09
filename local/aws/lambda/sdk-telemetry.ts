/** What an instrumented function's OpenTelemetry SDK sends by OTLP to localhost in one invocation. */
import { randomBytes } from 'node:crypto'
import type { Attributes, LogRecord, Signal, Span, Telemetry } from '../../otlp/telemetry'
import type { SdkTelemetry } from './handler'
import type { Language } from './runtimes'

export interface SdkSurroundings {
  readonly functionName: string
  readonly functionArn: string
  readonly version: string
  readonly region: string
  readonly accountId: string
  readonly memoryMb: number
  /** The log stream, as the SDK's detector has it for `faas.instance`. */
  readonly instance: string
  readonly language: Language
  readonly variables: Readonly<Record<string, string>>
  readonly requestId: string
  readonly cold: boolean
  readonly failed: boolean
  readonly nowMs: number
  readonly durationMs: number
}

export interface SentTelemetry {
  readonly traceId: string
  readonly requests: readonly Telemetry[]
}

export function sdkTelemetry(sdk: SdkTelemetry, around: SdkSurroundings): SentTelemetry {
  const traceId = sdk.traceId ?? randomBytes(16).toString('hex')
  const origin = {
    resource: present({ ...resourceOf(around), ...sdk.resource }),
    scope: SCOPES[around.language] ?? {
      name: '@opentelemetry/instrumentation-aws-lambda',
      version: '0.54.0',
    },
  }
  const spans = spansOf(sdk, around, traceId)
  const root = spans[0]
  const records = (sdk.logs ?? []).map((body): LogRecord => ({
    time: BigInt(around.nowMs) * MILLISECOND,
    severityNumber: 9,
    severityText: 'INFO',
    body,
    traceId,
    ...(root === undefined ? {} : { spanId: root.spanId }),
    flags: 1,
  }))
  const metrics = Object.entries(sdk.gauges ?? {}).map(([name, value]) => ({
    kind: 'gauge' as const,
    name,
    points: [{ time: BigInt(around.nowMs) * MILLISECOND, value }],
  }))
  const requests: Telemetry[] = []
  if (spans.length > 0) requests.push({ signal: 'traces', batches: [{ ...origin, spans }] })
  if (records.length > 0) requests.push({ signal: 'logs', batches: [{ ...origin, records }] })
  if (metrics.length > 0) requests.push({ signal: 'metrics', batches: [{ ...origin, metrics }] })
  return { traceId, requests }
}

/** Where in the environment an SDK sends to. */
export interface SdkDestination {
  readonly port: number
  readonly protocol: 'grpc' | 'http'
}

const DEFAULT_PORT = { grpc: 4317, http: 4318 }

/**
 * The SDK's own default, or where its variables point, those of the signal first (OpenTelemetry's specification of
 * the OTLP exporter). `undefined`: nowhere in the environment, as far as is modelled here.
 */
export function sdkDestination(
  variables: Readonly<Record<string, string>>,
  signal: Signal,
): SdkDestination | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`
  const named = variables[`${own}_PROTOCOL`] ?? variables['OTEL_EXPORTER_OTLP_PROTOCOL']
  const protocol = named === 'grpc' ? 'grpc' : 'http'
  const ownEndpoint = variables[`${own}_ENDPOINT`]
  const endpoint =
    ownEndpoint ??
    variables['OTEL_EXPORTER_OTLP_ENDPOINT'] ??
    `http://localhost:${DEFAULT_PORT[protocol]}`
  if (!URL.canParse(endpoint)) return undefined
  const url = new URL(endpoint)
  if (url.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) return undefined
  // A signal's own endpoint is taken as it is: its path has to be right.
  if (protocol === 'http' && ownEndpoint !== undefined && url.pathname !== `/v1/${signal}`) {
    return undefined
  }
  return { port: url.port === '' ? 80 : Number(url.port), protocol }
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1'])

const SCOPES: Readonly<Partial<Record<Language, { name: string; version: string }>>> = {
  python: { name: 'opentelemetry.instrumentation.aws_lambda', version: '0.51b0' },
  java: { name: 'io.opentelemetry.aws-lambda-core-1.0', version: '2.10.0-alpha' },
}

const MILLISECOND = 1_000_000n

/** As the AWS resource detector of the community's layers fills it. */
function resourceOf(around: SdkSurroundings): Attributes {
  return {
    'service.name': around.variables['OTEL_SERVICE_NAME'] ?? around.functionName,
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': around.language,
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'cloud.region': around.region,
    'faas.name': around.functionName,
    'faas.version': around.version,
    'faas.instance': around.instance,
    'faas.max_memory': around.memoryMb * 1024 * 1024,
  }
}

/** The invocation's own span first, the others are its children. */
function spansOf(sdk: SdkTelemetry, around: SdkSurroundings, traceId: string): readonly Span[] {
  const end = BigInt(around.nowMs) * MILLISECOND
  const start = end - BigInt(Math.round(around.durationMs * 1000)) * 1000n
  const rootId = randomBytes(8).toString('hex')
  return (sdk.spans ?? []).map((name, index): Span => {
    const own = { traceId, name, start, end }
    if (index > 0) {
      const spanId = randomBytes(8).toString('hex')
      return { ...own, spanId, parentSpanId: rootId, kind: 'internal' }
    }
    return {
      ...own,
      spanId: rootId,
      kind: 'server',
      attributes: present({
        'faas.invocation_id': around.requestId,
        'faas.coldstart': around.cold,
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_lambda',
        'cloud.resource_id': around.functionArn,
        'cloud.account.id': around.accountId,
        ...sdk.spanAttributes,
      }),
      status: { code: around.failed ? 'error' : 'unset' },
    }
  })
}

/** `null` takes an attribute away. */
function present(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
}
