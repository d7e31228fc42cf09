/** Waves: canaries first, a bound on what is under way, an end after so many failures. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type WaveEnd, waves } from '../../src/pipeline/rollout/waves'

interface Item {
  readonly name: string
  readonly group: string
}

interface Given {
  readonly sizes: readonly number[]
  readonly good?: (item: Item) => boolean
  /** Too many calls keep it from its proof. */
  readonly throttled?: (item: Item) => boolean
  readonly maxUnproven?: number
  readonly stopAfter?: number
  readonly overAfter?: number
  /** Turns of the event loop that a function takes. */
  readonly turns?: (item: Item) => number
}

async function rolledOut({
  sizes,
  good = () => true,
  throttled = () => false,
  maxUnproven = 200,
  stopAfter = 3,
  overAfter = Number.POSITIVE_INFINITY,
  turns = () => 1,
}: Given) {
  const items = sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, index): Item => {
      return { name: `${String(group)}-${String(index)}`, group: String(group) }
    }),
  )
  const begun: Item[] = []
  const proven: Item[] = []
  /** Which functions had been proven when each was begun. */
  const provenAtBegin: number[] = []
  let underWay = 0
  let most = 0
  let ended = 0
  const rollout = waves(items, {
    groupOf: ({ group }) => group,
    maxUnproven,
    stopAfter,
    isOver: () => begun.length >= overAfter,
    async attach(item): Promise<WaveEnd> {
      begun.push(item)
      provenAtBegin.push(proven.length)
      most = Math.max(most, ++underWay)
      for (let turn = turns(item); turn > 0; turn--) await Promise.resolve()
      underWay -= 1
      ended += 1
      if (throttled(item)) return 'throttled'
      const isGood = good(item)
      if (isGood) proven.push(item)
      return isGood ? 'as-wanted' : 'failed'
    },
  })
  await rollout.run()
  return { items, begun, proven, provenAtBegin, most, ended, rollout }
}

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 9 })
const turnsBy = (seed: number) => (item: Item) => ((seed + item.name.length * 7) % 5) + 1

test('every function is begun once, and all of them are, when all goes well', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 20 }), async (given, maxUnproven) => {
      const { items, begun } = await rolledOut({ sizes: given, maxUnproven })
      expect(begun.map(({ name }) => name).sort()).toEqual(items.map(({ name }) => name).sort())
    }),
  )
})

describe('the canaries', () => {
  test('are one of each group, at most five, and nothing else is begun before they have ended', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (given, seed) => {
        const { begun, provenAtBegin } = await rolledOut({ sizes: given, turns: turnsBy(seed) })
        const canaries = begun.slice(0, Math.min(5, given.length))
        expect(new Set(canaries.map(({ group }) => group)).size).toBe(canaries.length)
        for (const count of provenAtBegin.slice(canaries.length)) {
          expect(count).toBeGreaterThanOrEqual(canaries.length)
        }
      }),
    )
  })

  test('when everything fails, at most five functions are touched', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 20 }),
        fc.nat(),
        async (given, stopAfter, seed) => {
          const enough = Math.min(stopAfter, 5)
          const { begun, items, rollout } = await rolledOut({
            sizes: given,
            stopAfter,
            good: () => false,
            turns: turnsBy(seed),
          })
          expect(begun.length).toBeLessThanOrEqual(5)
          expect(begun.length).toBeGreaterThanOrEqual(Math.min(enough, items.length))
          expect(rollout.stoppedBy()).toBe(items.length >= enough ? 'failures' : undefined)
        },
      ),
    )
  })

  test.each([[[300]], [[100, 200]], [[75, 75, 75, 75]], [[50, 50, 50, 50, 50, 50]]])(
    'five without one proof end the run, however many failures `stop-after` allows: groups of %j',
    async (groups) => {
      const { begun, rollout } = await rolledOut({
        sizes: groups,
        stopAfter: 100,
        good: () => false,
      })
      expect(begun).toHaveLength(5)
      expect(rollout.stoppedBy()).toBe('failures')
    },
  )

  test('a throttled one among them is no proof', async () => {
    const { begun, rollout } = await rolledOut({
      sizes: [300],
      stopAfter: 100,
      throttled: ({ name }) => name === '0-0',
      good: () => false,
    })
    expect(begun).toHaveLength(6)
    expect(rollout.stoppedBy()).toBe('failures')
  })

  test('with one proof among them, `stop-after` decides', async () => {
    const { begun, rollout } = await rolledOut({
      sizes: [1, 49],
      maxUnproven: 1,
      stopAfter: 8,
      good: ({ group }) => group === '0',
    })
    expect(begun).toHaveLength(9)
    expect(rollout.stoppedBy()).toBe('failures')
  })

  test('three hundred functions that all fail: the same', async () => {
    const { begun } = await rolledOut({ sizes: [100, 100, 50, 25, 25], good: () => false })
    expect(begun.length).toBeLessThanOrEqual(5)
  })

  test('a group whose canary failed sends the next one, and the rest waits for it', async () => {
    const { begun, items, provenAtBegin } = await rolledOut({
      sizes: [4, 4],
      good: ({ name }) => name !== '0-0',
    })
    expect(begun.map(({ name }) => name).slice(0, 3)).toEqual(['0-0', '1-0', '0-1'])
    expect(provenAtBegin.slice(3).every((proven) => proven >= 2)).toBe(true)
    expect(begun).toHaveLength(items.length)
  })

  test('so does one whose canary was throttled', async () => {
    const { begun, items, provenAtBegin } = await rolledOut({
      sizes: [4, 4],
      throttled: ({ name }) => name === '0-0',
    })
    expect(begun.map(({ name }) => name).slice(0, 3)).toEqual(['0-0', '1-0', '0-1'])
    expect(provenAtBegin.slice(3).every((proven) => proven >= 2)).toBe(true)
    expect(begun).toHaveLength(items.length)
  })

  test('are the only ones that are waited for: once they are proven, the rest is under way together', async () => {
    const { most } = await rolledOut({ sizes: [20, 20], turns: () => 3 })
    expect(most).toBe(38)
  })

  test('that were throttled are sent one after the other until one is proven', async () => {
    const { begun, provenAtBegin, most } = await rolledOut({
      sizes: [20],
      throttled: ({ name }) => ['0-0', '0-1'].includes(name),
      turns: () => 3,
    })
    expect(begun).toHaveLength(20)
    expect(provenAtBegin.slice(0, 3)).toEqual([0, 0, 0])
    expect(provenAtBegin.slice(3).every((proven) => proven >= 1)).toBe(true)
    expect(most).toBe(17)
  })

  test('a group that fails as a whole does not keep others from ending well', async () => {
    const { proven } = await rolledOut({ sizes: [2, 6, 6], good: ({ group }) => group !== '0' })
    expect(proven).toHaveLength(12)
  })
})

describe('the bounds', () => {
  test('never more than max-unproven are under way', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 8 }),
        fc.func(fc.boolean()),
        fc.nat(),
        async (given, maxUnproven, good, seed) => {
          const { most } = await rolledOut({
            sizes: given,
            maxUnproven,
            good,
            stopAfter: 1000,
            turns: turnsBy(seed),
          })
          expect(most).toBeLessThanOrEqual(maxUnproven)
        },
      ),
    )
  })

  test('after stop-after failures nothing is begun, and everything that was begun has ended', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 6 }),
        fc.func(fc.boolean()),
        fc.nat(),
        async (given, stopAfter, maxUnproven, good, seed) => {
          const result = await rolledOut({
            sizes: given,
            stopAfter,
            maxUnproven,
            good,
            turns: turnsBy(seed),
          })
          const { begun, ended, proven, rollout, items } = result
          expect(ended).toBe(begun.length)
          const failures = begun.length - proven.length
          expect(rollout.stoppedBy()).toBe(failures >= stopAfter ? 'failures' : undefined)
          // Those that were under way already when the last straw came end too.
          expect(failures).toBeLessThan(stopAfter + maxUnproven)
          if (rollout.stoppedBy() === undefined) expect(begun).toHaveLength(items.length)
        },
      ),
    )
  })

  test('one after the other, exactly stop-after failures are made', async () => {
    const { begun } = await rolledOut({
      sizes: [50],
      maxUnproven: 1,
      stopAfter: 3,
      good: ({ name }) => name === '0-0',
    })
    expect(begun).toHaveLength(4)
  })

  test('a run that is over begins nothing more, and counts no failure', async () => {
    const { begun, rollout } = await rolledOut({ sizes: [20, 20], maxUnproven: 1, overAfter: 7 })
    expect(begun).toHaveLength(7)
    expect(rollout.stoppedBy()).toBeUndefined()
  })
})

test('functions that are kept without a proof count against max-unproven, and not as failures', async () => {
  let begun = 0
  const rollout = waves(
    Array.from({ length: 20 }, (_, i) => i),
    {
      groupOf: () => 'one',
      maxUnproven: 4,
      stopAfter: 1,
      isOver: () => false,
      attach: () => {
        begun += 1
        return Promise.resolve('kept')
      },
    },
  )
  await rollout.run()
  expect(begun).toBe(4)
  expect(rollout.stoppedBy()).toBe('unproven')
})

test('functions that were throttled are no failures, and no proof that the setting is right', async () => {
  const begun: number[] = []
  const rollout = waves(
    Array.from({ length: 20 }, (_, i) => i),
    {
      groupOf: () => 'one',
      maxUnproven: 200,
      stopAfter: 1,
      isOver: () => false,
      attach: (item) => {
        begun.push(item)
        return Promise.resolve(item < 3 ? 'throttled' : 'as-wanted')
      },
    },
  )
  await rollout.run()
  // Canaries one after the other, until one is proven.
  expect(begun.slice(0, 4)).toEqual([0, 1, 2, 3])
  expect(begun).toHaveLength(20)
  expect(rollout.stoppedBy()).toBeUndefined()
})
