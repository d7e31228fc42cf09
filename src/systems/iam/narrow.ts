/**
 * How a role loses the three log writes on one function's log group, and nothing else: exact names are removed from Allow
 * statements, one entry of `Resource` at a time. What cannot be narrowed exactly is not narrowed at all.
 */

import { asPartOfALine } from '../../model/redaction'
import type { RoleEdit } from './role-edit'
import type { AttachedPolicy, ExecutionRole, ManagedPolicy } from './role-control'
import { globCovers } from './glob'
import { isLogWrite, logWriteDifference } from './log-write-difference'
import { LOG_WRITES, writeResources } from './log-writes'
import { actionMatches, mayAllow, reachesGroup, writesAllowedBy } from './may-allow'
import { isBasicExecution, isManagedByAws, parsePolicyArn } from './policy-arn'
import {
  parsePolicyDocument,
  printPolicyDocument,
  sorted,
  type Statement,
  withActions,
  withoutSid,
  withResources,
} from './policy-document'
import { completedArn } from './resource-pattern'
import { documentSize, INLINE_LIMIT, inlineSize, MANAGED_LIMIT, VERSION_LIMIT } from './role-size'

export type Narrowing =
  | {
      readonly kind: 'edits'
      /** To be made in this order: what makes room comes first. Empty: the role allows none of the three on the group. */
      readonly edits: readonly RoleEdit[]
      /** A line for each entry that reached beyond the group: who else loses which of the three. */
      readonly losses: readonly string[]
    }
  | { readonly kind: 'blocked'; readonly because: readonly string[] }

/**
 * @param managed all policies that the role has attached, by ARN; one that is missing blocks
 * @param groupArn without `:*` at the end
 */
export function planNarrowing(
  role: ExecutionRole,
  managed: ReadonlyMap<string, ManagedPolicy>,
  groupArn: string,
): Narrowing {
  const parts = [
    ...[...role.inline].map(([policy, text]) => inlinePart(policy, text, groupArn)),
    ...role.attached.map((policy) => attachedPart(policy, managed.get(policy.arn), groupArn)),
  ]
  const edits = roomFirst(parts.flatMap((part) => part.edits))
  const because = parts.flatMap((part) => part.because)
  if (because.length === 0) because.push(...unsound(role, managed, edits, groupArn))
  if (because.length > 0) {
    return { kind: 'blocked', because }
  }
  return { kind: 'edits', edits, losses: parts.flatMap((part) => part.losses) }
}

/** What one policy contributes to the plan. */
interface Part {
  readonly edits: readonly RoleEdit[]
  readonly losses: readonly string[]
  readonly because: readonly string[]
}

const UNTOUCHED: Part = { edits: [], losses: [], because: [] }

function blocked(...because: readonly string[]): Part {
  return { ...UNTOUCHED, because }
}

function inlinePart(policy: string, text: string, groupArn: string): Part {
  const title = `the inline policy ${asPartOfALine(policy)}`
  const found = narrowed(title, text, groupArn)
  if (found.kind === 'blocked') return blocked(...found.because)
  if (found.kind === 'as-it-is') return UNTOUCHED
  const { after, losses } = found
  return {
    ...UNTOUCHED,
    losses,
    edits: [
      after === undefined
        ? { kind: 'delete-inline', policy, before: text }
        : { kind: 'put-inline', policy, before: text, after },
    ],
  }
}

function attachedPart(
  attached: AttachedPolicy,
  policy: ManagedPolicy | undefined,
  groupArn: string,
): Part {
  const { arn } = attached
  const name = asPartOfALine(attached.name)
  if (policy === undefined) {
    return blocked(`the attached policy ${name} could not be read`)
  }
  const owner = parsePolicyArn(arn)
  const isAws = owner !== undefined && isManagedByAws(owner)
  const title = `${isAws ? 'the AWS managed policy' : 'the managed policy'} ${name}`
  const found = narrowed(title, policy.document, groupArn)
  if (found.kind === 'as-it-is') return UNTOUCHED
  if (found.kind === 'blocked') return blocked(...found.because)
  if (isAws && !(isBasicExecution(owner) && found.after === undefined)) {
    return blocked(`${title} allows writing logs among other actions, and only AWS can change it`)
  }
  const { after, losses } = found
  if (after === undefined) {
    return { ...UNTOUCHED, losses, edits: [{ kind: 'detach', arn, name: attached.name }] }
  }
  if (policy.versions.length >= VERSION_LIMIT) {
    return blocked(
      `${title} already has ${VERSION_LIMIT} versions, the maximum; this action does not delete versions of yours`,
    )
  }
  if (documentSize(after) > MANAGED_LIMIT) {
    return blocked(`${title} would exceed IAM’s limit of ${MANAGED_LIMIT} characters`)
  }
  const { defaultVersion: before, document: original } = policy
  return {
    ...UNTOUCHED,
    losses,
    edits: [{ kind: 'new-version', arn, name: attached.name, before, original, after }],
  }
}

/**
 * A policy’s document narrowed for log groups, one upon the other.
 * @returns `document: undefined` where nothing is left; `undefined` where it cannot be narrowed exactly
 */
export function narrowedDocument(
  text: string,
  groupArns: readonly string[],
): { readonly document: string | undefined } | undefined {
  let document: string | undefined = text
  for (const group of groupArns) {
    if (document === undefined) break
    const found = narrowed('the policy', document, group)
    if (found.kind === 'blocked') return undefined
    if (found.kind === 'narrowed') document = found.after
  }
  return { document }
}

type Narrowed =
  | { readonly kind: 'as-it-is' }
  /** `after` is `undefined` where nothing is left. */
  | {
      readonly kind: 'narrowed'
      readonly after: string | undefined
      readonly losses: readonly string[]
    }
  | { readonly kind: 'blocked'; readonly because: readonly string[] }

function narrowed(title: string, text: string, groupArn: string): Narrowed {
  const parsed = parsePolicyDocument(text)
  if (parsed.kind === 'unreadable') {
    return {
      kind: 'blocked',
      because: [`${title} cannot be parsed reliably: ${asPartOfALine(parsed.because)}`],
    }
  }
  const { document } = parsed
  const parts = document.statements.map((statement) =>
    narrowedStatement(title, statement, groupArn),
  )
  const because = parts.flatMap((part) => (part.kind === 'blocked' ? part.because : []))
  if (because.length > 0) return { kind: 'blocked', because: sorted(because) }
  if (parts.every((part) => part.kind === 'as-it-is')) return { kind: 'as-it-is' }
  const statements = parts.flatMap((part, index) =>
    part.kind === 'narrowed' ? part.statements : document.statements.slice(index, index + 1),
  )
  return {
    kind: 'narrowed',
    after: statements.length === 0 ? undefined : printPolicyDocument({ ...document, statements }),
    losses: parts.flatMap((part) => (part.kind === 'narrowed' ? part.losses : [])),
  }
}

type NarrowedStatement =
  | { readonly kind: 'as-it-is' }
  | {
      readonly kind: 'narrowed'
      readonly statements: readonly Statement[]
      readonly losses: readonly string[]
    }
  | { readonly kind: 'blocked'; readonly because: readonly string[] }

function narrowedStatement(
  title: string,
  statement: Statement,
  groupArn: string,
): NarrowedStatement {
  const { actions, resources } = statement
  if (writesAllowedBy(statement, groupArn).length === 0) return { kind: 'as-it-is' }
  if (actions.kind === 'all-but') {
    return blockedStatement(`${title} allows writing logs by NotAction`)
  }
  const wild = actions.patterns.filter(
    (action) => !isLogWrite(action) && LOG_WRITES.some((write) => actionMatches(action, write)),
  )
  if (wild.length > 0) {
    return blockedStatement(
      ...wild.map((action) => `${title} allows writing logs by ${shown(action)}`),
    )
  }
  if (resources.kind === 'all-but') {
    return blockedStatement(`${title} allows writing logs by NotResource`)
  }
  const on = reaching(resources.patterns, groupArn)
  const writes = actions.patterns.filter(isLogWrite)
  const others = actions.patterns.filter((action) => !isLogWrite(action))
  const elsewhere = resources.patterns.filter((entry) => !on.includes(entry))
  return {
    kind: 'narrowed',
    statements: [
      ...(others.length > 0 ? [withActions(statement, others)] : []),
      ...(elsewhere.length > 0
        ? [
            withResources(
              others.length > 0 ? withoutSid(withActions(statement, writes)) : statement,
              elsewhere,
            ),
          ]
        : []),
    ],
    losses: sorted(on)
      .filter(
        (entry) => !writeResources(groupArn).some((form) => globCovers(form, completedArn(entry))),
      )
      .map(
        (entry) =>
          `${title} no longer allows ${sorted(writes).join(', ')} on ${shown(entry)}, which covers more than this log group`,
      ),
  }
}

function blockedStatement(...because: readonly string[]): NarrowedStatement {
  return { kind: 'blocked', because }
}

function reaching(entries: readonly string[], groupArn: string): readonly string[] {
  return entries.filter((entry) => reachesGroup(entry, groupArn))
}

/** In full, because the plan must be exact; on one line, and without a command of the runner. */
function shown(entry: string): string {
  return JSON.stringify(entry).replaceAll('##[', '## [')
}

/** Inline policies share one limit: what shrinks is written before what grows by being split. */
export function roomFirst(edits: readonly RoleEdit[]): readonly RoleEdit[] {
  return [...edits].sort((a, b) => growth(a) - growth(b))
}

function growth(edit: RoleEdit): number {
  if (edit.kind === 'delete-inline') return -documentSize(edit.before)
  if (edit.kind !== 'put-inline') return 0
  return documentSize(edit.after) - documentSize(edit.before ?? '')
}

/** Checks the plan with other rules than those that made it. */
function unsound(
  role: ExecutionRole,
  managed: ReadonlyMap<string, ManagedPolicy>,
  edits: readonly RoleEdit[],
  groupArn: string,
): readonly string[] {
  const inline = new Map(role.inline)
  const attached = new Map(role.attached.map(({ arn }) => [arn, managed.get(arn)?.document ?? '']))
  const because: string[] = []
  for (const edit of edits) {
    if (edit.kind === 'attach') {
      because.push(`The policy ${asPartOfALine(edit.arn)} would be attached`)
      continue
    }
    const [documents, key] =
      edit.kind === 'put-inline' || edit.kind === 'delete-inline'
        ? ([inline, edit.policy] as const)
        : ([attached, edit.arn] as const)
    const after = 'after' in edit ? edit.after : undefined
    if (!takesOnlyLogWrites(documents.get(key) ?? '', after)) {
      because.push(
        `the policy ${asPartOfALine(key)} would lose more than the permissions to write logs`,
      )
    }
    if (after === undefined) documents.delete(key)
    else documents.set(key, after)
  }
  if (
    edits.some(({ kind }) => kind === 'put-inline') &&
    inlineSize(inline.values()) > INLINE_LIMIT
  ) {
    because.push(
      `the role’s inline policies would exceed IAM’s limit of ${INLINE_LIMIT} characters`,
    )
  }
  const left = mayAllow([...inline.values(), ...attached.values()], groupArn)
  if (left.length > 0) because.push(`the role may still allow ${left.join(', ')}`)
  return because
}

function takesOnlyLogWrites(before: string, after: string | undefined): boolean {
  const was = parsePolicyDocument(before)
  const is = after === undefined ? undefined : parsePolicyDocument(after)
  if (was.kind === 'unreadable' || is?.kind === 'unreadable') return false
  const difference = logWriteDifference(is?.document, was.document)
  return difference !== undefined && difference.removed.length === 0
}
