/**
 * What a policy may allow on a log group, at worst: conditions hold, variables become what fits, and no Deny counts. Where
 * this says no, IAM will not allow it by this policy.
 */

import { globReachesPart, globsOverlap, matchesGlob } from './glob'
import { LOG_WRITES, type LogWrite, writeResources } from './log-writes'
import { parsePolicyDocument, type Patterns, type Statement } from './policy-document'
import { completedArn } from './resource-pattern'

/** The log writes that some document may allow on some form of the group; all of them where one cannot be read. */
export function mayAllow(documents: Iterable<string>, groupArn: string): readonly LogWrite[] {
  const allowed = new Set<LogWrite>()
  for (const text of documents) {
    const parsed = parsePolicyDocument(text)
    if (parsed.kind === 'unreadable') return LOG_WRITES
    for (const statement of parsed.document.statements) {
      for (const write of writesAllowedBy(statement, groupArn)) allowed.add(write)
    }
  }
  return LOG_WRITES.filter((write) => allowed.has(write))
}

/** The log writes that one statement may allow on some form of the group. */
export function writesAllowedBy(
  { effect, actions, resources }: Statement,
  groupArn: string,
): readonly LogWrite[] {
  if (effect === 'Deny' || !mayReach(resources, groupArn)) return []
  return LOG_WRITES.filter((write) => mayMean(actions, write))
}

/**
 * Whether an entry of `Resource` matches some form of the group: itself, one part behind it (such as `:*`), or a stream of
 * it. No name of a stream has a colon, so that `…:*:log-group:/other:*` does not reach the group by a stream called so.
 */
export function reachesGroup(entry: string, groupArn: string): boolean {
  const pattern = completedArn(entry)
  return (
    globsOverlap(pattern, groupArn) ||
    globReachesPart(pattern, `${groupArn}:`) ||
    globReachesPart(pattern, `${groupArn}:log-stream:`)
  )
}

/** IAM compares actions without regard to case. */
export function actionMatches(pattern: string, action: string): boolean {
  return matchesGlob(pattern.toLowerCase(), action.toLowerCase())
}

function mayMean({ kind, patterns }: Patterns, write: LogWrite): boolean {
  if (kind === 'these') return patterns.some((pattern) => actionMatches(pattern, write))
  return !patterns.some((pattern) => isCertain(pattern) && actionMatches(pattern, write))
}

function mayReach({ kind, patterns }: Patterns, groupArn: string): boolean {
  if (kind === 'these') return patterns.some((pattern) => reachesGroup(pattern, groupArn))
  return !writeResources(groupArn).every((form) =>
    patterns.some((pattern) => surelyExcludes(completedArn(pattern), form)),
  )
}

/** A variable may become something that does not match. */
function isCertain(pattern: string): boolean {
  return !pattern.includes('${')
}

/**
 * Only what needs no opinion on whether a `*` in the middle of an ARN runs across colons: a text, or a beginning of it. No
 * form of a log group has a `?` or a variable, so that a pattern with one is neither.
 */
function surelyExcludes(pattern: string, form: string): boolean {
  const star = pattern.indexOf('*')
  if (star === -1) return pattern === form
  return star === pattern.length - 1 && form.startsWith(pattern.slice(0, -1))
}
