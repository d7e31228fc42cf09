/**
 * What a report shows of Rotel's lines: nothing of a value that Rotel quotes, in either log format, wherever the tail was
 * cut off, also where the function's own lines are shown. The value may be known to the function alone.
 */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { debugText } from '../../local/rotel/rust'
import { smokeReport } from '../../src/pipeline/rollout/smoke-report'
import { smokeVerdict } from '../../src/pipeline/smoke-test/verdict'
import { exportFailureIn } from '../../src/systems/rotel/export-failures'
import { aFunction } from '../core/support/functions'
import { RECORDINGS } from './recordings'

const CANARY = 'canary-51ce'

/** What is shown of a tail, and the cause, when the invocation ended with an error of this type. */
function shownOf(tail: string, errorType = 'Extension.Crash'): string {
  const invocation = {
    requestId: '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab',
    executedVersion: '$LATEST',
    functionError: 'Unhandled',
    errorType,
    exitStatus: undefined,
    tail,
    endedAt: 0,
  }
  const verdict = smokeVerdict(invocation, false)
  if (verdict.kind === 'passed') throw new Error('passed')
  // The variables are not known to hold what is quoted.
  const report = smokeReport({ ...verdict, invocation }, aFunction(), true)
  return [verdict.reason, verdict.detail, ...report.tail.map(({ text }) => text)].join('\n')
}

/** `VALUE` stands for what is quoted: as it is on standard error, in its Debug form after `error=`. */
const QUOTING: readonly (readonly [form: string, line: string])[] = [
  [
    'item without `=`',
    'ERROR Failed to run agent. error="invalid KEY=value: no `=` found in `DEBUG`"',
  ],
  [
    'header name',
    'ERROR Failed to run agent. error="invalid header key: DEBUG: invalid HTTP header name"',
  ],
  [
    'header value',
    'ERROR Failed to run agent. error="invalid header value: DEBUG: failed to parse header value"',
  ],
  [
    'endpoint',
    'ERROR Failed to run agent. error="failed to parse endpoint Base(\\"DEBUG\\"): empty host"',
  ],
  [
    'variant',
    'ERROR Failed to run agent. error="failed to parse OTLP config: unknown variant: found `DEBUG`, expected ``grpc` or `http`` for key \\"PROTOCOL\\" in `ROTEL_EXPORTER_DEBUG_` environment variable(s)"',
  ],
  [
    'type',
    'ERROR Failed to run agent. error="failed to parse Clickhouse config: invalid type: found string \\"DEBUG\\", expected a boolean for key \\"ENABLE_JSON\\" in `ROTEL_EXPORTER_C_` environment variable(s)"',
  ],
  ['exporter', 'ERROR Failed to run agent. error="Can not find exporter DEBUG for logs exporters"'],
  ['exporter type', 'ERROR Failed to run agent. error="unknown exporter type: DEBUG"'],
  ['exporter list', 'ERROR Failed to run agent. error="invalid exporter config: a:otlp:DEBUG"'],
  [
    'exporter name',
    'ERROR Failed to run agent. error="Exporter[DEBUG]: must specify an endpoint for OTLP logs"',
  ],
  ['boolean', 'ERROR Failed to run agent. error="Exporter[c]: Unable to parse bool value: DEBUG"'],
  ['host', 'ERROR Failed to run agent. error="unable to match AWS host in signing uri: DEBUG"'],
  ['ARN', 'ERROR Failed to run agent. error=ArnParseError("DEBUG")'],
  [
    'secret’s JSON',
    'ERROR Failed to run agent. error="Secret JSON did not contain field DEBUG: arn"',
  ],
  [
    'store’s answer',
    ' WARN Unable to resolve ARNs from secrets manager: [AwsArn { resource: "DEBUG" }]: AwsError { message: "DEBUG" }',
  ],
  ['lookup', 'ERROR Unable to lookup secrets arns=[("DEBUG", "DEBUG")]'],
  ['unknown cause', 'ERROR Failed to run agent. error="something new: DEBUG"'],
  ['argument', "error: invalid value 'VALUE' for '--otlp-exporter-protocol <PROTOCOL>'"],
  ['unknown argument', "error: invalid value 'VALUE' for '--none <NONE>'"],
  [
    'env file',
    "Can not load envfile: unable to parse line: Error parsing line: 'VALUE', error at line index: 3",
  ],
  ['bind', 'ERROR: unable to bind to VALUE: Cannot assign requested address (os error 99)'],
  [
    'panic',
    'thread \'main\' (8) panicked at /build/src/exporters/shared/aws.rs:126:19:\ncalled `Result::unwrap()` on an `Err` value: "Unknown region: VALUE"',
  ],
  [
    'table',
    ' WARN Failed to describe Clickhouse logs table; falling back to baseline schema. table=VALUE.otel_logs error=DESCRIBE TABLE returned HTTP 403 Forbidden: VALUE',
  ],
  [
    'ClickHouse',
    'ERROR Finalization failed after acknowledgment during drain. meta=Meta { exporter_name: "clickhouse" } error="Failed to export to Clickhouse (status = 403 Forbidden): DEBUG"',
  ],
  [
    'transport',
    'ERROR OTLPExporter error from endpoint. exporter_type="otlp" telemetry_type="logs" error=VALUE',
  ],
]

function quoting(line: string, value: string): string {
  return line
    .replaceAll('DEBUG', () => debugText(value).slice(1, -1))
    .replaceAll('VALUE', () => value)
}

/** In JSON format a line of the log is a record; what is printed on standard error stays as it is. */
function inJson(text: string): string {
  const [, level, message, fields] =
    /^ ?(ERROR|WARN) (Failed to run agent\.|Unable to lookup secrets|[^=]*?)(?: (\w+=[\s\S]*))?$/.exec(
      text,
    ) ?? []
  if (level === undefined || message === undefined) return text
  const [, name, value] = /^(\w+)=([\s\S]*)$/.exec(fields ?? '') ?? []
  return JSON.stringify({
    level,
    fields: { message, ...(name === undefined ? {} : { [name]: value }) },
  })
}

const PLATFORM =
  'EXTENSION\tName: rotel-extension\tState: Started\tEvents: []\tError Type: Extension.Crash'

/** With what may pass for Rotel's own words, or break out of them. */
const secret = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom(
          '\n',
          '"',
          "'",
          '`',
          ',',
          '=',
          ' status=401',
          "' for '--exporter",
          '\nEXTENSION',
          '\nERROR ',
          '\n INFO Starting Rotel. ',
          ' for key "ENDPOINT" in `ROTEL_EXPORTER_A_` environment',
          ': relative URL without a base',
        ),
      ),
      { maxLength: 5 },
    ),
    fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { maxLength: 3 }),
  )
  .map(([before, after]) => `${before.join('')}${CANARY}${after.join('')}`)

describe('of what Rotel quotes', () => {
  test.each(QUOTING)('nothing is shown: %s', (_, line) => {
    fc.assert(
      fc.property(secret, fc.boolean(), fc.nat(), (value, isJson, cut) => {
        const quoted = quoting(line, value)
        const whole = ['of the function', isJson ? inJson(quoted) : quoted, PLATFORM].join('\n')
        expect(shownOf(whole)).not.toContain(CANARY)
        // The last 4 KB begin anywhere.
        expect(shownOf(whole.slice(cut % whole.length))).not.toContain(CANARY)
      }),
      { numRuns: 60 },
    )
  })

  test.each(QUOTING)('the cause and its words do not depend on it: %s', (_, line) => {
    const plain = fc.stringMatching(/^[a-z0-9-]{1,30}$/)
    fc.assert(
      fc.property(plain, plain, (one, other) => {
        expect(shownOf(quoting(line, one))).toBe(shownOf(quoting(line, other)))
      }),
      { numRuns: 20 },
    )
  })

  test('nothing is shown of any recorded line', () => {
    for (const { lines } of RECORDINGS) expect(shownOf(lines.join('\n'))).not.toContain(CANARY)
  })
})

test('what Rotel says of itself is shown', () => {
  const lines = [
    ' INFO Starting Rotel.',
    ' INFO OTLP receiver listening grpc_endpoint="127.0.0.1:4317" http_endpoint="[::1]:4318"',
    ' INFO Rotel Lambda Extension started in 66ms',
    'ERROR OTLPExporter failed gRPC status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=Unauthenticated',
    ' INFO Exporting failed, will retry again after delay. attempt=1 delay=1.478s error=Transport error',
    "error: invalid value 'x' for '--otlp-exporter-protocol <PROTOCOL>'",
  ]
  expect(shownOf(lines.join('\n')).split('\n').slice(2)).toEqual([
    'INFO Starting Rotel.',
    'INFO OTLP receiver listening grpc_endpoint="127.0.0.1:4317" http_endpoint="[::1]:4318"',
    'INFO Rotel Lambda Extension started in 66ms',
    'ERROR OTLPExporter failed gRPC status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=Unauthenticated',
    'INFO Exporting failed, will retry again after delay. attempt=1 delay=1.478s …',
    'error: invalid value … (Rotel cannot parse ROTEL_OTLP_EXPORTER_PROTOCOL)',
  ])
})

describe('a failed export', () => {
  const META = 'meta=Meta { exporter_name: "clickhouse", telemetry_type: "logs" }'
  const RETRY = ' INFO Exporting failed, will retry again after delay. attempt=1 delay=1s'
  const UNDRAINED =
    ' WARN unable to drain exporter: Failed draining export requests, 1 requests failed exporter_type="otlp"'
  const otlp = (protocol: string, status: string) =>
    `ERROR OTLPExporter failed ${protocol} status code from endpoint. exporter_type="otlp" telemetry_type="logs" status=${status}`
  const clickHouse = (error: string) =>
    `ERROR Finalization failed after acknowledgment during drain. ${META} error="${error}"`

  test.each([
    ['export-key-refused', [otlp('gRPC', 'Unauthenticated'), UNDRAINED]],
    ['export-key-refused', [otlp('HTTP', '401'), UNDRAINED]],
    ['export-not-found', [otlp('HTTP', '404'), UNDRAINED]],
    ['export-refused', [otlp('HTTP', '415'), UNDRAINED]],
    [
      'export-user-refused',
      [clickHouse('Failed to export to Clickhouse (status = 403 Forbidden): x')],
    ],
    [
      'export-refused',
      [clickHouse('Failed to export to Clickhouse (status = 400 Bad Request): x')],
    ],
    [
      'export-refused',
      [`${RETRY} response=HTTPResponse{Status=500 Internal Server Error, Body=x}`],
    ],
    [
      'export-not-found',
      [
        clickHouse(
          'Received a 404 when exporting to Clickhouse, does the table exist? (type = logs)',
        ),
      ],
    ],
    [
      'export-wrong-protocol',
      [
        'ERROR OTLPExporter error from endpoint. exporter_type="otlp" error=GoAway(b"", FRAME_SIZE_ERROR',
        UNDRAINED,
      ],
    ],
    [
      'export-dropped',
      ['ERROR Too many batch items split, dropping data. Consider increasing the batch size.'],
    ],
    ['export-unreachable', [`${RETRY} error=Transport error: unable to connect`]],
    ['export-unreachable', [' WARN timeout waiting to flush exporters', UNDRAINED]],
    ['export-unreachable', [` WARN Unable to drain exporter ${META} result=Timed out waiting`]],
    [
      'export-blackhole',
      [' INFO Automatically selecting blackhole exporter due to missing endpoint configs'],
    ],
    [undefined, [' WARN sending flush broadcast with zero listeners, this is unexpected']],
    [undefined, [' WARN timeout waiting to logs', ' INFO Starting Rotel.']],
  ] as const)('is told as %s by its lines', (reason, lines) => {
    expect(exportFailureIn(lines)?.reason).toBe(reason)
    const records = lines.map((line) => {
      const [, level = '', message = '', fields] =
        /^ ?([A-Z]+) (.*?[.!:a-z])(?= \w+=|$)(.*)$/.exec(line) ?? []
      const pairs = [...(fields ?? '').matchAll(/ (\w+)=(.*?)(?= \w+=|$)/g)].map(
        ([, key = '', value = '']) => [key, value] as const,
      )
      const own: Readonly<Record<string, string>> = Object.fromEntries(pairs)
      return JSON.stringify({ level, fields: { message, ...own } })
    })
    expect(exportFailureIn(records)?.reason).toBe(reason)
  })
})
