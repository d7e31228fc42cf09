/** Selects the existing functions that the inputs name or match: `functions`, `function-tags`, `stack`, `shard`. */

import { atOnce } from '../../model/at-once'
import { byText } from '../../model/order'
import type { Selector, Targets } from './targets'
import {
  type PublishedVersion,
  readNamed,
  readRegion,
  readVersions,
  type RegionFunctions,
} from './region-functions'
import type { Published, Target } from './target'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Problem } from '../../model/problem'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { REMEDIES } from '../../model/reason'
import { isEndOfRun, readRefusal, type Refusal } from '../../model/refusal'
import { credentialsProblem, type CredentialsRefusal } from './credentials'
import { matchesPattern } from './pattern'
import { inShard, type Sharing } from './shard'
import { filterByTags, type TagSelection } from './tag-filter'
import type { TaggedFunctions } from './tagged-functions'
import { withoutEffect } from './without-effect'

export type Selection =
  | {
      readonly ok: true
      readonly targets: readonly Target[]
      /** Where this run takes a share of them; there may be none in it. */
      readonly sharing: Sharing | undefined
      /** By region, where they had to be listed. */
      readonly listed: ReadonlyMap<string, RegionFunctions>
      /** In sentences. */
      readonly warnings: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface SelectContext {
  /** Whether published versions are asked for, too. */
  readonly wantsVersions: boolean
  /** Names and patterns of functions that have a payload of their own. */
  readonly payloads: readonly string[]
  readonly lambda: LambdaControl
  readonly tagged: TaggedFunctions
}

type Pattern = Extract<Selector, { kind: 'pattern' }>
type Named = Extract<Selector, { kind: 'name' | 'arn' }>
type Listed = ReadonlyMap<string, RegionFunctions>
/** Before its published versions are known. */
type Found = Omit<Extract<Target, { kind: 'found' }>, 'published'>
type Sought = Found | Extract<Target, { kind: 'missing' }>

/** More than the quota lets through at a time: thousands of questions that wait would only take memory. */
const NAMES_AT_ONCE = 500

/**
 * Cost: ListFunctions where there is a pattern, tag or stack (50 functions and versions a call), otherwise one GetFunction
 * for each name, and for the versions ListFunctions or ListVersionsByFunction, whichever is cheaper; GetResources where
 * there is a tag or stack (100 functions a call).
 */
export async function selectFunctions(
  targets: Targets,
  { wantsVersions, payloads, lambda, tagged }: SelectContext,
): Promise<Selection> {
  const { selectors, shard } = targets
  const patterns = selectors.filter((s): s is Pattern => s.kind === 'pattern')
  const named = selectors.filter((s): s is Named => s.kind === 'name' || s.kind === 'arn')
  const excludes = selectors.filter((s) => s.kind === 'exclude')
  const isExcluded = (name: string) => excludes.some((e) => matchesPattern(e.pattern, name))

  const byTags = await filterByTags(targets, tagged)
  const isByTagsAlone = patterns.length === 0 && named.length === 0
  const isListed = patterns.length > 0 || (byTags !== undefined && isByTagsAlone)
  const list = isListed ? await listRegions(targets.regions, lambda) : EMPTY
  const namedVersions =
    isListed || !wantsVersions ? NO_VERSIONS : versionsOfNamed(named, targets.regions, lambda)
  const { listed } = list
  const refused = [...(byTags?.refused ?? []), ...list.refused]
  if (refused.length > 0) {
    return { ok: false, problems: [credentialsProblem(refused, [...listed.keys()])] }
  }
  const unread = [...(byTags?.problems ?? []), ...list.problems]
  if (unread.length > 0) return { ok: false, problems: unread }

  const byName = await atOnce(
    NAMES_AT_ONCE,
    named.filter((selector) => !isExcluded(selector.name)),
    (selector) => lookUp(selector, targets.regions, listed, lambda),
  )
  const unknownCaller = refusedCredentials(byName.flat())
  if (unknownCaller) return { ok: false, problems: [unknownCaller] }
  const hasTags = ({ arn }: LambdaFunction) => byTags?.arns.has(arn.text) ?? true
  const everything: Pattern = { kind: 'pattern', text: '*', pattern: '*' }
  const matches = (isByTagsAlone && byTags ? [everything] : patterns).map((pattern) => ({
    pattern,
    found: [...listed.values()].flatMap(({ latest }) =>
      latest.filter((fn) => matchesPattern(pattern.pattern, fn.arn.name) && hasTags(fn)),
    ),
  }))
  const warnings = withoutEffect(
    { excludes: excludes.map(({ pattern }) => pattern), payloads },
    new Set([
      ...named.map(({ name }) => name),
      ...matches.flatMap(({ found }) => found.map(({ arn }) => arn.name)),
    ]),
  )
  const problems: Problem[] = [
    ...matches
      .filter(({ found }) => found.length === 0)
      .map(({ pattern }) => withoutMatch(pattern, byTags, targets)),
    ...untagged(byName.flat(), hasTags, byTags),
  ]
  const byPattern = matches
    .flatMap(({ found }) => found)
    .filter(({ arn }) => !isExcluded(arn.name))
    .sort((a, b) => byText(a.arn.text, b.arn.text))
    .map((fn): Found => ({ kind: 'found', fn, named: false, complete: false }))

  const selected = withoutDuplicates([...byName.flat(), ...byPattern])
  if (problems.length === 0 && selected.length === 0) {
    problems.push({
      input: 'functions',
      message: '`functions` excludes all functions that are selected.',
    })
  }
  const { targets: share, sharing } =
    shard === undefined ? { targets: selected, sharing: undefined } : inShard(selected, shard)
  if (share.length > targets.maxFunctions) problems.push(tooMany(share.length, targets))
  if (problems.length > 0) return { ok: false, problems }
  const known = new Map([
    ...(await namedVersions),
    ...[...listed.values()].flatMap(({ latest, published }) =>
      latest.map(({ arn }) => [arn.text, published.get(arn.text) ?? []] as const),
    ),
  ])
  const withVersions = share.map(async (one): Promise<Target> => {
    if (one.kind === 'missing') return one
    const qualified = await atQualifier(one, targets.qualifier, lambda)
    if (qualified.kind === 'missing') return qualified
    if (!wantsVersions) return { ...qualified, published: { kind: 'not-asked' } }
    return { ...qualified, published: await publishedOf(one.fn, known, lambda) }
  })
  return {
    ok: true,
    targets: await Promise.all(withVersions),
    sharing,
    listed,
    warnings,
  }
}

const EMPTY = { listed: new Map<string, RegionFunctions>(), problems: [], refused: [] }
const NO_VERSIONS: Promise<Versions> = Promise.resolve(new Map())

type Versions = ReadonlyMap<string, readonly PublishedVersion[]>

/** Functions that are named, by ARN, as far as lists of their regions tell. */
async function versionsOfNamed(
  named: readonly Named[],
  regions: readonly string[],
  lambda: LambdaControl,
): Promise<Versions> {
  const places = named.flatMap((one) =>
    (one.kind === 'arn' ? [one.region] : regions).map((region) => ({ region, name: one.name })),
  )
  const found = await Promise.all(
    [...new Set(places.map(({ region }) => region))].map((region) => {
      const names = places.filter((place) => place.region === region).map(({ name }) => name)
      return readNamed(region, new Set(names), lambda)
    }),
  )
  return new Map(found.flatMap((one) => [...one]))
}

/** Each version has a configuration of its own. */
async function atQualifier(
  one: Found,
  qualifier: string | undefined,
  lambda: LambdaControl,
): Promise<Sought> {
  if (qualifier === undefined || qualifier === '$LATEST') return one
  const { region, text, name } = one.fn.arn
  const read = await lambda.get(region, text, qualifier)
  if (read.ok) return { ...one, fn: read.value, complete: true }
  const refusal = readRefusal(read.fault)
  return {
    kind: 'missing',
    name,
    region,
    ...refusal,
    ...(refusal.reason === 'not-found' && {
      detail: `the function has no version or alias ${qualifier}`,
    }),
  }
}

async function publishedOf(
  { arn }: LambdaFunction,
  known: Versions,
  lambda: LambdaControl,
): Promise<Published> {
  const listed = known.get(arn.text)
  if (listed) return { kind: 'known', versions: listed }
  const read = await readVersions(arn, lambda)
  return read.ok
    ? { kind: 'known', versions: read.value }
    : { kind: 'not-checked', why: readRefusal(read.fault).detail }
}

async function listRegions(
  regions: readonly string[],
  lambda: LambdaControl,
): Promise<{
  readonly listed: Listed
  readonly problems: readonly Problem[]
  readonly refused: readonly CredentialsRefusal[]
}> {
  const listed = new Map<string, RegionFunctions>()
  const problems: Problem[] = []
  const refused: CredentialsRefusal[] = []
  await Promise.all(
    regions.map(async (region) => {
      const answer = await readRegion(region, lambda)
      if (answer.ok) listed.set(region, answer.value)
      else {
        const { reason, detail } = readRefusal(answer.fault)
        if (reason === 'credentials-refused') refused.push({ region, detail })
        else {
          problems.push(unlisted(region, { reason, detail }))
        }
      }
    }),
  )
  return { listed, problems, refused }
}

function unlisted(region: string, { reason, detail }: Refusal): Problem {
  const what = `The functions in ${region} cannot be listed, so patterns, tags and stacks cannot be matched (${detail}).`
  return isEndOfRun({ reason })
    ? { input: undefined, message: `${what} ${REMEDIES[reason]}` }
    : { input: 'functions', message: what }
}

/** Where a function could not be read because AWS does not know the caller, this concerns the run, not the function. */
function refusedCredentials(targets: readonly Sought[]): Problem | undefined {
  const refused = targets.flatMap((target) =>
    target.kind === 'missing' && target.reason === 'credentials-refused'
      ? [{ region: target.region, detail: target.detail }]
      : [],
  )
  if (refused.length === 0) return undefined
  const regions = new Set(refused.map(({ region }) => region))
  const accepted = targets
    .filter((target) => target.kind === 'found' || !isEndOfRun(target))
    .map(regionOf)
    .filter((region) => !regions.has(region))
  return credentialsProblem(refused, [...new Set(accepted)])
}

function withoutMatch(
  { text }: Pattern,
  byTags: TagSelection | undefined,
  { regions, selectors }: Targets,
): Problem {
  const where = regions.join(', ')
  if (byTags === undefined) {
    return {
      input: 'functions',
      message: `\`${text}\` does not match any function in ${where}.`,
    }
  }
  return selectors.some(({ kind }) => kind === 'pattern')
    ? {
        input: 'functions',
        message: `\`${text}\` does not match any function in ${where} with ${byTags.text}.`,
      }
    : { input: byTags.input, message: `No function in ${where} has ${byTags.text}.` }
}

/** Who names a function expects it to be in the run: it is not left out silently. */
function untagged(
  targets: readonly Sought[],
  hasTags: (fn: LambdaFunction) => boolean,
  byTags: TagSelection | undefined,
): readonly Problem[] {
  if (byTags === undefined) return []
  return targets.flatMap((target) =>
    target.kind === 'missing' || hasTags(target.fn)
      ? []
      : [
          {
            input: 'functions',
            message: `\`functions\` names ${target.fn.arn.name} (${target.fn.arn.region}), which is not among the functions with ${byTags.text}. A function must be selected by all of \`functions\`, \`function-tags\` and \`stack\`.`,
          },
        ],
  )
}

function tooMany(count: number, { maxFunctions }: Targets): Problem {
  return {
    input: 'max-functions',
    message: `${String(count)} functions are selected, but \`max-functions\` is ${String(maxFunctions)}. Narrow the selection, or raise \`max-functions\`.`,
  }
}

/** A name is looked up in every region and may be in several; it is missing only if it is in none. */
async function lookUp(
  selector: Named,
  regions: readonly string[],
  listed: Listed,
  lambda: LambdaControl,
): Promise<readonly Sought[]> {
  const places = selector.kind === 'arn' ? [selector.region] : regions
  const found = await Promise.all(
    places.map(async (region): Promise<Sought> => {
      const known = listed.get(region)?.latest.find(({ arn }) => isSelected(arn, selector))
      if (known) return { kind: 'found', fn: known, named: true, complete: false }
      const answer = await lambda.get(
        region,
        selector.kind === 'arn' ? selector.text : selector.name,
      )
      return answer.ok
        ? { kind: 'found', fn: answer.value, named: true, complete: true }
        : {
            kind: 'missing',
            name: selector.name,
            region,
            ...readRefusal(answer.fault, places.join(', ')),
          }
    }),
  )
  const there = found.filter((t) => t.kind === 'found' || t.reason !== 'not-found')
  return there.length > 0 ? there : found.slice(0, 1)
}

function regionOf(target: Sought): string {
  return target.kind === 'found' ? target.fn.arn.region : target.region
}

function isSelected(arn: LambdaFunction['arn'], selector: Named): boolean {
  return (
    arn.name === selector.name && (selector.kind === 'name' || arn.account === selector.account)
  )
}

function withoutDuplicates(targets: readonly Sought[]): readonly Sought[] {
  const seen = new Set<string>()
  return targets.filter((target) => {
    const key = target.kind === 'found' ? target.fn.arn.text : `${target.region} ${target.name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
