/** Undoing one function, on a Lambda that others use too. */

import { describe, expect, test } from '@jest/globals'
import { type Change } from '../../src/systems/lambda/change'
import { planAttachment } from '../../src/pipeline/plan/plan'
import { inverseOf } from '../../src/pipeline/configure/inverse'
import { type Leftover, leftText, undo } from '../../src/pipeline/configure/undo'
import { aFunction, changed, layer, ROTEL_X86, SOME_CONTEXT, someWanted } from './support/functions'
import { SALT } from './support/journal'
import {
  aClock,
  aFault,
  aLambda,
  configurationOf,
  ENDLESS,
  type LambdaOptions,
} from './support/lambda'

const FOUND = aFunction({ variables: { TABLE: 'orders' } })

function attaching(): Change {
  const plan = planAttachment(FOUND, someWanted(), SOME_CONTEXT)
  if (plan.kind !== 'change') throw new Error(plan.kind)
  return plan.change
}

async function undone(options: LambdaOptions = {}, written = true) {
  const change = attaching()
  const lambda = aLambda([written ? changed(FOUND, change) : FOUND], options)
  const clock = aClock()
  const result = await undo(FOUND.arn, inverseOf(change, SALT), {
    lambda,
    clock,
    signal: ENDLESS,
    salt: SALT,
  })
  return { result, lambda }
}

test('one read and one write restore exactly what was there', async () => {
  const { result, lambda } = await undone()
  expect(result).toEqual({ kind: 'undone', wrote: true, leftUnchanged: [] })
  expect(configurationOf(lambda.current())).toEqual(configurationOf(FOUND))
  expect(lambda.calls).toEqual(['get', 'update', 'get'])
})

test('what never landed costs one read and no write', async () => {
  const { result, lambda } = await undone({}, false)
  expect(result).toEqual({ kind: 'undone', wrote: false, leftUnchanged: [] })
  expect(lambda.calls).toEqual(['get'])
})

describe('with others at work', () => {
  test('their changes between its read and its write stay', async () => {
    const { result, lambda } = await undone({
      arriving: (call, one, index) => {
        if (call === 'update' && index === 0) {
          one.setVariables((all) => all.set('TABLE', 'theirs').set('NEW', 'theirs'))
        }
      },
    })
    expect(result).toMatchObject({ kind: 'undone', leftUnchanged: [] })
    expect(configurationOf(lambda.current())).toEqual({
      layers: [],
      variables: { TABLE: 'theirs', NEW: 'theirs' },
    })
  })

  test('an item of ours that they have changed stays, and is named', async () => {
    const { result, lambda } = await undone({
      arriving: (call, one, index) => {
        if (call === 'get' && index === 0) {
          one.setVariables((all) => all.set('ROTEL_OTLP_EXPORTER_ENDPOINT', 'theirs'))
        }
      },
    })
    expect(result).toMatchObject({
      kind: 'undone',
      leftUnchanged: ['ROTEL_OTLP_EXPORTER_ENDPOINT'],
    })
    expect(configurationOf(lambda.current())).toEqual({
      layers: [],
      variables: { TABLE: 'orders', ROTEL_OTLP_EXPORTER_ENDPOINT: 'theirs' },
    })
  })

  test.each([
    ['before it was read', 'get', 0],
    ['before it was written', 'update', 0],
    ['after it was written', 'get', 1],
  ])('a function that they delete %s has nothing of ours left', async (_, when, which) => {
    const { result } = await undone({
      arriving: (call, one, index) => {
        if (call === when && index === which) one.delete()
      },
    })
    expect(result).toMatchObject({ kind: 'undone', leftUnchanged: [] })
  })
})

describe('when it cannot be done', () => {
  const left = [
    ROTEL_X86,
    'ROTEL_OTLP_EXPORTER_ENDPOINT',
    'ROTEL_OTLP_EXPORTER_PROTOCOL',
    'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
    'ROTEL_OTEL_RESOURCE_ATTRIBUTES',
    'CLICKSTACK_LAMBDA',
  ]

  test.each<[string, LambdaOptions]>([
    ['the write is denied', { fate: () => aFault('denied') }],
    ['the update fails', { fate: () => 'accepted-then-failed' }],
    [
      'the variables are no longer shown',
      {
        arriving: (_, one) => {
          one.change({ environment: { readable: false, errorCode: 'AccessDeniedException' } })
        },
      },
    ],
  ])('because %s, what is left is named', async (_, options) => {
    const { result } = await undone(options)
    expect(result).toMatchObject({ kind: 'not-undone', left, mayBeGone: false })
    if (result.kind === 'not-undone') expect(leftText(result)).toMatch(/^Still on it: arn:/)
  })

  test('because it cannot be read at all, it may be gone', async () => {
    const { result } = await undone({ failingRead: () => aFault('denied') })
    expect(result).toEqual({
      kind: 'not-undone',
      detail: 'SomeException: in AWS’s words',
      left,
      missing: [],
      mayBeGone: true,
    })
  })

  const lib = layer('team', 1)
  const old = layer('rotel-extension-amd64-alpha', 41)
  const layers = { before: [lib, old], after: [lib, ROTEL_X86] }
  const variables = [
    { name: 'ROTEL_NEW', before: undefined, after: 'new' },
    { name: 'ROTEL_CHANGED', before: 'old', after: 'new' },
    { name: 'ROTEL_OLD', before: 'old', after: undefined },
  ]
  test.each<[string, Change, Pick<Leftover, 'left' | 'missing'>]>([
    ['of layers', { layers, variables: [] }, { left: [ROTEL_X86], missing: [old] }],
    [
      'of variables',
      { layers: undefined, variables },
      { left: ['ROTEL_NEW', 'ROTEL_CHANGED'], missing: ['ROTEL_OLD'] },
    ],
    [
      'of the log format',
      { layers: undefined, variables: [], logFormat: { before: 'Text', after: 'JSON' } },
      { left: ['the log format'], missing: [] },
    ],
  ])(
    'a change %s leaves what it brought, lacks what it took, and nothing else',
    async (...given) => {
      const [, change, leftover] = given
      const result = await undo(FOUND.arn, inverseOf(change, SALT), {
        lambda: aLambda([FOUND], { failingRead: () => aFault('denied') }),
        clock: aClock(),
        signal: ENDLESS,
        salt: SALT,
      })
      expect(result).toMatchObject({ kind: 'not-undone', ...leftover })
    },
  )

  test.each<[Leftover, string]>([
    [{ left: ['A', 'B'], missing: [], mayBeGone: false }, 'Still on it: A, B'],
    [{ left: [], missing: ['C', 'D'], mayBeGone: false }, 'Not restored: C, D'],
    [{ left: ['A'], missing: ['C'], mayBeGone: false }, 'Still on it: A. Not restored: C'],
    [
      { left: ['A'], missing: ['C'], mayBeGone: true },
      'Not known whether still on it: A. Not known whether restored: C',
    ],
  ])('%j is told in a sentence', (leftover, text) => {
    expect(leftText(leftover)).toBe(text)
  })

  test('what this run has removed is told as missing, and not as left', async () => {
    const change = attaching()
    const removal: Change = {
      layers: { before: [ROTEL_X86], after: [] },
      variables: change.variables.map(({ name, after }) => ({
        name,
        before: after,
        after: undefined,
      })),
    }
    const result = await undo(FOUND.arn, inverseOf(removal, SALT), {
      lambda: aLambda([FOUND], { fate: () => aFault('denied') }),
      clock: aClock(),
      signal: ENDLESS,
      salt: SALT,
    })
    expect(result).toMatchObject({ kind: 'not-undone', left: [], missing: left, mayBeGone: false })
    if (result.kind === 'not-undone') expect(leftText(result)).toMatch(/^Not restored: arn:/)
  })

  test.each<[string, LambdaOptions]>([
    ['was accepted', {}],
    ['may have landed', { fate: () => 'landed-and-lost' }],
    ['was not answered', { fate: () => 'lost' }],
  ])('because it cannot be read after a write that %s, it may be gone', async (_, options) => {
    const { result } = await undone({
      ...options,
      failingRead: (index) => (index > 0 ? aFault('unauthenticated') : undefined),
    })
    expect(result).toMatchObject({ kind: 'not-undone', left, mayBeGone: true })
    if (result.kind !== 'not-undone') return
    expect(leftText(result)).toMatch(/^Not known whether still on it: arn:/)
  })
})

test('lost answers do not matter', async () => {
  const { result, lambda } = await undone({
    fate: (index) => (index === 0 ? 'landed-and-lost' : 'judged'),
  })
  expect(result).toMatchObject({ kind: 'undone' })
  expect(configurationOf(lambda.current())).toEqual(configurationOf(FOUND))
})
