/** Patterns of policies: wildcards, policy variables, ARNs by their fields. */

/** What is known of a request, by key in lower case: IAM does not tell the case of condition keys apart. */
export type ContextKeys = ReadonlyMap<string, readonly string[]>

export interface PatternOptions {
  readonly context: ContextKeys
  /** Policy variables count only in documents of version 2012-10-17. */
  readonly variables: boolean
  readonly wildcards: boolean
  readonly ignoreCase?: boolean
  /** Takes the keys of variables that the context does not hold. */
  readonly missing: Set<string>
}

const ARN_FIELDS = 6

/** Does `text` match? A pattern with a variable that has no value matches nothing. */
export function matchesPattern(pattern: string, text: string, options: PatternOptions): boolean {
  // Most patterns are none, and a campaign asks hundreds of thousands of times.
  if (!/[$*?]/.test(pattern)) {
    return options.ignoreCase === true
      ? pattern.toLowerCase() === text.toLowerCase()
      : pattern === text
  }
  return expressionOf(pattern, options)?.test(text) ?? false
}

/**
 * ARNs are compared field by field: a wildcard does not reach across a colon but in the last field. An ARN that ends
 * early is filled up with wildcards (User Guide, "Resource" element).
 */
export function matchesArn(pattern: string, arn: string, options: PatternOptions): boolean {
  if (pattern === '*') return true
  const given = fieldsOf(arn)
  const wanted = fieldsOf(pattern)
  if (given.length < ARN_FIELDS) return matchesPattern(pattern, arn, options)
  while (pattern.startsWith('arn:') && wanted.length < ARN_FIELDS) wanted.push('*')
  return (
    wanted.length === ARN_FIELDS &&
    wanted.every((field, index) => matchesPattern(field, given[index] ?? '', options))
  )
}

/** Six at most; colons within `${…}` part nothing. */
function fieldsOf(arn: string): string[] {
  const parts = arn
    .replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', '\0'))
    .split(':')
    .map((part) => part.replaceAll('\0', ':'))
  if (parts.length <= ARN_FIELDS) return parts
  return [...parts.slice(0, ARN_FIELDS - 1), parts.slice(ARN_FIELDS - 1).join(':')]
}

function expressionOf(pattern: string, options: PatternOptions): RegExp | undefined {
  let source = ''
  let complete = true
  for (const [token] of pattern.matchAll(/\$\{[^}]*\}|[\s\S]/g)) {
    if (token.length > 1 && options.variables) {
      const value = variableOf(token.slice(2, -1), options)
      if (value === undefined) complete = false
      else source += literal(value)
    } else if (options.wildcards && token === '*') source += '[\\s\\S]*'
    else if (options.wildcards && token === '?') source += '[\\s\\S]'
    else source += literal(token)
  }
  return complete ? new RegExp(`^${source}$`, options.ignoreCase ? 'i' : '') : undefined
}

/** `${*}`, `${?}` and `${$}` are the characters themselves; `${key, 'default'}` has a value for when there is none. */
function variableOf(inner: string, { context, missing }: PatternOptions): string | undefined {
  if (inner === '*' || inner === '?' || inner === '$') return inner
  const [, key = inner, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inner) ?? []
  const value = context.get(key.trim().toLowerCase())?.[0] ?? fallback
  if (value === undefined) missing.add(key.trim())
  return value
}

function literal(text: string): string {
  return text.replace(/[\\^$+.()|[\]{}*?]/g, '\\$&')
}
