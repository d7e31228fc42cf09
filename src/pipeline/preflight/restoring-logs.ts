/** What is restored before Rotel leaves a function for good, and where it may not leave (promise P8). */

import { isEndOfRun, type Refusal } from '../../model/refusal'
import { logGroupArn } from '../../systems/iam/log-writes'
import { denyLogsDocument, ownedPolicyName } from '../../systems/iam/owned-policy'
import type { RoleControl } from '../../systems/iam/role-control'
import { policyOf } from '../../systems/iam/role-edit'
import { markedDisabled } from '../../systems/lambda/marker'
import { oursOf } from '../roles/darkness'
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
} from '../roles/log-rights'
import { type Leaving, verifiedRestore } from '../roles/restore-file'
import { deniedByOthers, type Restoration } from '../roles/restore-logs'
import type { LogsChange } from '../roles/role-change'
import type { RoleUsers } from '../roles/role-users'
import type { Inspected } from './inspect'
import { refuse } from './refuse'

export interface LeavingInspection {
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  readonly roles: RoleControl
  readonly users: RoleUsers
  /** Of the restore file. */
  readonly restore: readonly LogsChange[]
}

type Planned = Extract<Inspected, { kind: 'planned' }>

/** Before Rotel leaves for good, IAM has to say that the function may write its log (promise P8). */
export async function inspectLeaving(
  inspected: readonly Inspected[],
  context: LeavingInspection,
): Promise<readonly Inspected[]> {
  const leaving = inspected.flatMap((one) => {
    const writer = one.kind === 'planned' ? logWriterOf(one.fn) : undefined
    return one.kind === 'planned' && writer ? [{ one, writer }] : []
  })
  const rights = await askLogRights(
    leaving.map(({ writer }) => writer),
    context.roles,
  )
  const named = await policyNames(
    leaving.map(({ writer }) => writer),
    context.roles,
  )
  const plans = new Map<Inspected, Restoration | Refusal | undefined>()
  const unasked = new Map<Inspected, string>()
  for (const { one, writer } of leaving) {
    const others = leaving.filter(({ writer: other }) => other.role.text === writer.role.text)
    const answer = rights.get(writerKey(writer))
    const file = await fileFor(
      writer,
      others.map(({ writer: other }) => ({ arn: other.function.text, group: other.group })),
      context,
    )
    if ('reason' in file) plans.set(one, file)
    else if (answer?.ok) {
      const own = ownDenial(writer, named.get(writer.role.text) ?? [])
      plans.set(one, leavePlan(one, writer, answer.value, [...file, ...own], context))
    } else {
      const refusal = simulationFailed(answer)
      if (isEndOfRun(refusal) || one.plan.kind === 'change') plans.set(one, refusal)
      else unasked.set(one, `not checked: whether it may write its logs (${refusal.detail})`)
    }
  }
  const restorations = together(plans)
  return inspected.map((one) => {
    const plan = plans.get(one)
    const note = unasked.get(one)
    if (one.kind === 'planned' && note !== undefined) {
      return { ...one, plan: { ...one.plan, warnings: [...one.plan.warnings, note] } }
    }
    if (one.kind !== 'planned' || plan === undefined) return one
    if ('reason' in plan) return refuse(one, plan)
    return { ...one, logs: { ...one.logs, restoration: restorations.get(one) } }
  })
}

/** Of each role, by ARN; a role whose policies cannot be listed has none here. */
async function policyNames(
  writers: readonly LogWriter[],
  roles: Pick<RoleControl, 'inlineNames'>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const distinct = new Map(writers.map(({ role }) => [role.text, role]))
  const answers = await Promise.all(
    [...distinct].map(async ([arn, role]) => [arn, await roles.inlineNames(role)] as const),
  )
  return new Map(answers.flatMap(([arn, answer]) => (answer.ok ? [[arn, answer.value]] : [])))
}

/** Our Deny for the function, whatever log group it has now: IAM names it only where it denies. */
function ownDenial(
  { function: arn, role, group }: LogWriter,
  names: readonly string[],
): readonly LogsChange[] {
  const policy = ownedPolicyName('deny-logs', arn)
  if (!names.includes(policy)) return []
  const after = denyLogsDocument(group)
  return [
    {
      purpose: 'logs',
      role,
      edit: { kind: 'put-inline', policy, before: undefined, after },
      reached: [{ function: arn, role, group, allowedBefore: [] }],
    },
  ]
}

function leavePlan(
  { fn, plan }: Planned,
  writer: LogWriter,
  rights: LogRights,
  recorded: readonly LogsChange[],
  { denyPolicyArn, acceptsLogLoss }: LeavingInspection,
): Restoration | Refusal | undefined {
  const missing = missingToLog(rights, writer.group)
  const ours = oursOf(fn, writer, rights, denyPolicyArn)
  const isNew = ({ edit }: LogsChange) =>
    !recorded.some((one) => policyOf(one.edit) === policyOf(edit) && one.edit.kind === edit.kind)
  const changes = [...recorded, ...(ours?.changes ?? []).filter(isNew)]
  const carries = plan.kind === 'change' ? 'without Rotel it would have no logs' : 'it has no logs'
  // What was not allowed before CloudWatch Logs were disabled does not come back either.
  const isMute = markedDisabled(fn)?.hadNone === true && !recorded.some(isNarrowing)
  const others = isMute ? missing : deniedByOthers(missing, changes)
  if (others.length > 0 && !acceptsLogLoss) {
    return { reason: 'would-go-dark', detail: `${carries}: ${denialText(others)}` }
  }
  const mayReturn = ours?.deprived.some(({ isGrantable }) => isGrantable) ?? false
  if (changes.length > 0 || (missing.length > 0 && mayReturn)) {
    const allowed = neededPairs(writer.group)
    return {
      changes,
      deprived: [
        {
          ...writer,
          allowed,
          isGrantable: mayReturn || recorded.some(isNarrowing),
          isSeenDenied: missing.length > 0,
        },
      ],
    }
  }
  if (missing.length === 0 || acceptsLogLoss) return undefined
  return { reason: 'would-go-dark', detail: `${carries}: ${denialText(missing)}` }
}

/** What took rights out of policies, which only a record tells; a Deny of ours can be told from its name. */
function isNarrowing({ edit }: LogsChange): boolean {
  return edit.kind !== 'attach' && !(edit.kind === 'put-inline' && edit.before === undefined)
}

async function fileFor(
  { role, function: arn }: LogWriter,
  leaving: readonly Leaving[],
  { restore, roles, users }: LeavingInspection,
): Promise<readonly LogsChange[] | Refusal> {
  const isNamed = restore.some(({ reached }) => {
    return reached.some(({ function: one }) => one.text === arn.text)
  })
  if (!isNamed) return []
  const sharers = await users.usersOf(role.text)
  if ('reason' in sharers) return sharers
  const groups = sharers.map(({ fn }) => logGroupArn(fn.arn, fn.logGroup))
  return verifiedRestore(restore, role, leaving, { roles, groups: [...new Set(groups)] })
}

/** Functions that the same changes reach are restored together, once. */
function together(
  plans: ReadonlyMap<Inspected, Restoration | Refusal | undefined>,
): ReadonlyMap<Inspected, Restoration> {
  const keyOf = ({ role, edit }: LogsChange) => `${role.text} ${JSON.stringify(edit)}`
  const groups: { ones: Inspected[]; changes: Map<string, LogsChange>; parts: Restoration[] }[] = []
  for (const [one, plan] of plans) {
    if (plan === undefined || 'reason' in plan) continue
    const changes = new Map(plan.changes.map((change) => [keyOf(change), change]))
    const tied = groups.filter((group) => [...changes.keys()].some((key) => group.changes.has(key)))
    for (const group of tied) groups.splice(groups.indexOf(group), 1)
    groups.push({
      ones: [...tied.flatMap((group) => group.ones), one],
      changes: new Map([...tied.flatMap((group) => [...group.changes]), ...changes]),
      parts: [...tied.flatMap((group) => group.parts), plan],
    })
  }
  return new Map(
    groups.flatMap(({ ones, changes, parts }) => {
      const whole: Restoration = {
        changes: [...changes.values()],
        deprived: parts.flatMap(({ deprived }) => deprived),
      }
      return ones.map((one) => [one, whole] as const)
    }),
  )
}
