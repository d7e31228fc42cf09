/** A planned function that must not be written after all. */

import type { Refusal } from '../../model/refusal'
import type { Inspected } from './inspect'

export function refuse(
  { fn, plan, logs }: Extract<Inspected, { kind: 'planned' }>,
  refusal: Refusal,
): Inspected {
  const { name, region } = fn.arn
  const change = plan.kind === 'change' ? plan.change : undefined
  return { kind: 'refused', name, region, fn, notApplicable: false, change, logs, ...refusal }
}
