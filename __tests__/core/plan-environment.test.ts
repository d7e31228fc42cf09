/** Variables: ours merged in, all others byte for byte, and never more than Lambda takes. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { environmentWithoutOurs, planEnvironment } from '../../src/pipeline/plan/environment'
import { environmentBytes } from '../../src/systems/lambda/quotas'
import { MARKER, NOTHING_OWNED, type Ownership, readMarker } from '../../src/model/ownership'
import { foreignVariables } from './support/functions'

const LAYER = ['418653438961:rotel-extension-amd64']
const DESIRED = new Map([
  ['ROTEL_A', 'a'],
  ['ROTEL_B', 'b'],
])

function planned(
  before: Readonly<Record<string, string>>,
  { owned = NOTHING_OWNED, acceptForeignSettings = false, desired = DESIRED, layers = LAYER } = {},
) {
  const plan = planEnvironment(
    new Map(Object.entries(before)),
    desired,
    owned,
    { layers },
    acceptForeignSettings,
  )
  if ('conflicts' in plan) return plan.conflicts
  return { after: Object.fromEntries(plan.after), owned: plan.owned.variables }
}

const owning = (...variables: string[]): Ownership => ({ variables, layers: LAYER })

describe('ownership', () => {
  test('what was not there, or was other, is ours afterwards, and the marker says so', () => {
    const plan = planned({ TABLE: 'x' })
    expect(plan).toMatchObject({
      after: { TABLE: 'x', ROTEL_A: 'a' },
      owned: ['ROTEL_A', 'ROTEL_B'],
    })
    const marker = (plan as { after: Record<string, string> }).after[MARKER]
    expect(readMarker(marker)).toEqual({ variables: ['ROTEL_A', 'ROTEL_B'], layers: LAYER })
  })

  test('a variable that has its value already is not claimed', () => {
    expect(planned({ ROTEL_A: 'a' })).toMatchObject({ owned: ['ROTEL_B'] })
  })

  test('unless it was ours before', () => {
    expect(planned({ ROTEL_A: 'a', [MARKER]: 'v1' }, { owned: owning('ROTEL_A') })).toMatchObject({
      owned: ['ROTEL_A', 'ROTEL_B'],
    })
  })

  test('a managed variable that is no longer wanted goes, others stay', () => {
    expect(
      planned(
        { ROTEL_OLD: 'x', ROTEL_THEIRS: 'y', [MARKER]: 'v1' },
        { owned: owning('ROTEL_OLD') },
      ),
    ).toMatchObject({ after: { ROTEL_THEIRS: 'y' } })
    expect(
      planned({ ROTEL_OLD: 'x', [MARKER]: 'v1' }, { owned: owning('ROTEL_OLD') }),
    ).not.toHaveProperty('after.ROTEL_OLD')
  })

  test('a managed variable that was changed by hand is set again', () => {
    expect(
      planned({ ROTEL_A: 'drifted', [MARKER]: 'v1' }, { owned: owning('ROTEL_A') }),
    ).toMatchObject({ after: { ROTEL_A: 'a' } })
  })

  test('with nothing to own the marker is not written, and an old one goes', () => {
    const all = { ROTEL_A: 'a', ROTEL_B: 'b' }
    const plan = planEnvironment(DESIRED, DESIRED, NOTHING_OWNED, { layers: [] }, false)
    expect('conflicts' in plan ? plan.conflicts : [...plan.after]).toEqual([...DESIRED])
    expect(planned(all, { layers: [] })).toEqual({ after: all, owned: [] })
    expect(planned({ ...all, [MARKER]: 'v1;k=;l=' }, { layers: [] })).toEqual({
      after: all,
      owned: [],
    })
  })
})

describe('settings of somebody else', () => {
  test.each([
    ['a value of theirs where we are to set another', { ROTEL_A: 'theirs' }, ['ROTEL_A']],
    ['a variable of Rotel’s that we do not set', { ROTEL_X: 'x', ROTEL_A: 'a' }, ['ROTEL_X']],
  ])('%s is in the way', (_, before, conflicts) => {
    expect(planned(before)).toEqual(conflicts)
  })

  test('other people’s OTEL_ variables are not', () => {
    expect(planned({ OTEL_SERVICE_NAME: 'x' })).toHaveProperty('after.OTEL_SERVICE_NAME', 'x')
  })

  test('unless we are to set one of them', () => {
    const desired = new Map([['OTEL_SERVICE_NAME', 'y']])
    expect(planned({ OTEL_SERVICE_NAME: 'x' }, { desired })).toEqual(['OTEL_SERVICE_NAME'])
  })

  test('where we own something already, only what we are to set can be in the way', () => {
    const given = { [MARKER]: 'v1', ROTEL_X: 'x' }
    expect(planned(given, { owned: owning('ROTEL_A') })).toHaveProperty('after.ROTEL_X', 'x')
    expect(planned({ ...given, ROTEL_B: 'theirs' }, { owned: owning('ROTEL_A') })).toEqual([
      'ROTEL_B',
    ])
  })

  test('accepted, they are overridden', () => {
    expect(planned({ ROTEL_A: 'theirs' }, { acceptForeignSettings: true })).toMatchObject({
      after: { ROTEL_A: 'a' },
      owned: ['ROTEL_A', 'ROTEL_B'],
    })
  })
})

test('the user’s variables stay byte for byte, whatever they are called', () => {
  fc.assert(
    fc.property(foreignVariables, (before) => {
      const plan = planEnvironment(before, DESIRED, NOTHING_OWNED, { layers: LAYER }, false)
      if ('conflicts' in plan) throw new Error(plan.conflicts.join())
      for (const [name, value] of before) expect(plan.after.get(name)).toBe(value)
      expect(plan.after.size).toBe(before.size + DESIRED.size + 1)
      const owned = readMarker(plan.after.get(MARKER))
      if (owned === 'unreadable') throw new Error('the marker cannot be read')
      expect(environmentWithoutOurs(plan.after, owned)).toEqual(before)
    }),
  )
})

describe('the size as Lambda measures it', () => {
  test.each([
    ['ASCII', 'x'],
    ['two bytes', 'ö'],
    ['three bytes', '€'],
    ['four bytes', '🚀'],
    ['escaped', '"'],
    ['a control character', '\u0001'],
  ])('counts the bytes of compact JSON: %s', (_, character) => {
    const value = character.repeat(10)
    expect(environmentBytes(new Map([['AB', value]]))).toBe(
      Buffer.byteLength(JSON.stringify({ AB: value })),
    )
  })

  test('hostile names count as any other', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty']
    expect(environmentBytes(new Map(names.map((name) => [name, 'x'])))).toBe(
      '{"constructor":"x","toString":"x","hasOwnProperty":"x"}'.length,
    )
  })
})
