/** How Rotel ends when it cannot go on, and how it prints. */
import { debugText } from './rust'

export interface Crash {
  readonly exitCode: number
  /** What it prints before; stderr lines are the same in both log formats. */
  readonly output: readonly OutputLine[]
  /**
   * Whether it had registered with the Extensions API by then. If so, it has reported that it is ready, and ends with
   * the first INVOKE: it looks at its agent only after `/next` (rotel-lambda-extension v0.1.6, src/main.rs).
   */
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

/** clap's refusal: exit 2, before anything else happens. `hints` follow its first line; each of `tips` stands alone. */
export function clapError(
  text: string,
  hints: readonly string[] = [],
  tips: readonly string[] = [],
): Crash {
  const lines = [
    `error: ${text}`,
    ...hints,
    '',
    ...tips.flatMap((tip) => [tip, '']),
    "For more information, try '--help'.",
  ]
  // A value may hold line breaks, and is printed as it is.
  const output = lines.flatMap((line) => line.split('\n'))
  return {
    exitCode: 2,
    registered: false,
    output: output.map((line) => ({ stream: 'stderr', text: line })),
  }
}

export function stderrCrash(text: string): Crash {
  const output = text.split('\n').map((line) => ({ stream: 'stderr', text: line }) as const)
  return { exitCode: 1, registered: false, output }
}

/** A panic while the arguments are parsed: exit 101. */
export function panicCrash(place: string, message: string): Crash {
  return { exitCode: 101, registered: false, output: panic('main', place, message) }
}

/** What Rust prints of a panic, on standard error. */
export function panic(thread: string, place: string, message: string): readonly OutputLine[] {
  return [
    '',
    `thread '${thread}' (8) panicked at ${place}:`,
    message,
    'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
  ].map((text) => ({ stream: 'stderr', text }))
}

/** @param error a text, which Rotel prints in its Debug form; or the name of an error, which it prints as it is. */
export function agentError(
  error: string | { readonly name: string },
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
        fields: { error: typeof error === 'string' ? debugText(error) : error.name },
      },
    ],
  }
}

/** A line of Rotel's own log. */
export function logLine(
  level: 'INFO' | 'WARN' | 'ERROR',
  message: string,
  fields: Readonly<Record<string, string | number>> = {},
): OutputLine {
  return { stream: 'log', level, message, fields }
}

/** As Rotel writes it: the level padded to five characters, or an object when Lambda's log format is JSON. */
export function renderLine(line: OutputLine, format: 'Text' | 'JSON'): string {
  if (line.stream === 'stderr') return line.text
  const fields = line.fields ?? {}
  if (format === 'JSON') {
    return JSON.stringify({ level: line.level, fields: { message: line.message, ...fields } })
  }
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${value}`)
  return `${line.level.padStart(5)} ${line.message}${pairs.join('')}`
}
