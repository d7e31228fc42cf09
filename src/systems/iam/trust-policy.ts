/** Who may assume a role, read from its trust policy. */

import { isRecord, parseJson } from '../../model/json'

/**
 * All principals that an Allow names, of every kind (services, accounts, federations, `*`), each once. NotPrincipal
 * allows everybody but some: `*`.
 * @returns `undefined` for a text that is no policy
 */
export function trustedPrincipals(document: string): readonly string[] | undefined {
  const policy = parseJson(document)
  if (!isRecord(policy)) return undefined
  const trusted = oneOrMore(policy['Statement']).flatMap((statement) => {
    if (!isRecord(statement) || statement['Effect'] !== 'Allow') return []
    return 'NotPrincipal' in statement ? ['*'] : principalsOf(statement['Principal'])
  })
  return [...new Set(trusted)]
}

function principalsOf(principal: unknown): readonly string[] {
  const values = isRecord(principal) ? Object.values(principal).flatMap(oneOrMore) : [principal]
  return values.filter((value) => typeof value === 'string')
}

/** IAM takes one thing for a list of it. */
function oneOrMore(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}
