/** The figures of fleets as a table for docs/performance.md. */

import type { Fleet, Measured } from './fleet'

const HEAD = [
  'Functions',
  'Run',
  'Seconds',
  'of these the first wave',
  'times the floor',
  'Calls of Lambda per function',
  'of IAM',
  'Writes',
  'Throttles',
  'CPU s',
  'Peak MB',
  'Summary kB',
  'Exit',
]

export const HEADER = [HEAD, HEAD.map(() => '---')].map(row).join('\n')

export function rowOf(fleet: Fleet, measured: Measured): string {
  const n = fleet.functions * (fleet.hasSecondUser ? 2 : 1)
  const { seconds, firstWaveSeconds, floorSeconds, secondUser } = measured
  const first = measured.round === 'first'
  return row([
    `${String(fleet.functions)} ${fleetText(fleet)}`,
    first ? 'first' : 'no change',
    seconds.toFixed(1),
    first ? firstWaveSeconds.toFixed(1) : '',
    first ? ((seconds - firstWaveSeconds) / floorSeconds).toFixed(2) : '',
    (measured.controlPlane / n).toFixed(2),
    (measured.iam / n).toFixed(2),
    String(measured.writes),
    String(measured.throttles),
    measured.cpuSeconds.toFixed(1),
    megabytes(measured.peakBytes),
    (measured.summaryBytes / 1000).toFixed(0),
    secondUser === undefined
      ? String(measured.exitCode)
      : `${String(measured.exitCode)}, ${String(secondUser)}`,
  ])
}

function fleetText({ by, smokeTest, versions, hasSecondUser }: Fleet): string {
  return [
    `by ${by}`,
    ...(smokeTest ? ['smoke test'] : []),
    ...(versions > 0 ? [`${String(versions)} versions each`] : []),
    ...(hasSecondUser ? ['beside a second user'] : []),
  ].join(', ')
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0)

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
