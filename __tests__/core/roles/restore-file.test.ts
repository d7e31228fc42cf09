/** The restore file: read as it was written, and followed only where it restores log rights and nothing else. */

import { describe, expect, test } from '@jest/globals'
import {
  parseRestoreLines,
  restoreLine,
  verifiedRestore,
} from '../../../src/pipeline/roles/restore-file'
import type { LogsChange } from '../../../src/pipeline/roles/role-change'
import { ACCOUNT, managedPolicy, policySet, WRITES } from '../policies/policy-sets'
import { aClock, aFault } from '../support/lambda'
import { allowing, aMember, aRole, disable, documentOf, REMOVE } from './disabling'
import { lateIam, withInline } from './late-iam'

const ROLE = aRole()
const FN = aMember('fn')
const OTHER = aMember('other')
const MIXED = documentOf(allowing([...WRITES, 's3:GetObject'], '*'))
const ONLY_LOGS = documentOf(allowing(WRITES, '*'))
const SHARED = `arn:aws:iam::${ACCOUNT}:policy/shared`
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

const leaving = ({ function: fn, group }: typeof FN) => ({ arn: fn.text, group })

/** A role of which `remove` has taken the log rights of the members. */
async function removed(members = [FN], inline = [MIXED], managed = [managedPolicy(SHARED, MIXED)]) {
  const iam = lateIam([policySet(inline, managed)], { clock: aClock() })
  const changes: LogsChange[] = []
  for (const member of members) changes.push(...(await disable([member], REMOVE, iam)))
  const verify = (file: readonly LogsChange[] = changes, who = members, role = ROLE) =>
    verifiedRestore(file, role, who.map(leaving), {
      roles: iam,
      groups: [FN.group, OTHER.group],
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

  test('is nothing of functions that it does not name', async () => {
    const { changes, verify } = await removed()
    expect(await verify(changes, [OTHER])).toEqual([])
    expect(await verify([], [FN])).toEqual([])
  })
})

describe('a file is refused', () => {
  const refusing = (detail: string) => ({
    reason: 'restore-file-refused',
    detail: expect.stringContaining(detail),
  })
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
