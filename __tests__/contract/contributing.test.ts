/** CONTRIBUTING.md names files, folders and lines of the tree: they have to exist. */

import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const page = readFileSync('CONTRIBUTING.md', 'utf8')

function inCode(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
}

const paths = [
  ...new Set(inCode(page).filter((code) => /^(src|__tests__|local|docs)\//.test(code))),
]

test.each(paths)('%s exists', (path) => {
  expect(existsSync(path)).toBe(true)
})

const section = page.split('\n## ').find((text) => text.startsWith('From action.yml')) ?? ''
const steps = section.split('\n').filter((line) => /^\d\. /.test(line))

test('the way from action.yml has its steps', () => {
  expect(steps.length).toBeGreaterThanOrEqual(4)
})

test.each(steps)('the code that is quoted is in the files that are named: %s', (step) => {
  const sources = inCode(step)
    .filter((code) => /^src\/.*\.ts$/.test(code))
    .map((path) => readFileSync(path, 'utf8'))
  const quoted = inCode(step).filter((code) => code.includes('('))
  for (const code of quoted)
    expect([code, sources.some((text) => text.includes(code))]).toEqual([code, true])
  expect(sources.length).toBeGreaterThan(0)
})
