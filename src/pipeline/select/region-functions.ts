/**
 * The functions of a region, and of their published versions what decides: traffic may reach one that does not carry
 * Rotel, whatever `$LATEST` carries.
 */

import { type Result, succeeded } from '../../model/result'
import type { LambdaControl, ListedVersion } from '../../systems/lambda/lambda-control'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'

export interface PublishedVersion {
  /** Its number. */
  readonly version: string
  /** Of the function, without the version. */
  readonly arn: FunctionArn
  /** Of its own execution role, which may be an older one. */
  readonly roleArn: string | undefined
  /** Rotel is attached, and has an endpoint. */
  readonly carriesRotel: boolean
}

export interface RegionFunctions {
  readonly latest: readonly LambdaFunction[]
  /** By the unqualified ARN; functions without published versions are not in it. */
  readonly published: ReadonlyMap<string, readonly PublishedVersion[]>
}

type Lists = Pick<LambdaControl, 'listVersions'>

/** Cost: one call for 50 functions and versions. */
export async function readRegion(region: string, lambda: Lists): Promise<Result<RegionFunctions>> {
  const latest: LambdaFunction[] = []
  const published = new Map<string, PublishedVersion[]>()
  const read = await lambda.listVersions(region, (page) => {
    for (const { version, fn } of page) {
      if (version === '$LATEST') latest.push(fn)
    }
    addPublished(page, published)
    return true
  })
  return read.ok ? succeeded({ latest, published }) : read
}

/**
 * The published versions of named functions: the region is listed while that is not dearer than asking for each function
 * that is not found yet.
 * @returns by unqualified ARN, an empty list for a function without any; what is not in it was not found
 */
export async function readNamed(
  region: string,
  names: ReadonlySet<string>,
  lambda: Lists,
): Promise<ReadonlyMap<string, readonly PublishedVersion[]>> {
  const published = new Map<string, PublishedVersion[]>()
  const found = new Map<string, string>()
  const ended = new Set<string>()
  let pages = 0
  let last: string | undefined
  const seen = { inARow: false, apart: false }
  const read = await lambda.listVersions(region, (page) => {
    pages += 1
    for (const { version, fn } of page) {
      const { text, name } = fn.arn
      if (text === last && version !== '$LATEST') seen.inARow = true
      if (text !== last) {
        if (last !== undefined) ended.add(last)
        if (ended.has(text)) seen.apart = true
      }
      last = text
      if (version === '$LATEST' && names.has(name)) found.set(text, name)
    }
    addPublished(
      page.filter(({ fn }) => names.has(fn.arn.name)),
      published,
    )
    const past = seen.apart ? 0 : [...found.keys()].filter((text) => ended.has(text)).length
    return pages < names.size - past
  })
  if (!read.ok) return new Map()
  // In which order Lambda lists versions is not documented. Only where those of some function were seen in a row, and of
  // none apart, a part of the list tells which versions a function has.
  const isInRows = seen.inARow && !seen.apart
  const isKnown = (text: string) => read.value === 'all' || (isInRows && ended.has(text))
  return new Map(
    [...found.keys()].filter(isKnown).map((text) => [text, published.get(text) ?? []] as const),
  )
}

/** One function alone. */
export async function readVersions(
  arn: FunctionArn,
  lambda: Pick<LambdaControl, 'versionsOf'>,
): Promise<Result<readonly PublishedVersion[]>> {
  const read = await lambda.versionsOf(arn)
  if (!read.ok) return read
  const published = new Map<string, PublishedVersion[]>()
  addPublished(read.value, published)
  return succeeded(published.get(arn.text) ?? [])
}

function addPublished(
  page: readonly ListedVersion[],
  published: Map<string, PublishedVersion[]>,
): void {
  for (const { version, fn } of page) {
    if (version === '$LATEST') continue
    const { arn, roleArn } = fn
    const known = published.get(arn.text) ?? []
    known.push({ version, arn, roleArn, carriesRotel: hasWorkingRotel(fn) })
    published.set(arn.text, known)
  }
}
