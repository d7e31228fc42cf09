/**
 * Three things are held against what the real Rotel extension did: the local model of it, what is refused before
 * anything is written, and the cause that is named of a death. The figures stand in docs/rotel.md; each exception is
 * named here, with its reason.
 */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseTail } from '../../src/pipeline/smoke-test/tail'
import { configurationFault } from '../../src/systems/rotel/configuration-fault'
import { crashIn } from '../../src/systems/rotel/crashes'
import { died, modelOf, type Recording, RECORDINGS, tellingLines } from './recordings'

/** In which recordings something does not agree, by case. */
async function disagreeing(
  recordings: readonly Recording[],
  agrees: (recording: Recording) => boolean | Promise<boolean>,
): Promise<readonly string[]> {
  const cases: string[] = []
  for (const recording of recordings) if (!(await agrees(recording))) cases.push(recording.case)
  return cases
}

const DEATHS = RECORDINGS.filter(died)

const TIMING =
  'it exited because of its header after the first invocation was over, which depends on timing'
const LATE = { 'logs headers "a=b, c=canary-51ce"': TIMING }

const CLICKHOUSE_SHUTDOWN =
  'with ClickHouse, a shutdown was recorded to end with 0 and with 1 for equal configurations'
const SHUTDOWNS = {
  'ch endpoint "http://h?x=1"': CLICKHOUSE_SHUTDOWN,
  'ch json "true"': CLICKHOUSE_SHUTDOWN,
  'ch compression "none"': CLICKHOUSE_SHUTDOWN,
  'named ch ENABLE_JSON "true"': CLICKHOUSE_SHUTDOWN,
}

const NO_LOGS = 'it runs and discards all logs, which is refused'
const NEVER_ARRIVES = 'it runs and nothing can ever arrive, which is refused'
const RUNS_FOR_NOTHING = {
  'nothing set': NO_LOGS,
  'exporter "blackhole"': NO_LOGS,
  'exporter datadog with key': NO_LOGS,
  'named traces only': NO_LOGS,
  'named blackhole logs': NO_LOGS,
  'named same name twice': NO_LOGS,
  'endpoint "ftp://h.example.com"': NEVER_ARRIVES,
  'endpoint "grpc://h.example.com:4317"': NEVER_ARRIVES,
  'endpoint "unix:///tmp/x"': NEVER_ARRIVES,
  'http endpoint "ftp://h"': NEVER_ARRIVES,
  'ch endpoint "ftp://h"': NEVER_ARRIVES,
  'ch endpoint "\\"http://h\\""': NEVER_ARRIVES,
  'both receivers port 0': NEVER_ARRIVES,
}

function causeOf(lines: readonly string[]) {
  const { lines: parsed } = parseTail(lines.join('\n'))
  return crashIn(parsed.filter(({ source }) => source === 'extension').map(({ text }) => text))
}

const faultOf = ({ variables }: Recording) => configurationFault(new Map(Object.entries(variables)))

/** In JSON format: what goes through tracing becomes a record, what goes to standard error stays as it is. */
function asJson(line: string): string {
  const [, level, message, error] = /^ ?([A-Z]+) (.*?)(?: error=(.*))?$/.exec(line) ?? []
  if (level === undefined || message === undefined || line.startsWith('ERROR:')) return line
  return JSON.stringify({ level, fields: { message, ...(error === undefined ? {} : { error }) } })
}

interface Comparison {
  readonly what: string
  readonly recordings: readonly Recording[]
  readonly agrees: (recording: Recording) => boolean | Promise<boolean>
  readonly exceptions: Readonly<Record<string, string>>
}

const COMPARISONS: readonly Comparison[] = [
  {
    what: 'Local model: runs or exits',
    recordings: RECORDINGS,
    agrees: async (recording) =>
      ((await modelOf(recording)).outcome !== 'runs') === died(recording),
    exceptions: LATE,
  },
  {
    what: 'Local model: stage and exit code',
    recordings: RECORDINGS,
    agrees: async (recording) => {
      const { outcome, exitCode } = await modelOf(recording)
      return outcome === recording.outcome && exitCode === recording.exitCode
    },
    exceptions: { ...LATE, ...SHUTDOWNS },
  },
  {
    what: 'Local model: lines',
    recordings: RECORDINGS,
    agrees: async (recording) => {
      const { lines } = await modelOf(recording)
      return tellingLines(lines).join('\n') === tellingLines(recording.lines).join('\n')
    },
    exceptions: LATE,
  },
  {
    what: 'Refused before the first write if it exits, not refused if it runs',
    recordings: RECORDINGS,
    agrees: (recording) => (faultOf(recording) !== undefined) === died(recording),
    exceptions: { ...LATE, ...RUNS_FOR_NOTHING },
  },
  {
    what: 'Cause of an exit is named, text format',
    recordings: DEATHS,
    agrees: ({ lines }) => causeOf(lines) !== undefined,
    exceptions: {},
  },
  {
    what: 'Cause of an exit is named, JSON format',
    recordings: DEATHS,
    agrees: ({ lines }) => causeOf(lines.map(asJson))?.reason === causeOf(lines)?.reason,
    exceptions: {},
  },
  {
    what: 'Cause of an exit is the reason of the refusal',
    recordings: DEATHS,
    agrees: (recording) => {
      const { reason: refused = 'none' } = faultOf(recording) ?? {}
      const cause = causeOf(recording.lines)?.reason
      return cause === (refused === 'port-conflict' ? 'extension-port-conflict' : refused)
    },
    exceptions: {},
  },
  {
    what: 'Lines recognised as Rotel’s, all lines of a recording',
    recordings: RECORDINGS,
    agrees: ({ lines }) =>
      parseTail(lines.join('\n')).lines.every(({ source }) => source === 'extension'),
    exceptions: {},
  },
]

describe('what the real extension did', () => {
  test.each(COMPARISONS.map((comparison) => [comparison.what, comparison] as const))(
    '%s: it agrees, but for the exceptions that are named',
    async (_, { recordings, agrees, exceptions }) => {
      const cases = await disagreeing(recordings, agrees)
      expect([...cases].sort()).toEqual(Object.keys(exceptions).sort())
    },
  )

  test.each(COMPARISONS.map((comparison) => [comparison.what, comparison] as const))(
    '%s: the documentation has the figures',
    (what, { recordings, exceptions }) => {
      const all = recordings.length
      const agreeing = all - Object.keys(exceptions).length
      const docs = readFileSync('docs/rotel.md', 'utf8')
      const rows = docs.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
      expect(rows).toContainEqual([
        '',
        what,
        `${String(agreeing)} of ${String(all)}`,
        expect.anything(),
        '',
      ])
      for (const reason of new Set(Object.values(exceptions))) expect(docs).toContain(reason)
    },
  )

  test('no configuration that delivered logs is refused', () => {
    const delivered = RECORDINGS.filter(({ exportsOfLogs }) => exportsOfLogs > 0)
    expect(delivered.filter((recording) => faultOf(recording) !== undefined)).toEqual([])
    expect(delivered.length).toBeGreaterThan(100)
  })
})
