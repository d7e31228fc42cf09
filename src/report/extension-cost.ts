/** What the extension costs, over all functions of a run that got it. */

import { groupedBy } from '../model/grouped-by'
import type { Outcome } from '../pipeline/rollout/outcome'
import { medianOf } from '../pipeline/smoke-test/extension-cost'
import { signed } from './function-line'
import { functionsText } from './headline'
import { code, prose } from './markdown'
import { firstNames } from './naming'
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
  const others = notChecked === 0 ? '' : `; not checked (${functionsText(notChecked)})`
  return `median ${signed(initMs)} ms over ${functionsText(functions)} (duration ${signed(durationMs)} ms, memory ${signed(maxMemoryMb)} MB), compared with cold starts before the change${others}`
}

/** Of the functions whose cost was not checked, one line of the log for each cause. */
export function uncheckedCosts(outcomes: readonly Outcome[]): readonly string[] {
  const whys = outcomes.flatMap(({ extensionCost: cost }) =>
    cost?.kind === 'not-checked' ? [cost.why] : [],
  )
  return [...new Set(whys)].map((why) => {
    const count = whys.filter((one) => one === why).length
    return `What the extension costs: not checked for ${functionsText(count)} (${why}).`
  })
}

/** Of one function, for its details. */
export function costDetails({ extensionCost: cost }: Outcome): readonly string[] {
  if (cost === undefined) return []
  if (cost.kind === 'not-checked') {
    return [`What the extension costs: not checked (${cost.why}).`]
  }
  return [
    `What the extension costs: before is ${coldStartsText(cost.coldStarts)}; after is the invocation of this run.`,
  ]
}

/** Of several functions, below the table that has the figures. */
export function costNotes(outcomes: readonly Outcome[]): readonly string[] {
  const costs = outcomes.flatMap(({ name, extensionCost: cost }) => (cost ? [{ name, cost }] : []))
  const compared = costs.flatMap(({ cost }) => (cost.kind === 'compared' ? [cost.coldStarts] : []))
  const unchecked = costs.flatMap(({ name, cost }) =>
    cost.kind === 'not-checked' ? [{ name, why: cost.why }] : [],
  )
  const most = Math.max(...compared)
  return [
    ...(compared.length === 0
      ? []
      : [
          `Figures with an arrow: before is ${coldStartsText(most)}; after is the invocation of this run.`,
        ]),
    ...[...groupedBy(unchecked, ({ why }) => why)].map(([why, members]) => {
      const names = firstNames(
        members.map(({ name }) => name),
        code,
      )
      return `What the extension costs: not checked for ${names} (${prose(why)}).`
    }),
  ]
}

function coldStartsText(count: number): string {
  return count === 1
    ? 'the last cold start before the change'
    : `the median of up to ${String(count)} cold starts before the change`
}
