/** Does `text` match `pattern`, in which `*` stands for anything and `?` for one character? As in IAM. */
export function matchesGlob(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[\\^$+.()|[\]{}]/g, '\\$&')
  const expression = escaped.replaceAll('*', '[\\s\\S]*').replaceAll('?', '[\\s\\S]')
  return new RegExp(`^${expression}$`).test(text)
}

/** Reads a member that should be a string; an empty one counts as absent. */
export function stringMember(
  params: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = params[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function numberMember(
  params: Readonly<Record<string, unknown>>,
  name: string,
): number | undefined {
  const value = params[name]
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
