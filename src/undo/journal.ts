/**
 * What must be known to undo this run, on disk before each write (promise P2). One line of JSON each, appended, so that
 * a crash between two lines loses nothing. It holds the inverse change only: keys added, values replaced, layers before.
 */

import type { FunctionArn } from '../model/lambda-function'
import { type Inverse, mergeInverses } from './inverse'

/** Where the lines are kept: a file, see edges/journal-file.ts. */
export interface JournalStore {
  /** Returns when the line is on disk. */
  append(line: string): void
  delete(): void
}

export interface JournalHeader {
  readonly account: string
  readonly partition: string
  /** For the fingerprints of what was written. */
  readonly salt: string
}

/** A function that this run has written to and not finished with. */
export interface OpenEntry {
  readonly function: FunctionArn
  readonly inverse: Inverse
}

type Line =
  | ({ readonly kind: 'run' } & JournalHeader)
  | { readonly kind: 'write'; readonly function: FunctionArn; readonly inverse: Inverse }
  | { readonly kind: 'finished'; readonly function: string }

/** The journal of a running step. */
export interface Journal {
  readonly salt: string
  /** To be called before each write. */
  writing(fn: FunctionArn, inverse: Inverse): void
  /** The function has reached one of its two end states. */
  finished(fn: FunctionArn): void
  /** All writes of this run to the function, as one way back. */
  inverseFor(fn: FunctionArn): Inverse | undefined
  /** Deletes the file, unless a function is left that could not be put back: then the post step tries once more. */
  close(): void
}

export function startJournal(store: JournalStore, header: JournalHeader): Journal {
  const open = new Map<string, Inverse>()
  const append = (line: Line) => store.append(JSON.stringify(line))
  append({ kind: 'run', ...header })
  return {
    salt: header.salt,
    writing(fn, inverse) {
      append({ kind: 'write', function: fn, inverse })
      const first = open.get(fn.text)
      open.set(fn.text, first ? mergeInverses(first, inverse) : inverse)
    },
    finished(fn) {
      if (!open.delete(fn.text)) return
      append({ kind: 'finished', function: fn.text })
    },
    inverseFor: (fn) => open.get(fn.text),
    close() {
      if (open.size === 0) store.delete()
    },
  }
}

export interface JournalContents {
  readonly header: JournalHeader
  readonly open: readonly OpenEntry[]
}

/** What a journal says is still to be undone; `undefined` if it is no journal. A torn last line was never acted on. */
export function readJournal(text: string): JournalContents | undefined {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  let header: JournalHeader | undefined
  const open = new Map<string, OpenEntry>()
  for (const raw of complete.split('\n').filter((line) => line !== '')) {
    const line = parseLine(raw)
    if (line === undefined) return undefined
    if (line.kind === 'run') {
      header = { account: line.account, partition: line.partition, salt: line.salt }
    } else if (line.kind === 'write') {
      const first = open.get(line.function.text)
      const inverse = first ? mergeInverses(first.inverse, line.inverse) : line.inverse
      open.set(line.function.text, { function: line.function, inverse })
    } else {
      open.delete(line.function)
    }
  }
  return header && { header, open: [...open.values()] }
}

/** The journal is written by this program into a file that nobody else may write: its shape is trusted, its kind is not. */
function parseLine(raw: string): Line | undefined {
  try {
    const line = JSON.parse(raw) as Line
    return ['run', 'write', 'finished'].includes(line.kind) ? line : undefined
  } catch {
    return undefined
  }
}
