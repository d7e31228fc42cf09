/** Tests of the built action do not pass on an old build: scripts/fresh-dist.ts, and which tests it stands before. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { digestOfSources, rememberBuild, staleDist } from '../../scripts/fresh-dist'

describe('dist/ beside src/', () => {
  let root = ''
  let builds = 0
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'clickstack-checkout-'))
    builds = 0
    write('src/main.ts', 'one')
    write('src/verify/judge.ts', 'two')
    write('dist/index.js', 'one, two')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }

  /** Stands for ncc. */
  function build() {
    builds++
    const text = (path: string) => readFileSync(join(root, 'src', path), 'utf8')
    return Promise.resolve(
      new Map([['index.js', `${text('main.ts')}, ${text('verify/judge.ts')}`]]),
    )
  }

  const check = () => staleDist(root, build)
  const REFUSAL = 'dist/ is not what src/ builds: run `npm run build`.'

  test('is fresh when it is what src/ builds, and the second look costs no build', async () => {
    expect([await check(), await check(), builds]).toEqual([undefined, undefined, 1])
  })

  test('is stale after a change of src/, until it is built', async () => {
    await check()
    write('src/verify/judge.ts', 'three')
    expect([await check(), await check(), builds]).toEqual([REFUSAL, REFUSAL, 2])
    write('dist/index.js', 'one, three')
    expect([await check(), builds]).toEqual([undefined, 2])
  })

  test('is stale when it was changed by hand, or holds a file too many', async () => {
    await check()
    write('dist/8.index.js', '')
    expect(await check()).toBe(REFUSAL)
    rmSync(join(root, 'dist/8.index.js'))
    write('dist/index.js', 'one, two, and more')
    expect(await check()).toBe(REFUSAL)
  })

  test('is stale when a byte differs that is not text', async () => {
    const bytes = (last: number) =>
      writeFileSync(join(root, 'src/main.ts'), Buffer.from([0x6f, 0xff, last]))
    bytes(0xfe)
    await check()
    bytes(0xfd)
    await check()
    expect(builds).toBe(2)
  })

  test('is looked at again when other packages are installed', async () => {
    await check()
    write('node_modules/.package-lock.json', '{}')
    expect([await check(), builds]).toEqual([undefined, 2])
  })

  test('is known to be fresh after a build', async () => {
    rememberBuild(root, digestOfSources(root), await build())
    expect([await check(), builds]).toEqual([undefined, 1])
  })

  test('is not judged by a build during which the sources changed', async () => {
    const sources = digestOfSources(root)
    write('src/main.ts', 'changed')
    rememberBuild(root, sources, await build())
    write('src/main.ts', 'one')
    expect([await check(), builds]).toEqual([undefined, 2])
  })
})

interface JestConfig {
  readonly projects: readonly object[]
}

test('every test that runs dist/ is refused on an old one', async () => {
  const path = '../../jest.config.js'
  const { default: config } = (await import(path)) as { readonly default: JestConfig }
  const [, built] = config.projects
  expect(built).toMatchObject({
    globalSetup: '<rootDir>/scripts/check-dist-before-tests.js',
    testMatch: [
      '<rootDir>/__tests__/scenarios/**/*.test.ts',
      '<rootDir>/__tests__/campaign/**/*.test.ts',
      '<rootDir>/__tests__/contract/bundle.test.ts',
    ],
  })
  const tests = join(import.meta.dirname, '..')
  const drivers = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .filter((path) =>
      /from '[^']*(runner\/step|world)'/.test(readFileSync(join(tests, path), 'utf8')),
    )
  expect(drivers.length).toBeGreaterThan(20)
  expect(
    drivers.filter(
      (path) => !/^(scenarios|campaign)\//.test(path) && path !== 'contract/bundle.test.ts',
    ),
  ).toEqual([])
})
