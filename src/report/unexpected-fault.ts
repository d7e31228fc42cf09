/** The outermost failure: a fault of this program's own. */

import { withoutEchoes, withoutValues } from '../model/redaction'
import type { Runner } from '../model/runner'

/** A fault of this program's own: its words may hold anything, so they are cut as AWS's are. */
export function failUnexpectedly(
  thrown: unknown,
  secrets: readonly string[],
  runner: Pick<Runner, 'annotate' | 'debug'>,
): void {
  const error = thrown instanceof Error ? thrown : new Error('unknown')
  const message = withoutValues(withoutEchoes(`${error.name}: ${error.message}`), secrets)
  runner.annotate({ level: 'error', title: 'ClickStack for AWS Lambda: unexpected fault', message })
  runner.debug(withoutValues(withoutEchoes(error.stack ?? ''), secrets))
  process.exitCode = 1
}
