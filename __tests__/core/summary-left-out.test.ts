/** What does not fit into the summary or the plan is told in functions, however many of them one section holds. */

import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import { renderPlan, renderSummary } from '../../src/report/summary'
import { aChange, aFailure, anOutcome, aReport } from './support/outcomes'

/** Names of the length that Lambda allows, so that a table of 200 rows does not fit beside another one. */
const long = (kind: string, index: number) => `${kind}-${String(index).padStart(58, '0')}`

function several(count: number, kind: string, given: Partial<Outcome>): readonly Outcome[] {
  return Array.from({ length: count }, (_, index) =>
    anOutcome({ ...given, name: long(kind, index) }),
  )
}

const REASONS = ['extension-crash', 'nothing-arrived', 'invoke-failed', 'function-error'] as const

describe('failures that do not fit', () => {
  const outcomes = REASONS.flatMap((reason) =>
    several(200, reason, { ...aFailure, reason }).map((outcome) => ({
      ...outcome,
      // Wide rows: the table of one reason leaves no room for that of another one.
      detail: `${outcome.name} ${'€'.repeat(300)}`,
    })),
  )

  test.each([
    ['the plan', renderPlan],
    ['the summary', renderSummary],
  ])('are told as functions, not as groups: %s', (_, render) => {
    const markdown = render(aReport(outcomes, { result: 'failure' }))
    const shown = [...markdown.matchAll(/<b>200 functions<\/b>/g)].length * 200
    expect(shown).toBeLessThan(800)
    expect(markdown).toContain(
      `Details of ${String(800 - shown)} more functions are in the report file.`,
    )
  })
})

describe('changes that do not fit', () => {
  const kinds = Array.from({ length: 12 }, (_, kind) =>
    several(50, `change${String(kind)}`, {
      status: 'planned',
      reason: undefined,
      change: {
        ...aChange(),
        variables: Array.from({ length: 120 }, (_unused, index) => ({
          name: `ROTEL_${String(kind)}_${'X'.repeat(60)}_${String(index)}`,
          before: undefined,
          after: 'x',
        })),
      },
    }),
  )

  test('are told as functions', () => {
    const plan = renderPlan(aReport(kinds.flat(), { mode: 'plan' }))
    const [, told] = /Details of (\d+) more functions are in the report file\./.exec(plan) ?? []
    const shown = [...plan.matchAll(/<summary>📋 50 functions: /g)].length
    expect(shown).toBeGreaterThan(0)
    expect(Number(told)).toBe((kinds.length - shown) * 50)
  })
})

test('one function that does not fit is one function', () => {
  const tail = Array.from({ length: 400 }, () => ({
    source: 'extension' as const,
    text: 'x'.repeat(400),
  }))
  const one = anOutcome({
    ...aFailure,
    smoke: { requestId: 'x', metrics: undefined, tail },
    detail: '€'.repeat(60_000),
  })
  expect(renderPlan(aReport([one], { result: 'failure' }))).toContain(
    'Details of 1 more function are in the report file.',
  )
})

test('one more snippet, change or item that is not shown is one', () => {
  const kinds = Array.from({ length: 26 }, (_, kind) =>
    anOutcome({
      name: `f${String(kind)}`,
      status: 'planned',
      reason: undefined,
      change: {
        ...aChange(),
        variables: [{ name: `ROTEL_${String(kind)}`, before: undefined, after: 'x' }],
      },
    }),
  )
  const plan = renderPlan(aReport(kinds, { mode: 'plan' }))
  expect(plan).toContain('1 more kind of change is in the report file.')
})
