/** In which log writes two documents differ, and whether in anything else: what may be undone, and nothing more. */

import { LOG_WRITES } from './log-writes'
import {
  canonical,
  canonicalEnvelope,
  canonicalStatement,
  type PolicyDocument,
  sorted,
  type Statement,
  withActions,
} from './policy-document'

/** One action on one entry of `Resource`, under one condition. */
interface Grant {
  /** In small letters. */
  readonly action: string
  readonly resource: string
  /** The statement has no members but those that IAM has for policies of roles. */
  readonly plain: boolean
}

export interface LogWriteDifference {
  readonly added: readonly Grant[]
  readonly removed: readonly Grant[]
}

/** Whether the entry names one of the three actions, in any case. One with a wildcard does not. */
export function isLogWrite(action: string): boolean {
  return EXACT.has(action.toLowerCase())
}

/**
 * @param before `undefined`: there is no policy
 * @returns `undefined` if the documents differ in anything but Allow statements on exact names of the three actions
 */
export function logWriteDifference(
  before: PolicyDocument | undefined,
  after: PolicyDocument,
): LogWriteDifference | undefined {
  if (before !== undefined && canonicalEnvelope(before) !== canonicalEnvelope(after)) {
    return undefined
  }
  const from = before?.statements ?? []
  if (others(from) !== others(after.statements)) return undefined
  const had = grantsOf(from)
  const has = grantsOf(after.statements)
  return { added: missingIn(had, has), removed: missingIn(has, had) }
}

const EXACT: ReadonlySet<string> = new Set(LOG_WRITES.map((write) => write.toLowerCase()))

/** The members that make up a grant; the others are the terms on which it is given. */
const COUNTED = ['Sid', 'Effect', 'Action', 'Resource']

const PLAIN = [...COUNTED, 'Condition']

function others(statements: readonly Statement[]): string {
  return sorted(statements.flatMap(withoutLogWrites).map(canonicalStatement)).join('\n')
}

function withoutLogWrites(statement: Statement): readonly Statement[] {
  if (!grantsSingly(statement)) return [statement]
  const rest = statement.actions.patterns.filter((action) => !isLogWrite(action))
  if (rest.length === 0 && statement.actions.patterns.length > 0) return []
  return [withActions(statement, rest)]
}

/** A Deny, a NotAction and a NotResource are never taken apart. */
function grantsSingly({ effect, actions, resources }: Statement): boolean {
  return effect === 'Allow' && actions.kind === 'these' && resources.kind === 'these'
}

function grantsOf(statements: readonly Statement[]): ReadonlyMap<string, Grant> {
  const grants = new Map<string, Grant>()
  for (const { source, actions, resources } of statements.filter(grantsSingly)) {
    const plain = Object.keys(source).every((member) => PLAIN.includes(member))
    const others = Object.entries(source).filter(([member]) => !COUNTED.includes(member))
    const terms = canonical(Object.fromEntries(others))
    for (const action of actions.patterns.filter(isLogWrite)) {
      for (const resource of resources.patterns) {
        const grant = { action: action.toLowerCase(), resource, plain }
        grants.set(JSON.stringify([grant.action, resource, terms]), grant)
      }
    }
  }
  return grants
}

function missingIn(
  there: ReadonlyMap<string, Grant>,
  wanted: ReadonlyMap<string, Grant>,
): readonly Grant[] {
  return [...wanted].filter(([key]) => !there.has(key)).map(([, grant]) => grant)
}
