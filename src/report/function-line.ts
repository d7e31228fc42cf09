/** A function in one line. */

import type { Outcome } from '../pipeline/rollout/outcome'
import { EXEC_WRAPPER } from '../systems/instrumentation/wrapper'
import { parseArn } from '../model/arn'
import { REMEDIES } from '../model/reason'
import type { Change } from '../systems/lambda/change'

/** `rolled-back: extension-crash`, or the status alone. */
export function statusText({ status, reason }: Pick<Outcome, 'status' | 'reason'>): string {
  return reason === undefined ? status : `${status}: ${reason}`
}

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

/** Duration, cold start and memory of the smoke test's invocation. */
export function metricsText(outcome: Outcome): string {
  const metrics = outcome.smoke?.metrics
  if (metrics === undefined) return ''
  const cold =
    metrics.initMs === undefined ? [] : [`cold start ${String(Math.round(metrics.initMs))} ms`]
  return [
    ...cold,
    `duration ${String(Math.round(metrics.durationMs))} ms`,
    `memory ${String(metrics.maxMemoryMb)} of ${String(metrics.memoryMb)} MB`,
  ].join(', ')
}

/** What happened, and what to do; empty without a reason. */
export function whyText(outcome: Outcome): string {
  const { reason, detail } = outcome
  if (reason === undefined) return ''
  return detail === undefined ? REMEDIES[reason] : `${sentence(detail)} ${REMEDIES[reason]}`
}

/** Words that details begin with. Whatever else begins one is a name, an ARN, a URL or a runtime, and stays as it is. */
const FIRST_WORD =
  /^(a|after|an|another|its?|logs|no|nothing|others?|some|somebody|spans|telemetry|the|there|this|users|versions?|whether|with|without)(?=[\s,’])/

/** As a sentence: with a full stop, and with a capital letter where the text begins with an English word. */
export function sentence(text: string): string {
  const begun = text.replace(
    FIRST_WORD,
    (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
  )
  return `${begun}${/[.!?]$/.test(text) ? '' : '.'}`
}
