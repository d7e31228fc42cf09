/** The guide's attributes in the log rows: one table for all functions, as they are alike but for their own names. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { groupedBy } from '../model/grouped-by'
import { functionsText } from './headline'
import { code, prose, table } from './markdown'
import { firstNames } from './naming'

/** Empty where no rows were seen. */
export function attributeTable(outcomes: readonly Outcome[]): readonly string[] {
  const values = outcomes.flatMap(({ name, telemetry }) =>
    (telemetry?.attributes ?? []).map((attribute) => ({ of: name, ...attribute })),
  )
  if (values.length === 0) return []
  const rows = [...groupedBy(values, ({ name }) => name)].map(([name, found]) => [
    code(name),
    cell(found),
  ])
  return [table(['Attribute', 'Value in the log rows'], rows)]
}

interface Value {
  /** The function. */
  readonly of: string
  readonly value: string
  /** Why there is none. */
  readonly why: string
}

/** What the functions have in common: a value, their own names, or that it differs; then those that lack it. */
function cell(found: readonly Value[]): string {
  const present = found.filter(({ value }) => value !== '')
  const missing = [
    ...groupedBy(
      found.filter(({ value }) => value === ''),
      ({ why }) => why,
    ),
  ]
  const isMixed = present.length > 0 && missing.length > 0
  return [
    ...(present.length === 0
      ? []
      : [`${isMixed ? `${functionsText(present.length)}: ` : ''}${commonText(present)}`]),
    ...missing.map(([why, members]) => {
      const whose =
        isMixed || missing.length > 1
          ? `${firstNames(
              members.map(({ of }) => of),
              code,
              3,
            )}: `
          : ''
      return `${whose}– (${prose(why)})`
    }),
  ].join('<br>')
}

function commonText(present: readonly Value[]): string {
  const [first] = present
  if (first === undefined) return ''
  if (present.every(({ value }) => value === first.value)) return code(first.value)
  return present.every(({ value, of }) => value === of)
    ? 'the name of the function'
    : `differs by function, such as ${code(first.value)}`
}
