/** What builds and checks a release is pinned: packages by their hashes, Node by its exact version. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..', '..')
const textOf = (path: string) => readFileSync(join(root, path), 'utf8')

interface Lock {
  readonly packages: Readonly<Record<string, { readonly integrity?: string } | undefined>>
}

/** Engines of tests for other machines than those that build; the registry that the lock file is made with has no hash of them. */
const WITHOUT = ['lib-darwin-arm64', 'lib-darwin-x64', 'lib-linux-arm64-gnu'].map(
  (name) => `node_modules/@chdb/${name}`,
)

test('each entry of the lock file has an integrity, but for engines of tests on other machines', () => {
  const { packages } = JSON.parse(textOf('package-lock.json')) as Lock
  const entries = Object.entries(packages).filter(([path]) => path !== '')
  expect(entries.length).toBeGreaterThan(100)
  const missing = entries.filter(([, entry]) => !/^sha512-.{86}==$/.test(entry?.integrity ?? ''))
  expect(missing.map(([path]) => path)).toEqual(WITHOUT)
})

test('a release is checked on exact versions of Node', () => {
  const pinned = [...textOf('.ci/run').matchAll(/NODE_\d+=(\S+)/g)].map(([, version]) => version)
  expect(pinned).toHaveLength(2)
  const used = [...textOf('.ci/run').matchAll(/on_node (?!VERSION|\(\))"?(\S+)/g)].map(
    ([, version = '']) => version.replace('"', ''),
  )
  expect(new Set(used)).toEqual(new Set(['$NODE_24', '$NODE_20']))
  const [, released] = /node-version: (.+)/.exec(textOf('.github/workflows/release.yml')) ?? []
  expect(pinned).toContain(released)
  expect(pinned.filter((version) => !/^\d+\.\d+\.\d+$/.test(version ?? ''))).toEqual([])
})
