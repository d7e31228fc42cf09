/**
 * What must be known to undo this run, on disk before each write (promise P2). One line of JSON each, appended, so that
 * a crash between two lines loses nothing. The lines are the records of the steps: what configuring a function changed,
 * and what was written to roles. They hold the inverse change only, never foreign values.
 */

import { membersOf, textOf } from '../../model/json'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { ConfigurationRecords } from '../configure/configuration-records'
import { type Inverse, mergeInverses } from '../configure/inverse'
import type { AliasMove, AliasRecords } from '../publish-alias/move-alias'
import type { RoleArn } from '../../systems/iam/role-arn'
import type { RoleChange, RoleRecords } from '../roles/role-change'
import { type JournalHeader, type Line, parseLine, type RoleToSettle } from './journal-line'

/** Where the lines are kept: a file, see edges/journal-file.ts. */
export interface JournalStore {
  /** When it returns, any process finds the line in the file, whatever becomes of this one. */
  append(line: string): void
  /** Resolves when all lines so far are on disk, whatever becomes of the machine. */
  flush(): Promise<void>
  delete(): void
}

/** A function that this run has written to and not finished with. */
export interface OpenFunction {
  readonly function: FunctionArn
  /** All writes to it, as one way back. */
  readonly inverse: Inverse
}

/** The journal of a running step. */
export interface Journal extends ConfigurationRecords, AliasRecords, RoleRecords {
  /** Waited for before the log rights of a function are restored for good: nobody disables them again unproven. */
  restoring(fn: FunctionArn): Promise<void>
  /** Waited for before a function of the role loses references to secrets. */
  settling(toSettle: RoleToSettle): Promise<void>
  settled(role: RoleArn): void
  /**
   * Functions keep what was written, and with them changes of roles are for good. One line: a run that dies here leaves
   * all of it or nothing. Throws where the line cannot be written: the post step would undo all of it.
   */
  finished(functions: readonly FunctionArn[], changes?: readonly RoleChange[]): void
  /** Nothing is left of what was written to the functions. */
  undone(functions: readonly FunctionArn[]): void
  /** All writes of this run to the function, as one way back. */
  inverseFor(fn: FunctionArn): Inverse | undefined
  /** This run may have written to the function, whatever has become of it since. */
  hasWritten(fn: FunctionArn): boolean
  /** The function or its alias is still to be rolled back, by this step or the post step. */
  isUnfinished(fn: FunctionArn): boolean
  /** Deletes the file, unless something is left that could not be undone: then the post step tries once more. */
  close(): void
}

export function startJournal(store: JournalStore, header: JournalHeader): Journal {
  appendTo(store, { kind: 'run', ...header })
  return journalOf(store, { header, state: noState() })
}

/** A journal that another step has begun. */
export interface ResumedJournal {
  readonly journal: Journal
  /** As the other step left it. */
  readonly contents: JournalContents
  /** What is still to be undone now. */
  readonly left: () => JournalContents
}

/** Goes on in the same file where a step has ended that could not finish; `undefined` if it is not a journal. */
export function resumeJournal(store: JournalStore, text: string): ResumedJournal | undefined {
  const replayed = replay(text)
  return (
    replayed && {
      journal: journalOf(store, replayed),
      contents: contentsOf(replayed),
      left: () => contentsOf(replayed),
    }
  )
}

/** What the lines of a journal come to. */
interface Replayed {
  readonly header: JournalHeader
  readonly state: State
}

function journalOf(store: JournalStore, { header, state }: Replayed): Journal {
  const record = (line: Line) => {
    appendTo(store, line)
    follow(state, line)
  }
  /** Of what is over already: without the line the post step finds that nothing is left to be undone. */
  const note = (line: Line) => {
    try {
      appendTo(store, line)
    } catch (thrown) {
      if (!isJournalFault(thrown)) throw thrown
    }
    follow(state, line)
  }
  const written = new Set<string>()
  const ended = (functions: readonly string[]) => {
    for (const text of functions) if (state.functions.has(text)) written.add(text)
  }
  const isOpen = ({ text }: FunctionArn) =>
    state.functions.has(text) || state.aliases.has(text) || state.restored.has(text)
  // By what they tell, not by identity: a step that goes on in the journal of another has read its changes.
  const isKnown = (change: RoleChange) => numbersOf([change]).length > 0
  const numbersOf = (changes: readonly RoleChange[]) => {
    const wanted = new Set(changes.map((change) => JSON.stringify(change)))
    return [...state.changes].flatMap(([number, change]) =>
      wanted.has(JSON.stringify(change)) ? [number] : [],
    )
  }
  return {
    salt: header.salt,
    async writing(fn, inverse) {
      record({ kind: 'write', function: fn, inverse })
      try {
        await flushed(store)
      } catch (thrown) {
        note({ kind: 'not-written', function: fn.text })
        throw thrown
      }
    },
    notWritten: (fn) => note({ kind: 'not-written', function: fn.text }),
    async editing(change) {
      if (!isKnown(change)) record({ kind: 'role', number: state.lastChange + 1, change })
      await flushed(store)
    },
    async moving(move) {
      record({ kind: 'alias', move })
      await flushed(store)
    },
    movedAlias: (fn) => state.aliases.get(fn.text),
    async restoring(fn) {
      if (!state.restored.has(fn.text)) record({ kind: 'restore', function: fn })
      await flushed(store)
    },
    async settling(toSettle) {
      if (!state.toSettle.has(toSettle.role.text)) record({ kind: 'settle', ...toSettle })
      await flushed(store)
    },
    settled(role) {
      if (state.toSettle.has(role.text)) note({ kind: 'settled', role: role.text })
    },
    edited: () => [...state.changes.values()],
    closed(changes) {
      const numbers = numbersOf(changes)
      if (numbers.length > 0) note({ kind: 'ended', functions: [], changes: numbers })
    },
    finished(functions, changes = []) {
      const open = functions.filter(isOpen).map(({ text }) => text)
      const numbers = numbersOf(changes)
      ended(open)
      if (open.length + numbers.length > 0) {
        record({ kind: 'ended', functions: open, changes: numbers })
      }
    },
    undone(functions) {
      const open = functions.filter(isOpen).map(({ text }) => text)
      ended(open)
      if (open.length > 0) note({ kind: 'ended', functions: open, changes: [] })
    },
    hasWritten: ({ text }) => state.functions.has(text) || written.has(text),
    isUnfinished: ({ text }) => state.functions.has(text) || state.aliases.has(text),
    inverseFor: (fn) => merged(state.functions.get(fn.text)?.writes ?? [], header.salt),
    close() {
      if (!isEmpty(state)) return
      try {
        store.delete()
      } catch {
        // The post step finds a journal in which nothing is left to be undone.
      }
    },
  }
}

function appendTo(store: JournalStore, line: Line): void {
  try {
    store.append(JSON.stringify(line))
  } catch (thrown) {
    throw journalFault('the journal could not be written', thrown)
  }
}

/** Also of a line that somebody else has written: it may not be on disk yet. */
async function flushed(store: JournalStore): Promise<void> {
  try {
    await store.flush()
  } catch (thrown) {
    throw journalFault('the journal could not be written', thrown)
  }
}

const JOURNAL_FAULT = 'EJOURNAL'

/** @param text what could not be done; of the cause, only its code is shown */
export function journalFault(text: string, cause: unknown): Error {
  const code = textOf(membersOf(cause)['code'])
  const message = code === undefined ? text : `${text} (${code})`
  return Object.assign(new Error(message, { cause }), { code: JOURNAL_FAULT })
}

export function isJournalFault(thrown: unknown): thrown is Error {
  return thrown instanceof Error && membersOf(thrown)['code'] === JOURNAL_FAULT
}

interface FunctionRecord {
  readonly function: FunctionArn
  /** Oldest first. */
  readonly writes: readonly Inverse[]
}

interface State {
  /** Of each function that is not finished. */
  readonly functions: Map<string, FunctionRecord>
  /** By ARN of the function. */
  readonly aliases: Map<string, AliasMove>
  /** Of those, or others, the ones whose log rights are restored for good. */
  readonly restored: Map<string, FunctionArn>
  /** By ARN of the role. */
  readonly toSettle: Map<string, RoleToSettle>
  /** By number, oldest first. */
  readonly changes: Map<number, RoleChange>
  /** The number of the last change, ended or not. */
  lastChange: number
}

function noState(): State {
  return {
    functions: new Map(),
    aliases: new Map(),
    restored: new Map(),
    toSettle: new Map(),
    changes: new Map(),
    lastChange: 0,
  }
}

function isEmpty({ functions, aliases, restored, toSettle, changes }: State): boolean {
  return functions.size + aliases.size + restored.size + toSettle.size + changes.size === 0
}

function follow(state: State, line: Line): void {
  const { functions, aliases, restored, toSettle, changes } = state
  switch (line.kind) {
    case 'run':
      return
    case 'write': {
      const { function: fn, inverse } = line
      const writes = functions.get(fn.text)?.writes ?? []
      functions.set(fn.text, { function: fn, writes: [...writes, inverse] })
      return
    }
    case 'not-written': {
      const known = functions.get(line.function)
      const writes = known?.writes.slice(0, -1) ?? []
      if (known === undefined || writes.length === 0) functions.delete(line.function)
      else functions.set(line.function, { ...known, writes })
      return
    }
    case 'alias':
      aliases.set(line.move.function.text, line.move)
      return
    case 'role':
      changes.set(line.number, line.change)
      state.lastChange = line.number
      return
    case 'restore':
      restored.set(line.function.text, line.function)
      return
    case 'settle':
      toSettle.set(line.role.text, { role: line.role, regions: line.regions })
      return
    case 'settled':
      toSettle.delete(line.role)
      return
    case 'ended':
      for (const fn of line.functions) {
        functions.delete(fn)
        aliases.delete(fn)
        restored.delete(fn)
      }
      for (const number of line.changes) changes.delete(number)
  }
}

function merged(writes: readonly Inverse[], salt: string): Inverse | undefined {
  const [first, ...later] = writes
  return first && later.reduce((one, two) => mergeInverses(one, two, salt), first)
}

/** What a journal says is still to be undone. */
export interface JournalContents {
  readonly header: JournalHeader
  readonly open: readonly OpenFunction[]
  /** Aliases of functions that were not finished. */
  readonly aliases: readonly AliasMove[]
  /** Functions that were not finished when `mode: remove` had begun to restore their log rights. */
  readonly restored: readonly FunctionArn[]
  readonly toSettle: readonly RoleToSettle[]
  /** Writes to roles that are neither undone nor for good, oldest first. */
  readonly changes: readonly RoleChange[]
}

/** A torn line was never acted on, wherever it stands: a write begins when its line is whole. */
function replay(text: string): Replayed | undefined {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  let header: JournalHeader | undefined
  const state = noState()
  for (const raw of complete.split('\n').filter((line) => line !== '')) {
    const line = parseLine(raw)
    if (line === 'torn') continue
    if (line === undefined) return undefined
    if (line.kind === 'run') {
      header = { account: line.account, partition: line.partition, salt: line.salt }
    } else follow(state, line)
  }
  return header && { header, state }
}

function contentsOf({ header, state }: Replayed): JournalContents {
  const { functions, aliases, restored, toSettle, changes } = state
  return {
    header,
    open: [...functions.values()].flatMap(({ function: fn, writes }) => {
      const inverse = merged(writes, header.salt)
      return inverse ? [{ function: fn, inverse }] : []
    }),
    aliases: [...aliases.values()],
    restored: [...restored.values()],
    toSettle: [...toSettle.values()],
    changes: [...changes.values()],
  }
}
