/** The verdict in one line, and the counts: what was done, what had nothing to be done, and what was never tried. */

import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import {
  countsText,
  countsWithIcons,
  functionsText,
  headline,
  verdictIcon,
} from '../../src/report/headline'
import { outputsOf } from '../../src/report/outputs'
import { isNothing, type Report } from '../../src/report/report'
import { whatToDo } from '../../src/report/what-to-do'
import { anOutcome, aReport } from './support/outcomes'

const some = (count: number, status: Outcome['status'], reason?: Outcome['reason']) =>
  Array.from({ length: count }, (_, index) =>
    anOutcome({
      name: `${status}-${String(index)}`,
      status,
      reason,
      changed: !['skipped', 'blocked', 'dark'].includes(status) && !isNothing(reason),
    }),
  )

/** A function that cannot be instrumented, whose log permissions would be restored all the same. */
const restored = (status: Outcome['status'], reason: Outcome['reason']) =>
  some(1, status, reason).map((outcome) => ({
    ...outcome,
    change: undefined,
    changed: true,
    roleEdits: ['inline policy x deleted'],
  }))

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

  test.each([
    [
      [...some(1, 'planned'), ...restored('dark', 'rotel-missing')],
      'Plan: 1 of 2 functions is dark; 2 would change',
      2,
    ],
    [
      [...some(2, 'planned', 'no-change'), ...restored('skipped', 'not-applicable')],
      'Plan: 1 of 3 functions would change',
      1,
    ],
    [
      [...some(1, 'planned', 'no-change'), ...restored('blocked', 'layer-limit')],
      'Plan: 1 of 2 functions would fail; 1 would change',
      1,
    ],
    [restored('skipped', 'not-applicable'), 'Plan: 1 function would change', 1],
  ])(
    'counts the functions whose role alone would change, and all parts of the report the same (%#)',
    (outcomes, line, count) => {
      const report = aReport(outcomes, { mode: 'plan', planOnly: true, result: 'failure' })
      expect(headline(report)).toBe(line)
      expect(JSON.parse(outputsOf(report, '', '')['summary-json'])).toMatchObject({
        changed: count,
      })
      const failing = { ...report, failsOnChange: true }
      expect(headline(failing)).toBe(`${line}, which fails the job (\`fail-on-change\`)`)
      expect(whatToDo(failing).join('\n')).toContain(`${functionsText(count)} would change.`)
    },
  )

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

describe('a run in which all is well', () => {
  test.each([
    [[...some(9, 'instrumented')], '✅', 'All 9 functions are configured and verified'],
    [
      [...some(2, 'instrumented'), ...some(2, 'unchanged')],
      '✅',
      'All 4 functions are configured and verified',
    ],
    [[...some(2, 'unchanged')], '✅', '2 functions are configured and verified'],
    [[...some(1, 'instrumented')], '✅', '1 function is configured and verified'],
    [
      [...some(8, 'instrumented'), ...some(1, 'skipped', 'not-applicable')],
      '✅',
      '8 of 9 functions are configured and verified; 1 is not applicable',
    ],
    [
      [...some(3, 'written', 'no-verifier')],
      '⚠️',
      'All 3 functions are configured, but not verified (`verify: none`)',
    ],
    [[...some(2, 'skipped', 'not-applicable')], '✅', 'No function to configure'],
    [[], '✅', 'No function to configure'],
  ])('tells what is proven, and calls nothing else a success (%#)', (outcomes, icon, line) => {
    expect(lineOf(outcomes)).toBe(line)
    expect(verdictIcon(aReport(outcomes))).toBe(icon)
  })
})

describe('traffic that reaches a version without Rotel', () => {
  const uninstrumented = [{ version: '3', via: ['alias live'] }]
  const orders = anOutcome({
    name: 'orders',
    status: 'instrumented',
    reason: 'alias-not-instrumented',
    uninstrumented,
    telemetry: {
      by: 'request ID',
      latencyMs: 1,
      attributes: [],
      traces: undefined,
      links: {},
      invokedAgain: false,
    },
  })
  const told =
    '1 function serves traffic through aliases on versions without Rotel: orders (alias live → version 3)'

  test('comes first where it is what fails the run', () => {
    expect(lineOf([orders, ...some(2, 'instrumented')], { result: 'failure' })).toBe(
      `${told}; \`$LATEST\` of all 3 functions is configured and verified`,
    )
    expect(lineOf([orders])).toBe(
      `${told}; \`$LATEST\` of 1 function is configured and verified, but \`fail-on\` lets the job pass`,
    )
  })

  test('is told after other failures, and where it is accepted', () => {
    expect(lineOf([orders, ...some(1, 'failed')], { result: 'failure' })).toBe(
      `1 of 2 functions failed; ${told}`,
    )
    const accepted = aReport([{ ...orders, reason: undefined }])
    expect(headline(accepted)).toBe(`1 function is configured and verified; ${told}`)
    expect(verdictIcon(accepted)).toBe('⚠️')
  })
})

test.each([
  ['❌', some(1, 'blocked'), { result: 'failure' }],
  ['⚠️', some(1, 'blocked'), { result: 'success' }],
  ['📋', some(1, 'planned'), { mode: 'plan', planOnly: true }],
  ['❌', some(1, 'planned'), { mode: 'plan', planOnly: true, result: 'failure' }],
  ['✅', some(1, 'removed'), { mode: 'remove' }],
] as const)('%s begins the verdict (%#)', (icon, outcomes, given) => {
  expect(verdictIcon(aReport(outcomes, given))).toBe(icon)
})

test('counts have an icon for each status, and a status that fails the job has no check mark', () => {
  expect(
    countsWithIcons([
      ...some(2, 'instrumented'),
      ...some(1, 'instrumented', 'alias-not-instrumented'),
    ]),
  ).toMatch(/3 instrumented$/)
  expect(countsWithIcons([...some(1, 'instrumented', 'cloudwatch-withheld')])).toBe(
    '❌ 1 instrumented',
  )
  expect(
    countsWithIcons([
      ...some(1, 'skipped', 'stopped'),
      ...some(1, 'dark'),
      ...some(4, 'unchanged'),
    ]),
  ).toBe('🌑 1 dark · ⏭️ 1 not tried · ✅ 4 unchanged')
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
      '1 of 4 functions is not verified; 2 are blocked; 1 was not tried',
    ],
    [[...some(3, 'unproven', 'no-traffic')], 'All 3 functions are not verified'],
    [[...some(1, 'unproven', 'no-traffic')], '1 function is not verified'],
    [[...some(3, 'rolled-back', 'out-of-memory')], 'All 3 functions failed'],
    [
      [...some(1, 'dark', 'rotel-missing'), ...some(2, 'rolled-back', 'out-of-memory')],
      '2 of 3 functions failed; 1 is dark',
    ],
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
    ).toBe('Plan: 1 of 2 functions would fail; 1 would change')
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
