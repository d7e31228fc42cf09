/** `accept`: the risks that a run may take, which it refuses otherwise. */

import type { InputReader } from './input-reader'
import { readItems } from './list-forms'
import { didYouMean } from './nearest'

/** A word is here when a stage reads it, not before. */
export const RISKS = [
  'shared-role',
  'log-loss',
  'drift',
  'unsupported-runtime',
  'function-errors',
  'foreign-settings',
  'unproven-aliases',
] as const

export type Risk = (typeof RISKS)[number]

/** The risks that the list names; each unknown word is a problem, with the word that was probably meant. */
export function parseAccept(inputs: InputReader): ReadonlySet<Risk> {
  const accepted = new Set<Risk>()
  for (const { text } of readItems(inputs, 'accept')) {
    const risk = RISKS.find((word) => word === text)
    if (risk !== undefined) {
      accepted.add(risk)
      continue
    }
    const allowed = RISKS.map((word) => `\`${word}\``).join(', ')
    inputs.problem(
      'accept',
      `\`accept\` has ${inputs.show(text)}. Allowed: ${allowed}.${didYouMean(text, RISKS)}`,
    )
  }
  return accepted
}
