/** What the extension costs, over all functions of a run that got it. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { medianOf } from '../pipeline/smoke-test/extension-cost'
import { metricsText, signed } from './function-line'
import { functionsText } from './headline'
import type { CostTotals } from './report'

/** @returns `undefined` where no function was compared */
export function costTotals(outcomes: readonly Outcome[]): CostTotals | undefined {
  const costs = outcomes.flatMap(({ extensionCost }) => extensionCost ?? [])
  const compared = costs.flatMap((cost) => (cost.kind === 'compared' ? [cost] : []))
  if (compared.length === 0) return undefined
  const median = (of: 'initMs' | 'durationMs' | 'maxMemoryMb') =>
    Math.round(medianOf(compared.map(({ before, after }) => after[of] - before[of])))
  return {
    functions: compared.length,
    notChecked: costs.length - compared.length,
    initMs: median('initMs'),
    durationMs: median('durationMs'),
    maxMemoryMb: median('maxMemoryMb'),
  }
}

export function costText({ functions, notChecked, ...median }: CostTotals): string {
  const { initMs, durationMs, maxMemoryMb } = median
  const others =
    notChecked === 0 ? '' : `; not checked (${functionsText(notChecked)}, see the details)`
  return `Cold start: median ${signed(initMs)} ms over ${functionsText(functions)} (duration ${signed(durationMs)} ms, memory ${signed(maxMemoryMb)} MB), compared with cold starts before the change${others}`
}

/** Of the functions whose cost was not checked, one line for each cause. */
export function costNotes(outcomes: readonly Outcome[]): readonly string[] {
  const whys = outcomes.flatMap(({ extensionCost: cost }) =>
    cost?.kind === 'not-checked' ? [cost.why] : [],
  )
  return [...new Set(whys)].map((why) => {
    const count = whys.filter((one) => one === why).length
    return `What the extension costs: not checked for ${functionsText(count)} (${why}).`
  })
}

/** Of one function, for its details. */
export function costDetails(outcome: Outcome): readonly string[] {
  const { extensionCost: cost } = outcome
  if (cost === undefined) return []
  if (cost.kind === 'not-checked') {
    return [`What the extension costs: not checked (${cost.why}).`]
  }
  const { coldStarts } = cost
  const last =
    coldStarts === 1 ? 'last cold start' : `last ${String(coldStarts)} cold starts (median)`
  return [
    `What the extension costs: ${metricsText(outcome)}. Before: the ${last}; after: the invocation of this run.`,
  ]
}
