import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { inputGroups, withTables } from '../../scripts/action-tables'
import { inputDefaults } from '../../src/inputs/defaults'
import { notAvailableYet } from '../../src/inputs/not-available-yet'

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

test('code and action.yml have the same inputs, in the same order, with the same defaults', () => {
  const defaults = inputs.map(([name, input]) => [name, input.default])
  expect(defaults).toEqual(
    Object.entries({ ...inputDefaults, 'github-token': '${{ github.token }}' }),
  )
})

test('every default is a string: the runner passes nothing else', () => {
  for (const [, input] of inputs) expect(typeof input.default).toBe('string')
})

test('what is not available yet says so at its end, and nothing else does', () => {
  const said = inputs.filter(([, input]) => input.description.endsWith('(not available yet)'))
  expect(said.map(([name]) => name)).toEqual([...notAvailableYet])
})

test('descriptions are sentences of at most four lines', () => {
  for (const { description } of [
    ...Object.values(action.inputs),
    ...Object.values(action.outputs),
  ]) {
    expect(description).toMatch(/^[A-Z`].*(\.|\(not available yet\))$/)
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

test('the tables in README.md are up to date', () => {
  const readme = readFileSync('README.md', 'utf8')
  expect(withTables(readme, text)).toBe(readme)
})
