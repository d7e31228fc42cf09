/**
 * Mutation testing of the core (`npm run campaign:mutation`): runs Stryker over it, or over the part that MUTATE names, and
 * tells which share of the mutants a test notices, by directory and in total. Fails below the share that is required, and
 * for a survivor that `explained.json` does not explain.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordFigures } from '../campaign/figures'
import { type MutationReport, scoresOf, scoreText } from './scores'
import {
  type Explanations,
  type SurvivorReport,
  survivorsOf,
  survivorText,
  unexplained,
} from './survivors'

/** Of all mutants, in percent. */
const REQUIRED_SCORE = 90
/** Where stryker.config.js has it written. */
const REPORT = '.mutation/report.json'

const { status } = spawnSync(
  process.execPath,
  ['node_modules/@stryker-mutator/core/bin/stryker.js', 'run'],
  { stdio: 'inherit', env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.mutation.json' } },
)
if (status !== 0) process.exit(1)

const report = JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport & SurvivorReport
const { directories, total } = scoresOf(report)
for (const [directory, score] of directories) console.log(scoreText(directory, score))
console.log(scoreText('total', total))

const explanations = JSON.parse(
  readFileSync(join(import.meta.dirname, 'explained.json'), 'utf8'),
) as Explanations
const all = survivorsOf(report)
const { survivors, stale } = unexplained(all, explanations, new Set(Object.keys(report.files)))
for (const survivor of survivors) console.error(`not explained: ${survivorText(survivor)}`)
for (const key of stale) console.log(`explained, and did not survive: ${key}`)

recordFigures('mutation', {
  mutants: total.mutants,
  killed: total.killed,
  'explained survivors': all.length - survivors.length,
  'survivors without explanation': survivors.length,
})
if (total.killed * 100 < total.mutants * REQUIRED_SCORE) {
  console.error(`fewer than ${String(REQUIRED_SCORE)} % of the mutants were killed`)
  process.exitCode = 1
}
// With the tests of a part, mutants survive that others would notice.
const isPart = process.env['MUTATE'] !== undefined || process.env['TESTS'] !== undefined
if (survivors.length > 0 && !isPart) process.exitCode = 1
