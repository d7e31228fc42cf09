/**
 * HyperDX's search language as a SQL condition (`packages/common-utils/src/queryParser.ts`): its own parser, and of its
 * serializer what a search for rows of one function needs. `field:"text"` is equality, `field:text` contains, text
 * without a field is looked for in the body, whole words first.
 */

import {
  parse,
  type Branch,
  type Node,
  type Operator,
  type Range,
  type Term,
} from '@hyperdx/lucene'
import { quotedName, quotedText } from './engine'

/** Column names to ClickHouse types. */
type ColumnTypes = ReadonlyMap<string, string>

interface Context {
  readonly columns: ColumnTypes
  /** Where text without a field is looked for. */
  readonly implicit: string
  /** Set within `field:( … )`: then that is an ordinary field, not full text. */
  readonly field?: string
}

const implicitField = '<implicit>'

/** Empty for an empty search. Throws a SyntaxError as HyperDX's parser does. */
export function luceneCondition(search: string, context: Context): string {
  const tree = parse(encoded(search))
  return 'left' in tree ? condition(tree as Branch, context) : ''
}

function condition(node: Node, context: Context): string {
  if ('term' in node) return termCondition(node, context)
  if ('term_min' in node) return rangeCondition(node, context)
  const negated = node.parenthesized === true && node.field?.startsWith('-') === true
  const inner =
    node.parenthesized && node.field !== undefined && node.field !== implicitField
      ? { ...context, field: node.field.replace(/^-/, '') }
      : context
  const left = condition(node.left, inner)
  const both =
    node.right && node.operator
      ? `${left} ${sqlOperator(node.operator)} ${condition(node.right, inner)}`
      : left
  const started = node.start ? `${node.start} ${both}` : both
  const grouped = node.parenthesized ? `(${started})` : started
  return negated ? `NOT ${grouped}` : grouped
}

function sqlOperator(operator: Operator): string {
  switch (operator) {
    case 'AND':
    case '&&':
    case '<implicit>':
      return 'AND'
    case 'OR':
    case '||':
      return 'OR'
    case 'NOT':
    case 'AND NOT':
      return 'AND NOT'
    case 'OR NOT':
      return 'OR NOT'
  }
}

function termCondition(node: Term, context: Context): string {
  const term = decoded(node.term)
  const bare = node.field === implicitField
  const fullText = bare && context.field === undefined
  const not = (bare ? node.prefix === '-' : node.field.startsWith('-')) ? 'NOT ' : ''
  if (fullText) return `(${not}${fullTextCondition(context.implicit, term, node.quoted)})`

  const field = bare ? (context.field ?? '') : node.field.replace(/^-/, '')
  const value = expressionOf(field, context.columns)
  if (node.quoted && !bare) return `(${not}${value} = ${quotedText(term)})`
  if (term === '*') return `(${not}notEmpty(${value}))`
  const compared = /^(>=|<=|>|<)(.*)$/s.exec(term)
  if (compared) return `(${not}${value} ${compared[1] ?? ''} ${quotedText(compared[2] ?? '')})`
  return `(${not}${value} ILIKE ${quotedText(`%${term}%`)})`
}

/** Every word as a token, and where there is more than a word the text as a whole as well. */
function fullTextCondition(column: string, term: string, quoted: boolean): string {
  if (term === '') return '1 = 1'
  const name = quotedName(column)
  if (!quoted && /^\*|\*$/.test(term)) {
    return `lower(${name}) LIKE lower(${quotedText(term.replace(/^\*|\*$/g, '%'))})`
  }
  const words = term.split(/[^\p{L}\p{N}\u{80}-\u{10FFFF}]+/u).filter((word) => word !== '')
  const tokens = words.map((word) => `hasToken(lower(${name}), lower(${quotedText(word)}))`)
  if (words.length === 1 && words[0] === term) return tokens.join(' AND ')
  return [...tokens, `lower(${name}) LIKE lower(${quotedText(`%${term}%`)})`].join(' AND ')
}

function rangeCondition(node: Range, { columns }: Context): string {
  const value = expressionOf(node.field, columns)
  return `(${value} BETWEEN ${quotedText(node.term_min)} AND ${quotedText(node.term_max)})`
}

/**
 * A column; else the shortest column that the field's dotted parts begin with, and the rest is a key of it. A name
 * that is no column goes into the SQL as it is, and ClickHouse says that it does not know it.
 */
function expressionOf(field: string, columns: ColumnTypes): string {
  if (columns.has(field)) return quotedName(field)
  const parts = field.split('.')
  for (let length = 1; length < parts.length; length++) {
    const column = parts.slice(0, length).join('.')
    const type = columns.get(column)
    if (type === undefined) continue
    const rest = parts.slice(length)
    if (type.startsWith('Map')) return `${quotedName(column)}[${quotedText(rest.join('.'))}]`
    if (type.startsWith('JSON')) return `toString(${[column, ...rest].map(quotedName).join('.')})`
    return `JSONExtractString(${[quotedName(column), ...rest.map(quotedText)].join(', ')})`
  }
  return parts.map(quotedName).join('.')
}

/** Escapes that the parser would trip over are hidden from it, the same ones as in HyperDX. */
function encoded(search: string): string {
  return search
    .replace(/\\\\/g, 'HDX_BACKSLASH_LITERAL')
    .replace('http://', 'http_COLON_//')
    .replace('https://', 'https_COLON_//')
    .replace(/\\:/g, 'HDX_COLON')
}

function decoded(term: string): string {
  return term
    .replace(/\\"/g, '"')
    .replace(/HDX_BACKSLASH_LITERAL/g, '\\')
    .replace('http_COLON_//', 'http://')
    .replace('https_COLON_//', 'https://')
    .replace(/HDX_COLON/g, ':')
}
