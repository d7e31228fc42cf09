/** New environments for a function, so that its next invocation is a cold start: nothing but that changes. */

import { type Change, changeBetween, RESTART } from '../../systems/lambda/change'
import { MARKER, readMarker, writeMarker } from '../../model/ownership'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { inverseOf } from './inverse'
import type { ConfigurationRecords } from './configuration-records'
import { converge, type ConvergeContext, type Step } from './converge'

export interface RestartContext extends Pick<ConvergeContext, 'lambda' | 'clock'> {
  readonly journal: ConfigurationRecords
  readonly halted: () => Refusal | undefined
  /** Rights were taken out of the role's policies, which our marker is to remember. */
  readonly remembersRemoval: boolean
}

export async function restart(
  fn: LambdaFunction,
  { journal, halted, remembersRemoval, ...context }: RestartContext,
): Promise<LambdaFunction | Refusal> {
  let isDone = false
  const next = (latest: LambdaFunction): Step => {
    if (isDone) return { kind: 'unchanged' }
    return { kind: 'change', change: (remembersRemoval && remembering(latest)) || RESTART }
  }
  const end = await converge(fn, next, {
    ...context,
    beforeWrite(latest, change) {
      const halt = halted()
      if (halt) return halt
      journal.writing(latest.arn, inverseOf(change, journal.salt))
      isDone = true
      return undefined
    },
    notWritten(latest) {
      journal.notWritten(latest.arn)
      isDone = false
    },
  })
  return end.kind === 'reached' ? end.fn : { reason: end.reason, detail: end.detail }
}

/** `undefined`: the marker says so already, or there is none to say it. */
function remembering(fn: LambdaFunction): Change | undefined {
  if (!fn.environment.readable) return undefined
  const before = fn.environment.variables
  const owned = readMarker(before.get(MARKER))
  if (owned === 'unreadable' || !before.has(MARKER)) return undefined
  const marker = writeMarker({ ...owned, logs: 'remove' })
  if (marker === undefined) return undefined
  const after = new Map(before).set(MARKER, marker)
  return changeBetween(
    fn,
    fn.layers.map(({ arn }) => arn),
    before,
    after,
  )
}
