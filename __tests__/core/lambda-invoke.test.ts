/** Invocations over HTTP: answers that are none of Lambda's. */

import { Agent, createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { systemClock } from '../../src/edges/clock'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import { pacing } from '../../src/edges/paced-calls'
import type { Clock } from '../../src/model/clock'
import { RunEnded } from '../../src/model/run-signal'

const before = { ...process.env }
let answered: (response: ServerResponse) => void
const server = createServer((_, response) => answered(response))

beforeEach(async () => {
  answered = (response) => response.end('{}')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${String(port)}`
  process.env['AWS_ACCESS_KEY_ID'] = 'id'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
})

afterEach(() => {
  jest.restoreAllMocks()
  process.env = { ...before }
  server.closeAllConnections()
  server.close()
})

const ARN = {
  text: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
  partition: 'aws',
  region: 'eu-west-1',
  account: '123456789012',
  name: 'orders',
}

function invoked() {
  return lambdaInvoke(1, systemClock).invoke(
    { arn: ARN, qualifier: undefined, payload: '{}', timeoutSeconds: 3 },
    new AbortController().signal,
  )
}

test('an answer without a request id is no proof that anything ran', async () => {
  expect(await invoked()).toMatchObject({ ok: false, fault: { kind: 'lost' } })
})

test.each([
  ['ReservedFunctionConcurrentInvocationLimitExceeded', true],
  ['ReservedFunctionInvocationRateLimitExceeded', true],
  ['FunctionInvocationRateLimitExceeded', true],
  ['ConcurrentInvocationLimitExceeded', false],
  ['ConcurrentSnapshotCreateLimitExceeded', false],
  ['CallerRateLimitExceeded', false],
])(
  'whether a throttle is of the function’s own limits is told by its reason: %s',
  async (Reason, reserved) => {
    answered = (response) =>
      response
        .writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' })
        .end(JSON.stringify({ Reason, message: 'Rate exceeded' }))
    expect(await invoked()).toMatchObject({ ok: false, fault: { kind: 'throttled', reserved } })
  },
)

test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
  'where no connection came about, nothing has run: %s',
  async (code) => {
    jest.spyOn(Agent.prototype, 'createConnection').mockImplementation(() => {
      throw Object.assign(new Error('connect'), { code })
    })
    expect(await invoked()).toMatchObject({ ok: false, fault: { kind: 'not-ready' } })
  },
)

describe('whether the caller may invoke is not known', () => {
  /** A hundred times as fast. */
  const FAST: Clock = {
    now: () => Date.now() * 100,
    sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
  }

  async function asked(signal?: AbortSignal) {
    const calls = pacing(FAST)(signal)
    return lambdaInvoke(1, FAST, calls).mayInvoke(ARN, undefined)
  }

  test('when Lambda does not answer, which is no end of the run', async () => {
    answered = () => undefined
    expect(await asked(new AbortController().signal)).toMatchObject({
      ok: false,
      fault: { kind: 'unavailable', code: 'TimeoutError' },
    })
  }, 5_000)

  test.each([{}, { 'retry-after': '60' }])(
    'when it is throttled again and again: %j',
    async (headers) => {
      answered = (response) =>
        response
          .writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException', ...headers })
          .end('{}')
      expect(await asked()).toMatchObject({
        ok: false,
        fault: { kind: 'throttled', code: 'TooManyRequestsException' },
      })
    },
    5_000,
  )

  test('when the run ends first, which is told', async () => {
    const run = new AbortController()
    answered = () => run.abort(new RunEnded({ reason: 'out-of-time', detail: 'it is late' }))
    expect(await asked(run.signal)).toMatchObject({
      ok: false,
      fault: { kind: 'aborted', code: 'out-of-time' },
    })
  })
})
