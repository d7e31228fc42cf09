/** The rooms of the product, from top to bottom: each imports only itself and rooms further down, no exceptions. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { fileCycles, folderCycles, readSources, unnoticedArrows, violations } from './rooms'

const rooms = [
  'src/main.ts',
  'src/post.ts',
  'src/edges', // the only ones that know SDKs, the network, files and the runner
  'src/inputs',
  'src/run.ts',
  'src/report',
  'src/pipeline/rollout',
  'src/pipeline/preflight',
  'src/pipeline/preflight/endpoint',
  'src/pipeline/disable-logs',
  'src/pipeline/publish-alias',
  'src/pipeline/verify',
  'src/pipeline/smoke-test',
  'src/pipeline/configure',
  'src/pipeline/grant-secrets',
  'src/pipeline/roles',
  'src/pipeline/plan',
  'src/pipeline/select',
  'src/systems/templates',
  'src/systems/instrumentation',
  'src/systems/clickstack',
  'src/systems/rotel',
  'src/systems/cloudwatch',
  'src/systems/iam',
  'src/systems/lambda',
  'src/model',
]

const root = join(import.meta.dirname, '..', '..')
const files = readSources(root, 'src')

test('every arrow in src/ points down the list, and every file is in a room', () => {
  expect(files.length).toBeGreaterThan(150)
  expect(violations(files, rooms)).toEqual([])
})

test('no file and no folder of src/ leads back to itself', () => {
  expect(fileCycles(files)).toEqual([])
  expect(folderCycles(files, rooms)).toEqual([])
})

test('any arrow from a room of src/ to one further up would be found', () => {
  expect(unnoticedArrows(files, rooms)).toEqual([])
})

test('only main and post import edges', () => {
  const importers = files
    .filter(({ imports }) => imports.some((target) => target.startsWith('src/edges/')))
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('src/edges/'))
  expect(importers).toEqual(['src/main.ts', 'src/post.ts'])
})

test('nothing but the edges, main and post knows an SDK, the toolkit, the network or the file system', () => {
  const worldly =
    /^(@(aws-sdk|actions|clickhouse|smithy|octokit)\/|node:(fs|http|https|http2|net|tls|dns|child_process))/
  const knowing = files
    .filter(({ path }) => !/^src\/(edges\/|main\.ts|post\.ts)/.test(path))
    .flatMap(({ path, packages }) =>
      packages.filter((name) => worldly.test(name)).map((name) => `${path} → ${name}`),
    )
  expect(knowing).toEqual([])
})

test('nothing in src/ knows the local stack, the tests or the scripts', () => {
  const strangers = files.flatMap(({ path, imports }) =>
    imports.filter((target) => !target.startsWith('src/')).map((target) => `${path} → ${target}`),
  )
  expect(strangers).toEqual([])
})

test('every file says in its first lines what it is for', () => {
  const silent = files.filter(
    ({ path }) => !readFileSync(join(root, path), 'utf8').startsWith('/**'),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})

test('no drawer for odds and ends', () => {
  expect(files.filter(({ path }) => /utils|helpers|common|misc/.test(path))).toEqual([])
})
