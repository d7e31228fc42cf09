/** A journal in memory. */

import {
  type Journal,
  type JournalContents,
  type JournalStore,
  resumeJournal,
  startJournal,
} from '../../../src/pipeline/rollout/journal'
import { ACCOUNT } from './functions'

export interface FakeStore extends JournalStore {
  /** What is on disk. */
  text(): string
  readonly deleted: boolean
}

export function aStore(text = ''): FakeStore {
  let onDisk = text
  let deleted = false
  return {
    append(line) {
      onDisk += `${line}\n`
    },
    flush: () => Promise.resolve(),
    delete() {
      deleted = true
    },
    text: () => onDisk,
    get deleted() {
      return deleted
    },
  }
}

export const SALT = 'salt-of-the-run'

export function aJournal(store: JournalStore = aStore()): Journal {
  return startJournal(store, { account: ACCOUNT, partition: 'aws', salt: SALT })
}

/** What it says is still to be undone; `undefined` if it is not a journal. */
export function readJournal(text: string): JournalContents | undefined {
  return resumeJournal(aStore(text), text)?.contents
}
