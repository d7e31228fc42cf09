/** Log levels that hide what a proof looks for: known before anything is written. */

import { describe, expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

const SOON = { 'verify-timeout': '4' }

describe('log levels', () => {
  test.concurrent('what hides a proof is refused before a write, with what helps', () =>
    inStack(async ({ aws, main }) => {
      const json = { logFormat: 'JSON', variables: FOREIGN } as const
      aws.lambda.createFunction({ ...json, name: 'errors-only', applicationLogLevel: 'ERROR' })
      aws.lambda.createFunction({
        ...json,
        name: 'quiet-rust',
        logFormat: 'Text',
        runtime: 'provided.al2023',
        variables: { ...FOREIGN, RUST_LOG: 'error,my_function=info' },
      })
      const byInvocation = { functions: 'errors-only', 'verify-level': 'invocation', ...SOON }
      const invocation = await main(byInvocation)
      expect(statusesOf(invocation)).toEqual(['errors-only: blocked request-ids-hidden'])
      const never = { functions: 'quiet-rust', 'smoke-test': 'never' }
      const started = await main({ ...never, ...SOON })
      expect(statusesOf(started)).toEqual(['quiet-rust: blocked start-lines-hidden'])
      expect(started.stdout).toContain('RUST_LOG=warn,rotel=info')
      for (const name of ['errors-only', 'quiet-rust']) expect(aws.lambda.get(name).writes).toBe(0)

      // A plan needs no verifier, and shows what apply does all the same.
      const plan = { mode: 'plan', 'clickhouse-url': '', verify: 'auto' }
      for (const inputs of [byInvocation, { ...byInvocation, 'smoke-test': 'never' }, never]) {
        const applied = statusesOf(await main({ ...inputs, ...SOON }))
        expect(applied).toEqual([expect.stringContaining(': blocked ')])
        expect(statusesOf(await main({ ...inputs, ...plan }))).toEqual(applied)
        const unproven = { ...inputs, ...plan, verify: 'none' }
        expect(statusesOf(await main(unproven))).toEqual([expect.stringMatching(/: planned$/)])
      }
      const kept = await main({ ...never, ...plan, 'on-no-traffic': 'keep' })
      expect(statusesOf(kept)).toEqual(['quiet-rust: planned'])

      // What an invocation prints may prove a function that had no Rotel; this one prints nothing.
      const silent = await main({ functions: 'quiet-rust', ...SOON })
      expect(statusesOf(silent)).toEqual(['quiet-rust: rolled-back start-lines-hidden'])

      // What the remedies say, works.
      aws.lambda.changeAsSomebodyElse('quiet-rust', {
        variables: { ...FOREIGN, RUST_LOG: 'error,my_function=info,rotel=info' },
      })
      const helped = await main({ functions: 'errors-only\nquiet-rust', ...SOON })
      expect(statusesOf(helped)).toEqual(['errors-only: instrumented', 'quiet-rust: instrumented'])
    }),
  )

  test.concurrent('SystemLogLevel WARN: silence in CloudWatch Logs would prove nothing', () =>
    inStack(async ({ aws, main }) => {
      const fn = {
        name: 'orders',
        logFormat: 'JSON',
        systemLogLevel: 'WARN',
        variables: FOREIGN,
      } as const
      aws.lambda.createFunction(fn)
      const denied = await main({
        functions: 'orders',
        'cloudwatch-logs': 'deny',
        iac: 'none',
        ...SOON,
      })
      expect(statusesOf(denied)).toEqual(['orders: blocked platform-logs-hidden'])
      expect(aws.lambda.get('orders').writes).toBe(0)
      const kept = await main({ functions: 'orders', ...SOON })
      expect(statusesOf(kept)).toEqual(['orders: instrumented'])

      // No REPORT tells a cold start from a warm one, so rows of before do not do where nothing new arrives.
      const again = await main({ functions: 'orders', ...SOON })
      expect(functionsOf(again)).toMatchObject([
        { name: 'orders', status: 'unproven', reason: 'platform-logs-hidden' },
      ])
      aws.lambda.retireEnvironments('orders')
      const cold = await main({ functions: 'orders', ...SOON })
      expect(statusesOf(cold)).toEqual(['orders: unchanged'])
    }),
  )
})
