/** A planned change in words, without the values of variables. */

import { parseArn } from '../../model/arn'
import { EXEC_WRAPPER } from '../../systems/instrumentation/wrapper'
import type { Change } from '../../systems/lambda/change'

/** The change in words, without a value: `layer rotel-extension-arm64:7 added, 4 variables added`. */
export function changeText(change: Change | undefined): string {
  if (change === undefined) return 'no change'
  const count = (what: 'added' | 'changed' | 'removed') => {
    const names = change.variables.filter((variable) => kindOfChange(variable) === what)
    return names.length === 0
      ? []
      : [`${String(names.length)} ${names.length === 1 ? 'variable' : 'variables'} ${what}`]
  }
  const format = change.logFormat
  return [
    ...layersText(change),
    ...count('added'),
    ...count('changed'),
    ...count('removed'),
    ...wrapperText(change),
    ...(format ? [`log format ${format.before} → ${format.after}`] : []),
  ].join(', ')
}

/** The one variable that decides whether the function creates traces. */
function wrapperText({ variables }: Change): string[] {
  const wrapper = variables.find(({ name }) => name === EXEC_WRAPPER)
  if (wrapper === undefined) return []
  const word = { added: 'set', changed: 'replaced', removed: 'removed' }[kindOfChange(wrapper)]
  return [`wrapper ${word}`]
}

export function kindOfChange({
  before,
  after,
}: Change['variables'][number]): 'added' | 'changed' | 'removed' {
  if (before === undefined) return 'added'
  return after === undefined ? 'removed' : 'changed'
}

function layersText({ layers }: Change): string[] {
  if (layers === undefined) return []
  const added = layers.after.filter((arn) => !layers.before.includes(arn)).map(shortLayer)
  const removed = layers.before.filter((arn) => !layers.after.includes(arn)).map(shortLayer)
  if (added.length > 0 && removed.length > 0)
    return [`layer ${removed.join(', ')} → ${added.join(', ')}`]
  if (added.length > 0) return [`layer ${added.join(', ')} added`]
  return removed.length > 0 ? [`layer ${removed.join(', ')} removed`] : ['layers reordered']
}

/** `name:version` of a layer's ARN. */
export function shortLayer(arn: string): string {
  return parseArn(arn)?.resource.split(':').slice(-2).join(':') ?? arn
}
