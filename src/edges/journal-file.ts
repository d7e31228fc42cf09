/**
 * The journal's file: under RUNNER_TEMP, readable by its owner only, never through a symbolic link. Each line is on disk
 * before the write that it is about; lines that are waited for at the same time share one fsync.
 */

import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  fsync,
  lstatSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { JournalStore } from '../pipeline/rollout/journal'

const OWNER_ONLY = 0o600

/** What the journal's file depends on that differs between systems. */
export interface FilePlatform {
  /** `undefined` on Windows: Node tells neither owners nor rights of files there, and reports the mode 0o666 for all. */
  readonly userId: number | undefined
  /** fsync(2), beside the event loop. */
  readonly sync: (file: number) => Promise<void>
}

const THIS_PLATFORM: FilePlatform = { userId: process.getuid?.(), sync: promisify(fsync) }

export function journalPath(runnerTemp: string): string {
  return join(runnerTemp, `clickstack-lambda-${randomUUID()}.journal`)
}

/** Throws if the path exists: the name is random, so a file there is not an accident. */
export function createJournalFile(
  path: string,
  { sync }: Pick<FilePlatform, 'sync'> = THIS_PLATFORM,
): JournalStore {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_APPEND, O_WRONLY } = constants
  const file = openSync(path, O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_WRONLY, OWNER_ONLY)
  return storeAt(path, file, sync)
}

/**
 * An existing journal, to be read and carried on; `undefined` if it does not exist. Throws for a link and for another
 * user's file. On Windows RUNNER_TEMP is in the folder of the runner, whose access control list keeps others out.
 */
export function openJournalFile(
  path: string,
  { userId, sync }: FilePlatform = THIS_PLATFORM,
): { text: string; store: JournalStore } | undefined {
  const { O_NOFOLLOW, O_APPEND, O_RDWR } = constants
  const named = lstatSync(path, { throwIfNoEntry: false })
  if (named === undefined) return undefined
  // Windows has no O_NOFOLLOW.
  if (named.isSymbolicLink()) throw new Error('the journal is a symbolic link, so it is not used')
  const file = openSync(path, O_RDWR | O_APPEND | O_NOFOLLOW)
  const { mode, uid, ino } = fstatSync(file)
  const others = 0o077
  const isShared = userId !== undefined && ((mode & others) !== 0 || uid !== userId)
  if (isShared || ino !== named.ino) {
    closeSync(file)
    throw new Error('other users can write the journal, so it is not used')
  }
  const text = readFileSync(file, 'utf8')
  return { text, store: storeAt(path, file, sync, !text.endsWith('\n')) }
}

/** @param torn its last line is not whole, so that the next one must not be written behind it */
function storeAt(
  path: string,
  file: number,
  sync: FilePlatform['sync'],
  torn = false,
): JournalStore {
  let isDirty = false
  /** The sync that is under way, or was. When one fails, nobody knows what is on disk: all later ones fail with it. */
  let last = Promise.resolve()
  /** The one after it, for all who ask meanwhile: the one that is under way may miss their lines. */
  let next: Promise<void> | undefined
  return {
    flush() {
      if (next === undefined && isDirty) {
        next = last.then(() => {
          next = undefined
          isDirty = false
          return sync(file)
        })
        last = next
      }
      return last
    },
    append(line) {
      // A nearly full disk takes a part of it without an error, and refuses the rest only at the next write.
      const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`)
      torn = true
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
      torn = false
      isDirty = true
    },
    delete() {
      closeSync(file)
      rmSync(path, { force: true })
    },
  }
}
