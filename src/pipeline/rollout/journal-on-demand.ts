/** A journal whose file is made with the first write: a run that writes nothing leaves nothing behind. */

import type { Inspected } from '../preflight/inspect'
import type { Journal } from './journal'
import type { RolloutOutside } from './rollout-context'

type Planned = Extract<Inspected, { kind: 'planned' }>

export interface JournalOnDemand extends Journal {
  /** Makes the file now; throws a fault of the journal. */
  open(): void
}

export function journalOnDemand(
  planned: readonly Planned[],
  { openJournal }: Pick<RolloutOutside, 'openJournal'>,
): JournalOnDemand {
  const arn = planned[0]?.fn.arn
  let journal: Journal | undefined
  const opened = (): Journal => (journal ??= openJournal(arn?.account ?? '', arn?.partition ?? ''))
  return {
    open: () => void opened(),
    get salt() {
      return opened().salt
    },
    writing: async (fn, inverse) => opened().writing(fn, inverse),
    notWritten: (fn) => journal?.notWritten(fn),
    moving: async (move) => opened().moving(move),
    movedAlias: (fn) => journal?.movedAlias(fn),
    editing: async (change) => opened().editing(change),
    restoring: async (fn) => opened().restoring(fn),
    settling: async (toSettle) => opened().settling(toSettle),
    settled: (role) => journal?.settled(role),
    edited: () => journal?.edited() ?? [],
    closed: (changes) => journal?.closed(changes),
    finished: (functions, changes) => journal?.finished(functions, changes),
    undone: (functions) => journal?.undone(functions),
    inverseFor: (fn) => journal?.inverseFor(fn),
    hasWritten: (fn) => journal?.hasWritten(fn) ?? false,
    isUnfinished: (fn) => journal?.isUnfinished(fn) === true,
    close: () => journal?.close(),
  }
}
