/** The checker of rooms itself: a rule that cannot fail would hold nothing. */

import { describe, expect, test } from '@jest/globals'
import { fileCycles, folderCycles, importedBy, roomOf, violations, type SourceFile } from './rooms'

/** One file a line: `path: imports`. */
function tree(text: string): readonly SourceFile[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [path = '', imports = ''] = line.trim().split(':')
      return { path, imports: imports.split(' ').filter((name) => name !== ''), packages: [] }
    })
}

describe('imports of a source', () => {
  test.each([
    ["import { a } from './a'", './a'],
    ["import type { A } from '../a'", '../a'],
    ["import { type A } from './a'", './a'],
    ["import * as a from './a'", './a'],
    ["import './a'", './a'],
    ["import a = require('./a')", './a'],
    ["export { a } from './a'", './a'],
    ["export * from './a'", './a'],
    ["export type * from './a'", './a'],
    ["export * as a from './a'", './a'],
    ["const a = await import('./a')", './a'],
    ['const a = await import(`./a`)', './a'],
    ["type A = import('./a').A", './a'],
    ["type A = typeof import('./a')", './a'],
    ["const a = require('./a')", './a'],
    ["fork(new URL('a.js', import.meta.url))", './a.js'],
    ["import fs from 'node:fs'", 'node:fs'],
    ["import {\n  a,\n} from './a'", './a'],
  ])('%s', (text, target) => {
    expect(importedBy('x.ts', text)).toEqual([target])
  })

  test.each([
    "// import { a } from './a'",
    'const text = "import { a } from \'./a\'"',
    "new URL('./a', base)",
    'export const from = 1',
  ])('none in: %s', (text) => {
    expect(importedBy('x.ts', text)).toEqual([])
  })

  test.each(['await import(name)', 'require(`./${name}`)', 'new URL(name, import.meta.url)'])(
    'one that cannot be read is an error: %s',
    (text) => {
      expect(() => importedBy('x.ts', text)).toThrow('x.ts')
    },
  )
})

describe('the room of a file', () => {
  const rooms = ['src/main.ts', 'src/systems', 'src/systems/iam', 'src/systems/iam/arn.ts']

  test.each([
    ['src/main.ts', 'src/main.ts'],
    ['src/systems/text.ts', 'src/systems'],
    ['src/systems/lambda/layer.ts', 'src/systems'],
    ['src/systems/iam/policy.ts', 'src/systems/iam'],
    ['src/systems/iam/arn.ts', 'src/systems/iam/arn.ts'],
    ['src/systems-of-others/a.ts', undefined],
    ['src/main.test.ts', undefined],
  ])('of %s is %s: whole names, and the longest counts', (path, room) => {
    expect(roomOf(path, rooms)).toBe(room)
    expect(roomOf(path, rooms.toReversed())).toBe(room)
  })
})

describe('the ordered list', () => {
  const rooms = ['a/top.ts', 'a/run', 'a/run/inner', 'a/model']
  const sound = `
    a/top.ts: a/run/run.ts a/model/words.ts
    a/run/run.ts: a/run/step.ts a/run/inner/part.ts
    a/run/step.ts: a/model/words.ts
    a/run/inner/part.ts: a/model/words.ts
    a/model/words.ts:`

  test('holds a tree whose arrows all point down', () => {
    expect(violations(tree(sound), rooms)).toEqual([])
  })

  test.each([
    [
      'an arrow up',
      sound.replace('words.ts:', 'words.ts: a/run/step.ts'),
      'a/model/words.ts → a/run/step.ts: a/model imports a/run, which is further up',
    ],
    [
      'an arrow from a room to the room around it',
      sound.replace('inner/part.ts: ', 'inner/part.ts: a/run/step.ts '),
      'a/run/inner/part.ts → a/run/step.ts: a/run/inner imports a/run, which is further up',
    ],
    [
      'an arrow to a room that is a file',
      sound.replace('step.ts: ', 'step.ts: a/top.ts '),
      'a/run/step.ts → a/top.ts: a/run imports a/top.ts, which is further up',
    ],
    [
      'a file in no room',
      `${sound}
       a/other/file.ts: a/top.ts`,
      'a/other/file.ts is in no room',
    ],
    [
      'an import of what is in no room',
      sound.replace('step.ts: ', 'step.ts: b/file.ts '),
      'a/run/step.ts → b/file.ts, which is in no room',
    ],
  ])('fails on %s', (_, text, violation) => {
    expect(violations(tree(text), rooms)).toEqual([violation])
  })

  test('fails on a room that holds no file, and on one that is named twice', () => {
    expect(violations(tree(sound), [...rooms, 'a/model', 'a/gone'])).toEqual([
      'a/model twice',
      'a/gone holds no file',
    ])
  })
})

describe('cycles between files', () => {
  test.each([
    ['of two', 'a/x.ts: a/y.ts \n a/y.ts: a/x.ts', [['a/x.ts', 'a/y.ts']]],
    [
      'of three, and who only leads into it or out of it is not in it',
      'a/in.ts: a/x.ts \n a/x.ts: a/y.ts \n a/y.ts: b/z.ts a/out.ts \n b/z.ts: a/x.ts \n a/out.ts:',
      [['a/x.ts', 'a/y.ts', 'b/z.ts']],
    ],
    [
      'two apart',
      'c/x.ts: c/y.ts a/x.ts \n c/y.ts: c/x.ts \n a/x.ts: a/y.ts \n a/y.ts: a/x.ts',
      [
        ['a/x.ts', 'a/y.ts'],
        ['c/x.ts', 'c/y.ts'],
      ],
    ],
    ['of a file with itself', 'a/x.ts: a/x.ts', [['a/x.ts']]],
    ['none: two ways down', 'a/x.ts: a/y.ts a/z.ts \n a/y.ts: a/z.ts \n a/z.ts:', []],
  ])('%s', (_, text, cycles) => {
    expect(fileCycles(tree(text))).toEqual(cycles)
  })
})

describe('cycles between folders', () => {
  test.each([
    [
      'two that import each other by different files',
      'a/p/x.ts: a/q/x.ts \n a/q/x.ts: \n a/q/y.ts: a/p/y.ts \n a/p/y.ts:',
      [['a/p', 'a/q']],
    ],
    [
      'a folder and its own subfolder',
      'a/x.ts: a/p/x.ts \n a/p/x.ts: a/y.ts \n a/y.ts:',
      [['a', 'a/p']],
    ],
    [
      'two whose subfolders alone lead into each other',
      'a/p/one/x.ts: a/q/one/x.ts \n a/q/one/x.ts: \n a/q/two/x.ts: a/p/two/x.ts \n a/p/two/x.ts:',
      [['a/p', 'a/q']],
    ],
    ['none within one folder', 'a/x.ts: a/y.ts \n a/y.ts: \n b/x.ts: a/x.ts', []],
  ])('%s', (_, text, cycles) => {
    expect(folderCycles(tree(text))).toEqual(cycles)
  })

  test('a file that is a room of its own does not count for its folder', () => {
    const files = tree('a/main.ts: a/p/x.ts \n a/p/x.ts: a/words.ts \n a/words.ts:')
    expect(folderCycles(files)).toEqual([['a', 'a/p']])
    expect(folderCycles(files, ['a/main.ts', 'a/p', 'a'])).toEqual([])
  })
})
