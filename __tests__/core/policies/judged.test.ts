/**
 * What a role may do before and after each change of ours, as a judge decides it who is not of this repository. `npm test` asks
 * about some documents, `npm run campaign:iam` (DOCUMENTS) about thousands and each AWS managed policy.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { mayAllow } from '../../../src/systems/iam/may-allow'
import { planNarrowing } from '../../../src/systems/iam/narrow'
import {
  denyLogsDocument,
  grantLogsDocument,
  withoutOwnLogWrites,
  withOwnDeny,
} from '../../../src/systems/iam/owned-policy'
import { undoDocument } from '../../../src/systems/iam/restore-document'
import { accessDocument, accessNeeded } from '../../../src/systems/rotel/secret-access'
import { parseSecretReference } from '../../../src/systems/rotel/secret-reference'
import { recordFigures } from '../../campaign/figures'
import { entryReaches } from './independent-evaluator'
import { type Decision, judged, ours, reasonsToPart, type Request } from './judge'
import {
  type Case,
  cases,
  elsewhere,
  formsOf,
  GROUPS,
  OTHER_ACTIONS,
  requests,
} from './judged-documents'
import { ACCOUNT, documentsOf, edited, managedPolicy, policySet, WRITES } from './policy-sets'

const CAMPAIGN = process.env['DOCUMENTS']
/** Documents for each of the properties. */
const DOCUMENTS = Number(CAMPAIGN ?? 16)
const LIMIT_MS = CAMPAIGN === undefined ? 60_000 : 3_600_000
/** A case has two documents on average. */
const RUNS = { numRuns: Math.ceil(DOCUMENTS / 2) }

/** AWS's policies are long, and of a long one a decision takes milliseconds: each is asked another share of what is beside the writes. */
const SHARES = 8

const figures = { judged: 0, decisions: 0, parted: 0 }
const distinct = new Set<string>()

/** What was decided on a document, by request: most documents stay through a change, and are asked about again. */
const known = new Map<string, Map<Request, Decision>>()

/**
 * Both decide on each document; where they part, there must be a reason. What a role may do is what its documents say together:
 * a Deny of one outweighs every Allow, and without an Allow there is none.
 *
 * @returns the judge's decision
 */
function decided(documents: readonly string[], request: Request): Decision {
  const each = new Set(documents.map((document) => decidedOn(document, request)))
  if (each.has('explicitDeny')) return 'explicitDeny'
  return each.has('allowed') ? 'allowed' : 'implicitDeny'
}

function decidedOn(document: string, request: Request): Decision {
  if (known.size > 300) known.clear()
  const before = known.get(document) ?? new Map<Request, Decision>()
  known.set(document, before)
  const answered = before.get(request)
  if (answered !== undefined) return answered
  const decision = judged([document], request)
  const local = ours([document], request)
  before.set(request, decision)
  distinct.add(document)
  figures.decisions += 1
  if (decision !== local) {
    figures.parted += 1
    if (reasonsToPart([document]).length === 0) {
      throw new Error(
        `${request.action} on ${request.resource} in ${JSON.stringify(request.context)}: the judge ${decision}, Local AWS ${local}\n${document}`,
      )
    }
  }
  return decision
}

/** Requests whose decision is not the one that is expected. */
function different(
  asked: readonly Request[],
  expected: readonly Decision[],
  documents: readonly string[],
  isMeant: (request: Request, before: Decision | undefined, after: Decision) => boolean = () =>
    false,
): readonly string[] {
  return asked.flatMap((request, index) => {
    const before = expected[index]
    const after = decided(documents, request)
    if (before === after || isMeant(request, before, after)) return []
    return [
      `${request.action} on ${request.resource} in ${JSON.stringify(request.context)}: ${String(before)}, then ${after}`,
    ]
  })
}

/** Everything that is asked of a case: the three writes, and other actions, here and elsewhere. */
function asked({ group, documents }: Case) {
  const forms = formsOf(group)
  const away = elsewhere(group)
  return {
    writes: requests(documents, WRITES, forms),
    rest: [
      ...requests(documents, OTHER_ACTIONS, [...forms, ...away]),
      ...requests(documents, WRITES, away),
    ],
  }
}

function decisions(documents: readonly string[], all: readonly Request[]): readonly Decision[] {
  return all.map((request) => decided(documents, request))
}

const text = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

afterAll(() => {
  figures.judged = distinct.size
  if (CAMPAIGN !== undefined) {
    recordFigures('iam judge', {
      'documents judged by both': figures.judged,
      'decisions compared': figures.decisions,
      'disagreements with a source for our choice': figures.parted,
      'disagreements without one': 0,
    })
  }
})

describe('what a role may do, as an independent judge decides it', () => {
  test.each([
    ['whatever its policies', false],
    ['with policies that can be narrowed', true],
  ])(
    'after `cloudwatch-logs: remove`, %s: no log write on the group, and all else as before; restored, all of it',
    (_, isTame) => {
      const kinds = { edits: 0, blocked: 0 }
      fc.assert(
        fc.property(cases(isTame), (one) => {
          const set = policySet(one.documents, [])
          const plan = planNarrowing(set.role, set.managed, one.group)
          kinds[plan.kind] += 1
          const { writes, rest } = asked(one)
          const before = decisions(one.documents, rest)
          // Where the judge lets a role write, the plan must have seen it.
          const may = mayAllow(one.documents, one.group)
          const allowed = writes.filter((request) => decided(one.documents, request) === 'allowed')
          expect(allowed.filter(({ action }) => !may.some((write) => write === action))).toEqual([])
          if (plan.kind === 'blocked') return
          const after = edited(set, plan.edits)
          const narrowed = documentsOf(after)
          expect(writes.filter((request) => decided(narrowed, request) === 'allowed')).toEqual([])
          expect(
            different(
              rest,
              before,
              narrowed,
              (request, was, is) =>
                was === 'allowed' && is === 'implicitDeny' && isNamed(plan.losses, request),
            ),
          ).toEqual([])
          // Others add a statement in between, which stays.
          const theirs = {
            Sid: 'Theirs',
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: '*',
          }
          const inline = new Map(after.role.inline)
          const meanwhile = text(theirs)
          for (const edit of plan.edits.toReversed()) {
            if (edit.kind !== 'put-inline' && edit.kind !== 'delete-inline') continue
            const wrote = edit.kind === 'put-inline' ? edit.after : undefined
            const undone = undoDocument(inline.get(edit.policy), edit.before ?? '', wrote)
            if (undone.kind === 'write') inline.set(edit.policy, undone.document)
          }
          const restored = [...[...inline].sort().map(([, document]) => document), meanwhile]
          expect(
            different(
              [...writes, ...rest],
              [...writes.map((request) => decided(one.documents, request)), ...before],
              restored,
            ),
          ).toEqual([])
        }),
        RUNS,
      )
      expect(kinds.edits).toBeGreaterThan(0)
      if (isTame) expect(kinds.blocked).toBe(0)
      else expect(kinds.blocked).toBeGreaterThan(0)
    },
    LIMIT_MS,
  )

  test(
    'after `cloudwatch-logs: deny`: each log write on the group is denied, and all else as before; restored, all of it',
    () => {
      fc.assert(
        fc.property(cases(false), (one) => {
          const { writes, rest } = asked(one)
          const before = decisions(one.documents, rest)
          const deny = denyLogsDocument(one.group)
          const denied = [...one.documents, deny]
          expect(writes.filter((request) => decided(denied, request) !== 'explicitDeny')).toEqual(
            [],
          )
          expect(different(rest, before, denied)).toEqual([])
          // Somebody has put a statement into the document of ours, and changed the Deny.
          const [theirs = ''] = one.documents
          const mixed = JSON.stringify({
            ...(JSON.parse(theirs) as object),
            Statement: [
              ...statementsOf(theirs),
              {
                Sid: 'ClickStackLambdaDenyLogs',
                Effect: 'Deny',
                Action: WRITES,
                Resource: [one.group],
              },
            ],
          })
          const whole = withOwnDeny(mixed, one.group)
          if (whole === undefined) throw new Error('a Deny of ours is not recognised')
          expect(writes.filter((request) => decided([whole], request) !== 'explicitDeny')).toEqual(
            [],
          )
          const left = withoutOwnLogWrites('deny-logs', whole)
          const rests = left.kind === 'others-left' ? [left.document] : []
          const alone = [...writes, ...rest]
          expect(different(alone, decisions([theirs], alone), rests)).toEqual([])
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
          const [, partition = '', , region = ''] = one.group.split(':')
          const secret = `arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:mine-AbCdEf`
          const parameter = `arn:${partition}:ssm:${region}:${ACCOUNT}:parameter/mine`
          const references = [secret, ...(hasParameter ? [parameter] : [])].map((arn) => {
            const reference = parseSecretReference(arn)
            if (reference === undefined || !('service' in reference))
              throw new Error(`${arn} is no reference`)
            return reference
          })
          const grant = accessDocument(accessNeeded(references, []))
          const granted = (request: Request) =>
            (request.action === 'secretsmanager:GetSecretValue' && request.resource === secret) ||
            request.action === 'secretsmanager:BatchGetSecretValue' ||
            (hasParameter &&
              request.action === 'ssm:GetParameters' &&
              request.resource === parameter)
          const reads = requests(
            one.documents,
            ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'ssm:GetParameters'],
            [secret, `${secret}2`, parameter, `${parameter}/other`],
          )
          const { writes, rest } = asked(one)
          const all = [...reads, ...writes, ...rest]
          const before = decisions(one.documents, all)
          expect(
            different(
              all,
              before,
              [...one.documents, grant],
              (request, was, is) => was === 'implicitDeny' && is === 'allowed' && granted(request),
            ),
          ).toEqual([])
          expect(
            reads.filter(
              (request) =>
                granted(request) &&
                decided(one.documents, request) !== 'explicitDeny' &&
                decided([...one.documents, grant], request) !== 'allowed',
            ),
          ).toEqual([])
          const logs = grantLogsDocument(one.group)
          const may = (request: Request) => writes.includes(request)
          expect(
            different(
              all,
              before,
              [...one.documents, logs],
              (request, was, is) => was === 'implicitDeny' && is === 'allowed' && may(request),
            ),
          ).toEqual([])
          expect(
            writes.filter(
              (request) =>
                decided(one.documents, request) === 'implicitDeny' &&
                decided([...one.documents, logs], request) !== 'allowed',
            ),
          ).toEqual([])
        }),
        RUNS,
      )
    },
    LIMIT_MS,
  )

  const managed = managedPolicies()
  test(
    `of ${String(managed.length)} AWS managed policies: narrowed, denied and granted beside, or refused`,
    () => {
      const [group = ''] = GROUPS
      let narrowed = 0
      for (const [index, policy] of managed.entries()) {
        const { document } = policy
        const one = { group, documents: [document] }
        const { writes, rest: all } = asked(one)
        const rest = all.filter((_, at) => at % SHARES === index % SHARES)
        const before = decisions(one.documents, rest)
        const set = policySet([], [policy])
        const plan = planNarrowing(set.role, set.managed, group)
        const mayWrite = writes.some((request) => decided([document], request) === 'allowed')
        if (plan.kind === 'edits') {
          const after = documentsOf(edited(set, plan.edits))
          expect(writes.filter((request) => decided(after, request) === 'allowed')).toEqual([])
          expect(
            different(
              rest,
              before,
              after,
              (request, was, is) =>
                was === 'allowed' && is === 'implicitDeny' && isNamed(plan.losses, request),
            ),
          ).toEqual([])
          if (mayWrite) narrowed += 1
        }
        const denied = [document, denyLogsDocument(group)]
        expect(writes.filter((request) => decided(denied, request) !== 'explicitDeny')).toEqual([])
        expect(different(rest, before, denied)).toEqual([])
      }
      // AWS's own policies can be detached, but not changed.
      expect(narrowed).toBeGreaterThan(0)
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
  const [parting, agreeing] = [entry, plain].map((one) =>
    JSON.stringify({
      ...(why.endsWith('2008') ? {} : { Version: '2012-10-17' }),
      Statement: { Effect: 'Allow', Action: 's3:GetObject', ...one },
    }),
  )
  if (parting === undefined || agreeing === undefined) throw new Error('no document')
  expect(reasonsToPart([parting])).toEqual([why])
  expect(ours([parting], request)).not.toBe(judged([parting], request))
  expect(reasonsToPart([agreeing])).toEqual([])
  expect(ours([agreeing], request)).toBe(judged([agreeing], request))
})

function isNamed(losses: readonly string[], { action, resource }: Request): boolean {
  return losses.some((line) => {
    const [quoted = '""'] = /"(?:[^"\\]|\\.)*"/.exec(line) ?? []
    return (
      line.toLowerCase().includes(action.toLowerCase()) &&
      entryReaches(JSON.parse(quoted) as string, resource)
    )
  })
}

function statementsOf(document: string): readonly object[] {
  const { Statement } = JSON.parse(document) as { Statement: object | object[] }
  return Array.isArray(Statement) ? (Statement as object[]) : [Statement]
}

/** In `npm test`, some of the shorter ones; in the campaign all. */
function managedPolicies() {
  const lines = gunzipSync(
    readFileSync(join(import.meta.dirname, 'aws-managed-policies-newest.jsonl.gz')),
  )
    .toString()
    .split('\n')
  const isBasic = (line: string) => line.includes('/AWSLambdaBasicExecutionRole"')
  return lines
    .filter(
      (line, index) =>
        CAMPAIGN !== undefined || isBasic(line) || (index % 160 === 0 && line.length < 1500),
    )
    .map((line) => {
      const { arn, document } = JSON.parse(line) as { arn: string; document: object }
      return managedPolicy(arn, JSON.stringify(document))
    })
}
