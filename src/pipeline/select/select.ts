/** Selects the existing functions that the inputs name or match: `functions`, `function-tags`, `stack`, `shard`. */

import { atOnce } from '../../model/at-once'
import { byText } from '../../model/order'
import type { Selector, Targets } from './targets'
import type { Target } from './target'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Problem } from '../../model/problem'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { readRefusal } from '../../model/refusal'
import { credentialsProblem, type CredentialsRefusal } from './credentials'
import { matchesPattern } from './pattern'
import { inShard, type Sharing } from './shard'
import { filterByTags, type TagSelection } from './tag-filter'
import type { TaggedFunctions } from './tagged-functions'

export type Selection =
  | {
      readonly ok: true
      readonly targets: readonly Target[]
      /** Where this run takes a share of them; there may be none in it. */
      readonly sharing: Sharing | undefined
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export interface SelectContext {
  readonly lambda: LambdaControl
  readonly tagged: TaggedFunctions
}

type Pattern = Extract<Selector, { kind: 'pattern' }>
type Named = Extract<Selector, { kind: 'name' | 'arn' }>
type Listed = ReadonlyMap<string, readonly LambdaFunction[]>

/** More than the quota lets through at a time: thousands of questions that wait would only take memory. */
const NAMES_AT_ONCE = 500

/**
 * Cost: ListFunctions where there is a pattern, tag or stack (50 functions a call), otherwise one GetFunction for each
 * name; GetResources where there is a tag or stack (100 functions a call).
 */
export async function selectFunctions(
  targets: Targets,
  { lambda, tagged }: SelectContext,
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
    found: [...listed.values()].flatMap((functions) =>
      functions.filter((fn) => matchesPattern(pattern.pattern, fn.arn.name) && hasTags(fn)),
    ),
  }))
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
    .map((fn): Target => ({ kind: 'found', fn, named: false, complete: false }))

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
  return problems.length > 0 ? { ok: false, problems } : { ok: true, targets: share, sharing }
}

const EMPTY = { listed: new Map<string, readonly LambdaFunction[]>(), problems: [], refused: [] }

async function listRegions(
  regions: readonly string[],
  lambda: LambdaControl,
): Promise<{
  readonly listed: Listed
  readonly problems: readonly Problem[]
  readonly refused: readonly CredentialsRefusal[]
}> {
  const listed = new Map<string, readonly LambdaFunction[]>()
  const problems: Problem[] = []
  const refused: CredentialsRefusal[] = []
  await Promise.all(
    regions.map(async (region) => {
      const answer = await lambda.list(region)
      if (answer.ok) listed.set(region, answer.value)
      else if (answer.fault.kind === 'unauthenticated') {
        refused.push({ region, detail: readRefusal(answer.fault).detail })
      } else {
        problems.push({
          input: 'functions',
          message: `The functions in ${region} cannot be listed, so patterns, tags and stacks cannot be matched (${readRefusal(answer.fault).detail}).`,
        })
      }
    }),
  )
  return { listed, problems, refused }
}

/** Where a function could not be read because AWS does not know the caller, this concerns the run, not the function. */
function refusedCredentials(targets: readonly Target[]): Problem | undefined {
  const refused = targets.flatMap((target) =>
    target.kind === 'missing' && target.reason === 'credentials-refused'
      ? [{ region: target.region, detail: target.detail }]
      : [],
  )
  if (refused.length === 0) return undefined
  const regions = new Set(refused.map(({ region }) => region))
  const accepted = targets.map(regionOf).filter((region) => !regions.has(region))
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
  targets: readonly Target[],
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
): Promise<readonly Target[]> {
  const places = selector.kind === 'arn' ? [selector.region] : regions
  const found = await Promise.all(
    places.map(async (region): Promise<Target> => {
      const known = listed.get(region)?.find(({ arn }) => isSelected(arn, selector))
      if (known) return { kind: 'found', fn: known, named: true, complete: false }
      const answer = await lambda.get(
        region,
        selector.kind === 'arn' ? selector.text : selector.name,
      )
      return answer.ok
        ? { kind: 'found', fn: answer.value, named: true, complete: true }
        : { kind: 'missing', name: selector.name, region, ...readRefusal(answer.fault) }
    }),
  )
  const there = found.filter((t) => t.kind === 'found' || t.reason !== 'not-found')
  return there.length > 0 ? there : found.slice(0, 1)
}

function regionOf(target: Target): string {
  return target.kind === 'found' ? target.fn.arn.region : target.region
}

function isSelected(arn: LambdaFunction['arn'], selector: Named): boolean {
  return (
    arn.name === selector.name && (selector.kind === 'name' || arn.account === selector.account)
  )
}

function withoutDuplicates(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>()
  return targets.filter((target) => {
    const key = target.kind === 'found' ? target.fn.arn.text : `${target.region} ${target.name}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
