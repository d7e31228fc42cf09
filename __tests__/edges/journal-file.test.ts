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

const WINDOWS: FilePlatform = { userId: undefined }
const OWN: FilePlatform = { userId: process.getuid?.() ?? 0 }

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
    ['of another user', { userId: (OWN.userId ?? 0) + 1 }, 0o600],
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
