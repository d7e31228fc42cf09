/** Rolls the configuration of one function back, as far as it still is as this run wrote it. */

import { converge, type ConvergeContext, type Step } from './converge'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Clock } from '../../model/clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { type Inverse, planUndo } from './inverse'

export type Undone =
  | {
      readonly kind: 'undone'
      /** Something of this run was on the function. */
      readonly wrote: boolean
      /** Items that somebody else has changed since and that therefore stay. */
      readonly leftUnchanged: readonly string[]
    }
  | ({
      readonly kind: 'not-undone'
      readonly detail: string
    } & Leftover)

export interface Leftover {
  /** Items of ours that are still on the function. */
  readonly left: readonly string[]
  /** Items that this run removed from it, and that are not there again. */
  readonly missing: readonly string[]
  /** The function could not be read, or not since a write of the rollback that was accepted, or whose answer was lost. */
  readonly mayBeGone: boolean
}

/** What is left, as a sentence without its full stop. */
export function leftText({ left, missing, mayBeGone }: Leftover): string {
  const [still, gone] = mayBeGone
    ? ['Not known whether still on it', 'Not known whether restored']
    : ['Still on it', 'Not restored']
  return [
    ...(left.length === 0 ? [] : [`${still}: ${left.join(', ')}`]),
    ...(missing.length === 0 ? [] : [`${gone}: ${missing.join(', ')}`]),
  ].join('. ')
}

export interface UndoContext {
  readonly lambda: LambdaControl
  readonly clock: Clock
  /** Fires when the rollback has to end. */
  readonly signal: AbortSignal
  readonly updates?: ConvergeContext['updates']
  /** Of the journal's fingerprints. */
  readonly salt: string
}

/** Who deleted the function took our change along. */
const GONE: Undone = { kind: 'undone', wrote: true, leftUnchanged: [] }

export async function undo(
  arn: FunctionArn,
  inverse: Inverse,
  context: UndoContext,
): Promise<Undone> {
  const read = await context.lambda.get(arn.region, arn.text)
  if (!read.ok) {
    if (read.fault.kind === 'not-found') return GONE
    return notUndone(inverse, `${read.fault.code}: ${read.fault.text}`, true)
  }
  let leftUnchanged: readonly string[] = []
  const next = (fn: LambdaFunction): Step => {
    const plan = planUndo(fn, inverse, context.salt)
    if (plan === 'unreadable') {
      return {
        kind: 'refused',
        reason: 'environment-unreadable',
        detail: 'Lambda no longer shows its variables',
      }
    }
    leftUnchanged = plan.leftUnchanged
    return plan.change ? { kind: 'change', change: plan.change } : { kind: 'unchanged' }
  }
  const end = await converge(read.value, next, {
    ...context,
    beforeWrite: () => undefined,
    notWritten: () => undefined,
  })
  if (end.kind === 'reached') return { kind: 'undone', wrote: end.wrote, leftUnchanged }
  return end.reason === 'not-found' ? GONE : notUndone(inverse, end.detail, end.isUnseen)
}

function notUndone(
  { layers, variables, logFormat }: Inverse,
  detail: string,
  mayBeGone: boolean,
): Undone {
  const { before = [], after = [] } = layers ?? {}
  const isMissing = ({ wrote }: (typeof variables)[number]) => wrote.at(-1) === null
  return {
    kind: 'not-undone',
    detail,
    mayBeGone,
    left: [
      ...after.filter((arn) => !before.includes(arn)),
      ...variables.filter((one) => !isMissing(one)).map(({ name }) => name),
      ...(logFormat ? ['the log format'] : []),
    ],
    missing: [
      ...before.filter((arn) => !after.includes(arn)),
      ...variables.filter(isMissing).map(({ name }) => name),
    ],
  }
}
