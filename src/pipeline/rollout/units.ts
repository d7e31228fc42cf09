/** The end of functions whose logs one edit disables: all of them together (promise P9). */

import { disableUnit } from '../disable-logs/disable-logs'
import type { Disabled, DisableContext } from '../disable-logs/context'
import type { DisableUnit } from '../disable-logs/plan'
import type { Inspected } from '../preflight/inspect'
import { type Deprived, type LogsRestored, restorationOf } from '../roles/restore-logs'
import type { LogsChange } from '../roles/role-change'
import type { Journal } from './journal'
import { afterUnit } from './life'
import type { LifeContext, Waiting } from './life-state'
import type { Outcome } from './outcome'

type Planned = Extract<Inspected, { kind: 'planned' }>

/** The functions of a run whose logs one edit disables, and that are more than one. */
export function unitsOf(planned: readonly Planned[]): readonly DisableUnit[] {
  const units = planned.flatMap(({ logs }) => logs.disabling?.unit ?? [])
  return [...new Set(units)].filter(({ members }) => members.length > 1)
}

interface UnitContext {
  readonly disabled: DisableContext | undefined
  readonly journal: Journal
  readonly restore: LifeContext['restore']
}

/**
 * One edit for all of them, once all are proven; where one is not, or cannot be disabled, none is (promise P9). One that was
 * refused after the edit was planned is not proven either. What is edited already is proven of each alone.
 * @param ready those whose telemetry is proven
 */
export async function endUnit(
  unit: DisableUnit,
  ready: readonly { readonly waiting: Waiting; readonly context: LifeContext }[],
  { disabled, journal, restore }: UnitContext,
): Promise<ReadonlyMap<string, Outcome>> {
  const endAll = async (how: (arn: string) => Disabled) =>
    new Map(
      await Promise.all(
        ready.map(async ({ waiting, context }) => {
          const arn = waiting.member.fn.arn.text
          return [arn, await afterUnit(waiting, how(arn), context)] as const
        }),
      ),
    )
  const proven = new Set(ready.map(({ waiting }) => waiting.member.fn.arn.text))
  const unproven = unit.members.filter(({ function: arn }) => !proven.has(arn.text))
  if ((unproven.length > 0 && !unit.isSettled) || disabled === undefined) {
    const names = unproven.map(({ function: arn }) => arn.name).join(', ')
    return endAll(() => ({ kind: 'withheld', detail: `not proven: ${names}` }))
  }
  const results = await disableUnit(
    unit,
    ready.map(({ waiting }) => waiting.member),
    disabled,
  )
  const resultOf = (arn: string): Disabled => results.get(arn) ?? NOT_ASKED
  const failed = [...results].filter(([, { kind }]) => kind !== 'disabled')
  if (unit.isSettled) return endAll(resultOf)
  if (failed.length === 0) {
    // One line: a run that dies here leaves all of them disabled, or none.
    journal.finished(
      ready.map(({ waiting }) => waiting.member.fn.arn),
      changesOfUnit(unit, journal),
    )
    return endAll(resultOf)
  }

  const changes = changesOfUnit(unit, journal)
  const restored =
    changes.length === 0 ? new Map<Deprived, LogsRestored>() : await restore(restorationOf(changes))
  const stuck = [...restored.values()].find(({ kind }) => kind !== 'restored')
  if (stuck && stuck.kind !== 'restored') {
    const cause = failed[0]?.[1]
    const why = cause?.kind === 'not-disabled' ? `${cause.reason} (${cause.detail}), and ` : ''
    return new Map(
      ready.map(({ waiting }) => [
        waiting.member.fn.arn.text,
        {
          ...waiting.life.outcome,
          status: 'failed',
          reason: 'restore-not-seen',
          detail: `${why}CloudWatch Logs could not be restored: ${stuck.detail}. Rotel stays on the function`,
          changed: true,
        } as const,
      ]),
    )
  }
  journal.closed(changes)
  const names = failed.map(([arn]) => arn.slice(arn.lastIndexOf(':') + 1)).join(', ')
  return endAll((arn) => {
    const result = resultOf(arn)
    // After a fault of the role all are proven, and keep Rotel.
    if (result.kind === 'not-disabled' && result.of === 'function') return result
    const detail = result.kind === 'not-disabled' ? result.detail : `failed: ${names}`
    return { kind: 'withheld', detail }
  })
}

/** What this run has written to roles for the unit, and not undone. */
function changesOfUnit(unit: DisableUnit, journal: Journal): readonly LogsChange[] {
  const arns = new Set(unit.members.map(({ function: arn }) => arn.text))
  return journal
    .edited()
    .filter((change) => change.purpose === 'logs')
    .filter(({ reached }) => reached.some(({ function: arn }) => arns.has(arn.text)))
}

export const NOT_ASKED: Disabled = {
  kind: 'not-disabled',
  of: 'function',
  reason: 'disabling-needs-invocation',
  detail: 'it was not invoked',
}
