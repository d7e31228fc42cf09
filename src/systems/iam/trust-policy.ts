/** Who may assume a role, read from its trust policy. */

/**
 * All principals that an Allow names, of every kind (services, accounts, federations, `*`), each once. NotPrincipal
 * allows everybody but some: `*`.
 * @returns `undefined` for a text that is no policy
 */
export function trustedPrincipals(document: string): readonly string[] | undefined {
  const policy = parsed(document)
  if (!isRecord(policy)) return undefined
  const trusted = listOf(policy['Statement']).flatMap((statement) => {
    if (!isRecord(statement) || statement['Effect'] !== 'Allow') return []
    return 'NotPrincipal' in statement ? ['*'] : principalsOf(statement['Principal'])
  })
  return [...new Set(trusted)]
}

function principalsOf(principal: unknown): readonly string[] {
  const values = isRecord(principal) ? Object.values(principal).flatMap(listOf) : [principal]
  return values.filter((value) => typeof value === 'string')
}

/** IAM takes one thing for a list of it. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
