/**
 * IAM policy documents: read strictly, changed statement by statement, printed with everything kept that is not
 * understood. What could be read in two ways is not read at all: whoever narrows rights must not guess.
 */

import { isRecord, type Json, type JsonObject, parseJson, textOf } from '../../model/json'

/** `Action` or `Resource` list what is meant, `NotAction` or `NotResource` all that is not meant. */
export interface Patterns {
  readonly kind: 'these' | 'all-but'
  readonly patterns: readonly string[]
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly sid: string | undefined
  readonly actions: Patterns
  readonly resources: Patterns
  /** All members as they were read, in their order. */
  readonly source: JsonObject
}

export interface PolicyDocument {
  readonly statements: readonly Statement[]
  /** All members beside the statements, and `Statement` for its place. */
  readonly source: JsonObject
}

export type ParsedPolicy =
  | { readonly kind: 'document'; readonly document: PolicyDocument }
  | { readonly kind: 'unreadable'; readonly because: string }

/** @param text JSON, decoded: IAM answers URL-encoded (reference/aws.md 2.3) */
export function parsePolicyDocument(text: string): ParsedPolicy {
  const ambiguity = ambiguityOf(text)
  if (ambiguity !== undefined) return unreadable(ambiguity)
  const source = parseJson(text)
  if (source === undefined) return unreadable('it is not JSON')
  if (!isObject(source)) return unreadable('it is not a JSON object')
  const strange = Object.keys(source).find((name) => isMisspelt(name, DOCUMENT_MEMBERS))
  if (strange !== undefined) return unreadable(`the member ${strange} is not one that IAM writes`)
  const { Statement: listed } = source
  if (listed === undefined) return unreadable('it has no Statement')
  const statements: Statement[] = []
  for (const entry of isList(listed) ? listed : [listed]) {
    const statement = parseStatement(entry)
    if (typeof statement === 'string') return unreadable(statement)
    statements.push(statement)
  }
  return { kind: 'document', document: { statements, source } }
}

/** Compact JSON. The members stay in their order, a single statement that stood without a list stays without one. */
export function printPolicyDocument({ statements, source }: PolicyDocument): string {
  const printed = statements.map((statement) => statement.source)
  const [only] = printed
  const alone = !isList(source['Statement']) && printed.length === 1 && only !== undefined
  return JSON.stringify({ ...source, Statement: alone ? only : printed })
}

/** The statement with fewer actions, everything else as it was. */
export function withActions(statement: Statement, patterns: readonly string[]): Statement {
  return {
    ...statement,
    actions: { kind: 'these', patterns },
    source: { ...statement.source, Action: inFormOf(statement.source['Action'], patterns) },
  }
}

/** The statement on fewer resources, everything else as it was. */
export function withResources(statement: Statement, patterns: readonly string[]): Statement {
  return {
    ...statement,
    resources: { kind: 'these', patterns },
    source: { ...statement.source, Resource: inFormOf(statement.source['Resource'], patterns) },
  }
}

/** For a second statement made of one: IAM refuses two of the same Sid in a document. */
export function withoutSid(statement: Statement): Statement {
  const { Sid, ...source } = statement.source
  return Sid === undefined ? statement : { ...statement, sid: undefined, source }
}

/**
 * The statement in one form for all that mean the same: actions in small letters, lists sorted and without repetitions,
 * members by name. Conditions and what is not understood are compared as they are.
 */
export function canonicalStatement({ source, actions, resources }: Statement): string {
  return canonical({
    ...source,
    [actions.kind === 'these' ? 'Action' : 'NotAction']: sorted(
      actions.patterns.map((pattern) => pattern.toLowerCase()),
    ),
    [resources.kind === 'these' ? 'Resource' : 'NotResource']: sorted(resources.patterns),
  })
}

/** The members beside the statements: `Version` decides how they are read. */
export function canonicalEnvelope({ source }: PolicyDocument): string {
  return canonical({ ...source, Statement: null })
}

/** Whether both can be read and mean the same, whatever the order of their statements. */
export function meansTheSame(left: string, right: string): boolean {
  if (left === right) return true
  const one = parsePolicyDocument(left)
  const other = parsePolicyDocument(right)
  return (
    one.kind === 'document' &&
    other.kind === 'document' &&
    canonicalDocument(one.document) === canonicalDocument(other.document)
  )
}

function canonicalDocument(document: PolicyDocument): string {
  return [canonicalEnvelope(document), ...sorted(document.statements.map(canonicalStatement))].join(
    '\n',
  )
}

/** JSON with the members of all objects sorted by name. */
export function canonical(value: Json): string {
  if (isList(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`
}

const DOCUMENT_MEMBERS = ['Version', 'Id', 'Statement']
const STATEMENT_MEMBERS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
  'Principal',
  'NotPrincipal',
]

function parseStatement(source: Json): Statement | string {
  if (!isObject(source)) return 'a statement is not an object'
  const strange = Object.keys(source).find((name) => isMisspelt(name, STATEMENT_MEMBERS))
  if (strange !== undefined) return `the member ${strange} is not one that IAM writes`
  const { Sid: sid, Effect: effect } = source
  if (effect !== 'Allow' && effect !== 'Deny') return 'a statement neither allows nor denies'
  if (sid !== undefined && typeof sid !== 'string') return 'a Sid is not a string'
  const actions = patternsOf(source, 'Action')
  const resources = patternsOf(source, 'Resource')
  if (typeof actions === 'string') return actions
  if (typeof resources === 'string') return resources
  return { effect, sid, actions, resources, source }
}

function patternsOf(source: JsonObject, member: 'Action' | 'Resource'): Patterns | string {
  const these = source[member]
  const allBut = source[`Not${member}`]
  if ((these === undefined) === (allBut === undefined)) {
    return `a statement needs either ${member} or Not${member}`
  }
  const value = these ?? allBut
  const patterns = isList(value) ? value : [value]
  if (!patterns.every((pattern) => typeof pattern === 'string')) {
    return `${member} or Not${member} is neither a string nor a list of strings`
  }
  return { kind: these === undefined ? 'all-but' : 'these', patterns }
}

/**
 * What JSON.parse would silently lose: the first of two members of one name, and digits of numbers. IAM's own reading of
 * such a document is not known.
 */
function ambiguityOf(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = []
  let before = ''
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && before.startsWith('"')) {
      const names = open.at(-1)
      const name = plainText(before)
      if (names?.has(name)) return `the member ${name} occurs twice`
      names?.add(name)
    } else if (/^[-\d]/.test(token) && String(Number(token)) !== token) {
      return 'a number cannot be kept exactly'
    }
    before = token
  }
  return undefined
}

/** Texts, also one that nothing closes; numbers; what opens and closes; the colon behind the name of a member. */
const TOKENS = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|-?\d[\d.eE+-]*|[[\]{}:]/g

function plainText(quoted: string): string {
  return textOf(parseJson(quoted)) ?? quoted
}

function isMisspelt(name: string, known: readonly string[]): boolean {
  return (
    !known.includes(name) &&
    known.some((member) => member.toLowerCase() === name.trim().toLowerCase())
  )
}

/** A single entry that stood without a list stays without one. */
function inFormOf(before: Json | undefined, patterns: readonly string[]): Json {
  const [only] = patterns
  return typeof before === 'string' && patterns.length === 1 && only !== undefined ? only : patterns
}

export function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort()
}

function isObject(value: Json): value is JsonObject {
  return isRecord(value)
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function unreadable(because: string): ParsedPolicy {
  return { kind: 'unreadable', because }
}
