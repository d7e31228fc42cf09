/**
 * Restores a narrowed policy, based on its current document: what this action removed is restored, what others have
 * changed since stays. Also checks a restore file from elsewhere: does it restore log writes, and nothing else?
 */

import { isLogWrite, logWriteDifference } from './log-write-difference'
import { reachesGroup } from './may-allow'
import {
  canonical,
  canonicalEnvelope,
  canonicalStatement,
  meansTheSame,
  parsePolicyDocument,
  type PolicyDocument,
  printPolicyDocument,
  type Statement,
} from './policy-document'

export type UndoneDocument =
  | {
      readonly kind: 'write'
      readonly document: string
      /** Statements (by Sid or number) that others have changed since, and that stay as they are. */
      readonly leftUnchanged: readonly string[]
    }
  /** What was taken is there again. */
  | { readonly kind: 'nothing' }
  /** Others have changed it so that our change cannot be told from theirs. */
  | { readonly kind: 'changed-since' }

const CHANGED_SINCE: UndoneDocument = { kind: 'changed-since' }

/**
 * @param current what is there now; `undefined`: no policy
 * @param before what was there before the edit, byte for byte
 * @param wrote what the edit wrote; `undefined`: it deleted the policy
 */
export function undoDocument(
  current: string | undefined,
  before: string,
  wrote: string | undefined,
): UndoneDocument {
  if (current !== undefined && meansTheSame(current, before)) return { kind: 'nothing' }
  const untouched =
    current === undefined || wrote === undefined ? current === wrote : meansTheSame(current, wrote)
  if (untouched) return { kind: 'write', document: before, leftUnchanged: [] }
  // Others deleted what we narrowed, or wrote again what we deleted: their change stays.
  if (current === undefined || wrote === undefined) return CHANGED_SINCE
  const [now, was, ours] = [current, before, wrote].map(parsePolicyDocument)
  if (now?.kind !== 'document' || was?.kind !== 'document' || ours?.kind !== 'document') {
    return CHANGED_SINCE
  }
  return undoStatements(now.document, was.document, ours.document)
}

/**
 * Whether `restored` is `current` and, beyond it, Allow of some of the three actions by their exact names on entries that
 * reach one of the groups. For restore files, which anyone may have written: everything else is refused, and so is a document
 * that adds nothing.
 *
 * @param current `undefined`: there is no policy
 */
export function addsOnlyLogWrites(
  current: string | undefined,
  restored: string,
  groupArns: readonly string[],
): boolean {
  const is = current === undefined ? undefined : parsePolicyDocument(current)
  const will = parsePolicyDocument(restored)
  if (is?.kind === 'unreadable' || will.kind === 'unreadable') return false
  if (is === undefined && !isPlain(will.document)) return false
  const difference = logWriteDifference(is?.document, will.document)
  return (
    difference !== undefined &&
    difference.removed.length === 0 &&
    difference.added.length > 0 &&
    difference.added.every(
      ({ resource, plain }) => plain && groupArns.some((group) => reachesGroup(resource, group)),
    )
  )
}

/** A document that IAM takes, with nothing in it that is not understood. */
function isPlain({ source }: PolicyDocument): boolean {
  return (
    Object.keys(source).every((member) => ['Version', 'Id', 'Statement'].includes(member)) &&
    [undefined, '2008-10-17', '2012-10-17'].some((version) => source['Version'] === version)
  )
}

/** One statement, and what our edit made of it: none, one or two. */
interface EditedStatement {
  readonly before: Statement
  readonly after: readonly Statement[]
}

function undoStatements(
  current: PolicyDocument,
  before: PolicyDocument,
  wrote: PolicyDocument,
): UndoneDocument {
  const edited = editsBetween(before.statements, wrote.statements)
  // Another version of the language may read the same statements differently.
  if (edited === undefined || canonicalEnvelope(current) !== canonicalEnvelope(wrote)) {
    return CHANGED_SINCE
  }
  let statements = current.statements
  const leftUnchanged: string[] = []
  for (const { before: statement, after } of edited) {
    if (holds(statements, statement)) continue
    const isThere = after.every((part) => holds(current.statements, part))
    const next = isThere ? rollBack(statements, statement, after, before.statements) : undefined
    if (next === undefined) {
      leftUnchanged.push(statement.sid ?? `statement ${before.statements.indexOf(statement) + 1}`)
    } else {
      statements = next
    }
  }
  const restored = { ...current, statements }
  const difference = logWriteDifference(current, restored)
  if (difference === undefined || difference.removed.length > 0) return CHANGED_SINCE
  // Others may have restored the same permissions in another form.
  if (difference.added.length === 0) {
    return leftUnchanged.length === 0 ? { kind: 'nothing' } : CHANGED_SINCE
  }
  return { kind: 'write', document: printPolicyDocument(restored), leftUnchanged }
}

/** @returns the statements that the edit changed; `undefined` if `wrote` is not made of `before` by narrowing */
function editsBetween(
  before: readonly Statement[],
  wrote: readonly Statement[],
): readonly EditedStatement[] | undefined {
  const edited: EditedStatement[] = []
  let at = 0
  for (const statement of before) {
    const [first, second] = wrote.slice(at, at + 2)
    if (first && canonicalStatement(first) === canonicalStatement(statement)) {
      at += 1
      continue
    }
    const after: Statement[] = []
    if (first && isPartOf(first, statement)) {
      after.push(first)
      if (!first.actions.patterns.some(isLogWrite) && second && isPartOf(second, statement)) {
        if (second.sid === undefined && second.actions.patterns.every(isLogWrite))
          after.push(second)
      }
    }
    at += after.length
    edited.push({ before: statement, after })
  }
  return at === wrote.length ? edited : undefined
}

/** Whether narrowing may have left this of the statement: fewer log writes, or log writes on fewer entries. */
function isPartOf(part: Statement, whole: Statement): boolean {
  if (termsOf(part) !== termsOf(whole)) return false
  const wasThere =
    part.actions.patterns.every((action) => whole.actions.patterns.includes(action)) &&
    part.resources.patterns.every((entry) => whole.resources.patterns.includes(entry))
  const others = whole.actions.patterns.filter((action) => !isLogWrite(action))
  return part.actions.patterns.every(isLogWrite)
    ? wasThere
    : wasThere &&
        part.sid === whole.sid &&
        part.actions.patterns.length === others.length &&
        part.resources.patterns.length === whole.resources.patterns.length
}

/** Everything but the name and what is narrowed: NotAction and NotResource too, so that of two of one form both are of one kind. */
function termsOf({ source }: Statement): string {
  const members = Object.entries(source).filter(
    ([member]) => !['Sid', 'Action', 'Resource'].includes(member),
  )
  return canonical(Object.fromEntries(members))
}

function holds(statements: readonly Statement[], wanted: Statement): boolean {
  return statements.some((other) => canonicalStatement(other) === canonicalStatement(wanted))
}

/**
 * The statement in the place of what our edit had made of it; where that is nothing, before the next of its neighbours
 * that is still there.
 *
 * @returns `undefined` where another statement has its Sid: IAM takes each only once
 */
function rollBack(
  statements: readonly Statement[],
  statement: Statement,
  edited: readonly Statement[],
  original: readonly Statement[],
): readonly Statement[] | undefined {
  const forms = edited.map(canonicalStatement)
  const rest: Statement[] = []
  let place: number | undefined
  for (const other of statements) {
    const form = forms.indexOf(canonicalStatement(other))
    if (form === -1) {
      rest.push(other)
    } else {
      forms.splice(form, 1)
      place ??= rest.length
    }
  }
  if (rest.some(({ sid }) => sid !== undefined && sid === statement.sid)) return undefined
  return rest.toSpliced(place ?? placeAmong(rest, statement, original), 0, statement)
}

function placeAmong(
  statements: readonly Statement[],
  statement: Statement,
  original: readonly Statement[],
): number {
  const forms = statements.map(canonicalStatement)
  const placeOf = (other: Statement) => forms.indexOf(canonicalStatement(other))
  const at = original.indexOf(statement)
  const next = original.slice(at + 1).find((other) => placeOf(other) !== -1)
  if (next !== undefined) return placeOf(next)
  const previous = original.slice(0, at).findLast((other) => placeOf(other) !== -1)
  return previous === undefined ? statements.length : placeOf(previous) + 1
}
