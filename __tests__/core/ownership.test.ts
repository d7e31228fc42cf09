/** The variable CLICKSTACK_LAMBDA: written compactly, read back exactly, refused when unknown. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  claimedBeside,
  type LogsOwnership,
  NOTHING_OWNED,
  ownsNoRotel,
  readMarker,
  writeMarker,
} from '../../src/model/ownership'
import { markedDisabled, ownershipOf } from '../../src/systems/lambda/marker'
import { aFunction } from './support/functions'

const variableName = fc
  .tuple(fc.constantFrom('ROTEL_', 'OTEL_', 'AWS_'), fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/))
  .map(([prefix, rest]) => `${prefix}${rest}`)
const layerIdentity = fc
  .tuple(fc.stringMatching(/^\d{12}$/), fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/))
  .map(([account, name]) => `${account}:${name}`)

test('what is written is read back', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(variableName, { maxLength: 8 }),
      fc.uniqueArray(layerIdentity, { maxLength: 3 }),
      (variables, layers) => {
        const back = readMarker(writeMarker({ variables, layers }))
        expect(back).toEqual({ variables: [...variables].sort(), layers: [...layers].sort() })
      },
    ),
  )
})

test('so is everything that may be owned beside them, whatever a wrapper or a policy is called', () => {
  const logs = fc
    .record({
      removed: fc.boolean(),
      denied: fc.oneof(
        fc.constant(undefined),
        fc.constant('own-policy' as const),
        fc.record({ policy: fc.string({ minLength: 1 }) }),
      ),
      hadNone: fc.boolean(),
    })
    .filter(({ removed, denied, hadNone }) => removed || hadNone || denied !== undefined)
  const more = fc.record(
    {
      logFormat: fc.constant('Text' as const),
      instrumentation: layerIdentity,
      replacedWrapper: fc.oneof(fc.string(), fc.constant('/opt/wrapper')),
      logs,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(more, fc.boolean(), (given, hasRotel) => {
      const owned = {
        variables: hasRotel ? ['OTEL_ROTEL_', 'ROTEL_ROTEL_A'] : [],
        layers: hasRotel ? ['418653438961:rotel'] : [],
        ...given,
      }
      const isRead = hasRotel || given.instrumentation || given.logFormat || given.logs
      expect(readMarker(writeMarker(owned))).toEqual(isRead ? owned : NOTHING_OWNED)
    }),
  )
})

test.each(['remove,', 'denyx', 'remove,what', 'xdeny:a', 'nonesuch', 'deny:'])(
  'logs that are disabled by %s are of a form that nobody knows',
  (logs) => {
    expect(readMarker(`v1;k=~A;l=;c=${logs}`)).toBe('unreadable')
  },
)

test('the order in which things are owned does not change the text', () => {
  const layers = ['1:b', '1:a']
  expect(writeMarker({ variables: ['ROTEL_B', 'ROTEL_A'], layers })).toBe(
    writeMarker({ variables: ['ROTEL_A', 'ROTEL_B'], layers: [...layers].reverse() }),
  )
})

test('it is compact', () => {
  const marker = writeMarker({
    variables: [
      'ROTEL_OTLP_EXPORTER_ENDPOINT',
      'ROTEL_OTLP_EXPORTER_PROTOCOL',
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
      'ROTEL_OTEL_RESOURCE_ATTRIBUTES',
    ],
    layers: ['418653438961:rotel-extension-amd64'],
  })
  expect(marker?.length).toBeLessThan(160)
})

test('without anything owned there is no marker', () => {
  expect(writeMarker(NOTHING_OWNED)).toBeUndefined()
  expect(readMarker(undefined)).toEqual(NOTHING_OWNED)
})

test('where a template carries Rotel, the marker tells how logs are disabled, and claims nothing else', () => {
  const logs = { removed: false, denied: 'own-policy' as const, hadNone: false }
  const marker = writeMarker({ ...NOTHING_OWNED, logs })
  expect(marker).toBe('v1;k=;l=;c=deny')
  expect(readMarker(marker)).toEqual({ ...NOTHING_OWNED, logs })
})

test.each([
  ['', 'nothing'],
  ['v2;k=;l=', 'a newer version'],
  ['v1;k=A', 'cut off'],
  ['v1;k=A;l=1:b;x=1', 'a field more'],
  ['v1;k=A B;l=', 'a blank'],
  ['v1;k=A;l=\n', 'a line break'],
  [' v1;k=A;l=', 'a blank before'],
])('%j is not readable: %s', (value) => {
  expect(readMarker(value)).toBe('unreadable')
})

test.each([
  ['nothing', {}, undefined, true],
  ['the log format alone', { logFormat: 'Text' as const }, 'v1;k=;l=;f=Text', true],
  [
    'an auto-instrumentation layer alone',
    { instrumentation: '901920570463:aws-otel-nodejs' },
    'v1;k=;l=;i=901920570463:aws-otel-nodejs',
    false,
  ],
  ['a variable alone', { variables: ['ROTEL_A'] }, 'v1;k=~A;l=', false],
  ['a layer alone', { layers: ['418653438961:rotel'] }, 'v1;k=;l=418653438961:rotel', false],
])('%s that is owned is written as it is, and is Rotel or not', (_, given, marker, isNoRotel) => {
  const owned = { ...NOTHING_OWNED, ...given }
  expect(writeMarker(owned)).toBe(marker)
  expect(readMarker(marker)).toEqual(owned)
  expect(ownsNoRotel(owned)).toBe(isNoRotel)
})

test('a tilde stands for ROTEL_ at the beginning of a name only', () => {
  expect(readMarker('v1;k=~A,A~B;l=')).toMatchObject({ variables: ['ROTEL_A', 'A~B'] })
})

describe('what is claimed of disabled logs, beside what the marker tells already', () => {
  const claims: readonly LogsOwnership[] = [true, false].flatMap((removed) =>
    (['own-policy', { policy: 'NoLogs' }, undefined] as const).flatMap((denied) =>
      [true, false].map((hadNone) => ({ removed, denied, hadNone })),
    ),
  )

  test.each(claims)('is %j where the marker tells nothing', (claim) => {
    expect(claimedBeside(claim, undefined)).toEqual(claim)
  })

  test.each(claims)(
    'adds to %j: nothing that was withheld is forgotten, and what the role had stays as it was first told',
    (before) => {
      for (const claim of claims) {
        const both = claimedBeside(claim, before)
        expect(both.removed).toBe([claim, before].some(({ removed }) => removed))
        expect(both.denied).toEqual(claim.denied === undefined ? before.denied : claim.denied)
        expect(both.hadNone).toBe(before.hadNone)
      }
    },
  )
})

test('of variables that Lambda does not show, nobody knows what is ours', () => {
  const hidden = aFunction({ variables: undefined })
  expect(ownershipOf(hidden)).toBe('unreadable')
  expect(markedDisabled(hidden)).toBeUndefined()
  const unknown = aFunction({ variables: { CLICKSTACK_LAMBDA: 'v2;k=' } })
  expect(ownershipOf(unknown)).toBe('unreadable')
  expect(markedDisabled(unknown)).toBeUndefined()
  const disabled = aFunction({ variables: { CLICKSTACK_LAMBDA: 'v1;k=~A;l=;c=deny' } })
  expect(markedDisabled(disabled)).toMatchObject({ denied: 'own-policy' })
})
