/** The smoke test: one invocation, and patience only where it has certainly not run. */

import { describe, expect, test } from '@jest/globals'
import { type Result, succeeded } from '../../src/model/result'
import type {
  Invocation,
  InvocationRequest,
  InvokeFault,
} from '../../src/pipeline/smoke-test/invocation'
import { payloadFor } from '../../src/pipeline/smoke-test/payload'
import { smokeTest } from '../../src/pipeline/smoke-test/smoke-test'
import { aFunction, type Given } from './support/functions'
import { RunEnded } from '../../src/model/run-signal'
import { aClock } from './support/lambda'

const GOOD: Invocation = {
  requestId: 'id',
  executedVersion: '$LATEST',
  functionError: undefined,
  errorType: undefined,
  exitStatus: undefined,
  tail: '',
  endedAt: 0,
}

async function tested(
  answers: readonly (InvokeFault | 'good')[],
  given: Given = {},
  signal = new AbortController().signal,
  slotAfterMs = 0,
) {
  const requests: InvocationRequest[] = []
  const clock = aClock()
  const result = await smokeTest(aFunction(given), '{}', {
    lambda: {
      invoke(request): Promise<Result<Invocation, InvokeFault>> {
        const answer = answers[Math.min(requests.length, answers.length - 1)]
        requests.push(request)
        return Promise.resolve(
          answer === 'good' || answer === undefined
            ? succeeded(GOOD)
            : { ok: false, fault: answer },
        )
      },
      mayInvoke: () => Promise.resolve(succeeded(true)),
    },
    alias: undefined,
    async inSlot(attempt) {
      await clock.sleep(slotAfterMs)
      return attempt()
    },
    clock,
    acceptFunctionErrors: false,
    signal,
  })
  return { result, requests, waited: clock.slept.reduce((sum, ms) => sum + ms, 0) }
}

const throttled = (reserved = false): InvokeFault => ({ kind: 'throttled', reserved, text: 't' })
const notReady: InvokeFault = { kind: 'not-ready', text: 't' }

test('one invocation is made, with the function’s own time-out', async () => {
  const { result, requests } = await tested(['good'], { timeoutSeconds: 90 })
  expect(result).toMatchObject({ kind: 'passed', invocation: GOOD })
  expect(requests).toMatchObject([{ qualifier: undefined, payload: '{}', timeoutSeconds: 90 }])
})

test('a durable function is invoked with its version', async () => {
  const { requests } = await tested(['good'], { kind: 'durable' })
  expect(requests[0]?.qualifier).toBe('$LATEST')
})

describe('what has not run', () => {
  test('is invoked again, later and later', async () => {
    const { result, requests } = await tested([throttled(), notReady, throttled(true), 'good'])
    expect(result.kind).toBe('passed')
    expect(requests).toHaveLength(4)
  })

  test.each([
    [throttled(true), 'invoke-throttled'],
    [notReady, 'function-not-ready'],
  ])('because of the function itself is given up after two minutes: %j', async (fault, reason) => {
    const { result, waited } = await tested([fault])
    expect(result).toMatchObject({ kind: 'failed', reason, invocation: undefined })
    expect(waited).toBeGreaterThan(110_000)
    expect(waited).toBeLessThanOrEqual(130_000)
  })

  test('because of the function itself has its time beside what others take', async () => {
    const { result } = await tested([notReady, notReady, 'good'], {}, undefined, 600_000)
    expect(result.kind).toBe('passed')
  })

  test('because of the account or of Lambda is waited for as long as the run lasts', async () => {
    const { result, requests } = await tested([
      ...Array<InvokeFault>(500).fill(throttled()),
      'good',
    ])
    expect(result.kind).toBe('passed')
    expect(requests).toHaveLength(501)
  })

  test('is not waited for where it never can', async () => {
    const { requests } = await tested([throttled(true)], { reservedConcurrency: 0 })
    expect(requests).toHaveLength(1)
  })

  test('is not waited for when the run has ended', async () => {
    const over = AbortSignal.abort(new RunEnded({ reason: 'out-of-time', detail: 'it is late' }))
    const { result, requests } = await tested([throttled()], {}, over)
    expect(result).toMatchObject({ kind: 'failed', reason: 'cancelled', detail: 'it is late' })
    expect(requests).toHaveLength(1)
  })
})

test.each<[InvokeFault['kind'], string]>([
  ['lost', 'invoke-failed'],
  ['denied', 'invoke-denied'],
  ['refused', 'invoke-refused'],
  ['aborted', 'cancelled'],
])('what may have run, or never will, is not repeated: %s', async (kind, reason) => {
  const { result, requests } = await tested([{ kind, reserved: false, text: 'words' }])
  expect(result).toMatchObject({ kind: 'failed', reason, detail: 'words' })
  expect(requests).toHaveLength(1)
})

describe('the payload', () => {
  const json = (text: string) => ({ kind: 'json' as const, text })
  const settings = {
    when: 'always' as const,
    payload: json('all'),
    payloads: [
      { pattern: 'order*', payload: json('pattern') },
      { pattern: 'orders', payload: json('name') },
      { pattern: 'orders-*', payload: { kind: 'none' as const } },
    ],
    acceptFunctionErrors: false,
    concurrency: 10,
    qualifier: undefined,
    showFunctionLogs: false,
  }

  test.each([
    ['orders', json('name')],
    ['order-1', json('pattern')],
    ['orders-1', json('pattern')],
    ['images', json('all')],
  ])(
    'of %s: the exact name goes first, then the first pattern, then the one for all',
    (name, payload) => {
      expect(payloadFor(name, settings)).toEqual(payload)
    },
  )
})
