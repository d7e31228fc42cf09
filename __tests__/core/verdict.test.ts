/** The verdict over an invocation: what died, for every error type that the platform knows. */

import { describe, expect, test } from '@jest/globals'
import type { Invocation } from '../../src/pipeline/smoke-test/invocation'
import { smokeVerdict } from '../../src/pipeline/smoke-test/verdict'

const ID = '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab'

function anInvocation(given: Partial<Invocation> = {}): Invocation {
  return {
    requestId: ID,
    executedVersion: '$LATEST',
    functionError: undefined,
    errorType: undefined,
    exitStatus: undefined,
    tail: '',
    endedAt: 0,
    ...given,
  }
}

const failing = (errorType: string | undefined, tail = '') =>
  anInvocation({ functionError: 'Unhandled', errorType, tail })

const report = (used: number, more = '') =>
  `REPORT RequestId: ${ID}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: ${String(used)} MB\t${more}`

test.each([
  ['Extension.LaunchError', 'extension-crash'],
  ['Extension.InitError', 'extension-crash'],
  ['Extension.ExitError', 'extension-crash'],
  ['Extension.Crash', 'extension-crash'],
  ['TooManyExtensions', 'extension-crash'],
  ['PermissionDenied', 'extension-crash'],
  ['Runtime.InitError', 'init-error'],
  ['Runtime.InvalidWorkingDir', 'init-error'],
  ['Runtime.InvalidEntrypoint', 'init-error'],
  ['Runtime.ImportModuleError', 'init-error'],
  ['Runtime.ExitError', 'runtime-exit'],
  ['Runtime.OutOfMemory', 'out-of-memory'],
  ['Runtime.TruncatedResponse', 'function-error'],
  ['Sandbox.Timedout', 'function-timeout'],
  ['Sandbox.Failure', 'init-error'],
  ['Function.ResponseSizeTooLarge', 'function-error'],
  ['Function.Unknown', 'function-error'],
])('%s fails as %s, accepted errors or not', (type, reason) => {
  for (const accept of [false, true]) {
    expect(smokeVerdict(failing(type), accept)).toMatchObject({ kind: 'failed', reason })
  }
})

test.each([
  ['the REPORT', report(128), 512, 'the function ran out of memory (128 of 128 MB used)'],
  ['the configuration', '', 512, 'the function ran out of memory (512 MB are configured)'],
])('a lack of memory is told with the figures of %s', (_, tail, configuredMb, detail) => {
  const invocation = failing('Runtime.OutOfMemory', tail)
  expect(smokeVerdict(invocation, false, configuredMb)).toMatchObject({ detail })
})

describe('an error of before the handler', () => {
  const initReport =
    'INIT_REPORT Init Duration: 180.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.Unknown'
  const initRecord = JSON.stringify({
    time: '2026-01-02T03:04:05.678Z',
    type: 'platform.initReport',
    record: { phase: 'invoke', status: 'error' },
  })

  test.each([
    ['a payload without a request', anInvocation({ functionError: 'Unhandled', errorOf: 'none' })],
    ['INIT_REPORT', failing(undefined, initReport)],
    ['platform.initReport', failing(undefined, initRecord)],
  ])('is told by %s, and passes for nobody', (_, invocation) => {
    for (const accept of [false, true]) {
      expect(smokeVerdict(invocation, accept)).toMatchObject({ reason: 'init-error' })
    }
  })

  test('is not one of a handler in an environment that started at the second try', () => {
    const slow = initReport.replace('error', 'timeout')
    expect(smokeVerdict(failing(undefined, slow), true).kind).toBe('passed')
    const answered = anInvocation({
      functionError: 'Unhandled',
      errorOf: 'request',
      tail: initReport,
    })
    expect(smokeVerdict(answered, true).kind).toBe('passed')
  })
})

test('a timeout while Rotel waits for the endpoint is the endpoint’s', () => {
  const wait = 'WARN timeout waiting to flush exporters'
  const tail = `${wait}\n${report(40, 'Status: timeout')}`
  expect(smokeVerdict(failing('Sandbox.Timedout', tail), false)).toMatchObject({
    reason: 'export-unreachable',
  })
})

describe('an error that the handler throws', () => {
  test('fails, and passes with a note where it is accepted', () => {
    expect(smokeVerdict(failing(undefined), false)).toMatchObject({ reason: 'function-error' })
    expect(smokeVerdict(failing(undefined), true)).toMatchObject({
      kind: 'passed',
      note: expect.stringContaining('accept: function-errors'),
    })
    expect(smokeVerdict(failing('TypeError'), true).kind).toBe('passed')
  })

  test('is not accepted when the report says that it was something else', () => {
    expect(smokeVerdict(failing(undefined, report(40, 'Status: timeout')), true)).toMatchObject({
      reason: 'function-timeout',
    })
    expect(
      smokeVerdict(
        failing(undefined, report(40, 'Status: error\tError Type: Extension.Crash')),
        true,
      ),
    ).toMatchObject({ reason: 'extension-crash' })
  })
})

describe('memory', () => {
  test('a process that was killed at its limit needed more memory', () => {
    expect(smokeVerdict(failing('Runtime.ExitError', report(128)), false)).toMatchObject({
      reason: 'out-of-memory',
      detail: expect.stringContaining('128 of 128 MB'),
    })
    expect(smokeVerdict(failing('Runtime.ExitError', report(127)), false)).toMatchObject({
      reason: 'runtime-exit',
    })
  })

  test('a handler’s error with all memory used is the handler’s', () => {
    expect(smokeVerdict(failing(undefined, report(128)), false)).toMatchObject({
      reason: 'function-error',
    })
  })
})

test('a wrapper that is not there is told from a process that ended', () => {
  const tail = `RequestId: ${ID} Error: Runtime exited with error: exit status 127\nRuntime.ExitError`
  expect(
    smokeVerdict({ ...failing('Runtime.ExitError', tail), exitStatus: 127 }, false),
  ).toMatchObject({
    reason: 'wrapper-missing',
  })
})

describe('an invocation without an error', () => {
  test('passes, with an empty tail too', () => {
    expect(smokeVerdict(anInvocation(), false)).toMatchObject({ kind: 'passed', note: undefined })
  })

  test('passes whatever a line of its log claims of an extension: Lambda fails the invocation of a broken one', () => {
    const tail =
      'EXTENSION\tName: rotel-extension\tState: Started\tEvents: []\tError Type: Extension.Crash'
    expect(smokeVerdict(anInvocation({ tail }), true)).toMatchObject({ kind: 'passed' })
  })
})

test('the extension that died is named; without a line about it, Rotel is supposed', () => {
  const tail = 'EXTENSION\tName: other\tState: Started\tEvents: []\tError Type: Extension.Crash'
  expect(smokeVerdict(failing('Extension.Crash', tail), false)).toMatchObject({
    detail: 'Extension.Crash: other crashed at startup',
  })
  expect(smokeVerdict(failing('Extension.Crash'), false)).toMatchObject({
    detail: 'Extension.Crash: rotel-extension probably crashed at startup',
  })
})

test.each([undefined, 'Error', 'Sandbox.Timedout'])(
  'Rotel’s end is told whatever became of the handler, and accepted errors do not hide it: %s',
  (errorType) => {
    const tail = 'ERROR Failed to run agent. error=must specify an endpoint'
    expect(smokeVerdict(failing(errorType, tail), true)).toMatchObject({
      kind: 'failed',
      reason: 'extension-bad-endpoint',
    })
  },
)
