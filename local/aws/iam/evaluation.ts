/** What policies decide about a request: the one evaluator of the data plane and of the simulator. */
import { isRecord } from '../protocol/text'
import { conditionHolds } from './conditions'
import {
  matchesArn,
  matchesPattern,
  type ContextKeys,
  type PatternOptions,
} from './policy-patterns'

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** A document and what the simulator calls it. */
export interface SourcedPolicy {
  readonly id: string
  readonly type: 'IAM Policy' | 'Permissions Boundary Policy'
  /** JSON, parsed. */
  readonly document: unknown
}

export interface AccessRequest {
  readonly action: string
  /** An ARN, or `*`. */
  readonly resource: string
  readonly context: ContextKeys
}

export interface Evaluation {
  readonly decision: Decision
  /** Policies of the statements that decided, one for each statement; none for an implicit deny. */
  readonly matched: readonly SourcedPolicy[]
  /** Condition keys and policy variables that statements for this action and resource ask for and the request lacks. */
  readonly missing: readonly string[]
}

/** An explicit Deny beats every Allow. */
export function evaluate(policies: readonly SourcedPolicy[], request: AccessRequest): Evaluation {
  const missing = new Set<string>()
  const allows: SourcedPolicy[] = []
  const denials: SourcedPolicy[] = []
  for (const policy of policies) {
    if (!isRecord(policy.document)) continue
    const options: PatternOptions = {
      context: request.context,
      variables: policy.document['Version'] === '2012-10-17',
      wildcards: true,
      missing,
    }
    for (const statement of listOf(policy.document['Statement'])) {
      if (!isRecord(statement) || !applies(statement, request, options)) continue
      if (statement['Effect'] === 'Deny') denials.push(policy)
      if (statement['Effect'] === 'Allow') allows.push(policy)
    }
  }
  const decision =
    denials.length > 0 ? 'explicitDeny' : allows.length > 0 ? 'allowed' : 'implicitDeny'
  return { decision, matched: denials.length > 0 ? denials : allows, missing: [...missing] }
}

/** What the policies of a caller decide about a request: what has no condition key of this name is not met. */
export function decidedBy(
  documents: readonly unknown[],
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>>,
): Decision {
  const policies = documents.map((document, index) => ({
    id: String(index),
    type: 'IAM Policy' as const,
    document,
  }))
  const keys = new Map(Object.entries(context).map(([key, values]) => [key.toLowerCase(), values]))
  return evaluate(policies, { action, resource, context: keys }).decision
}

/** A boundary grants nothing: what it does not allow is denied, and its Deny counts. */
export function withinBoundary(identity: Evaluation, boundary: Evaluation | undefined): Evaluation {
  if (boundary === undefined) return identity
  const missing = [...new Set([...identity.missing, ...boundary.missing])]
  const both = [identity, boundary]
  const denied = both.filter(({ decision }) => decision === 'explicitDeny')
  if (denied.length > 0) {
    return { decision: 'explicitDeny', matched: denied.flatMap(({ matched }) => matched), missing }
  }
  if (both.every(({ decision }) => decision === 'allowed')) {
    return { decision: 'allowed', matched: both.flatMap(({ matched }) => matched), missing }
  }
  return { decision: 'implicitDeny', matched: [], missing }
}

type Statement = Readonly<Record<string, unknown>>

function applies(statement: Statement, request: AccessRequest, options: PatternOptions): boolean {
  return (
    coversAction(statement, request.action) &&
    coversResource(statement, request.resource, options) &&
    conditionHolds(statement['Condition'], options)
  )
}

/** Actions are the same in any case, and hold no variables. */
function coversAction(statement: Statement, action: string): boolean {
  const options: PatternOptions = {
    context: new Map(),
    variables: false,
    wildcards: true,
    ignoreCase: true,
    missing: new Set(),
  }
  const matches = (pattern: string): boolean => matchesPattern(pattern, action, options)
  return 'NotAction' in statement
    ? !textsOf(statement['NotAction']).some(matches)
    : textsOf(statement['Action']).some(matches)
}

function coversResource(statement: Statement, resource: string, options: PatternOptions): boolean {
  const matches = (pattern: string): boolean => matchesArn(pattern, resource, options)
  return 'NotResource' in statement
    ? !textsOf(statement['NotResource']).some(matches)
    : textsOf(statement['Resource']).some(matches)
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string')
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
