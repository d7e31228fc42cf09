/** Who runs with a role: functions, and published versions that traffic reaches, in the regions that a run looks at. */

import { readRefusal, type Refusal } from '../../model/refusal'
import { succeeded } from '../../model/result'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { readRegion, type RegionFunctions } from '../select/region-functions'

export interface RoleUser {
  /** `$LATEST`, or the number of a version that something points to. */
  readonly version: string
  /** What does; empty for `$LATEST`. */
  readonly via: readonly string[]
  /** The version’s own configuration. */
  readonly fn: LambdaFunction
}

export interface RoleUsers {
  /** All functions of the regions with the role, however configured. */
  usersOf(roleArn: string): Promise<readonly RoleUser[] | Refusal>
  /** Functions with the role in the regions that were listed already, which costs nothing. */
  listedWith(roleArn: string): readonly LambdaFunction[]
  readonly regions: readonly string[]
}

/**
 * Reads the regions once, when somebody asks first: one call for 50 functions and versions.
 * @param known regions that were listed a moment ago
 * @param since what leads to versions is not known from before this time (ms since the epoch), see `LambdaControl`
 */
export function roleUsers(
  regions: readonly string[],
  lambda: Pick<LambdaControl, 'listVersions' | 'routedVersions'>,
  {
    known = new Map(),
    since,
  }: {
    readonly known?: ReadonlyMap<string, RegionFunctions>
    readonly since?: number | undefined
  } = {},
): RoleUsers {
  let listed: ReturnType<typeof readRegions> | undefined
  const asked = new Map<string, Promise<readonly RoleUser[] | Refusal>>()
  const usersOf = (roleArn: string) => {
    const found = asked.get(roleArn)
    if (found) return found
    listed ??= readRegions(regions, lambda, known)
    const fresh = findUsers(roleArn, listed, (arn) => lambda.routedVersions(arn, since))
    asked.set(roleArn, fresh)
    return fresh
  }
  const listedWith = (roleArn: string) =>
    regions.flatMap((region) =>
      (known.get(region)?.latest ?? []).filter((fn) => fn.roleArn === roleArn),
    )
  return { usersOf, listedWith, regions }
}

async function readRegions(
  regions: readonly string[],
  lambda: Pick<LambdaControl, 'listVersions'>,
  known: ReadonlyMap<string, RegionFunctions>,
): Promise<readonly RegionFunctions[] | Refusal> {
  const lists = await Promise.all(
    regions.map((region) => {
      const listed = known.get(region)
      return listed ? Promise.resolve(succeeded(listed)) : readRegion(region, lambda)
    }),
  )
  const all: RegionFunctions[] = []
  for (const list of lists) {
    if (!list.ok) {
      const { reason, detail } = readRefusal(list.fault)
      return { reason, detail: `which functions share the role was not checked: ${detail}` }
    }
    all.push(list.value)
  }
  return all
}

async function findUsers(
  roleArn: string,
  listed: ReturnType<typeof readRegions>,
  routedVersions: LambdaControl['routedVersions'],
): Promise<readonly RoleUser[] | Refusal> {
  const all = await listed
  if ('reason' in all) return all
  const users: RoleUser[] = all
    .flatMap(({ latest }) => latest.filter((fn) => fn.roleArn === roleArn))
    .map((fn) => ({ version: '$LATEST', fn, via: [] }))
  const published = all.flatMap((region) =>
    [...region.published.values()].flatMap((versions) => {
      const one = versions.find((version) => version.roleArn === roleArn)
      return one ? [one.arn] : []
    }),
  )
  const routed = await Promise.all(published.map((arn) => routedVersions(arn)))
  for (const answer of routed) {
    if (!answer.ok) {
      const { reason, detail } = readRefusal(answer.fault)
      return { reason, detail: `which versions are in use was not checked: ${detail}` }
    }
    for (const { version, via, fn } of answer.value) {
      if (version !== '$LATEST' && fn.roleArn === roleArn) users.push({ version, via, fn })
    }
  }
  return users
}

/** `orders`, or `version 3 of orders (alias live)`. */
export function userText({ fn, version, via }: RoleUser): string {
  const { name } = fn.arn
  return version === '$LATEST' ? name : `version ${version} of ${name} (${via.join(', ')})`
}

/** Tells users apart. */
export function userKey({ fn, version }: RoleUser): string {
  return `${fn.arn.text}:${version}`
}
