/** Third-party software: what is bundled is named with its licence in dist/licenses.txt, and every licence is free. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  type BundledPackage,
  bundledFiles,
  FREE_LICENCES,
  licenceReport,
  packageFolders,
  readPackage,
} from '../../scripts/licences'

const root = join(import.meta.dirname, '..', '..')

const bundled: BundledPackage = { name: 'a', version: '1.0.0', licence: 'MIT', texts: ['Text'] }

describe('the list of what is bundled', () => {
  test('has the files of modules that were joined, and each package once', () => {
    const files = bundledFiles([
      { resource: '/x/node_modules/tunnel/index.js' },
      { modules: [{ resource: '/x/node_modules/@smithy/core/a.js' }, {}] },
      { resource: 'C:\\x\\node_modules\\@smithy\\core\\b.js' },
      { resource: '/x/node_modules/a/node_modules/b/lib/c.js' },
      { resource: '/x/src/main.ts' },
    ])
    expect(packageFolders(files)).toEqual([
      '/x/node_modules/@smithy/core',
      '/x/node_modules/a/node_modules/b',
      '/x/node_modules/tunnel',
      'C:/x/node_modules/@smithy/core',
    ])
  })

  test.each(['GPL-3.0-only', 'UNLICENSED', 'SEE LICENSE IN LICENSE.md', '(MIT OR GPL-2.0)'])(
    'is refused, so that the build fails, with a package under %s',
    (licence) => {
      expect(() => licenceReport([bundled, { ...bundled, name: 'b', licence }])).toThrow(
        `b 1.0.0 (${licence})`,
      )
    },
  )

  test('has each text once, below the packages that it applies to', () => {
    const report = licenceReport([
      { ...bundled, name: 'b' },
      { ...bundled, texts: ['\r\nText \r\n', 'Notice'] },
    ])
    expect(report.match(/^Text$/gm)).toHaveLength(1)
    expect(report).toContain('a 1.0.0 (MIT)\nb 1.0.0 (MIT)\n\nText\n')
    expect(report).toContain('a 1.0.0 (MIT)\n\nNotice\n')
  })

  test('tells of a package that has no text where the text is, and fails where there is none', () => {
    const silent = { ...bundled, name: 'silent', texts: [] }
    expect(licenceReport([bundled, silent])).toContain('This package has no licence file.')
    expect(() => licenceReport([silent])).toThrow('no text of the licence MIT')
  })
})

describe('a package', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'clickstack-package-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

  test('is read with its licence and its notice', () => {
    write('package.json', JSON.stringify({ name: 'a', version: '1.0.0', license: 'MIT' }))
    write('LICENSE.md', 'licence')
    write('NOTICE', 'notice')
    write('README.md', 'readme')
    mkdirSync(join(folder, 'licenses'))
    expect(readPackage(folder)).toEqual({ ...bundled, texts: ['licence', 'notice'] })
  })

  test.each(['name', 'version', 'license'])('fails the build without its %s', (missing) => {
    const manifest = { name: 'a', version: '1.0.0', license: 'MIT' }
    write('package.json', JSON.stringify({ ...manifest, [missing]: undefined }))
    expect(() => readPackage(folder)).toThrow(`package.json has no ${missing}`)
  })
})

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly dev?: boolean; readonly license?: string; readonly version?: string } | undefined
    >
  >
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock

const installed = Object.entries(lock.packages).flatMap(([path, entry]) =>
  path === '' || entry === undefined ? [] : [{ path, ...entry }],
)

test('every package that the action depends on has a free licence', () => {
  const shipped = installed.filter(({ dev }) => dev !== true)
  expect(shipped.length).toBeGreaterThan(20)
  expect(shipped.filter(({ license = '' }) => !FREE_LICENCES.has(license))).toEqual([])
})

/** Tests ask it for a second opinion on IAM policies. It is never bundled or distributed, nor is what it brings along. */
const JUDGE = ['iam-policy', 'iam-simulate', 'iam-utils'].map(
  (name) => `node_modules/@cloud-copilot/${name}`,
)

test('every package for development has a permissive licence too, but for the judge of IAM policies', () => {
  const further = new Set(['BlueOak-1.0.0', 'CC-BY-4.0', '(MIT OR CC0-1.0)', 'Python-2.0'])
  const others = installed.filter(
    ({ license = '' }) => !FREE_LICENCES.has(license) && !further.has(license),
  )
  expect(others.map(({ path, license, dev }) => ({ path, license, dev }))).toEqual(
    JUDGE.map((path) => ({ path, license: 'AGPL-3.0-or-later', dev: true })),
  )
})

test('nothing but tests imports the judge of IAM policies', () => {
  const users = ['src', 'local', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) =>
        /from '@cloud-copilot/.test(readFileSync(join(root, folder, file), 'utf8')),
      ),
  )
  expect(users).toEqual([])
})

describe('dist/licenses.txt', () => {
  const dist = join(root, 'dist')
  const text = readFileSync(join(dist, 'licenses.txt'), 'utf8')
  const [, list = ''] = text.split('\n\n')

  test('lists, under the version of the lock file, packages with free licences only', () => {
    const lines = list.split('\n')
    expect(lines.length).toBeGreaterThan(40)
    for (const line of lines) {
      const [, name = '', version, licence = ''] = /^(\S+) (\S+) \((.+)\)$/.exec(line) ?? []
      const versions = installed
        .filter(({ path }) => path.endsWith(`node_modules/${name}`))
        .map((entry) => entry.version)
      expect([line, versions]).toEqual([line, expect.arrayContaining([version])])
      expect([line, FREE_LICENCES.has(licence)]).toEqual([line, true])
    }
  })

  test('lists each package that the bundle names', () => {
    // Clients of AWS and what brings them along stand in chunks that a run loads when it uses them.
    const chunks = readdirSync(dist).filter((file) => file.endsWith('.js'))
    const names = new Set(
      chunks.flatMap((file) => modulesOf(readFileSync(join(dist, file), 'utf8'))),
    )
    expect(names).toContain('@aws-sdk/client-iam')
    const listed = new Set(list.split('\n').map((line) => line.split(' ', 1)[0]))
    expect([...names].filter((name) => !listed.has(name))).toEqual([])
  })
})

/** Names of the packages whose modules are bundled in a file. */
function modulesOf(code: string): readonly string[] {
  const paths = code.matchAll(/ MODULE: \.\/node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//g)
  return [...paths].map(([, name = '']) => name)
}
