/** What campaigns tried and how it ended, as data: the table of docs/trust.md is made from it by `npm run figures`. */

import { appendFileSync } from 'node:fs'

/** What is counted, by its name in the table: `{ "kills tried": 56, "states lost": 0 }`. */
export type Figures = Readonly<Record<string, number>>

/**
 * Adds a line to the file that the environment variable FIGURES names; without it, nothing is kept. Lines of one campaign are
 * summed, so that its test files may each add their own.
 */
export function recordFigures(campaign: string, figures: Figures): void {
  const path = process.env['FIGURES']
  if (path === undefined) return
  appendFileSync(path, `${JSON.stringify({ campaign, figures })}\n`)
}
