/**
 * What IAM decides, written down a second time and without a line of src/: regular expressions instead of tables, one
 * decision at a time, in a given world of conditions and variables.
 */

export interface World {
  /** Whether a condition holds, by its text. */
  readonly holds: (condition: string) => boolean
  /** What every policy variable becomes. */
  readonly variable: string
}

export type Decision = 'allow' | 'deny' | 'none'

interface RawStatement {
  readonly Effect: string
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: unknown
}

export const WORLDS: readonly World[] = [
  { holds: () => true, variable: 'fn' },
  { holds: () => false, variable: 'fn' },
  { holds: () => true, variable: 'other' },
  { holds: (condition) => condition.length % 2 === 0, variable: '' },
]

export function decide(
  documents: Iterable<string>,
  action: string,
  resource: string,
  world: World,
): Decision {
  let decision: Decision = 'none'
  for (const statement of [...documents].flatMap(statementsOf)) {
    if (!applies(statement, action, resource, world)) continue
    if (statement.Effect === 'Deny') return 'deny'
    decision = 'allow'
  }
  return decision
}

/** As if there were no Deny: what a role can do once somebody takes the Deny away. */
export function allowsSomewhere(
  documents: Iterable<string>,
  action: string,
  resource: string,
): boolean {
  return [...documents]
    .flatMap(statementsOf)
    .filter(({ Effect }) => Effect === 'Allow')
    .some((statement) => WORLDS.some((world) => applies(statement, action, resource, world)))
}

/** With every variable standing for anything. */
export function entryReaches(entry: string, resource: string): boolean {
  return expression(whole(entry.replace(/\$\{.*?\}/g, '*')), '').test(resource)
}

const read = new Map<string, readonly RawStatement[]>()

function statementsOf(document: string): readonly RawStatement[] {
  const known = read.get(document)
  if (known !== undefined) return known
  const { Statement } = JSON.parse(document) as { Statement: RawStatement | RawStatement[] }
  if (read.size > 100) read.clear()
  read.set(document, list(Statement))
  return list(Statement)
}

function applies(
  { Action, NotAction, Resource, NotResource, Condition }: RawStatement,
  action: string,
  resource: string,
  { holds, variable }: World,
): boolean {
  const names = (pattern: string) =>
    expression(pattern.toLowerCase(), variable).test(action.toLowerCase())
  const reaches = (pattern: string) =>
    expression(whole(pattern.replace(/\$\{.*?\}/g, variable)), '').test(resource)
  const means = Action === undefined ? !list(NotAction).some(names) : list(Action).some(names)
  const isThere =
    Resource === undefined ? !list(NotResource).some(reaches) : list(Resource).some(reaches)
  return means && isThere && (Condition === undefined || holds(JSON.stringify(Condition)))
}

/** IAM fills an ARN that ends early up with wildcards, to six fields. */
function whole(pattern: string): string {
  const fields = pattern.split(':')
  if (fields[0] !== 'arn') return pattern
  while (fields.length < 6) fields.push('*')
  return fields.join(':')
}

const expressions = new Map<string, RegExp>()

function expression(pattern: string, variable: string): RegExp {
  const plain = pattern.replace(/\$\{.*?\}/g, variable)
  const known = expressions.get(plain)
  if (known !== undefined) return known
  const source = plain
    .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  const made = new RegExp(`^${source}$`)
  expressions.set(plain, made)
  return made
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? (value as readonly T[]) : [value as T]
}
