/** Of functions whose rights were taken out of one document, some get theirs again, and the others later. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayAllow } from '../../../src/systems/iam/may-allow'
import { narrowedDocument } from '../../../src/systems/iam/narrow'
import { meansTheSame } from '../../../src/systems/iam/policy-document'
import { undoDocument } from '../../../src/systems/iam/restore-document'
import { partToRestore } from '../../../src/systems/iam/restore-part'
import { allowing, documentOf } from '../roles/disabling'
import { ACCOUNT, documents, GROUP, WRITES } from './policy-sets'

const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:`
const OTHER = `${LOGS}/aws/lambda/other`
const APP = `${LOGS}/own/app`
const GROUPS = [GROUP, OTHER, APP]

function withheld(document: string): string | undefined {
  const narrowed = narrowedDocument(document, GROUPS)
  if (narrowed === undefined) throw new Error('the document cannot be narrowed')
  return narrowed.document
}

/** The document after those groups were restored in it. */
function restored(
  original: string,
  current: string | undefined,
  restoring: readonly string[],
): string | undefined {
  const edit = { before: original, wrote: withheld(original) }
  const part = partToRestore(edit, current, GROUPS, restoring)
  if (part === undefined) return current
  const undo = undoDocument(current, part.before, part.wrote)
  if (undo.kind === 'changed-since') throw new Error('taken for changed by others')
  return undo.kind === 'write' ? undo.document : current
}

const allowedTo = (group: string, document: string | undefined) =>
  document === undefined ? [] : mayAllow([document], group)

describe('restoring some of the log groups', () => {
  test('gives each of them all that it had, and the rest gets the original byte for byte', () => {
    fc.assert(
      fc.property(
        documents(0),
        fc.shuffledSubarray(GROUPS, { minLength: 3 }),
        fc.integer({ min: 0, max: 3 }),
        (original, order, count) => {
          const [first, rest] = [order.slice(0, count), order.slice(count)]
          const between = restored(original, withheld(original), first)
          for (const group of first) {
            expect(allowedTo(group, between)).toEqual(allowedTo(group, original))
          }
          expect(restored(original, between, rest)).toBe(original)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('gives nothing to the others, unless one entry reaches both', () => {
    fc.assert(
      fc.property(documents(0), fc.constantFrom(...GROUPS), (original, group) => {
        const between = restored(original, withheld(original), [group])
        const others = GROUPS.filter((one) => one !== group)
        const given = others.filter((one) => allowedTo(one, between).length > 0)
        if (given.length > 0) expect(between).toBe(original)
      }),
      { numRuns: 25 },
    )
  })

  test.each([[[GROUP]], [[OTHER]], [[GROUP, OTHER]]])(
    'of one statement with an entry for each restores those entries, and then the rest: %j',
    (restoring) => {
      const original = documentOf(allowing(WRITES, ...GROUPS.map((group) => `${group}:*`)))
      const between = restored(original, withheld(original), restoring)
      const expected = documentOf(allowing(WRITES, ...restoring.map((group) => `${group}:*`)))
      expect(between !== undefined && meansTheSame(between, expected)).toBe(true)
      const rest = GROUPS.filter((group) => !restoring.includes(group))
      expect(restored(original, between, rest)).toBe(original)
    },
  )

  test.each([
    ['nothing was left', []],
    ['another right was left', [allowing('s3:GetObject', '*')]],
  ])('leaves a policy as it is that is for others alone, of which %s', (_, rest) => {
    const original = documentOf(allowing(WRITES, `${GROUP}:*`, `${OTHER}:*`), ...rest)
    const edit = { before: original, wrote: withheld(original) }
    expect(partToRestore(edit, edit.wrote, GROUPS, [APP])).toBeUndefined()
  })

  test('is the edit as it was made where nothing is withheld any more, or log rights are not what it took', () => {
    const original = documentOf(allowing(WRITES, `${GROUP}:*`), allowing('s3:GetObject', '*'))
    const edit = { before: original, wrote: withheld(original) }
    expect(partToRestore(edit, original, GROUPS, [GROUP])).toBe(edit)
    expect(partToRestore(edit, edit.wrote, [], [])).toBe(edit)
  })

  test('is of all of them where the document cannot be narrowed again', () => {
    const unreadable = { before: '{', wrote: undefined }
    expect(partToRestore(unreadable, undefined, GROUPS, [GROUP])).toBe(unreadable)
    const wild = { before: documentOf(allowing('logs:*', '*')), wrote: undefined }
    const theirs = documentOf(allowing(WRITES, `${OTHER}:*`))
    expect(partToRestore(wild, theirs, [GROUP, OTHER], [GROUP])).toBe(wild)
  })

  test('keeps what others have added since', () => {
    const theirs = allowing('s3:GetObject', 'arn:aws:s3:::theirs')
    const original = documentOf(
      allowing(WRITES, `${GROUP}:*`),
      allowing('sqs:SendMessage', '*'),
      allowing(WRITES, `${OTHER}:*`),
    )
    const current = documentOf(allowing('sqs:SendMessage', '*'), theirs)
    const between = restored(original, current, [OTHER])
    const expected = documentOf(
      allowing('sqs:SendMessage', '*'),
      allowing(WRITES, `${OTHER}:*`),
      theirs,
    )
    expect(between !== undefined && meansTheSame(between, expected)).toBe(true)
  })
})
