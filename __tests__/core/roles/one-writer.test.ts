/** Whoever writes to a role in this run does it alone, and nobody waits for nothing. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { oneWriterPerRole } from '../../../src/pipeline/roles/one-writer'

const ROLES = ['a', 'b', 'c', 'd']

test('never two write to one role at a time, and all come to their end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...ROLES), { maxLength: 4 }), { maxLength: 12 }),
      fc.scheduler(),
      async (works, scheduler) => {
        const alone = oneWriterPerRole()
        const busy = new Set<string>()
        const ended = works.map((roles, index) =>
          alone(roles, async () => {
            const own = new Set(roles)
            expect([...own].filter((role) => busy.has(role))).toEqual([])
            for (const role of own) busy.add(role)
            await scheduler.schedule(Promise.resolve())
            for (const role of own) busy.delete(role)
            return index
          }),
        )
        const all = Promise.all(ended)
        await scheduler.waitFor(all)
        expect(await all).toEqual(works.map((_, index) => index))
      },
    ),
    { numRuns: 100 },
  )
})

test('those of one role write in the order in which they came', async () => {
  const alone = oneWriterPerRole()
  const order: number[] = []
  await Promise.all(
    [1, 2, 3].map((index) =>
      alone(['a'], async () => {
        await Promise.resolve()
        order.push(index)
      }),
    ),
  )
  expect(order).toEqual([1, 2, 3])
})

test('those of different roles do not wait for each other', async () => {
  const alone = oneWriterPerRole()
  let release = (): void => undefined
  const held = alone(['a'], () => new Promise<void>((resolve) => (release = resolve)))
  expect(await alone(['b'], () => Promise.resolve('written'))).toBe('written')
  release()
  await held
})

test('who needs no role writes at once', async () => {
  expect(await oneWriterPerRole()([], () => Promise.resolve('written'))).toBe('written')
})

test('an exception reaches whoever wrote, and the next one gets the role', async () => {
  const alone = oneWriterPerRole()
  const failed = alone(['a', 'b'], () => Promise.reject(new Error('lost')))
  const next = alone(['b', 'a'], () => Promise.resolve('written'))
  await expect(failed).rejects.toThrow('lost')
  expect(await next).toBe('written')
})
