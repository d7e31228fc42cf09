/** Links and anchors of all pages resolve, README.md is short, and each page of docs/ can be reached from it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from '@jest/globals'
import { REMEDIES } from '../../src/model/reason'
import { anchorsOf, linksOf, type Page, pagesOf, withoutCode } from './pages'

const pages = pagesOf('.')
const byPath = new Map(pages.map((page) => [page.path, page]))

const isOutside = (link: string) => /^(https?|mailto):/.test(link)

/** What is wrong with the links of a page. */
function brokenIn(page: Page, all: ReadonlyMap<string, Page>): readonly string[] {
  return linksOf(page)
    .filter((link) => !isOutside(link))
    .filter((link) => {
      const [file = '', anchor] = link.split('#')
      const path = file === '' ? page.path : posix.join(posix.dirname(page.path), file)
      const target = all.get(path)
      if (target === undefined) return anchor !== undefined || !existsSync(path)
      return anchor !== undefined && !anchorsOf(target).has(anchor)
    })
    .map((link) => `${page.path}: ${link}`)
}

test('all links and anchors resolve', () => {
  expect(pages.length).toBeGreaterThan(30)
  expect(pages.flatMap((page) => linksOf(page)).length).toBeGreaterThan(100)
  expect(pages.flatMap((page) => brokenIn(page, byPath))).toEqual([])
})

test.each([
  ['a page that does not exist', '[a](docs/nothing.md)'],
  ['a heading that does not exist', '# Here\n\n[a](#there)'],
  ['a heading of another page', '[a](docs/inputs.md#nothing)'],
  ['a picture', '<img alt="a" src="docs/images/nothing.png">'],
])('a link to %s is found', (_, text) => {
  expect(brokenIn({ path: 'README.md', text }, byPath)).toHaveLength(1)
})

test('headings that repeat are numbered, and code is not read', () => {
  const text = '# A `b`: c-d\n\n# A b c-d\n\n```sh\n# no heading\n[no](link)\n```\n\n`[no](link)`\n'
  expect([...anchorsOf({ path: 'a.md', text })]).toEqual(['a-b-c-d', 'a-b-c-d-1'])
  expect(linksOf({ path: 'a.md', text })).toEqual([])
})

test('README.md has at most 15 kB', () => {
  expect(readFileSync('README.md').length).toBeLessThanOrEqual(15_000)
})

test('each page of docs/ can be reached from README.md', () => {
  const reached = new Set(['README.md'])
  for (const path of reached) {
    const page = byPath.get(path)
    if (page === undefined) continue
    for (const link of linksOf(page)) {
      if (isOutside(link)) continue
      const [file = ''] = link.split('#')
      if (file !== '') reached.add(posix.join(posix.dirname(path), file))
    }
  }
  const hidden = pages.map(({ path }) => path).filter((path) => path.startsWith('docs/'))
  expect(hidden.filter((path) => !reached.has(path))).toEqual([])
})

const troubles = readFileSync('docs/troubleshooting.md', 'utf8').match(/^## .+$/gm) ?? []
const messages = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(posix.join('src', name), 'utf8'))
  .join('\n')

test.each(troubles)('troubleshooting is headed by what a run prints: %s', (heading) => {
  const [, code] =
    /`(?:blocked|rolled-back|failed|unproven|dark): ([a-z-]+)(?:…)?`/.exec(heading) ?? []
  const text = heading.slice('## '.length)
  if (code === undefined) expect([text, messages.includes(text)]).toEqual([text, true])
  else expect(Object.keys(REMEDIES).some((reason) => reason.startsWith(code))).toBe(true)
})

test('no paragraph is on two pages', () => {
  const paragraphs = (text: string) =>
    withoutCode(text)
      .split('\n')
      .filter((line) => !/^[|#`]|^\s*$|https?:/.test(line) && line.length > 100)
      .map((line) => line.replace(/^[-*\d. ]+/, ''))
  const seen = new Map<string, string>()
  const repeated: string[] = []
  for (const { path, text } of pages.filter((page) => !page.path.startsWith('__tests__'))) {
    for (const line of paragraphs(text)) {
      const before = seen.get(line)
      if (before !== undefined) repeated.push(`${before} and ${path}: ${line}`)
      seen.set(line, path)
    }
  }
  expect(repeated).toEqual([])
})
