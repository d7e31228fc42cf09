/** Holds what a step reports, by its exit code, statuses and annotations, against what it did. */

import { isDeepStrictEqual } from 'node:util'
import type { StepResult } from '../../local/runner/step'
import { type Attempt, differences, inForce } from './disturbed-step'
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
  }: {
    readonly result: StepResult
    readonly found: FoundState
    readonly now: FoundState
    readonly clean: Clean
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
  for (const { status, reason } of functions) {
    if (reason === 'unexpected-error') wrong.push('an unexpected error')
    const isBack = status === 'blocked' || status === 'skipped' || status === 'rolled-back'
    if (isBack && attempt.restoresForGood !== true && !isSame(now, found, result)) {
      wrong.push(`${status}, and not as found: ${differences(found, now)}`)
    }
    const isDone = status === 'instrumented' || status === 'removed'
    if (isDone && reason === undefined && !isSame(now, clean.wanted, result)) {
      wrong.push(`${status}, and not as wanted: ${differences(clean.wanted, now)}`)
    }
  }
  if (functions.length === 0 && !isSame(now, found, result)) {
    wrong.push('it does not say what it has changed')
  }
  return wrong
}

/** What others may still need stays, and is named (promise P9). */
function namesARole({ annotations }: StepResult): boolean {
  return annotations.some(
    ({ level, message }) =>
      level === 'warning' && / on its role\b|\bits role still needs\b/.test(message),
  )
}

/** Functions, roles and policies, by name. */
export type Ended = Readonly<Record<keyof FoundState, Readonly<Record<string, unknown>>>>

/** Versions of policies that IAM does not delete, or does not show, decide nothing, and may stay where the step names them. */
export function withoutNamedVersions(state: FoundState, { annotations }: StepResult): Ended {
  const isNamed = annotations.some(({ message }) => /\bnot in force\b/.test(message))
  return isNamed ? inForce(state) : state
}

/** But for what `withoutNamedVersions` leaves out. */
export function isSame(one: FoundState, other: FoundState, result: StepResult): boolean {
  return isDeepStrictEqual(withoutNamedVersions(one, result), withoutNamedVersions(other, result))
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
