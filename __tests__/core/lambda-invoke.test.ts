/** Invocations over HTTP: answers that are none of Lambda's. */

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '../../src/edges/clock'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'

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
