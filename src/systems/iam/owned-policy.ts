/**
 * Inline policies of ours on execution roles: one per purpose and function, so that parallel jobs never write the same
 * document, and undoing one is one delete. The Sid tells ours from a policy of the same name that is not.
 */

import { createHash } from 'node:crypto'
import type { FunctionArn } from '../lambda/lambda-function'
import { isLogGroupArn, LOG_WRITES, writeResources } from './log-writes'
import { type PolicyDocument, parsePolicyDocument, sorted, type Statement } from './policy-document'

export type OwnedPurpose = 'deny-logs' | 'grant-logs' | 'read-secrets'

/** Sids of our statements. A policy of several statements has a word or number behind it. */
export const OWNED_SIDS = {
  'deny-logs': 'ClickStackLambdaDenyLogs',
  'grant-logs': 'ClickStackLambdaGrantLogs',
  'read-secrets': 'ClickStackLambdaReadSecrets',
} as const satisfies Record<OwnedPurpose, string>

/** What a policy that reads secrets may hold: Rotel's calls and the decryption behind them. In small letters. */
const SECRET_READS = [
  'kms:decrypt',
  'secretsmanager:batchgetsecretvalue',
  'secretsmanager:getsecretvalue',
  'ssm:getparameter',
  'ssm:getparameters',
]

/** At most 128 characters of `[\w+=,.@-]`; the hash keeps functions of one name in two regions apart, for roles are global. */
export function ownedPolicyName(purpose: OwnedPurpose, fn: FunctionArn): string {
  const hash = createHash('sha256').update(fn.text).digest('hex').slice(0, 16)
  return `ClickStackLambda-${purpose}-${hash}`
}

/** An explicit Deny outweighs every Allow, of wildcards and resource policies too. */
export function denyLogsDocument(groupArn: string): string {
  return logsDocument('deny-logs', 'Deny', groupArn)
}

/** The least that lets Lambda write the function's log: for roles of which nobody knows any more what they had. */
export function grantLogsDocument(groupArn: string): string {
  return logsDocument('grant-logs', 'Allow', groupArn)
}

/** Whether the document is one that this action writes for the purpose, and holds nothing else. */
export function isOwned(purpose: OwnedPurpose, documentText: string): boolean {
  const parsed = parsePolicyDocument(documentText)
  if (parsed.kind === 'unreadable') return false
  const { document } = parsed
  if (!hasOnly(document.source, ['Version', 'Statement'])) return false
  return purpose === 'read-secrets'
    ? document.statements.length > 0 && document.statements.every(isSecretRead)
    : groupOf(purpose, document) !== undefined
}

/** The log group that a Deny of ours is for; `undefined` if the document is not ours. */
export function deniedGroupOf(documentText: string): string | undefined {
  const parsed = parsePolicyDocument(documentText)
  return parsed.kind === 'document' ? groupOf('deny-logs', parsed.document) : undefined
}

function logsDocument(
  purpose: 'deny-logs' | 'grant-logs',
  effect: 'Allow' | 'Deny',
  groupArn: string,
): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: OWNED_SIDS[purpose],
        Effect: effect,
        Action: LOG_WRITES,
        Resource: writeResources(groupArn),
      },
    ],
  })
}

function groupOf(
  purpose: 'deny-logs' | 'grant-logs',
  { statements, source }: PolicyDocument,
): string | undefined {
  const [statement, ...others] = statements
  if (statement === undefined || others.length > 0) return undefined
  const { effect, sid, actions, resources } = statement
  const [group = '', streams] = sorted(resources.patterns)
  const isOurs =
    hasOnly(source, ['Version', 'Statement']) &&
    hasOnly(statement.source, ['Sid', 'Effect', 'Action', 'Resource']) &&
    sid === OWNED_SIDS[purpose] &&
    effect === (purpose === 'deny-logs' ? 'Deny' : 'Allow') &&
    isSame(actions.patterns, LOG_WRITES) &&
    resources.patterns.length === 2 &&
    isLogGroupArn(group) &&
    streams === `${group}:*`
  return isOurs ? group : undefined
}

function isSecretRead({ effect, sid, actions, source }: Statement): boolean {
  return (
    hasOnly(source, ['Sid', 'Effect', 'Action', 'Resource', 'Condition']) &&
    effect === 'Allow' &&
    sid !== undefined &&
    sid.startsWith(OWNED_SIDS['read-secrets']) &&
    actions.patterns.every((action) => SECRET_READS.includes(action.toLowerCase()))
  )
}

function hasOnly(source: object, members: readonly string[]): boolean {
  return Object.keys(source).every((member) => members.includes(member))
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && sorted(left).join('\n') === sorted(right).join('\n')
}
