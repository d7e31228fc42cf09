import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { format, resolveConfig } from 'prettier'
import {
  inputDefaultsModule,
  inputGroups,
  withInputTables,
  withOutputTable,
} from '../../scripts/action-tables'
import { inputDefaults } from '../../src/inputs/defaults'
import { parseInputs } from '../../src/inputs/parse-inputs'

interface ActionYml {
  readonly inputs: Readonly<Record<string, { description: string; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
  readonly runs: Readonly<Record<string, string>>
}

const text = readFileSync('action.yml', 'utf8')
const action = parse(text) as ActionYml
const inputs = Object.entries(action.inputs)

test('the action runs on Node 24, with a main and a post step', () => {
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js', post: 'dist/post.js' })
})

test('the names and defaults in src/ are those of action.yml', async () => {
  const fresh = await format(inputDefaultsModule(text), {
    ...((await resolveConfig('action.yml')) ?? {}),
    parser: 'typescript',
  })
  expect(readFileSync('src/inputs/defaults.ts', 'utf8')).toBe(fresh)
  const defaults = inputs.map(([name, input]) => [name, input.default])
  expect(defaults).toEqual(
    Object.entries({ ...inputDefaults, 'github-token': '${{ github.token }}' }),
  )
})

test('every default is a string: the runner passes nothing else', () => {
  for (const [, input] of inputs) expect(typeof input.default).toBe('string')
})

test('each description names every word that its input allows', () => {
  const given: Readonly<Record<string, string>> = Object.fromEntries(
    inputs.map(([name]) => [name, 'nonsense']),
  )
  const parsed = parseInputs((name) => given[name] ?? '', {})
  const allowed = (parsed.ok ? [] : parsed.problems).flatMap(({ input, message }) => {
    const words = /Allowed: (.*?)\.( |$)/.exec(message)?.[1] ?? ''
    return [...words.matchAll(/`([^`]+)`/g)].map(([, word = '']) => ({ input, word }))
  })
  // Those of an input that is a switch.
  const words = allowed.filter(({ word }) => word !== 'true' && word !== 'false')
  expect(new Set(words.map(({ input }) => input)).size).toBeGreaterThan(15)
  for (const { input = '', word } of words) {
    expect(`${input}: ${action.inputs[input]?.description ?? ''}`).toContain(`\`${word}\``)
  }
})

test('descriptions are sentences of at most four lines', () => {
  for (const { description } of [
    ...Object.values(action.inputs),
    ...Object.values(action.outputs),
  ]) {
    expect(description).toMatch(/^[A-Z`].*\.$/)
    expect(description.length).toBeLessThan(4 * 120)
  }
})

test('the outputs are those of the contract', () => {
  expect(Object.keys(action.outputs)).toEqual([
    'result',
    'changed',
    'functions',
    'summary-json',
    'plan',
    'report-path',
    'restore-path',
  ])
})

test('the groups are those of the contract', () => {
  expect(inputGroups(text).map(({ title }) => title)).toEqual([
    'Targets',
    'Layer',
    'Export',
    'Tracing',
    'Smoke test',
    'Verify',
    'CloudWatch',
    'Run',
  ])
})

test('the tables in docs/ are up to date', () => {
  const [inputPage, outputPage] = ['docs/inputs.md', 'docs/outputs.md'].map((path) =>
    readFileSync(path, 'utf8'),
  )
  expect(withInputTables(inputPage ?? '', text)).toBe(inputPage)
  expect(withOutputTable(outputPage ?? '', text)).toBe(outputPage)
})

test('advanced inputs have tables of their own, after those that most workflows use', () => {
  const [everyday = '', advanced = ''] = readFileSync('docs/inputs.md', 'utf8').split(
    '\n## Advanced\n',
  )
  for (const { name, isAdvanced } of inputGroups(text).flatMap(({ entries }) => entries)) {
    const row = `| \`${name}\` |`
    expect([name, everyday.includes(row), advanced.includes(row)]).toEqual([
      name,
      !isAdvanced,
      isAdvanced,
    ])
  }
  expect(everyday).toContain('| `functions` |')
  expect(advanced).toContain('| `shard` |')
})
