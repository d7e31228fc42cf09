/** Invocations over HTTP: answers that are none of Lambda's. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '../../src/edges/clock'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'

const before = { ...process.env }
const server = createServer((_, response) => response.end('{}'))

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${String(port)}`
  process.env['AWS_ACCESS_KEY_ID'] = 'id'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
})

afterEach(() => {
  process.env = before
  server.closeAllConnections()
  server.close()
})

test('an answer without a request id is no proof that anything ran', async () => {
  const arn = {
    text: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
    partition: 'aws',
    region: 'eu-west-1',
    account: '123456789012',
    name: 'orders',
  }
  const answer = await lambdaInvoke(1, systemClock).invoke(
    { arn, qualifier: undefined, payload: '{}', timeoutSeconds: 3 },
    new AbortController().signal,
  )
  expect(answer).toMatchObject({ ok: false, fault: { kind: 'lost' } })
})
