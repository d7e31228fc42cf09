/**
 * References to secrets in `ROTEL_*` variables: `${arn:…}` anywhere, or `secret://arn:…` as the whole value
 * (rotel-lambda-extension src/env.rs). Looking them up is a port; secret-lookup.ts does it as Rotel does.
 */
import { agentError, type Crash, type OutputLine } from './crash'

type Variables = Readonly<Record<string, string>>

export interface SecretResolver {
  /** Values by reference (ARN, with `#key` where one was given), or Rotel's complaint. */
  resolve(references: readonly string[]): Promise<
    | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
    /** `before`: what Rotel prints before it says that the agent failed. */
    | { readonly ok: false; readonly error: string; readonly before?: readonly OutputLine[] }
  >
}

export type ResolvedVariables =
  | { readonly ok: true; readonly variables: Variables; readonly lookedUp: boolean }
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
  if (references.size === 0) return { ok: true, variables, lookedUp: false }

  const looked = await resolver.resolve([...references])
  if (!looked.ok) return { ok: false, crash: agentError(looked.error, false, looked.before) }
  return {
    ok: true,
    lookedUp: true,
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
