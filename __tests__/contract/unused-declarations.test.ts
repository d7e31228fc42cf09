/** What is left out of the bundle because nothing uses it, and what never is. */

import { describe, expect, test } from '@jest/globals'
import { withoutUnusedDeclarations } from '../../scripts/unused-declarations'

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`

describe('what nobody uses goes, and all else stays as it was written', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a constant', ['const a = "A";', 'run();'], ['run();']],
    ['a function', ['function a() {', '    return 1;', '}', 'run();'], ['run();']],
    [
      'a class',
      ['class A extends B {', '    x = 1;', '    go() { go(); }', '}', 'run();'],
      ['run();'],
    ],
    ['with its description', ['/** Of a. */', 'const a = () => b();', 'run();'], ['run();']],
    [
      'what only that used',
      ['const _k = "K";', 'var s = [3, _k, { [_k]: 0 }];', 'run();'],
      ['run();'],
    ],
    [
      'what uses itself',
      ['const s = [1, () => s];', 'const t = () => u;', 'const u = () => t;'],
      [],
    ],
    [
      'within a module of a chunk',
      ['export const modules = { 1: ((m, e) => {', '    const a = 1;', '    e.b = 2;', '}) };'],
      ['export const modules = { 1: ((m, e) => {', '    e.b = 2;', '}) };'],
    ],
    [
      'but not the name of its file',
      ['// MODULE: ./one.js', '/** Of a. */', 'const a = 1;', '// MODULE: ./two.js', 'run();'],
      ['// MODULE: ./one.js', '// MODULE: ./two.js', 'run();'],
    ],
  ])('%s', (_, before, after) => {
    expect(withoutUnusedDeclarations(lines(...before))).toBe(
      after.length === 0 ? '' : lines(...after),
    )
  })
})

describe('what may be needed stays', () => {
  test.each<[string, readonly string[]]>([
    ['what is called', ['const a = 1;', 'run(a);']],
    [
      'what is exported',
      ['const a = 1;', 'export { a };', 'export const b = 2;', 'export function c() {}'],
    ],
    ['what is named by what is used', ['const k = "K";', 'const s = [k];', 'run(() => s);']],
    ['in a template', ['const a = 1;', 'run(`${a}`);']],
    ['as a member of an object by its short name', ['const a = 1;', 'run({ a });']],
    ['as a computed name', ['const k = "K";', 'run({ [k]: 1 });']],
    ['as a base', ['class A {}', 'run(class extends A {});']],
    ['what has an effect: a call', ['const a = register();', 'const b = [new Map()];']],
    [
      'what has an effect: a member, which may be computed',
      ['const a = b.c;', 'const d = { ...e };'],
    ],
    [
      'a class that does something at once',
      ['class A { static { run(); } }', 'class B extends mix() {}'],
    ],
    ['one of two that are declared together', ['const a = 1, b = 2;', 'run(b);']],
    ['one that has the name of another', ['function f() {', '    const a = 1;', '}', 'run(f, a);']],
    ['what keeps others apart', ['a = {}', 'function f() {}', '(run)();']],
    ['a pattern', ['const { a } = b;', 'const [c] = d;']],
  ])('%s', (_, text) => {
    expect(withoutUnusedDeclarations(lines(...text))).toBe(lines(...text))
  })
})
