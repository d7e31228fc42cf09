/**
 * The language of the product (design, "Language"): phrases that a reader in a hurry stumbles over, each with the right
 * words, and the scan for them over messages and docs. Everything but `readTexts` is pure.
 */

import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { parse } from 'yaml'

export interface Text {
  /** Relative to the project's root, with `/`. */
  readonly path: string
  readonly line: number
  readonly text: string
}

interface Banned {
  readonly pattern: RegExp
  readonly instead: string
}

const BANNED: readonly Banned[] = [
  { pattern: /\b(is|are|was|were|be) no(ne)?\b(?! longer)/, instead: 'is not a …, does not exist' },
  { pattern: /\b(say|says|said|saying)\b/, instead: 'set, is set; reports' },
  { pattern: /\bas asked\b|\basked for\b/, instead: 'configured and verified; wanted; required' },
  { pattern: /\bunless told\b|\btold to\b/, instead: 'unless … is set' },
  {
    pattern: /\b(put|puts|putting|goes|go|taken|take|takes)\b[^.:;|]{0,30}\bback\b/,
    instead: 'roll back, restore',
  },
  { pattern: /\b(give|gives|given|gave|giving)\b[^.:;|]{0,40}\bback\b/, instead: 'restore' },
  { pattern: /\b(was|were|it) found\b(?= (?:in|before|to)\b)|\bas it was\b/, instead: 'original' },
  { pattern: /\bcut(s|ting)?\b/, instead: 'disable' },
  { pattern: /\b(left|leaves?) (it )?alone\b|\bleft with\b/, instead: 'left unchanged' },
  {
    pattern: /\b(nobody|nothing) look(s|ed)?\b|\blooked (at|into)\b|\bnot looked\b/,
    instead: 'checked',
  },
  { pattern: /\b(nobody|somebody|everybody)\b/, instead: 'no user, another user, everyone' },
  { pattern: /\bfound out\b|\bcould not be seen\b/, instead: 'determined' },
  { pattern: /\bnow and then\b/, instead: 'current → planned' },
  { pattern: /\bcanar(y|ies)\b/, instead: 'the first functions' },
  { pattern: /\btime-outs?\b/, instead: 'timeout' },
  { pattern: /\b(un)?touch(es|ed|ing)?\b/, instead: 'change, unchanged' },
  { pattern: /\bto be (corrected|done|taken)\b/, instead: 'fix; pending' },
  { pattern: /\bfor ever\b/, instead: 'never expires' },
  { pattern: /\btrue for\b/, instead: 'applies to' },
  { pattern: /\blast 24 h\b/, instead: 'last 24 hours' },
  { pattern: /\bgoes? along\b|\bcome to them\b/, instead: 'also' },
  {
    pattern: /\b(in the way|out of (its |the )?reach|put to rest)\b/,
    instead: 'conflicts; unreachable',
  },
  {
    pattern: /\b(take|takes|taken|taking) (it |them |Rotel |the change )?(off|away|out)\b/,
    instead: 'remove',
  },
  { pattern: /\ball the same\b|\bof its own accord\b/, instead: 'still; by itself' },
  { pattern: /\bits words\b|\bwords say\b/, instead: 'the message' },
  { pattern: /\bone a line\b/, instead: 'one per line' },
  { pattern: /\bper cent\b/i, instead: 'percent' },
  { pattern: /\ba blank\b|\bblanks\b/, instead: 'a space' },
  { pattern: /\bstands? (in|on|with|beside|there)\b/, instead: 'is, exists' },
  { pattern: /\bdied\b|\bdies\b/, instead: 'crashed, exits' },
]

/** What a text has that it should not: the phrase and the right words. */
export function bannedIn(text: string): readonly string[] {
  return BANNED.flatMap(({ pattern, instead }) => {
    const [found] =
      new RegExp(pattern.source, `i${pattern.flags.replace('i', '')}`).exec(text) ?? []
    return found === undefined ? [] : [`“${found}” → ${instead}`]
  })
}

/** Every text below these paths: literals of TypeScript, descriptions of action.yml, paragraphs of Markdown. */
export function readTexts(root: string, paths: readonly string[]): readonly Text[] {
  return paths
    .flatMap((path) => filesBelow(root, path))
    .flatMap((path) => textsOf(path, readFileSync(join(root, path), 'utf8')))
}

function filesBelow(root: string, path: string): readonly string[] {
  if (/\.\w+$/.test(path)) return [path]
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|md)$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => posix.join(path, name.replaceAll('\\', '/')))
    .sort()
}

export function textsOf(path: string, source: string): readonly Text[] {
  if (path.endsWith('.ts')) return literalsOf(path, source)
  return path.endsWith('.yml') ? descriptionsOf(path, source) : paragraphsOf(path, source)
}

/** Literals with a space in them, with `…` for what a template fills in. */
function literalsOf(path: string, source: string): readonly Text[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true)
  const found: Text[] = []
  const take = (node: ts.Node, text: string): void => {
    if (!text.trim().includes(' ')) return
    found.push({ path, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, text })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) take(node, node.text)
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ literal }) => literal.text)
      take(node, [node.head.text, ...spans].join('…'))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Descriptions of action.yml, of the action, its inputs and its outputs; the line is that of the name. */
function descriptionsOf(path: string, source: string): readonly Text[] {
  const { description, inputs, outputs } = parse(source) as {
    description: string
    inputs: Readonly<Record<string, { description: string }>>
    outputs: Readonly<Record<string, { description: string }>>
  }
  const lines = source.split('\n')
  const outputsAt = lines.indexOf('outputs:')
  const texts = (entries: Readonly<Record<string, { description: string }>>, from: number) =>
    Object.entries(entries).map(([name, { description: text }]) => ({
      path,
      line: lines.indexOf(`  ${name}:`, from) + 1,
      text,
    }))
  return [{ path, line: 1, text: description }, ...texts(inputs, 0), ...texts(outputs, outputsAt)]
}

/** Lines of Markdown without code, in blocks or in a line. */
function paragraphsOf(path: string, source: string): readonly Text[] {
  const prose = source.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ''))
  return prose
    .split('\n')
    .map((text, index) => ({ path, line: index + 1, text: text.replace(/`[^`]+`/g, '`…`') }))
    .filter(({ text }) => text.trim() !== '')
}
