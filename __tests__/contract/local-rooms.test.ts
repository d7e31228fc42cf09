/** The rooms of the local stack, from top to bottom: each imports only itself and rooms further down, no exceptions. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { fileCycles, folderCycles, readSources, unnoticedArrows, violations } from './rooms'

const rooms = [
  'local/demo',
  'local/runner', // the runner's side of a step
  'local/stack', // Local AWS, Rotel and ClickStack together
  'local/github', // the comments of pull requests
  'local/aws', // the server, and what a test holds of it
  'local/aws/lambda',
  'local/aws/monitoring',
  'local/aws/logs',
  'local/aws/iam',
  'local/aws/sts',
  'local/aws/secretsmanager',
  'local/aws/ssm',
  'local/aws/account',
  'local/aws/protocol',
  'local/rotel',
  'local/clickstack',
  'local/otlp',
  'local/http', // how an answer goes wrong
]

const root = join(import.meta.dirname, '..', '..')
const files = readSources(root, 'local')

test('every arrow in local/ points down the list, and every file is in a room', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(violations(files, rooms)).toEqual([])
})

test('no file and no folder of local/ leads back to itself', () => {
  expect(fileCycles(files)).toEqual([])
  expect(folderCycles(files)).toEqual([])
})

test('local/ imports nothing of the product, the tests or the scripts', () => {
  const foreign = files.flatMap(({ path, imports }) =>
    imports.filter((target) => !target.startsWith('local/')).map((target) => `${path} → ${target}`),
  )
  expect(foreign).toEqual([])
})

test('any arrow from a room of local/ to one further up would be found', () => {
  expect(unnoticedArrows(files, rooms)).toEqual([])
})

test('every file of local/ says in its first lines what it is for', () => {
  const silent = files.filter(
    ({ path }) => path.endsWith('.ts') && !readFileSync(join(root, path), 'utf8').startsWith('/**'),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})
