/** The wait for telemetry, without a store: when it ends. */

import { describe, expect, test } from '@jest/globals'
import { succeeded } from '../../src/model/result'
import type { Clock } from '../../src/model/clock'
import { startProver } from '../../src/pipeline/verify/prover'
import type {
  LogEvidence,
  Sought,
  TelemetryStore,
} from '../../src/systems/clickstack/telemetry-store'

const EMPTY: TelemetryStore = {
  kind: 'clickhouse',
  batchSize: 10,
  prepare: () => Promise.resolve(succeeded({ inWords: '' })),
  findLogs: () => Promise.resolve(succeeded([])),
  findTraces: () => Promise.resolve(succeeded([])),
  findAstray: () => Promise.resolve(succeeded([])),
  findControlRecord: () => Promise.resolve(succeeded(false)),
  close: () => Promise.resolve(),
}

const SOUGHT: Sought = {
  key: 'orders',
  functionName: 'orders',
  region: 'eu-west-1',
  account: '123456789012',
  accountInRows: 'written',
  version: '$LATEST',
  serviceName: 'orders',
  since: 0,
  lookBackTo: 0,
  requestIds: [],
  byRequestIdOnly: false,
  ownLines: [],
}

/** Time passes only in sleeps; a loop that does nothing but sleep is ended. */
function aBoundedClock(): Clock {
  let now = 0
  let sleeps = 0
  return {
    now: () => now,
    sleep(ms) {
      now += ms
      sleeps += 1
      return sleeps > 100 ? Promise.reject(new Error('it spins')) : Promise.resolve()
    },
  }
}

test('a run that ends does not wait for a second invocation, nor spin until it is over', async () => {
  const run = new AbortController()
  const clock = aBoundedClock()
  const prover = startProver({
    store: EMPTY,
    // As the real one: no sleep at all once the signal has fired.
    clock: { ...clock, sleep: (ms, signal) => clock.sleep(signal?.aborted ? 0 : ms, signal) },
    timeoutMs: 1_200,
    signal: run.signal,
    progress: () => undefined,
  })
  const answer = await prover.prove({
    sought: SOUGHT,
    rule: { kind: 'unchanged', ownRowsOnly: false },
    invokedAt: 0,
    wantsTraces: false,
    again() {
      run.abort()
      return new Promise(() => undefined)
    },
  })
  expect(answer).toMatchObject({ kind: 'missing', invokedAgain: true })
})

describe('while the second invocation is under way', () => {
  const ROWS: LogEvidence = {
    key: 'orders',
    freshRows: 1,
    freshStarts: 0,
    requestIds: ['id'],
    ownLines: [],
    newest: undefined,
    sample: undefined,
  }

  /** @param arrivesAt in ms; none: nothing arrives */
  async function proven(arrivesAt = Infinity) {
    const clock = aBoundedClock()
    const ends: AbortSignal[] = []
    const prover = startProver({
      store: {
        ...EMPTY,
        findLogs: () => Promise.resolve(succeeded(clock.now() >= arrivesAt ? [ROWS] : [])),
      },
      clock,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      progress: () => undefined,
    })
    const answer = await prover.prove({
      sought: SOUGHT,
      rule: { kind: 'request-id', because: 'level' },
      invokedAt: 0,
      wantsTraces: false,
      again(ended) {
        ends.push(ended)
        return new Promise(() => undefined)
      },
    })
    return { answer, ends, now: clock.now() }
  }

  test('telemetry that arrives is seen', async () => {
    const { answer, now } = await proven(40_000)
    expect(answer).toMatchObject({ kind: 'arrived', invokedAgain: true })
    expect(now).toBeLessThan(50_000)
  })

  test('the time for it ends all the same', async () => {
    const { answer, now } = await proven()
    expect(answer).toMatchObject({ kind: 'missing', invokedAgain: true })
    expect(now).toBeLessThan(70_000)
  })

  test.each([40_000, Infinity])(
    'it is the only one, and ends with the wait: %s',
    async (arrivesAt) => {
      const { ends } = await proven(arrivesAt)
      expect(ends.map(({ aborted }) => aborted)).toEqual([true])
    },
  )
})
