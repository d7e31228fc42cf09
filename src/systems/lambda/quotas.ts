/** What Lambda allows a function's configuration: layers and bytes of variables. */

import type { Variables } from './lambda-function'

/** At most five layers (Lambda quotas); a sixth is refused by UpdateFunctionConfiguration. */
export const LAYER_LIMIT = 5

/** Lambda measures the whole map as compact JSON in UTF-8: 4,096 bytes pass, 4,097 do not (recorded against AWS). */
export const ENVIRONMENT_LIMIT_BYTES = 4096

/** The size of a map of variables as Lambda measures it, in bytes. */
export function environmentBytes(variables: Variables): number {
  return new TextEncoder().encode(JSON.stringify(Object.fromEntries(variables))).length
}
