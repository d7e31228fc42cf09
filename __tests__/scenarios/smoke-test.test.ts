/** What the smoke test recognises, explains and shows, and what it never shows. */

import { describe, expect, test } from '@jest/globals'
import type { HandlerFailure } from '../../local/aws/lambda/handler'
import type { FunctionSeed } from '../../local/aws/local-aws'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'

interface Case {
  readonly what: string
  readonly reason: string
  readonly seed?: Partial<FunctionSeed>
  readonly inputs?: Readonly<Record<string, string>>
}

const fails = (failure: HandlerFailure) => ({ handler: { failure } })

const CASES: readonly Case[] = [
  { what: 'a handler that throws', reason: 'function-error', seed: fails({ kind: 'throws' }) },
  { what: 'a process that exits', reason: 'runtime-exit', seed: fails({ kind: 'exits' }) },
  { what: 'code that does not load', reason: 'init-error', seed: fails({ kind: 'init-error' }) },
  {
    what: 'code that throws while it loads, whose errors are not the handler’s',
    reason: 'init-error',
    seed: fails({ kind: 'init-error', errorType: 'Error', errorMessage: 'no database' }),
    inputs: { accept: 'function-errors' },
  },
  { what: 'too little memory', reason: 'out-of-memory', seed: fails({ kind: 'out-of-memory' }) },
  {
    what: 'a time-out',
    reason: 'function-timeout',
    seed: { timeoutSeconds: 3, handler: { durationMs: 9_000 } },
  },
  {
    what: 'a wrapper that is not there',
    reason: 'wrapper-missing',
    seed: { variables: { ...FOREIGN, AWS_LAMBDA_EXEC_WRAPPER: '/opt/nowhere' } },
  },
  {
    what: 'a value that Rotel cannot parse',
    reason: 'extension-invalid-value',
    seed: { files: { '/var/task/rotel.env': 'ROTEL_OTLP_EXPORTER_REQUEST_TIMEOUT=soon' } },
    inputs: { 'rotel-env-file': '/var/task/rotel.env' },
  },
  {
    what: 'an operating system that Rotel does not run on',
    reason: 'extension-glibc',
    seed: { runtime: 'python3.10' },
    inputs: { accept: 'unsupported-runtime' },
  },
]

describe.each(['Text', 'JSON'] as const)('with log format %s', (logFormat) => {
  test.each(CASES)(
    '$what is told as $reason, and the function is rolled back',
    ({ reason, seed, inputs }) =>
      inWorld(async ({ aws, main }) => {
        const before = aws.lambda.createFunction({
          name: 'orders',
          variables: FOREIGN,
          logFormat,
          ...seed,
        })
        const result = await main({ functions: 'orders', ...inputs })
        expect(result.exitCode).toBe(1)
        expect(statusesOf(result)).toEqual([`orders: rolled-back ${reason}`])
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      }),
  )

  test('durations and memory go into the report', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', logFormat, memoryMb: 512 })
      const result = await main({ functions: 'orders' })
      expect(result.summary).toMatch(/\| \d+ ms \| \d+ ms \| \d+ of 512 MB \|/)
    }))
})

describe('accept: function-errors', () => {
  test.each([
    ['lets an error of the handler pass', { kind: 'throws' }, 'orders: written no-verifier'],
    ['lets no exit of the process pass', { kind: 'exits' }, 'orders: rolled-back runtime-exit'],
    ['lets no lack of memory pass', { kind: 'out-of-memory' }, 'orders: rolled-back out-of-memory'],
  ] as const)('%s', (_, failure, status) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', handler: { failure } })
      const result = await main({ functions: 'orders', accept: 'function-errors' })
      expect(statusesOf(result)).toEqual([status])
    }),
  )
})

describe('invocations', () => {
  test('each function is invoked with its own payload', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['orders', 'shop-a', 'shop-b', 'quiet'])
        aws.lambda.createFunction({ name })
      const result = await main({
        functions: 'orders\nshop-a\nshop-b\nquiet',
        payloads: 'shop-*={"shop": true}\nshop-b={"b": 1}\nquiet=none',
      })
      const payloads = Object.fromEntries(
        aws.lambda.invocations().map(({ functionName, payload }) => [functionName, payload]),
      )
      expect(payloads).toEqual({
        orders: { test: 'data' },
        'shop-a': { shop: true },
        'shop-b': { b: 1 },
      })
      expect(result.log.join('\n')).toContain('The smoke test will invoke 3 functions.')
      expect(result.exitCode).toBe(0)
    }))

  test('a line of payloads or excludes that matches none is a warning', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'refunds' })
      const result = await main({ functions: '*\n!*-canary', payloads: 'refund=none' })
      expect(result.exitCode).toBe(0)
      expect(result.summary).toContain(
        '<code>!&#42;-canary</code> does not exclude any selected function',
      )
      expect(result.summary).toContain('<code>refund</code> does not match any selected function')
    }))

  test('no more invocations run at once than smoke-concurrency allows', () =>
    inWorld(
      async ({ aws, main }) => {
        for (let i = 0; i < 12; i++)
          aws.lambda.createFunction({ name: `f${String(i)}`, handler: { realMs: 40 } })
        let running = 0
        let most = 0
        aws.onCall(({ operation }) => {
          if (operation === 'Invoke') most = Math.max(most, ++running)
        })
        aws.onWorkDone(({ operation }) => {
          if (operation === 'Invoke') running -= 1
        })
        await main({ functions: 'f*', 'smoke-concurrency': '3' })
        expect(most).toBe(3)
      },
      { quotas: { scale: 20 }, updateMs: 10 },
    ))

  test('a throttled invocation is waited out, and made once', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      aws.faults.add({ operation: 'Invoke', count: 2, fault: { kind: 'throttle' } })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.invocations('orders')).toHaveLength(1)
    }))

  test.each([
    ['a lost answer', { kind: 'lost-answer' }],
    ['a server error', { kind: 'server-error', status: 503 }],
    ['a reset', { kind: 'reset' }],
  ] as const)('after %s nothing is invoked again, and the function is rolled back', (_, fault) =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.faults.add({ operation: 'Invoke', count: 1, fault })
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back invoke-failed'])
      expect(aws.calls.count('Invoke')).toBe(1)
      expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
    }),
  )

  test('a durable function is invoked with its qualifier', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', kind: 'durable' })
      expect((await main({ functions: 'orders' })).exitCode).toBe(0)
    }))

  test('an unchanged function whose smoke test fails is unproven, and stays', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders' })
      const { revisionId } = aws.lambda.get('orders')
      aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: unproven function-error'])
      expect(aws.lambda.get('orders').revisionId).toBe(revisionId)
    }))

  test('with on-failure: keep the function stays as written and the run fails', () =>
    inWorld(async ({ aws, main, post }) => {
      aws.lambda.createFunction({ name: 'orders', handler: { failure: { kind: 'throws' } } })
      const result = await main({ functions: 'orders', 'on-failure': 'keep' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: failed function-error'])
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
      await post(result.state)
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }))

  test('removal that breaks the function is undone', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders' })
      const before = aws.lambda.get('orders')
      aws.lambda.setHandler('orders', ({ variables }) =>
        'ROTEL_OTLP_EXPORTER_ENDPOINT' in variables ? {} : { failure: { kind: 'exits' } },
      )
      const result = await main({ mode: 'remove', functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back runtime-exit'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }))
})

describe('a function that logs', () => {
  const COMMANDS = [
    '::error::injected',
    '::add-mask::e',
    '::set-output name=result::success',
    '::stop-commands::x',
    '##[error]injected',
    'customer data 4711',
    'INFO customer data 4712',
  ]
  const logs = COMMANDS.map((raw) => ({ raw }))

  test.each(['false', 'true'])(
    'workflow commands cannot give them (show-function-logs: %s)',
    (showFunctionLogs) =>
      inWorld(async ({ aws, main }) => {
        aws.lambda.createFunction({
          name: 'orders',
          handler: { logs, failure: { kind: 'throws' } },
        })
        const result = await main({ functions: 'orders', 'show-function-logs': showFunctionLogs })
        expect(result.masks).not.toContain('e')
        expect(result.annotations.map(({ message }) => message)).not.toContain('injected')
        expect(result.outputs['result']).toBe('failure')
        const shown = [...result.log, result.summary].join('\n').includes('customer data')
        expect(shown).toBe(showFunctionLogs === 'true')
      }),
  )

  test('commands in a line that passes for the platform’s are not taken from its explanation', () =>
    inWorld(async ({ aws, main }) => {
      const raw =
        'EXTENSION\tName: ##[stop-commands]x\tState: Ready\tEvents: []\tError Type: ##[error]injected'
      aws.lambda.createFunction({
        name: 'orders',
        handler: { logs: [{ raw }], failure: { kind: 'throws' } },
      })
      // The world expects of every run that it gives no command but its own.
      const result = await main({ functions: 'orders' })
      expect(result.annotations.map(({ message }) => message)).toContainEqual(
        expect.stringMatching(/^orders: rolled-back: function-error\. /),
      )
    }))

  test('nothing is shown of one that succeeds', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', handler: { logs } })
      const result = await main({ functions: 'orders', 'show-function-logs': 'true' })
      expect(result.exitCode).toBe(0)
      expect([...result.log, result.summary].join('\n')).not.toContain('customer data')
    }))

  test('what Rotel quotes as it dies is not shown', () =>
    inWorld(async ({ aws, main }) => {
      const files = {
        '/var/task/rotel.env': 'ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY=canary-item-5e1d',
      }
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, files })
      const result = await main({ functions: 'orders', 'rotel-env-file': '/var/task/rotel.env' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back extension-invalid-value'])
      expect([result.stdout, result.summary].join('\n')).not.toContain('canary-item-5e1d')
    }))

  test('warnings name a short timeout and memory close to the limit', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        timeoutSeconds: 3,
        memoryMb: 256,
        handler: { memoryUsedMb: 215 },
      })
      const result = await main({ functions: 'orders' })
      expect(functionsOf(result)).toHaveLength(1)
      expect(result.summary).toContain('The function’s timeout is 3 s')
      expect(result.summary).toMatch(/It used \d+ of 256 MB/)
    }))
})
