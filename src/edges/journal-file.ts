/**
 * The journal's file: under RUNNER_TEMP, readable by its owner only, never through a symbolic link. Each line is on disk
 * before the write that it is about.
 */

import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { JournalStore } from '../pipeline/rollout/journal'

const OWNER_ONLY = 0o600

export function journalPath(runnerTemp: string): string {
  return join(runnerTemp, `clickstack-lambda-${randomUUID()}.journal`)
}

/** Throws if the path exists: the name is random, so a file there is not an accident. */
export function createJournalFile(path: string): JournalStore {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND, O_WRONLY } = constants
  const file = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_WRONLY, OWNER_ONLY)
  return storeAt(path, file)
}

/** An existing journal, to be read and carried on; `undefined` if it does not exist. Throws for a link or another user's file. */
export function openJournalFile(path: string): { text: string; store: JournalStore } | undefined {
  const { O_NOFOLLOW, O_APPEND, O_RDWR } = constants
  let file: number
  try {
    file = openSync(path, O_RDWR | O_APPEND | O_NOFOLLOW)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined
    throw thrown
  }
  const { mode, uid } = fstatSync(file)
  const others = 0o077
  if ((mode & others) !== 0 || (process.getuid && uid !== process.getuid())) {
    closeSync(file)
    throw new Error('other users can write the journal, so it is not used')
  }
  const text = readFileSync(file, 'utf8')
  return { text, store: storeAt(path, file, !text.endsWith('\n')) }
}

/** @param torn its last line is not whole, so that the next one must not be written behind it */
function storeAt(path: string, file: number, torn = false): JournalStore {
  return {
    append(line) {
      // A nearly full disk takes a part of it without an error, and refuses the rest only at the next write.
      const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`)
      torn = true
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
      torn = false
      fsyncSync(file)
    },
    delete() {
      closeSync(file)
      rmSync(path, { force: true })
    },
  }
}
