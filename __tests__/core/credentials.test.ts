/** Credentials that AWS refuses in some regions: what is told of them, and what to do. */

import { describe, expect, test } from '@jest/globals'
import { REMEDIES } from '../../src/model/reason'
import { credentialsProblem } from '../../src/pipeline/select/credentials'

const ADVICE = 'Enable the region for the account'
const refusal = (region: string, detail: string) => ({ region, detail })

describe('a region that refuses credentials which another one takes', () => {
  test.each([
    'UnrecognizedClientException: The security token included in the request is invalid.',
    'InvalidClientTokenId: x',
    'AuthFailure: x',
    'OptInRequired: x',
  ])('is not enabled for the account where it does not know them: %s', (detail) => {
    const { message } = credentialsProblem([refusal('ap-east-1', detail)], ['us-east-1'])
    expect(message).toBe(
      `AWS accepts the credentials in us-east-1, and does not accept them in ap-east-1 (${detail}). ${ADVICE}, or remove it from \`regions\`.`,
    )
  })

  test.each([
    'ExpiredTokenException: The security token included in the request is expired',
    'InvalidSignatureException: x',
    'CredentialsProviderError: Could not load credentials from any providers',
    'AuthFailures: x',
  ])('tells the ordinary remedy where it is another error: %s', (detail) => {
    const { message } = credentialsProblem([refusal('ap-east-1', detail)], ['us-east-1'])
    expect(message).toBe(
      `AWS does not accept the credentials of this job in ap-east-1 (${detail}). ${REMEDIES['credentials-refused']}`,
    )
  })

  test('tells the ordinary remedy where only one of several does not know them', () => {
    const { message } = credentialsProblem(
      [refusal('ap-east-1', 'AuthFailure: x'), refusal('eu-west-1', 'ExpiredTokenException: y')],
      ['us-east-1'],
    )
    expect(message).toContain('in ap-east-1, eu-west-1 (ExpiredTokenException: y)')
    expect(message).not.toContain('enable')
    expect(message).not.toContain(ADVICE)
  })
})

test('a region of which one service takes the credentials, and another does not, is named once', () => {
  const refusals = [refusal('ap-east-1', 'AuthFailure: x')]
  const both = credentialsProblem(refusals, ['ap-east-1', 'us-east-1']).message
  expect(both.match(/ap-east-1/g)).toHaveLength(1)
  expect(both).toContain('accepts the credentials in us-east-1, and')
  const alone = credentialsProblem(refusals, ['ap-east-1']).message
  expect(alone).toContain('does not accept the credentials of this job in ap-east-1')
  expect(alone.match(/ap-east-1/g)).toHaveLength(1)
})
