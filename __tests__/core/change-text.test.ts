/** A planned change in words: what changes is counted and named, and no value is told. */

import { expect, test } from '@jest/globals'
import { changeText, kindOfChange, shortLayer } from '../../src/pipeline/plan/change-text'
import type { Change, VariableChange } from '../../src/systems/lambda/change'
import { layer } from './support/functions'

const [team, old, now] = [layer('team', 1), layer('rotel', 7), layer('rotel', 8)]
const WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER'

function variable(
  before: string | undefined,
  after: string | undefined,
  name = 'X',
): VariableChange {
  return { name, before, after }
}

function textOf(change: Partial<Change>): string {
  return changeText({ layers: undefined, variables: [], ...change })
}

test.each([
  [[team], [team, now], 'layer rotel:8 added'],
  [[], [old, team], 'layer rotel:7, team:1 added'],
  [[old, team], [team], 'layer rotel:7 removed'],
  [[old, team], [], 'layer rotel:7, team:1 removed'],
  [[old, team], [now, team], 'layer rotel:7 → rotel:8'],
  [[old, team], [now, layer('lib', 1)], 'layer rotel:7, team:1 → rotel:8, lib:1'],
  [[old, team], [team, old], 'layers reordered'],
])('layers %j, then %j', (before, after, text) => {
  expect(textOf({ layers: { before, after } })).toBe(text)
})

test.each<[readonly VariableChange[], string]>([
  [[variable(undefined, 'a')], '1 variable added'],
  [[variable(undefined, ''), variable(undefined, 'b')], '2 variables added'],
  [[variable('a', 'b')], '1 variable changed'],
  [[variable('', 'b'), variable('a', '')], '2 variables changed'],
  [[variable('a', undefined)], '1 variable removed'],
  [
    [variable('a', undefined), variable('a', 'b'), variable(undefined, 'b')],
    '1 variable added, 1 variable changed, 1 variable removed',
  ],
  [[variable(undefined, 'b', WRAPPER)], '1 variable added, wrapper set'],
  [[variable('a', 'b', WRAPPER)], '1 variable changed, wrapper replaced'],
  [
    [variable(undefined, 'x'), variable('a', undefined, WRAPPER)],
    '1 variable added, 1 variable removed, wrapper removed',
  ],
])('variables %j', (variables, text) => {
  expect(textOf({ variables })).toBe(text)
})

test('nothing, the log format, and all of it together', () => {
  const logFormat = { before: 'Text', after: 'JSON' } as const
  expect(changeText(undefined)).toBe('no change')
  expect(textOf({ logFormat })).toBe('log format Text → JSON')
  expect(
    textOf({
      layers: { before: [], after: [now] },
      variables: [variable(undefined, 'secret')],
      logFormat,
    }),
  ).toBe('layer rotel:8 added, 1 variable added, log format Text → JSON')
})

test('the kind of a change is told by what is there, also where it is empty', () => {
  expect(kindOfChange(variable(undefined, ''))).toBe('added')
  expect(kindOfChange(variable('', undefined))).toBe('removed')
  expect(kindOfChange(variable('', ''))).toBe('changed')
})

test('what is not the ARN of a layer is shown as it is', () => {
  expect(shortLayer(now)).toBe('rotel:8')
  expect(shortLayer('a layer')).toBe('a layer')
})
