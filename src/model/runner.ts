/** The port to the Actions runner: its log, its annotations, its outputs and its summary. */

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly title: string
  readonly message: string
}

/** The Actions runner: its log, its files, its annotations. */
export interface Runner {
  info(line: string): void
  debug(line: string): void
  /** Prints a line that opens a foldable group, or closes the open one. */
  startGroup(title: string): void
  endGroup(): void
  annotate(annotation: Annotation): void
  /** Foreign lines, printed so that the runner does not interpret commands in them. */
  untrusted(lines: readonly string[]): void
  setOutput(name: string, value: string): void
  writeSummary(markdown: string): Promise<void>
}
