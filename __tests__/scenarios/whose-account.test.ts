/** Whose account a run works in is the first thing that its log tells, and a wrong one is refused before any other call. */

import { describe, expect, test } from '@jest/globals'
import type { StepResult } from '../../local/runner/step'
import { FOREIGN, inWorld, statusesOf } from './world'

const ACCOUNT = '123456789012'
const OTHER = '999999999999'

/** Of what a user reads: commands such as masks are the runner's. */
const firstLine = ({ stdout }: StepResult) =>
  stdout.split('\n').find((line) => !/^::(add-mask|debug)/.test(line))

describe('the account is told before anything else', () => {
  test('by the functions, with no call of its own', () =>
    inWorld(async ({ aws, main }) => {
      for (const region of ['us-east-1', 'eu-west-1']) {
        aws.lambda.createFunction({ name: 'orders', region, variables: FOREIGN })
      }
      const regions = 'us-east-1\neu-west-1'
      const told = `Account ${ACCOUNT} (aws), eu-west-1, us-east-1`
      for (const given of [
        { functions: 'orders', mode: 'plan' },
        { functions: 'orders' },
        { functions: 'ord*', mode: 'verify' },
        { functions: 'orders', mode: 'remove' },
      ]) {
        expect(firstLine(await main({ ...given, regions }))).toBe(told)
      }
      expect(aws.calls.count('GetCallerIdentity')).toBe(0)
    }))

  test('by STS where no function was found, which is often why', () =>
    inWorld(async ({ aws, main }) => {
      const named = await main({ functions: 'orders' })
      expect(firstLine(named)).toBe(`Account ${ACCOUNT} (aws), us-east-1`)
      expect(statusesOf(named)).toEqual(['orders: blocked not-found'])
      expect(firstLine(await main({ functions: 'ord*' }))).toBe(
        `Account ${ACCOUNT} (aws), us-east-1`,
      )
      expect(aws.calls.count('GetCallerIdentity')).toBe(2)

      // A network without a way to STS: it is not waited for.
      aws.faults.add({ service: 'sts', count: Infinity, fault: { kind: 'hang' } })
      const began = Date.now()
      const without = await main({ functions: 'orders' })
      expect(firstLine(without)).toBe('Account not known (TimeoutError), us-east-1')
      expect(statusesOf(without)).toEqual(['orders: blocked not-found'])
      expect(Date.now() - began).toBeLessThan(15_000)
    }))

  test('also where AWS does not know the caller', () =>
    inWorld(async ({ main }) => {
      const env = {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_EC2_METADATA_DISABLED: 'true',
      }
      const result = await main({ functions: 'orders' }, { env })
      expect(firstLine(result)).toMatch(/^Account not known \(CredentialsProviderError: /)
    }))
})

describe('`allowed-account-ids`', () => {
  test('lets a run into an allowed account: STS is asked once, before anything else', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({
        functions: 'orders',
        'allowed-account-ids': `${OTHER},${ACCOUNT}`,
      })
      expect(result.exitCode).toBe(0)
      expect(firstLine(result)).toBe(`Account ${ACCOUNT} (aws), us-east-1`)
      expect(aws.calls.count('GetCallerIdentity')).toBe(1)
      expect(aws.calls.all()[0]?.operation).toBe('GetCallerIdentity')
    }))

  test.each(['apply', 'plan', 'verify', 'remove'])(
    'refuses any other before any other call, in `mode: %s`',
    (mode) =>
      inWorld(async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const inputs = { functions: 'orders\n*', mode, stack: 'shop', 'allowed-account-ids': OTHER }
        const result = await main(inputs)
        expect(result.exitCode).toBe(1)
        expect(firstLine(result)).toBe(`Account ${ACCOUNT} (aws), us-east-1`)
        expect(result.annotations.map(({ title }) => title)).toEqual(['Input allowed-account-ids'])
        expect(result.stdout).toContain(`belong to account ${ACCOUNT}. Allowed: ${OTHER}.`)
        expect(aws.calls.all().map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
      }),
  )

  test('refuses the ARN of another account without any call', () =>
    inWorld(async ({ aws, main }) => {
      const arn = `arn:aws:lambda:us-east-1:${OTHER}:function:orders`
      const result = await main({ functions: arn, 'allowed-account-ids': ACCOUNT })
      expect(result.exitCode).toBe(1)
      expect(result.stdout).toContain(`of account ${OTHER}`)
      expect(aws.calls.count()).toBe(0)
    }))

  test('is not passed where STS does not tell the account', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const denied = { kind: 'error', name: 'AccessDenied', status: 403, message: 'no' } as const
      aws.faults.add({ service: 'sts', count: Infinity, fault: denied })
      const result = await main({ functions: 'orders', 'allowed-account-ids': ACCOUNT })
      expect(result.exitCode).toBe(1)
      expect(result.stdout).toContain(
        'The caller’s account could not be determined (AccessDenied).',
      )
      expect(aws.calls.count('GetFunction')).toBe(0)
    }))
})
