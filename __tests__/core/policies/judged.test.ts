/**
 * What a role may do before and after each change of ours, as a judge decides it who is not of this repository. `npm test` asks
 * about some documents, `npm run campaign:iam` (DOCUMENTS) about thousands and each AWS managed policy.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { recordFigures } from '../../campaign/figures'
import { judged, ours, reasonsToPart, withoutParting } from './judge'
import { expectDeny, expectGrants, expectNarrowing } from './judged-changes'
import { asked, decided, figuresOfJudge } from './judged-decisions'
import { type Case, cases, GROUPS } from './judged-documents'
import { ACCOUNT, BASIC, managedPolicy, type PolicySet, policySet, WRITES } from './policy-sets'

const CAMPAIGN = process.env['DOCUMENTS']
/** Documents for each of the properties. */
const DOCUMENTS = Number(CAMPAIGN ?? 16)
const LIMIT_MS = CAMPAIGN === undefined ? 60_000 : 3_600_000
/** A case has two documents on average. */
const RUNS = { numRuns: Math.ceil(DOCUMENTS / 2) }

/** AWS's policies are long, and of a long one a decision takes milliseconds: each is asked another share of what is beside the writes. */
const SHARES = 8

afterAll(() => {
  if (CAMPAIGN !== undefined) recordFigures('iam judge', figuresOfJudge())
})

/** A role with each document as an inline policy or as a managed one of the account, perhaps with AWS's for the logs. */
interface Held extends Case {
  readonly set: PolicySet
}

const OWN = `arn:aws:iam::${ACCOUNT}:policy/team/own`

function held(
  { group, documents }: Case,
  isInline: (index: number) => boolean,
  hasBasic: boolean,
): Held {
  const own = documents.map((document, index) => ({ document, index }))
  const set = policySet(
    own.filter(({ index }) => isInline(index)).map(({ document }) => document),
    [
      ...own
        .filter(({ index }) => !isInline(index))
        .map(({ document, index }) => managedPolicy(`${OWN}-${String(index)}`, document)),
      ...(hasBasic ? [managedPolicy(BASIC, allow(WRITES, '*'))] : []),
    ],
  )
  return { set, group, documents: [...documents, ...(hasBasic ? [allow(WRITES, '*')] : [])] }
}

const allow = (Action: string | readonly string[], Resource: string | readonly string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } })

function roles(isTame: boolean): fc.Arbitrary<Held> {
  return fc
    .tuple(cases(isTame), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), fc.boolean())
    .map(([one, inline, hasBasic]) => held(one, (index) => inline[index] === true, hasBasic))
}

/** Of each kind of policy, one of which something is left and one of which nothing is. */
const [GROUP = ''] = GROUPS
const EACH_KIND = [true, false].map((isInline) =>
  held(
    {
      group: GROUP,
      documents: [
        allow(['logs:PutLogEvents', 's3:GetObject'], [`${GROUP}:*`, `${GROUP}-2:*`]),
        allow(WRITES, `${GROUP}:*`),
      ],
    },
    () => isInline,
    true,
  ),
)
const KINDS: readonly RoleEdit['kind'][] = ['put-inline', 'delete-inline', 'new-version', 'detach']

describe('what a role may do, as an independent judge decides it', () => {
  test.each([
    ['whatever its policies', false],
    ['with policies that can be narrowed', true],
  ])(
    'after `cloudwatch-logs: remove`, %s: no log write on the group, and all else as before; restored, all of it and what others have added',
    async (_, isTame) => {
      const kinds = new Map<RoleEdit['kind'] | 'blocked', number>()
      await fc.assert(
        fc.asyncProperty(roles(isTame), fc.boolean(), async (one, isTheirsFirst) => {
          const edits = await expectNarrowing(one.set, one.group, asked(one), isTheirsFirst)
          for (const kind of edits?.map((edit) => edit.kind) ?? ['blocked' as const]) {
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
          }
        }),
        { ...RUNS, examples: EACH_KIND.map((one, at) => [one, at === 0]) },
      )
      expect([...kinds.keys()]).toEqual(expect.arrayContaining([...KINDS]))
      expect(kinds.has('blocked')).toBe(!isTame)
    },
    LIMIT_MS,
  )

  test(
    'after `cloudwatch-logs: deny`: each log write on the group is denied, and all else as before; restored, all of it',
    () => {
      fc.assert(
        fc.property(cases(false), (one) => {
          expectDeny(one, asked(one))
        }),
        RUNS,
      )
    },
    LIMIT_MS,
  )

  test(
    'after a grant of secrets: exactly their reads more; after a grant of the log writes: exactly those',
    () => {
      fc.assert(
        fc.property(cases(false), fc.boolean(), (one, hasParameter) => {
          expectGrants(one, asked(one), hasParameter)
        }),
        RUNS,
      )
    },
    LIMIT_MS,
  )

  const managed = managedPolicies()
  test(
    `of ${String(managed.length)} AWS managed policies and copies of them: narrowed or refused, denied, granted beside, and restored`,
    async () => {
      const kinds = new Set<RoleEdit['kind']>()
      for (const [index, policy] of managed.entries()) {
        const { document } = policy
        const one = { group: GROUP, documents: [document] }
        const { writes, rest } = asked(one)
        const share = {
          writes,
          rest: rest.filter((_, at) => at % SHARES === index % SHARES),
        }
        // AWS's own policies can be detached, but not changed. What teams copy of them can be.
        const sets = [
          policySet([], [policy]),
          policySet([], [managedPolicy(OWN, document)]),
          policySet([document], []),
        ]
        for (const set of sets) {
          const edits = await expectNarrowing(set, GROUP, share, index % 2 === 0)
          for (const { kind } of edits ?? []) kinds.add(kind)
        }
        expectDeny(one, share)
        expectGrants(one, share, index % 2 === 0)
      }
      expect([...kinds].sort()).toEqual([...KINDS].sort())
    },
    LIMIT_MS,
  )
})

test('the judge decides on several documents as on each of them: one Deny outweighs all, one Allow is enough', () => {
  fc.assert(
    fc.property(cases(false), (one) => {
      const { writes } = asked(one)
      for (const request of writes) {
        expect(judged(one.documents, request)).toBe(decided(one.documents, request))
      }
    }),
    { numRuns: 20 },
  )
})

test.each([
  [
    'a short ARN in NotResource',
    { NotResource: 'arn:aws:logs' },
    { NotResource: 'arn:aws:logs:*:*:*' },
  ],
  [
    'a variable in NotResource',
    { NotResource: 'arn:aws:s3:::${aws:username}/*' },
    { NotResource: 'arn:aws:s3:::other/*' },
  ],
  [
    'a variable in the language of 2008',
    { Resource: "arn:aws:s3:::${aws:username, 'bucket'}/*" },
    { Resource: 'arn:aws:s3:::bucket/*' },
  ],
])('the judge and Local AWS part on %s, for a reason, and not without it', (why, entry, plain) => {
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', context: {} }
  const version = why.endsWith('2008') ? {} : { Version: '2012-10-17' }
  const statement = (one: object) => ({ Effect: 'Allow', Action: 's3:GetObject', ...one })
  const parting = JSON.stringify({ ...version, Statement: statement(entry) })
  const agreeing = JSON.stringify({ ...version, Statement: statement(plain) })
  const both = JSON.stringify({ ...version, Statement: [statement(entry), statement(plain)] })
  expect(reasonsToPart(parting)).toEqual([why])
  expect(ours([parting], request)).not.toBe(judged([parting], request))
  expect(reasonsToPart(agreeing)).toEqual([])
  expect(ours([agreeing], request)).toBe(judged([agreeing], request))
  expect(withoutParting(both)).toBe(JSON.stringify({ ...version, Statement: [statement(plain)] }))
})

/** In `npm test`, some of the shorter ones; in the campaign all. */
function managedPolicies() {
  const lines = gunzipSync(
    readFileSync(join(import.meta.dirname, 'aws-managed-policies-newest.jsonl.gz')),
  )
    .toString()
    .split('\n')
  // One that allows the three writes only, and one that allows other actions besides.
  const isOfRoles = (line: string) => /\/AWSLambda(Basic|DynamoDB)ExecutionRole"/.test(line)
  return lines
    .filter(
      (line, index) =>
        CAMPAIGN !== undefined || isOfRoles(line) || (index % 160 === 0 && line.length < 1500),
    )
    .map((line) => {
      const { arn, document } = JSON.parse(line) as { arn: string; document: object }
      return managedPolicy(arn, JSON.stringify(document))
    })
}
