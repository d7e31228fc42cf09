/** The shape of the code: dependencies point inwards, and only the edges know the world. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
const src = join(root, 'src')

interface SourceFile {
  readonly path: string
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, imports: importsOf(path) }))

/** Packages by name, own files by their path below src/. */
function importsOf(path: string): readonly string[] {
  const text = readFileSync(join(src, path), 'utf8')
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? `${normalize(join(dirname(path), target))}.ts` : target,
  )
}

const isEdge = (path: string) => path.startsWith('edges/')

describe('the core', () => {
  test.each(files.filter(({ path }) => !isEdge(path) && path !== 'index.ts'))(
    '$path knows no edge, no SDK, no toolkit',
    ({ imports }) => {
      expect(imports.filter(isEdge)).toEqual([])
      expect(
        imports.filter((name) => /^@(aws-sdk|actions|clickhouse|smithy)\//.test(name)),
      ).toEqual([])
      expect(
        imports.filter((name) => /^node:(fs|http|https|http2|net|tls|child_process)/.test(name)),
      ).toEqual([])
    },
  )
})

test('nothing in src/ knows the local stack or the tests', () => {
  const strangers = files.flatMap(({ path, imports }) =>
    imports
      .filter((name) => /^\.\.|^(local|__tests__|scripts)\//.test(relative('.', name)))
      .map((name) => `${path} → ${name}`),
  )
  expect(strangers).toEqual([])
})

test('no file leads back to itself', () => {
  const graph = new Map(files.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  expect(cycles).toEqual([])
})

test('every file says in its first lines what it is for', () => {
  const silent = files.filter(
    ({ path }) => !readFileSync(join(src, path), 'utf8').startsWith('/**'),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})

test('no drawer for odds and ends', () => {
  expect(files.filter(({ path }) => /utils|helpers|common|misc/.test(path))).toEqual([])
})
