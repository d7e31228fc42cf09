/** Holds what a step reports, by its exit code, statuses and annotations, against what it did. */

import { isDeepStrictEqual } from 'node:util'
import type { StepResult } from '../../local/runner/step'
import { type Attempt, differences } from './disturbed-step'
import { isSame } from './same-end'
import { namesARole, untruths } from './told-truth'
import type { FoundState } from './way-back-state'
import { functionsOf, statusesOf } from './world'

/** How the same step ends when it is left alone. */
export interface Clean {
  readonly wanted: FoundState
  readonly statuses: readonly string[]
}

/** What a step says must fit what it did. */
export function judged(
  attempt: Attempt,
  {
    result,
    found,
    now,
    clean,
    isUnseen = false,
  }: {
    readonly result: StepResult
    readonly found: FoundState
    readonly now: FoundState
    readonly clean: Clean
    /** See `States`. */
    readonly isUnseen?: boolean
  },
): readonly string[] {
  const wrong: string[] = []
  if (result.exitCode !== 0 && result.exitCode !== 1) {
    wrong.push(`the step ends with ${String(result.exitCode)}`)
  }
  if (/^\s+at .*\(?(file|node):/m.test(`${result.stdout}\n${result.stderr}`)) {
    wrong.push('a stack trace is shown')
  }
  if (/TypeError|ReferenceError|RangeError|\[object Object\]/.test(result.stdout + result.stderr)) {
    wrong.push('a defect is shown')
  }
  wrong.push(...untruths(attempt, result, { found, now, wanted: clean.wanted, isUnseen }))
  if (result.exitCode === 0) {
    if (!isAs(clean, result)) wrong.push('it succeeds with other statuses')
    const isNamed = attempt.restoresForGood === true && namesARole(result)
    if (!isSame(now, clean.wanted, result) && !isNamed) {
      wrong.push(`it succeeds, and differs: ${differences(clean.wanted, now)}`)
    }
    return wrong
  }
  if (!result.annotations.some(({ level }) => level === 'error')) wrong.push('no error is shown')
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  if (functions.some(({ reason }) => reason === 'unexpected-error')) {
    wrong.push('an unexpected error')
  }
  if (functions.length === 0 && !isSame(now, found, result)) {
    wrong.push('it does not say what it has changed')
  }
  return wrong
}

export function isAs({ statuses }: Clean, result: StepResult): boolean {
  return (
    result.outputs['functions'] !== undefined && isDeepStrictEqual(statusesOf(result), statuses)
  )
}

export function shown(result: StepResult): string {
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  return [
    `exit ${String(result.exitCode)}`,
    ...functions.map(({ status, reason, detail }) => `${status} ${reason ?? ''}: ${detail ?? ''}`),
    ...result.annotations.map(({ message }) => message),
  ]
    .join(' | ')
    .slice(0, 900)
}
