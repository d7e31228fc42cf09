/**
 * Mutants that no test notices, from Stryker's report, beside what is written of them in `explained.json`: each is either
 * killed or explained. They are known by the text of their line, which outlives changes elsewhere in the file.
 */

/** The part that is read here. Source: mutation-testing-report-schema, version 2. */
export interface SurvivorReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string
        readonly mutants: readonly {
          readonly status: string
          readonly replacement?: string
          readonly location: { readonly start: Position; readonly end: Position }
        }[]
      }
    >
  >
}

/** Line and column from 1. */
interface Position {
  readonly line: number
  readonly column: number
}

/** One line of a source, and what no test notices there. */
export interface Explanation {
  /** As it stands in the file, without the blanks around it. */
  readonly line: string
  /** `what → by what it was replaced`. */
  readonly mutants: readonly string[]
  /** Why no test can or need notice. */
  readonly because: string
}

/** By path of the source. */
export type Explanations = Readonly<Record<string, readonly Explanation[]>>

export interface Survivor {
  readonly path: string
  readonly lineNumber: number
  readonly line: string
  readonly mutant: string
}

export function survivorsOf({ files }: SurvivorReport): readonly Survivor[] {
  return Object.entries(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ replacement = '', location: { start, end } }) => {
        const first = lines[start.line - 1] ?? ''
        const text =
          start.line === end.line
            ? first.slice(start.column - 1, end.column - 1)
            : `${first.slice(start.column - 1)} …`
        return {
          path,
          lineNumber: start.line,
          line: first.trim(),
          mutant: `${text} → ${replacement.replace(/\s+/g, ' ')}`,
        }
      })
  })
}

/** Which survivors nothing explains, and which explanations are of none that survived in the files of the report. */
export function unexplained(
  survivors: readonly Survivor[],
  explanations: Explanations,
  paths: ReadonlySet<string>,
): { readonly survivors: readonly Survivor[]; readonly stale: readonly string[] } {
  const keyOf = (path: string, line: string, mutant: string) => JSON.stringify([path, line, mutant])
  const explained = Object.entries(explanations)
    .filter(([path]) => paths.has(path))
    .flatMap(([path, some]) =>
      some.flatMap(({ line, mutants }) => mutants.map((mutant) => keyOf(path, line, mutant))),
    )
  const known = new Set(explained)
  const survived = new Set(survivors.map(({ path, line, mutant }) => keyOf(path, line, mutant)))
  return {
    survivors: survivors.filter(({ path, line, mutant }) => !known.has(keyOf(path, line, mutant))),
    stale: explained.filter((key) => !survived.has(key)),
  }
}

/** `src/model/poll.ts:12: a < b → a <= b`. */
export function survivorText({ path, lineNumber, mutant }: Survivor): string {
  return `${path}:${String(lineNumber)}: ${mutant}`
}
