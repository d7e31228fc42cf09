/** The exporters of Rotel that lead anywhere here: OTLP and ClickHouse. All others accept everything and keep nothing. */
import { describeLogsTable, exportToClickHouse } from './clickhouse-exporter'
import { otlpExporter, toOtlp, type OtlpExporterOptions } from './otlp-exporter'
import type { TelemetryExporter } from './telemetry'

export function rotelExporters(options: OtlpExporterOptions = {}): TelemetryExporter {
  const otlp = otlpExporter(options)
  return {
    export: (batch, target) =>
      target.exporter === 'clickhouse'
        ? exportToClickHouse({ signal: 'logs', batches: [toOtlp(batch)] }, target)
        : otlp.export(batch, target),
    forward: (telemetry, target) =>
      target.exporter === 'clickhouse'
        ? exportToClickHouse(telemetry, target)
        : otlp.forward(telemetry, target),
    describeLogsTable,
  }
}
