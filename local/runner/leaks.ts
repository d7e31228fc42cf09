/** Finds secrets in everything that a step printed or left behind. */

import type { Job, StepResult } from './step'

/** Where each of the secrets was found; empty if none leaked. Mask commands are how the runner learns a secret. */
export function leaksOf(
  result: StepResult,
  job: Job,
  secrets: readonly string[],
): readonly string[] {
  const printed = result.stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n')
  const places = new Map<string, string>([
    ['stdout', printed],
    ['stderr', result.stderr],
    ['summary', result.summary],
    ['outputs', JSON.stringify(result.outputs)],
    ['state', JSON.stringify(result.state)],
    ...[...job.files()].filter(([name]) => !name.endsWith('.journal')),
  ])
  return [...places].flatMap(([place, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`),
  )
}
