/**
 * The preflight of cutting a function's CloudWatch Logs: everything that reading can tell, before anything is written.
 * What nobody could notice later blocks where it could not be checked (promises P3, P5, P8).
 */

import { ownerText } from '../../systems/templates/drift'
import type { Owner } from '../../systems/templates/owner'
import type { DisableSettings } from './settings'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { shortened } from '../../model/redaction'
import { readRefusal, type Refusal } from '../../model/refusal'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { LOG_WRITES, logGroupArn, simulatedResources } from '../../systems/iam/log-writes'
import type { Clock } from '../../model/clock'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { isServiceLinked, parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { ExecutionRole, RoleControl } from '../../systems/iam/role-control'
import type { RoleEdit } from '../../systems/iam/role-edit'
import { allowedPairs } from '../../systems/iam/denial'
import { logConsumers } from '../../systems/cloudwatch/log-consumers'
import type { LogGroup, LogGroups } from '../../systems/cloudwatch/log-groups'
import type { OwnedDeny } from '../roles/owned-policies'
import { planRoleEdits, roleRefusal } from '../roles/role-edits'
import { sharingOf, someOf } from '../roles/sharing'

export interface DisablePlan {
  readonly role: RoleArn
  readonly logGroup: LogGroup
  /** ARN of the log group. */
  readonly group: string
  /** Empty: the role denies it already, which is to be proven once more. */
  readonly edits: readonly RoleEdit[]
  /** `action resource` of what IAM allows now. */
  readonly allowed: readonly string[]
  /** What goes along and what goes dark, said in the plan. */
  readonly warnings: readonly string[]
  /** Bytes that the group took in during the last 30 days; `undefined`: the caller may not see it. */
  readonly ingestedBytes: number | undefined
}

export interface DisableInspection {
  readonly settings: DisableSettings
  readonly lambda: Pick<LambdaControl, 'routedVersions'>
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  /** All functions of the regions that this run looks at; a fault: nobody knows who shares the role. */
  readonly neighbours: () => Promise<readonly LambdaFunction[] | Refusal>
  readonly ownerOf: (fn: LambdaFunction) => Owner
  readonly isInvoked: (fn: LambdaFunction) => boolean
}

/** @param toGo a Deny of ours that is taken away before anything else, as the function is dark */
export async function planDisabling(
  fn: LambdaFunction,
  toGo: OwnedDeny | undefined,
  context: DisableInspection,
): Promise<DisablePlan | Refusal> {
  const { settings, roles } = context
  const roleArn = parseRoleArn(fn.roleArn ?? '')
  if (roleArn === undefined || isServiceLinked(roleArn)) {
    return {
      reason: 'role-unreadable',
      detail: `${fn.roleArn ?? 'its role'} is no role that can be changed`,
    }
  }
  if (!context.isInvoked(fn)) {
    return { reason: 'disabling-needs-invocation', detail: 'the smoke test does not invoke it' }
  }
  const versions = await versionRefusal(fn, context.lambda)
  if (versions) return versions

  const logGroup = { name: fn.logGroup, region: fn.arn.region }
  const group = logGroupArn(fn.arn, fn.logGroup)
  const read = await roles.read(roleArn)
  if (!read.ok) return roleRefusal(read)
  const role = withoutDeny(read.value, toGo)
  const edits = await planRoleEdits(fn.arn, role, group, settings.strategy, roles)
  if ('reason' in edits) return edits

  const plan = { role: roleArn, logGroup, group, edits: edits.edits }
  if (edits.edits.length === 0) {
    return { ...plan, allowed: [], warnings: [], ingestedBytes: undefined }
  }

  const drift = driftRefusal(fn, context)
  if (drift) return drift
  const neighbours = await context.neighbours()
  if ('reason' in neighbours) return neighbours
  const sharing = sharingOf(fn, role, neighbours)
  const shared = sharedRefusal(sharing, edits.sharedPolicies, settings)
  if (shared) return shared

  const facts = await context.groups.facts(logGroup)
  const dark = facts.ok
    ? logConsumers(fn, facts.value)
    : {
        losses: [`who reads the log group ${fn.logGroup} could not be seen (${facts.fault.code})`],
        notes: [],
      }
  if (dark.losses.length > 0 && !settings.acceptLogLoss) {
    return { reason: 'log-loss', detail: dark.losses.join('; ') }
  }

  // Whoever cannot search the group cannot see that nothing is written to it: some classes of groups cannot be searched.
  const searched = await context.groups.eventsWith(logGroup, context.clock.now(), 'none')
  if (!searched.ok) {
    const { code, text } = searched.fault
    return { reason: 'log-group-unreadable', detail: shortened(`${code}: ${text}`) }
  }
  const baseline = await roles.simulate(roleArn, LOG_WRITES, simulatedResources(group))
  if (!baseline.ok) {
    const { code, text } = baseline.fault
    return { reason: 'simulation-failed', detail: `${code}: ${text}` }
  }
  const bytes = await context.groups.ingestedBytes(logGroup)
  return {
    ...plan,
    allowed: allowedPairs(baseline.value),
    ingestedBytes: bytes.ok ? bytes.value : undefined,
    warnings: [
      ...edits.losses.map((loss) => `goes along: ${loss}`),
      ...dark.losses,
      ...dark.notes,
      ...sharingNotes(sharing, neighbours),
      ...(bytes.ok ? [] : [`what it saves is not known (${bytes.fault.code})`]),
    ],
  }
}

function withoutDeny(role: ExecutionRole, toGo: OwnedDeny | undefined): ExecutionRole {
  if (toGo?.kind === 'inline') {
    const inline = new Map([...role.inline].filter(([name]) => name !== toGo.policy))
    return { ...role, inline }
  }
  if (toGo?.kind !== 'attached') return role
  return { ...role, attached: role.attached.filter(({ arn }) => arn !== toGo.arn) }
}

/** The next deploy of the template takes layer and variables away, and leaves the Deny. */
function driftRefusal(
  fn: LambdaFunction,
  { settings, ownerOf }: DisableInspection,
): Refusal | undefined {
  if (settings.acceptDrift) return undefined
  const owner = ownerOf(fn)
  if (owner === 'none') return undefined
  return {
    reason: 'template-owned',
    detail:
      owner === 'unknown'
        ? 'whether a template owns it cannot be seen: its tags cannot be read'
        : `it belongs to ${ownerText(owner)}: its next deploy may take Rotel away, and would leave CloudWatch Logs off`,
  }
}

/** All versions share log group and role: one without Rotel would log nowhere. */
async function versionRefusal(
  fn: LambdaFunction,
  lambda: DisableInspection['lambda'],
): Promise<Refusal | undefined> {
  const routed = await lambda.routedVersions(fn.arn)
  if (!routed.ok) {
    const { detail } = readRefusal(routed.fault)
    return {
      reason: 'version-not-instrumented',
      detail: `which versions are in use could not be seen: ${detail}`,
    }
  }
  const without = routed.value.filter(
    ({ version, fn: published }) => version !== '$LATEST' && !carriesRotel(published),
  )
  if (without.length === 0) return undefined
  return {
    reason: 'version-not-instrumented',
    detail: without
      .map(({ version, via }) => `version ${version} (${via.join(', ')}) does not carry Rotel`)
      .join('; '),
  }
}

function sharedRefusal(
  { functions, sameGroup, principals }: ReturnType<typeof sharingOf>,
  sharedPolicies: readonly string[],
  { strategy, allowSharedRole }: DisableSettings,
): Refusal | undefined {
  if (allowSharedRole) return undefined
  const isScoped = strategy.kind === 'deny' && strategy.policyArn === undefined
  const sharers = isScoped
    ? sameGroup.length === 0
      ? []
      : [`other functions with the same role and log group: ${someOf(sameGroup)}`]
    : [
        ...(functions.length === 0 ? [] : [`other functions with the role: ${someOf(functions)}`]),
        ...(principals.length === 0
          ? []
          : [`who may assume the role beside Lambda: ${someOf(principals)}`]),
        ...(sharedPolicies.length === 0
          ? []
          : [`policies that are attached elsewhere too: ${someOf(sharedPolicies)}`]),
      ]
  return sharers.length === 0 ? undefined : { reason: 'role-shared', detail: sharers.join('; ') }
}

function sharingNotes(
  { functions, principals }: ReturnType<typeof sharingOf>,
  neighbours: readonly LambdaFunction[],
): string[] {
  const regions = [...new Set(neighbours.map(({ arn }) => arn.region))].sort().join(', ')
  return [
    ...(functions.length === 0
      ? []
      : [`the role is also that of ${someOf(functions)} (looked at: ${regions})`]),
    ...(principals.length === 0 ? [] : [`the role can be assumed by ${someOf(principals)} too`]),
  ]
}
