/** CloudWatch Logs in the preflight of a run: Denies that earlier runs left, and whether what is asked for can be cut. */

import PQueue from 'p-queue'
import type { Mode } from '../../model/mode'
import type { Targets } from '../select/targets'
import type { Iac } from '../../systems/templates/owner'
import type { LogsWish } from '../disable-logs/settings'
import type { Inspected } from './inspect'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { readRefusal, type Refusal } from '../../model/refusal'
import { MARKER, readMarker } from '../../model/ownership'
import { isOwned } from '../../systems/iam/owned-policy'
import { LOG_WRITES, logGroupArn, simulatedResources } from '../../systems/iam/log-writes'
import type { Clock } from '../../model/clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { ownerOf } from '../../systems/templates/owner'
import { parseRoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { editText } from '../../systems/iam/role-edit'
import { allowedPairs } from '../../systems/iam/denial'
import { darkness, withheldByDeny } from '../roles/darkness'
import type { Withheld } from '../roles/restore-logs'
import { planDisabling } from '../disable-logs/plan-disabling'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { LogsPlan } from '../disable-logs/logs-plan'
import { lookForOwned, type OwnedDeny, type OwnedPolicies } from '../roles/owned-policies'
import { type RestoreEntry, verifiedRestore } from '../roles/restore-file'

export interface LogsInspection {
  readonly mode: Mode
  readonly targets: Targets
  readonly iac: Iac
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
  readonly wish: LogsWish
  readonly lambda: LambdaControl
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly isInvoked: (fn: LambdaFunction) => boolean
  /** Of the restore file, in `mode: remove`. */
  readonly restore: readonly RestoreEntry[]
}

export interface LogsInspected {
  readonly inspected: readonly Inspected[]
  /** Things to know about the run as a whole. */
  readonly notes: readonly string[]
}

export async function inspectLogs(
  inspected: readonly Inspected[],
  context: LogsInspection,
): Promise<LogsInspected> {
  const functions = inspected.flatMap(({ fn }) => fn ?? [])
  if (functions.length === 0) return { inspected, notes: [] }
  const owned = await lookForOwned(functions, context.denyPolicyArn, context.roles)
  const neighbours = inRegionsOf(context)
  const queue = new PQueue({ concurrency: FUNCTIONS_AT_ONCE })
  const results = await queue.addAll(
    inspected.map((one) => () => inspectOne(one, owned, neighbours, context)),
  )
  return { inspected: results, notes: notCheckedNotes(functions, owned.deny) }
}

/** Each asks IAM a dozen questions where something is to be cut. */
const FUNCTIONS_AT_ONCE = 8

async function inspectOne(
  one: Inspected,
  owned: OwnedPolicies,
  neighbours: () => Promise<readonly LambdaFunction[] | Refusal>,
  context: LogsInspection,
): Promise<Inspected> {
  const { fn } = one
  if (fn === undefined) return one
  const { mode, wish, iac } = context
  const deny = await confirmed(owned.deny(fn), context.roles)
  const dark = await darkness(fn, deny, context.lambda)
  const logs: LogsPlan = { dark, withheld: withheldByDeny(fn, deny), cut: undefined }
  const seen: Inspected = { ...one, logs }
  if (seen.kind === 'refused') return seen
  if (mode === 'remove') {
    const taken = await takenOut(fn, context)
    if (taken && 'reason' in taken) return refused(seen, fn, taken)
    const leaving: Inspected = { ...seen, secretAccessToGo: owned.secretAccess(fn) }
    return taken ? { ...leaving, logs: { ...logs, withheld: both(logs.withheld, taken) } } : leaving
  }
  if (wish.kind === 'keep') return seen
  const cut = await planDisabling(fn, dark === undefined ? undefined : deny, {
    ...context,
    settings: wish,
    neighbours,
    ownerOf: (subject) => ownerOf(subject, iac),
  })
  if ('reason' in cut) return refused(seen, fn, cut)
  if (mode === 'verify' && cut.edits.length > 0) {
    return refused(seen, fn, {
      reason: 'cloudwatch-not-disabled',
      detail: `to be done on the role ${cut.role.name}: ${cut.edits.map(editText).join(', ')}`,
    })
  }
  return {
    ...seen,
    plan: { ...seen.plan, warnings: [...seen.plan.warnings, ...cut.warnings] },
    logs: { ...logs, cut },
  }
}

/** A policy that only bears the name of ours withholds nothing of ours. Where it cannot be read, it is taken for ours. */
async function confirmed(deny: OwnedDeny, roles: RoleControl): Promise<OwnedDeny> {
  if (deny.kind !== 'inline') return deny
  const document = await roles.inline(deny.role, deny.policy)
  const isAnothers =
    document.ok && document.value !== undefined && !isOwned('deny-logs', document.value)
  return isAnothers ? { kind: 'none' } : deny
}

/** What a run with `cloudwatch-logs: remove` took out of the role. */
async function takenOut(
  fn: LambdaFunction,
  { restore, roles }: LogsInspection,
): Promise<Withheld | Refusal | undefined> {
  const role = parseRoleArn(fn.roleArn ?? '')
  const entries = restore.filter((entry) => entry.function === fn.arn.text)
  const marker = fn.environment.readable ? fn.environment.variables.get(MARKER) : undefined
  const owned = readMarker(marker)
  const wasTaken = owned !== 'unreadable' && owned.logs === 'remove'
  if (role === undefined || (entries.length === 0 && !wasTaken)) return undefined
  const group = logGroupArn(fn.arn, fn.logGroup)
  const changes = await verifiedRestore(entries, fn, roles)
  if ('reason' in changes) return changes
  const now = await roles.simulate(role, LOG_WRITES, simulatedResources(group))
  if (!now.ok) {
    return { reason: 'simulation-failed', detail: `${now.fault.code}: ${now.fault.text}` }
  }
  const wanted = WRITES_TO_A_STREAM.map((action) => `${action} ${group}:log-stream:`)
  const allowed = new Set(allowedPairs(now.value))
  if (changes.length === 0 && wanted.every((pair) => allowed.has(pair))) return undefined
  return { arn: fn.arn, role, group, changes, allowed: wanted }
}

/** What a function needs to log at all; creating the group is for the first time only. */
const WRITES_TO_A_STREAM = ['logs:CreateLogStream', 'logs:PutLogEvents'] as const

function both(deny: Withheld | undefined, taken: Withheld): Withheld {
  return deny ? { ...taken, changes: [...taken.changes, ...deny.changes] } : taken
}

function refused(
  one: Extract<Inspected, { kind: 'planned' }>,
  fn: LambdaFunction,
  refusal: Refusal,
): Inspected {
  const { name, region } = fn.arn
  return { kind: 'refused', name, region, fn, notApplicable: false, logs: one.logs, ...refusal }
}

/** Read once for the run, and only when somebody asks: one call for 50 functions. */
function inRegionsOf({
  targets,
  lambda,
}: LogsInspection): () => Promise<readonly LambdaFunction[] | Refusal> {
  const read = async () => {
    const regions = [
      ...new Set([
        ...targets.regions,
        ...targets.selectors.flatMap((one) => (one.kind === 'arn' ? [one.region] : [])),
      ]),
    ]
    const lists = await Promise.all(regions.map((region) => lambda.list(region)))
    const all: LambdaFunction[] = []
    for (const list of lists) {
      if (!list.ok) {
        const { detail } = readRefusal(list.fault)
        return {
          reason: 'role-shared' as const,
          detail: `which functions share the role could not be seen: ${detail}`,
        }
      }
      all.push(...list.value)
    }
    return all
  }
  let once: ReturnType<typeof read> | undefined
  return () => (once ??= read())
}

function notCheckedNotes(
  functions: readonly LambdaFunction[],
  denies: (fn: LambdaFunction) => OwnedDeny,
): string[] {
  const whys = functions.flatMap((fn) => {
    const deny = denies(fn)
    return deny.kind === 'not-checked' ? [deny.why] : []
  })
  const [why] = whys
  return why === undefined
    ? []
    : [
        `CloudWatch Logs: whether an earlier run’s Deny is left was not checked for ${String(whys.length)} of ${String(functions.length)} functions (iam:ListRolePolicies: ${why}).`,
      ]
}
