/** Text, foreign text included, inside GitHub's Markdown. */

/** For a table cell or a sentence: nothing in it is rendered as Markdown or HTML, and it stays on one line. */
export function plain(text: string): string {
  return (
    text
      .replace(/\s+/g, ' ')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/([\\`*_{}[\]|~])/g, '\\$1')
      // What makes a heading, a list or a line at the start of a paragraph.
      .replace(/^(\s*)([#+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2')
  )
}

/** Like `plain`, but what stands between two backticks is code, as in the messages of this action. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : plain(part)))
    .join('')
}

/** As code, in a sentence or a table cell. Markdown is read inside HTML too, but not what stands there as an entity. */
export function code(text: string): string {
  const escaped = text
    .replace(/\s+/g, ' ')
    .replace(/[&<>\\`*_[\]|~]/g, (sign) => `&#${String(sign.charCodeAt(0))};`)
  return `<code>${escaped}</code>`
}

/** A fenced block whose fence the lines cannot close. */
export function block(lines: readonly string[], language = ''): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)),
  )
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines, fence].join('\n')
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
