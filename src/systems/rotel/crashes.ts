/**
 * Why Rotel crashed, by its last log lines. Details are in our words, because Rotel quotes the value that it cannot use.
 * Sources: rotel-lambda-extension v0.1.6 src/main.rs and src/env.rs; rotel v0.2.4 src/init.
 */

import type { Reason } from '../../model/reason'

export interface Crash {
  readonly reason: Reason
  readonly detail: string
}

interface KnownCrash {
  readonly pattern: RegExp
  readonly reason: Reason
  readonly detail: string
}

/** The first pattern that any line matches counts: the cause is often logged before the last line. */
const KNOWN: readonly KnownCrash[] = [
  {
    pattern: /^Can not load envfile: failed to open/,
    reason: 'extension-env-file',
    detail: 'the file of ROTEL_ENV_FILE is not in the function’s package',
  },
  {
    pattern: /^Can not load envfile: /,
    reason: 'extension-env-file',
    detail: 'the file of ROTEL_ENV_FILE has a line that cannot be parsed',
  },
  {
    pattern: /GLIBC_[\d.]+' not found/,
    reason: 'extension-glibc',
    detail: 'the runtime’s C library is older than the layer requires',
  },
  {
    pattern:
      /^\/opt\/extensions\/rotel-extension: .*(cannot execute binary file|Exec format error)/,
    reason: 'extension-architecture',
    detail: 'the layer is built for the other architecture',
  },
  {
    pattern: /^ERROR: unable to bind to /,
    reason: 'extension-port-conflict',
    detail: 'another extension uses a port that Rotel needs',
  },
  {
    pattern: /^ERROR: failed to setup logging: /,
    reason: 'extension-log-filter',
    detail: 'RUST_LOG is not a valid filter of log levels',
  },
  {
    pattern: /^error: the argument .*--exporter/,
    reason: 'extension-bad-exporter',
    detail: 'ROTEL_EXPORTER and ROTEL_EXPORTERS are both set',
  },
  {
    pattern: /must specify an endpoint|must specify a Clickhouse exporter endpoint/,
    reason: 'extension-bad-endpoint',
    detail: 'an endpoint is missing',
  },
  {
    pattern: /relative URL without a base|empty host|invalid port number|invalid domain character/,
    reason: 'extension-bad-endpoint',
    detail: 'an endpoint is not a URL',
  },
  {
    pattern: /invalid HTTP header name|failed to parse header value/,
    reason: 'extension-bad-header',
    detail: 'a header has a name or value that HTTP does not allow',
  },
  {
    pattern: /Either both or neither of cert and key must be provided/,
    reason: 'extension-tls',
    detail: 'a TLS key or authority is set',
  },
  {
    pattern:
      /Unknown exporter type|unknown exporter type|Exporter .* not found for|Can not find exporter|(not|does not) support/,
    reason: 'extension-bad-exporter',
    detail: 'ROTEL_EXPORTERS names an exporter that does not exist or does not support the signal',
  },
  {
    pattern: /Unable to parse bool value/,
    reason: 'extension-invalid-value',
    detail: 'the value of a variable is neither true nor false',
  },
]

/** @param lines the extension's own, without level, as printed; @returns `undefined` for an unknown cause */
export function crashIn(lines: readonly string[]): Crash | undefined {
  for (const { pattern, reason, detail } of KNOWN) {
    if (lines.some((line) => pattern.test(line))) return { reason, detail }
  }
  for (const line of lines) {
    const [, option] = /^error: invalid value .* for '--([a-z0-9-]+)/.exec(line) ?? []
    if (option !== undefined) {
      const variable = `ROTEL_${option.toUpperCase().replaceAll('-', '_')}`
      return { reason: 'extension-invalid-value', detail: `Rotel cannot parse ${variable}` }
    }
    if (line.startsWith('error: invalid value ')) {
      return {
        reason: 'extension-invalid-value',
        detail: 'Rotel cannot parse one of its variables',
      }
    }
  }
  return undefined
}
