/** Whether policy documents allow an action on a resource. Conditions, boundaries and SCPs are not looked at yet. */
import { isRecord, matchesGlob } from '../text'

export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

export function evaluate(
  documents: readonly unknown[],
  action: string,
  resource: string,
): Decision {
  let allowed = false
  for (const statement of documents.flatMap(statementsOf)) {
    if (!isRecord(statement) || !coversAction(statement, action)) continue
    if (!coversResource(statement, resource)) continue
    if (statement['Effect'] === 'Deny') return 'explicitDeny'
    if (statement['Effect'] === 'Allow') allowed = true
  }
  return allowed ? 'allowed' : 'implicitDeny'
}

function statementsOf(document: unknown): readonly unknown[] {
  return isRecord(document) ? listOf(document['Statement']) : []
}

function coversAction(statement: Readonly<Record<string, unknown>>, action: string): boolean {
  const matches = (pattern: unknown): boolean =>
    typeof pattern === 'string' && matchesGlob(pattern.toLowerCase(), action.toLowerCase())
  return 'NotAction' in statement
    ? !listOf(statement['NotAction']).some(matches)
    : listOf(statement['Action']).some(matches)
}

function coversResource(statement: Readonly<Record<string, unknown>>, resource: string): boolean {
  const matches = (pattern: unknown): boolean =>
    typeof pattern === 'string' && matchesGlob(pattern, resource)
  return 'NotResource' in statement
    ? !listOf(statement['NotResource']).some(matches)
    : listOf(statement['Resource']).some(matches)
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
