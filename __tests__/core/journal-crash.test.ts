/** The journal of a run that ends at any moment: what is read back is what the run held, whatever it wrote before. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Inverse, inverseOf, mergeInverses } from '../../src/pipeline/configure/inverse'
import type { AliasMove } from '../../src/pipeline/publish-alias/move-alias'
import type { RoleChange } from '../../src/pipeline/roles/role-change'
import {
  type Journal,
  type JournalContents,
  resumeJournal,
} from '../../src/pipeline/rollout/journal'
import type { FunctionArn } from '../../src/systems/lambda/lambda-function'
import { aRole } from './roles/disabling'
import { ACCOUNT, anArn } from './support/functions'
import { aJournal, aStore, readJournal, SALT } from './support/journal'

const FUNCTIONS = ['orders', 'mails', 'bills'].map((name) => anArn(name))
const HEADER = { account: ACCOUNT, partition: 'aws', salt: SALT }

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('\n', '{"kind":"run"}', '\u2028', '"}\n{"kind":"ended"', ''),
)
const fn = fc.constantFrom(...FUNCTIONS)

const change: fc.Arbitrary<RoleChange> = fc.oneof(
  fc.record({
    purpose: fc.constant('logs' as const),
    role: fc.constant(aRole()),
    edit: fc.oneof(
      fc.record({
        kind: fc.constant('put-inline' as const),
        policy: text,
        before: text,
        after: text,
      }),
      fc.record({ kind: fc.constant('delete-inline' as const), policy: text, before: text }),
      fc.record({
        kind: fc.constantFrom('attach' as const, 'detach' as const),
        arn: text,
        name: text,
      }),
      fc.record({
        kind: fc.constant('new-version' as const),
        arn: text,
        name: text,
        before: text,
        original: text,
        after: text,
      }),
    ),
    reached: fc.array(
      fc.record({
        function: fn,
        role: fc.constant(aRole()),
        group: text,
        allowedBefore: fc.array(text, { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    purpose: fc.constant('secrets' as const),
    role: fc.constant(aRole()),
    edit: fc.record({ kind: fc.constant('attach' as const), arn: text, name: text }),
    regions: fc.array(text, { maxLength: 2 }),
  }),
)

/** One thing that a run notes; by number where it is about changes that are there. */
type Note =
  | {
      readonly kind: 'writing'
      readonly fn: FunctionArn
      readonly name: string
      readonly to: string
    }
  | { readonly kind: 'not-written'; readonly fn: FunctionArn }
  | {
      readonly kind: 'moving'
      readonly fn: FunctionArn
      readonly before: string
      readonly after: string
    }
  | { readonly kind: 'editing'; readonly change: RoleChange }
  | { readonly kind: 'closed'; readonly which: readonly number[] }
  | {
      readonly kind: 'finished'
      readonly functions: readonly FunctionArn[]
      readonly which: readonly number[]
    }

const which = fc.array(fc.nat(5), { maxLength: 3 })
const note: fc.Arbitrary<Note> = fc.oneof(
  fc.record({
    kind: fc.constant('writing' as const),
    fn,
    name: fc.constantFrom('A', 'B'),
    to: text,
  }),
  fc.record({ kind: fc.constant('not-written' as const), fn }),
  fc.record({ kind: fc.constant('moving' as const), fn, before: text, after: text }),
  fc.record({ kind: fc.constant('editing' as const), change }),
  fc.record({ kind: fc.constant('closed' as const), which }),
  fc.record({
    kind: fc.constant('finished' as const),
    functions: fc.uniqueArray(fn, { selector: (one) => one.text, maxLength: 3 }),
    which,
  }),
)

/** What the run has noted and not ended, kept a second time and without a line of journal.ts. */
interface Held {
  readonly writes: Map<FunctionArn, readonly Inverse[]>
  readonly moves: Map<FunctionArn, AliasMove>
  changes: readonly RoleChange[]
}

function take(journal: Journal, held: Held, one: Note): void {
  const { writes, moves } = held
  const end = (numbers: readonly number[]) => {
    const ended = held.changes.filter((_, index) => numbers.includes(index))
    held.changes = held.changes.filter((each) => !ended.includes(each))
    return ended
  }
  switch (one.kind) {
    case 'writing': {
      const variables = [{ name: one.name, before: undefined, after: one.to }]
      const inverse = inverseOf({ layers: undefined, variables }, SALT)
      void journal.writing(one.fn, inverse)
      writes.set(one.fn, [...(writes.get(one.fn) ?? []), inverse])
      return
    }
    case 'not-written':
      journal.notWritten(one.fn)
      writes.set(one.fn, writes.get(one.fn)?.slice(0, -1) ?? [])
      return
    case 'moving': {
      const { fn: moved, before, after } = one
      const move = { function: moved, alias: 'live', before, after }
      void journal.moving(move)
      moves.set(moved, move)
      return
    }
    case 'editing':
      void journal.editing(one.change)
      // The same change twice is one: it is undone once.
      if (!held.changes.some((known) => JSON.stringify(known) === JSON.stringify(one.change))) {
        held.changes = [...held.changes, one.change]
      }
      return
    case 'closed':
      journal.closed(end(one.which))
      return
    case 'finished':
      journal.finished(one.functions, end(one.which))
      for (const ended of one.functions) {
        writes.delete(ended)
        moves.delete(ended)
      }
  }
}

/** What a journal should tell of it. */
function told({ writes, moves, changes }: Held): JournalContents {
  return {
    header: HEADER,
    aliases: FUNCTIONS.flatMap((one) => moves.get(one) ?? []),
    open: FUNCTIONS.flatMap((one) => {
      const [first, ...later] = writes.get(one) ?? []
      return first === undefined
        ? []
        : [
            {
              function: one,
              inverse: later.reduce((merged, next) => mergeInverses(merged, next, SALT), first),
            },
          ]
    }),
    restored: [],
    toSettle: [],
    changes,
  }
}

/** The order of the functions says nothing. */
function inOrder(contents: JournalContents | undefined): JournalContents | undefined {
  return (
    contents && {
      ...contents,
      open: contents.open.toSorted(byName),
      aliases: contents.aliases.toSorted(byName),
    }
  )
}

const namesInOrder = FUNCTIONS.map(({ name }) => name)

function byName(a: { readonly function: FunctionArn }, b: { readonly function: FunctionArn }) {
  return namesInOrder.indexOf(a.function.name) - namesInOrder.indexOf(b.function.name)
}

/** The notes on disk, and what the run held after each. */
function written(notes: readonly Note[]) {
  const store = aStore()
  const journal = aJournal(store)
  const held: Held = { writes: new Map(), moves: new Map(), changes: [] }
  const moments = [{ text: store.text(), held: told(held) }]
  for (const one of notes) {
    take(journal, held, one)
    moments.push({ text: store.text(), held: told(held) })
    for (const { function: arn, inverse } of told(held).open) {
      expect(journal.inverseFor(arn)).toEqual(inverse)
    }
    for (const move of told(held).aliases) {
      expect(journal.movedAlias(move.function)).toEqual(move)
    }
    expect(journal.edited()).toEqual(held.changes)
  }
  return { text: store.text(), moments, journal, store }
}

describe('a run that ends', () => {
  const notes = fc.array(note, { maxLength: 12 })

  test('after any of its lines leaves exactly what it held', () => {
    fc.assert(
      fc.property(notes, (list) => {
        for (const { text: onDisk, held } of written(list).moments) {
          expect(inOrder(readJournal(onDisk))).toEqual(held)
        }
      }),
      { numRuns: 80 },
    )
  })

  test('within a line leaves what it held before that line', () => {
    fc.assert(
      fc.property(notes, fc.nat(), (list, at) => {
        const { text: whole, moments } = written(list)
        const [first] = moments
        const header = first?.text.length ?? 0
        const length = header + (at % (whole.length - header + 1))
        const held = moments.findLast((moment) => moment.text.length <= length)?.held
        expect(inOrder(readJournal(whole.slice(0, length)))).toEqual(held)
      }),
      { numRuns: 80 },
    )
  })

  test('with torn lines anywhere leaves what the whole lines say', () => {
    const tears = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 })
    fc.assert(
      fc.property(notes, tears, (list, places) => {
        const { text: whole, moments } = written(list)
        const lines = whole.split('\n').slice(0, -1)
        const torn = places.reduce<readonly string[]>((all, [place, length]) => {
          const index = place % (all.length + 1)
          const line = lines[place % lines.length] ?? ''
          return all.toSpliced(index, 0, line.slice(0, 1 + (length % (line.length - 1))))
        }, lines)
        expect(inOrder(readJournal(`${torn.join('\n')}\n`))).toEqual(moments.at(-1)?.held)
      }),
      { numRuns: 80 },
    )
  })

  test('with everything finished leaves nothing, and the file is deleted', () => {
    fc.assert(
      fc.property(notes, (list) => {
        const { journal, store } = written(list)
        journal.finished(FUNCTIONS, journal.edited())
        expect(readJournal(store.text())).toEqual({
          header: HEADER,
          open: [],
          aliases: [],
          restored: [],
          toSettle: [],
          changes: [],
        })
        journal.close()
        expect(store.deleted).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('with a line of another program in its journal is not trusted', () => {
    fc.assert(
      fc.property(notes, fc.nat(), (list, at) => {
        const lines = written(list).text.split('\n').slice(0, -1)
        for (const stranger of ['hello', '{}', '[]', '{"kind":"other"}', '{"kind":1}']) {
          const text = lines.toSpliced(at % (lines.length + 1), 0, stranger).join('\n')
          expect(readJournal(`${text}\n`)).toBeUndefined()
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('a journal that the post step carries on', () => {
  const attach = (name: string): RoleChange => ({
    purpose: 'logs',
    role: aRole(),
    edit: { kind: 'attach', arn: `arn:aws:iam::${ACCOUNT}:policy/${name}`, name },
    reached: [],
  })

  const resumed = () => {
    const store = aStore()
    const first = aJournal(store)
    const [closed, open] = [attach('closed'), attach('open')]
    void first.editing(closed)
    void first.editing(open)
    first.closed([closed])
    const second = resumeJournal(store, store.text())
    if (second === undefined) throw new Error('the journal cannot be read')
    return { store, second, open }
  }

  test('tells what is left of it, should the post step be killed too', () => {
    const { store, open } = resumed()
    expect(readJournal(store.text())?.changes).toEqual([open])
  })

  test('tells nothing of what the post step has undone', () => {
    const { store, second } = resumed()
    second.journal.closed(second.contents.changes)
    expect(readJournal(store.text())?.changes).toEqual([])
  })

  test('numbers what is written next behind what was written before', () => {
    const { store, second, open } = resumed()
    const next = attach('next')
    void second.journal.editing(next)
    expect(readJournal(store.text())?.changes).toEqual([open, next])
    second.journal.closed([next])
    expect(readJournal(store.text())?.changes).toEqual([open])
  })
})
