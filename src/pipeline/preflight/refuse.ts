/** A planned function that must not be written after all. */

import type { Refusal } from '../../model/refusal'
import type { Inspected } from './inspect'

export function refuse(
  { fn, logs }: Extract<Inspected, { kind: 'planned' }>,
  refusal: Refusal,
): Inspected {
  const { name, region } = fn.arn
  return { kind: 'refused', name, region, fn, notApplicable: false, logs, ...refusal }
}
