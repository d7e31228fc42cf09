/**
 * A judge of policies who shares no line with this repository: `@cloud-copilot/iam-simulate`. Beside it the evaluator of Local
 * AWS, by whose decisions every scenario lives, so that both are asked about each document.
 */

import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'
import { evaluate } from '../../../local/aws/iam/evaluation'
import { ACCOUNT } from './policy-sets'

/** Condition keys of a request, and their values. */
export type Context = Readonly<Record<string, string | readonly string[]>>

export interface Request {
  readonly action: string
  /** An ARN without wildcards: the judge takes `*` in a request for a question about many resources. */
  readonly resource: string
  readonly context: Context
}

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

const DECISIONS: Readonly<Record<string, Decision>> = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicitDeny',
  ImplicitlyDenied: 'implicitDeny',
}

const ROLE = `arn:aws:iam::${ACCOUNT}:role/service-role/fn-role`

/** What the judge decides on a role with these documents. Throws for a document that it cannot read. */
export function judged(documents: readonly string[], request: Request): Decision {
  const { action, resource, context } = request
  const result = runUnsafeSimulation(
    {
      request: {
        principal: ROLE,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: Object.fromEntries(
          Object.entries(context).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : [...value],
          ]),
        ),
      },
      identityPolicies: documents.map((text, index) => ({
        name: String(index),
        policy: parsed(text),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
  const decision = DECISIONS[result]
  if (decision === undefined) throw new Error(`the judge answers ${result}`)
  return decision
}

/** What the evaluator of Local AWS decides. */
export function ours(documents: readonly string[], request: Request): Decision {
  const { action, resource, context } = request
  const policies = documents.map((text, index) => ({
    id: String(index),
    type: 'IAM Policy' as const,
    document: parsed(text),
  }))
  const keys = Object.entries(context).map(
    ([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
  )
  return evaluate(policies, { action, resource, context: new Map(keys) }).decision
}

/**
 * The texts on which the two may part, and why Local AWS decides as it does. All else on which they part is a fault of one of
 * them. Narrowing does not depend on the choice: it refuses each `NotResource` that may reach the log group by either reading.
 */
const PARTING: ReadonlyMap<string, (entry: Entry) => boolean> = new Map([
  /**
   * AWS fills an ARN of fewer than six fields up with wildcards, and `NotResource` matches everything but what it names, so that
   * the statement applies to what such an ARN does not match. The judge leaves the statement out of account then.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html,
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html
   */
  [
    'a short ARN in NotResource',
    ({ element, text }) =>
      element === 'NotResource' && text.startsWith('arn:') && text.split(':').length < 6,
  ],
  /**
   * "If a variable that has no value in the authorization context is used as part of the Resource or NotResource element of a
   * policy, the resource that includes a policy variable with no value will not match any resource": what is excluded is
   * nothing. The judge leaves the statement out of account.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
   */
  [
    'a variable in NotResource',
    ({ element, text }) => element === 'NotResource' && text.includes('${'),
  ],
  /**
   * Variables are literal texts in a document whose Version is not 2012-10-17. The judge knows one language only.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
   */
  [
    'a variable in the language of 2008',
    ({ version, text }) => version !== '2012-10-17' && text.includes('${'),
  ],
])

interface Entry {
  readonly version: unknown
  readonly element: 'Resource' | 'NotResource' | 'Condition'
  readonly text: string
}

/** Why the judge and Local AWS may part on a document; nothing: they must agree. */
export function reasonsToPart(document: string): readonly string[] {
  const whole = parsed(document)
  const entries = statementsOf(whole).flatMap((statement) => entriesOf(whole, statement))
  return [...PARTING].flatMap(([reason, applies]) => (entries.some(applies) ? [reason] : []))
}

/** The document without the statements on which the two may part: on what is left of it they must agree. */
export function withoutParting(document: string): string {
  const whole = parsed(document)
  const left = statementsOf(whole).filter((statement) => {
    const entries = entriesOf(whole, statement)
    return ![...PARTING.values()].some((applies) => entries.some(applies))
  })
  return JSON.stringify({ Version: member(whole, 'Version'), Statement: left })
}

function statementsOf(document: unknown): readonly unknown[] {
  return list(member(document, 'Statement'))
}

function entriesOf(document: unknown, statement: unknown): readonly Entry[] {
  const version = member(document, 'Version')
  return [
    ...(['Resource', 'NotResource'] as const).flatMap((element) =>
      list(member(statement, element)).map((text) => ({ version, element, text: String(text) })),
    ),
    {
      version,
      element: 'Condition' as const,
      text: JSON.stringify(member(statement, 'Condition') ?? ''),
    },
  ]
}

const read = new Map<string, unknown>()

function parsed(text: string): unknown {
  if (read.size > 200) read.clear()
  const known = read.get(text) ?? (JSON.parse(text) as unknown)
  read.set(text, known)
  return known
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([key]) => key === name)?.[1] as unknown)
    : undefined
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
