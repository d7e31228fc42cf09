/**
 * References to secrets in `ROTEL_*` variables: `${arn:…}` anywhere, or `secret://arn:…` as the whole value
 * (rotel-lambda-extension src/env.rs). Looking them up is a port: Local AWS plugs its Secrets Manager and
 * Parameter Store in here.
 */
import { agentError, type Crash, type OutputLine } from './crash'

type Variables = Readonly<Record<string, string>>

export interface SecretResolver {
  /** Values by reference (ARN, with `#key` where one was given), or Rotel's complaint. */
  resolve(
    references: readonly string[],
  ): Promise<
    | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
    | { readonly ok: false; readonly error: string; readonly warning?: string }
  >
}

/** No secret store is modelled yet: every look-up fails as it does when the role may not read. */
export const noSecrets: SecretResolver = {
  resolve: (references) => {
    const services = references.map((reference) => reference.split(':')[2])
    const strange = services.find((service) => service !== 'secretsmanager' && service !== 'ssm')
    if (strange !== undefined) {
      return Promise.resolve({
        ok: false,
        error: `Unknown secret ARN service name: ${strange}`,
      } as const)
    }
    const store = services[0] === 'ssm' ? 'parameter store' : 'secrets manager'
    const error = `Unable to resolve ARNs from ${store}`
    return Promise.resolve({
      ok: false,
      error,
      warning: `${error}: ${JSON.stringify(references)}: AccessDenied`,
    } as const)
  },
}

export type ResolvedVariables =
  | { readonly ok: true; readonly variables: Variables }
  | { readonly ok: false; readonly crash: Crash }

export async function resolveSecrets(
  variables: Variables,
  resolver: SecretResolver,
): Promise<ResolvedVariables> {
  const references = new Set<string>()
  for (const [name, value] of Object.entries(variables)) {
    if (!name.startsWith('ROTEL_')) continue
    for (const match of value.matchAll(INLINE)) references.add(match[1] ?? '')
    const whole = WHOLE.exec(value)?.[1]
    if (whole !== undefined) references.add(whole)
  }
  if (references.size === 0) return { ok: true, variables }

  const looked = await resolver.resolve([...references])
  if (!looked.ok) {
    const before: readonly OutputLine[] =
      looked.warning === undefined
        ? []
        : [{ stream: 'log', level: 'WARN', message: looked.warning }]
    return { ok: false, crash: agentError(looked.error, false, before) }
  }
  return {
    ok: true,
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        name.startsWith('ROTEL_') ? filled(value, looked.values) : value,
      ]),
    ),
  }
}

const INLINE = /\$\{(arn:[^}]+)\}/g
const WHOLE = /^secret:\/\/(arn:.+)$/

function filled(value: string, values: ReadonlyMap<string, string>): string {
  const whole = WHOLE.exec(value)?.[1]
  if (whole !== undefined) return values.get(whole) ?? value
  return value.replace(INLINE, (_, reference: string) => values.get(reference) ?? '')
}
