/** What is planned, function by function, where CloudWatch Logs are to be disabled. */

import type { Mode } from '../../model/mode'
import type { LogsOwnership } from '../../model/ownership'
import type { Clock } from '../../model/clock'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { RoleControl } from '../../systems/iam/role-control'
import { editText } from '../../systems/iam/role-edit'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { isCarriedByTemplate } from '../../systems/templates/carried'
import { type Iac, ownerOf } from '../../systems/templates/owner'
import { type DisablePlan, planDisabling } from '../disable-logs/plan'
import type { DisableSettings } from '../disable-logs/settings'
import type { Plan } from '../plan/plan'
import type { RoleUsers } from '../roles/role-users'
import type { WithAlias } from './aliases'
import type { Inspected } from './inspect'
import { refuse } from './refuse'

export interface DisablingInspection {
  readonly mode: Mode
  readonly iac: Iac
  readonly lambda: LambdaControl
  readonly roles: RoleControl
  readonly groups: LogGroups
  readonly clock: Clock
  readonly users: RoleUsers
  readonly planFor: (fn: LambdaFunction, logs: LogsOwnership | undefined) => Plan
  readonly isInvoked: (fn: LambdaFunction) => boolean
  readonly withAlias: WithAlias
}

type Planned = Extract<Inspected, { kind: 'planned' }>

/** @returns the functions with the plan for their logs, or why these cannot be disabled */
export async function inspectDisabling(
  inspected: readonly Inspected[],
  settings: DisableSettings,
  context: DisablingInspection,
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
  const next = await Promise.all(
    inspected.map(async (one) => {
      const found = planOf(one)
      if (one.kind !== 'planned' || found === undefined) return one
      return 'reason' in found ? refuse(one, found) : withDisabling(one, found, settings, context)
    }),
  )
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

async function withDisabling(
  one: Planned,
  disabling: DisablePlan,
  settings: DisableSettings,
  { mode, planFor, withAlias }: DisablingInspection,
): Promise<Inspected> {
  const { unit, member } = disabling
  if (mode === 'verify' && unit.changes.length > 0) {
    const edits = unit.changes.map(({ edit }) => editText(edit)).join(', ')
    return refuse(one, {
      reason: 'cloudwatch-not-disabled',
      detail: `pending on the role ${member.role.name}: ${edits}`,
    })
  }
  const claim = claimOf(disabling, settings)
  const plan = planFor(one.fn, claim)
  if (plan.kind === 'refused') return refuse(one, plan)
  const notes = one.plan.warnings.filter((warning) => !plan.warnings.includes(warning))
  const claimed: Planned = {
    ...one,
    plan: { ...plan, warnings: [...plan.warnings, ...notes, ...disabling.warnings] },
    claim,
    logs: { ...one.logs, disabling },
  }
  // The version that the alias leads to was the same, and its marker tells nothing of this.
  const isBehind = one.alias?.kind === 'current' && plan.kind === 'change'
  return isBehind ? withAlias(claimed) : claimed
}

/** What the marker is to tell before the role is edited. */
function claimOf({ member }: DisablePlan, { strategy }: DisableSettings): LogsOwnership {
  const hadNone = member.isKnownMute
  if (strategy.kind === 'remove') return { removed: true, denied: undefined, hadNone }
  const { policyArn } = strategy
  const denied =
    policyArn === undefined
      ? 'own-policy'
      : { policy: policyArn.slice(policyArn.indexOf(':policy/') + ':policy/'.length) }
  return { removed: false, denied, hadNone }
}
