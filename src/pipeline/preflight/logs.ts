/**
 * CloudWatch Logs in the preflight of a run: which functions are dark, what can be disabled, and what is restored before
 * Rotel leaves for good.
 */

import type { Mode } from '../../model/mode'
import { MARKER, type LogsOwnership, readMarker } from '../../model/ownership'
import type { Clock } from '../../model/clock'
import { shortened } from '../../model/redaction'
import { endOfRun, faultName, type Refusal } from '../../model/refusal'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import { logGroupArn } from '../../systems/iam/log-writes'
import type { RoleControl } from '../../systems/iam/role-control'
import { denyLogsDocument, ownedPolicyName } from '../../systems/iam/owned-policy'
import { editText, policyOf } from '../../systems/iam/role-edit'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { isCarriedByTemplate } from '../../systems/templates/carried'
import { type Iac, ownerOf } from '../../systems/templates/owner'
import { type DisablePlan, planDisabling } from '../disable-logs/plan'
import type { DisableSettings, LogsWish } from '../disable-logs/settings'
import type { Plan } from '../plan/plan'
import {
  bothFound,
  type Darkness,
  darknessOf,
  findDarkness,
  type LightSubject,
  oursOf,
} from '../roles/darkness'
import {
  askLogRights,
  denialText,
  type LogRights,
  logWriterOf,
  type LogWriter,
  missingToLog,
  neededPairs,
  writerKey,
} from '../roles/log-rights'
import { type Leaving, verifiedRestore } from '../roles/restore-file'
import { deniedByOthers, type Restoration } from '../roles/restore-logs'
import type { Traffic } from '../publish-alias/traffic'
import type { LogsChange } from '../roles/role-change'
import type { RoleUsers } from '../roles/role-users'
import type { Inspected } from './inspect'
import { refuse } from './refuse'

export interface LogsInspection {
  readonly mode: Mode
  readonly iac: Iac
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
  readonly wish: LogsWish
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  readonly lambda: LambdaControl
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly users: RoleUsers
  readonly planFor: (fn: LambdaFunction, logs: LogsOwnership | undefined) => Plan
  readonly isInvoked: (fn: LambdaFunction) => boolean
  /** Of the restore file, in `mode: remove`. */
  readonly restore: readonly LogsChange[]
  /** Which versions traffic reaches, by ARN of the function; `undefined` in `mode: remove`. */
  readonly traffic: Promise<ReadonlyMap<string, Traffic>> | undefined
}

type Planned = Extract<Inspected, { kind: 'planned' }>

/**
 * @returns the functions with what was found; in `apply` whether they are dark is asked beside, and no write waits for it
 */
export async function inspectLogs(
  inspected: readonly Inspected[],
  context: LogsInspection,
): Promise<readonly Inspected[]> {
  const found = findAllDarkness(inspected, context)
  const lit = inspected.map((one): Inspected => {
    const { fn } = one
    if (fn === undefined) return one
    const darkness = async () => darknessOf(fn, await found)
    return { ...one, logs: { ...one.logs, darkness } }
  })
  if (context.mode === 'remove') return inspectLeaving(lit, context)
  return context.wish.kind === 'keep' ? lit : inspectDisabling(lit, context.wish, context)
}

/** What could not be checked, for the report; asked at the end of a run. */
export async function darknessNotes(inspected: readonly Inspected[]): Promise<readonly string[]> {
  const found = await Promise.all(inspected.map(({ logs }) => logs.darkness()))
  const whys = found.flatMap((one) => (one.kind === 'not-checked' ? [one.why] : []))
  const [why] = whys
  return why === undefined
    ? []
    : [
        `CloudWatch Logs: not checked for ${String(whys.length)} of ${String(found.length)} functions whether they can write their logs without Rotel (${why}).`,
      ]
}

/**
 * Of functions, and of the versions that traffic reaches where one is dark, marked as disabled, or without Rotel: role and
 * log group are theirs too.
 */
async function findAllDarkness(
  inspected: readonly Inspected[],
  { lambda, mode, denyPolicyArn, roles, traffic }: LogsInspection,
): Promise<ReadonlyMap<string, Darkness>> {
  // Before Rotel leaves for good, IAM is asked about each of them anyway.
  const asked = mode === 'remove' ? inspected.filter(({ kind }) => kind === 'refused') : inspected
  const functions = asked.flatMap(({ fn }) => fn ?? [])
  const latest = await findDarkness(
    functions.map((fn) => ({ fn })),
    denyPolicyArn,
    roles,
  )
  const reached = await traffic
  const suspects = functions.filter((fn) => {
    const isMarked = logsMarked(fn) !== undefined && hasWorkingRotel(fn)
    const known = reached?.get(fn.arn.text)
    const isBypassed = known?.kind === 'known' && known.uninstrumented.length > 0
    return isMarked || isBypassed || darknessOf(fn, latest).kind === 'dark'
  })
  const unread = new Map<string, Darkness>()
  const versions = await Promise.all(
    suspects.map(async (fn): Promise<readonly LightSubject[]> => {
      const routed = await lambda.routedVersions(fn.arn)
      if (!routed.ok) {
        unread.set(fn.arn.text, {
          kind: 'not-checked',
          why: `versions in use: ${faultName(routed.fault)}`,
        })
        return []
      }
      return routed.value
        .filter(({ version }) => version !== '$LATEST')
        .map(({ fn: published, version, via }) => ({
          fn: published,
          version: `${version} (${via.join(', ')})`,
        }))
    }),
  )
  const published = await findDarkness(versions.flat(), denyPolicyArn, roles)
  return bothFound(bothFound(latest, published), unread)
}

function logsMarked({ environment }: LambdaFunction): LogsOwnership | undefined {
  const owned = environment.readable ? readMarker(environment.variables.get(MARKER)) : 'unreadable'
  return owned === 'unreadable' ? undefined : owned.logs
}

async function inspectDisabling(
  inspected: readonly Inspected[],
  settings: DisableSettings,
  context: LogsInspection,
): Promise<readonly Inspected[]> {
  const planned = inspected.filter((one) => one.kind === 'planned')
  const grants = new Map<string, readonly string[]>()
  for (const { fn, secretAccess } of planned) {
    if (secretAccess?.isMissing !== true || fn.roleArn === undefined) continue
    const known = grants.get(fn.roleArn) ?? []
    grants.set(fn.roleArn, [...new Set([...known, secretAccess.document])])
  }
  const changes = new Map(
    planned.map(({ fn, plan }) => [fn.arn.text, plan.kind === 'change' ? plan.change : undefined]),
  )
  const moving = new Map(
    planned.flatMap(({ fn, alias }) =>
      alias?.kind === 'publish' ? [[fn.arn.text, alias.alias] as const] : [],
    ),
  )
  const plans = await planDisabling(
    planned.map(({ fn }) => fn),
    {
      ...context,
      settings,
      grants,
      movingAlias: (fn) => moving.get(fn.arn.text),
      ownerOf: (fn) => ownerOf(fn, context.iac),
      isCarried: (fn) => isCarriedByTemplate(fn, changes.get(fn.arn.text)),
    },
  )
  const planOf = (one: Inspected) =>
    one.kind === 'planned' ? plans.get(one.fn.arn.text) : undefined
  const next = inspected.map((one) => {
    const found = planOf(one)
    if (one.kind !== 'planned' || found === undefined) return one
    return 'reason' in found ? refuse(one, found) : withDisabling(one, found, settings, context)
  })
  const isRefused = (one: Inspected, index: number) => {
    const found = planOf(one)
    return found !== undefined && !('reason' in found) && next[index]?.kind === 'refused'
  }
  if (!inspected.some(isRefused)) return next
  // A function whose own plan is refused now counts as not selected for the edits that reach it: all are planned again.
  const without = inspected.map((one, index) => {
    const refused = next[index]
    return refused?.kind === 'refused' ? refused : one
  })
  return inspectDisabling(without, settings, context)
}

function withDisabling(
  one: Planned,
  disabling: DisablePlan,
  settings: DisableSettings,
  { mode, planFor }: LogsInspection,
): Inspected {
  const { unit, member } = disabling
  if (mode === 'verify' && unit.changes.length > 0) {
    const edits = unit.changes.map(({ edit }) => editText(edit)).join(', ')
    return refuse(one, {
      reason: 'cloudwatch-not-disabled',
      detail: `pending on the role ${member.role.name}: ${edits}`,
    })
  }
  const claim = claimOf(one.fn, disabling, settings)
  const plan = planFor(one.fn, claim)
  if (plan.kind === 'refused') return refuse(one, plan)
  const notes = one.plan.warnings.filter((warning) => !plan.warnings.includes(warning))
  return {
    ...one,
    plan: { ...plan, warnings: [...plan.warnings, ...notes, ...disabling.warnings] },
    claim,
    logs: { ...one.logs, disabling },
  }
}

/** What the marker tells before the role is edited; what an earlier run has told of the time before stays true. */
function claimOf(
  fn: LambdaFunction,
  { member }: DisablePlan,
  { strategy }: DisableSettings,
): LogsOwnership {
  const before = logsMarked(fn)
  const policy = strategy.kind === 'deny' ? strategy.policyArn : undefined
  return {
    removed: strategy.kind === 'remove' || before?.removed === true,
    denied:
      policy === undefined
        ? strategy.kind === 'deny'
          ? 'own-policy'
          : before?.denied
        : { policy: policy.slice(policy.indexOf(':policy/') + ':policy/'.length) },
    hadNone: before?.hadNone ?? member.isKnownMute,
  }
}

/** Before Rotel leaves for good, IAM has to say that the function may write its log (promise P8). */
async function inspectLeaving(
  inspected: readonly Inspected[],
  context: LogsInspection,
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
      const why = shortened(answer ? `${answer.fault.code}: ${answer.fault.text}` : 'no answer')
      const end = answer && endOfRun(answer.fault)
      if (end ?? one.plan.kind === 'change') {
        plans.set(one, end ?? { reason: 'simulation-failed', detail: why })
      } else unasked.set(one, `not checked: whether it may write its logs (${why})`)
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
      reached: [{ function: arn, group, allowedBefore: [] }],
    },
  ]
}

function leavePlan(
  { fn, plan }: Planned,
  writer: LogWriter,
  rights: LogRights,
  recorded: readonly LogsChange[],
  { denyPolicyArn, acceptsLogLoss }: LogsInspection,
): Restoration | Refusal | undefined {
  const missing = missingToLog(rights, writer.group)
  const ours = oursOf(fn, writer, rights, denyPolicyArn)
  const isNew = ({ edit }: LogsChange) =>
    !recorded.some((one) => policyOf(one.edit) === policyOf(edit) && one.edit.kind === edit.kind)
  const changes = [...recorded, ...(ours?.changes ?? []).filter(isNew)]
  const carries = plan.kind === 'change' ? 'without Rotel it would have no logs' : 'it has no logs'
  // What was not allowed before CloudWatch Logs were disabled does not come back either.
  const isMute = logsMarked(fn)?.hadNone === true && !recorded.some(isNarrowing)
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
  { restore, roles, users }: LogsInspection,
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
