/** What Rotel's lines tell of its exports: why nothing arrives. Source: rotel v0.2.4, src/exporters; recordings. */

import type { Refusal } from '../../model/refusal'
import { BLACKHOLE, readRotelLine, type RotelLine } from './messages'

interface Failure {
  readonly isTold: (line: RotelLine) => boolean
  readonly refusal: Refusal
}

const OTLP_STATUS = /^OTLPExporter failed (HTTP|gRPC) status code from endpoint\. /
const CLICKHOUSE_REFUSAL =
  /^(Finalization failed after acknowledgment|Error from exporter endpoint\.)/

/** Most certain first: a refusal is followed by lines that an endpoint without an answer has too. */
const FAILURES: readonly Failure[] = [
  {
    isTold: ({ text }) => text.startsWith(BLACKHOLE),
    refusal: {
      reason: 'export-blackhole',
      detail: 'Rotel has no endpoint and discards all telemetry',
    },
  },
  {
    isTold: ({ text }) =>
      OTLP_STATUS.test(text) && / status="?(Unauthenticated|PermissionDenied|401|403)\b/.test(text),
    refusal: {
      reason: 'export-key-refused',
      detail: 'Rotel reports that the endpoint refuses the key',
    },
  },
  {
    isTold: ({ text }) => CLICKHOUSE_REFUSAL.test(text) && /\(status = 40[13]\b/.test(text),
    refusal: {
      reason: 'export-user-refused',
      detail: 'Rotel reports that ClickHouse refuses the user, the password or the insert',
    },
  },
  {
    isTold: ({ text }) =>
      OTLP_STATUS.test(text) && / status="?(Unimplemented|NotFound|404|405)\b/.test(text),
    refusal: {
      reason: 'export-not-found',
      detail: 'Rotel reports that the endpoint does not receive OTLP',
    },
  },
  {
    isTold: ({ text }) =>
      CLICKHOUSE_REFUSAL.test(text) && text.includes('Received a 404 when exporting to Clickhouse'),
    refusal: { reason: 'export-not-found', detail: 'Rotel reports that the table does not exist' },
  },
  {
    // It answers, but in another protocol, or with TLS where there is none; not tried again.
    isTold: ({ text }) => text.startsWith('OTLPExporter error from endpoint.'),
    refusal: {
      reason: 'export-wrong-protocol',
      detail: 'Rotel reports that the endpoint answers in another protocol',
    },
  },
  {
    isTold: ({ text }) =>
      text.startsWith('Too many batch items split, dropping data.') ||
      text.startsWith('Encoding future has failed, dropping data.'),
    refusal: { reason: 'export-dropped', detail: 'Rotel reports that it drops data' },
  },
  {
    isTold: ({ text }) => OTLP_STATUS.test(text) || CLICKHOUSE_REFUSAL.test(text),
    refusal: {
      reason: 'export-refused',
      detail: 'Rotel reports that the endpoint refuses the data',
    },
  },
  {
    isTold: ({ text }) =>
      text.startsWith('Exporting failed, will retry') &&
      / response=HTTPResponse\{Status=5/.test(text),
    refusal: {
      reason: 'export-refused',
      detail: 'Rotel reports that the endpoint fails to store the data',
    },
  },
  {
    isTold: ({ text }) =>
      /^(Exporting failed, will retry|timeout waiting to flush (exporters|pipelines)|[uU]nable to drain exporter|failed to flush (pipelines|exporters): )/.test(
        text,
      ),
    refusal: {
      reason: 'export-unreachable',
      detail: 'Rotel reports that the endpoint does not answer',
    },
  },
]

/** @param lines of a tail, in either log format; @returns `undefined` if no failure of an export is told */
export function exportFailureIn(lines: readonly string[]): Refusal | undefined {
  const parsed = lines.map(readRotelLine).filter((line) => line !== undefined)
  return FAILURES.find(({ isTold }) => parsed.some(isTold))?.refusal
}
