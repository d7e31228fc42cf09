/** AWS's words for a denial, as its documentation prints them, and what they mean for the reader. */

import { expect, test } from '@jest/globals'
import { deniedAction, denialReason } from '../../src/model/denial'
import { faultName } from '../../src/model/refusal'
import { aFault } from './support/lambda'

const CALL =
  'User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: lambda:UpdateFunctionConfiguration on resource: arn:aws:lambda:eu-west-1:123456789012:function:orders'
const KMS = (action: string) =>
  `Lambda was unable to configure access to your environment variables because the KMS access was denied. Please check your KMS permissions. KMS Exception: AccessDeniedException KMS Message: User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: ${action} on resource: arn:aws:kms:eu-west-1:123456789012:key/1 because no identity-based policy allows the ${action} action`

test.each([
  [`${CALL} with an explicit deny in a service control policy`, 'denied-by-organization'],
  [
    `${CALL} with an explicit deny in a service control policy: arn:aws:organizations::987654321098:policy/o-1/service_control_policy/p-1`,
    'denied-by-organization',
  ],
  [
    `${CALL} because no service control policy allows the lambda:UpdateFunctionConfiguration action`,
    'denied-by-organization',
  ],
  [`${CALL} with an explicit deny in a resource control policy`, 'denied-by-organization'],
  [`${CALL} with an explicit deny in a permissions boundary`, 'denied-by-boundary'],
  [
    `${CALL} because no permissions boundary allows the lambda:UpdateFunctionConfiguration action`,
    'denied-by-boundary',
  ],
  [
    `${CALL} because no session policy allows the lambda:UpdateFunctionConfiguration action`,
    'denied-by-session-policy',
  ],
  [`${CALL} with an explicit deny in a VPC endpoint policy`, 'denied-by-endpoint-policy'],
  [
    `${CALL} because no VPC endpoint policy allows the lambda:UpdateFunctionConfiguration action`,
    'denied-by-endpoint-policy',
  ],
  [`${CALL} with an explicit deny in an identity-based policy`, 'denied-explicitly'],
  [`${CALL} with an explicit deny`, 'denied-explicitly'],
  [KMS('kms:CreateGrant'), 'key-denied'],
  [KMS('kms:Encrypt'), 'key-denied'],
  [
    'Lambda was unable to configure access to your environment variables because the KMS key is invalid for CreateGrant. Please check your KMS key settings. KMS Exception: InvalidArnException KMS Message: ARN does not refer to a valid principal: arn:aws:iam::123456789012:role/orders',
    'role-not-assumable',
  ],
  ['The role defined for the function cannot be assumed by Lambda.', 'role-not-assumable'],
  [`${CALL} with an explicit\n  deny in a  service\r\n\tcontrol policy`, 'denied-by-organization'],
])('%s', (text, reason) => expect(denialReason(text)).toBe(reason))

test.each([
  `${CALL} because no identity-based policy allows the lambda:UpdateFunctionConfiguration action`,
  `${CALL} because no resource-based policy allows the lambda:GetLayerVersion action`,
  CALL,
  'The security token included in the request is expired',
])('%s: the permission is missing, which its own reason tells', (text) =>
  expect(denialReason(text)).toBeUndefined(),
)

test.each([
  [CALL, 'lambda:UpdateFunctionConfiguration'],
  ['not authorized to perform: s3:GetObject on resource: b', 's3:GetObject'],
  ['not authorized to perform iam:PassRole', 'iam:PassRole'],
  ['not authorized to perform:\n  route53-domains:X2 on b', 'route53-domains:X2'],
  ['Access Denied', undefined],
])('the action that %j names is %s', (text, action) => {
  expect(deniedAction(text)).toBe(action)
})

test('a denied call is named by what the caller lacks, and no other call is', () => {
  expect(faultName(aFault('denied', { text: CALL }))).toBe(
    'lambda:UpdateFunctionConfiguration: SomeException',
  )
  expect(faultName(aFault('denied'))).toBe('SomeException')
  expect(faultName(aFault('unavailable', { text: CALL }))).toBe('SomeException')
})
