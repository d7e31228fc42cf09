/**
 * AWS_LAMBDA_EXEC_WRAPPER: the script that Lambda starts in place of the runtime, of which there can be but one. The
 * layers bring one that loads the SDK and then starts the runtime.
 */

import type { Distribution } from './distributions'
import type { Language } from './languages'

export const EXEC_WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER'

const HANDLER = '/opt/otel-handler'
const INSTRUMENT = '/opt/otel-instrument'

/** The value to set. The community's Python layer has both names, ADOT's only the second. */
export function wrapperOf(distribution: Distribution, language: Language): string {
  return distribution === 'adot' && language === 'python' ? INSTRUMENT : HANDLER
}

/** Values that this action sets: where the variable is ours and has another value, it was changed since. */
export const OUR_WRAPPERS: ReadonlySet<string> = new Set([HANDLER, INSTRUMENT])
