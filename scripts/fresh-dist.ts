/**
 * Is dist/ what src/ builds? Tests of the built action prove nothing of src/ otherwise. What given sources build is
 * remembered by their digest, so that only the first question after a change costs a build.
 */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from './bundle'

/** All that decides what is built: the last are the packages that are installed, whatever package-lock.json says. */
const SOURCES = [
  'src',
  'scripts/bundle.ts',
  'scripts/licences.ts',
  'scripts/unused-declarations.ts',
  'package.json',
  'tsconfig.json',
  'tsconfig.bundle.json',
  'node_modules/.package-lock.json',
]

/** @returns what is wrong, or nothing; `build` is called where these sources have not been built before */
export async function staleDist(
  root: string,
  build: () => Promise<Files>,
): Promise<string | undefined> {
  const sources = digestOfSources(root)
  const built = remembered(root, sources) ?? rememberBuild(root, sources, await build())
  if (built === digestOf(readFiles(join(root, 'dist')))) return undefined
  return 'dist/ is not what src/ builds: run `npm run build`.'
}

export function digestOfSources(root: string): string {
  const files = SOURCES.flatMap((path) =>
    [...readFiles(join(root, path))].map(([name, bytes]): [string, Buffer] => [
      join(path, name),
      bytes,
    ]),
  )
  return digestOf(new Map(files))
}

const memory = (root: string, sources: string) => join(root, '.cache', 'dist', sources)

function remembered(root: string, sources: string): string | undefined {
  const path = memory(root, sources)
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** @param sources their digest from before the build; where they have changed meanwhile, nothing is remembered */
export function rememberBuild(root: string, sources: string, files: Files): string {
  const built = digestOf(files)
  if (digestOfSources(root) === sources) {
    mkdirSync(join(root, '.cache', 'dist'), { recursive: true })
    writeFileSync(memory(root, sources), built)
  }
  return built
}

/** Names below the path, and bytes; of a file one, without a name; of what does not exist none. */
function readFiles(path: string): ReadonlyMap<string, Buffer> {
  const names = namesBelow(path)
  return new Map(names.map((name) => [name, readFileSync(join(path, name))]))
}

function namesBelow(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.isFile()) return ['']
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
}

/** Of bytes, not of text: two files that differ in a byte that is not UTF-8 would read as the same text. */
function digestOf(files: ReadonlyMap<string, string | Buffer>): string {
  const hash = createHash('sha256')
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bytes = Buffer.from(content)
    hash.update(`${String(name.length)} ${name} ${String(bytes.length)} `)
    hash.update(bytes)
  }
  return hash.digest('hex')
}
