/**
 * Inline policies of ours on execution roles: one for each function for its log group, one for each set of secrets, so
 * that parallel jobs never write different documents under one name, and undoing one is one delete. The Sid tells ours
 * from a policy of the same name that is not.
 */

import { createHash } from 'node:crypto'
import type { FunctionArn } from '../lambda/lambda-function'
import { isLogGroupArn, LOG_WRITES, writeResources } from './log-writes'
import { isLogWrite } from './log-write-difference'
import {
  parsePolicyDocument,
  type PolicyDocument,
  printPolicyDocument,
  sorted,
  type Statement,
  withActions,
  withoutSid,
} from './policy-document'

const PURPOSES = ['deny-logs', 'grant-logs', 'read-secrets'] as const

export type OwnedPurpose = (typeof PURPOSES)[number]

/** Sids of our statements. A policy of several statements has a word or number behind it. */
export const OWNED_SIDS = {
  'deny-logs': 'ClickStackLambdaDenyLogs',
  'grant-logs': 'ClickStackLambdaGrantLogs',
  'read-secrets': 'ClickStackLambdaReadSecrets',
} as const satisfies Record<OwnedPurpose, string>

const EFFECTS = { 'deny-logs': 'Deny', 'grant-logs': 'Allow' } as const

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

/** The name of a Deny of ours, of whatever function. */
export function isOwnDenyName(policy: string): boolean {
  return /^ClickStackLambda-deny-logs-[0-9a-f]{16}$/.test(policy)
}

/** What a policy of this name would be for, if it is ours. */
export function purposeOfName(policy: string): OwnedPurpose | undefined {
  return PURPOSES.find((purpose) => policy.startsWith(`ClickStackLambda-${purpose}-`))
}

/** The hash of the document: the same rights have the same name whoever writes them, and others have another. */
export function secretsPolicyName(document: string): string {
  const hash = createHash('sha256').update(document).digest('hex').slice(0, 16)
  return `${SECRETS_POLICY_PREFIX}${hash}`
}

/** Of all policies that read secrets, those of earlier builds (named by function) included. */
export const SECRETS_POLICY_PREFIX = 'ClickStackLambda-read-secrets-'

/** An explicit Deny outweighs every Allow, of wildcards and resource policies too. */
export function denyLogsDocument(groupArn: string): string {
  return logsDocument('deny-logs', groupArn)
}

/** The minimum that lets Lambda write the function's log: for roles whose earlier permissions are unknown. */
export function grantLogsDocument(groupArn: string): string {
  return logsDocument('grant-logs', groupArn)
}

/** Whether the document is one that this action writes for the purpose, and holds nothing else. */
export function isOwned(purpose: OwnedPurpose, documentText: string): boolean {
  const parsed = parsePolicyDocument(documentText)
  if (parsed.kind === 'unreadable') return false
  const { document } = parsed
  if (!hasOnly(document.source, ['Version', 'Statement'])) return false
  return purpose === 'read-secrets'
    ? document.statements.length > 0 && document.statements.every(isSecretRead)
    : holdsOnlyLogWrites(purpose, document)
}

export type WithoutOwn =
  | { readonly kind: 'not-ours' }
  /** Nothing but ours stands in the document. */
  | { readonly kind: 'nothing-left' }
  /** Others have put something in, which stays. */
  | { readonly kind: 'others-left'; readonly document: string }

/**
 * The document without what a Deny or grant of ours holds, known by its Sid and effect: actions that somebody has added
 * to our statement stay in it.
 */
export function withoutOwnLogWrites(
  purpose: 'deny-logs' | 'grant-logs',
  documentText: string,
): WithoutOwn {
  const parsed = parsePolicyDocument(documentText)
  if (parsed.kind === 'unreadable') return { kind: 'not-ours' }
  const { document } = parsed
  const isOurs = ({ effect, sid, actions }: Statement) =>
    effect === EFFECTS[purpose] && sid === OWNED_SIDS[purpose] && actions.kind === 'these'
  if (!document.statements.some(isOurs)) return { kind: 'not-ours' }
  const statements = document.statements.flatMap((statement) => {
    if (!isOurs(statement)) return [statement]
    const others = statement.actions.patterns.filter((action) => !isLogWrite(action))
    return others.length === 0 ? [] : [withActions(statement, others)]
  })
  return statements.length === 0
    ? { kind: 'nothing-left' }
    : { kind: 'others-left', document: printPolicyDocument({ ...document, statements }) }
}

/**
 * A document with our Deny in it whole, and what others have put beside or into it.
 * @returns `undefined`: the document is not ours
 */
export function withOwnDeny(documentText: string, groupArn: string): string | undefined {
  const rest = withoutOwnLogWrites('deny-logs', documentText)
  if (rest.kind === 'not-ours') return undefined
  const parsed = parsePolicyDocument(documentText)
  if (parsed.kind === 'unreadable') return undefined
  if (parsed.document.statements.some((one) => deniesAll(one, groupArn))) return documentText
  const whole = denyLogsDocument(groupArn)
  if (rest.kind === 'nothing-left') return whole
  const [own, others] = [parsePolicyDocument(whole), parsePolicyDocument(rest.document)]
  if (own.kind === 'unreadable' || others.kind === 'unreadable') return undefined
  // A Sid stands once in a document.
  const renamed = others.document.statements.map((statement) =>
    statement.sid === OWNED_SIDS['deny-logs'] ? withoutSid(statement) : statement,
  )
  return printPolicyDocument({
    ...others.document,
    statements: [...own.document.statements, ...renamed],
  })
}

/** Whether a statement denies all log writes on the group, whatever else it denies, on no condition. */
function deniesAll({ effect, actions, resources, source }: Statement, groupArn: string): boolean {
  return (
    effect === 'Deny' &&
    // Neither NotAction nor NotResource, and no Condition.
    hasOnly(source, ['Sid', 'Effect', 'Action', 'Resource']) &&
    LOG_WRITES.every((write) => actions.patterns.includes(write)) &&
    writeResources(groupArn).every((resource) => resources.patterns.includes(resource))
  )
}

function logsDocument(purpose: 'deny-logs' | 'grant-logs', groupArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: OWNED_SIDS[purpose],
        Effect: EFFECTS[purpose],
        Action: LOG_WRITES,
        Resource: writeResources(groupArn),
      },
    ],
  })
}

function holdsOnlyLogWrites(
  purpose: 'deny-logs' | 'grant-logs',
  { statements }: PolicyDocument,
): boolean {
  const [statement, ...others] = statements
  if (statement === undefined || others.length > 0) return false
  const { effect, sid, actions, resources } = statement
  const [group = '', streams] = sorted(resources.patterns)
  return (
    hasOnly(statement.source, ['Sid', 'Effect', 'Action', 'Resource']) &&
    sid === OWNED_SIDS[purpose] &&
    effect === EFFECTS[purpose] &&
    isSame(actions.patterns, LOG_WRITES) &&
    resources.patterns.length === 2 &&
    isLogGroupArn(group) &&
    streams === `${group}:*`
  )
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
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))
}
