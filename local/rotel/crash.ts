/** How Rotel ends when it cannot go on. */
export interface Crash {
  readonly exitCode: number
  /** What it prints before; stderr lines are the same in both log formats. */
  readonly output: readonly OutputLine[]
  /** Whether it had registered with the Extensions API by then. */
  readonly registered: boolean
}

export type OutputLine =
  | { readonly stream: 'stderr'; readonly text: string }
  | {
      readonly stream: 'log'
      readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'
      readonly message: string
      readonly fields?: Readonly<Record<string, string | number>>
    }

/** clap's refusal: exit 2, before anything else happens. */
export function clapError(text: string): Crash {
  return {
    exitCode: 2,
    registered: false,
    output: [
      { stream: 'stderr', text: `error: ${text}` },
      { stream: 'stderr', text: '' },
      { stream: 'stderr', text: "For more information, try '--help'." },
    ],
  }
}

export function stderrCrash(text: string): Crash {
  return { exitCode: 1, registered: false, output: [{ stream: 'stderr', text }] }
}

export function agentError(
  error: string,
  registered: boolean,
  before: readonly OutputLine[] = [],
): Crash {
  return {
    exitCode: 1,
    registered,
    output: [
      ...before,
      {
        stream: 'log',
        level: 'ERROR',
        message: 'Failed to run agent.',
        fields: { error: JSON.stringify(error) },
      },
    ],
  }
}

/** As Rotel writes it: `LEVEL msg key=val`, or an object when Lambda's log format is JSON. */
export function renderLine(line: OutputLine, format: 'Text' | 'JSON'): string {
  if (line.stream === 'stderr') return line.text
  const fields = line.fields ?? {}
  if (format === 'JSON') {
    return JSON.stringify({ level: line.level, fields: { message: line.message, ...fields } })
  }
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`)
  return `${line.level} ${line.message}${pairs.join('')}`
}
