/** What must be true of the function, its role and its policies where a step reports a status, `result` and `changed`. */

import { isDeepStrictEqual } from 'node:util'
import type { StepResult } from '../../local/runner/step'
import { type Attempt, differences } from './disturbed-step'
import { hasSeveral, isSame } from './same-end'
import type { FoundState } from './way-back-state'
import { functionsOf } from './world'

/** Before the step, after it, and after the same step left alone. */
export interface States {
  readonly found: FoundState
  readonly now: FoundState
  readonly wanted: FoundState
  /** The step could not see what became of its last writes: what it cannot tell to be undone, it tells as left. */
  readonly isUnseen?: boolean
}

/** What is reported and not so. */
export function untruths(attempt: Attempt, result: StepResult, states: States): readonly string[] {
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  return [
    ...functions.flatMap((one) => untruthOf(one, attempt, result, states)),
    ...untrueTogether(functions, result, states),
    ...untrueOutputs(result, states),
  ]
}

type Told = ReturnType<typeof functionsOf>[number]

/** Where all have come to their end, so have the roles. */
function untrueTogether(
  functions: readonly Told[],
  result: StepResult,
  { found, now, wanted }: States,
): readonly string[] {
  const isDone = ({ status, reason }: Told) =>
    /^(instrumented|removed|unchanged|written)$/.test(status) && reason === undefined
  return hasSeveral(found) && functions.every(isDone) && !isSame(now, wanted, result)
    ? [`all are done, and not as wanted: ${differences(wanted, now)}`]
    : []
}

function untruthOf(
  { name: functionName, status, reason }: Told,
  attempt: Attempt,
  result: StepResult,
  { found, now, wanted, isUnseen = false }: States,
): readonly string[] {
  const isConfiguredAs = ({ functions }: FoundState) =>
    isDeepStrictEqual(now.functions[functionName], functions[functionName])
  const isAs = (other: FoundState) =>
    // Of what they share, one alone tells nothing.
    hasSeveral(found) ? isConfiguredAs(other) : isSame(now, other, result)
  const notAs = (name: string, other: FoundState): readonly string[] =>
    isAs(other) ? [] : [`${status}, and not as ${name}: ${differences(other, now)}`]
  const notConfiguredAs = (name: string, other: FoundState): readonly string[] =>
    isConfiguredAs(other)
      ? []
      : [`${status}, and not configured as ${name}: ${differences(other, now)}`]
  const isNamed = attempt.restoresForGood === true && namesARole(result)
  switch (status) {
    case 'blocked':
    case 'skipped':
    case 'rolled-back':
      // Log rights that were restored stay so: of them the function's configuration tells nothing.
      return attempt.restoresForGood === true
        ? notConfiguredAs('found', found)
        : notAs('found', found)
    case 'planned':
    case 'dark':
      return notAs('found', found)
    case 'failed':
      return isSame(now, found, result) && !isUnseen ? ['failed, and all is as found'] : []
    case 'written':
      return notAs('wanted', wanted)
    case 'unproven':
      return notConfiguredAs('wanted', wanted)
    case 'instrumented':
    case 'removed':
    case 'unchanged':
      return reason === undefined && !isNamed
        ? notAs('wanted', wanted)
        : notConfiguredAs('wanted', wanted)
    default:
      return [`an unknown status: ${status}`]
  }
}

/** What others may still need stays, and is named (promise P9). */
export function namesARole({ annotations }: StepResult): boolean {
  return annotations.some(
    ({ level, message }) =>
      level === 'warning' && / on its role\b|\bits role still needs\b/.test(message),
  )
}

function untrueOutputs(
  result: StepResult,
  { found, now, isUnseen = false }: States,
): readonly string[] {
  const { outputs, exitCode } = result
  const functions = outputs['functions'] === undefined ? [] : functionsOf(result)
  const expected = exitCode === 0 ? 'success' : 'failure'
  const wrong =
    outputs['result'] === expected
      ? []
      : [`\`result\` is ${outputs['result'] ?? 'missing'}, not ${expected}`]
  const changed = outputs['changed'] === 'true'
  if (changed !== functions.some((one) => one.changed)) {
    return [...wrong, '`changed` is not that of the functions']
  }
  // A plan tells what would be.
  if (functions.some(({ status }) => status === 'planned')) return wrong
  const differs = !isDeepStrictEqual(found, now)
  if (differs && !changed) {
    return [...wrong, `\`changed\` is false, and differs: ${differences(found, now)}`]
  }
  return changed && !differs && !isUnseen
    ? [...wrong, '`changed` is true, and nothing differs']
    : wrong
}
