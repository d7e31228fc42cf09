/** The weekly refresh of the tables of published layers: scripts/layer-tables.ts on the sources as they are. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LAYER_SOURCES, type PublishedRelease, refreshLayers } from '../../scripts/layer-tables'
import { RELEASES_REPOSITORY } from '../../src/systems/rotel/releases'
import { BUNDLED_VERSION, ROTEL_REGIONS } from '../../src/systems/rotel/layers'

const read = (path: string) => readFileSync(join(import.meta.dirname, '..', '..', path), 'utf8')
const texts = {
  rotel: read(LAYER_SOURCES.rotel.file),
  community: read(LAYER_SOURCES.community.file),
}

const release = (tag: string, body = '', more: Partial<PublishedRelease> = {}) => ({
  tag_name: tag,
  draft: false,
  prerelease: false,
  body,
  ...more,
})

const table = (rows: Iterable<readonly [string, number | string]>) =>
  `| Region | x86-64 | arm64 |\n|---|---|---|\n${[...rows]
    .map(([region, version]) => `| ${region} | ${version} | ${version} |`)
    .join('\n')}`

const everywhere = (version: number, ...more: readonly string[]) =>
  table([...ROTEL_REGIONS, ...more].map((region): [string, number] => [region, version]))

const refresh = (rotel: readonly PublishedRelease[], community: readonly PublishedRelease[] = []) =>
  refreshLayers(texts, { rotel, community })

const NEXT = BUNDLED_VERSION + 1

test('the sources are those that the action itself asks', () => {
  const { owner, repo } = RELEASES_REPOSITORY
  expect(LAYER_SOURCES.rotel.repository).toBe(`${owner}/${repo}`)
})

test('tables that are current stay byte for byte', () => {
  const { files, report } = refresh(
    [release('v0.1.6', everywhere(BUNDLED_VERSION))],
    [release('layer-nodejs/0.23.0'), release('layer-python/0.20.0'), release('layer-ruby/9.0.0')],
  )
  expect(files).toEqual(texts)
  expect(report).toBe('The tables of published layers are current.')
})

test('a newer layer of Rotel becomes the bundled one, with what to check first', () => {
  const { files, report } = refresh([
    release('v0.1.9', everywhere(3)),
    release('v0.1.10', everywhere(NEXT)),
  ])
  expect(files.rotel).toBe(
    texts.rotel.replace(`BUNDLED_VERSION = ${BUNDLED_VERSION}\n`, `BUNDLED_VERSION = ${NEXT}\n`),
  )
  expect(report).toContain(`Rotel v0.1.10 is layer version ${NEXT}`)
  expect(report).toContain('recordings of the real extension')
})

test.each<[string, readonly PublishedRelease[]]>([
  ['no table yet', [release('v0.2.0', 'soon'), release('v0.1.6', everywhere(BUNDLED_VERSION))]],
  ['no text at all', [release('v0.2.0', '', { body: null })]],
  ['a draft', [release('v0.2.0', everywhere(NEXT), { draft: true })]],
  ['a pre-release', [release('v0.2.0', everywhere(NEXT), { prerelease: true })]],
  ['the tag of an alpha version', [release('v42-alpha', everywhere(NEXT))]],
  ['an older number', [release('v0.2.0', everywhere(BUNDLED_VERSION - 1))]],
])('a release with %s changes nothing', (_, releases) => {
  expect(refresh(releases).files).toEqual(texts)
})

test.each<[string, string]>([
  ['different numbers', everywhere(NEXT).replace(`| ${NEXT} |`, `| ${NEXT + 1} |`)],
  ['one region less', table([...ROTEL_REGIONS].slice(1).map((region) => [region, NEXT]))],
  ['a region without a number', everywhere(NEXT).replace(`| ${NEXT} |`, '| N/A |')],
])('with %s the bundled version stays, and the report says so', (_, notes) => {
  const { files, report } = refresh([release('v0.2.0', notes)])
  expect(files).toEqual(texts)
  expect(report).toContain('`BUNDLED_VERSION` was not changed')
})

test('a new region joins the list', () => {
  const { files, report } = refresh([
    release('v0.1.6', everywhere(BUNDLED_VERSION, 'ap-northeast-3')),
  ])
  expect(files.rotel).toBe(
    texts.rotel.replace("  'sa-east-1',\n])", "  'sa-east-1',\n  'ap-northeast-3',\n])"),
  )
  expect(report).toContain('Rotel is published in `ap-northeast-3`')
})

test('newer layers of the community replace those of their language only', () => {
  const { files, report } = refresh(
    [],
    [
      release('layer-nodejs/0.24.0'),
      release('layer-nodejs/0.100.1'),
      release('layer-javaagent/0.22.0', '', { draft: true }),
      release('layer-javawrapper/0.99.0'),
      release('layer-collector/1.0.0'),
    ],
  )
  expect(files.community).toBe(
    texts.community.replace("'0_23_0', version: 1", "'0_100_1', version: 1"),
  )
  expect(report).toContain('for nodejs is at 0.100.1, the table had 0.23.0')
})

test('ADOT’s table, which looks alike, stays', () => {
  const { files } = refresh(
    [],
    ['nodejs', 'python', 'javaagent'].map((name) => release(`layer-${name}/9.0.0`)),
  )
  const adot = (text: string) => text.slice(text.indexOf('  adot: {'))
  expect(files.community.match(/'9_0_0', version: 1/g)).toHaveLength(3)
  expect(adot(files.community)).toBe(adot(texts.community))
})

test('a table that is not where it was is an error, and not “current”', () => {
  const moved = { ...texts, rotel: texts.rotel.replace('BUNDLED_VERSION =', 'VERSION =') }
  expect(() => refreshLayers(moved, { rotel: [], community: [] })).toThrow('not where it was')
})
