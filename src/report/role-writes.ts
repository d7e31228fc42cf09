/** The section of the report that names each write to IAM. */

import { roleWriteText } from '../systems/iam/role-write'
import { fold, plain } from './markdown'
import { moreInReport } from './naming'
import type { Report } from './report'

/** `Changes to IAM: 3`, or what would be changed. */
export function roleWritesTitle(count: number, planOnly: boolean): string {
  return planOnly
    ? `Changes to IAM that are planned: ${String(count)}`
    : `Changes to IAM: ${String(count)}`
}

/** Longest list that a reader wants to unfold; all of it is in the report file. */
const MOST_WRITES = 500

/** Folded; empty where IAM is not written. */
export function roleWritesSections({
  roleWrites,
  planOnly,
}: Pick<Report, 'roleWrites' | 'planOnly'>): readonly string[] {
  if (roleWrites.length === 0) return []
  const left = roleWrites.length - MOST_WRITES
  return [
    fold(`🔑 ${roleWritesTitle(roleWrites.length, planOnly)}`, [
      [
        ...roleWrites.slice(0, MOST_WRITES).map((write) => `- ${plain(roleWriteText(write))}`),
        ...(left > 0 ? [`- ${moreInReport(left)}`] : []),
      ].join('\n'),
    ]),
  ]
}
