/** The restore file: lines under RUNNER_TEMP, readable by their owner only, each on disk before the write that it is about. */

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalStore } from '../pipeline/rollout/journal'
import { createJournalFile } from './journal-file'

export interface RestoreFile {
  append(line: string): void
  /** Empty: nothing was recorded. */
  path(): string
}

/** @param made called with its path when the first line is about to be written */
export function restoreFile(runnerTemp: string, made: (path: string) => void): RestoreFile {
  let path = ''
  let store: JournalStore | undefined
  return {
    append(line) {
      if (store === undefined) {
        const named = join(runnerTemp, `clickstack-lambda-restore-${randomUUID()}.jsonl`)
        store = createJournalFile(named)
        path = named
        made(path)
      }
      store.append(line)
    },
    path: () => path,
  }
}

/** Larger than any run writes: probably another file. */
const LARGEST_BYTES = 50_000_000

/** `undefined`: it cannot be read. */
export function readRestoreFile(path: string): string | undefined {
  try {
    const bytes = readFileSync(path)
    return bytes.length > LARGEST_BYTES ? undefined : bytes.toString('utf8')
  } catch {
    return undefined
  }
}
