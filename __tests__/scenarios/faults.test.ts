/** AWS throttles, fails, resets, hangs and loses answers: nothing is lost, and what can be retried is. */

import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../local/aws/local-aws'
import { fastTime } from '../../local/runner/fast-time'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const PASSING: readonly (readonly [string, Fault])[] = [
  ['throttled', { kind: 'throttle' }],
  ['answered 500', { kind: 'server-error', status: 500 }],
  ['answered 503', { kind: 'server-error', status: 503 }],
  ['reset', { kind: 'reset' }],
  ['done, and its answer lost', { kind: 'lost-answer' }],
  ['done, and its answer broken off in the middle', { kind: 'broken-answer' }],
]

describe.each(['GetFunction', 'GetLayerVersionByArn', 'UpdateFunctionConfiguration'])(
  'a %s that is',
  (operation) => {
    test.each(PASSING)('%s twice is tried again, and the function ends configured', (_, fault) =>
      inWorld(async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        aws.faults.add({ operation, count: 2, fault })
        const result = await main({ functions: 'orders' })
        expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
        expect(aws.lambda.get('orders').variables).toMatchObject(FOREIGN)
        expect(aws.lambda.get('orders').layers).toHaveLength(1)
      }),
    )
  },
)

describe('an answer that begins and does not end', () => {
  test.each(['GetFunction', 'UpdateFunctionConfiguration'])(
    'is not waited for: after %s, the function ends configured',
    async (operation) => {
      const { clock, env } = fastTime(10)
      await inWorld(
        async ({ aws, main }) => {
          aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
          aws.faults.add({ operation, fault: { kind: 'trickle', msPerByte: 1_000 } })
          const result = await main({ functions: 'orders', 'timeout-minutes': '3' }, { env })
          expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
        },
        { clock },
      )
    },
  )

  test('is told as such, when it is that of an invocation', async () => {
    const { clock, env } = fastTime(10)
    await inWorld(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        aws.faults.add({ operation: 'Invoke', fault: { kind: 'trickle', msPerByte: 60_000 } })
        const result = await main({ functions: 'orders', 'timeout-minutes': '3' }, { env })
        expect(statusesOf(result)).toEqual(['orders: rolled-back invoke-failed'])
        expect(functionsOf(result)[0]?.detail).toBe('Lambda did not answer within 60 s')
      },
      { clock },
    )
  })
})

describe('an update', () => {
  test('that Lambda accepts and cannot put into effect is told, and undone', () =>
    inWorld(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.lambda.failNextUpdate('orders')
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back update-failed'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }))

  test('that cannot be undone is failed, and what is left is named; the post step tries again', () =>
    inWorld(async ({ aws, main, post }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        handler: { failure: { kind: 'throws' } },
      })
      aws.onWorkDone(({ operation }) => {
        if (operation === 'Invoke') aws.caller.deny('lambda:UpdateFunctionConfiguration')
      })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
      expect(result.summary).toContain('ROTEL\\_OTLP\\_EXPORTER\\_ENDPOINT')

      aws.caller.allowAll()
      expect((await post(result.state)).exitCode).toBe(0)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }))

  test('by somebody else after ours: theirs stays when ours is undone, and is named', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        handler: { failure: { kind: 'throws' } },
      })
      aws.onCall(({ operation }) => {
        if (operation !== 'Invoke') return
        const { variables } = aws.lambda.get('orders')
        aws.lambda.changeAsSomebodyElse('orders', {
          variables: { ...variables, ADDED: 'x', ROTEL_OTLP_EXPORTER_PROTOCOL: 'http' },
        })
      })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: rolled-back function-error'])
      expect(aws.lambda.get('orders').variables).toEqual({
        ...FOREIGN,
        ADDED: 'x',
        ROTEL_OTLP_EXPORTER_PROTOCOL: 'http',
      })
      expect(result.log.join('\n')).toContain('left unchanged: ROTEL_OTLP_EXPORTER_PROTOCOL')
    }))
})

describe('the control plane’s quota', () => {
  test('is never tripped: sixty functions are attached without one throttled call', () =>
    inWorld(async ({ aws, main }) => {
      for (let i = 0; i < 60; i++)
        aws.lambda.createFunction({ name: `f${String(i)}`, updateMs: 10 })
      const result = await main({ functions: 'f*', 'api-share': '80' })
      expect(result.exitCode).toBe(0)
      expect(aws.calls.all().filter(({ status }) => status === 429)).toEqual([])
    }))
})
