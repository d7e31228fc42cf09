/** Whose logs are restored at the beginning: a function's that is dark still, and not one's that another job configured since. */

import { describe, expect, test } from '@jest/globals'
import { planAttachment } from '../../src/pipeline/plan/plan'
import { restoreIfDark } from '../../src/pipeline/rollout/relight'
import type { Darkness } from '../../src/pipeline/roles/darkness'
import { inverseOf } from '../../src/pipeline/configure/inverse'
import { aFunction, changed, SOME_CONTEXT, someWanted } from './support/functions'
import { aJournal, SALT } from './support/journal'
import { aClock, aLambda, ENDLESS } from './support/lambda'

const FOUND = aFunction()
const PLAN = planAttachment(FOUND, someWanted(), SOME_CONTEXT)
const CHANGE = PLAN.kind === 'change' ? PLAN.change : undefined
if (CHANGE === undefined) throw new Error(PLAN.kind)
const WITH_ROTEL = changed(FOUND, CHANGE)
const INVERSE = inverseOf(CHANGE, SALT)

const part = { why: 'it may not log', ours: { changes: [], deprived: [] } }

async function relit({
  now = FOUND,
  parts = [{ ...part, version: undefined }],
  prepare = () => Promise.resolve(),
}: {
  readonly now?: typeof FOUND
  readonly parts?: Extract<Darkness, { kind: 'dark' }>['parts']
  readonly prepare?: (journal: ReturnType<typeof aJournal>) => Promise<void>
} = {}) {
  const journal = aJournal()
  await prepare(journal)
  let restored = 0
  const result = await restoreIfDark(FOUND, {
    lambda: aLambda([now]),
    journal,
    clock: aClock(),
    signal: ENDLESS,
    darkness: () => Promise.resolve({ kind: 'dark', parts }),
    restore: () => {
      restored += 1
      return Promise.resolve(new Map())
    },
  })
  return { restored, notes: result.notes }
}

test('a dark function gets its logs back', async () => {
  expect(await relit()).toMatchObject({ restored: 1 })
})

describe('where Rotel is on it by now', () => {
  test('by another job, it is not dark any more', async () => {
    expect(await relit({ now: WITH_ROTEL })).toEqual({ restored: 0, notes: [] })
  })

  test.each([
    ['and stands', () => Promise.resolve()],
    [
      'and it has come to its end',
      (journal: ReturnType<typeof aJournal>) => {
        journal.finished([FOUND.arn])
        return Promise.resolve()
      },
    ],
  ])('by this run, which has written it %s, it was dark all the same', async (_, after) => {
    const prepare = async (journal: ReturnType<typeof aJournal>) => {
      await journal.writing(FOUND.arn, INVERSE)
      await after(journal)
    }
    expect(await relit({ now: WITH_ROTEL, prepare })).toMatchObject({ restored: 1 })
  })

  test('a version without it stays dark', async () => {
    const parts = [
      { ...part, version: undefined },
      { ...part, version: '1 (alias live)' },
    ]
    expect(await relit({ now: WITH_ROTEL, parts })).toMatchObject({ restored: 1 })
  })
})
