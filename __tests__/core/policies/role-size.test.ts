/** Which inline policies a role still has room for. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { beyondLimit, INLINE_LIMIT } from '../../../src/systems/iam/role-size'

const aDocument = (size: number) => 'x'.repeat(size)
const wanted = fc.array(
  fc.record({ policy: fc.constantFrom('a', 'b', 'c', 'd', 'e'), size: fc.nat(6_000) }),
  { maxLength: 8 },
)

test('those that fit are together within the limit, and each of the others would exceed it', () => {
  fc.assert(
    fc.property(wanted, fc.nat(INLINE_LIMIT), (list, own) => {
      const inline = new Map([['own', aDocument(own)]])
      const asked = list.map(({ policy, size }) => ({ policy, document: aDocument(size) }))
      const beyond = beyondLimit(inline, asked)
      const refused = new Set(beyond.map(({ one }) => one))
      const fitting = new Map(
        asked
          .filter((one) => !refused.has(one))
          .toReversed()
          .map(({ policy, document }) => [policy, document.length]),
      )
      const sum = own + [...fitting.values()].reduce((all, size) => all + size, 0)
      expect(sum).toBeLessThanOrEqual(INLINE_LIMIT)
      for (const { size } of beyond) expect(size).toBeGreaterThan(INLINE_LIMIT)
    }),
  )
})

test('one that is there already keeps its place, whatever stands before it', () => {
  const inline = new Map([
    ['own', aDocument(INLINE_LIMIT - 20)],
    ['there', aDocument(20)],
  ])
  const [first, there] = [
    { policy: 'first', document: aDocument(1) },
    { policy: 'there', document: aDocument(20) },
  ]
  expect(beyondLimit(inline, [first, there])).toEqual([{ one: first, size: INLINE_LIMIT + 1 }])
})

test('white space of JSON takes no room, and any other does', () => {
  const full = new Map([['own', aDocument(INLINE_LIMIT - 2)]])
  expect(beyondLimit(full, [{ policy: 'spaced', document: ' {\n\t} ' }])).toEqual([])
  expect(beyondLimit(full, [{ policy: 'other', document: '{\u00a0}' }])).toHaveLength(1)
})
