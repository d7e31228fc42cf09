/**
 * What must be known to undo this run, on disk before each write (promise P2). One line of JSON each, appended, so that
 * a crash between two lines loses nothing. It holds the inverse change only: keys added, values replaced, layers before,
 * policies that were narrowed.
 */

import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { RoleChange, RoleRecords } from '../roles/role-change'
import type { ConfigurationRecords } from '../configure/configuration-records'
import { type Inverse, mergeInverses } from '../configure/inverse'

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

/** A function that this run has written to, or to whose role it has, and not finished with. */
export interface OpenEntry {
  readonly function: FunctionArn
  /** `undefined`: the function itself was not written to. */
  readonly inverse: Inverse | undefined
  /** Writes to its execution role, oldest first. */
  readonly roleChanges: readonly RoleChange[]
}

type Line =
  | ({ readonly kind: 'run' } & JournalHeader)
  | { readonly kind: 'write'; readonly function: FunctionArn; readonly inverse: Inverse }
  /** The last write to the function did not land. */
  | { readonly kind: 'not-written'; readonly function: string }
  | { readonly kind: 'role'; readonly function: FunctionArn; readonly change: RoleChange }
  /** The role's part of this purpose is as it was, or as somebody else has made it since. */
  | {
      readonly kind: 'role-back'
      readonly function: string
      readonly purpose: RoleChange['purpose']
    }
  | { readonly kind: 'finished'; readonly function: string }

/** The journal of a running step. */
export interface Journal extends ConfigurationRecords, RoleRecords {
  /** The function has reached one of its two end states. */
  finished(fn: FunctionArn): void
  /** All writes of this run to the function, as one way back. */
  inverseFor(fn: FunctionArn): Inverse | undefined
  /** Deletes the file, unless a function is left that could not be put back: then the post step tries once more. */
  close(): void
}

export function startJournal(store: JournalStore, header: JournalHeader): Journal {
  const open: Records = new Map()
  const record = (line: Line) => {
    store.append(JSON.stringify(line))
    follow(open, line)
  }
  const edited: Journal['edited'] = (fn, purpose) =>
    open.get(fn.text)?.roleChanges.filter((change) => change.purpose === purpose) ?? []
  record({ kind: 'run', ...header })
  return {
    salt: header.salt,
    writing: (fn, inverse) => record({ kind: 'write', function: fn, inverse }),
    notWritten: (fn) => record({ kind: 'not-written', function: fn.text }),
    editing: (fn, change) => record({ kind: 'role', function: fn, change }),
    edited,
    takenBack(fn, purpose) {
      if (edited(fn, purpose).length > 0) {
        record({ kind: 'role-back', function: fn.text, purpose })
      }
    },
    finished(fn) {
      if (open.has(fn.text)) record({ kind: 'finished', function: fn.text })
    },
    inverseFor: (fn) => merged(open.get(fn.text)?.writes ?? [], header.salt),
    close() {
      if (open.size === 0) store.delete()
    },
  }
}

interface FunctionRecord {
  readonly function: FunctionArn
  /** Oldest first. */
  readonly writes: readonly Inverse[]
  readonly roleChanges: readonly RoleChange[]
}

/** Of each function that is not finished. */
type Records = Map<string, FunctionRecord>

function follow(open: Records, line: Line): void {
  if (line.kind === 'run') return
  if (line.kind === 'write' || line.kind === 'role') {
    const { function: fn } = line
    const known = open.get(fn.text) ?? { function: fn, writes: [], roleChanges: [] }
    open.set(
      fn.text,
      line.kind === 'write'
        ? { ...known, writes: [...known.writes, line.inverse] }
        : { ...known, roleChanges: [...known.roleChanges, line.change] },
    )
    return
  }
  const known = open.get(line.function)
  if (known === undefined) return
  if (line.kind === 'finished') open.delete(line.function)
  else keepOpen(open, line.kind === 'not-written' ? withoutLastWrite(known) : without(known, line))
}

function withoutLastWrite(known: FunctionRecord): FunctionRecord {
  return { ...known, writes: known.writes.slice(0, -1) }
}

function without(known: FunctionRecord, { purpose }: Pick<RoleChange, 'purpose'>): FunctionRecord {
  return {
    ...known,
    roleChanges: known.roleChanges.filter((change) => change.purpose !== purpose),
  }
}

function keepOpen(open: Records, record: FunctionRecord): void {
  const isDone = record.writes.length === 0 && record.roleChanges.length === 0
  if (isDone) open.delete(record.function.text)
  else open.set(record.function.text, record)
}

function merged(writes: readonly Inverse[], salt: string): Inverse | undefined {
  const [first, ...later] = writes
  return first && later.reduce((one, two) => mergeInverses(one, two, salt), first)
}

export interface JournalContents {
  readonly header: JournalHeader
  readonly open: readonly OpenEntry[]
}

/**
 * What a journal says is still to be undone; `undefined` if it is no journal. A torn line was never acted on, wherever it
 * stands: a write begins when its line is whole.
 */
export function readJournal(text: string): JournalContents | undefined {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  let header: JournalHeader | undefined
  const open: Records = new Map()
  for (const raw of complete.split('\n').filter((line) => line !== '')) {
    const line = parseLine(raw)
    if (line === 'torn') continue
    if (line === undefined) return undefined
    if (line.kind === 'run') {
      header = { account: line.account, partition: line.partition, salt: line.salt }
    } else follow(open, line)
  }
  if (header === undefined) return undefined
  const { salt } = header
  return {
    header,
    open: [...open.values()].map(({ function: fn, writes, roleChanges }) => ({
      function: fn,
      inverse: merged(writes, salt),
      roleChanges,
    })),
  }
}

const KINDS = ['run', 'write', 'not-written', 'role', 'role-back', 'finished']

/** The journal is written by this program into a file that nobody else may write: its shape is trusted, its kind is not. */
function parseLine(raw: string): Line | 'torn' | undefined {
  try {
    const line = JSON.parse(raw) as Line
    return KINDS.includes(line.kind) ? line : undefined
  } catch {
    const isBeginning = raw.startsWith(BEGINNING) || BEGINNING.startsWith(raw)
    return isBeginning ? 'torn' : undefined
  }
}

/** Of every line, as it is written. */
const BEGINNING = '{"kind":"'
