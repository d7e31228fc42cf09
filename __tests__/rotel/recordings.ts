/**
 * What the real Rotel extension 0.1.6 did with 386 configurations, and what the local model of it does with the same
 * ones. recordings/rotel-0.1.6.json: times in it are upper bounds, lines of level DEBUG and TRACE are left out.
 */
import { readFileSync } from 'node:fs'
import { startRotel } from '../../local/rotel/extension'
import type { ExportResult, ExportTarget, TelemetryExporter } from '../../local/rotel/telemetry'

export interface Recording {
  readonly case: string
  readonly variables: Readonly<Record<string, string>>
  readonly outcome: 'runs' | 'dies-before-registering' | 'dies-on-first-invoke'
  /** With which it died, or with which it ended its shutdown. */
  readonly exitCode: number
  readonly lines: readonly string[]
  readonly exportsOfLogs: number
}

export const RECORDINGS = JSON.parse(
  readFileSync('__tests__/rotel/recordings/rotel-0.1.6.json', 'utf8'),
) as readonly Recording[]

export const died = ({ outcome }: Recording): boolean => outcome !== 'runs'

/** What the model does in the life that was recorded: start, two invocations, shutdown. */
export async function modelOf({
  variables,
}: Recording): Promise<Pick<Recording, 'outcome' | 'exitCode' | 'lines'>> {
  const start = await startRotel(
    {
      identity: { name: 'orders', memoryMb: 128, version: '$LATEST', region: 'us-east-1' },
      variables,
      architecture: 'x86_64',
      layerArchitecture: 'x86_64',
      amazonLinux2: false,
      logFormat: 'Text',
      readFile: () => undefined,
      takenPorts: new Set(),
      nowMs: () => 0,
    },
    { exporter: asRecorded, secrets: { resolve: () => Promise.reject(new Error('none')) } },
  )
  if (start.kind === 'crashed') {
    const { exitCode } = start.crash
    return { outcome: 'dies-before-registering', exitCode, lines: start.lines }
  }
  const { doom } = start.rotel
  if (doom !== undefined) {
    const lines = [...start.lines, ...doom.lines]
    return { outcome: 'dies-on-first-invoke', exitCode: doom.exitCode, lines }
  }
  const lines = [...start.lines]
  for (const invocation of [1, 2]) {
    const record = `invocation ${String(invocation)}\n`
    start.rotel.collect({ type: 'function', timeMs: invocation, record })
    lines.push(...(await start.rotel.flush()).lines)
  }
  const end = await start.rotel.shutDown()
  return { outcome: 'runs', exitCode: end.exitCode, lines: [...lines, ...end.lines] }
}

const KEY = 'local-ingestion-key'
const COLLECTOR = 'http://collector.test:4317'

/** What was there as it was recorded: a collector that asks for a key, ClickHouse behind the same name, nothing else. */
const asRecorded: TelemetryExporter = {
  export: (_, target) => Promise.resolve(answerOf(target)),
  describeLogsTable: (target) => {
    const answer = answerOf(target)
    return Promise.resolve(
      answer.kind === 'ok' || (answer.kind === 'http' && answer.status === 500)
        ? { kind: 'ok', columns: ['EventName'] }
        : { kind: 'failed', error: 'DESCRIBE TABLE', waitedMs: 0 },
    )
  },
}

function answerOf(target: ExportTarget): ExportResult {
  if (target.exporter === 'otlp') {
    if (!target.url.startsWith(COLLECTOR)) return { kind: 'unreachable', reason: 'no such host' }
    if (target.protocol === 'http') return { kind: 'mismatch', reason: 'UnexpectedMessage' }
    if ('content-type' in target.headers) return { kind: 'http', status: 415 }
    return target.headers['authorization'] === KEY
      ? { kind: 'ok' }
      : { kind: 'grpc', status: 'Unauthenticated' }
  }
  if (target.exporter !== 'clickhouse') return { kind: 'ok' }
  if (!target.endpoint.startsWith(COLLECTOR)) return { kind: 'unreachable', reason: 'no such host' }
  if (target.user !== 'api' || target.password !== 'api') return { kind: 'http', status: 403 }
  if (target.database === '') return { kind: 'http', status: 400 }
  if (target.database !== 'default') return { kind: 'http', status: 404 }
  // The recorded tables had Map columns.
  return target.enableJson ? { kind: 'http', status: 500 } : { kind: 'ok' }
}

/** Lines that come or stay away with the timing of a run, and say nothing of the configuration. */
const OF_TIMING = [
  / WARN sending flush broadcast with zero listeners, this is unexpected/,
  / WARN Exporters did not exit on channel close, cancelling\./,
  / WARN Failed to send logs: channel disconnected/,
  / WARN timeout waiting to (logs|flush exporters)/,
  / WARN [uU]nable to drain exporter/,
  /ERROR (OTLPExporter|Clickhouse) exporter returned from run loop with error\./,
  / INFO (Shutdown received, exiting|Unexpected early exit of receiver\.)/,
  /timed out waiting for tasks to complete/,
]

/** What the lines of a life tell, whatever its timing: each kind of line once, without numbers that differ each time. */
export function tellingLines(lines: readonly string[]): readonly string[] {
  const told = lines
    .filter((line) => line !== '' && !OF_TIMING.some((pattern) => pattern.test(line)))
    .map((line) =>
      line
        .replace(/started in \d+ms/, 'started in Nms')
        .replace(/\(\d+\) panicked/, '(N) panicked')
        .replace(/(will retry again after delay\.) .*/, '$1')
        .replace(/(OTLPExporter error from endpoint\.) .*/, '$1')
        .replace(/(falling back to baseline schema\.) .*/, '$1')
        .replace(/(AWS host in signing uri:) [^"]*/, '$1 …')
        .replace(/(Failed to export to Clickhouse \(status = \d+).*/, '$1'),
    )
  return [...new Set(told)].sort()
}
