/** What a report may show of a smoke test. */

import { withoutValues } from '../../model/redaction'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { withoutQuotedValue } from '../../systems/rotel/messages'
import { secretParts } from '../../systems/rotel/settings'
import type { SmokeResult } from '../smoke-test/smoke-test'
import type { TailLine } from '../smoke-test/tail'
import type { SmokeReport } from './outcome'

/** The function's own lines are production data: they are left out here, so that no report can show them by mistake. */
export function smokeReport(
  smoke: SmokeResult,
  fn: LambdaFunction,
  showFunctionLogs: boolean,
): SmokeReport {
  const shown = smoke.tail.lines.filter(({ source }) => showFunctionLogs || source !== 'function')
  return {
    requestId: smoke.invocation?.requestId,
    metrics: smoke.tail.report,
    tail: smoke.kind === 'failed' ? redactedTail(shown, fn) : [],
  }
}

function redactedTail(lines: readonly TailLine[], fn: LambdaFunction): readonly TailLine[] {
  const secrets = fn.environment.readable ? secretParts(fn.environment.variables) : []
  return lines.map((line) => {
    const text = line.source === 'extension' ? withoutQuotedValue(line.text) : line.text
    return { ...line, text: withoutValues(text, secrets) }
  })
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
