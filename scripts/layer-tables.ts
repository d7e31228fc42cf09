/**
 * What the releases of Rotel and of the OpenTelemetry community say that the tables in src/ do not: newer layers and
 * regions. Pure: source texts and releases in, source texts out. ADOT's table is not refreshed: its older line has had
 * no release since May 2025, and its numbers are not in its releases.
 */

import { latestVersions, type Release } from '../src/systems/rotel/releases'

export const LAYER_SOURCES = {
  rotel: {
    repository: 'rotel-dev/rotel-lambda-extension',
    file: 'src/systems/rotel/layers.ts',
  },
  community: {
    repository: 'open-telemetry/opentelemetry-lambda',
    file: 'src/systems/instrumentation/distributions.ts',
  },
} as const

type Source = keyof typeof LAYER_SOURCES

/** Of GitHub's answer to "List releases", what is read. */
export interface PublishedRelease {
  readonly tag_name: string
  readonly draft: boolean
  readonly prerelease: boolean
  readonly body?: string | null
}

interface Refreshed {
  /** The source texts, unchanged where nothing is new. */
  readonly files: Readonly<Record<Source, string>>
  /** Markdown: each change, and what a person has to check before it is merged. */
  readonly report: string
}

interface Change {
  readonly text: string
  readonly notes: readonly string[]
}

/** Throws where a source text has no table at the place where it is looked for. */
export function refreshLayers(
  texts: Readonly<Record<Source, string>>,
  releases: Readonly<Record<Source, readonly PublishedRelease[]>>,
): Refreshed {
  const rotel = refreshRotel(texts.rotel, releases.rotel)
  const community = refreshCommunity(texts.community, releases.community)
  const notes = [...rotel.notes, ...community.notes]
  const report =
    notes.length === 0
      ? 'The tables of published layers are current.'
      : [
          'The sources have published layers that the tables do not have.',
          notes.map((note) => `- ${note}`).join('\n'),
          'A pull request by a workflow does not start other workflows: close and reopen it to run the checks.',
        ].join('\n\n')
  return { files: { rotel: rotel.text, community: community.text }, report }
}

const BUNDLED = /^export const BUNDLED_VERSION = (\d+)$/m
const REGIONS = /^(export const ROTEL_REGIONS: ReadonlySet<string> = new Set\(\[\n)([^\]]*)(\]\))$/m

function refreshRotel(text: string, published: readonly PublishedRelease[]): Change {
  const current = Number(matched(BUNDLED, text)[1])
  const [, , list = ''] = matched(REGIONS, text)
  const regions = [...list.matchAll(/'([^']+)'/g)].map(([, region = '']) => region)

  const newest = newestTable(published)
  if (newest === undefined) return { text, notes: [] }
  const { release, table } = newest
  const missing = regions.filter((region) => !table.has(region))
  const added = [...table.keys()].filter((region) => !regions.includes(region))
  const numbers = [...new Set([...table.values()].flat())]
  const [version] = numbers
  const isOne = numbers.length === 1 && missing.length === 0 && version !== undefined

  const notes = [
    ...added.map((region) => `Rotel is published in \`${region}\` (${release.tag}).`),
    ...(isOne || Math.max(...numbers) <= current
      ? []
      : [
          `Rotel ${release.tag} does not have one number in all regions: \`BUNDLED_VERSION\` was not changed. Versions: ${numbers.join(', ')}; regions without it: ${missing.join(', ') || 'none'}.`,
        ]),
    ...(isOne && version > current
      ? [
          `Rotel ${release.tag} is layer version ${version}; \`BUNDLED_VERSION\` was ${current}. Check first: its options and messages against \`src/systems/rotel/options.ts\` and \`messages.ts\`, with recordings of the real extension in \`__tests__/rotel/recordings\`; then the comment at \`BUNDLED_VERSION\`.`,
        ]
      : []),
  ]
  const withRegions =
    added.length === 0
      ? text
      : text.replace(
          REGIONS,
          (_, start: string, lines: string, end: string) =>
            `${start}${lines}${added.map((region) => `  '${region}',\n`).join('')}${end}`,
        )
  const withVersion =
    isOne && version > current
      ? withRegions.replace(BUNDLED, `export const BUNDLED_VERSION = ${version}`)
      : withRegions
  return { text: withVersion, notes }
}

interface Table {
  readonly release: Release
  /** By region, the numbers for both architectures. */
  readonly table: ReadonlyMap<string, readonly number[]>
}

/** Of the newest stable release that has numbers in its notes: a fresh one lacks them for some minutes. */
function newestTable(published: readonly PublishedRelease[]): Table | undefined {
  const releases = published.map(({ tag_name, draft, prerelease, body }): Release => ({
    tag: tag_name,
    draft,
    prerelease,
    notes: body ?? '',
  }))
  const tables = releases.map((release): Table => {
    const versions = latestVersions([release])
    const named = release.notes.matchAll(/^\s*\|\s*([a-z]{2}-[a-z]+-\d)\s*\|/gm)
    const rows = [...named].map(([, region = '']): [string, readonly number[]] => [
      region,
      [versions(region, 'x86_64'), versions(region, 'arm64')].filter((one) => one !== undefined),
    ])
    return { release, table: new Map(rows.filter(([, numbers]) => numbers.length === 2)) }
  })
  return tables
    .filter(({ table }) => table.size > 0)
    .sort((a, b) => compareReleases(numbersOf(b.release.tag), numbersOf(a.release.tag)))[0]
}

const numbersOf = (tag: string) => (tag.match(/\d+/g) ?? []).map(Number)

function compareReleases(a: readonly number[], b: readonly number[]): number {
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index).find(
    (index) => (a[index] ?? 0) !== (b[index] ?? 0),
  )
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** The tag of a layer, before its numbers: `layer-nodejs/0.23.0` is published as `opentelemetry-nodejs-0_23_0`. */
const COMMUNITY_TAGS = { nodejs: 'layer-nodejs', python: 'layer-python', java: 'layer-javaagent' }

function refreshCommunity(text: string, published: readonly PublishedRelease[]): Change {
  return Object.entries(COMMUNITY_TAGS).reduce<Change>(
    ({ text: before, notes }, [language, tagged]) => {
      const entry = new RegExp(
        `^(  opentelemetry: \\{\\n(?:    .*\\n)*?    ${language}: \\{ release: ')([\\d_]+)(', version: )(\\d+)`,
        'm',
      )
      const current = numbersOf((matched(entry, before)[2] ?? '').replaceAll('_', '.'))
      const newest = published
        .filter(({ draft, prerelease }) => !draft && !prerelease)
        .map(({ tag_name }) => new RegExp(`^${tagged}/v?(\\d+(?:\\.\\d+)+)$`).exec(tag_name)?.[1])
        .filter((release) => release !== undefined)
        .map(numbersOf)
        .sort((a, b) => compareReleases(b, a))[0]
      if (newest === undefined || compareReleases(newest, current) <= 0)
        return { text: before, notes }
      // A release has a layer name of its own, so that its version is 1.
      const after = before.replace(entry, `$1${newest.join('_')}$31`)
      const note = `OpenTelemetry's layer for ${language} is at ${newest.join('.')}, the table had ${current.join('.')}. Check first: the runtimes that the release lists, and that layer version 1 exists in the regions.`
      return { text: after, notes: [...notes, note] }
    },
    { text, notes: [] },
  )
}

function matched(pattern: RegExp, text: string): RegExpExecArray {
  const found = pattern.exec(text)
  if (found === null) throw new Error(`The table is not where it was: ${pattern.source}`)
  return found
}
