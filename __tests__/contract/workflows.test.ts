/** The workflow files are valid and keep to the rules of scripts/workflow-rules.ts; each rule finds a planted fault. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { pinned, ruleFindings } from '../../scripts/workflow-rules'
import { pagesOf } from './pages'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1'

/** As `npm run workflows` does; the parsers run under tsx only. */
function check(...args: readonly string[]) {
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs')
  return spawnSync(process.execPath, [tsx, 'scripts/check-workflows.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  })
}

test('the workflows of this repository have no finding', () => {
  const { stdout, stderr, status } = check()
  expect([stderr, status]).toEqual(['', 0])
  expect(stdout).toMatch(/^\d+ workflows: 0 findings/)
})

describe('a planted fault is found', () => {
  let folder = ''
  let output = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'clickstack-workflows-'))
    const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
    write('syntax.yml', workflow('- run: echo', { top: 'onn: push' }))
    write('needs.yml', workflow('- run: echo', { job: 'needs: nobody' }))
    write('untrusted.yml', workflow('- run: echo ${{ github.event.issue.title }}'))
    write('one.yml', workflow(`- uses: actions/cache@${SHA} # v1.0.0`))
    write('two.yml', workflow(`- uses: actions/cache@${SHA.replace('3', '4')} # v1.0.0`))
    const { stderr, status } = check(folder)
    expect(status).toBe(1)
    output = stderr
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test.each([
    ['by GitHub’s parser', /^syntax\.yml:\d+: Unexpected value 'onn'/m],
    ['by actionlint', /^needs\.yml:\d+: job "a" needs job "nobody" which does not exist/m],
    ['by actionlint, where a title could be a command', /^untrusted\.yml:\d+: .*untrusted/m],
    ['where two files pin two commits', /^two\.yml: actions\/cache is pinned to two commits/m],
  ])('%s', (_, finding) => {
    expect(output).toMatch(finding)
  })
})

interface Parts {
  readonly top?: string
  readonly job?: string
  readonly permissions?: string
  readonly jobPermissions?: string
  readonly on?: string
  readonly limit?: string
}

function workflow(step: string, parts: Parts = {}): string {
  return `on: ${parts.on ?? 'push'}
${parts.top ?? '# no more'}
${parts.permissions ?? 'permissions: {}'}
jobs:
  a:
    runs-on: ubuntu-24.04
    ${parts.limit ?? 'timeout-minutes: 5'}
    ${parts.jobPermissions ?? 'permissions: {}'}
    ${parts.job ?? '# no more'}
    steps:
      ${step}
`
}

const findings = (text: string) =>
  ruleFindings(text, new Set(['functions'])).map(({ message }) => message)

test('a workflow that keeps to the rules has no finding', () => {
  const text = workflow(
    `- uses: actions/checkout@${SHA} # v7.0.1\n        with:\n          persist-credentials: false\n      - uses: ./\n        with:\n          functions: a\n      - run: npm ci --ignore-scripts`,
  )
  expect(findings(text)).toEqual([])
})

test.each([
  ['- uses: a/b@v1', 'not pinned'],
  ['- uses: a/b@3d3c42e', 'not pinned'],
  [`- uses: a/b/c@${SHA}`, 'the version is missing'],
  [`- uses: a/b@${SHA} # latest`, 'the version is missing'],
  [`- uses: actions/checkout@${SHA} # v7.0.1`, '`persist-credentials: false` is missing'],
  ['- run: npm ci', 'npm runs scripts of packages'],
  ['- run: |\n          echo a\n          npm install x', 'npm runs scripts of packages'],
  ['- run: echo ${{ inputs.name }}', '${{ inputs.name }} in a script'],
  ['- uses: ./\n        with:\n          function: a', 'action.yml has no input `function`'],
])('the rules find %j', (step, finding) => {
  expect(findings(workflow(step))).toEqual([expect.stringContaining(finding)])
})

test.each<[Parts, string]>([
  [{ permissions: '# none' }, '`permissions: {}` is missing'],
  [{ permissions: 'permissions: write-all' }, '`permissions: {}` is missing'],
  [{ permissions: 'permissions:\n  contents: write' }, '`permissions: {}` is missing'],
  [{ jobPermissions: '# none' }, 'a: the job has no list of permissions'],
  [{ jobPermissions: 'permissions: read-all' }, 'a: the job has no list of permissions'],
  [{ on: 'pull_request_target' }, '`pull_request_target` gives'],
  [{ on: '[push, pull_request_target]' }, '`pull_request_target` gives'],
  [{ limit: '# none' }, 'a: the job has no `timeout-minutes`'],
  [{ job: 'secrets: inherit' }, 'a: `secrets: inherit` passes every secret'],
])('the rules find %j in a job', (parts, finding) => {
  expect(findings(workflow('- run: echo', parts))).toEqual([expect.stringContaining(finding)])
})

const names = readdirSync(join(root, '.github', 'workflows'))

test('only the jobs that need a right to write have one', () => {
  const rights = names.flatMap((name) => {
    const { jobs } = parse(read(`.github/workflows/${name}`)) as {
      readonly jobs: Readonly<
        Record<string, { readonly permissions: Readonly<Record<string, string>> }>
      >
    }
    return Object.entries(jobs).flatMap(([job, { permissions }]) =>
      Object.entries(permissions)
        .filter(([, right]) => right === 'write')
        .map(([right]) => `${name} ${job}: ${right}`),
    )
  })
  expect(rights.sort()).toEqual([
    'codeql.yml analyze: security-events',
    'e2e.yml deploy: id-token',
    'e2e.yml recipes: id-token',
    'e2e.yml teardown: id-token',
    'layers.yml propose: contents',
    'layers.yml propose: pull-requests',
    'release.yml draft: attestations',
    'release.yml draft: contents',
    'release.yml draft: id-token',
    'release.yml major: contents',
  ])
})

test('the examples in the docs pin the same commits as the workflows, where both use an action', () => {
  const used = new Map(names.flatMap((name) => pinned(read(`.github/workflows/${name}`))))
  const pages = pagesOf(root).map(({ path }) => path)
  const shown = pages.filter((page) => page.endsWith('.md')).flatMap((page) => pinned(read(page)))
  expect(shown.length).toBeGreaterThan(0)
  expect(
    shown.filter(([action, commit]) => used.has(action) && used.get(action) !== commit),
  ).toEqual([])
})

describe('dependency updates', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    readonly updates: readonly {
      readonly 'package-ecosystem': string
      readonly directory: string
    }[]
  }
  test.each(['npm', 'github-actions'])('come for %s', (ecosystem) => {
    expect(updates).toContainEqual(
      expect.objectContaining({ 'package-ecosystem': ecosystem, directory: '/' }),
    )
  })
})

test.each(readdirSync(join(root, '.github', 'ISSUE_TEMPLATE')))('the form %s is whole', (name) => {
  const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as Readonly<Record<string, unknown>>
  expect(Object.keys(form)).toEqual(
    expect.arrayContaining(
      name === 'config.yml'
        ? ['blank_issues_enabled', 'contact_links']
        : ['name', 'description', 'body'],
    ),
  )
})
