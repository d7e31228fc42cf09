/** The outermost failure: a bug in this action. */

import { formsOf, withoutEchoes, withoutValues } from '../model/redaction'
import type { Runner } from '../model/runner'

/** The message of the error may hold anything, so it is redacted like an error text of AWS. */
export function failUnexpectedly(
  thrown: unknown,
  secrets: readonly string[],
  runner: Pick<Runner, 'annotate' | 'debug'>,
): void {
  const error = thrown instanceof Error ? thrown : new Error('unknown')
  const hidden = secrets.flatMap(formsOf)
  const message = withoutValues(withoutEchoes(`${error.name}: ${error.message}`), hidden)
  runner.annotate({ level: 'error', title: 'ClickStack for AWS Lambda: unexpected error', message })
  runner.debug(withoutValues(withoutEchoes(error.stack ?? ''), hidden))
  process.exitCode = 1
}
