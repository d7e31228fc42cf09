/** AWS does not know the caller, or says in its own words why it denies a call: the message tells what helps. */

import { describe, expect, test } from '@jest/globals'
import { FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const EXPIRED = {
  kind: 'error',
  name: 'ExpiredTokenException',
  status: 403,
  message: 'The security token included in the request is expired',
} as const

const UNKNOWN = {
  kind: 'error',
  name: 'UnrecognizedClientException',
  status: 403,
  message: 'The security token included in the request is invalid.',
} as const

const NO_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
  AWS_CONFIG_FILE: '/nonexistent',
}

describe('credentials that AWS does not know are told once, before any plan', () => {
  test.concurrent('none, expired ones, and those of a region that is not enabled', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['orders', 'payments', 'users']) {
        aws.lambda.createFunction({ name, variables: FOREIGN })
      }
      const functions = 'orders\npayments\nusers'
      const none = await main({ functions }, { env: NO_CREDENTIALS })
      const expired = aws.faults.add({ count: Infinity, fault: EXPIRED })
      const byName = await main({ functions })
      const byPattern = await main({ functions: '*' })
      const byAccount = await main({ functions, 'allowed-account-ids': '123456789012' })
      expired.remove()
      aws.faults.add({ region: 'ap-east-1', count: Infinity, fault: UNKNOWN })
      const regions = 'us-east-1\nap-east-1'
      const disabled = await main({ functions, regions })
      const disabledByPattern = await main({ functions: '*', regions })

      const all = [none, byName, byPattern, byAccount, disabled, disabledByPattern]
      for (const result of all) {
        expect(result.exitCode).toBe(1)
        expect(result.stdout).toContain('No changes were made:')
        const errors = result.annotations.filter(({ level }) => level === 'error')
        expect(errors).toHaveLength(1)
        expect(result.stdout).not.toMatch(/access-denied|Plan\b/)
      }
      for (const result of [none, byName, byPattern, byAccount]) {
        expect(result.stdout).toContain('`permissions: id-token: write`')
      }
      for (const result of [disabled, disabledByPattern]) {
        expect(result.stdout).toContain('does not accept them in ap-east-1')
        expect(result.stdout).toContain('Enable the region for the account')
      }
    }),
  )

  test.concurrent('ones that expire during the run are not a missing permission', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.faults.add({
        operation: 'UpdateFunctionConfiguration',
        count: Infinity,
        fault: EXPIRED,
      })
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: blocked credentials-refused'])
      expect(result.stdout).toContain('`role-duration-seconds`')
    }),
  )
})

describe('AWS’s words decide the remedy', () => {
  test.concurrent('of a write, a read, a layer and an invocation', () =>
    inWorld(async ({ aws, main }) => {
      const denied = (action: string, why: string) =>
        ({
          kind: 'error',
          name: 'AccessDeniedException',
          status: 403,
          message: `User: arn:aws:sts::123456789012:assumed-role/ci/run is not authorized to perform: ${action} on resource: arn:aws:x ${why}`,
        }) as const
      const scp = 'with an explicit deny in a service control policy'
      for (const name of ['boundary', 'key', 'role', 'read', 'invoked']) {
        aws.lambda.createFunction({ name, variables: FOREIGN })
      }
      const onWrite = { operation: 'UpdateFunctionConfiguration', count: Infinity }
      const boundary = denied(
        'lambda:UpdateFunctionConfiguration',
        'because no permissions boundary allows the action',
      )
      aws.faults.add({ ...onWrite, functionName: 'boundary', fault: boundary })
      aws.faults.add({
        ...onWrite,
        functionName: 'key',
        fault: denied(
          'kms:CreateGrant',
          'because no identity-based policy allows the kms:CreateGrant action',
        ),
      })
      aws.faults.add({
        ...onWrite,
        functionName: 'role',
        fault: {
          kind: 'error',
          name: 'InvalidParameterValueException',
          status: 400,
          message: 'The role defined for the function cannot be assumed by Lambda.',
        },
      })
      aws.faults.add({
        operation: 'GetFunction',
        functionName: 'read',
        count: Infinity,
        fault: denied('lambda:GetFunction', scp),
      })
      aws.faults.add({
        operation: 'Invoke',
        functionName: 'invoked',
        count: Infinity,
        fault: denied('lambda:InvokeFunction', scp),
      })
      const result = await main({
        functions: 'boundary\nkey\nrole\nread\ninvoked',
        'stop-after': '9',
      })
      const reasons = functionsOf(result).map(({ name, reason }) => `${name} ${reason ?? ''}`)
      expect(reasons.sort()).toEqual([
        'boundary denied-by-boundary',
        'invoked denied-by-organization',
        'key key-denied',
        'read denied-by-organization',
        'role role-not-assumable',
      ])
    }),
  )
})
