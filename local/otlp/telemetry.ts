/** Logs, spans and metrics in plain form: what a test writes down, and what the collector reads from the wire. */

export type Signal = 'logs' | 'traces' | 'metrics'

export type AttributeValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue }

export type Attributes = Readonly<Record<string, AttributeValue>>

/** What a batch says of all its records. */
export interface Origin {
  readonly resource: Attributes
  readonly resourceSchemaUrl?: string
  readonly scope?: ScopeFacts
}

interface ScopeFacts {
  readonly name: string
  readonly version?: string
  readonly attributes?: Attributes
  readonly schemaUrl?: string
}

export interface LogRecord {
  /** Nanoseconds since 1970. 0: unknown, the observed time counts. */
  readonly time: bigint
  readonly observedTime?: bigint
  /** 1 to 24, 0 for unspecified (OTLP SeverityNumber). */
  readonly severityNumber?: number
  readonly severityText?: string
  readonly body?: AttributeValue
  readonly attributes?: Attributes
  /** 32 hexadecimal digits. */
  readonly traceId?: string
  /** 16 hexadecimal digits. */
  readonly spanId?: string
  readonly flags?: number
  readonly eventName?: string
}

type SpanKind = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
type StatusCode = 'unset' | 'ok' | 'error'

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind?: SpanKind
  /** Nanoseconds since 1970. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes?: Attributes
  readonly events?: readonly SpanEvent[]
  readonly links?: readonly SpanLink[]
  readonly status?: { readonly code: StatusCode; readonly message?: string }
}

interface SpanEvent {
  readonly time: bigint
  readonly name: string
  readonly attributes?: Attributes
}

interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly traceState?: string
  readonly attributes?: Attributes
}

export interface NumberPoint {
  readonly start?: bigint
  readonly time: bigint
  readonly value: number
  readonly attributes?: Attributes
}

export interface HistogramPoint {
  readonly start?: bigint
  readonly time: bigint
  readonly count: number
  readonly sum?: number
  readonly min?: number
  readonly max?: number
  readonly bucketCounts: readonly number[]
  readonly explicitBounds: readonly number[]
  readonly attributes?: Attributes
}

interface MetricFacts {
  readonly name: string
  readonly description?: string
  readonly unit?: string
}
/** 1 delta, 2 cumulative (OTLP AggregationTemporality). */
export type Temporality = 0 | 1 | 2
export type Metric = MetricFacts &
  (
    | { readonly kind: 'gauge'; readonly points: readonly NumberPoint[] }
    | {
        readonly kind: 'sum'
        readonly points: readonly NumberPoint[]
        readonly temporality: Temporality
        readonly monotonic: boolean
      }
    | {
        readonly kind: 'histogram'
        readonly points: readonly HistogramPoint[]
        readonly temporality: Temporality
      }
  )

export type LogBatch = Origin & { readonly records: readonly LogRecord[] }
type SpanBatch = Origin & { readonly spans: readonly Span[] }
type MetricBatch = Origin & { readonly metrics: readonly Metric[] }

/** One export request. Without batches it is the empty export that an endpoint check sends. */
export type Telemetry =
  | { readonly signal: 'logs'; readonly batches: readonly LogBatch[] }
  | { readonly signal: 'traces'; readonly batches: readonly SpanBatch[] }
  | { readonly signal: 'metrics'; readonly batches: readonly MetricBatch[] }

/** The clock in OTLP's unit; a JavaScript clock has no more than milliseconds. */
export function nanoseconds(date: Date): bigint {
  return BigInt(date.getTime()) * 1_000_000n
}
