/** What is planned for a function in the mode of the run. */

import { type LogsOwnership, MARKER } from '../../model/ownership'
import type { Change } from '../../systems/lambda/change'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LatestVersions } from '../../systems/rotel/layers'
import { changeText } from '../plan/change-text'
import { type Plan, planAttachment, planRemoval } from '../plan/plan'
import type { SettledFor } from './settle-export'
import type { PreflightSettings } from './settings'

/** @param logs how CloudWatch Logs are about to be disabled, which the marker is to tell */
export type PlanFor = (fn: LambdaFunction, logs?: LogsOwnership) => Plan

function isMarkerOnly({ layers, variables, logFormat }: Change): boolean {
  const isMarker = variables.every(({ name }) => name === MARKER)
  return layers === undefined && logFormat === undefined && isMarker
}

/** @param settledFor what each function is to send; `undefined` in `mode: remove` */
export function planner(
  settings: PreflightSettings,
  latest: LatestVersions,
  settledFor: SettledFor | undefined,
): PlanFor {
  if (settings.mode === 'remove' || settledFor === undefined) return planRemoval
  const { mode, wanted, targets } = settings
  return (fn, logs) => {
    const context = { architecture: targets.architecture, latest, logs }
    const settled = settledFor(fn)
    const plan = planAttachment(fn, { ...wanted, export: settled.settings }, context)
    if (plan.kind === 'refused') return plan
    if (settled.refusal) return { kind: 'refused', ...settled.refusal }
    if (mode !== 'verify' || plan.kind !== 'change') return plan
    const { change, ...facts } = plan
    // A deployment of the template removes the marker, and nothing that works.
    return isMarkerOnly(change)
      ? { ...facts, kind: 'unchanged' }
      : { kind: 'refused', reason: 'not-configured', detail: `pending: ${changeText(change)}` }
  }
}
