/** What a run would do: all of `mode: plan`, and of `mode: remove` with `dry-run: true`. Reads only. */

import { shortened } from '../../model/redaction'
import { editText } from '../../systems/iam/role-edit'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import type { RoleControl } from '../../systems/iam/role-control'
import { distinctWrites, inlineWrite, type RoleWrite } from '../../systems/iam/role-write'
import { withChange } from '../../systems/lambda/change'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import { plannedWithdrawal } from '../grant-secrets/withdraw-secrets'
import type { Inspected } from '../preflight/inspect'
import { type Darkness, whyDark } from '../roles/darkness'
import { changesText } from '../roles/restore-logs'
import type { RoleUser } from '../roles/role-users'
import type { Publishing } from './life-state'
import { type AliasReport, describe, type Outcome } from './outcome'
import { plannedRoleWrites } from './planned-role-writes'
import { losesReferences } from './secret-rights'
import { withTraffic } from './uninstrumented'
import { darkOutcome, refusedOutcome } from './untouched'

type Planned = Extract<Inspected, { kind: 'planned' }>

interface PlanSettings {
  readonly mode: 'plan' | 'remove'
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  /** Where functions are looked for that share a role. */
  readonly regions: readonly string[]
}

interface PlanOutside {
  readonly lambda: Pick<LambdaControl, 'listVersions' | 'routedVersions'>
  readonly roles: RoleControl
}

interface PlanTold {
  readonly outcomes: readonly Outcome[]
  /** Each write to IAM that the run would make. */
  readonly roleWrites: readonly RoleWrite[]
  readonly notes: readonly string[]
}

export async function planOnly(
  inspected: readonly Inspected[],
  settings: PlanSettings,
  outside: PlanOutside,
): Promise<PlanTold> {
  const told = await Promise.all(
    inspected.map(async (one) => {
      const darkness = await one.logs.darkness()
      const writes = plannedRoleWrites(one, darkness)
      const outcome =
        one.kind === 'refused'
          ? refusedTold(one, darkness, settings)
          : settings.mode === 'plan'
            ? plannedTold(one, darkness)
            : removalTold(one)
      return { one, outcome: withWrites(outcome, writes), writes }
    }),
  )
  const withdrawn = await withdrawals(inspected, settings, outside)
  return {
    outcomes: told.map(({ one, outcome }) => {
      const whole = withWrites(outcome, withdrawn.byRole.get(one.fn?.roleArn ?? '') ?? [])
      // `changed` is what would be in `mode: plan` alone: a dry run has changed nothing.
      return settings.mode === 'plan' ? whole : { ...whole, changed: false }
    }),
    roleWrites: distinctWrites([
      ...told.flatMap(({ writes }) => writes),
      ...[...withdrawn.byRole.values()].flat(),
    ]),
    notes: withdrawn.notes,
  }
}

/** What of a role would be written for a function is a change of it. */
function withWrites(outcome: Outcome, writes: readonly RoleWrite[]): Outcome {
  if (writes.length === 0) return outcome
  const { reason } = outcome
  const isNothing = reason === 'no-change' || reason === 'nothing-to-remove'
  return {
    ...outcome,
    changed: true,
    reason: isNothing ? undefined : reason,
    roleEdits: [...(outcome.roleEdits ?? []), ...writes.map(({ what }) => what)],
  }
}

/** Where nothing is done with a function that is dark, its log permissions are restored still. */
function refusedTold(
  one: Extract<Inspected, { kind: 'refused' }>,
  darkness: Darkness,
  { mode, acceptsLogLoss }: PlanSettings,
): Outcome {
  const isTold = mode === 'plan' || one.reason !== 'would-go-dark'
  return one.fn && darkness.kind === 'dark' && !acceptsLogLoss && isTold
    ? darkOutcome(one.fn, `${whyDark(darkness)}; ${one.reason}: ${one.detail}`)
    : refusedOutcome(one)
}

/** A dark function is shown as planned where it would be instrumented. */
function plannedTold(
  { fn, plan, logs, secretAccess, traffic, alias }: Planned,
  darkness: Darkness,
): Outcome {
  const edits = logs.disabling?.unit.changes.map(({ edit }) => editText(edit)) ?? []
  const dark = darkness.kind === 'dark' ? [`it is dark: ${whyDark(darkness)}`] : []
  const grant = secretAccess?.isMissing === true ? [SECRET_ACCESS] : []
  const publishing = alias?.kind === 'publish' ? plannedMove(alias) : undefined
  const isNothing = plan.kind === 'unchanged' && publishing === undefined
  const outcome: Outcome = {
    ...describe(fn, [...dark, ...plan.warnings, ...grant]),
    status: 'planned',
    reason: isNothing ? 'no-change' : undefined,
    change: plan.kind === 'change' ? plan.change : undefined,
    changed: !isNothing,
    ...(publishing && { alias: publishing }),
    ...(edits.length > 0 && { cloudwatch: { edits, by: undefined } }),
  }
  return withTraffic(outcome, traffic, false)
}

function plannedMove({ alias, from, codeChanges }: Publishing): AliasReport {
  return { name: alias, before: from, after: undefined, codeChanges, invocations: 0 }
}

const SECRET_ACCESS =
  'its execution role may not read the secrets: it gets an inline policy first, by `grant-secret-access`'

function removalTold({ fn, plan, logs }: Planned): Outcome {
  const { restoration } = logs
  const onTheRole =
    restoration === undefined
      ? []
      : [
          restoration.changes.length === 0
            ? 'CloudWatch Logs are to be restored first, by a minimal grant'
            : `CloudWatch Logs are to be restored first, by undoing: ${changesText(restoration.changes)}`,
        ]
  const isChanged = plan.kind === 'change' || restoration !== undefined
  return {
    ...describe(fn, [...plan.warnings, ...onTheRole]),
    status: 'planned',
    reason: isChanged ? undefined : 'nothing-to-remove',
    change: plan.kind === 'change' ? plan.change : undefined,
    changed: isChanged,
  }
}

/** Rights to read secrets that nobody would need any more, by ARN of the role. */
async function withdrawals(
  inspected: readonly Inspected[],
  { mode, regions }: PlanSettings,
  { lambda, roles }: PlanOutside,
): Promise<{
  readonly byRole: ReadonlyMap<string, readonly RoleWrite[]>
  readonly notes: readonly string[]
}> {
  const planned = inspected.filter((one): one is Planned => one.kind === 'planned')
  const losing = planned.filter((one) => mode === 'remove' || losesReferences(one))
  const distinct = new Map<string, RoleArn>()
  for (const { fn } of losing) {
    const role = parseRoleArn(fn.roleArn ?? '')
    if (role !== undefined) distinct.set(role.text, role)
  }
  const changes = new Map(
    planned.flatMap(({ fn, plan }) =>
      plan.kind === 'change' ? [[fn.arn.text, plan.change] as const] : [],
    ),
  )
  const after = ({ fn, version }: RoleUser) =>
    version === '$LATEST' ? withChange(fn, changes.get(fn.arn.text)) : fn
  const found = await Promise.all(
    [...distinct.values()].map(async (role) => {
      const answer = await plannedWithdrawal(role, after, { lambda, roles, regions })
      return { role, answer }
    }),
  )
  return {
    byRole: new Map(
      found.flatMap(({ role, answer }) =>
        'reason' in answer || answer.policies.length === 0
          ? []
          : [
              [
                role.text,
                answer.policies.map((policy) => inlineWrite(role, policy, 'deleted')),
              ] as const,
            ],
      ),
    ),
    notes: found.flatMap(({ role, answer }) =>
      'reason' in answer
        ? [
            shortened(
              `Secrets: not checked whether a right to read them would be withdrawn from the role ${role.name} (${answer.detail}).`,
            ),
          ]
        : [],
    ),
  }
}
