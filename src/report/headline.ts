/** The verdict in one line, and the counts behind it. */

import type { UninstrumentedVersion } from '../pipeline/publish-alias/traffic'
import { isGood, type Outcome, STATUSES, wasNotTried } from '../pipeline/rollout/outcome'
import { type Report, wouldChange } from './report'
import { statusIcon } from './status-icon'

/** `4 written, 1 rolled-back, 2 without a change`: by status, apart from what had nothing to be done or was never tried. */
export function countsText(outcomes: readonly Outcome[]): string {
  return countsOf(outcomes)
    .map(({ count, label }) => `${String(count)} ${label}`)
    .join(', ')
}

/** `↩️ 1 rolled-back · ✅ 4 instrumented` */
export function countsWithIcons(outcomes: readonly Outcome[]): string {
  return countsOf(outcomes)
    .map(({ icon, count, label }) => `${icon} ${String(count)} ${label}`)
    .join(' · ')
}

function countsOf(outcomes: readonly Outcome[]) {
  const counts = new Map<string, { icon: string; count: number }>()
  const inOrder = [...outcomes].sort(
    (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status) || rank(a) - rank(b),
  )
  for (const outcome of inOrder) {
    const label = labelOf(outcome)
    const before = counts.get(label) ?? { icon: statusIcon(outcome), count: 0 }
    counts.set(label, { ...before, count: before.count + 1 })
  }
  return [...counts].map(([label, count]) => ({ label, ...count }))
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
  const isTold = line.includes('Plan: ') && line.includes('would change')
  const what = isTold ? '' : `; ${String(changing)} would change`
  return `${line}${what}, which fails the job (\`fail-on-change\`)`
}

/** The sign before the verdict; that a job passes makes no success of functions that failed, or that nothing proved. */
export function verdictIcon({ result, planOnly, outcomes }: Report): string {
  if (result === 'failure') return '❌'
  const isClean = outcomes.every(
    (outcome) => isGood(outcome) && outcome.uninstrumented === undefined,
  )
  if (!isClean) return '⚠️'
  if (planOnly) return '📋'
  return outcomes.some(({ reason }) => reason === 'no-verifier') ? '⚠️' : '✅'
}

/** With what the verdict tells nothing of. What fails the run comes first. */
function lineOf(report: Report): string {
  const { outcomes } = report
  const bypassed = bypassText(outcomes)
  const isFailed = (outcome: Outcome) => !isGood(outcome) && !isBypassed(outcome)
  const hasFailed = outcomes.some(isFailed)
  const verdict = hasFailed ? failureLine(report) : successLine(report)
  if (bypassed === undefined) return verdict
  const isCause = !hasFailed && outcomes.some(isBypassed)
  if (!isCause) return `${verdict}; ${bypassed}`
  const rest = /^(All )?\d+ functions? (is|are) /.test(verdict)
    ? `\`$LATEST\` of ${verdict.replace(/^All/, 'all')}`.replace(/ are /, ' is ')
    : verdict
  return `${bypassed}; ${rest}${report.result === 'success' ? PASSED : ''}`
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

function successLine(report: Report): string {
  const { mode, planOnly, outcomes } = report
  if (planOnly) return planLine(outcomes)
  const applicable = outcomes.filter(({ status }) => status !== 'skipped')
  if (applicable.length === 0) return NO_FUNCTION
  if (mode === 'remove') return removalLine(applicable)
  const misfits = outcomes.length - applicable.length
  const [count, total] = [applicable.length, outcomes.length]
  const which =
    misfits > 0 ? `${String(count)} of ${functionsText(total)}` : allFunctionsText(count)
  const are = count === 1 ? 'is' : 'are'
  const isVerified = applicable.every(wasVerified)
  const verdict = isVerified
    ? `${which} ${are} configured and verified`
    : `${which} ${are} configured, but not verified (\`verify: none\`)`
  return misfits === 0
    ? verdict
    : `${verdict}; ${String(misfits)} ${misfits === 1 ? 'is' : 'are'} not applicable`
}

/** Apart from what its alias, which the proof of `$LATEST` tells nothing of, makes of its reason. */
function wasVerified({ status, reason, telemetry }: Outcome): boolean {
  if (status === 'written' || reason === 'no-verifier') return false
  return reason !== 'alias-not-instrumented' || telemetry !== undefined
}

const NO_FUNCTION = 'No function to configure'

const PASSED = ', but `fail-on` lets the job pass'

/** The state of functions in which they did not simply fail, as far as it is known. */
const STATES: readonly {
  readonly is: (outcome: Outcome) => boolean
  readonly what: string
  /** A plan only tells what would fail. */
  readonly isPlanned: boolean
}[] = [
  { is: ({ status }) => status === 'dark', what: 'dark', isPlanned: true },
  { is: ({ status }) => status === 'unproven', what: 'not verified', isPlanned: false },
  { is: ({ status }) => status === 'blocked', what: 'blocked', isPlanned: false },
]

/** Functions that were blocked before the first write, or never tried, did not fail. */
function failureLine({ planOnly, result, outcomes }: Report): string {
  const bad = outcomes.filter((outcome) => !isGood(outcome) && !isBypassed(outcome))
  const notTried = bad.filter(wasNotTried).length
  const states = STATES.filter(({ isPlanned }) => isPlanned || !planOnly).map(({ is, what }) => ({
    count: bad.filter(is).length,
    one: `is ${what}`,
    many: `are ${what}`,
  }))
  const told = states.reduce((sum, { count }) => sum + count, 0)
  const failed = bad.length - notTried - told
  const verb = planOnly ? 'would fail' : 'failed'
  const parts = [
    { count: failed, one: verb, many: verb },
    ...states,
    { count: notTried, one: 'was not tried', many: 'were not tried' },
  ].filter(({ count }) => count > 0)
  const total = functionsText(outcomes.length)
  const texts = parts.map(({ count, one, many }, index) => {
    const which =
      index > 0
        ? String(count)
        : count < outcomes.length
          ? `${String(count)} of ${total}`
          : allFunctionsText(count)
    return `${which} ${count === 1 ? one : many}`
  })
  const changing = planOnly ? outcomes.filter(wouldChange).length : 0
  const planned = changing === 0 ? '' : `; ${String(changing)} would change`
  const passed = result === 'success' ? PASSED : ''
  return `${planOnly ? 'Plan: ' : ''}${texts.join('; ')}${planned}${passed}`
}

/** Of a function that is not applicable, the role may change: its log permissions are restored. */
function planLine(outcomes: readonly Outcome[]): string {
  const told = outcomes.filter((outcome) => outcome.status !== 'skipped' || wouldChange(outcome))
  if (told.length === 0) return 'Plan: no function to configure'
  const total = functionsText(told.length)
  const changing = told.filter(wouldChange).length
  if (changing === 0) {
    return `Plan: ${total}, ${told.length === 1 ? 'which would not change' : 'and none would change'}`
  }
  const which = changing === told.length ? total : `${String(changing)} of ${total}`
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

/** `All 9 functions`; “all” of two would be strange. */
function allFunctionsText(count: number): string {
  return `${count > 2 ? 'All ' : ''}${functionsText(count)}`
}
