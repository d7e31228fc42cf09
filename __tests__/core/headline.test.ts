/** The verdict in one line, and the counts: what was done, what had nothing to be done, and what was never tried. */

import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import { countsText, headline } from '../../src/report/headline'
import type { Report } from '../../src/report/report'
import { anOutcome, aReport } from './support/outcomes'

const some = (count: number, status: Outcome['status'], reason?: Outcome['reason']) =>
  Array.from({ length: count }, (_, index) =>
    anOutcome({ name: `${status}-${String(index)}`, status, reason }),
  )

const lineOf = (outcomes: readonly Outcome[], given: Partial<Report> = {}) =>
  headline(aReport(outcomes, given))

describe('a plan', () => {
  test.each([
    [[...some(3, 'planned', 'no-change')], 'Plan: 3 functions, and none would change'],
    [[...some(1, 'planned', 'no-change')], 'Plan: 1 function, which would not change'],
    [[...some(2, 'planned')], 'Plan: 2 functions would change'],
    [
      [...some(1, 'planned'), ...some(4, 'planned', 'no-change')],
      'Plan: 1 of 5 functions would change',
    ],
    [[...some(2, 'skipped', 'not-applicable')], 'Plan: no function to configure'],
  ])('tells how many functions would change (%#)', (outcomes, line) => {
    expect(lineOf(outcomes, { mode: 'plan', planOnly: true })).toBe(line)
  })

  test('of a removal from functions that have nothing is no change', () => {
    expect(
      lineOf(some(2, 'planned', 'nothing-to-remove'), { mode: 'remove', planOnly: true }),
    ).toBe('Plan: 2 functions, and none would change')
  })
})

describe('a removal', () => {
  test.each([
    [[...some(4, 'removed', 'nothing-to-remove')], '4 functions had nothing to remove'],
    [[...some(1, 'removed', 'nothing-to-remove')], '1 function had nothing to remove'],
    [[...some(2, 'removed')], 'Rotel removed from 2 functions'],
    [
      [...some(2, 'removed'), ...some(4, 'removed', 'nothing-to-remove')],
      'Rotel removed from 2 functions; 4 had nothing to remove',
    ],
  ])('counts only functions that something was removed from (%#)', (outcomes, line) => {
    expect(lineOf(outcomes, { mode: 'remove' })).toBe(line)
  })
})

describe('a failed run', () => {
  const failure = { result: 'failure' } as const

  test.each([
    [
      [...some(3, 'rolled-back', 'extension-crash'), ...some(57, 'skipped', 'stopped')],
      '3 of 60 functions failed; 57 were not tried',
    ],
    [
      [...some(1, 'failed', 'rollback-failed'), ...some(1, 'skipped', 'out-of-time')],
      '1 of 2 functions failed; 1 was not tried',
    ],
    [
      [...some(2, 'skipped', 'cancelled'), ...some(1, 'instrumented')],
      '2 of 3 functions were not tried',
    ],
    [[...some(2, 'skipped', 'out-of-time')], '2 functions were not tried'],
    [[...some(1, 'skipped', 'out-of-time')], '1 function was not tried'],
    [[...some(2, 'blocked', 'layer-limit')], '2 functions are blocked'],
    [
      [...some(1, 'blocked', 'layer-limit'), ...some(1, 'instrumented')],
      '1 of 2 functions is blocked',
    ],
    [
      [
        ...some(1, 'unproven', 'no-traffic'),
        ...some(2, 'blocked', 'layer-limit'),
        ...some(1, 'skipped', 'stopped'),
      ],
      '1 of 4 functions failed; 2 are blocked; 1 was not tried',
    ],
    [[...some(3, 'unproven', 'no-traffic')], 'All 3 functions failed'],
    [[...some(1, 'unproven', 'no-traffic')], '1 function failed'],
  ])('tells failures from what was blocked and what was never tried (%#)', (outcomes, line) => {
    expect(lineOf(outcomes, failure)).toBe(line)
  })

  test('of a plan would fail', () => {
    expect(
      lineOf([...some(1, 'blocked', 'layer-limit'), ...some(1, 'planned')], {
        ...failure,
        mode: 'plan',
        planOnly: true,
      }),
    ).toBe('1 of 2 functions would fail')
  })

  test('that passes by `fail-on` tells both', () => {
    expect(lineOf([...some(1, 'rolled-back', 'extension-crash'), ...some(1, 'written')])).toBe(
      '1 of 2 functions failed, but `fail-on` lets the job pass',
    )
  })
})

test('counts tell what needed nothing, what had nothing, and what was never tried', () => {
  expect(
    countsText([
      ...some(2, 'planned'),
      ...some(3, 'planned', 'no-change'),
      ...some(4, 'removed', 'nothing-to-remove'),
      ...some(5, 'skipped', 'stopped'),
      ...some(1, 'skipped', 'not-applicable'),
      ...some(1, 'rolled-back', 'extension-crash'),
    ]),
  ).toBe(
    '1 rolled-back, 5 not tried, 1 not applicable, 4 with nothing to remove, 2 planned, 3 without a change',
  )
})
