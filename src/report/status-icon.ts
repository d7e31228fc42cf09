/** A sign for each status, so that a reader finds what failed before reading a word. */

import { isGood, type Outcome, type Status, wasNotTried } from '../pipeline/rollout/outcome'
import { isNothing } from './report'

const ICONS: Readonly<Record<Status, string>> = {
  failed: '❌',
  dark: '🌑',
  'rolled-back': '↩️',
  blocked: '⛔',
  unproven: '❓',
  skipped: '➖',
  written: '⚠️',
  instrumented: '✅',
  removed: '🧹',
  unchanged: '✅',
  planned: '📋',
}

export function statusIcon(outcome: Pick<Outcome, 'status' | 'reason'>): string {
  if (wasNotTried(outcome)) return '⏭️'
  const icon = ICONS[outcome.status]
  // A good status of a function that fails the job all the same.
  if (!isGood(outcome)) return icon === '✅' ? '❌' : icon
  if (isNothing(outcome.reason)) return '➖'
  return outcome.reason === 'no-verifier' ? '⚠️' : icon
}
