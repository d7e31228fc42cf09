/** The Markdown pages of the project, their headings and their links. */

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

export interface Page {
  /** Relative to the project's root, with `/`. */
  readonly path: string
  readonly text: string
}

/** README.md, CONTRIBUTING.md and what else lies at the top, docs/, and the pages beside tests. */
export function pagesOf(root: string): readonly Page[] {
  const below = (folder: string) =>
    readdirSync(posix.join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      posix.join(folder, name.replaceAll('\\', '/')),
    )
  return [...readdirSync(root), ...below('docs'), ...below('__tests__')]
    .filter((path) => path.endsWith('.md'))
    .sort()
    .map((path) => ({ path, text: readFileSync(posix.join(root, path), 'utf8') }))
}

/** Without blocks of code. */
export const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, '')

/** As GitHub names them: lower case, without punctuation, hyphens for spaces, numbered where they repeat. */
export function anchorsOf({ text }: Page): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${String(n)}`
    anchors.add(anchor)
  }
  return anchors
}

/** Targets of links and pictures. */
export function linksOf({ text }: Page): readonly string[] {
  const prose = withoutCode(text).replace(/`[^`\n]+`/g, '`…`')
  const markdown = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
  const html = [...prose.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)]
  return [...markdown, ...html].map(([, target = '']) => target)
}
