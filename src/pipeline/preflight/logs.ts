/** CloudWatch Logs in the preflight of a run: which functions are dark, and by mode what is disabled or restored. */

import { faultName, readRefusal } from '../../model/refusal'
import { markedDisabled } from '../../systems/lambda/marker'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import type { LogsWish } from '../disable-logs/settings'
import type { Traffic } from '../publish-alias/traffic'
import {
  bothFound,
  type Darkness,
  darknessOf,
  findDarkness,
  type LightSubject,
} from '../roles/darkness'
import { type DisablingInspection, inspectDisabling } from './disabling-logs'
import type { Inspected } from './inspect'
import { inspectLeaving, type LeavingInspection } from './restoring-logs'

export interface LogsInspection extends DisablingInspection, LeavingInspection {
  readonly wish: LogsWish
  /** Which versions traffic reaches, by ARN of the function; `undefined` in `mode: remove`. */
  readonly traffic: Promise<ReadonlyMap<string, Traffic>> | undefined
}

/**
 * @returns the functions with what was found; in `apply` whether they are dark is asked beside, and no write waits for it
 */
export async function inspectLogs(
  inspected: readonly Inspected[],
  context: LogsInspection,
): Promise<readonly Inspected[]> {
  const found = findAllDarkness(inspected, context)
  const lit = inspected.map((one): Inspected => {
    const { fn } = one
    if (fn === undefined) return one
    const darkness = async () => darknessOf(fn, await found)
    return { ...one, logs: { ...one.logs, darkness } }
  })
  if (context.mode === 'remove') return inspectLeaving(lit, context)
  return context.wish.kind === 'keep' ? lit : inspectDisabling(lit, context.wish, context)
}

/** What could not be checked, for the report; asked at the end of a run. */
export async function darknessNotes(inspected: readonly Inspected[]): Promise<readonly string[]> {
  const found = await Promise.all(inspected.map(({ logs }) => logs.darkness()))
  const whys = found.flatMap((one) => (one.kind === 'not-checked' ? [one.why] : []))
  const [why] = whys
  return why === undefined
    ? []
    : [
        `CloudWatch Logs: not checked for ${String(whys.length)} of ${String(found.length)} functions whether they can write their logs without Rotel (${why}).`,
      ]
}

/**
 * Of functions, and of the versions that traffic reaches where one is dark, marked as disabled, or without Rotel: role and
 * log group are theirs too.
 */
async function findAllDarkness(
  inspected: readonly Inspected[],
  { lambda, mode, denyPolicyArn, roles, traffic }: LogsInspection,
): Promise<ReadonlyMap<string, Darkness>> {
  // Before Rotel leaves for good, IAM is asked about each of them anyway.
  const asked = mode === 'remove' ? inspected.filter(({ kind }) => kind === 'refused') : inspected
  const functions = asked.flatMap(({ fn }) => fn ?? [])
  const latest = await findDarkness(
    functions.map((fn) => ({ fn })),
    denyPolicyArn,
    roles,
  )
  const reached = await traffic
  const suspects = functions.filter((fn) => {
    const isMarked = markedDisabled(fn) !== undefined && hasWorkingRotel(fn)
    const known = reached?.get(fn.arn.text)
    const isBypassed = known?.kind === 'known' && known.uninstrumented.length > 0
    return isMarked || isBypassed || darknessOf(fn, latest).kind === 'dark'
  })
  const unread = new Map<string, Darkness>()
  const versions = await Promise.all(
    suspects.map(async (fn): Promise<readonly LightSubject[]> => {
      const routed = await lambda.routedVersions(fn.arn)
      if (!routed.ok) {
        unread.set(fn.arn.text, {
          kind: 'not-checked',
          reason: readRefusal(routed.fault).reason,
          why: `versions in use: ${faultName(routed.fault)}`,
        })
        return []
      }
      return routed.value
        .filter(({ version }) => version !== '$LATEST')
        .map(({ fn: published, version, via }) => ({
          fn: published,
          version: `${version} (${via.join(', ')})`,
        }))
    }),
  )
  const published = await findDarkness(versions.flat(), denyPolicyArn, roles)
  return bothFound(bothFound(latest, published), unread)
}
