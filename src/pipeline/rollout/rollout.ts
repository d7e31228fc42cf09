/**
 * Carries the plans out: functions that change in waves, then the proof of those that are configured already, then logs
 * that several functions share, then the roles.
 */

import type { Reason } from '../../model/reason'
import type { Refusal } from '../../model/refusal'
import { disableUnit } from '../disable-logs/disable-logs'
import type { Inspected } from '../preflight/inspect'
import { withheldFrom } from '../roles/darkness'
import { oneWriterPerRole } from '../roles/one-writer'
import { type Restoration, restoreLogs } from '../roles/restore-logs'
import { attach, proveUnchanged } from './life'
import { breakOff } from './life-failure'
import { coldStartsBefore } from './cold-starts'
import type { LifeContext, Lived, RollbackContext, Waiting } from './life-state'
import { describe, isGood, notBegun, type Outcome } from './outcome'
import { remove } from './removal'
import { secretRights } from './secret-rights'
import { withTraffic } from './uninstrumented'
import { refusedOutcome, skippedOutcomes, untouched } from './untouched'
import { type WaveEnd, waves, type WaveStop } from './waves'
import { breakage } from './breakage'
import { disableContext } from './disable-context'
import { invoker, invokeAny } from './invoker'
import { journalOnDemand } from './journal-on-demand'
import { updateTimes } from '../configure/update-times'
import { restoreOnce } from './restore-once'
import type { Rollout, RolloutOutside, RolloutSettings } from './rollout-context'
import { NOT_ASKED, unitsOf, endUnit } from './units'
import { roleUsers, type RoleUsers } from '../roles/role-users'

type Planned = Extract<Inspected, { kind: 'planned' }>

/** IAM promises no time; writes are seen within two minutes as a rule (Terraform waits as long). */
const RESTORE_LIMIT_MS = 180_000

/** Every function ends with an outcome, in the order in which they were selected. */
export async function rollOut(
  inspected: readonly Inspected[],
  rollout: Rollout,
): Promise<readonly Outcome[]> {
  const { settings, progress, run, outside } = rollout
  const { roles, clock, lambda, aliases } = outside
  const outcomes = new Map<Inspected, Outcome>()
  const end = (one: Inspected, alone: Outcome) => {
    const traffic = one.kind === 'planned' ? one.traffic : undefined
    const outcome = withTraffic(alone, traffic, settings.acceptsUnprovenAliases)
    outcomes.set(one, outcome)
    progress.ended(outcome)
  }
  const planned = inspected.filter((one): one is Planned => one.kind === 'planned')
  const journal = journalOnDemand(planned, outside)
  const { broke, halted: haltedByFault } = breakage((thrown) => progress.unexpected(thrown))
  const isOver = () => run.halted() ?? haltedByFault()
  const alone = oneWriterPerRole()
  const limitMs = RESTORE_LIMIT_MS
  const { signal } = run
  const restore = restoreOnce((restoration: Restoration) =>
    restoreLogs(restoration, { roles, clock, limitMs, signal }),
  )
  const { rollback } = outside
  const rollbackContext: RollbackContext = {
    ...rollback,
    restore: restoreOnce((restoration) =>
      restoreLogs(restoration, { ...rollback, clock, limitMs }),
    ),
    withheld: (fn) => withheldFrom(fn, settings.denyPolicyArn, rollback.roles),
  }
  const rights = secretRights({
    isRemoval: settings.mode === 'remove',
    roles,
    lambda,
    clock,
    records: journal,
    regions: settings.regions,
    alone,
    signal,
    rollback,
  })
  const updates = updateTimes()
  const watches = { count: 0 }
  const usersSince = recentUsers(settings.regions, outside)
  const invoke = invoker(rollout)
  const coldStarts = coldStartsBefore(outside.logGroups, clock, signal)
  const contextFor = (
    one: Planned,
    halted: LifeContext['halted'],
    proven: LifeContext['proven'] | undefined,
  ): LifeContext => {
    const invokes = invoke(one.fn, proven !== undefined)
    const disabling = one.logs.disabling
    const context: Omit<LifeContext, 'disabling'> = {
      rollback: rollbackContext,
      lambda,
      aliases,
      clock,
      signal,
      lambdaClock: outside.lambdaClock,
      updates,
      journal,
      planFor: (fn) => rollout.planFor(fn, one.claim),
      onFailure: settings.limits.onFailure,
      mayWrite: settings.mode !== 'verify',
      acceptsLogLoss: settings.acceptsLogLoss,
      halted,
      broke,
      invoke: invokes,
      showFunctionLogs: settings.smokeTest.showFunctionLogs,
      prove: rollout.prove,
      publishing: one.alias?.kind === 'publish' ? one.alias : undefined,
      secretRight: settings.mode === 'verify' ? undefined : rights.rightFor(one),
      coldStarts: invokes && settings.mode === 'apply' ? coldStarts : undefined,
      proven: proven ?? (() => undefined),
      darkness: one.logs.darkness,
      restore,
    }
    const disabled = disableContext(rollout, {
      journal,
      alone,
      halted,
      invoke: invokes,
      usersSince,
      updates,
      watches,
    })
    if (disabling === undefined || disabled === undefined) {
      return { ...context, disabling: undefined }
    }
    return {
      ...context,
      disabling: {
        plan: disabling,
        disable: async (member) => {
          const ended = await disableUnit(disabling.unit, [member], disabled)
          return ended.get(member.fn.arn.text) ?? NOT_ASKED
        },
      },
    }
  }

  progress.begun()
  const others = Promise.all(
    inspected.map(async (one) => {
      try {
        const outcome = await untouched(one, settings, restore)
        if (outcome) end(one, outcome)
      } catch (thrown) {
        const cause = broke(thrown)
        if (one.kind === 'refused') end(one, { ...refusedOutcome(one), ...cause })
      }
    }),
  )
  // No write waits for what IAM answers about functions that nothing is done with (promise P8).
  if (settings.mode === 'verify') await others

  const waiting = new Map<Planned, { readonly waiting: Waiting; readonly context: LifeContext }>()
  const lived = (one: Planned, life: Lived, context: LifeContext) => {
    if (life.kind === 'waiting') waiting.set(one, { waiting: life, context })
    else end(one, life.outcome)
    return life
  }
  const open = planned.filter((one) => !outcomes.has(one))
  const changing = open.filter((one) => writes(one, settings))
  const unchanged = open.filter((one) => !writes(one, settings))
  const lives: Promise<WaveEnd>[] = []
  const line = waves(changing, {
    groupOf: ({ fn }) => `${fn.arn.region} ${fn.architecture} ${fn.runtime ?? ''}`,
    maxUnproven: settings.limits.maxUnproven,
    stopAfter: settings.limits.stopAfter,
    isOver: () => isOver() !== undefined,
    attach: async (one) => {
      const halted = haltedForWrites
      try {
        await rights.remember(one)
      } catch (thrown) {
        end(one, notBegun(describe(one.fn, one.plan.warnings), broke(thrown)))
        return 'failed'
      }
      if (settings.mode === 'remove') {
        const outcome = await remove(
          { fn: one.fn, plan: one.plan, restoration: one.logs.restoration },
          {
            rollback,
            lambda,
            aliases,
            clock,
            signal,
            updates,
            journal,
            halted,
            broke,
            restore,
            invoke: invoke(one.fn, true),
            showFunctionLogs: settings.smokeTest.showFunctionLogs,
            acceptsLogLoss: settings.acceptsLogLoss,
            withheld: (fn) => withheldFrom(fn, settings.denyPolicyArn, roles),
          },
        )
        end(one, outcome)
        return isGood(outcome) ? 'as-wanted' : failedEnd(outcome)
      }
      return new Promise<WaveEnd>((resolve, reject) => {
        const context = contextFor(one, halted, () => resolve('as-wanted'))
        const life = attach({ fn: one.fn, warnings: one.plan.warnings }, context).then((ended) =>
          waveEnd(lived(one, ended, context)),
        )
        life.then(resolve, reject)
        lives.push(life)
      })
    },
  })
  const stopped = () => {
    const by = line.stoppedBy()
    return by && STOPPED[by]
  }
  const haltedForWrites = () => isOver() ?? stopped()
  // Without a journal nothing may be written (promise P2): told at once, and not one by one.
  if (open.some((one) => writesSurely(one, settings))) {
    try {
      journal.open()
    } catch (thrown) {
      const cause = broke(thrown)
      for (const one of changing) end(one, notBegun(describe(one.fn, one.plan.warnings), cause))
    }
  }
  // Nothing is written to them, so they are proven beside the writes.
  const proven = Promise.all(
    unchanged.map(async (one) => {
      const context = contextFor(one, isOver, undefined)
      lived(
        one,
        await proveUnchanged({ fn: one.fn, warnings: one.plan.warnings }, context),
        context,
      )
    }),
  )
  await line.run()
  await Promise.all(lives)
  await Promise.all([others, proven])
  const halt = haltedForWrites() ?? STOPPED.failures
  const skipped = planned.filter((one) => !outcomes.has(one) && !waiting.has(one))
  for (const [one, outcome] of await skippedOutcomes(skipped, halt, settings, rollback.roles)) {
    end(one, outcome)
  }

  await Promise.all(
    unitsOf(planned).map(async (unit) => {
      const members = planned.filter((one) => one.logs.disabling?.unit === unit)
      const ready = members.flatMap((one) => waiting.get(one) ?? [])
      const disabled = disableContext(rollout, {
        journal,
        alone,
        halted: haltedForWrites,
        usersSince,
        updates,
        watches,
        invoke: (fn, ended) => invokeAny(fn, members, invoke, ended),
      })
      const ended = await endUnit(unit, ready, {
        disabled,
        journal,
        restore: rollbackContext.restore,
      }).catch(async (thrown: unknown) => {
        const cause = broke(thrown)
        const ends = ready.map(async ({ waiting: { life }, context }) => {
          return [life.fn.arn.text, await breakOff(life, cause, context)] as const
        })
        return new Map(await Promise.all(ends))
      })
      for (const one of members) {
        const outcome = ended.get(one.fn.arn.text)
        if (outcome && !outcomes.has(one)) end(one, outcome)
      }
    }),
  )
  const settled = settings.mode === 'verify' ? outcomes : await settle(outcomes, rights, broke)
  journal.close()
  progress.finished()
  const withCost = await coldStarts.end()
  return inspected.flatMap((one) => {
    const outcome = settled.get(one)
    return outcome === undefined ? [] : [withCost(outcome)]
  })
}

/** Where it breaks, rights to read secrets stay, which harms no function: told, and left to the post step. */
async function settle(
  outcomes: ReadonlyMap<Inspected, Outcome>,
  rights: ReturnType<typeof secretRights>,
  broke: (thrown: unknown) => Refusal,
): Promise<ReadonlyMap<Inspected, Outcome>> {
  try {
    return await rights.settle(outcomes)
  } catch (thrown) {
    const warning = `not checked: whether its role still needs the right to read secrets (${broke(thrown).detail})`
    const warned = ({ warnings, ...outcome }: Outcome): Outcome => ({
      ...outcome,
      warnings: [...warnings, warning],
    })
    return new Map(
      [...outcomes].map(([one, outcome]) => [
        one,
        one.kind === 'planned' && one.secretAccess ? warned(outcome) : outcome,
      ]),
    )
  }
}

/** Units that end at about the same time read the regions once. */
function recentUsers(
  regions: readonly string[],
  { lambda, clock }: RolloutOutside,
): (ms: number) => RoleUsers {
  let users = roleUsers(regions, lambda)
  let readAt = -Infinity
  return (ms) => {
    if (readAt < ms) {
      readAt = clock.now()
      users = roleUsers(regions, lambda, { since: readAt })
    }
    return users
  }
}

const STOPPED: Readonly<Record<WaveStop, Refusal>> = {
  failures: { reason: 'stopped', detail: 'too many functions failed before it' },
  unproven: {
    reason: 'stopped',
    detail: 'as many functions as `max-unproven` allows were left without a proof before it',
  },
}

function waveEnd(life: Lived): WaveEnd {
  if (life.kind === 'waiting' || isGood(life.outcome)) return 'as-wanted'
  return life.outcome.status === 'unproven' && life.outcome.changed
    ? 'kept'
    : failedEnd(life.outcome)
}

const BY_THROTTLES: ReadonlySet<Reason> = new Set(['invoke-throttled', 'out-of-time'])

function failedEnd({ reason }: Outcome): WaveEnd {
  return reason !== undefined && BY_THROTTLES.has(reason) ? 'throttled' : 'failed'
}

/** Whether a write to the function or to its role is planned already. */
function writesSurely(one: Planned, settings: RolloutSettings): boolean {
  if (!writes(one, settings)) return false
  return (
    settings.mode !== 'remove' || one.plan.kind === 'change' || one.logs.restoration !== undefined
  )
}

/** Whether anything of the function or of its role is to be written. */
function writes({ plan, logs, alias }: Planned, { mode }: RolloutSettings): boolean {
  if (mode === 'verify') return false
  // Even a function that carries nothing of ours ends as removed only where it may write its log.
  if (mode === 'remove') return true
  return (
    plan.kind === 'change' || alias?.kind === 'publish' || logs.disabling?.unit.isSettled === false
  )
}
