/** Many questions, so many at the same time: all are asked, in their order, and never more than the limit. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { atOnce } from '../../src/model/at-once'

test('each item is worked on once, the results are in order, and no more than the limit are under way', async () => {
  const turns = fc.array(fc.nat(4), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 8 }), async (items, limit) => {
      let underWay = 0
      let most = 0
      const found = await atOnce(limit, items, async (waits) => {
        underWay += 1
        most = Math.max(most, underWay)
        for (let turn = 0; turn < waits; turn++) await Promise.resolve()
        underWay -= 1
        return waits * 10
      })
      expect(found).toEqual(items.map((waits) => waits * 10))
      expect(most).toBeLessThanOrEqual(limit)
      expect(most).toBeGreaterThanOrEqual(Math.min(1, items.length))
    }),
  )
})

test('the limit is used', async () => {
  let begun = 0
  const never = atOnce(3, [1, 2, 3, 4], () => {
    begun += 1
    return new Promise<void>(() => undefined)
  })
  await Promise.race([never, Promise.resolve()])
  expect(begun).toBe(3)
})

test('after one has failed, nothing more is begun', async () => {
  const begun: number[] = []
  const work = async (item: number) => {
    begun.push(item)
    await Promise.resolve()
    if (item === 1) throw new Error('no')
  }
  await expect(atOnce(2, [0, 1, 2, 3, 4, 5], work)).rejects.toThrow('no')
  const before = begun.length
  await new Promise((resolve) => setImmediate(resolve))
  expect(begun).toHaveLength(before)
  expect(before).toBeLessThan(5)
})
