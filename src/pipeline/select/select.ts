/** Selects the existing functions that the input `functions` names or matches. */

import { byText } from '../../model/order'
import type { Selector, Targets } from './targets'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Problem } from '../../model/problem'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { readRefusal, type Refusal } from '../../model/refusal'
import { credentialsProblem, type CredentialsRefusal } from './credentials'
import { matchesPattern } from './pattern'

export type Target =
  | {
      readonly kind: 'found'
      readonly fn: LambdaFunction
      /** Named by the user, not matched by a pattern. */
      readonly named: boolean
      /** Read by GetFunction: ListFunctions leaves out the state and the reserved concurrency. */
      readonly complete: boolean
    }
  | ({ readonly kind: 'missing'; readonly name: string; readonly region: string } & Refusal)

export type Selection =
  | { readonly ok: true; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

type Pattern = Extract<Selector, { kind: 'pattern' }>
type Named = Extract<Selector, { kind: 'name' | 'arn' }>

/** Cost: ListFunctions where there is a pattern (50 functions a call), otherwise one GetFunction for each name. */
export async function selectFunctions(targets: Targets, lambda: LambdaControl): Promise<Selection> {
  const patterns = targets.selectors.filter((s): s is Pattern => s.kind === 'pattern')
  const named = targets.selectors.filter((s): s is Named => s.kind === 'name' || s.kind === 'arn')
  const excludes = targets.selectors.filter((s) => s.kind === 'exclude')
  const isExcluded = (name: string) => excludes.some((e) => matchesPattern(e.pattern, name))

  const listed = new Map<string, readonly LambdaFunction[]>()
  const unknownCaller: CredentialsRefusal[] = []
  if (patterns.length > 0) {
    const problems: Problem[] = []
    await Promise.all(
      targets.regions.map(async (region) => {
        const answer = await lambda.list(region)
        if (answer.ok) listed.set(region, answer.value)
        else if (answer.fault.kind === 'unauthenticated') {
          unknownCaller.push({ region, detail: readRefusal(answer.fault).detail })
        } else {
          problems.push({
            input: 'functions',
            message: `The functions in ${region} cannot be listed, so patterns cannot be matched (${readRefusal(answer.fault).detail}).`,
          })
        }
      }),
    )
    if (unknownCaller.length > 0) {
      return { ok: false, problems: [credentialsProblem(unknownCaller, [...listed.keys()])] }
    }
    if (problems.length > 0) return { ok: false, problems }
  }

  const byName = await Promise.all(
    named
      .filter((selector) => !isExcluded(selector.name))
      .map((selector) => lookUp(selector, targets.regions, listed, lambda)),
  )
  for (const target of byName.flat()) {
    if (target.kind === 'missing' && target.reason === 'credentials-refused') {
      unknownCaller.push({ region: target.region, detail: target.detail })
    }
  }
  if (unknownCaller.length > 0) {
    const refused = new Set(unknownCaller.map(({ region }) => region))
    const accepted = byName
      .flat()
      .map(regionOf)
      .filter((region) => !refused.has(region))
    return { ok: false, problems: [credentialsProblem(unknownCaller, [...new Set(accepted)])] }
  }
  const matches = patterns.map((pattern) => ({
    pattern,
    found: [...listed.values()].flatMap((functions) =>
      functions.filter(({ arn }) => matchesPattern(pattern.pattern, arn.name)),
    ),
  }))
  const problems: Problem[] = matches
    .filter(({ found }) => found.length === 0)
    .map(({ pattern }) => ({
      input: 'functions',
      message: `\`${pattern.text}\` does not match any function in ${targets.regions.join(', ')}.`,
    }))
  const byPattern = matches
    .flatMap(({ found }) => found)
    .filter(({ arn }) => !isExcluded(arn.name))
    .sort((a, b) => byText(a.arn.text, b.arn.text))
    .map((fn): Target => ({ kind: 'found', fn, named: false, complete: false }))

  const selected = withoutDuplicates([...byName.flat(), ...byPattern])
  if (problems.length === 0 && selected.length === 0) {
    problems.push({
      input: 'functions',
      message: '`functions` excludes all functions that it selects.',
    })
  }
  if (selected.length > targets.maxFunctions) {
    problems.push({
      input: 'max-functions',
      message: `\`functions\` selects ${String(selected.length)} functions, but \`max-functions\` is ${String(targets.maxFunctions)}. Narrow the patterns, or raise \`max-functions\`.`,
    })
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, targets: selected }
}

/** A name is looked up in every region and may be in several; it is missing only if it is in none. */
async function lookUp(
  selector: Named,
  regions: readonly string[],
  listed: ReadonlyMap<string, readonly LambdaFunction[]>,
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
