/** Restores the log rights of a function that was dark when the run began, beside the writes (promise P8). */

import { done, notYet, poll } from '../../model/poll'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { type Dark, oursInDark, whyDark } from '../roles/darkness'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { restoredOf } from '../roles/restore-logs'
import { type LifeContext, NOT_DARK, type Relit } from './life-state'

export async function restoreIfDark(
  fn: LambdaFunction,
  context: Pick<LifeContext, 'darkness' | 'restore' | 'lambda' | 'journal' | 'clock' | 'signal'>,
): Promise<Relit> {
  const { darkness, restore } = context
  const asked = await darkness()
  if (asked.kind !== 'dark') return NOT_DARK
  const found = (await isLitByOthers(fn, context)) ? ofVersions(asked) : asked
  if (found.parts.length === 0) return NOT_DARK
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

/** How long a write of this run may be on its way that Lambda refuses because the function has changed. */
const WRITE_LIMIT_MS = 5_000
const PAUSE_MS = { firstMs: 250, longestMs: 1_000 }

/**
 * Another job may have configured the function, and disabled its logs, between the look at the function and the question to
 * IAM. Where this run has written Rotel itself, that tells nothing.
 */
async function isLitByOthers(
  { arn }: LambdaFunction,
  { lambda, journal, clock, signal }: Pick<LifeContext, 'lambda' | 'journal' | 'clock' | 'signal'>,
): Promise<boolean> {
  const now = await lambda.get(arn.region, arn.text)
  if (!now.ok || !hasWorkingRotel(now.value)) return false
  const polled = await poll(
    () => Promise.resolve(journal.hasWritten(arn) ? notYet(undefined) : done(true)),
    { ...PAUSE_MS, deadline: clock.now() + WRITE_LIMIT_MS },
    { clock, signal },
  )
  return polled.kind === 'done'
}

function ofVersions(dark: Dark): Dark {
  return { ...dark, parts: dark.parts.filter(({ version }) => version !== undefined) }
}
