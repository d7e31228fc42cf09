/** Takes off a function what its marker names as ours: the way back of an earlier run, of which no journal is left. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { MARKER } from '../../model/ownership'
import type { Change } from '../../systems/lambda/change'
import { planRemoval } from '../plan/plan'
import type { ConfigurationRecords } from './configuration-records'
import { converge, type ConvergeContext, type Step } from './converge'
import { recordWrite } from './record-write'

export interface TakeOffContext extends Pick<
  ConvergeContext,
  'lambda' | 'clock' | 'signal' | 'updates'
> {
  readonly journal: ConfigurationRecords
  readonly halted: () => Refusal | undefined
  /** Asked where somebody else has changed the function since: why Rotel has to stay on it as it is now. */
  readonly mayLeave: (fn: LambdaFunction) => Promise<Refusal | undefined>
}

export type TakenOff =
  | { readonly kind: 'taken-off'; readonly fn: LambdaFunction; readonly change: Change | undefined }
  | ({
      readonly kind: 'not-taken-off'
      /** Whether the journal has a write that may have landed. */
      readonly wrote: boolean
    } & Refusal)

/** What it writes is in the journal, for removing Rotel is a change of this run. */
export async function takeOff(
  first: LambdaFunction,
  { journal, halted, mayLeave, ...context }: TakeOffContext,
): Promise<TakenOff> {
  const writes: Change[] = []
  const next = async (fn: LambdaFunction): Promise<Step> => {
    // Gone with our write: what is left, a layer that was there before us too, is not ours.
    const isDone = writes.length > 0 && isWithoutMarker(fn)
    if (isDone) return { kind: 'unchanged' }
    const refusal = fn === first ? undefined : await mayLeave(fn)
    return refusal ? { kind: 'refused', ...refusal } : planRemoval(fn)
  }
  const end = await converge(first, next, {
    ...context,
    async beforeWrite(fn, change) {
      const refusal = await recordWrite(fn, change, journal, halted)
      if (refusal === undefined) writes.push(change)
      return refusal
    },
    notWritten(fn) {
      journal.notWritten(fn.arn)
      writes.pop()
    },
  })
  if (end.kind === 'reached') return { kind: 'taken-off', fn: end.fn, change: writes[0] }
  const { reason, detail } = end
  return { kind: 'not-taken-off', wrote: writes.length > 0, reason, detail }
}

/** Seen to be without it: of variables that Lambda does not show, nobody knows. */
function isWithoutMarker({ environment }: LambdaFunction): boolean {
  return environment.readable && !environment.variables.has(MARKER)
}
