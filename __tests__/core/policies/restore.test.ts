/** The way back of narrowed policies, and restore files that somebody has tampered with. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { planNarrowing } from '../../../src/systems/iam/narrow'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { addsOnlyLogWrites, undoDocument } from '../../../src/systems/iam/restore-document'
import { decide, WORLDS } from './independent-evaluator'
import {
  ACCOUNT,
  documents,
  documentsOf,
  edited,
  FORMS,
  GROUP,
  OTHER_ACTIONS,
  OTHER_GROUPS,
  OTHER_RESOURCES,
  policySet,
  policySets,
  WRITES,
} from './policy-sets'

type Members = Record<string, unknown>

interface Document extends Members {
  Version?: string
  Statement: Members[]
}

/** What an edit did to one document: `after` is `undefined` where it was deleted or detached. */
interface Edited {
  readonly before: string
  readonly after: string | undefined
}

/** Documents that lose something, before and after. */
const edits: fc.Arbitrary<Edited> = documents(0)
  .map((before) => {
    const { role, managed } = policySet([before], [])
    const narrowing = planNarrowing(role, managed, GROUP)
    const [edit]: readonly (RoleEdit | undefined)[] =
      narrowing.kind === 'edits' ? narrowing.edits : []
    return edit && { before, after: edit.kind === 'put-inline' ? edit.after : undefined }
  })
  .filter((edit) => edit !== undefined)

function parse(text: string): Document {
  const document = JSON.parse(text) as Members & { Statement: Members | Members[] }
  return {
    ...document,
    Statement: Array.isArray(document.Statement) ? document.Statement : [document.Statement],
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** The same document as somebody else's tool would print it. */
function reformatted(text: string): string {
  const document = parse(text)
  const Statement = document.Statement.toReversed().map((statement) =>
    Object.fromEntries(
      Object.entries(statement)
        .toReversed()
        .map(([name, value]) => [
          name,
          name === 'Action' || name === 'Resource' ? list(value).toReversed() : value,
        ]),
    ),
  )
  return JSON.stringify({ Statement, Version: document.Version }, undefined, 4)
}

const FOREIGN = { Sid: 'Theirs', Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }

function plus(text: string, statement: Members): string {
  const document = parse(text)
  return JSON.stringify({ ...document, Statement: [statement, ...document.Statement] })
}

const SAMPLES = [...WRITES, ...OTHER_ACTIONS, 'sqs:SendMessage'].flatMap((action) =>
  [...FORMS, ...OTHER_GROUPS, ...OTHER_RESOURCES].map((resource) => ({ action, resource })),
)

function decisions(text: string, samples = SAMPLES): readonly string[] {
  return samples.flatMap(({ action, resource }) =>
    WORLDS.map((world) => decide([text], action, resource, world)),
  )
}

describe('the way back of a document', () => {
  test('is byte for byte what was there, when nobody touched it since', () => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        const back = { kind: 'write', document: before, leftUnchanged: [] }
        expect(undoDocument(after, before, after)).toEqual(back)
        if (after !== undefined) {
          expect(undoDocument(reformatted(after), before, after)).toEqual(back)
        }
      }),
      { numRuns: 80 },
    )
  })

  test('leads to the original roles, whatever policies they have', () => {
    fc.assert(
      fc.property(policySets(0, []), (set) => {
        const narrowing = planNarrowing(set.role, set.managed, GROUP)
        if (narrowing.kind === 'blocked') throw new Error(narrowing.because.join('\n'))
        const narrow = edited(set, narrowing.edits)
        const inline = new Map(narrow.role.inline)
        for (const edit of narrowing.edits.toReversed()) {
          if (edit.kind !== 'put-inline' && edit.kind !== 'delete-inline') continue
          const wrote = edit.kind === 'put-inline' ? edit.after : undefined
          if (edit.before === undefined) throw new Error('what narrows a role adds no policy')
          const undone = undoDocument(inline.get(edit.policy), edit.before, wrote)
          if (undone.kind === 'write') inline.set(edit.policy, undone.document)
        }
        expect([...inline].sort()).toEqual([...set.role.inline].sort())
        expect(documentsOf(set).length).toBeGreaterThanOrEqual(inline.size)
      }),
      { numRuns: 40 },
    )
  })

  test('is nothing where it has been gone already', () => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        expect(undoDocument(before, before, after)).toEqual({ kind: 'nothing' })
        expect(undoDocument(reformatted(before), before, after)).toEqual({ kind: 'nothing' })
        expect(undoDocument(plus(before, FOREIGN), before, after).kind).toBe(
          after === undefined ? 'changed-since' : 'nothing',
        )
      }),
      { numRuns: 40 },
    )
  })

  test('keeps what others have added since', () => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        if (after === undefined) return
        const current = plus(after, FOREIGN)
        const undone = undoDocument(current, before, after)
        if (undone.kind !== 'write') throw new Error(undone.kind)
        expect(undone.leftUnchanged).toEqual([])
        expect(decisions(undone.document)).toEqual(decisions(plus(before, FOREIGN)))
        expect(addsOnlyLogWrites(current, undone.document, [GROUP])).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test('never takes anything from what is there, and adds nothing but log writes', () => {
    fc.assert(
      fc.property(edits, documents(0), ({ before, after }, current) => {
        const undone = undoDocument(current, before, after)
        if (undone.kind === 'write') {
          expect(addsOnlyLogWrites(current, undone.document, [GROUP])).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })

  const shared = `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/other:*`
  const allow = (Action: unknown, Resource: unknown, Sid?: string): Members => ({
    ...(Sid !== undefined && { Sid }),
    Effect: 'Allow',
    Action,
    Resource,
  })
  const document = (...Statement: readonly Members[]): string =>
    JSON.stringify({ Version: '2012-10-17', Statement })
  const original = document(
    allow(['logs:PutLogEvents', 's3:GetObject'], '*', 'A'),
    allow('logs:CreateLogStream', [GROUP, shared], 'B'),
    allow('logs:CreateLogGroup', GROUP, 'C'),
  )
  const narrow = document(
    allow(['s3:GetObject'], '*', 'A'),
    allow('logs:CreateLogStream', [shared], 'B'),
  )

  test('goes statement by statement where others have changed one of ours', () => {
    const theirs = document(
      allow(['s3:GetObject', 's3:PutObject'], '*', 'A'),
      allow('logs:CreateLogStream', [shared], 'B'),
    )
    const undone = undoDocument(theirs, original, narrow)
    expect(undone).toMatchObject({ kind: 'write', leftUnchanged: ['A'] })
    expect(undone.kind === 'write' && parse(undone.document).Statement).toEqual([
      allow(['s3:GetObject', 's3:PutObject'], '*', 'A'),
      allow('logs:CreateLogStream', [GROUP, shared], 'B'),
      allow('logs:CreateLogGroup', GROUP, 'C'),
    ])
  })

  test('does not take the Sid of a statement that others wrote', () => {
    const theirs = plus(narrow, allow('s3:ListBucket', '*', 'C'))
    expect(undoDocument(theirs, original, narrow)).toMatchObject({
      kind: 'write',
      leftUnchanged: ['C'],
    })
  })

  test.each<[string, string | undefined, string | undefined]>([
    ['others deleted what was narrowed', undefined, narrow],
    ['others wrote anew what was deleted', document(FOREIGN), undefined],
    [
      'others changed all that was ours',
      document(FOREIGN, allow('s3:PutObject', '*', 'C')),
      narrow,
    ],
    ['the language is another one', narrow.replace('2012-10-17', '2008-10-17'), narrow],
    ['what is there cannot be read', '{', narrow],
    ['what was written cannot be read', plus(narrow, FOREIGN), '{'],
    ['what was written is no narrowing of it', plus(narrow, FOREIGN), document(FOREIGN)],
  ])('is left to others where %s', (_, current, wrote) => {
    expect(undoDocument(current, original, wrote)).toEqual({ kind: 'changed-since' })
  })

  test('is left to others where what was there before cannot be read', () => {
    expect(undoDocument(plus(narrow, FOREIGN), '{', narrow)).toEqual({ kind: 'changed-since' })
  })

  test('names a statement without a Sid by its number', () => {
    const [whole, other] = [allow('logs:CreateLogStream', GROUP), allow('s3:GetObject', '*')]
    const before = document(whole, other, allow(['logs:PutLogEvents', 's3:*'], '*'))
    expect(
      undoDocument(document(other), before, document(other, allow('s3:*', '*'))),
    ).toMatchObject({ kind: 'write', leftUnchanged: ['statement 3'] })
  })

  test('is in the place of what our edit had left of a statement, wherever others have moved that', () => {
    const mixed = allow(['logs:PutLogEvents', 's3:GetObject'], '*')
    const left = allow(['s3:GetObject'], '*')
    const second = allow('s3:ListBucket', '*')
    const undone = undoDocument(
      document(second, left, FOREIGN),
      document(mixed, second),
      document(left, second),
    )
    expect(undone.kind === 'write' && parse(undone.document).Statement).toEqual([
      second,
      mixed,
      FOREIGN,
    ])
  })

  /** A, B, then the statement that goes whole, and C, D behind it. */
  const [A, B, C, D] = ['A', 'B', 'C', 'D'].map((name) => allow(`s3:${name}`, '*'))
  const L = allow('logs:PutLogEvents', GROUP)
  const F = FOREIGN
  const G = { ...FOREIGN, Sid: 'More' }
  const known = (...some: readonly (Members | undefined)[]) =>
    some.filter((one) => one !== undefined)

  test.each([
    ['before its next neighbour', known(C, F, A), known(L, C, F, A)],
    ['before the next but one, where the next is gone', known(A, F, D, G), known(A, F, L, D, G)],
    ['behind the one before it, where none follows', known(F, A, B, G), known(F, A, B, L, G)],
    ['behind the last but one, where the last is gone', known(F, A, G), known(F, A, L, G)],
    ['at the end, where no neighbour is there', known(F, G), known(F, G, L)],
  ])('has a statement that had gone whole %s', (_, current, expected) => {
    const undone = undoDocument(
      document(...current),
      document(...known(A, B, L, C, D)),
      document(...known(A, B, C, D)),
    )
    expect(undone.kind === 'write' && parse(undone.document).Statement).toEqual(expected)
  })

  test('does not take a Deny for what is left of an Allow, and restores none that others removed', () => {
    const deny = { ...L, Effect: 'Deny' }
    const undone = undoDocument(document(FOREIGN), document(L, deny), document(deny))
    expect(undone.kind === 'write' && parse(undone.document).Statement).toEqual([FOREIGN, L])
  })

  test('restores no repetition that others removed', () => {
    const mixed = allow(['logs:PutLogEvents', 's3:GetObject'], GROUP)
    const rest = allow(['s3:GetObject'], GROUP)
    const undone = undoDocument(
      document(rest, FOREIGN),
      document(mixed, rest),
      document(rest, rest),
    )
    expect(undone.kind === 'write' && parse(undone.document).Statement).toEqual([mixed, FOREIGN])
  })

  const put = 'logs:PutLogEvents'
  const create = 'logs:CreateLogStream'
  const when = (tag: string) => ({ Condition: { StringEquals: { 'aws:PrincipalTag/team': tag } } })

  /** Each: what was there, what was written, and what others hold beside it, so that nothing would be lost. */
  const NO_NARROWINGS: readonly (readonly [
    string,
    readonly Members[],
    readonly Members[],
    readonly Members[],
  ])[] = [
    ['it took a right of another kind', [allow('s3:A', '*'), F], [F], [G]],
    [
      'it has another condition',
      [{ ...allow(put, [GROUP, shared]), ...when('a') }],
      [{ ...allow(put, shared), ...when('b') }],
      [],
    ],
    ['it has an action more', [allow(put, [GROUP, shared])], [allow([put, create], shared)], []],
    ['it has an entry more', [allow(put, [GROUP, shared])], [allow(put, [shared, '*'])], []],
    [
      'it keeps a log write among other actions',
      [allow([put, create, 's3:A'], '*')],
      [allow([put, 's3:A'], '*')],
      [],
    ],
    [
      'it has another action',
      [allow([put, 's3:A'], '*')],
      [allow('s3:B', '*')],
      [allow('s3:A', '*')],
    ],
    [
      'it has another Sid',
      [allow([put, 's3:A'], '*')],
      [allow('s3:A', '*', 'B')],
      [allow('s3:A', '*')],
    ],
    [
      'it took another action, too',
      [allow([put, 's3:A', 's3:B'], '*')],
      [allow('s3:A', '*')],
      [allow(['s3:A', 's3:B'], '*')],
    ],
    [
      'it took an entry of other actions',
      [allow([put, 's3:A'], [GROUP, shared])],
      [allow('s3:A', shared)],
      [allow('s3:A', [GROUP, shared])],
    ],
    [
      'its second part has a Sid',
      [allow([put, 's3:A'], [GROUP, shared])],
      [allow('s3:A', [GROUP, shared]), allow(put, shared, 'B')],
      [],
    ],
    [
      'its second part has other actions',
      [allow([put, 's3:A', 's3:B'], '*')],
      [allow(['s3:A', 's3:B'], '*'), allow([put, 's3:A'], '*')],
      [allow('s3:A', '*')],
    ],
    [
      'it took an entry of NotAction',
      [{ Effect: 'Allow', NotAction: put, Resource: [GROUP, shared] }],
      [{ Effect: 'Allow', NotAction: put, Resource: shared }],
      [],
    ],
    [
      'it took an action on NotResource',
      [{ Effect: 'Allow', Action: [put, create], NotResource: GROUP }],
      [{ Effect: 'Allow', Action: put, NotResource: GROUP }],
      [],
    ],
  ]

  test.each(NO_NARROWINGS)(
    'is left to others where what was written is no narrowing: %s',
    (_, before, wrote, more) => {
      const current = document(...wrote, ...wrote, ...more, FOREIGN)
      expect(undoDocument(current, document(...before), document(...wrote))).toEqual({
        kind: 'changed-since',
      })
    },
  )
})

describe('a restored document from elsewhere', () => {
  test('is taken where it is the original', () => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        expect(addsOnlyLogWrites(after, before, [GROUP])).toBe(true)
        expect(addsOnlyLogWrites(after, reformatted(before), [GROUP])).toBe(true)
      }),
      { numRuns: 80 },
    )
  })

  test('is refused where it adds nothing, or takes something', () => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        expect(addsOnlyLogWrites(before, before, [GROUP])).toBe(false)
        expect(addsOnlyLogWrites(before, after ?? '{"Statement":[]}', [GROUP])).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  const add = (statement: Members) => (text: string) => plus(text, statement)
  const each = (change: (statement: Members) => Members) => (text: string) => {
    const restored = parse(text)
    return JSON.stringify({ ...restored, Statement: restored.Statement.map(change) })
  }
  const withAction = (action: string) =>
    each((statement) =>
      'Action' in statement && statement['Effect'] === 'Allow'
        ? { ...statement, Action: [...list(statement['Action']), action] }
        : statement,
    )
  const write = { Effect: 'Allow', Action: 'logs:PutLogEvents' }

  /** Changes that are never harmless, whatever the document. */
  const TAMPERINGS: readonly (readonly [string, (text: string) => string])[] = [
    ['a right of another kind', add({ Effect: 'Allow', Action: 'iam:*', Resource: '*' })],
    ['a wildcard over the three', add({ Effect: 'Allow', Action: 'logs:*', Resource: GROUP })],
    [
      'a wildcard of one letter',
      add({ Effect: 'Allow', Action: 'logs:PutLogEvent?', Resource: GROUP }),
    ],
    ['a statement of no action', add({ Effect: 'Allow', Action: [], Resource: '*' })],
    [
      'all but one of the three',
      add({ Effect: 'Allow', NotAction: 'logs:PutLogEvents', Resource: GROUP }),
    ],
    ['NotAction', add({ Effect: 'Allow', NotAction: 'iam:*', Resource: GROUP })],
    ['NotResource', add({ ...write, NotResource: `${GROUP}-2` })],
    ['another group', add({ ...write, Resource: `${GROUP}-secret` })],
    ['another group beside this one', add({ ...write, Resource: [GROUP, `${GROUP}-secret`] })],
    ['a principal', add({ ...write, Resource: GROUP, Principal: '*' })],
    ['a member nobody knows', add({ ...write, Resource: GROUP, Extra: 1 })],
    ['a Deny', add({ Effect: 'Deny', Action: 'kms:*', Resource: '*' })],
    ['a Deny of one of the three', add({ ...write, Effect: 'Deny', Resource: `${GROUP}-2` })],
    ['a member of the document', (text) => JSON.stringify({ ...parse(text), Extra: 1 })],
    ['another language', (text) => JSON.stringify({ ...parse(text), Version: '2030-01-01' })],
    ['one more action in each statement', withAction('kms:Decrypt')],
    ['everything in each statement', withAction('*')],
    [
      'Deny turned into Allow, and the other way round',
      each((statement) => ({
        ...statement,
        Effect: statement['Effect'] === 'Allow' ? 'Deny' : 'Allow',
      })),
    ],
    ['statements given twice', (text) => text.replace(/\}$/, ',"Statement":[]}')],
    [
      'a statement hidden behind another of the same member',
      (text) => text.replace('{', '{"\\u0053tatement":{"Effect":"Allow"},'),
    ],
    ['an effect in small letters', (text) => text.replaceAll('"Allow"', '"allow"')],
    ['no JSON', (text) => text.slice(0, -1)],
    ['nothing', () => '{}'],
  ]

  test.each(TAMPERINGS)('is refused with %s', (_, tamper) => {
    fc.assert(
      fc.property(edits, ({ before, after }) => {
        expect(addsOnlyLogWrites(after, tamper(before), [GROUP])).toBe(false)
      }),
      { numRuns: 20 },
    )
  })

  test('decides nothing but the three otherwise, whatever was done to it', () => {
    const beyond = SAMPLES.filter(({ action }) => !WRITES.includes(action))
    const writes = SAMPLES.filter(({ action }) => WRITES.includes(action))
    let [tried, taken] = [0, 0]
    fc.assert(
      fc.property(edits, documents(1), fc.nat(), fc.nat(), ({ before, after }, other, at, how) => {
        tried += 1
        const restored = parse(before)
        const stranger = parse(other)
        const place = at % restored.Statement.length
        const theirs = stranger.Statement[at % stranger.Statement.length] ?? {}
        const ours = restored.Statement[place] ?? {}
        const changed = [
          { ...ours, Resource: theirs['Resource'] ?? '*' },
          { ...ours, Action: theirs['Action'] ?? '*' },
          { ...ours, Condition: theirs['Condition'] },
          theirs,
        ][how % 4] as Members
        restored.Statement.splice(place, how % 3 === 0 ? 0 : 1, changed)
        const text = JSON.stringify(restored)
        if (!addsOnlyLogWrites(after, text, [GROUP])) return
        taken += 1
        const current = after ?? '{"Statement":[]}'
        expect(decisions(text, beyond)).toEqual(decisions(current, beyond))
        const is = decisions(text, writes)
        const was = decisions(current, writes)
        expect(
          was.filter((decision, index) => decision !== 'none' && decision !== is[index]),
        ).toEqual([])
      }),
      { numRuns: 150 },
    )
    // Some of these changes are harmless: otherwise nothing would have been asked.
    expect(taken).toBeGreaterThan(tried / 30)
  })

  test('may give the three only in exact names, in any case', () => {
    const current = JSON.stringify({ Version: '2012-10-17', Statement: [FOREIGN] })
    const restored = (Action: unknown) =>
      plus(current, { Effect: 'Allow', Action, Resource: GROUP })
    expect(addsOnlyLogWrites(current, restored('LOGS:putlogevents'), [GROUP])).toBe(true)
    expect(addsOnlyLogWrites(current, restored(WRITES), [GROUP])).toBe(true)
    expect(addsOnlyLogWrites(current, restored('logs:PutLogEvents '), [GROUP])).toBe(false)
    expect(addsOnlyLogWrites(undefined, restored(WRITES), [GROUP])).toBe(false)
  })

  const doc = (more: Members, ...Statement: readonly Members[]) =>
    JSON.stringify({ ...more, Statement })
  const one = { ...write, Resource: GROUP }

  test.each<[Members, boolean]>([
    [{}, true],
    [{ Version: '2012-10-17' }, true],
    [{ Version: '2008-10-17', Id: 'x' }, true],
    [{ Version: '2030-01-01' }, false],
    [{ Version: '' }, false],
    [{ Extra: 1 }, false],
  ])(
    'where there is no policy has only what IAM knows beside its statements: %j',
    (more, taken) => {
      expect(addsOnlyLogWrites(undefined, doc(more, one), [GROUP])).toBe(taken)
      // What is there already stays.
      expect(addsOnlyLogWrites(doc(more, FOREIGN), doc(more, FOREIGN, one), [GROUP])).toBe(true)
    },
  )

  test('is refused where what is there cannot be read', () => {
    expect(addsOnlyLogWrites('{', doc({}, one), [GROUP])).toBe(false)
  })

  test('is taken beside a Deny of the same, which stays', () => {
    const deny = { ...one, Effect: 'Deny' }
    expect(addsOnlyLogWrites(doc({}, deny), doc({}, deny, one), [GROUP])).toBe(true)
  })

  test('may add a right on other terms, and changes the terms of none', () => {
    const [first, second] = ['true', 'false'].map((value) => ({
      ...one,
      Condition: { Bool: { 'aws:SecureTransport': value } },
    }))
    if (first === undefined || second === undefined) throw new Error('two terms')
    expect(addsOnlyLogWrites(doc({}, first), doc({}, first, one), [GROUP])).toBe(true)
    expect(addsOnlyLogWrites(doc({}, first), doc({}, second), [GROUP])).toBe(false)
    const more = { ...write, Resource: `${GROUP}:*` }
    expect(addsOnlyLogWrites(doc({}, first), doc({}, second, more), [GROUP])).toBe(false)
  })
})
