/** Text, foreign text included, inside GitHub's Markdown. */

import { withoutInvisible } from '../model/invisible'

function onOneLine(text: string): string {
  return withoutInvisible(text.replace(/\s+/g, ' '))
}

/** GitHub links addresses, and sets what stands between two dollar signs as a formula. */
function withoutLinks(escaped: string): string {
  return escaped
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/(www)\./gi, '$1&#46;')
    .replace(/\$/g, '&#36;')
}

/** For a table cell or a sentence: nothing in it is rendered as Markdown or HTML, and it stays on one line. */
export function plain(text: string): string {
  return withoutLinks(
    onOneLine(text)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/([\\`*_{}[\]|~])/g, '\\$1')
      // What makes a heading, a list or a line at the start of a paragraph.
      .replace(/^(\s*)([#+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2'),
  )
}

/** Like `plain`, but what stands between two backticks is code, as in the messages of this action. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : plain(part)))
    .join('')
}

/** As code, in a sentence or a table cell. Markdown is rendered inside HTML too, but entities are not. */
export function code(text: string): string {
  return `<code>${html(text)}</code>`
}

/** For a line of HTML, such as a `<summary>`, in which a backslash of Markdown would be shown. */
export function html(text: string): string {
  return withoutLinks(
    onOneLine(text).replace(/[&<>\\`*_[\]|~@#"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`),
  )
}

/** A part that the reader can unfold. GitHub renders Markdown inside it only after an empty line. @param title HTML */
export function fold(title: string, parts: readonly string[]): string {
  return [`<details><summary>${title}</summary>`, ...parts, '</details>'].join('\n\n')
}

/** A fenced block whose fence the lines cannot close. */
export function block(lines: readonly string[], language = ''): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)),
  )
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines.map(withoutInvisible), fence].join('\n')
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

/** `@user`, `@org/team`, `#12`, `GH-12`, and the address of an issue, a pull request, a discussion or a commit. */
const REFERENCE =
  /@(?=[a-z\d])|(?<!&)#(?=\d)|\bGH-(?=\d)|:\/\/(?!&)(?=[^\s/]+\/[^\s/]+\/[^\s/]+\/(?:issues|pull|discussions|commit)\/)/gi

/**
 * The address of a link, which GitHub does not search for references, and which a blank would change. Text of others has no
 * such sign: it is escaped.
 */
const ADDRESS = /(\]\(<[^<>]*>\)|<a href="[^"]*")/

/**
 * Markdown that mentions nobody and refers to nothing when it is a comment of GitHub's: a blank without width parts the
 * sign from what it would notify or link. GitHub looks for none of them in fenced blocks.
 */
export function withoutReferences(markdown: string): string {
  const lines = markdown.split('\n')
  const lastAt = new Map(lines.map((line, at) => [line, at]))
  let fence: string | undefined
  return lines
    .map((line, at) => {
      if (fence !== undefined) {
        if (line === fence) fence = undefined
        return line
      }
      const [opening] = /^`{3,}/.exec(line) ?? []
      if (opening !== undefined && (lastAt.get(opening) ?? at) > at) fence = opening
      return fence === undefined ? partedLine(line) : line
    })
    .join('\n')
}

function partedLine(line: string): string {
  return line
    .split(ADDRESS)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(REFERENCE, '$&&#8203;')))
    .join('')
}
