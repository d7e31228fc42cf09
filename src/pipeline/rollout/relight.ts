/** Restores the log rights of a function that was dark when the run began, beside the writes (promise P8). */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { oursInDark, whyDark } from '../roles/darkness'
import { restoredOf } from '../roles/restore-logs'
import { type LifeContext, NOT_DARK, type Relit } from './life-state'

export async function restoreIfDark(
  fn: LambdaFunction,
  { darkness, restore }: Pick<LifeContext, 'darkness' | 'restore'>,
): Promise<Relit> {
  const found = await darkness()
  if (found.kind !== 'dark') return NOT_DARK
  const why = whyDark(found)
  const ours = oursInDark(found)
  const back = ours && restoredOf(fn.arn, await restore(ours))
  const stillDark = (isBack: boolean) => {
    // Rotel on `$LATEST` repairs no published version.
    const versions = found.parts.filter(
      (part) => part.version !== undefined && !(isBack && part.ours !== undefined),
    )
    return versions.length === 0 ? undefined : versions.map((part) => part.why).join('; ')
  }
  const latest = (isBack: boolean) =>
    found.parts.find((part) => part.version === undefined && !(isBack && part.ours !== undefined))
  if (back?.kind === 'restored') {
    const notes = ['it was dark: CloudWatch Logs were restored', ...back.notes]
    return {
      restored: true,
      wrote: back.wrote,
      notes,
      stillDark: stillDark(true),
      darkWithoutRotel: latest(true)?.why,
    }
  }
  const note =
    back === undefined
      ? `it was dark: ${why}`
      : `it was dark, and CloudWatch Logs could not be restored: ${back.detail}`
  return {
    restored: false,
    wrote: back?.wrote ?? false,
    notes: [note],
    stillDark: stillDark(false),
    darkWithoutRotel: latest(false)?.why,
  }
}
