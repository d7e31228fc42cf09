/** The tail of an invocation's log: who wrote a line, what the platform says, and lines that pretend. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseTail } from '../../src/pipeline/smoke-test/tail'

const ID = '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab'

const report = (...more: string[]) =>
  [
    `REPORT RequestId: ${ID}`,
    'Duration: 9.69 ms',
    'Billed Duration: 138 ms',
    'Memory Size: 128 MB',
    'Max Memory Used: 40 MB',
    ...more,
    '',
  ].join('\t')

const TEXT = [
  'TELEMETRY\tName: rotel-extension\tState: Subscribed\tTypes: [Platform, Function, Extension]',
  ' INFO Starting Rotel.',
  ' INFO OTLP receiver listening grpc_endpoint="127.0.0.1:4317" http_endpoint="127.0.0.1:4318"',
  'EXTENSION\tName: rotel-extension\tState: Ready\tEvents: [INVOKE, SHUTDOWN]',
  `START RequestId: ${ID} Version: $LATEST`,
  `2026-01-02T03:04:05.678Z\t${ID}\tINFO\torder 4711 of bob@example.com`,
  `END RequestId: ${ID}`,
  report('Init Duration: 127.75 ms'),
]

const sources = (lines: readonly string[]) =>
  parseTail(`${lines.join('\n')}\n`).lines.map(({ source }) => source)

describe('the text format', () => {
  test('platform, extension and function are told apart', () => {
    expect(sources(TEXT)).toEqual([
      'platform',
      'extension',
      'extension',
      'platform',
      'platform',
      'function',
      'platform',
      'platform',
    ])
  })

  test.each([
    ['tabs', '\t'],
    ['spaces', ' '],
    ['several spaces', '   '],
  ])('the fields may be separated by %s', (_, separator) => {
    const text = TEXT.map((line) => line.replaceAll('\t', separator)).join('\n')
    expect(parseTail(text)).toMatchObject({
      extensions: [{ name: 'rotel-extension', state: 'Ready', errorType: undefined }],
      report: {
        durationMs: 9.69,
        billedMs: 138,
        memoryMb: 128,
        maxMemoryMb: 40,
        initMs: 127.75,
        status: undefined,
        errorType: undefined,
      },
    })
  })

  test('a warm invocation has no cold start, and its duration is not mistaken', () => {
    expect(parseTail(report()).report).toMatchObject({ durationMs: 9.69, initMs: undefined })
    expect(
      parseTail(report('Restore Duration: 524.23 ms', 'Billed Restore Duration: 126 ms')).report,
    ).toMatchObject({ durationMs: 9.69, billedMs: 138 })
  })

  test('a failure’s status and type are read', () => {
    expect(parseTail(report('Status: timeout')).report).toMatchObject({ status: 'timeout' })
    expect(
      parseTail(report('Status: error', 'Error Type: Runtime.ExitError')).report,
    ).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' })
    expect(
      parseTail(
        'EXTENSION\tName: rotel-extension\tState: Started\tEvents: []\tError Type: Extension.Crash',
      ).extensions,
    ).toEqual([{ name: 'rotel-extension', state: 'Started', errorType: 'Extension.Crash' }])
  })

  test.each([
    ['INIT_START Runtime Version: nodejs:22.v1\tRuntime Version ARN: arn:aws:lambda::x'],
    ['INIT_REPORT Init Duration: 10000.50 ms\tPhase: init\tStatus: timeout'],
    ['RESTORE_START Runtime Version: java:21.v3'],
    ['RESTORE_REPORT Restore Duration: 300.11 ms'],
    ['LOGS\tName: other\tState: Subscribed\tTypes: [Platform]'],
    [`XRAY TraceId: 1-5e1b4151-5ac6c58f5\tSegmentId: 3a\tSampled: true`],
    [`RequestId: ${ID} Error: Runtime exited with error: exit status 1`],
    [`RequestId: ${ID} Process exited before completing request`],
    [`2026-01-02T03:04:05.678Z ${ID} Task timed out after 3.00 seconds`],
    [`RequestId: ${ID} Error: Task timed out after 30.00 seconds`],
  ])('the platform wrote: %s', (line) => {
    expect(sources([line])).toEqual(['platform'])
  })

  test.each([
    ['ERROR failed to flush exporters: timed out'],
    ['ERROR Failed to run agent. error="x"'],
    ['WARN OTLPExporter failed HTTP status code from endpoint. status=401'],
    ["error: invalid value 'htpp' for '--otlp-exporter-protocol <P>'"],
    ['ERROR: unable to bind to 127.0.0.1:4317: Address already in use'],
    ['Can not load envfile: failed to open env file'],
    ["/opt/extensions/rotel-extension: /lib64/libc.so.6: version `GLIBC_2.28' not found"],
    ['WARN Unable to resolve ARNs from secrets manager: denied'],
    [' INFO Automatically selecting blackhole exporter due to missing endpoint configs'],
    [' INFO Exporting failed, will retry again after delay. attempt=1 delay=1.4s error=x'],
    [' WARN timeout waiting to flush exporters'],
    [' WARN Unable to drain exporter meta=Meta { exporter_name: "clickhouse" } result=x'],
    ['\u001b[32m INFO\u001b[0m Starting Rotel.'],
    ['\u001b[33m WARN\u001b[0m timeout waiting to flush exporters'],
    ['\u001b[31mERROR\u001b[0m Failed to run agent. \u001b[3merror\u001b[0m\u001b[2m=\u001b[0m"x"'],
    ["error: a value is required for '--exporter <EXPORTER>' but none was supplied"],
    ["thread 'main' (24458) panicked at /build/src/exporters/shared/aws.rs:126:19:"],
    ['ERROR Unexpected early exit of extension.'],
  ])('Rotel wrote: %s', (line) => {
    expect(sources([line])).toEqual(['extension'])
  })

  test.each([
    [`2026-01-02T03:04:05.678Z\t${ID}\tERROR\tInvoke Error`],
    [`[ERROR]\t2026-01-02T03:04:05.678Z\t${ID}\tfailed for bob@example.com`],
    ['ERROR failed to flush the cart of bob@example.com'],
    ['ERROR failed to flush logs of bob@example.com'],
    ['WARN Unexpected early exit of worker 7, customer bob@example.com'],
    ['INFO starting rotel.'],
    ['  INFO Starting Rotel.'],
    [' INFO order of bob@example.com'],
    ['Starting Rotel.'],
    ['START processing order 4711'],
    ['END of order 4711'],
    ['REPORT for bob@example.com'],
    ['EXTENSION of the contract of bob@example.com'],
    ['LOGS Name: bob'],
    [`see START RequestId: ${ID} Version: $LATEST`],
    [` START RequestId: ${ID} Version: $LATEST`],
    ['RequestId: 4711 Error: Task timed out after all'],
    ['{"level":"info","type":"order","message":"bob@example.com"}'],
    ['{"fields":{"message":"order of bob@example.com"}}'],
    ['[1,2]'],
    ['{"broken": '],
  ])('the function wrote: %s', (line) => {
    expect(sources([line])).toEqual(['function'])
  })

  test('what Rotel prints as it ends goes on until somebody else writes', () => {
    expect(
      sources([
        'ours',
        "error: invalid value 'two",
        "lines' for '--exporter <EXPORTER>'",
        "For more information, try '--help'.",
        'EXTENSION\tName: rotel-extension\tState: Started\tEvents: []\tError Type: Extension.Crash',
        'ours again',
      ]),
    ).toEqual(['function', 'extension', 'extension', 'extension', 'platform', 'function'])
  })

  test('a first line that was chopped is nobody’s but the function’s', () => {
    expect(sources([`tId: ${ID} Version: $LATEST`, ...TEXT.slice(5)])[0]).toBe('function')
    expect(parseTail(`"platform.report","record":{}}\n${report()}`).lines[0]?.source).toBe(
      'function',
    )
  })

  test('the last REPORT counts: a function can print one, but not after the platform’s', () => {
    const fake = `REPORT RequestId: ${ID}\tDuration: 1 ms\tBilled Duration: 1 ms\tMemory Size: 9999 MB\tMax Memory Used: 1 MB\tStatus: timeout`
    expect(parseTail([fake, report()].join('\n')).report).toMatchObject({
      memoryMb: 128,
      status: undefined,
    })
  })

  test('a line that merely begins like REPORT changes nothing', () => {
    expect(parseTail('REPORT RequestId: none Duration: 1 ms Memory Size: 1 MB').report).toBe(
      undefined,
    )
  })
})

describe('the JSON format', () => {
  const json = (type: string, record: object) =>
    JSON.stringify({ time: '2026-01-02T03:04:05.678Z', type, record })
  const lines = [
    json('platform.initStart', { initializationType: 'on-demand' }),
    json('platform.telemetrySubscription', { name: 'rotel-extension', state: 'Subscribed' }),
    '{"level":"INFO","fields":{"message":"Starting Rotel."}}',
    json('platform.extension', { name: 'rotel-extension', state: 'Ready', events: ['INVOKE'] }),
    json('platform.start', { requestId: ID, version: '$LATEST' }),
    JSON.stringify({ timestamp: 'x', level: 'INFO', requestId: ID, message: 'bob@example.com' }),
    json('platform.report', {
      requestId: ID,
      metrics: {
        durationMs: 9.69,
        billedDurationMs: 138,
        memorySizeMB: 128,
        maxMemoryUsedMB: 40,
        initDurationMs: 127.75,
      },
      status: 'success',
    }),
  ]

  test('platform, extension and function are told apart', () => {
    expect(sources(lines)).toEqual([
      'platform',
      'platform',
      'extension',
      'platform',
      'platform',
      'function',
      'platform',
    ])
  })

  test('the report says the same as in text', () => {
    expect(parseTail(lines.join('\n'))).toMatchObject({
      extensions: [{ name: 'rotel-extension', state: 'Ready' }],
      report: parseTail(report('Init Duration: 127.75 ms')).report ?? {},
    })
  })

  test('a failure’s status and type are read', () => {
    const metrics = { durationMs: 1, memorySizeMB: 128 }
    const failed = json('platform.report', { metrics, status: 'error', errorType: 'X.Y' })
    expect(parseTail(failed).report).toMatchObject({ status: 'error', errorType: 'X.Y' })
    const crashed = json('platform.extension', {
      name: 'rotel-extension',
      state: 'Started',
      errorType: 'Extension.Crash',
    })
    expect(parseTail(crashed).extensions[0]?.errorType).toBe('Extension.Crash')
  })

  test('records of odd shapes are read as far as they go', () => {
    const odd = [
      json('platform.report', {}),
      '{"type":"platform.report","record":null}',
      '{"type":"platform.extension","record":[1]}',
      '{"type":7,"fields":"x"}',
      '{"constructor":{"name":"x"},"__proto__":{"type":"platform.report"}}',
    ]
    expect(parseTail(odd.join('\n'))).toMatchObject({ extensions: [], report: undefined })
  })
})

test('any text is parsed, and no line of it is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 })), (lines) => {
      const text = lines.join('\n')
      const shown = parseTail(text).lines.map((line) => line.text)
      expect(shown).toEqual(
        text
          .split('\n')
          .map((line) => line.trimEnd())
          .filter((line) => line.trim() !== ''),
      )
    }),
  )
})

test('ordinary lines of a function are never taken for the platform’s or the extension’s', () => {
  const word = fc.stringMatching(/^[a-z0-9@.]{1,10}$/)
  const words = fc.array(word, { minLength: 1, maxLength: 6 }).map((all) => all.join(' '))
  const line = fc.oneof(
    words,
    fc
      .tuple(fc.constantFrom('INFO', 'WARN', 'ERROR', 'DEBUG'), words)
      .map(([level, text]) => `${level} ${text}`),
    words.map((text) => `2026-01-02T03:04:05.678Z\t${ID}\tINFO\t${text}`),
    words.map((text) => `[ERROR] 2026-01-02T03:04:05.678Z ${ID} ${text}`),
    words.map((message) => JSON.stringify({ level: 'info', requestId: ID, message })),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      expect(new Set(sources(lines))).toEqual(new Set(lines.length === 0 ? [] : ['function']))
    }),
  )
})
