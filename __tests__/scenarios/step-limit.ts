/** A step that must come to its end in time: a scenario must not wait for minutes to find out that the action does. */

import { expect } from '@jest/globals'
import type { Step, StepResult } from '../../local/runner/step'

type RunStep = (
  inputs: Readonly<Record<string, string>>,
  step?: Partial<Step>,
) => Promise<StepResult>

/** Runs the step and ends it by force after so many seconds, which fails the scenario. */
export async function within(
  seconds: number,
  run: RunStep,
  inputs: Readonly<Record<string, string>>,
): Promise<StepResult> {
  let timer: NodeJS.Timeout | undefined
  const result = await run(inputs, {
    onStart: (child) => {
      timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000)
    },
  })
  clearTimeout(timer)
  const ending = result.killedBy === null ? 'in time' : `not within ${String(seconds)} s`
  expect(`the step ended ${ending}`).toBe('the step ended in time')
  return result
}
