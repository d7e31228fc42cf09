/**
 * The OTLP messages as bytes. The schema below is the part of OTLP v1 that a collector reads, written from the
 * specification's field numbers (opentelemetry-proto, `opentelemetry/proto/*`); unknown fields are skipped, as
 * protobuf wants it.
 */

import protobuf from 'protobufjs'
import type { Signal } from './telemetry'

const schema = `
syntax = "proto3";
package otlp;

message AnyValue {
  oneof value {
    string string_value = 1;
    bool bool_value = 2;
    int64 int_value = 3;
    double double_value = 4;
    ArrayValue array_value = 5;
    KeyValueList kvlist_value = 6;
    bytes bytes_value = 7;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message Resource { repeated KeyValue attributes = 1; }

message LogRecord {
  fixed64 time_unix_nano = 1;
  int32 severity_number = 2;
  string severity_text = 3;
  AnyValue body = 5;
  repeated KeyValue attributes = 6;
  fixed32 flags = 8;
  bytes trace_id = 9;
  bytes span_id = 10;
  fixed64 observed_time_unix_nano = 11;
  string event_name = 12;
}
message ScopeLogs { Scope scope = 1; repeated LogRecord log_records = 2; string schema_url = 3; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs scope_logs = 2; string schema_url = 3; }
message LogsRequest { repeated ResourceLogs resource_logs = 1; }

message Span {
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; }
  bytes trace_id = 1;
  bytes span_id = 2;
  string trace_state = 3;
  bytes parent_span_id = 4;
  string name = 5;
  int32 kind = 6;
  fixed64 start_time_unix_nano = 7;
  fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9;
  repeated Event events = 11;
  repeated Link links = 13;
  Status status = 15;
}
message Status { string message = 2; int32 code = 3; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message TracesRequest { repeated ResourceSpans resource_spans = 1; }

message NumberDataPoint {
  fixed64 start_time_unix_nano = 2;
  fixed64 time_unix_nano = 3;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
  repeated KeyValue attributes = 7;
}
message HistogramDataPoint {
  fixed64 start_time_unix_nano = 2;
  fixed64 time_unix_nano = 3;
  fixed64 count = 4;
  optional double sum = 5;
  repeated fixed64 bucket_counts = 6;
  repeated double explicit_bounds = 7;
  repeated KeyValue attributes = 9;
  optional double min = 11;
  optional double max = 12;
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message Metric {
  string name = 1;
  string description = 2;
  string unit = 3;
  oneof data { Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
}
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; string schema_url = 3; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; string schema_url = 3; }
message MetricsRequest { repeated ResourceMetrics resource_metrics = 1; }

message PartialSuccess { int64 rejected = 1; string error_message = 2; }
message ExportResponse { PartialSuccess partial_success = 1; }

message RpcStatus { int32 code = 1; string message = 2; }
`

/** The gRPC service that takes each signal (opentelemetry-proto, `collector/*`). */
export const grpcServices: Readonly<Record<Signal, string>> = {
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
}

/** An attribute value as protobufjs hands it over: exactly one member is set, or none for a null. */
export interface WireValue {
  readonly stringValue?: string
  readonly boolValue?: boolean
  /** Decimal, 64 bits. */
  readonly intValue?: string
  readonly doubleValue?: number
  readonly arrayValue?: { readonly values?: readonly WireValue[] }
  readonly kvlistValue?: { readonly values?: readonly WireKeyValue[] }
  readonly bytesValue?: Uint8Array
}
export interface WireKeyValue {
  readonly key: string
  readonly value?: WireValue | null
}
export interface WireResource {
  readonly attributes: readonly WireKeyValue[]
}
export interface WireScope {
  readonly name: string
  readonly version: string
  readonly attributes: readonly WireKeyValue[]
}
export interface WireLogRecord {
  readonly timeUnixNano: string
  readonly observedTimeUnixNano: string
  readonly severityNumber: number
  readonly severityText: string
  readonly body?: WireValue | null
  readonly attributes: readonly WireKeyValue[]
  readonly flags: number
  readonly traceId: Uint8Array
  readonly spanId: Uint8Array
  readonly eventName: string
}
export interface WireSpan {
  readonly traceId: Uint8Array
  readonly spanId: Uint8Array
  readonly traceState: string
  readonly parentSpanId: Uint8Array
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly WireKeyValue[]
  readonly events: readonly {
    readonly timeUnixNano: string
    readonly name: string
    readonly attributes: readonly WireKeyValue[]
  }[]
  readonly links: readonly {
    readonly traceId: Uint8Array
    readonly spanId: Uint8Array
    readonly traceState: string
    readonly attributes: readonly WireKeyValue[]
  }[]
  readonly status?: { readonly code: number; readonly message: string } | null
}
export interface WireNumberPoint {
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly asDouble?: number
  readonly asInt?: string
  readonly attributes: readonly WireKeyValue[]
}
export interface WireHistogramPoint {
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  readonly count: string
  readonly sum?: number
  readonly bucketCounts: readonly string[]
  readonly explicitBounds: readonly number[]
  readonly attributes: readonly WireKeyValue[]
  readonly min?: number
  readonly max?: number
}
export interface WireMetric {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly gauge?: { readonly dataPoints: readonly WireNumberPoint[] }
  readonly sum?: {
    readonly dataPoints: readonly WireNumberPoint[]
    readonly aggregationTemporality: number
    readonly isMonotonic: boolean
  }
  readonly histogram?: {
    readonly dataPoints: readonly WireHistogramPoint[]
    readonly aggregationTemporality: number
  }
}

interface WireScoped {
  readonly scope?: WireScope | null
  readonly schemaUrl: string
}
interface WireResourced {
  readonly resource?: WireResource | null
  readonly schemaUrl: string
}
export interface WireRequests {
  readonly logs: {
    readonly resourceLogs: readonly (WireResourced & {
      readonly scopeLogs: readonly (WireScoped & {
        readonly logRecords: readonly WireLogRecord[]
      })[]
    })[]
  }
  readonly traces: {
    readonly resourceSpans: readonly (WireResourced & {
      readonly scopeSpans: readonly (WireScoped & { readonly spans: readonly WireSpan[] })[]
    })[]
  }
  readonly metrics: {
    readonly resourceMetrics: readonly (WireResourced & {
      readonly scopeMetrics: readonly (WireScoped & { readonly metrics: readonly WireMetric[] })[]
    })[]
  }
}

const { root } = protobuf.parse(schema)
const requestTypes: Readonly<Record<Signal, protobuf.Type>> = {
  logs: root.lookupType('otlp.LogsRequest'),
  traces: root.lookupType('otlp.TracesRequest'),
  metrics: root.lookupType('otlp.MetricsRequest'),
}
const responseType = root.lookupType('otlp.ExportResponse')
const statusType = root.lookupType('otlp.RpcStatus')
const plain: protobuf.IConversionOptions = { longs: String, enums: Number, defaults: true }

export function encodeRequest<S extends Signal>(signal: S, request: WireRequests[S]): Buffer {
  const type = requestTypes[signal]
  return Buffer.from(type.encode(type.fromObject(request)).finish())
}

/** Throws where the bytes are no such message. */
export function decodeRequest<S extends Signal>(signal: S, bytes: Uint8Array): WireRequests[S] {
  const type = requestTypes[signal]
  return type.toObject(type.decode(bytes), plain) as unknown as WireRequests[S]
}

/**
 * OTLP/JSON: lowerCamelCase names, 64-bit integers as strings or numbers, and, unlike protobuf's own JSON, trace and
 * span ids in hexadecimal (OTLP specification, "JSON Protobuf Encoding"). Throws where the text is no such message.
 */
export function decodeJsonRequest<S extends Signal>(signal: S, text: string): WireRequests[S] {
  const type = requestTypes[signal]
  const message = type.fromObject(idsToBase64(JSON.parse(text)) as Record<string, unknown>)
  return decodeRequest(signal, type.encode(message).finish())
}

const idFields = new Set(['traceId', 'spanId', 'parentSpanId'])

/** Attribute keys are values in OTLP/JSON, never names: a field of such a name is always an id. */
function idsToBase64(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(idsToBase64)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      idFields.has(name) && typeof member === 'string'
        ? Buffer.from(member, 'hex').toString('base64')
        : idsToBase64(member),
    ]),
  )
}

export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

/** An answer without a partial success is an empty message. */
export function encodeResponse(): Buffer {
  return Buffer.from(responseType.encode({}).finish())
}

export function decodeResponse(bytes: Uint8Array): PartialSuccess | undefined {
  const { partialSuccess } = responseType.toObject(responseType.decode(bytes), {
    longs: Number,
    defaults: true,
  }) as { partialSuccess?: { rejected: number; errorMessage: string } | null }
  if (!partialSuccess || (partialSuccess.rejected === 0 && !partialSuccess.errorMessage)) return
  return { rejected: partialSuccess.rejected, message: partialSuccess.errorMessage }
}

/** google.rpc.Status, the body of a failed OTLP/HTTP export. */
export interface RpcStatus {
  readonly code: number
  readonly message: string
}

export function encodeStatus(status: RpcStatus): Buffer {
  return Buffer.from(statusType.encode(status).finish())
}
