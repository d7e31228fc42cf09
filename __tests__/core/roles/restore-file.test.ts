/** The restore file: read as it was written, and followed only where it restores log rights and nothing else. */

import { describe, expect, test } from '@jest/globals'
import {
  parseRestoreLines,
  restoreLine,
  verifiedRestore,
} from '../../../src/pipeline/roles/restore-file'
import { askLogRights, missingToLog, writerKey } from '../../../src/pipeline/roles/log-rights'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import { roleUndo } from '../../../src/pipeline/roles/undo-role'
import { mergedEdit, policyOf } from '../../../src/systems/iam/role-edit'
import { ACCOUNT, managedPolicy, policySet, WRITES } from '../policies/policy-sets'
import { aClock, aFault } from '../support/lambda'
import { allowing, aMember, aRole, disable, documentOf, REMOVE } from './disabling'
import { lateIam, withInline } from './late-iam'

const ROLE = aRole()
const FN = aMember('fn')
const OTHER = aMember('other')
const APP = aMember('app')
const GROUPS = [FN, OTHER, APP].map(({ group }) => group)
const TABLE = allowing('dynamodb:GetItem', '*')
const ALL_THREE = documentOf({ Sid: 'Logs', ...logsOf(FN, OTHER, APP) }, TABLE)
const MIXED = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
const ONLY_LOGS = documentOf(allowing(WRITES, '*'))
const SHARED = `arn:aws:iam::${ACCOUNT}:policy/shared`
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

const leaving = ({ function: fn, group }: typeof FN) => ({ arn: fn.text, group })

function logsOf(...members: readonly (typeof FN)[]): object {
  return allowing(WRITES, ...members.map(({ group }) => `${group}:*`))
}

function refusing(detail: string): object {
  return { reason: 'restore-file-refused', detail: expect.stringContaining(detail) }
}

function withOriginal(edit: LogsChange['edit'], original: string): LogsChange['edit'] {
  switch (edit.kind) {
    case 'new-version':
      return { ...edit, original }
    case 'put-inline':
    case 'delete-inline':
      return { ...edit, before: original }
    default:
      return edit
  }
}

/** A role of which `remove` has taken the log rights of the members. */
async function removed(members = [FN], inline = [MIXED], managed = [managedPolicy(SHARED, MIXED)]) {
  const iam = lateIam([policySet(inline, managed)], { clock: aClock() })
  const changes: LogsChange[] = []
  for (const member of members) changes.push(...(await disable([member], REMOVE, iam)))
  const verify = (file: readonly LogsChange[] = changes, who = members, role = ROLE) =>
    verifiedRestore(file, role, who.map(leaving), {
      roles: iam,
      groups: GROUPS,
    })
  return { iam, changes, verify }
}

/** Of each kind of edit that `remove` makes. */
async function allKinds(): Promise<readonly LogsChange[]> {
  const attached = [managedPolicy(SHARED, MIXED), managedPolicy(BASIC, ONLY_LOGS)]
  return (await removed([FN], [MIXED, ONLY_LOGS], attached)).changes
}

describe('a file', () => {
  test('is read as it was written, blank lines or not', async () => {
    const changes = await allKinds()
    expect(changes.map(({ edit }) => edit.kind).sort()).toEqual([
      'delete-inline',
      'detach',
      'new-version',
      'put-inline',
    ])
    const lines = changes.map(restoreLine)
    expect(parseRestoreLines(lines.join('\n'))).toEqual(changes)
    expect(parseRestoreLines(`\n${lines.join('\n \n')}\n\n`)).toEqual(changes)
    expect(parseRestoreLines('')).toEqual([])
  })

  test('of which any member of any line is missing or of another form is not read at all', async () => {
    for (const change of await allKinds()) {
      const line = restoreLine(change)
      const whole = JSON.parse(line) as Record<string, unknown> & {
        readonly edit: object
        readonly reached: readonly [object]
      }
      const spoilt = [
        ...Object.keys(whole).map((name) => ({ ...whole, [name]: 7 })),
        ...Object.keys(whole.edit).map((name) => ({
          ...whole,
          edit: { ...whole.edit, [name]: 7 },
        })),
        ...['function', 'role', 'group'].map((name) => ({
          ...whole,
          reached: [{ ...whole.reached[0], [name]: 7 }, whole.reached[0]],
        })),
        { ...whole, reached: [...whole.reached, 'fn'] },
        { ...whole, reached: [null, ...whole.reached] },
        { ...whole, reached: [] },
        { ...whole, format: 'clickstack-lambda-restore-1' },
        { ...whole, role: SHARED },
      ]
      for (const one of spoilt) {
        expect(parseRestoreLines(`${line}\n${JSON.stringify(one)}`)).toBeUndefined()
      }
    }
    for (const text of ['{', '[]', 'null', '"x"']) expect(parseRestoreLines(text)).toBeUndefined()
  })

  test('is read without what was allowed before, where that is no list of texts', async () => {
    const [change] = await allKinds()
    if (change === undefined) throw new Error('no change')
    const { reached, ...rest } = JSON.parse(restoreLine(change)) as { reached: readonly object[] }
    const line = JSON.stringify({
      ...rest,
      reached: reached.map((one) => ({ ...one, allowedBefore: [7, 'x'] })),
    })
    expect(parseRestoreLines(line)?.[0]?.reached[0]?.allowedBefore).toEqual(['x'])
  })

  test('of an earlier build is read, in which functions have the role of the edit', async () => {
    const [change] = await allKinds()
    if (change === undefined) throw new Error('no change')
    const { reached, ...rest } = JSON.parse(restoreLine(change)) as {
      readonly reached: readonly Readonly<Record<string, unknown>>[]
    }
    const earlier = reached.map(({ function: fn, group, allowedBefore }) => ({
      function: fn,
      group,
      allowedBefore,
    }))
    expect(parseRestoreLines(JSON.stringify({ ...rest, reached: earlier }))).toEqual([change])
  })

  test('tells the role of each function that one policy of two roles has reached', async () => {
    const both = policySet([], [managedPolicy(SHARED, MIXED)])
    const second = aRole('second')
    const iam = lateIam([both, { ...both, role: { ...both.role, arn: second } }], {
      clock: aClock(),
    })
    const changes = await disable([FN, aMember('other', second)], REMOVE, iam)
    expect(changes).toHaveLength(1)
    const [read] = parseRestoreLines(changes.map(restoreLine).join('\n')) ?? []
    expect(read?.reached.map(({ role }) => role.name)).toEqual([ROLE.name, 'second'])
  })
})

describe('what a file restores', () => {
  test('is all that was taken from the function', async () => {
    const attached = [managedPolicy(SHARED, MIXED), managedPolicy(BASIC, ONLY_LOGS)]
    const { changes, verify } = await removed([FN], [MIXED, ONLY_LOGS], attached)
    expect(await verify()).toEqual(changes)
  })

  test('is what was taken from this function, of what was taken from two', async () => {
    const { changes, verify } = await removed([FN, OTHER])
    const own = changes.filter(({ reached }) =>
      reached.some(({ function: fn }) => fn.text === FN.function.text),
    )
    expect(await verify(changes, [FN])).toEqual(own)
    expect(await verify(changes, [FN, OTHER])).toEqual(changes)
  })

  test('is what one edit has taken from this function and from others', async () => {
    const iam = lateIam([policySet([ALL_THREE], [])], { clock: aClock() })
    const changes = await disable([FN, OTHER], REMOVE, iam)
    expect(changes).toHaveLength(1)
    const context = { roles: iam, groups: GROUPS }
    expect(await verifiedRestore(changes, ROLE, [leaving(FN)], context)).toEqual(changes)
  })

  test('is taken for one function though others have changed a policy that is for another one alone', async () => {
    const ofEach = [FN, OTHER].map(({ group }) => documentOf(allowing(WRITES, `${group}:*`)))
    const iam = lateIam([policySet(ofEach, [])], { clock: aClock() })
    const changes = await disable([FN, OTHER], REMOVE, iam)
    await iam.putInline(ROLE, 'inline-0', documentOf(allowing('sqs:SendMessage', '*')))
    const context = { roles: iam, groups: [FN.group, OTHER.group] }
    expect(await verifiedRestore(changes, ROLE, [leaving(OTHER)], context)).toEqual(changes)
    expect(await verifiedRestore(changes, ROLE, [leaving(FN)], context)).toMatchObject({
      reason: expect.any(String),
    })
  })

  test('is nothing of functions that it does not name', async () => {
    const { changes, verify } = await removed()
    expect(await verify(changes, [OTHER])).toEqual([])
    expect(await verify([], [FN])).toEqual([])
  })

  test('is followed where others have restored all of it themselves', async () => {
    const { iam, changes, verify } = await removed([FN], [ALL_THREE], [])
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', ALL_THREE))
    expect(await verify()).toEqual(changes)
  })

  test('is followed where others have undone the newest edit themselves', async () => {
    const { iam, changes, verify } = await removed([FN, OTHER], [ALL_THREE], [])
    const [, newest] = changes
    if (newest?.edit.kind !== 'put-inline') throw new Error('it was not narrowed twice')
    const { before } = newest.edit
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', before))
    expect(await verify()).toEqual(changes)
  })

  test('is told policy by policy where an inline and a managed one have the same name', async () => {
    const named = managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/inline-0`, MIXED)
    const { changes, verify } = await removed([FN], [ALL_THREE], [named])
    expect(changes.map(({ edit }) => policyOf(edit))).toEqual(['inline-0', 'inline-0'])
    expect(await verify()).toEqual(changes)
    expect(await verify(changes.toReversed())).toEqual(changes.toReversed())
  })
})

describe('rights that were taken out of one statement, one function after the other,', () => {
  /** `app` first, and a policy that is of `other` alone, whose edit is of no use to `fn`. */
  const TURNS = [APP, FN, OTHER]
  const policiesOf = async (inline: readonly string[], managed: readonly string[]) =>
    removed(
      TURNS,
      [...inline, documentOf(TABLE, logsOf(OTHER))],
      managed.map((document) => managedPolicy(SHARED, document)),
    )
  const ONLY_THREE = documentOf({ Sid: 'Logs', ...logsOf(FN, OTHER, APP) })

  const KINDS: readonly [string, readonly string[], readonly string[]][] = [
    ['an inline policy', [ALL_THREE], []],
    ['two inline policies, of which the last edit deletes one', [ALL_THREE, ONLY_THREE], []],
    ['two inline policies that say the same', [ALL_THREE, ALL_THREE], []],
    ['a managed policy', [], [ALL_THREE]],
    ['policies of both kinds', [ALL_THREE, ONLY_THREE], [ALL_THREE]],
  ]

  test.each(KINDS)(
    'are restored by the edits since then as one, and by no others: %s',
    async (_, inline, managed) => {
      const { changes, verify } = await policiesOf(inline, managed)
      const count = inline.length + managed.length
      const [ofFn, ofOther] = [FN, OTHER].map(({ function: fn }) =>
        changes
          .filter(({ reached }) => reached.some((one) => one.function.text === fn.text))
          .filter(({ edit }) => policyOf(edit) !== `inline-${String(inline.length)}`),
      )
      const rows = ofFn?.flatMap((first) => {
        const last = ofOther?.find(({ edit }) => policyOf(edit) === policyOf(first.edit))
        if (last === undefined) return []
        const reached = [...first.reached, ...last.reached]
        return { ...first, edit: mergedEdit(first.edit, last.edit), reached }
      })
      expect(rows).toHaveLength(count)
      expect(await verify(changes, [FN])).toEqual(rows)
    },
  )

  test.each(KINDS)('come back to whoever leaves, and to nobody else: %s', async (_, ...given) => {
    for (const one of TURNS) {
      const { iam, changes, verify } = await policiesOf(...given)
      const followed = await verify(changes, [one])
      if ('reason' in followed) throw new Error(followed.detail)
      await roleUndo(followed, { roles: iam, clock: aClock() }, [one.group])()
      const rights = await askLogRights(TURNS, iam)
      const able = TURNS.filter((writer) => {
        const answer = rights.get(writerKey(writer))
        return answer?.ok === true && missingToLog(answer.value, writer.group).length === 0
      })
      expect(able).toEqual([one])
    }
  })

  test.each(KINDS)('come back edit by edit where all leave: %s', async (_, ...given) => {
    const { changes, verify } = await policiesOf(...given)
    expect(await verify()).toEqual(changes)
  })

  test('come back where the policy is on the role of each', async () => {
    const second = aRole('second')
    const ofSecond = aMember('other', second)
    const both = policySet([], [managedPolicy(SHARED, ALL_THREE)])
    const iam = lateIam([both, { ...both, role: { ...both.role, arn: second } }], {
      clock: aClock(),
    })
    const changes = [
      ...(await disable([FN], REMOVE, iam)),
      ...(await disable([ofSecond], REMOVE, iam)),
    ]
    expect(changes.map(({ role }) => role.name)).toEqual([ROLE.name, 'second'])
    const followed = await verifiedRestore(changes, ROLE, [leaving(FN)], {
      roles: iam,
      groups: GROUPS,
    })
    expect(followed).toMatchObject([{ reached: changes.flatMap(({ reached }) => reached) }])
  })

  test('come back with the policy itself where the last edit detached it', async () => {
    const { changes, verify } = await removed(
      [FN, OTHER, APP],
      [],
      [managedPolicy(SHARED, documentOf(logsOf(FN, OTHER, APP)))],
    )
    const [first, second, last] = changes
    expect(last?.edit.kind).toBe('detach')
    expect(await verify(changes, [FN])).toMatchObject([
      {
        edit: { kind: 'new-version' },
        reached: [first, second].flatMap((one) => one?.reached ?? []),
      },
      last ?? {},
    ])
  })

  test('are not taken for those of another policy that began with the text at which theirs ended', async () => {
    const { changes, verify } = await removed(
      [FN, OTHER, APP],
      [
        documentOf(TABLE, logsOf(APP)),
        documentOf(logsOf(FN, OTHER)),
        documentOf(TABLE, logsOf(FN, APP)),
      ],
      [],
    )
    expect(changes.map(({ edit }) => policyOf(edit))).toEqual([
      ...['inline-1', 'inline-2'],
      'inline-1',
      ...['inline-0', 'inline-2'],
    ])
    expect(await verify(changes, [FN, APP])).toMatchObject(
      ['inline-1', 'inline-2', 'inline-0'].map((policy) => ({ edit: { policy } })),
    )
  })

  test('are those of the inline policy, whatever was done to a managed one of the same name', async () => {
    const { changes, verify } = await removed([FN, OTHER], [ALL_THREE], [])
    const [ofFn, ofOther] = changes
    if (ofFn === undefined || ofOther === undefined) throw new Error('it was not narrowed twice')
    const detached: LogsChange = {
      ...ofOther,
      edit: { kind: 'detach', arn: `${SHARED}/inline-0`, name: 'inline-0' },
    }
    expect(await verify([ofFn, detached, ofOther], [FN])).toMatchObject([
      { edit: { policy: 'inline-0' }, reached: [...ofFn.reached, ...ofOther.reached] },
    ])
  })

  describe('are refused where others have changed the policy in between, who', () => {
    const between = async (original: string, theirs: string) => {
      const { iam, changes, verify } = await removed([FN], [original], [])
      iam.change((stored) => withInline(stored, ROLE, 'inline-0', theirs))
      const later = await disable([OTHER], REMOVE, iam)
      expect(later).toHaveLength(1)
      return verify([...changes, ...later], [FN, OTHER])
    }

    test('took a right away that does not come back', async () => {
      const theirs = documentOf(TABLE, logsOf(OTHER))
      expect(await between(ALL_THREE, theirs)).toMatchObject(
        refusing('was changed by another user since'),
      )
    })

    test('wrote it again after it was deleted', async () => {
      const theirs = documentOf(TABLE, logsOf(OTHER))
      expect(await between(documentOf(logsOf(FN)), theirs)).toMatchObject(
        refusing('was changed by another user since'),
      )
    })
  })
})

describe('a file is refused', () => {
  const tampered = async (
    edit: LogsChange['edit'],
    role = ROLE,
    managed = [managedPolicy(SHARED, MIXED)],
  ) => {
    const { changes, verify } = await removed([FN], [MIXED], managed)
    const [first] = changes
    if (first === undefined) throw new Error('no change')
    return verify([{ ...first, role, edit }])
  }
  const wider = documentOf(allowing([...WRITES, 's3:*'], '*'))
  const inline = { kind: 'put-inline', policy: 'inline-0' } as const

  test('where another user has changed the policy since', async () => {
    const { iam, changes, verify } = await removed([FN], [MIXED], [])
    const theirs = documentOf(allowing('dynamodb:*', '*'))
    iam.change((stored) => withInline(stored, ROLE, 'inline-0', theirs))
    expect(await verify(changes)).toMatchObject(refusing('was changed by another user since'))
  })

  test('where it would restore more than log rights', async () => {
    const after = documentOf(allowing('s3:GetObject', '*'))
    expect(await tampered({ ...inline, before: wider, after })).toMatchObject(
      refusing('more than log rights in inline-0'),
    )
    expect(await tampered({ kind: 'delete-inline', policy: 'gone', before: wider })).toMatchObject(
      refusing('more than log rights in gone'),
    )
    const version = { kind: 'new-version', arn: SHARED, name: 'shared', before: 'v1' } as const
    expect(await tampered({ ...version, original: wider, after })).toMatchObject(
      refusing('more than log rights in shared'),
    )
    expect(await tampered({ kind: 'detach', arn: SHARED, name: 'shared' })).toMatchObject(
      refusing('more than log rights in shared'),
    )
  })

  test.each(['inline-0', 'shared'])(
    'where it gives the name %s to a policy that has already what it would restore to the real one',
    async (name) => {
      const original = documentOf(allowing('s3:*', '*'))
      const wide = managedPolicy(`arn:aws:iam::${ACCOUNT}:policy/wide`, original)
      const { changes, verify } = await removed([FN], [MIXED], [managedPolicy(SHARED, MIXED), wide])
      const narrowed = changes.find(({ edit }) => policyOf(edit) === name)
      if (narrowed === undefined) throw new Error('it was not narrowed')
      const wider = withOriginal(narrowed.edit, original)
      const after = documentOf()
      const decoy = {
        kind: 'new-version',
        arn: wide.arn,
        name,
        before: 'v1',
        original,
        after,
      } as const
      const file = [wider, decoy].map((one) => ({ ...narrowed, edit: one }))
      expect(await verify(file)).toMatchObject(refusing(`more than log rights in ${name}`))
    },
  )

  test.each<[string, LogsChange['edit']]>([
    ['it would delete the inline policy inline-0', { ...inline, before: undefined, after: '{}' }],
    [`it would detach ${SHARED}`, { kind: 'attach', arn: SHARED, name: 'shared' }],
    ...['arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::210987654321:policy/x'].map(
      (arn): [string, LogsChange['edit']] => [
        `it would attach ${arn}`,
        { kind: 'detach', arn, name: 'x' },
      ],
    ),
    [
      'is of another account',
      {
        kind: 'new-version',
        arn: 'arn:aws:iam::210987654321:policy/x',
        name: 'x',
        before: 'v1',
        original: MIXED,
        after: MIXED,
      },
    ],
    ['gone cannot be read', { kind: 'detach', arn: `${SHARED}-gone`, name: 'gone' }],
  ])('because %s', async (detail, edit) => {
    const about = detail.startsWith('gone') ? 'cannot be read' : detail
    expect(await tampered(edit)).toMatchObject(refusing(about))
  })

  test('where it is about another role, unless the policy is a shared one', async () => {
    const { changes, verify } = await removed([FN], [MIXED])
    const elsewhere = changes.map((change) => ({ ...change, role: aRole('another') }))
    expect(await verify(elsewhere)).toMatchObject(refusing('it is about the role'))
    const shared = elsewhere.filter(({ edit }) => edit.kind === 'new-version')
    expect(shared).toHaveLength(1)
    expect(await verify(shared)).toEqual(shared)
  })

  test.each([
    ['denied', 'role-unreadable'],
    ['unavailable', 'role-unreadable'],
    ['not-found', 'restore-file-refused'],
  ] as const)('where IAM cannot be read (%s), as %s', async (kind, reason) => {
    const { changes } = await removed()
    const fault = aFault(kind)
    const iam = lateIam([policySet([MIXED], [])], { clock: aClock(), failing: () => fault })
    for (const change of changes) {
      const context = { roles: iam, groups: [FN.group] }
      const refusal = await verifiedRestore([change], ROLE, [leaving(FN)], context)
      expect(refusal).toMatchObject({ reason, detail: expect.stringContaining('cannot be read') })
      expect(refusal).toMatchObject({ detail: expect.stringContaining(fault.code) })
    }
  })
})

test('AWSLambdaBasicExecutionRole is attached again without being read', async () => {
  const { iam, changes, verify } = await removed([FN], [], [managedPolicy(BASIC, ONLY_LOGS)])
  iam.change((stored) => ({ ...stored, policies: new Map() }))
  expect(await verify(changes)).toEqual(changes)
})
