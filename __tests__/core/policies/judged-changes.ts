/** Each change of ours to a role and its way back, as the judge decides what the role may do before, between and after. */

import { expect } from '@jest/globals'
import { mayAllow } from '../../../src/systems/iam/may-allow'
import { planNarrowing } from '../../../src/systems/iam/narrow'
import {
  denyLogsDocument,
  grantLogsDocument,
  withoutOwnLogWrites,
  withOwnDeny,
} from '../../../src/systems/iam/owned-policy'
import type { RoleEdit } from '../../../src/systems/iam/role-edit'
import { accessDocument, accessNeeded } from '../../../src/systems/rotel/secret-access'
import { parseSecretReference } from '../../../src/systems/rotel/secret-reference'
import { entryReaches } from './independent-evaluator'
import type { Request } from './judge'
import { type Asked, decided, decisions, different } from './judged-decisions'
import { type Case, requests } from './judged-documents'
import { ACCOUNT, documentsOf, edited, type PolicySet, WRITES } from './policy-sets'
import { restoredRole, THEIRS } from './restored-role'

/**
 * `cloudwatch-logs: remove`: no log write on the group, and all else as before; restored after others have added a statement,
 * all of it, and theirs.
 *
 * @returns the edits; `undefined`: narrowing is refused
 */
export async function expectNarrowing(
  set: PolicySet,
  group: string,
  { writes, rest }: Asked,
  isTheirsFirst: boolean,
): Promise<readonly RoleEdit[] | undefined> {
  const documents = documentsOf(set)
  const plan = planNarrowing(set.role, set.managed, group)
  const before = decisions(documents, rest)
  // Where the judge lets a role write, the plan must have seen it.
  const may = mayAllow(documents, group)
  const allowed = writes.filter((request) => decided(documents, request) === 'allowed')
  expect(allowed.filter(({ action }) => !may.some((write) => write === action))).toEqual([])
  if (plan.kind === 'blocked') return undefined
  const narrowed = documentsOf(edited(set, plan.edits))
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
  const restored = await restoredRole(set, plan.edits, group, isTheirsFirst)
  expect(restored.undone).toMatchObject({ kind: 'undone', leftUnchanged: [], leftVersions: [] })
  const meanwhile = JSON.stringify({ Version: '2012-10-17', Statement: [THEIRS] })
  const expected = restored.changed > 0 ? [...documents, meanwhile] : documents
  const all = [...writes, ...rest, ...theirRequests(documents)]
  expect(different(all, decisions(expected, all), restored.documents)).toEqual([])
  return plan.edits
}

const theirRequests = (documents: readonly string[]) =>
  requests(documents, [THEIRS.Action], [`arn:aws:sqs:eu-west-1:${ACCOUNT}:theirs`])

/**
 * `cloudwatch-logs: deny`: each log write on the group is denied, and all else as before; without the Deny, in whose document
 * others have put statements, all of it.
 */
export function expectDeny({ group, documents }: Case, { writes, rest }: Asked): void {
  const before = decisions(documents, rest)
  const denied = [...documents, denyLogsDocument(group)]
  expect(writes.filter((request) => decided(denied, request) !== 'explicitDeny')).toEqual([])
  expect(different(rest, before, denied)).toEqual([])
  // Somebody has put statements into the document of ours, and changed the Deny.
  const [theirs = ''] = documents
  const mixed = JSON.stringify({
    ...(JSON.parse(theirs) as object),
    Statement: [
      ...statementsOf(theirs),
      { Sid: 'ClickStackLambdaDenyLogs', Effect: 'Deny', Action: WRITES, Resource: [group] },
    ],
  })
  const whole = withOwnDeny(mixed, group)
  if (whole === undefined) throw new Error('a Deny of ours is not recognised')
  expect(writes.filter((request) => decided([whole], request) !== 'explicitDeny')).toEqual([])
  const left = withoutOwnLogWrites('deny-logs', whole)
  const rests = left.kind === 'others-left' ? [left.document] : []
  const alone = [...writes, ...rest]
  expect(different(alone, decisions([theirs], alone), rests)).toEqual([])
}

/** Grants: of secrets, exactly their reads more; of the log writes, exactly those. */
export function expectGrants(
  { group, documents }: Case,
  { writes, rest }: Asked,
  hasParameter: boolean,
): void {
  const [, partition = '', , region = ''] = group.split(':')
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
    (hasParameter && request.action === 'ssm:GetParameters' && request.resource === parameter)
  const reads = requests(
    documents,
    ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'ssm:GetParameters'],
    [secret, `${secret}2`, parameter, `${parameter}/other`],
  )
  const all = [...reads, ...writes, ...rest]
  expectExactly(documents, grant, all, granted)
  const ofGroup = new Set(writes)
  expectExactly(documents, grantLogsDocument(group), all, (request) => ofGroup.has(request))
}

/** With the document of ours beside them, the documents allow what is granted, but for what they deny, and nothing more. */
function expectExactly(
  documents: readonly string[],
  grant: string,
  all: readonly Request[],
  isGranted: (request: Request) => boolean,
): void {
  const after = [...documents, grant]
  expect(
    different(
      all,
      decisions(documents, all),
      after,
      (request, was, is) => was === 'implicitDeny' && is === 'allowed' && isGranted(request),
    ),
  ).toEqual([])
  expect(
    all.filter(
      (request) =>
        isGranted(request) &&
        decided(documents, request) !== 'explicitDeny' &&
        decided(after, request) !== 'allowed',
    ),
  ).toEqual([])
}

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
