/** The verdict in one line, and the counts behind it. */

import type { UninstrumentedVersion } from '../pipeline/publish-alias/traffic'
import { isGood, type Outcome, STATUSES, wasNotTried } from '../pipeline/rollout/outcome'
import { isNothing, type Report, wouldChange } from './report'

/** `4 written, 1 rolled-back, 2 without a change`: by status, apart from what had nothing to be done or was never tried. */
export function countsText(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>()
  const inOrder = [...outcomes].sort(
    (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) || rank(a) - rank(b),
  )
  for (const outcome of inOrder) {
    const what = labelOf(outcome)
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return [...counts].map(([what, count]) => `${String(count)} ${what}`).join(', ')
}

const LABELS: Partial<Record<NonNullable<Outcome['reason']>, string>> = {
  'not-applicable': 'not applicable',
  'no-change': 'without a change',
  'nothing-to-remove': 'with nothing to remove',
}

function labelOf(outcome: Outcome): string {
  const { status, reason } = outcome
  if (wasNotTried(outcome)) return 'not tried'
  return (reason !== undefined && LABELS[reason]) || status
}

/** What was done before what was not. */
function rank(outcome: Outcome): number {
  return labelOf(outcome) === outcome.status ? 0 : wasNotTried(outcome) ? 1 : 2
}

/** The verdict in one line. */
export function headline(report: Report): string {
  const line = lineOf(report)
  if (report.failsOnChange !== true) return line
  const changing = report.outcomes.filter(wouldChange).length
  const isTold = line.startsWith('Plan: ') && line.includes('would change')
  const what = isTold ? '' : `; ${String(changing)} would change`
  return `${line}${what}, which fails the job (\`fail-on-change\`)`
}

/** With what the verdict tells nothing of. */
function lineOf(report: Report): string {
  const { outcomes } = report
  const bypassed = bypassText(outcomes)
  const isFailed = (outcome: Outcome) => !isGood(outcome) && !isBypassed(outcome)
  const verdict = outcomes.some(isFailed) ? failureLine(report) : successLine(report)
  return bypassed === undefined ? verdict : `${verdict}; ${bypassed}`
}

function isBypassed({ reason }: Outcome): boolean {
  return reason === 'alias-not-instrumented'
}

/** Functions that a headline names. */
const MOST_NAMES = 3

/** Traffic that the proof of `$LATEST` tells nothing of, whether that is accepted or not; `undefined`: there is none. */
export function bypassText(outcomes: readonly Outcome[]): string | undefined {
  const bypassed = outcomes.filter(({ uninstrumented }) => uninstrumented !== undefined)
  if (bypassed.length === 0) return undefined
  const ways = bypassed.flatMap(({ uninstrumented = [] }) =>
    uninstrumented.flatMap(({ via }) => via),
  )
  const what = ways.every((way) => /^alias | of alias /.test(way))
    ? 'aliases on versions'
    : 'versions'
  const names = bypassed
    .slice(0, MOST_NAMES)
    .map(({ name, uninstrumented = [] }) => `${name} (${uninstrumented.map(wayText).join(', ')})`)
  const left = bypassed.length - names.length
  const more = left === 0 ? '' : ` and ${String(left)} more`
  const verb = bypassed.length === 1 ? 'serves' : 'serve'
  return `${functionsText(bypassed.length)} ${verb} traffic through ${what} without Rotel: ${names.join(', ')}${more}`
}

/** `alias live → version 3` */
function wayText({ version, via }: UninstrumentedVersion): string {
  return `${via.join(', ')} → version ${version}`
}

function successLine({ mode, planOnly, outcomes }: Report): string {
  const applicable = outcomes.filter(({ status }) => status !== 'skipped')
  if (applicable.length === 0) return planOnly ? 'Plan: no function to configure' : NO_FUNCTION
  if (planOnly) return planLine(applicable)
  if (mode === 'remove') return removalLine(applicable)
  const functions = functionsText(applicable.length)
  const isVerified = applicable.every(({ reason }) => reason !== 'no-verifier')
  return isVerified
    ? `${functions} configured and verified`
    : `${functions} configured, but not verified (\`verify: none\`)`
}

const NO_FUNCTION = 'No function to configure'

/** Functions that were blocked before the first write, or never tried, did not fail. */
function failureLine({ planOnly, result, outcomes }: Report): string {
  const bad = outcomes.filter((outcome) => !isGood(outcome) && !isBypassed(outcome))
  const notTried = bad.filter(wasNotTried)
  const blocked = planOnly ? [] : bad.filter(({ status }) => status === 'blocked')
  const failed = bad.length - notTried.length - blocked.length
  const verb = planOnly ? 'would fail' : 'failed'
  const parts = [
    { count: failed, one: verb, many: verb },
    { count: blocked.length, one: 'is blocked', many: 'are blocked' },
    { count: notTried.length, one: 'was not tried', many: 'were not tried' },
  ].filter(({ count }) => count > 0)
  const total = functionsText(outcomes.length)
  const texts = parts.map(({ count, one, many }, index) => {
    const which =
      index > 0
        ? String(count)
        : count < outcomes.length
          ? `${String(count)} of ${total}`
          : failed > 1
            ? `All ${total}`
            : total
    return `${which} ${count === 1 ? one : many}`
  })
  const passed = result === 'success' ? ', but `fail-on` lets the job pass' : ''
  return `${texts.join('; ')}${passed}`
}

function planLine(outcomes: readonly Outcome[]): string {
  const total = functionsText(outcomes.length)
  const changing = outcomes.filter(({ reason }) => !isNothing(reason)).length
  if (changing === 0) {
    return `Plan: ${total}, ${outcomes.length === 1 ? 'which would not change' : 'and none would change'}`
  }
  const which = changing === outcomes.length ? total : `${String(changing)} of ${total}`
  return `Plan: ${which} would change`
}

function removalLine(outcomes: readonly Outcome[]): string {
  const nothing = outcomes.filter(({ reason }) => reason === 'nothing-to-remove').length
  const removed = outcomes.length - nothing
  if (removed === 0) return `${functionsText(nothing)} had nothing to remove`
  const rest = nothing === 0 ? '' : `; ${String(nothing)} had nothing to remove`
  return `Rotel removed from ${functionsText(removed)}${rest}`
}

/** `1 function`, `5 functions`. */
export function functionsText(count: number): string {
  return count === 1 ? '1 function' : `${String(count)} functions`
}
