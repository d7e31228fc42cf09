/** A proxy answers in AWS's place, with an error and a page: told in words for users, and never as AWS's own denial. */

import { expect, test } from '@jest/globals'
import { systemClock } from '../../src/edges/clock'
import { lambdaControl } from '../../src/edges/lambda-control'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import { lazyRoleControl as roleControl, lazySecretStores } from '../../src/edges/lazy-edges'
import { parseFunctionArn } from '../../src/systems/lambda/function-arn'
import { roleArn, scriptedAws } from './support'

const PAGE = '<!DOCTYPE html><html><body>Blocked by the proxy</body></html>'
const ADVICE = /Deserialization|\$response|JSON|@smithy|@aws-sdk|UnknownError|html/i
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf'

test.each([403, 407, 404])('HTTP %d with a page', async (status) => {
  process.env['AWS_ACCESS_KEY_ID'] = 'id'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret'
  await scriptedAws(() => ({ status, body: PAGE }))
  const arn = parseFunctionArn('arn:aws:lambda:us-east-1:123456789012:function:fn')
  if (arn === undefined) throw new Error('no ARN')
  const answers = [
    await lambdaControl(1).get('us-east-1', 'fn'),
    await roleControl().read(roleArn('arn:aws:iam::123456789012:role/fn-role')),
    await lazySecretStores().secret('us-east-1', SECRET),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject({
      ok: false,
      fault: {
        kind: 'unavailable',
        code: 'UnreadableAnswer',
        text: `the answer with HTTP status ${String(status)} is not one of AWS’s`,
      },
    })
  }
  const invoked = await lambdaInvoke(1, systemClock).invoke(
    { arn, qualifier: undefined, payload: '{}', timeoutSeconds: 3 },
    new AbortController().signal,
  )
  expect(invoked).toMatchObject({ ok: false, fault: { kind: 'lost' } })
  expect(JSON.stringify([...answers, invoked])).not.toMatch(ADVICE)
})
