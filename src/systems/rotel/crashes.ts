/**
 * Why Rotel ended, by the lines that it printed. Details are in our words, because Rotel quotes the value that it cannot
 * use. Held against recordings of every death (__tests__/rotel).
 * Sources: rotel-lambda-extension v0.1.6 src/main.rs, src/env.rs and src/secrets; rotel v0.2.4 src/init.
 */

import type { Reason } from '../../model/reason'
import { AGENT_FAILED, isPrinted, readRotelLine, type RotelLine } from './messages'
import { isParameter, optionKind } from './options'

export interface Crash {
  readonly reason: Reason
  readonly detail: string
}

type Known = readonly [pattern: RegExp, reason: Reason, detail: string]

/** On standard error, from the start of the line. */
const PRINTED: readonly Known[] = [
  [
    /^Can not load envfile: failed to open/,
    'extension-env-file',
    'the file of ROTEL_ENV_FILE is not in the function’s package',
  ],
  [
    /^Can not load envfile: /,
    'extension-env-file',
    'the file of ROTEL_ENV_FILE has a line that cannot be parsed',
  ],
  [
    /GLIBC_[\d.]+' not found/,
    'extension-glibc',
    'the runtime’s C library is older than the layer requires',
  ],
  [
    /^\/opt\/extensions\/rotel-extension: .*(cannot execute binary file|Exec format error)/,
    'extension-architecture',
    'the layer is built for the other architecture',
  ],
  [
    /^ERROR: unable to bind to .*(Cannot assign requested address|Permission denied)/,
    'extension-invalid-value',
    'the function does not have the address of one of Rotel’s receivers',
  ],
  [
    /^ERROR: unable to bind to /,
    'extension-port-conflict',
    'another extension uses a port that Rotel needs',
  ],
  [
    /^ERROR: failed to setup logging: /,
    'extension-log-filter',
    'RUST_LOG is not a valid filter of log levels',
  ],
  [
    /^error: the argument '--otlp-exporter-[a-z-]*tls-/,
    'extension-tls',
    'a TLS certificate, key or authority is set twice',
  ],
  [
    /^error: the argument .*--exporter/,
    'extension-bad-exporter',
    'ROTEL_EXPORTER and ROTEL_EXPORTERS are both set',
  ],
]

/** After `Failed to run agent. error=`, from the start: what a value quotes cannot be taken for the cause. */
const OF_AGENT: readonly Known[] = [
  [
    /^must specify an endpoint|^must specify a Clickhouse exporter endpoint/,
    'extension-bad-endpoint',
    'an endpoint is missing',
  ],
  [
    /^(failed to parse endpoint |relative URL without a base|empty host|invalid port number|invalid (international )?domain|(EmptyHost|IdnaError|InvalidPort|InvalidIpv4Address|InvalidIpv6Address|InvalidDomainCharacter|RelativeUrl\w+|Overflow)$)/,
    'extension-bad-endpoint',
    'an endpoint is not a URL',
  ],
  [
    /^invalid KEY=value: /,
    'extension-invalid-value',
    'an item of a list of headers or resource attributes has no `=`',
  ],
  [
    /^invalid header (key|value): |^InvalidHeader(Name|Value)$|^invalid HTTP header name|^failed to parse header value/,
    'extension-bad-header',
    'a header has a name or value that HTTP does not allow',
  ],
  [
    /^Either both or neither of cert and key must be provided/,
    'extension-tls',
    'a TLS certificate, key or authority is set',
  ],
  [
    /^(Can not use --exporter and --exporters|unknown exporter type|Unknown exporter type|invalid exporter config: |Can not find exporter |No telemetry pipeline exporters|Only one exporter supported for |(Datadog|XRay|X-Ray|AWS EMF|AWS X-Ray) exporter (only supports|not supported for) )/,
    'extension-bad-exporter',
    'ROTEL_EXPORTERS names an exporter that does not exist or does not support the signal, names none for a signal, or is set beside ROTEL_EXPORTER',
  ],
  [
    /^Unable to parse bool value/,
    'extension-invalid-value',
    'the value of a variable is neither true nor false',
  ],
  [/^Unknown receiver/, 'extension-invalid-value', 'ROTEL_RECEIVERS names an unknown receiver'],
  [
    /^must specify Datadog exporter API key/,
    'extension-invalid-value',
    'a Datadog exporter has no API key',
  ],
  [
    /^basic auth requires /,
    'extension-invalid-value',
    'the authenticator is basic, but the user name or the password is not set',
  ],
  [
    /^unable to match AWS host in signing uri/,
    'extension-invalid-value',
    'the authenticator is sigv4auth, but an endpoint is not one of AWS',
  ],
  [
    /^Unable to parse secret string as JSON/,
    'secret-unresolved',
    'a secret with a `#key` is not a JSON object with string values only',
  ],
  [
    /^Secret JSON did not contain field/,
    'secret-unresolved',
    'the JSON of a secret does not contain the `#key`',
  ],
  [
    /^Returned secret ARN was not found/,
    'secret-unresolved',
    'a secret was not found by its incomplete ARN',
  ],
  [
    /^JSON field selection not allowed/,
    'secret-unresolved',
    'a parameter is referenced with a `#key`',
  ],
  [
    /^Unable to resolve ARNs from secrets manager/,
    'secret-unresolved',
    'Rotel could not read a secret from Secrets Manager',
  ],
  [
    /^Unable to resolve ARNs from parameter store/,
    'secret-unresolved',
    'Rotel could not read a parameter from Parameter Store',
  ],
  [
    /^Unknown secret ARN service name/,
    'secret-unresolved',
    'a reference is neither to Secrets Manager nor to Parameter Store',
  ],
  [/^(ArnParseError|Unable to parse ARN)/, 'secret-unresolved', 'a reference is not an ARN'],
]

/**
 * @param lines as the tail has them, in either log format; of several causes the first counts
 * @returns `undefined` for an unknown cause, or none
 */
export function crashIn(lines: readonly string[]): Crash | undefined {
  for (const [index, line] of lines.entries()) {
    const parsed = readRotelLine(line)
    const crash = parsed && crashOf(parsed, lines.slice(index + 1))
    if (crash !== undefined) return crash
  }
  return undefined
}

/** Whether the line is one with which Rotel ends; at its shutdown it ends in any case. */
export function isLastLine({ known, level, text }: RotelLine): boolean {
  if (known === AGENT_FAILED) return / error=(?!"?timed out waiting for tasks)/.test(text)
  return level === undefined && !text.startsWith("thread 'tokio")
}

/** @param following the lines after it: what Rotel prints on standard error goes on over several */
export function crashOf(line: RotelLine, following: readonly string[] = []): Crash | undefined {
  if (isPrinted(line)) return ofPrinted([line.text, ...continuing(following)].join('\n'))
  if (line.known !== AGENT_FAILED) return undefined
  const cause = agentCause(line.text)
  const known = OF_AGENT.find(([pattern]) => pattern.test(cause))
  if (known !== undefined) return { reason: known[1], detail: known[2] }
  return cause.startsWith('failed to parse ') ? ofParameter(cause) : undefined
}

function continuing(lines: readonly string[]): readonly string[] {
  const end = lines.findIndex((line) => readRotelLine(line) !== undefined)
  return end === -1 ? lines : lines.slice(0, end)
}

/** Debug text stands in quotes; the exporter's name, which may come before, is the user's. */
function agentCause(text: string): string {
  return text
    .slice(AGENT_FAILED.length)
    .replace(/^ error="?/, '')
    .replace(/^Exporter\[[^\]]*\]: /, '')
    .replace(/"$/, '')
}

function ofPrinted(text: string): Crash | undefined {
  const known = PRINTED.find(([pattern]) => pattern.test(text))
  if (known !== undefined) return { reason: known[1], detail: known[2] }
  if (/^error: (invalid value|a value is required for) /.test(text)) {
    const name = argumentOf(text)
    return {
      reason: 'extension-invalid-value',
      detail: `Rotel cannot parse ${name ?? 'one of its variables'}`,
    }
  }
  return /^thread 'main' [\s\S]*: "Unknown region: /.test(text)
    ? {
        reason: 'extension-invalid-value',
        detail: 'the region of an exporter is not one that Rotel knows',
      }
    : undefined
}

/** The variable whose value clap refuses: one that is known, or a value could pass for it. */
function argumentOf(text: string): string | undefined {
  return [...text.matchAll(/for '--([a-z0-9-]+)/g)]
    .map(([, argument = '']) => `ROTEL_${argument.toUpperCase().replaceAll('-', '_')}`)
    .findLast((name) => optionKind(name) !== undefined)
}

/** Of a named exporter, whose name is the user's. */
function ofParameter(cause: string): Crash {
  const [, parameter = ''] =
    /for key \\?"([A-Z_]+)\\?" in `ROTEL_EXPORTER_[^`]*` environment/.exec(cause) ?? []
  return {
    reason: 'extension-invalid-value',
    detail: isParameter(parameter)
      ? `Rotel cannot parse ROTEL_EXPORTER_<NAME>_${parameter}`
      : 'Rotel cannot parse a parameter of an exporter in ROTEL_EXPORTERS',
  }
}
