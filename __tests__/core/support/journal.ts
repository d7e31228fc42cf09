/** A journal in memory. */

import {
  type Journal,
  type JournalStore,
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
