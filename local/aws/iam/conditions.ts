/** The Condition element: string, ARN, Bool and Null operators, with IfExists, ForAnyValue and ForAllValues. */
import { isRecord } from '../protocol/text'
import { matchesArn, matchesPattern, type PatternOptions } from './policy-patterns'

type Comparison = (wanted: string, actual: string, options: PatternOptions) => boolean

const sameText: Comparison = (wanted, actual, options) =>
  matchesPattern(wanted, actual, { ...options, wildcards: false })

const sameTextAnyCase: Comparison = (wanted, actual, options) =>
  matchesPattern(wanted, actual, { ...options, wildcards: false, ignoreCase: true })

const likeText: Comparison = (wanted, actual, options) =>
  matchesPattern(wanted, actual, { ...options, wildcards: true })

/** ArnEquals takes wildcards as well: it is the same as ArnLike. */
const likeArn: Comparison = (wanted, actual, options) =>
  matchesArn(wanted, actual, { ...options, wildcards: true })

const COMPARISONS: ReadonlyMap<
  string,
  { readonly compare: Comparison; readonly negated: boolean }
> = new Map([
  ['StringEquals', { compare: sameText, negated: false }],
  ['StringNotEquals', { compare: sameText, negated: true }],
  ['StringEqualsIgnoreCase', { compare: sameTextAnyCase, negated: false }],
  ['StringNotEqualsIgnoreCase', { compare: sameTextAnyCase, negated: true }],
  ['StringLike', { compare: likeText, negated: false }],
  ['StringNotLike', { compare: likeText, negated: true }],
  ['ArnEquals', { compare: likeArn, negated: false }],
  ['ArnLike', { compare: likeArn, negated: false }],
  ['ArnNotEquals', { compare: likeArn, negated: true }],
  ['ArnNotLike', { compare: likeArn, negated: true }],
  ['Bool', { compare: sameTextAnyCase, negated: false }],
])

interface Operator {
  readonly set: 'ForAnyValue' | 'ForAllValues' | undefined
  readonly name: string
  readonly ifExists: boolean
}

/**
 * Do all conditions hold? Keys that the context lacks are added to `options.missing`; so are those of an operator that is
 * not modelled, which never holds.
 */
export function conditionHolds(condition: unknown, options: PatternOptions): boolean {
  if (!isRecord(condition)) return true
  let holds = true
  for (const [text, keys] of Object.entries(condition)) {
    const operator = readOperator(text)
    for (const [key, wanted] of isRecord(keys) ? Object.entries(keys) : []) {
      // All are looked at: every key that is missing is to be reported.
      if (!keyHolds(operator, key, valuesOf(wanted), options)) holds = false
    }
  }
  return holds
}

function keyHolds(
  operator: Operator,
  key: string,
  wanted: readonly string[],
  options: PatternOptions,
): boolean {
  const actual = options.context.get(key.toLowerCase()) ?? []
  if (actual.length === 0) options.missing.add(key)
  if (operator.name === 'Null') {
    return wanted.some((value) => (value.toLowerCase() === 'true') === (actual.length === 0))
  }
  const comparison = COMPARISONS.get(operator.name)
  if (comparison === undefined) {
    options.missing.add(key)
    return false
  }
  const { compare, negated } = comparison
  if (actual.length === 0) {
    if (operator.ifExists || operator.set === 'ForAllValues') return true
    return negated && operator.set === undefined
  }
  const fits = (value: string): boolean =>
    wanted.some((candidate) => compare(candidate, value, options)) !== negated
  const everyOne = operator.set === 'ForAllValues' || (operator.set === undefined && negated)
  return everyOne ? actual.every(fits) : actual.some(fits)
}

function readOperator(text: string): Operator {
  const found = /^(?:(ForAnyValue|ForAllValues):)?(.+?)(IfExists)?$/.exec(text)
  const set = found?.[1]
  return {
    set: set === 'ForAnyValue' || set === 'ForAllValues' ? set : undefined,
    name: found?.[2] ?? text,
    ifExists: found?.[3] !== undefined,
  }
}

function valuesOf(wanted: unknown): readonly string[] {
  return (Array.isArray(wanted) ? (wanted as unknown[]) : [wanted]).map(String)
}
