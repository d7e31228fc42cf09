/**
 * Texts of messages are not mutated: a sentence that is emptied breaks no rule, and a test of its wording would only repeat
 * it. A message has two words in a row, one of them in small letters; keys, names, codes, separators and queries have not.
 * A text that decides something inside of itself (`${n === 1 ? …}`) is mutated all the same.
 */

const WORDS = /[\p{L}’`)},:;]\s+[\p{Ll}][\p{Ll}’]+|[\p{Ll}’]{2,}\s+[\p{L}`$({]/u
const QUERY = /\b(SELECT|FROM|WHERE|AND|OR|AS)\b/
const DECIDING = /Conditional|Logical|Binary|Optional|Array|Function/
const SOUGHT_BY = ['includes', 'startsWith', 'endsWith', 'indexOf', 'split', 'replaceAll']

function isMessage(text) {
  return WORDS.test(text) && !QUERY.test(text)
}

/** The text of a template, with `${}` in place of what is filled in; `undefined` where that decides something. */
function textOf({ expressions, quasis }) {
  if (expressions.some((filled) => DECIDING.test(JSON.stringify(filled)))) return undefined
  return quasis.map(({ value }) => value.raw).join('${}')
}

/** A text that is compared or looked for is no message. */
function isSought(parent) {
  return parent.type === 'BinaryExpression' || SOUGHT_BY.includes(parent.callee?.property?.name)
}

/** @param path a node of Babel's */
function shouldIgnore({ node, parent }) {
  const text =
    node.type === 'StringLiteral'
      ? node.value
      : node.type === 'TemplateLiteral'
        ? textOf(node)
        : undefined
  const isIgnored = text !== undefined && isMessage(text) && !isSought(parent)
  return isIgnored ? 'text of a message' : undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'messages', value: { shouldIgnore } }]
