/** A release: its notes come from CHANGELOG.md, and the tag of the major version only moves to the newest release. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { releaseNotes } from '../../scripts/changelog'

const root = join(import.meta.dirname, '..', '..')

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Later.

## [1.4.2] - 2026-12-01

### Fixed

- A fault.

## [1.4.1] - 2026-11-30

## [1.4.0] - 2026-11-29

- First.

[1.4.2]: https://github.com/OWNER/REPO/releases/tag/v1.4.2
`

describe('notes', () => {
  test('are the section of the version', () => {
    const notes = releaseNotes('v1.4.2', '1.4.2', CHANGELOG)
    expect(notes).toEqual({ ok: true, value: '### Fixed\n\n- A fault.' })
  })

  test('end before the links', () => {
    expect(releaseNotes('v1.4.0', '1.4.0', CHANGELOG)).toEqual({ ok: true, value: '- First.' })
  })

  test.each([
    ['v1.4.3', '1.4.2', 'The tag is v1.4.3, but package.json has the version 1.4.2.'],
    ['1.4.2', '1.4.2', 'The tag is 1.4.2'],
    ['v1.4.1', '1.4.1', 'CHANGELOG.md has no notes for 1.4.1.'],
    ['v1.4', '1.4', 'CHANGELOG.md has no notes for 1.4.'],
  ])('of the tag %s with the version %s are refused', (tag, version, fault) => {
    expect(releaseNotes(tag, version, CHANGELOG)).toEqual({
      ok: false,
      fault: expect.stringContaining(fault),
    })
  })

  test('of the next release are being kept', () => {
    expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toMatch(/^## \[Unreleased\]$/m)
  })
})

describe('the tag of the major version', () => {
  let folder = ''
  const git = (...args: readonly string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).stdout.trim()

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'clickstack-tags-'))
    git('init', '--quiet')
    for (const tag of ['v1.3.9', 'v1.3.10', 'v1.4.0-rc.1', 'v2.0.0', 'v10.0.0']) {
      git('commit', '--quiet', '--allow-empty', '--message', tag)
      git('tag', '--annotate', '--message', tag, tag)
    }
    git('tag', 'v1', 'v1.3.9^{commit}')
    // Stands for GitHub's command line tool, and prints what it is asked for.
    writeFileSync(join(folder, 'gh'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const move = (tag: string) =>
    spawnSync(join(root, '.github', 'move-major-tag'), [tag], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, GITHUB_REPOSITORY: 'OWNER/REPO' },
    }).stdout

  test('moves to the commit of the newest release, whose number may be longer', () => {
    const commit = git('rev-parse', 'v1.3.10^{commit}')
    expect(move('v1.3.10')).toBe(
      `api --silent --method PATCH repos/OWNER/REPO/git/refs/tags/v1 -f sha=${commit} -F force=true\nv1 is at v1.3.10 (${commit}).\n`,
    )
  })

  test('is made with the first release', () => {
    const commit = git('rev-parse', 'v2.0.0^{commit}')
    expect(move('v2.0.0')).toContain(
      `--method POST repos/OWNER/REPO/git/refs -f ref=refs/tags/v2 -f sha=${commit}`,
    )
  })

  test.each([
    ['v1.3.9', 'v1.3.10 is newer than v1.3.9: v1 was not moved.\n'],
    ['v1.4.0-rc.1', 'v1.4.0-rc.1 is not the tag of a stable release: no tag was moved.\n'],
    ['$(id)', '$(id) is not the tag of a stable release: no tag was moved.\n'],
  ])('stays for %s', (tag, text) => {
    expect(move(tag)).toBe(text)
  })
})
