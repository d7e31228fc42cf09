/** The way back: what we wrote goes, what others did stays, whatever came in between. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LambdaFunction, Variables } from '../../src/systems/lambda/lambda-function'
import { type Change, changeBetween, withChange } from '../../src/systems/lambda/change'
import { planAttachment, planRemoval } from '../../src/pipeline/plan/plan'
import {
  fingerprint,
  type Inverse,
  inverseOf,
  isEmptyInverse,
  mergeInverses,
  planUndo,
} from '../../src/pipeline/configure/inverse'
import {
  ACCOUNT,
  aFunction,
  changed,
  foreignLayer,
  foreignVariables,
  layer,
  layerList,
  layersOf,
  ROTEL_X86,
  rotelLayer,
  SOME_CONTEXT,
  someWanted,
  variablesOf,
  withoutVersion,
} from './support/functions'

const SALT = 'salt'

function undone(fn: LambdaFunction, inverse: Inverse) {
  const plan = planUndo(fn, inverse, SALT)
  if (plan === 'unreadable') throw new Error('unreadable')
  return { fn: plan.change ? changed(fn, plan.change) : fn, leftUnchanged: plan.leftUnchanged }
}

/** The change from one list of layers to another. */
function layersChange(before: readonly string[], after: readonly string[]): Change {
  return { layers: { before, after }, variables: [] }
}

function layersUndone(before: readonly string[], after: readonly string[], now: readonly string[]) {
  const { fn, leftUnchanged } = undone(
    aFunction({ layers: now }),
    inverseOf(layersChange(before, after), SALT),
  )
  return { layers: layersOf(fn), leftUnchanged }
}

const alpha = layer('rotel-extension-amd64-alpha', 41)
const stable = (version: number) => layer('rotel-extension-amd64', version)
const INSIGHTS = 'arn:aws:lambda:eu-west-1:580247275435:awslayer:LambdaInsightsExtension:14'
const lib = (name: string, version = 1) => layer(name, version, ACCOUNT)

describe('layers', () => {
  test.each<
    [
      string,
      {
        before: string[]
        wrote: string[]
        now: string[]
        then: string[]
        leftUnchanged?: string[]
      },
    ]
  >([
    [
      'an added one goes',
      {
        before: [lib('a')],
        wrote: [lib('a'), ROTEL_X86],
        now: [lib('a'), ROTEL_X86],
        then: [lib('a')],
      },
    ],
    [
      'an added one goes from wherever others have moved it',
      {
        before: [lib('a')],
        wrote: [lib('a'), ROTEL_X86],
        now: [lib('b'), ROTEL_X86, lib('a', 2)],
        then: [lib('b'), lib('a', 2)],
      },
    ],
    [
      'an added one that others have taken away is gone, and nothing is left to say',
      { before: [lib('a')], wrote: [lib('a'), ROTEL_X86], now: [lib('b')], then: [lib('b')] },
    ],
    [
      'a replaced one returns to its place',
      {
        before: [alpha, lib('a')],
        wrote: [ROTEL_X86, lib('a')],
        now: [ROTEL_X86, lib('a', 2), lib('b')],
        then: [alpha, lib('a', 2), lib('b')],
      },
    ],
    [
      'a newer version of ours that others have attached since stays, and is not joined by a second Rotel',
      {
        before: [alpha],
        wrote: [stable(7)],
        now: [stable(8)],
        then: [stable(8)],
        leftUnchanged: [stable(7)],
      },
    ],
    [
      'the same where the replaced one was stable',
      {
        before: [stable(6)],
        wrote: [stable(7)],
        now: [stable(8)],
        then: [stable(8)],
        leftUnchanged: [stable(7)],
      },
    ],
    [
      'and where two were replaced by one',
      {
        before: [stable(6), alpha],
        wrote: [stable(7)],
        now: [stable(8)],
        then: [stable(8)],
        leftUnchanged: [stable(7), alpha],
      },
    ],
    [
      'one that others have replaced by its predecessor is back already',
      {
        before: [stable(6)],
        wrote: [stable(7)],
        now: [stable(6), lib('b')],
        then: [stable(6), lib('b')],
      },
    ],
    [
      'two that were replaced by one return',
      {
        before: [lib('a'), stable(6), lib('b'), alpha],
        wrote: [lib('a'), stable(7), lib('b')],
        now: [lib('a'), stable(7), lib('b'), lib('c')],
        then: [lib('a'), stable(6), lib('b'), alpha, lib('c')],
      },
    ],
    [
      'a removed one returns behind its neighbour',
      {
        before: [lib('a'), ROTEL_X86, lib('b')],
        wrote: [lib('a'), lib('b')],
        now: [lib('c'), lib('a'), lib('b')],
        then: [lib('c'), lib('a'), ROTEL_X86, lib('b')],
      },
    ],
    [
      'a removed one does not return beside another version of itself',
      {
        before: [stable(6)],
        wrote: [],
        now: [lib('a'), stable(9)],
        then: [lib('a'), stable(9)],
        leftUnchanged: [stable(6)],
      },
    ],
    [
      'a removed one does not return as a sixth',
      {
        before: [ROTEL_X86, lib('a')],
        wrote: [lib('a')],
        now: ['a', 'b', 'c', 'd', 'e'].map((name) => lib(name)),
        then: ['a', 'b', 'c', 'd', 'e'].map((name) => lib(name)),
        leftUnchanged: [ROTEL_X86],
      },
    ],
    [
      'a replaced one does not return beside another version of itself',
      {
        before: [alpha],
        wrote: [stable(7)],
        now: [stable(7), layer('rotel-extension-amd64-alpha', 42)],
        then: [layer('rotel-extension-amd64-alpha', 42)],
        leftUnchanged: [alpha],
      },
    ],
    [
      'a replaced one that others have put back beside ours is back already',
      {
        before: [alpha],
        wrote: [stable(7)],
        now: [stable(7), lib('a'), alpha],
        then: [lib('a'), alpha],
      },
    ],
    [
      'a removed one that others have put back is back already',
      {
        before: [lib('a'), ROTEL_X86, lib('b')],
        wrote: [lib('a'), lib('b')],
        now: [lib('a'), lib('b'), ROTEL_X86],
        then: [lib('a'), lib('b'), ROTEL_X86],
      },
    ],
    [
      'a removed one returns behind the nearest neighbour that is still there',
      {
        before: [lib('a'), lib('b'), ROTEL_X86],
        wrote: [lib('a'), lib('b')],
        now: [lib('c'), lib('a')],
        then: [lib('c'), lib('a'), ROTEL_X86],
      },
    ],
    [
      'a removed one returns beside a layer of AWS’s own form',
      {
        before: [INSIGHTS, ROTEL_X86],
        wrote: [INSIGHTS],
        now: [INSIGHTS, lib('a')],
        then: [INSIGHTS, ROTEL_X86, lib('a')],
      },
    ],
    [
      'and so does a layer of AWS’s own form',
      {
        before: [INSIGHTS, lib('a')],
        wrote: [lib('a')],
        now: [lib('b'), lib('a')],
        then: [INSIGHTS, lib('b'), lib('a')],
      },
    ],
    [
      'a write that never landed leaves nothing to do',
      {
        before: [alpha],
        wrote: [stable(7)],
        now: [lib('a'), alpha, lib('b')],
        then: [lib('a'), alpha, lib('b')],
      },
    ],
  ])('%s', (_, { before, wrote, now, then, leftUnchanged = [] }) => {
    expect(layersUndone(before, wrote, now)).toStrictEqual({ layers: then, leftUnchanged })
  })
})

describe('variables', () => {
  const base = { KEEP: 'k', ROTEL_OLD: 'old', ROTEL_A: 'theirs' }
  const wrote = { KEEP: 'k', ROTEL_A: 'ours', ROTEL_NEW: 'new' }
  const inverse = inverseOf(
    changeBetween(
      aFunction(),
      [],
      new Map(Object.entries(base)),
      new Map(Object.entries(wrote)),
    ) ?? { layers: undefined, variables: [] },
    SALT,
  )

  test.each<[string, Record<string, string>, Record<string, string>, string[]]>([
    ['all of ours goes back', wrote, base, []],
    ['nothing is done where nothing landed', base, base, []],
    [
      'what others have changed since stays, and is named',
      { ...wrote, ROTEL_A: 'later', ROTEL_NEW: 'later' },
      { KEEP: 'k', ROTEL_OLD: 'old', ROTEL_A: 'later', ROTEL_NEW: 'later' },
      ['ROTEL_A', 'ROTEL_NEW'],
    ],
    [
      'what others have set again after we removed it stays',
      { ...wrote, ROTEL_OLD: 'later' },
      { ...base, ROTEL_OLD: 'later' },
      ['ROTEL_OLD'],
    ],
    [
      'what others have removed stays removed',
      { KEEP: 'k', ROTEL_NEW: 'new' },
      { KEEP: 'k', ROTEL_OLD: 'old' },
      ['ROTEL_A'],
    ],
    [
      'what others have added stays',
      { ...wrote, constructor: 'x', KEEP: 'k2' },
      { ...base, constructor: 'x', KEEP: 'k2' },
      [],
    ],
  ])('%s', (_, now, then, leftUnchanged) => {
    const result = undone(aFunction({ variables: now }), inverse)
    expect(new Map(variablesOf(result.fn))).toEqual(new Map(Object.entries(then)))
    expect([...result.leftUnchanged].sort()).toEqual(leftUnchanged)
  })

  test('hidden variables stop an undo that would have to write them, and no other', () => {
    const hidden = aFunction({ variables: undefined, layers: [ROTEL_X86] })
    expect(planUndo(hidden, inverse, SALT)).toBe('unreadable')
    const onlyLayers = inverseOf(layersChange([], [ROTEL_X86]), SALT)
    expect(planUndo(hidden, onlyLayers, SALT)).toMatchObject({
      change: { layers: { after: [] }, variables: [] },
    })
  })

  test('a fingerprint depends on the salt, and does not hold the value', () => {
    expect(fingerprint('hunter2', 'a')).not.toBe(fingerprint('hunter2', 'b'))
    expect(fingerprint('hunter2', 'a')).not.toContain('hunter2')
    expect(fingerprint('b', 'a')).not.toBe(fingerprint('\0b', 'a'))
  })
})

test.each<[string, Partial<Change>, boolean]>([
  ['a restart', {}, true],
  ['layers', { layers: { before: [], after: [ROTEL_X86] } }, false],
  ['a variable', { variables: [{ name: 'A', before: undefined, after: '1' }] }, false],
  ['the log format', { logFormat: { before: 'Text', after: 'JSON' } }, false],
])('after a change of %s alone, there is something to take back or not', (_, given, isEmpty) => {
  const change: Change = { layers: undefined, variables: [], ...given }
  expect(isEmptyInverse(inverseOf(change, SALT))).toBe(isEmpty)
})

test('the log format goes back, and stays where others have put it back already', () => {
  const json: Change = {
    layers: undefined,
    variables: [],
    logFormat: { before: 'Text', after: 'JSON' },
  }
  for (const logFormat of ['JSON', 'Text'] as const) {
    expect(undone(aFunction({ logFormat }), inverseOf(json, SALT)).fn.logFormat).toBe('Text')
  }
  const merged = mergeInverses(inverseOf(json, SALT), inverseOf(layersChange([], []), SALT), SALT)
  expect(undone(aFunction({ logFormat: 'JSON' }), merged).fn.logFormat).toBe('Text')
})

// --- whatever we do, and whatever others do in between ----------------------------------------------------------------

const base = fc
  .record({
    foreign: layerList(foreignLayer, 2),
    rotel: layerList(rotelLayer, 2),
    variables: foreignVariables,
  })
  .map(({ foreign, rotel, variables }) =>
    aFunction({
      layers: [...rotel.slice(0, 1), ...foreign, ...rotel.slice(1)],
      variables: new Map([...variables, ['ROTEL_OTLP_EXPORTER_PROTOCOL', 'http']]),
    }),
  )

/** A write of ours: attaching, attaching with other settings, removing. */
const ours = fc.constantFrom('attach', 'attach-otherwise', 'remove')

function planned(fn: LambdaFunction, what: string): Change | undefined {
  const wanted = someWanted({ acceptForeignSettings: true })
  const otherwise = someWanted({
    acceptForeignSettings: true,
    layer: { kind: 'number', version: 3 },
    export: { ...wanted.export, environment: [{ name: 'ROTEL_DEBUG_LOG', value: 'logs' }] },
  })
  const plan =
    what === 'remove'
      ? planRemoval(fn)
      : planAttachment(fn, what === 'attach' ? wanted : otherwise, SOME_CONTEXT)
  return plan.kind === 'change' ? plan.change : undefined
}

/** What somebody else does: values that are never ours, so that it can be told who wrote what. */
const theirEdit = fc.oneof(
  fc.record({
    kind: fc.constant('set' as const),
    name: fc.constantFrom(
      'ROTEL_OTLP_EXPORTER_ENDPOINT',
      'ROTEL_OTLP_EXPORTER_PROTOCOL',
      'ROTEL_DEBUG_LOG',
      'CLICKSTACK_LAMBDA',
      'TABLE',
      'constructor',
    ),
    value: fc.option(
      fc.integer({ min: 1, max: 3 }).map((n) => `v1;k=;l=by-others-${String(n)}:x`),
      {
        nil: undefined,
      },
    ),
  }),
  fc.record({
    kind: fc.constant('layers' as const),
    add: layerList(fc.oneof(foreignLayer, rotelLayer), 2),
    drop: fc.nat(4),
  }),
)
type TheirEdit = typeof theirEdit extends fc.Arbitrary<infer T> ? T : never

function edited(fn: LambdaFunction, edits: readonly TheirEdit[]): LambdaFunction {
  return edits.reduce((now, edit) => {
    if (edit.kind === 'set') {
      const variables = new Map(variablesOf(now))
      if (edit.value === undefined) variables.delete(edit.name)
      else variables.set(edit.name, edit.value)
      return { ...now, environment: { readable: true, variables } }
    }
    const kept = now.layers.filter((_, index) => index !== edit.drop)
    const there = new Set(kept.map(({ arn }) => withoutVersion(arn)))
    const added = edit.add
      .filter((arn) => !there.has(withoutVersion(arn)))
      .map((arn) => ({ arn, signed: false }))
    return { ...now, layers: [...added.slice(0, 1), ...kept, ...added.slice(1)].slice(0, 5) }
  }, fn)
}

function expectLawful(layers: readonly string[]): void {
  expect(new Set(layers.map(withoutVersion)).size).toBe(layers.length)
  expect(layers.length).toBeLessThanOrEqual(5)
}

test('with nobody in between, the function is exactly in its original state', () => {
  fc.assert(
    fc.property(base, ours, (fn, what) => {
      const change = planned(fn, what)
      if (change === undefined) return
      const back = undone(changed(fn, change), inverseOf(change, SALT))
      expect(layersOf(back.fn)).toEqual(layersOf(fn))
      expect(new Map(variablesOf(back.fn))).toEqual(new Map(variablesOf(fn)))
      expect(back.leftUnchanged).toEqual([])
    }),
  )
})

test('with others in between, ours goes and theirs stays', () => {
  fc.assert(
    fc.property(base, ours, fc.array(theirEdit, { maxLength: 4 }), (fn, what, edits) => {
      const change = planned(fn, what)
      if (change === undefined) return
      const now = edited(changed(fn, change), edits)
      const back = undone(now, inverseOf(change, SALT))

      const wrote = new Map(change.variables.map(({ name, after }) => [name, after]))
      const expected = (name: string, value: string | undefined) =>
        wrote.has(name) && value === wrote.get(name) ? variablesOf(fn).get(name) : value
      expectVariables(back.fn, now, fn, expected)

      const touched = new Set([...(change.layers?.before ?? []), ...(change.layers?.after ?? [])])
      const theirs = (layers: readonly string[]) => layers.filter((arn) => !touched.has(arn))
      expect(theirs(layersOf(back.fn))).toEqual(theirs(layersOf(now)))
      expectLawful(layersOf(back.fn))
      for (const arn of change.layers?.after ?? []) {
        if (!change.layers?.before.includes(arn)) expect(layersOf(back.fn)).not.toContain(arn)
      }
    }),
  )
})

test('after two writes with others in between, the way leads back to what the user has, not to what we had', () => {
  fc.assert(
    fc.property(
      base,
      fc.tuple(ours, fc.boolean()),
      fc.array(theirEdit, { maxLength: 3 }),
      ours,
      fc.array(theirEdit, { maxLength: 2 }),
      (fn, [first, landed], between, second, afterwards) => {
        const one = planned(fn, first)
        if (one === undefined) return
        const found = landed ? changed(fn, one) : fn
        const mid = edited(found, between)
        const two = planned(mid, second)
        if (two === undefined) return
        const now = edited(changed(mid, two), afterwards)
        const inverse = mergeInverses(inverseOf(one, SALT), inverseOf(two, SALT), SALT)
        const back = undone(now, inverse)

        // Setting what is there already leaves no trace, so only what made a difference counts.
        const setByOthers = new Map([
          ...differences(found, mid),
          ...differences(changed(mid, two), now),
        ])
        expectVariables(back.fn, now, fn, (name) =>
          setByOthers.has(name) ? setByOthers.get(name) : variablesOf(fn).get(name),
        )
        expectLawful(layersOf(back.fn))
        if (![...between, ...afterwards].some(({ kind }) => kind === 'layers')) {
          expect(layersOf(back.fn)).toEqual(layersOf(fn))
        }
      },
    ),
    { numRuns: 200 },
  )
})

function differences(before: LambdaFunction, after: LambdaFunction) {
  const [was, is] = [variablesOf(before), variablesOf(after)]
  const names = [...new Set([...was.keys(), ...is.keys()])]
  return names
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => [name, is.get(name)] as const)
}

function expectVariables(
  back: LambdaFunction,
  now: LambdaFunction,
  found: LambdaFunction,
  expected: (name: string, value: string | undefined) => string | undefined,
): void {
  const variables = [back, now, found].map((fn): Variables => variablesOf(fn))
  const names = new Set(variables.flatMap((map) => [...map.keys()]))
  for (const name of names) {
    expect([name, variablesOf(back).get(name)]).toEqual([
      name,
      expected(name, variablesOf(now).get(name)),
    ])
  }
}

test('layers that nobody has touched since are exactly the list that was, in its order', () => {
  const lists = fc.shuffledSubarray(['a', 'b', 'c', 'd'].map((name) => layer(name, 1)))
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const fn = aFunction({ layers: after })
      const plan = planUndo(fn, { layers: { before, after }, variables: [] }, 'salt')
      if (plan === 'unreadable') throw new Error(plan)
      expect(layersOf(withChange(fn, plan.change))).toEqual(before)
      expect(plan.leftUnchanged).toEqual([])
    }),
  )
})
