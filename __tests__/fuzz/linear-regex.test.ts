/**
 * No regular expression of the action takes a time that grows faster than what it is held against, whatever that is.
 * `recheck` decides it exactly for most expressions, and searches for a text that proves the contrary for the others. The
 * rules of `eslint-plugin-regexp` (eslint.config.js) find most of it in a second, for each build.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { checkSync } from 'recheck'
import ts from 'typescript'
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

const EXPRESSIONS = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .flatMap((path) => expressionsIn(`src/${path}`))

const TIME_LIMIT_MS = 15_000
/** A plain test run asks for one part, and another one by each number of a workflow run. */
const PARTS = 60

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

test('one that takes a time that grows with the square is found', () => {
  const fault = faultOf({ where: 'here', source: '/+$', flags: '' })
  expect(fault).toMatch(/^here: polynomial, for /)
})
