/** The file of the journal, on systems with rights of files and on Windows, which has none that Node could tell. */

import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  createJournalFile,
  type FilePlatform,
  journalPath,
  openJournalFile,
} from '../../src/edges/journal-file'

const sync = () => Promise.resolve()
const WINDOWS: FilePlatform = { userId: undefined, sync }
const OWN: FilePlatform = { userId: process.getuid?.() ?? 0, sync }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clickstack-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A journal as another step has left it. @param mode what Node reports for it */
function left(mode: number): string {
  const path = journalPath(folder)
  const store = createJournalFile(path)
  store.append('{"kind":"run"}')
  chmodSync(path, mode)
  return path
}

test('is readable by its owner only', () => {
  const path = journalPath(folder)
  createJournalFile(path).append('line')
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

describe('a journal that is left', () => {
  test.each([
    ['on Linux with mode 0600', OWN, 0o600],
    ['on Windows, where each file has mode 0666', WINDOWS, 0o666],
  ])('is carried on %s', (_, platform, mode) => {
    const path = left(mode)
    const opened = openJournalFile(path, platform)
    expect(opened?.text).toBe('{"kind":"run"}\n')
    opened?.store.append('{"kind":"ended"}')
    expect(readFileSync(path, 'utf8')).toBe('{"kind":"run"}\n{"kind":"ended"}\n')
    opened?.store.delete()
    expect(openJournalFile(path, platform)).toBeUndefined()
  })

  test.each([
    ['that others can write', { ...OWN }, 0o666],
    ['of another user', { ...OWN, userId: (OWN.userId ?? 0) + 1 }, 0o600],
  ])('%s is not used', (_, platform, mode) => {
    expect(() => openJournalFile(left(mode), platform)).toThrow(/other users/)
  })

  test.each([
    ['Linux', OWN],
    ['Windows', WINDOWS],
  ])('is not used through a symbolic link on %s', (_, platform) => {
    const path = left(0o600)
    const link = join(folder, 'link.journal')
    symlinkSync(path, link)
    expect(() => openJournalFile(link, platform)).toThrow(/symbolic link/)
  })
})

test('a file that is there already is not taken for a new journal', () => {
  const path = journalPath(folder)
  writeFileSync(path, '')
  expect(() => createJournalFile(path)).toThrow(/EEXIST/)
})

describe('lines that are to be on disk', () => {
  /** A disk that takes its time: each sync ends when the test lets it, and has what was in the file when it began. */
  function slowDisk() {
    const path = journalPath(folder)
    const syncs: { readonly has: string; readonly end: (fault?: Error) => void }[] = []
    const store = createJournalFile(path, {
      sync: () =>
        new Promise((resolve, reject) => {
          syncs.push({
            has: readFileSync(path, 'utf8'),
            end: (fault) => (fault ? reject(fault) : resolve()),
          })
        }),
    })
    return { store, syncs }
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve))

  /** Whether it is over already, without waiting for it. */
  function watched(flush: Promise<void>) {
    const seen = { isOver: false }
    flush.then(
      () => (seen.isOver = true),
      () => (seen.isOver = true),
    )
    return seen
  }

  test('and that are waited for at the same time share one sync; what comes meanwhile shares the next', async () => {
    const { store, syncs } = slowDisk()
    const first = ['a', 'b', 'c'].map((line) => {
      store.append(line)
      return watched(store.flush())
    })
    await settled()
    expect(syncs.map(({ has }) => has)).toEqual(['a\nb\nc\n'])
    const later = ['d', 'e'].map((line) => {
      store.append(line)
      return watched(store.flush())
    })
    await settled()
    expect(syncs).toHaveLength(1)
    expect([...first, ...later].map(({ isOver }) => isOver)).toEqual(Array(5).fill(false))
    syncs[0]?.end()
    await settled()
    expect(syncs[1]?.has).toBe('a\nb\nc\nd\ne\n')
    expect(first.every(({ isOver }) => isOver)).toBe(true)
    expect(later.some(({ isOver }) => isOver)).toBe(false)
    syncs[1]?.end()
    await settled()
    expect(later.every(({ isOver }) => isOver)).toBe(true)
    store.delete()
  })

  test('cost no further sync when they are there already, and are waited for while they are on their way', async () => {
    const { store, syncs } = slowDisk()
    store.append('a')
    const first = watched(store.flush())
    await settled()
    const again = watched(store.flush())
    await settled()
    expect([first.isOver, again.isOver]).toEqual([false, false])
    syncs[0]?.end()
    await settled()
    expect([first.isOver, again.isOver]).toEqual([true, true])
    await store.flush()
    expect(syncs).toHaveLength(1)
    store.delete()
  })

  test('are not on disk any more once a sync has failed, whatever later ones answer', async () => {
    const { store, syncs } = slowDisk()
    store.append('a')
    const first = store.flush()
    first.catch(() => undefined)
    await settled()
    store.append('b')
    const second = store.flush()
    syncs[0]?.end(new Error('EIO'))
    await expect(first).rejects.toThrow('EIO')
    await expect(second).rejects.toThrow('EIO')
    store.append('c')
    await expect(store.flush()).rejects.toThrow('EIO')
    store.delete()
  })
})
