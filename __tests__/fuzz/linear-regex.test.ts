/**
 * No regular expression of the action takes a time that grows faster than what it is held against, whatever that is.
 * `recheck` decides it exactly for most expressions, and searches for a text that proves the contrary for the others. The
 * rules of `eslint-plugin-regexp` (eslint.config.js) find most of it in a second, for each build.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { checkSync } from 'recheck'
import ts from 'typescript'
import { LANGUAGES } from '../../src/systems/instrumentation/languages'
import { recordFigures } from '../campaign/figures'
import { fuzzPart } from './hostile'

// By JavaScript alone: the other ways need Java, or a program of another's build.
process.env['RECHECK_BACKEND'] = 'pure'

interface Expression {
  readonly where: string
  readonly source: string
  readonly flags: string
}

function expressionsIn(path: string): readonly Expression[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = '', flags = ''] = /^\/([\s\S]*)\/([a-z]*)$/.exec(node.text) ?? []
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      found.push({ where: `${path}:${String(line + 1)}`, source, flags })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** Those that `new RegExp(…)` builds: once for each value of what is in them. Throws where that is not known. */
function builtIn(path: string): readonly Expression[] {
  const text = readFileSync(path, 'utf8')
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: Expression[] = []
  const visit = (node: ts.Node): void => {
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node)
    if (isCall && node.expression.getText() === 'RegExp') {
      const [pattern, flags] = node.arguments ?? []
      const { line } = file.getLineAndCharacterOfPosition(node.getStart())
      const where = `${path}:${String(line + 1)}`
      for (const source of textsOf(file, pattern)) {
        for (const one of flags ? textsOf(file, flags) : ['']) {
          found.push({ where, source, flags: one })
        }
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** What an expression of a file is, computed from texts, constants of the file and `GIVEN`. */
function textsOf(file: ts.SourceFile, node: ts.Node | undefined): readonly string[] {
  if (node === undefined) return ['']
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[]>(
      (before, { expression, literal }) =>
        joined(before, textsOf(file, expression)).map((text) => text + literal.text),
      [node.head.text],
    )
  }
  if (ts.isIdentifier(node)) {
    const given = GIVEN[file.fileName]?.[node.text] ?? []
    return given.length > 0 ? given : textsOf(file, constantOf(file, node.text))
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { expression: list, name } = node.expression
    if (ts.isArrayLiteralExpression(list) && name.text === 'join') {
      const [by = ','] = textsOf(file, node.arguments[0])
      return list.elements
        .map((element) => textsOf(file, element))
        .reduce((before, texts) => joined(joined(before, [by]), texts))
    }
  }
  throw new Error(`${file.fileName}: what is ${node.getText()}? GIVEN tells it.`)
}

function joined(before: readonly string[], after: readonly string[]): readonly string[] {
  return before.flatMap((one) => after.map((other) => one + other))
}

function constantOf(file: ts.SourceFile, name: string): ts.Expression {
  const declared = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find((declaration) => declaration.name.getText() === name)
  if (declared?.initializer) return declared.initializer
  throw new Error(`${file.fileName}: what is ${name}? GIVEN tells it.`)
}

/** Values of others as `withoutValues` puts them into an expression: all signs are escaped, white space is of any length. */
const LITERALS = [
  'canary',
  'a b',
  'a a  a\ta',
  'a - a',
  'aaaaaaaaaaaaaaaa',
  '(a+)+$',
  '-',
  '%%%%',
].map((value) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))

const SYNTAX = 'src/systems/rotel/syntax.ts'
const TAIL = 'src/pipeline/smoke-test/tail.ts'

/** What is in expressions that are built while the action runs, by file and name. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'src/model/redaction.ts': { literal: LITERALS, flags: ['g', 'gi'] },
  'src/systems/instrumentation/languages.ts': { language: LANGUAGES },
  [TAIL]: {
    label: [...readFileSync(TAIL, 'utf8').matchAll(/\bnumber\('([^']+)'\)/g)].map(
      ([, label = '']) => label,
    ),
  },
}

const FILES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`)
  .sort()

const EXPRESSIONS = FILES.flatMap(expressionsIn)

const BUILT = FILES.flatMap(builtIn)

const TIME_LIMIT_MS = 15_000
/** A plain test run asks for one part, and another one by each number of a workflow run. */
const PARTS = 60
const PARTS_BUILT = 4

/** `undefined`: it is linear, or no text was found for which it is not. */
function faultOf({ where, source, flags }: Expression): string | undefined {
  const judged = checkSync(source, flags, { timeout: TIME_LIMIT_MS })
  if (judged.status === 'safe') {
    const { type } = judged.complexity
    return type === 'linear' || type === 'safe' ? undefined : `${where}: ${type}`
  }
  if (judged.status === 'unknown') return `${where}: not known (${judged.error.kind})`
  return `${where}: ${judged.complexity.type}, for ${judged.attack.pattern}`
}

test(
  'each regular expression takes a time that grows with the text, and no faster',
  () => {
    const part = fuzzPart(PARTS)
    const asked = EXPRESSIONS.filter((_, at) => part.has(at))
    expect(asked.flatMap((one) => faultOf(one) ?? [])).toEqual([])
    expect(EXPRESSIONS.length).toBeGreaterThan(300)
    recordFigures('fuzzing', { 'regular expressions judged': asked.length })
  },
  20 * 60_000,
)

test(
  'each one that is built while the action runs does, too',
  () => {
    const files = [...new Set(BUILT.map(({ where }) => where.replace(/:\d+$/, '')))]
    expect(files).toEqual(expect.arrayContaining([...Object.keys(GIVEN), SYNTAX]))
    const part = fuzzPart(PARTS_BUILT)
    const asked = BUILT.filter((_, at) => part.has(at))
    expect(asked.flatMap((one) => faultOf(one) ?? [])).toEqual([])
    recordFigures('fuzzing', { 'regular expressions judged': asked.length })
  },
  20 * 60_000,
)

test('one that takes a time that grows with the square is found', () => {
  const fault = faultOf({ where: 'here', source: '/+$', flags: '' })
  expect(fault).toMatch(/^here: polynomial, for /)
})
