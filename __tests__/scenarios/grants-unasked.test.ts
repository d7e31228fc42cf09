/** `grant-secret-access` where IAM cannot be asked: a right is waited for by the clock, and without an invocation nothing is written. */

import { describe, expect, test } from '@jest/globals'
import { fastTime } from '../../local/runner/fast-time'
import type { LocalAws } from '../../local/aws/local-aws'
import { INGESTION_KEY, inStack } from './stack-world'
import { aSharedRole, coldStartError, granting, watchForMissingRights } from './secret-rights'
import { API_KEY, configurationOf, inWorld, statusesOf } from './world'

const WAIT_MS = 60_000

/** Why IAM's simulator does not tell. */
const SILENCES: readonly [string, (aws: LocalAws) => void][] = [
  [
    'the caller may not ask its simulator',
    ({ caller }) => caller.deny('iam:SimulatePrincipalPolicy'),
  ],
  [
    'its simulator answers 500',
    ({ faults }) =>
      void faults.add({
        operation: 'SimulatePrincipalPolicy',
        count: Infinity,
        fault: { kind: 'server-error', status: 500 },
      }),
  ],
]

describe.each(SILENCES)('IAM cannot be asked: %s', (_, silence) => {
  test('the function is written a minute after the right, which is effective by then, and the report tells', () => {
    const fast = fastTime(10)
    return inWorld(
      async ({ aws, main }) => {
        aSharedRole(aws, 'orders')
        const secret = aws.secrets.create({ name: 'clickstack', value: API_KEY })
        silence(aws)
        aws.iam.setPropagation({ dataPlaneMs: WAIT_MS * 0.8 })
        const missing = watchForMissingRights(aws)
        const result = await main(granting('orders', secret), { env: fast.env })

        expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
        expect(missing).toEqual([])
        expect(aws.lambda.invocations('orders').map(({ errorType }) => errorType)).toEqual([
          undefined,
        ])
        const [given] = aws.calls.of('PutRolePolicy')
        const [written] = aws.calls.of('UpdateFunctionConfiguration')
        const waited = (written?.startedMs ?? 0) - (given?.startedMs ?? 0)
        expect(waited).toBeGreaterThanOrEqual(WAIT_MS)
        expect(result.summary).toContain('not checked')
        expect(await coldStartError(aws, 'orders')).toBeUndefined()
      },
      { clock: fast.clock },
    )
  })

  test.each([
    ['nothing verifies', { verify: 'none' }],
    ['the proof is left to traffic', {}],
  ])('`smoke-test: never`, and %s: blocked, and nothing is written', (__, inputs) => {
    const fast = fastTime(10)
    return inStack(
      async ({ aws, main }) => {
        aSharedRole(aws, 'orders')
        const secret = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
        const found = {
          role: aws.iam.get('shared'),
          fn: configurationOf(aws.lambda.get('orders')),
        }
        silence(aws)
        const result = await main(
          { ...granting('orders', secret), 'smoke-test': 'never', ...inputs },
          { env: fast.env },
        )
        expect(statusesOf(result)).toEqual(['orders: blocked secret-not-checked'])
        expect(result.exitCode).toBe(1)
        expect(result.outputs['changed']).toBe('false')
        expect(aws.iam.get('shared')).toEqual(found.role)
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(found.fn)
        expect(aws.calls.count('PutRolePolicy')).toBe(0)
        expect(aws.lambda.get('orders').writes).toBe(0)
      },
      { aws: { clock: fast.clock } },
    )
  })
})
