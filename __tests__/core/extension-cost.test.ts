/** What the extension costs: cold starts in the log before the change, beside the one of this run. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LogEvent } from '../../src/systems/cloudwatch/log-groups'
import {
  coldStartQuestion,
  coldStartsIn,
  type ColdStart,
  compareColdStarts,
  medianOf,
} from '../../src/pipeline/smoke-test/extension-cost'
import type { InvocationReport } from '../../src/pipeline/smoke-test/tail'
import { type Outcome } from '../../src/pipeline/rollout/outcome'
import { costText, costTotals } from '../../src/report/extension-cost'
import { reportJson } from '../../src/report/outputs'
import { renderSummary } from '../../src/report/summary'
import { aFunction } from './support/functions'
import { anOutcome, aReport } from './support/outcomes'

const ID = '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab'
const STREAM = '2026/11/25/[$LATEST]0123456789abcdef0123456789abcdef'

const text = ({ initMs, durationMs, maxMemoryMb }: ColdStart, more = '') =>
  `REPORT RequestId: ${ID}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: ${String(maxMemoryMb)} MB\tInit Duration: ${initMs.toFixed(2)} ms\t${more}\n`

const json = ({ initMs, durationMs, maxMemoryMb }: ColdStart, status = 'success') =>
  JSON.stringify({
    time: '2026-11-25T00:00:00.000Z',
    type: 'platform.report',
    record: {
      requestId: ID,
      metrics: {
        durationMs,
        billedDurationMs: 1,
        memorySizeMB: 128,
        maxMemoryUsedMB: maxMemoryMb,
        initDurationMs: initMs,
      },
      status,
    },
  })

const event = (line: string, given: Partial<LogEvent> = {}): LogEvent => ({
  stream: STREAM,
  at: 1,
  text: line,
  ...given,
})

const COLD: ColdStart = { initMs: 154.25, durationMs: 20.5, maxMemoryMb: 70 }

const found = (...events: readonly LogEvent[]) => coldStartsIn(events, aFunction())

describe('a cold start in the log', () => {
  test.each([
    ['in text format', text(COLD)],
    ['in text format, separated by blanks', text(COLD).replaceAll('\t', ' ')],
    ['in JSON format', json(COLD)],
  ])('is read %s', (_, line) => {
    expect(found(event(line))).toEqual([COLD])
  })

  test.each([
    ['a warm invocation', text(COLD).replace(/Init Duration: \S+ ms\t/, '')],
    ['one that timed out', text(COLD, 'Status: timeout')],
    ['one that failed', text(COLD, 'Status: error\tError Type: Runtime.ExitError')],
    ['one that failed, in JSON', json(COLD, 'error')],
    ['a line of the function that quotes one', `order: ${text(COLD)}`],
    ['a record of the function that quotes one', JSON.stringify({ message: json(COLD) })],
    ['a line without figures', `REPORT RequestId: ${ID} Init Duration: soon`],
    ['an init without an invocation', 'INIT_REPORT Init Duration: 127.75 ms\tPhase: init'],
    ['half of a record', json(COLD).slice(0, -20)],
    ['a record of another form', '{"type":"platform.report","record":7}'],
    ['nothing', ''],
  ])('is not: %s', (_, line) => {
    expect(found(event(line))).toEqual([])
  })

  test.each([
    ['of a published version', '2026/11/25/[7]0123456789abcdef0123456789abcdef'],
    ['of another function', '2026/11/25/payments[$LATEST][0123]'],
    ['of a function whose name ends alike', '2026/11/25/my-orders[$LATEST][0123]'],
    ['of something else that writes there', 'i-0123456789'],
  ])('is not one %s', (_, stream) => {
    expect(found(event(text(COLD), { stream }))).toEqual([])
  })

  test('counts in a group that functions share where its stream has the name of the function', () => {
    const shared = aFunction({ logGroup: '/shop/all' })
    const own = event(text(COLD), { stream: '2026/11/25/orders[$LATEST][0123]' })
    expect(coldStartsIn([own, event(text(COLD))], shared)).toEqual([COLD])
  })

  test('is among the last twenty, in whichever order they come', () => {
    const events = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 60 })
    fc.assert(
      fc.property(events, (times) => {
        const lines = times.map((at) => event(text({ ...COLD, initMs: at }), { at }))
        const last = [...times].sort((a, b) => b - a).slice(0, 20)
        expect(found(...lines).map(({ initMs }) => initMs)).toEqual(last)
      }),
    )
  })

  test('whatever is in a log, it is read without an error, and only figures come of it', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.string().map((words) => text(COLD, words)),
      fc.string().map((words) => text(COLD).replace('20.50', words)),
    )
    fc.assert(
      fc.property(fc.array(hostile), (lines) => {
        for (const cold of found(...lines.map((line) => event(line)))) {
          expect(Object.keys(cold).sort()).toEqual(['durationMs', 'initMs', 'maxMemoryMb'])
          for (const value of Object.values(cold)) expect(Number.isFinite(value)).toBe(true)
        }
      }),
    )
  })
})

describe('the median', () => {
  test('has as many values above as below', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const median = medianOf(values)
        const half = values.length / 2
        expect(values.filter((value) => value < median).length).toBeLessThanOrEqual(half)
        expect(values.filter((value) => value > median).length).toBeLessThanOrEqual(half)
      }),
    )
  })

  test.each([
    [[154], 154],
    [[300, 150, 154], 154],
    [[100, 200], 150],
    [[3, 1, 2, 10], 2.5],
  ])('of %j is %d', (values, median) => {
    expect(medianOf(values)).toBe(median)
  })
})

const OWN: InvocationReport = {
  durationMs: 24.4,
  billedMs: 241,
  memoryMb: 128,
  maxMemoryMb: 96,
  initMs: 216.2,
  status: undefined,
  errorType: undefined,
}

describe('what it costs', () => {
  test('is the median of the cold starts before, beside the cold start of this run', () => {
    const before = [
      { initMs: 300, durationMs: 20, maxMemoryMb: 70 },
      { initMs: 154, durationMs: 10, maxMemoryMb: 72 },
      { initMs: 150, durationMs: 30, maxMemoryMb: 60 },
    ]
    expect(compareColdStarts(before, OWN)).toEqual({
      kind: 'compared',
      coldStarts: 3,
      before: { initMs: 154, durationMs: 20, maxMemoryMb: 70 },
      after: { initMs: 216.2, durationMs: 24.4, maxMemoryMb: 96 },
    })
  })

  test.each([
    ['no cold start before', [], OWN, /cold start/],
    ['a warm invocation in this run', [COLD], { ...OWN, initMs: undefined }, /not a cold start/],
    ['an invocation that reports nothing', [COLD], undefined, /REPORT/],
  ])('is not told with %s', (_, before, own, why) => {
    expect(compareColdStarts(before, own)).toEqual({
      kind: 'not-checked',
      why: expect.stringMatching(why) as unknown,
    })
  })
})

describe('the question', () => {
  const NOW = Date.UTC(2026, 10, 26)
  const DAY = 86_400_000

  test('is about the time from the last change to the write, in the format of the log', () => {
    const lastModified = NOW - 3_600_000
    expect(coldStartQuestion(aFunction({ lastModified }), NOW)).toEqual({
      since: lastModified,
      until: NOW,
      texts: ['REPORT RequestId:', 'Init Duration:'],
    })
    expect(coldStartQuestion(aFunction({ lastModified, logFormat: 'JSON' }), NOW)).toMatchObject({
      texts: ['platform.report', 'initDurationMs'],
    })
  })

  test.each([undefined, NOW - 900 * DAY])('never reaches back further than 14 days', (modified) => {
    expect(coldStartQuestion(aFunction({ lastModified: modified }), NOW)).toMatchObject({
      since: NOW - 14 * DAY,
    })
  })

  test('is not asked where Lambda logs no report', () => {
    const quiet = aFunction({ logFormat: 'JSON', systemLogLevel: 'WARN' })
    expect(coldStartQuestion(quiet, NOW)).toEqual({
      notChecked: expect.stringContaining('WARN') as unknown,
    })
  })
})

describe('the report', () => {
  const compared = (initBefore: number, initAfter: number): Partial<Outcome> => ({
    smoke: { requestId: ID, metrics: { ...OWN, initMs: initAfter }, tail: [] },
    extensionCost: {
      kind: 'compared',
      coldStarts: 8,
      before: { initMs: initBefore, durationMs: 24.4, maxMemoryMb: 100 },
      after: { initMs: initAfter, durationMs: 24.4, maxMemoryMb: 96 },
    },
  })
  const unread: Partial<Outcome> = { extensionCost: { kind: 'not-checked', why: 'no `x`' } }

  test('shows both, and the difference of what it shows', () => {
    const summary = renderSummary(aReport([anOutcome(compared(153.6, 216.4))]))
    expect(summary).toContain('| 154 → 216 ms (+62) | 24 → 24 ms (±0) | 100 → 96 of 128 MB (-4) |')
    expect(summary).toContain(
      'before is the median of up to 8 cold starts before the change; after is the invocation of this run.',
    )
  })

  test('shows why nothing could be compared, once', () => {
    const report = aReport([anOutcome(unread)])
    expect(renderSummary(report).match(/not checked/g)).toHaveLength(1)
    expect(renderSummary(report)).toContain(
      'not checked for <code>orders</code> (no <code>x</code>).',
    )
    expect(reportJson(report)).toContain('"kind": "not-checked"')
  })

  test('tells the median over the functions, and how many could not be compared', () => {
    const outcomes = [
      anOutcome(compared(100, 110)),
      anOutcome(compared(100, 162)),
      anOutcome(compared(100, 900)),
      anOutcome(unread),
      anOutcome(),
    ]
    const totals = costTotals(outcomes)
    expect(totals).toEqual({
      functions: 3,
      notChecked: 1,
      initMs: 62,
      durationMs: 0,
      maxMemoryMb: -4,
    })
    const text = totals && costText(totals)
    expect(text).toContain('median +62 ms over 3 functions')
    expect(text).toContain('not checked (1 function')
    expect(renderSummary(aReport(outcomes, { extensionCost: totals }))).toContain(
      '**Cold start:** median +62 ms over 3 functions',
    )
  })

  test('has no such line where nothing was compared', () => {
    expect(costTotals([anOutcome(), anOutcome(unread)])).toBeUndefined()
  })
})
