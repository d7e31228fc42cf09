/** Mutation scores by directory, from Stryker's report. */

/** The part that is read here. Source: mutation-testing-report-schema, version 2. */
export interface MutationReport {
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >
}

export interface Score {
  /** Those that could be noticed by a test: without static ones (see stryker.config.js) and those that do not compile. */
  readonly mutants: number
  /** A test failed, or never ended. */
  readonly killed: number
  /** No test runs the line. A part of the mutants that were not killed. */
  readonly uncovered: number
}

const KILLED: readonly string[] = ['Killed', 'Timeout']
const NOT_KILLED: readonly string[] = ['Survived', 'NoCoverage']

/** Directories in the order of their names. */
export function scoresOf({ files }: MutationReport): {
  readonly directories: ReadonlyMap<string, Score>
  readonly total: Score
} {
  const statuses = new Map<string, string[]>()
  for (const [path, { mutants }] of Object.entries(files)) {
    const directory = path.slice(0, path.lastIndexOf('/'))
    const before = statuses.get(directory) ?? []
    statuses.set(directory, [...before, ...mutants.map(({ status }) => status)])
  }
  const directories = [...statuses].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    directories: new Map(directories.map(([name, some]) => [name, scoreOf(some)])),
    total: scoreOf([...statuses.values()].flat()),
  }
}

function scoreOf(statuses: readonly string[]): Score {
  const count = (some: readonly string[]) => statuses.filter((one) => some.includes(one)).length
  const killed = count(KILLED)
  return { mutants: killed + count(NOT_KILLED), killed, uncovered: count(['NoCoverage']) }
}

/** One line of the result. */
export function scoreText(name: string, { mutants, killed, uncovered }: Score): string {
  const percent = mutants === 0 ? '-' : `${((100 * killed) / mutants).toFixed(1)} %`
  const rest = `${String(mutants - killed)} survived, ${String(uncovered)} of them without a test`
  return `${name}: ${percent} (${String(killed)} of ${String(mutants)} mutants killed, ${rest})`
}
