/**
 * The newest layer version, from the release notes of the extension: a table of regions is added to them after the
 * layers have been published, so a fresh release can lack it for minutes.
 * Source: rotel-dev/rotel-lambda-extension, scripts/update-release-layer-versions.sh.
 */

import type { Architecture } from '../lambda/lambda-function'
import type { LatestVersions } from './layers'
import type { Result } from '../../model/result'

export const RELEASES_REPOSITORY = { owner: 'rotel-dev', repo: 'rotel-lambda-extension' } as const

export interface Release {
  readonly tag: string
  readonly draft: boolean
  readonly prerelease: boolean
  readonly notes: string
}

const STABLE_TAG = /^v(\d+)\.(\d+)\.(\d+)$/

/** Looks each region and architecture up in the newest stable release whose notes have a number for it. */
export function latestVersions(releases: readonly Release[]): LatestVersions {
  const tables = releases
    .filter(({ tag, draft, prerelease }) => !draft && !prerelease && STABLE_TAG.test(tag))
    .sort((a, b) => compareTags(b.tag, a.tag))
    .map(({ notes }) => versionTable(notes))
  return (region, architecture) => {
    for (const table of tables) {
      const version = table.get(region)?.[architecture]
      if (version !== undefined) return version
    }
    return undefined
  }
}

type Versions = Partial<Record<Architecture, number>>

/** Rows of the form `| us-east-1 | 7 | 7 |`: region, x86-64, arm64. A cell may be `N/A`. */
function versionTable(notes: string): ReadonlyMap<string, Versions> {
  const table = new Map<string, Versions>()
  for (const line of notes.split('\n')) {
    const [, region, x86, arm] =
      /^\s*\|\s*([a-z]{2}-[a-z]+-\d)\s*\|\s*(\d+|N\/A)\s*\|\s*(\d+|N\/A)\s*\|/.exec(line) ?? []
    if (region === undefined || x86 === undefined || arm === undefined) continue
    table.set(region, {
      ...(x86 === 'N/A' ? {} : { x86_64: Number(x86) }),
      ...(arm === 'N/A' ? {} : { arm64: Number(arm) }),
    })
  }
  return table
}

function compareTags(a: string, b: string): number {
  const parts = (tag: string) => (STABLE_TAG.exec(tag) ?? []).slice(1).map(Number)
  const [left, right] = [parts(a), parts(b)]
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

export interface Releases {
  list(): Promise<Result<readonly Release[], string>>
}
