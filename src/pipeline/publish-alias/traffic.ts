/**
 * Published versions that traffic reaches and that do not carry Rotel: a proof of `$LATEST` tells nothing of them.
 */

import { readRefusal } from '../../model/refusal'
import type { Result } from '../../model/result'
import type { Routes } from '../../systems/lambda/lambda-control'
import { goesThrough } from '../../systems/lambda/routes'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { PublishedVersion } from '../select/region-functions'
import type { Target } from '../select/target'

export interface UninstrumentedVersion {
  readonly version: string
  /** What leads to it, such as `alias live`; `SnapStart` where a function starts from snapshots, which versions alone have. */
  readonly via: readonly string[]
}

/** What reaches the function beside calls of its plain name. */
export type Traffic =
  | { readonly kind: 'known'; readonly uninstrumented: readonly UninstrumentedVersion[] }
  | { readonly kind: 'not-checked'; readonly why: string }

const ALL_INSTRUMENTED: Traffic = { kind: 'known', uninstrumented: [] }

/** The newest version is meant to be called where a function starts from snapshots. */
const SNAPSHOT = 'SnapStart'

/**
 * Asks who points to what only where there is a version without Rotel.
 * @param routesOf see `LambdaControl`
 */
export async function findTraffic(
  { fn, published }: Extract<Target, { kind: 'found' }>,
  routesOf: (arn: FunctionArn) => Promise<Result<Routes>>,
): Promise<Traffic> {
  if (published.kind === 'not-checked') return published
  if (published.kind === 'not-asked')
    return { kind: 'not-checked', why: 'this mode does not read versions' }
  const { versions } = published
  const without = versions.filter(({ carriesRotel }) => !carriesRotel)
  if (without.length === 0) return ALL_INSTRUMENTED
  const routes = await routesOf(fn.arn)
  if (!routes.ok) return { kind: 'not-checked', why: readRefusal(routes.fault).detail }
  const newest = inOrder(versions).at(-1)
  return {
    kind: 'known',
    uninstrumented: inOrder(without).flatMap(({ version }) => {
      const isSnapshot = fn.snapStart && version === newest?.version
      const via = [...(routes.value.get(version) ?? []), ...(isSnapshot ? [SNAPSHOT] : [])]
      return via.length === 0 ? [] : [{ version, via }]
    }),
  }
}

/** `version 3 (alias live) does not carry Rotel`, of each. */
export function uninstrumentedText(versions: readonly UninstrumentedVersion[]): string {
  return versions
    .map(({ version, via }) => `version ${version} (${via.join(', ')}) does not carry Rotel`)
    .join('; ')
}

/** When a version with Rotel was published, and the alias leads to it. */
export function afterPublishing(
  versions: readonly UninstrumentedVersion[],
  alias: string,
): readonly UninstrumentedVersion[] {
  return versions.flatMap(({ version, via }) => {
    const left = via.filter((way) => way !== SNAPSHOT && !goesThrough(way, alias))
    return left.length === 0 ? [] : [{ version, via: left }]
  })
}

/** Of what could not be checked, one sentence for the whole run. */
export function trafficNotes(all: readonly Traffic[]): readonly string[] {
  const whys = all.flatMap((one) => (one.kind === 'not-checked' ? [one.why] : []))
  const [why] = whys
  return why === undefined
    ? []
    : [
        `Versions and aliases: not checked for ${String(whys.length)} of ${String(all.length)} functions whether traffic reaches a version without Rotel (${why}).`,
      ]
}

function inOrder(versions: readonly PublishedVersion[]): readonly PublishedVersion[] {
  return versions.toSorted((a, b) => Number(a.version) - Number(b.version))
}
