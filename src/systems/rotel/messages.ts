/**
 * What Rotel prints, word for word at the start of its lines. Only such lines are taken for the extension's own: a
 * plain text log carries no mark of who wrote a line, and the function's lines are production data.
 * Source: rotel-lambda-extension v0.1.6 src/main.rs and src/lifecycle, rotel v0.2.4.
 */

/** Printed at every start of an environment, unless RUST_LOG silences it: rows that hold one come from a new one. */
export const START_LINES: readonly string[] = [
  'Starting Rotel.',
  'Rotel Lambda Extension started in ',
]

/** The function works, and its telemetry vanishes. */
export const BLACKHOLE =
  'Automatically selecting blackhole exporter due to missing endpoint configs'

const LOGGED: readonly string[] = [
  ...START_LINES,
  'OTLP receiver listening',
  'Clickhouse table capabilities probed successfully.',
  'Failed to describe Clickhouse logs table; falling back to baseline schema.',
  'Error from exporter endpoint.',
  'Shutdown received, exiting',
  BLACKHOLE,
  'Failed to run agent.',
  'Failed to register extension: ',
  'Failed to subscribe to telemetry: ',
  'OTLPExporter failed HTTP status code from endpoint.',
  'OTLPExporter failed gRPC status code from endpoint.',
  'OTLPExporter error from endpoint.',
  'Exporting failed, will retry again after delay.',
  'timeout waiting to flush exporters',
  'timeout waiting to flush pipelines',
  'timeout waiting to logs',
  'unable to drain exporter: ',
  'failed to flush logs: ',
  'failed to flush pipelines: ',
  'failed to flush exporters: ',
  'Unexpected early exit of extension.',
  'Unexpected early exit of TelemetryAPI.',
  'Unable to resolve ARNs from ',
  'Unable to lookup secrets',
]

/** On standard error, without a level. */
const PRINTED: readonly string[] = [
  'error: invalid value ',
  'error: the following required arguments',
  'error: the argument ',
  'error: exporter ',
  'ERROR: unable to bind to ',
  'ERROR: failed to setup logging: ',
  'Can not load envfile: ',
  '/opt/extensions/rotel-extension: ',
]

/** Whether a message without its level is one of Rotel's. */
export function isRotelMessage(message: string): boolean {
  return LOGGED.some((known) => message.startsWith(known))
}

/** Whether a line of a text log is one of Rotel's: `LEVEL message key=value`, or bare on standard error. */
export function isRotelLine(line: string): boolean {
  const [, message] = /^(?:TRACE|DEBUG|INFO|WARN|ERROR)\s+(.*)$/.exec(line) ?? []
  return (
    (message !== undefined && isRotelMessage(message)) ||
    PRINTED.some((known) => line.startsWith(known))
  )
}

/**
 * A line of Rotel's without the value that it could not use, which it quotes. The function's variables are known and can
 * be hidden by their values; what an env file or a secret holds is not.
 */
export function withoutQuotedValue(line: string): string {
  if (line.startsWith('error: invalid value ')) {
    const [option = ''] = /'? for '--[a-z0-9-]+( <[A-Z0-9_]+>)?'/.exec(line) ?? []
    return `error: invalid value '***${option}`
  }
  return line.replace(QUOTING, '$1***').replace(NAMED, '$1***$2')
}

/** Names of exporters are values too. */
const NAMED = /(\b[Ee]xporter ).*( not found for | does not support )/

const QUOTING =
  /^(Can not load envfile: unable to parse line: |.*(?:Unable to parse bool value|nknown exporter type|invalid exporter config): ).*$/
