/**
 * Mutation testing of the core (`npm run campaign:mutation`): runs Stryker over it, or over the part that MUTATE names, and
 * tells which share of the mutants a test notices, by directory and in total. Fails below the share that is required.
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { recordFigures } from '../campaign/figures'
import { type MutationReport, scoresOf, scoreText } from './scores'

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

const { directories, total } = scoresOf(JSON.parse(readFileSync(REPORT, 'utf8')) as MutationReport)
for (const [directory, score] of directories) console.log(scoreText(directory, score))
console.log(scoreText('total', total))
recordFigures('mutation', { mutants: total.mutants, killed: total.killed })
if (total.killed * 100 < total.mutants * REQUIRED_SCORE) {
  console.error(`fewer than ${String(REQUIRED_SCORE)} % of the mutants were killed`)
  process.exitCode = 1
}
