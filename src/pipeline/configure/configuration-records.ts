/** What is remembered of writes to functions, so that each can be undone. */

import type { FunctionArn } from '../../systems/lambda/lambda-function'
import type { Inverse } from './inverse'

export interface ConfigurationRecords {
  /** For the fingerprints of what was written. */
  readonly salt: string
  /** Waited for before each write. Rejects where it is not on disk: then nothing may be written. */
  writing(fn: FunctionArn, inverse: Inverse): Promise<void>
  /** The last write that was announced certainly did not land. */
  notWritten(fn: FunctionArn): void
}
