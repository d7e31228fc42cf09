/**
 * Whether a function is dark: without a working Rotel, and IAM does not let it write its log (promise P8). The effect is
 * asked for; marker, policy names and inputs tell only what of it is ours and can be restored.
 */

import type { Ownership } from '../../model/ownership'
import type { Reason } from '../../model/reason'
import type { Result } from '../../model/result'
import { denyLogsDocument, isOwnDenyName } from '../../systems/iam/owned-policy'
import { policyNamed } from '../../systems/iam/denial'
import type { RoleControl } from '../../systems/iam/role-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { markedDisabled } from '../../systems/lambda/marker'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import {
  askLogRights,
  denialText,
  type LogRights,
  logWriterOf,
  type LogWriter,
  missingToLog,
  neededPairs,
  simulationFailed,
  writerKey,
} from './log-rights'
import type { LogsChange } from './role-change'
import type { Restoration } from './restore-logs'

export type Darkness =
  | { readonly kind: 'lit' }
  | { readonly kind: 'dark'; readonly parts: readonly DarkPart[] }
  /** IAM could not be asked; `reason` ends a function that must not go on without its answer. */
  | { readonly kind: 'not-checked'; readonly reason: Reason; readonly why: string }

/** `$LATEST`, or a version that traffic reaches. */
interface DarkPart {
  /** `3 (alias live)`; `undefined`: `$LATEST`. */
  readonly version: string | undefined
  /** In words: what may not write, and what IAM answers. */
  readonly why: string
  /** What of it is ours; `undefined`: nothing that is known. */
  readonly ours: Restoration | undefined
}

export type Dark = Extract<Darkness, { kind: 'dark' }>

export function whyDark({ parts }: Dark): string {
  return parts.map(({ why }) => why).join('; ')
}

/** What of all of it is ours, to be restored together; `undefined`: nothing that is known. */
export function oursInDark({ parts }: Dark): Restoration | undefined {
  const known = parts.flatMap(({ ours }) => ours ?? [])
  if (known.length === 0) return undefined
  return {
    changes: known.flatMap(({ changes }) => changes),
    deprived: known.flatMap(({ deprived }) => deprived),
  }
}

/** `$LATEST` or a version that traffic reaches. */
export interface LightSubject {
  readonly fn: LambdaFunction
  /** `undefined`: `$LATEST`. */
  readonly version?: string
}

export const LIT: Darkness = { kind: 'lit' }

/**
 * Asks IAM about those without a working Rotel, one question a role; about the others nothing is asked.
 * @param denyPolicyArn the input, by which an administrator's policy is known to be attached by this action
 * @returns by ARN of the function, the worst of its versions
 */
export async function findDarkness(
  subjects: readonly LightSubject[],
  denyPolicyArn: string | undefined,
  roles: Pick<RoleControl, 'simulate'>,
): Promise<ReadonlyMap<string, Darkness>> {
  const asked = subjects
    .filter(({ fn }) => !hasWorkingRotel(fn))
    .flatMap((subject) => {
      const writer = logWriterOf(subject.fn)
      return writer ? [{ subject, writer }] : []
    })
  const rights = await askLogRights(
    asked.map(({ writer }) => writer),
    roles,
  )
  const found = new Map<string, Darkness>()
  for (const { subject, writer } of asked) {
    const answer = rights.get(writerKey(writer))
    const darkness = answer?.ok
      ? judge(subject, writer, answer.value, denyPolicyArn)
      : unasked(answer, answer && `iam:SimulatePrincipalPolicy: ${answer.fault.code}`)
    const known = found.get(writer.function.text)
    found.set(writer.function.text, known === undefined ? darkness : worse(known, darkness))
  }
  return found
}

function unasked(answer: Result<unknown> | undefined, inShort?: string): Darkness {
  const { reason, detail } = simulationFailed(answer)
  return { kind: 'not-checked', reason, why: inShort ?? detail }
}

/** What was found in two looks at the same functions. */
export function bothFound(
  one: ReadonlyMap<string, Darkness>,
  other: ReadonlyMap<string, Darkness>,
): ReadonlyMap<string, Darkness> {
  const both = new Map(one)
  for (const [arn, darkness] of other) {
    const known = one.get(arn)
    both.set(arn, known === undefined ? darkness : worse(known, darkness))
  }
  return both
}

/** What was found of a function that was not asked about, too. */
export function darknessOf(fn: LambdaFunction, found: ReadonlyMap<string, Darkness>): Darkness {
  return found.get(fn.arn.text) ?? LIT
}

function worse(one: Darkness, other: Darkness): Darkness {
  if (one.kind === 'dark' && other.kind === 'dark') {
    return { kind: 'dark', parts: [...one.parts, ...other.parts] }
  }
  if (one.kind === 'dark' || other.kind === 'lit') return one
  return other
}

function judge(
  { fn, version }: LightSubject,
  writer: LogWriter,
  rights: LogRights,
  denyPolicyArn: string | undefined,
): Darkness {
  const missing = missingToLog(rights, writer.group)
  if (missing.length === 0) return LIT
  const what = version === undefined ? 'it' : `version ${version}`
  const why = `${what} has no working Rotel, and IAM does not let it write to CloudWatch Logs: ${denialText(missing)}`
  return {
    kind: 'dark',
    parts: [{ version, why, ours: oursOf(fn, writer, rights, denyPolicyArn) }],
  }
}

/** What this action withholds from a function, whatever Rotel does on it. */
export async function withheldFrom(
  fn: LambdaFunction,
  denyPolicyArn: string | undefined,
  roles: RoleControl,
): Promise<Darkness> {
  const writer = logWriterOf(fn)
  if (writer === undefined) {
    return { kind: 'not-checked', reason: 'simulation-failed', why: 'its role is not known' }
  }
  const answer = (await askLogRights([writer], roles)).get(writerKey(writer))
  if (!answer?.ok) return unasked(answer)
  const missing = missingToLog(answer.value, writer.group)
  if (missing.length === 0) return { kind: 'lit' }
  const why = `IAM does not let it write to CloudWatch Logs: ${denialText(missing)}`
  const ours = oursOf(fn, writer, answer.value, denyPolicyArn)
  return { kind: 'dark', parts: [{ version: undefined, why, ours }] }
}

/**
 * What this action is known to withhold from the function, as records to be undone: Denies that IAM names, and rights
 * that the marker says were taken out.
 */
export function oursOf(
  fn: LambdaFunction,
  writer: LogWriter,
  rights: LogRights,
  denyPolicyArn: string | undefined,
): Restoration | undefined {
  const logs = markedDisabled(fn)
  const changes = denialsOfOurs(writer, rights, attachedByUs(fn, logs, denyPolicyArn))
  const mayReturn = logs?.removed === true && !logs.hadNone
  if (changes.length === 0 && !mayReturn) return undefined
  return {
    changes,
    deprived: [
      {
        ...writer,
        allowed: neededPairs(writer.group),
        isGrantable: mayReturn,
        isSeenDenied: true,
      },
    ],
  }
}

function denialsOfOurs(
  { function: arn, role, group }: LogWriter,
  rights: LogRights,
  attached: readonly string[],
): readonly LogsChange[] {
  const names = new Set(
    rights.flatMap(({ decision, by }) => (decision === 'explicitDeny' ? by : [])),
  )
  const change = (edit: LogsChange['edit']): LogsChange => ({
    purpose: 'logs',
    role,
    edit,
    reached: [{ function: arn, role, group, allowedBefore: [] }],
  })
  return [...names].flatMap((id) => {
    const inline = policyNamed(role, id)
    if (inline !== undefined && isOwnDenyName(inline)) {
      const after = denyLogsDocument(group)
      return [change({ kind: 'put-inline', policy: inline, before: undefined, after })]
    }
    return attached
      .filter((policyArn) => policyArn.endsWith(`/${id}`))
      .map((policyArn) => change({ kind: 'attach', arn: policyArn, name: id }))
  })
}

/** ARNs of administrators' policies that this action attaches, or has attached. */
function attachedByUs(
  { arn }: LambdaFunction,
  logs: Ownership['logs'],
  denyPolicyArn: string | undefined,
): readonly string[] {
  const marked =
    typeof logs?.denied === 'object'
      ? [`arn:${arn.partition}:iam::${arn.account}:policy/${logs.denied.policy}`]
      : []
  return [...new Set([...marked, ...(denyPolicyArn === undefined ? [] : [denyPolicyArn])])]
}
