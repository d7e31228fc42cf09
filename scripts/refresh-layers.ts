/**
 * Compares the tables of published layers with the releases of their sources, and writes the change into src/. Called
 * with the path of a file, writes the text for the pull request into it. The weekly workflow layers.yml does that.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LAYER_SOURCES, type PublishedRelease, refreshLayers } from './layer-tables'

const root = join(import.meta.dirname, '..')
const TIME_LIMIT_MS = 30_000

/** Throws where GitHub does not answer, or answers something else than a list of releases. */
async function releasesOf(repository: string): Promise<readonly PublishedRelease[]> {
  const token = process.env['GITHUB_TOKEN']
  const api = process.env['GITHUB_API_URL'] ?? 'https://api.github.com'
  const answer = await fetch(`${api}/repos/${repository}/releases?per_page=100`, {
    headers: {
      accept: 'application/vnd.github+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  })
  if (!answer.ok) throw new Error(`The releases of ${repository}: HTTP ${answer.status}`)
  const list: unknown = await answer.json()
  if (!Array.isArray(list)) throw new Error(`The releases of ${repository}: not a list`)
  return list as readonly PublishedRelease[]
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')

const refreshed = refreshLayers(
  { rotel: read(LAYER_SOURCES.rotel.file), community: read(LAYER_SOURCES.community.file) },
  {
    rotel: await releasesOf(LAYER_SOURCES.rotel.repository),
    community: await releasesOf(LAYER_SOURCES.community.repository),
  },
)
writeFileSync(join(root, LAYER_SOURCES.rotel.file), refreshed.files.rotel)
writeFileSync(join(root, LAYER_SOURCES.community.file), refreshed.files.community)

console.log(refreshed.report)
const reportPath = process.argv[2]
if (reportPath !== undefined) writeFileSync(reportPath, refreshed.report)
