/**
 * Runs campaigns and writes what they counted into docs/figures.json and docs/trust.md:
 * `npm run figures -- campaign:kills`, a part of it with `npm run figures -- KILLS=7/20 campaign:kills`. A campaign that fails
 * leaves both as they are. With `--check` it runs none and fails if the page is not made from the figures.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type MeasuredCampaign, summed, trustPage } from './trust-page'

const docs = join(import.meta.dirname, '..', 'docs')
const data = join(docs, 'figures.json')
const page = join(docs, 'trust.md')

const known = () => JSON.parse(readFileSync(data, 'utf8')) as readonly MeasuredCampaign[]
const [...words] = process.argv.slice(2)

/** What campaigns read from the environment. A part whose command does not name it would pass for the whole. */
const SETTING =
  /^(FAULTS|KILLS|CHANGES|PERMISSIONS|THROTTLES|FUZZ|DOCUMENTS|SEQUENCES|MUTATE|TESTS)(_[A-Z]+)*$/
const unnamed = Object.keys(process.env).filter((name) => SETTING.test(name))

if (words.includes('--check')) {
  if (readFileSync(page, 'utf8') !== (await trustPage(known())))
    fail('docs/trust.md is out of date. Run `npm run docs`')
} else if (words.length > 0 && unnamed.length > 0) {
  fail(`Set ${unnamed.join(', ')} after \`npm run figures --\`: only that is in the table`)
} else {
  const campaigns = words.filter((word) => word.startsWith('campaign:'))
  const settings = words.filter((word) => /^[A-Z_]+=/.test(word))
  const measured = campaigns.flatMap((campaign) => figuresOf(campaign, settings))
  const names = new Set(measured.map(({ campaign }) => campaign))
  // Read after the campaign: another one may have ended meanwhile.
  const all = [...known().filter(({ campaign }) => !names.has(campaign)), ...measured]
  writeFileSync(data, `${JSON.stringify(all, null, 2)}\n`)
  writeFileSync(page, await trustPage(all))
}

/** Runs one; no figures where it fails. */
function figuresOf(script: string, settings: readonly string[]): readonly MeasuredCampaign[] {
  const directory = mkdtempSync(join(tmpdir(), 'figures-'))
  const path = join(directory, 'figures.jsonl')
  const began = Date.now()
  const { status } = spawnSync('npm', ['run', script], {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...Object.fromEntries(settings.map((setting) => splitAtFirst(setting, '='))),
      FIGURES: path,
    },
  })
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  rmSync(directory, { recursive: true })
  if (status !== 0) {
    fail(`${script} failed: its figures are not written`)
    return []
  }
  if (lines.length === 0) {
    fail(`${script} counted nothing`)
    return []
  }
  const command = [...settings, 'npm run', script].join(' ')
  const day = new Date().toISOString().slice(0, 10)
  const minutes = Math.ceil((Date.now() - began) / 60_000)
  return [...summed(lines)].map(([campaign, figures]) => ({
    campaign,
    command,
    measured: day,
    minutes,
    figures,
  }))
}

function splitAtFirst(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return [text.slice(0, at), text.slice(at + mark.length)]
}

function fail(reason: string): void {
  console.error(reason)
  process.exitCode = 1
}
