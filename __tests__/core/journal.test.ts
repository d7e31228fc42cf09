/**
 * The journal: what it holds, what is read back after a crash at any point, and what it never holds. A line is in the file
 * at once; only the disk is waited for.
 */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Change } from '../../src/systems/lambda/change'
import { planAttachment } from '../../src/pipeline/plan/plan'
import { inverseOf } from '../../src/pipeline/configure/inverse'
import type { RoleChange } from '../../src/pipeline/roles/role-change'
import { type Journal, resumeJournal } from '../../src/pipeline/rollout/journal'
import { aRole } from './roles/disabling'
import {
  ACCOUNT,
  aFunction,
  anArn,
  API_KEY,
  ROTEL_X86,
  SOME_CONTEXT,
  someWanted,
} from './support/functions'
import { aJournal, aStore, readJournal, SALT } from './support/journal'

const adding = (name: string, before: string | undefined, after: string | undefined): Change => ({
  layers: undefined,
  variables: [{ name, before, after }],
})
const inverse = inverseOf(adding('ROTEL_A', undefined, 'a'), SALT)
const [orders, images] = [anArn('orders'), anArn('images')]

describe('a journal with a line that this action does not write', () => {
  const lines = (...more: readonly object[]) =>
    [{ kind: 'run', account: ACCOUNT, partition: 'aws', salt: SALT }, ...more]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')

  test.each<[string, object]>([
    ['no function', { kind: 'write', inverse }],
    ['a function without its ARN', { kind: 'write', function: {}, inverse }],
    [
      'a function that its ARN does not name',
      { kind: 'write', function: { ...orders, name: 'x' }, inverse },
    ],
    ['no way back', { kind: 'write', function: orders }],
    ['a way back without variables', { kind: 'write', function: orders, inverse: {} }],
    ['an alias that is nowhere', { kind: 'alias', move: { function: orders, alias: 'live' } }],
    ['a change of a role without its kind', { kind: 'role', number: 1, change: {} }],
    ['an end of nothing', { kind: 'ended' }],
    ['the kind of every object', { kind: 'constructor' }],
    ['no role', { kind: 'settle', regions: [] }],
  ])('is none that could be followed: %s', (_, line) => {
    expect(readJournal(lines(line))).toBeUndefined()
    expect(readJournal(lines())).toBeDefined()
  })
})

describe('what is still to be undone', () => {
  test('is what was written and not finished', () => {
    const store = aStore()
    const journal = aJournal(store)
    void journal.writing(orders, inverse)
    void journal.writing(images, inverse)
    journal.finished([orders])
    expect(readJournal(store.text())).toEqual({
      header: { account: ACCOUNT, partition: 'aws', salt: SALT },
      open: [{ function: images, inverse }],
      aliases: [],
      restored: [],
      toSettle: [],
      changes: [],
    })
  })

  test('is not what certainly did not land', () => {
    const store = aStore()
    const journal = aJournal(store)
    void journal.writing(orders, inverse)
    journal.notWritten(orders)
    expect(journal.inverseFor(orders)).toBeUndefined()
    expect(readJournal(store.text())?.open).toEqual([])

    void journal.writing(orders, inverse)
    void journal.writing(orders, inverseOf(adding('ROTEL_B', undefined, 'b'), SALT))
    journal.notWritten(orders)
    expect(journal.inverseFor(orders)).toEqual(inverse)
    expect(readJournal(store.text())?.open).toEqual([{ function: orders, inverse }])
  })

  test('is all writes to a function as one, read back as it was held', () => {
    const store = aStore()
    const journal = aJournal(store)
    void journal.writing(orders, inverseOf(adding('ROTEL_A', 'found', 'a'), SALT))
    void journal.writing(orders, inverseOf(adding('ROTEL_A', 'a', 'a2'), SALT))
    const once = inverseOf(adding('ROTEL_A', 'found', 'a'), SALT)
    const twice = inverseOf(adding('ROTEL_A', 'found', 'a2'), SALT)
    const wrote = [...once.variables, ...twice.variables].flatMap((one) => one.wrote)
    const merged = { ...twice, variables: twice.variables.map((one) => ({ ...one, wrote })) }
    expect(journal.inverseFor(orders)).toEqual(merged)
    expect(readJournal(store.text())?.open).toEqual([{ function: orders, inverse: merged }])
  })
})

describe('what is about to be written', () => {
  /** Each line waits for the disk until the test lets it. */
  function slowStore() {
    const waiting: (() => void)[] = []
    const store = aStore()
    return {
      ...store,
      flush: () => new Promise<void>((resolve) => waiting.push(resolve)),
      text: () => store.text(),
      reach: () => {
        for (const resolve of waiting.splice(0)) resolve()
      },
    }
  }
  const edit: RoleChange = {
    purpose: 'secrets',
    role: aRole(),
    edit: { kind: 'attach', arn: 'arn:aws:iam::1:policy/p', name: 'p' },
    regions: [],
  }

  test.each([
    ['a function', (journal: Journal) => journal.writing(orders, inverse)],
    ['a role', (journal: Journal) => journal.editing(edit)],
    ['log rights that are restored', (journal: Journal) => journal.restoring(orders)],
    ['rights to secrets', (journal: Journal) => journal.settling({ role: aRole(), regions: [] })],
  ])(
    'waits for the disk: %s, and who writes the same meanwhile waits as well',
    async (_, record) => {
      const store = slowStore()
      const journal = aJournal(store)
      let over = 0
      const both = [record(journal), record(journal)].map((one) => one.then(() => over++))
      await new Promise((resolve) => setImmediate(resolve))
      expect(over).toBe(0)
      store.reach()
      await Promise.all(both)
      expect(over).toBe(2)
    },
  )
})

describe('the file', () => {
  test('is deleted when everything has come to its end, and kept while something has not', () => {
    const store = aStore()
    const journal = aJournal(store)
    void journal.writing(orders, inverse)
    journal.close()
    expect(store.deleted).toBe(false)
    journal.finished([orders])
    journal.close()
    expect(store.deleted).toBe(true)
  })

  test('a line that was torn by a crash counts as not written', () => {
    const store = aStore()
    const journal = aJournal(store)
    const header = store.text()
    void journal.writing(orders, inverse)
    const whole = store.text()
    for (let length = header.length; length < whole.length; length++) {
      expect(readJournal(whole.slice(0, length))?.open).toEqual([])
    }
    expect(readJournal(whole)?.open).toHaveLength(1)
  })

  test.each([
    ['nothing', ''],
    ['a torn header', '{"kind":"run","acc'],
    ['no journal', 'hello\n'],
    ['a line that is none', `{"kind":"run","account":"1","partition":"aws","salt":"s"}\n[]\n`],
    ['no header', '{"kind":"finished","function":"x"}\n'],
    ['null', 'null\n'],
  ])('%s is not read as a journal', (_, text) => {
    expect(readJournal(text)).toBeUndefined()
  })

  test('a line that was torn in the middle, where the disk was full for a while, counts as not written', () => {
    const store = aStore()
    const journal = aJournal(store)
    void journal.writing(orders, inverse)
    const [header = '', write = ''] = store.text().split('\n')
    for (let length = 1; length < write.length; length++) {
      const text = [header, write.slice(0, length), write, ''].join('\n')
      expect(readJournal(text)?.open).toHaveLength(1)
    }
  })

  test('what is read back is what was written, whatever the values', () => {
    const value = fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: undefined })
    fc.assert(
      fc.property(fc.string({ maxLength: 10 }), value, value, (name, before, after) => {
        const store = aStore()
        const one = inverseOf(adding(name, before, after), SALT)
        void aJournal(store).writing(orders, one)
        expect(readJournal(store.text())?.open).toEqual([{ function: orders, inverse: one }])
      }),
    )
  })
})

test('it holds no value of others and no secret that was written, only what was replaced', () => {
  const fn = aFunction({
    layers: [],
    variables: {
      DB_PASSWORD: 'foreign-canary',
      ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=replaced-canary',
    },
  })
  const plan = planAttachment(fn, someWanted({ acceptForeignSettings: true }), SOME_CONTEXT)
  if (plan.kind !== 'change') throw new Error(plan.kind)
  const store = aStore()
  void aJournal(store).writing(fn.arn, inverseOf(plan.change, SALT))
  expect(store.text()).toContain(ROTEL_X86)
  expect(store.text()).toContain('replaced-canary')
  expect(store.text()).not.toContain('foreign-canary')
  expect(store.text()).not.toContain('DB_PASSWORD')
  expect(store.text()).not.toContain(API_KEY)
  expect(store.text()).not.toContain('clickstack.example.com')
})

describe('a step that goes on in a journal, and is killed again and again', () => {
  const secrets: RoleChange = {
    purpose: 'secrets',
    role: aRole(),
    edit: { kind: 'delete-inline', policy: 'reads', before: '{}' },
    regions: ['us-east-1'],
  }

  test('records a change and a restoration once, however often it begins anew', () => {
    let text = ''
    const lengths: number[] = []
    for (let round = 0; round < 4; round++) {
      const store = aStore(text)
      const journal = round === 0 ? aJournal(store) : resumeJournal(store, text)?.journal
      void journal?.editing({ ...secrets })
      void journal?.restoring(anArn('orders'))
      text = store.text()
      lengths.push(text.split('\n').length)
    }
    expect(new Set(lengths).size).toBe(1)
    const journal = resumeJournal(aStore(text), text)?.journal
    journal?.closed([{ ...secrets }])
    expect(journal?.edited()).toEqual([])
  })
})

describe('a store that takes no line any more', () => {
  function fullStore() {
    const store = aStore()
    let isFull = false
    return {
      ...store,
      text: () => store.text(),
      get deleted() {
        return store.deleted
      },
      fill: () => (isFull = true),
      append(line: string) {
        if (isFull) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
        store.append(line)
      },
    }
  }

  test('refuses what must be on disk first, and what is for good', async () => {
    const store = fullStore()
    const journal = aJournal(store)
    void journal.writing(anArn('orders'), inverse)
    store.fill()
    const refused = /^the journal could not be written \(ENOSPC\)$/
    await expect(journal.writing(anArn('mails'), inverse)).rejects.toThrow(refused)
    expect(() => journal.finished([anArn('orders')])).toThrow(refused)
    expect(journal.inverseFor(anArn('mails'))).toBeUndefined()
    expect(journal.inverseFor(anArn('orders'))).toBeDefined()
  })

  test('or does not bring it to the disk: nothing is to be undone, for nothing may be written', async () => {
    const store = aStore()
    const journal = aJournal({
      ...store,
      flush: () => Promise.reject(Object.assign(new Error('i/o'), { code: 'EIO' })),
    })
    const refused = /^the journal could not be written \(EIO\)$/
    await expect(journal.writing(anArn('mails'), inverse)).rejects.toThrow(refused)
    await expect(journal.restoring(anArn('mails'))).rejects.toThrow(refused)
    expect(journal.inverseFor(anArn('mails'))).toBeUndefined()
    expect(readJournal(store.text())?.open).toEqual([])
  })

  test('keeps nobody from undoing: what is undone is over, and the file goes', () => {
    const store = fullStore()
    const journal = aJournal(store)
    void journal.writing(anArn('orders'), inverse)
    store.fill()
    journal.undone([anArn('orders')])
    journal.close()
    expect(journal.inverseFor(anArn('orders'))).toBeUndefined()
    expect(store.deleted).toBe(true)
  })
})
