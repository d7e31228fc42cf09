/** The control record’s way: sent, looked for, found or not; with a clock that only sleeping moves. */

import { describe, expect, test } from '@jest/globals'
import {
  sendAndFind,
  type ControlRecordRound,
} from '../../src/pipeline/preflight/endpoint/control-record'
import type { ControlRecord, ExportAnswer } from '../../src/systems/clickstack/endpoint'
import type { Result } from '../../src/model/result'
import type { StoreFault, StoreFaultKind } from '../../src/systems/clickstack/telemetry-store'

type Found = Result<boolean, StoreFault>
const START = 1_760_000_000_567
const fault = (kind: StoreFaultKind): Found => ({
  ok: false,
  fault: { kind, text: `it is ${kind}` },
})
const seen = (value: boolean): Found => ({ ok: true, value })

function aRound(given: {
  readonly answer?: ExportAnswer
  readonly sendingMs?: number
  /** By how many ms have passed since the endpoint accepted. */
  readonly at?: (afterMs: number) => Found
  readonly signal?: AbortSignal
}) {
  let now = START
  const { sendingMs = 40, answer = { kind: 'accepted' }, at = () => seen(false) } = given
  const sent: ControlRecord[] = []
  const asked: { readonly afterMs: number; readonly id: string; readonly since: number }[] = []
  const round: ControlRecordRound = {
    send: (record) => {
      sent.push(record)
      now += sendingMs
      return Promise.resolve(answer)
    },
    find: (id, since) => {
      const afterMs = now - START - sendingMs
      asked.push({ afterMs, id, since })
      return Promise.resolve(at(afterMs))
    },
    clock: {
      now: () => now,
      sleep: (ms) => {
        now += ms
        return Promise.resolve()
      },
    },
    timeoutMs: 20_000,
    id: 'control-1',
    serviceName: 'orders',
    ...(given.signal && { signal: given.signal }),
  }
  return { round, sent, asked }
}

test('a record that arrives is found, and the time it took from its acceptance is told', async () => {
  const { round, sent, asked } = aRound({ at: (afterMs) => seen(afterMs >= 5_000) })
  const outcome = await sendAndFind(round)
  expect(outcome.kind).toBe('found')
  const latencyMs = outcome.kind === 'found' ? outcome.latencyMs : 0
  expect(latencyMs).toBeGreaterThanOrEqual(5_000)
  expect(latencyMs).toBeLessThan(8_000)
  expect(sent).toEqual([{ id: 'control-1', serviceName: 'orders', time: START }])
  expect(asked[0]?.id).toBe('control-1')
  for (const { since } of asked) {
    expect(since).toBeLessThanOrEqual(Math.floor(START / 1000) * 1000)
    expect(since).toBeGreaterThan(START - 60_000)
  }
})

test('it is looked for at once, soon again, then at most every three seconds', async () => {
  const { round, asked } = aRound({})
  expect(await sendAndFind(round)).toEqual({ kind: 'not-found', afterMs: 20_000 })
  const times = asked.map(({ afterMs }) => afterMs)
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  expect(times[0]).toBe(0)
  expect(waits[0]).toBe(250)
  expect(Math.max(...waits)).toBe(3_000)
  expect(waits.slice(0, -1)).toEqual(waits.slice(0, -1).toSorted((a, b) => a - b))
  // A last look when the time is over.
  expect(times.at(-1)).toBe(20_000)
})

test('what the endpoint does not take is not looked for', async () => {
  const answer = { kind: 'key-refused', text: 'no' } as const
  const { round, asked } = aRound({ answer })
  expect(await sendAndFind(round)).toEqual({ kind: 'not-sent', answer })
  expect(asked).toEqual([])
})

describe('a store', () => {
  test.each(['unauthenticated', 'denied', 'missing', 'unknown-layout', 'refused'] as const)(
    'that is %s ends the search',
    async (kind) => {
      const { round, asked } = aRound({ at: () => fault(kind) })
      expect(await sendAndFind(round)).toMatchObject({ kind: 'store-fault', fault: { kind } })
      expect(asked).toHaveLength(1)
    },
  )

  test('that does not answer is asked again, and the record found', async () => {
    const { round } = aRound({
      at: (afterMs) => (afterMs < 2_000 ? fault('unreachable') : seen(true)),
    })
    expect((await sendAndFind(round)).kind).toBe('found')
  })

  test('that does not answer until the end is a fault, not a missing record', async () => {
    const { round } = aRound({ at: () => fault('unreachable') })
    expect(await sendAndFind(round)).toMatchObject({
      kind: 'store-fault',
      fault: { kind: 'unreachable' },
    })
  })
})

test('a run that is ended looks no further', async () => {
  const { round, asked } = aRound({ signal: AbortSignal.abort() })
  expect((await sendAndFind(round)).kind).toBe('not-found')
  expect(asked).toHaveLength(1)
})
