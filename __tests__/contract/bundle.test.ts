/** What a run loads: dist/ stays within its limits, and packages that a run does not use are not loaded. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { bundleSize, SIZE_LIMITS_BYTES } from '../../scripts/bundle-size'
import { inWorld } from '../scenarios/world'

const dist = join(import.meta.dirname, '..', '..', 'dist')

const read = (name: string) => readFileSync(join(dist, name), 'utf8')

/** ncc names each file of a package that an ES module imports, in a comment. */
function packagesIn(file: string): readonly string[] {
  const named = read(file).matchAll(/ MODULE: \.\/node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//g)
  return [...new Set([...named].map(([, name = '']) => name))].sort()
}

test('the bundle is within the limits of the contract', () => {
  const { everyRun, allChunks } = bundleSize(dist)
  expect(everyRun).toBeLessThanOrEqual(SIZE_LIMITS_BYTES.everyRun)
  expect(allChunks).toBeLessThanOrEqual(SIZE_LIMITS_BYTES.allChunks)
})

describe('what every run loads', () => {
  test('is one file', () => {
    const imported = (file: string) =>
      [...read(file).matchAll(/^import .*? from ['"](\..*?)['"]/gm)].map(([, path]) => path)
    expect(imported('main.js')).toEqual(['./index.js'])
    expect(imported('post.js')).toEqual(['./index.js'])
    expect(imported('index.js')).toEqual([])
  })

  test('is the toolkit’s core, the client of Lambda and a queue: no package besides', () => {
    expect(packagesIn('index.js')).toEqual([
      '@actions/core',
      '@actions/exec',
      '@actions/http-client',
      '@actions/io',
      '@aws-sdk/client-lambda',
      '@aws-sdk/core',
      '@aws-sdk/credential-provider-env',
      '@aws-sdk/credential-provider-node',
      '@aws/lambda-invoke-store',
      '@smithy/core',
      '@smithy/node-http-handler',
      '@smithy/signature-v4',
      '@smithy/types',
      'eventemitter3',
      'p-queue',
      'p-timeout',
      'tunnel',
    ])
  })
})

test.each(['main', 'post'])(
  'the step %s exports `run`, which @github/local-action calls',
  async (step) => {
    const source = (await import(`../../src/${step}`)) as { readonly run?: unknown }
    expect(typeof source.run).toBe('function')
    expect(read(`${step}.js`)).toMatch(/^export const run = /m)
  },
)

test('no chunk holds the AWS SDK as CommonJS, of which nothing can be left out', () => {
  const common = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .filter((name) => /node_modules\/@(aws-sdk|smithy)\/[^\s]*\/dist-cjs\//.test(read(name)))
  expect(common).toEqual([])
})

test('an ordinary run loads the clients of the services that it calls, and no other package', () =>
  inWorld(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    // Node writes there which files a process has loaded.
    const result = await main({ functions: 'orders' }, { env: { NODE_V8_COVERAGE: coverage } })
    expect(result.exitCode).toBe(0)
    const files = loadedFiles(coverage)
    expect(files).toContain('index.js')
    const called = aws.calls
      .all()
      .map(({ service }) => `@aws-sdk/client-${service === 'logs' ? 'cloudwatch-logs' : service}`)
    const expected = [...packagesIn('index.js'), ...called, '@aws-sdk/xml-builder']
    expect(files.flatMap(packagesIn).filter((name) => !expected.includes(name))).toEqual([])
  }))

let coverage = ''
beforeEach(() => {
  coverage = mkdtempSync(join(tmpdir(), 'clickstack-loaded-'))
})
afterEach(() => rmSync(coverage, { recursive: true, force: true }))

interface Coverage {
  readonly result: readonly { readonly url: string }[]
}

function loadedFiles(folder: string): readonly string[] {
  const reports = readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Coverage,
  )
  return reports
    .flatMap(({ result }) => result.map(({ url }) => url))
    .filter((url) => url.startsWith('file:') && url.endsWith('index.js'))
    .map((url) => basename(url))
}
