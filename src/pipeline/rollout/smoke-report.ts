/** What a report may show of a smoke test. */

import type { Reason } from '../../model/reason'
import { formsOf, withoutValues } from '../../model/redaction'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { crashOf } from '../../systems/rotel/crashes'
import { readRotelLine, shownPart } from '../../systems/rotel/messages'
import { secretParts } from '../../systems/rotel/settings'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { TailLine } from '../smoke-test/tail'
import { rotelHasEnded } from '../smoke-test/verdict'
import type { SmokeReport } from './outcome'

/**
 * The function's own lines are production data: they are left out here, so that no report can show them by mistake. Where
 * Rotel has ended they are left out in any case: what it quotes may go on in lines that nobody can tell from theirs.
 */
export function smokeReport(
  smoke: SmokeResult,
  fn: LambdaFunction,
  showFunctionLogs: boolean,
): SmokeReport {
  const isOfRotel = smoke.kind === 'failed' && isRotelsEnd(smoke.reason)
  const showsOwn = showFunctionLogs && !isOfRotel && !rotelHasEnded(smoke.tail)
  const shown = smoke.tail.lines.filter(({ source }) => showsOwn || source !== 'function')
  return {
    requestId: smoke.invocation?.requestId,
    metrics: smoke.tail.report,
    tail: smoke.kind === 'failed' ? redactedTail(shown, fn) : [],
  }
}

function isRotelsEnd(reason: Reason): boolean {
  return reason.startsWith('extension-') || reason === 'secret-unresolved'
}

function redactedTail(lines: readonly TailLine[], fn: LambdaFunction): readonly TailLine[] {
  const values = fn.environment.readable ? secretParts(fn.environment.variables) : []
  const secrets = values.flatMap(formsOf)
  return lines.flatMap((line, index): readonly TailLine[] => {
    if (line.source !== 'extension') return [{ ...line, text: withoutValues(line.text, secrets) }]
    const following = lines.slice(index + 1).map(({ text }) => text)
    const text = shownOfRotel(line.text, following)
    return text === undefined ? [] : [{ ...line, text }]
  })
}

/** The words of Rotel's own, and the cause in ours; `undefined` for the rest of a message that may quote a secret. */
function shownOfRotel(text: string, following: readonly string[]): string | undefined {
  const line = readRotelLine(text)
  if (line === undefined) return undefined
  const cause = crashOf(line, following)
  return cause === undefined ? shownPart(line) : `${shownPart(line)} (${cause.detail})`
}

/** Close to the limit, the extension's own need decides whether the next release still fits. */
const MEMORY_WARNING_SHARE = 0.9

export function smokeWarnings(smoke: SmokeResult | undefined): string[] {
  if (smoke?.kind !== 'passed') return []
  const { note, tail } = smoke
  const { memoryMb = 0, maxMemoryMb = 0 } = tail.report ?? {}
  const isClose = memoryMb > 0 && maxMemoryMb >= memoryMb * MEMORY_WARNING_SHARE
  return [
    ...(note === undefined ? [] : [note]),
    ...(isClose ? [`it used ${String(maxMemoryMb)} of ${String(memoryMb)} MB`] : []),
  ]
}
