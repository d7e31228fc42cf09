/** The result of the endpoint check, whatever the exporter. */

import type { Refusal } from '../../../model/refusal'
import type { ControlRecord, ExportAnswer } from '../../../systems/clickstack/endpoint'

export interface CheckedEndpoint {
  /** Set where nothing may be written. */
  readonly refusal: Refusal | undefined
  readonly warnings: readonly string[]
  /** For the log: what was checked, and the result or `not checked`. */
  readonly lines: readonly string[]
  /** It was asked, and did not answer. */
  readonly isUnreachable: boolean
  /** Key or user is a reference, which only the functions resolve: nothing was sent with it. */
  readonly keyIsElsewhere: boolean
  /** Sends a control record; absent where the runner cannot send one. */
  readonly send: ((record: ControlRecord) => Promise<ExportAnswer>) | undefined
  readonly close: () => Promise<void>
}

/** The endpoint is unknown: the env file sets it, and only the functions can read that. */
export const NOT_KNOWN_HERE: CheckedEndpoint = {
  refusal: undefined,
  warnings: [],
  lines: ['Endpoint  not checked: the env file sets it, and only the functions can read that file'],
  isUnreachable: false,
  keyIsElsewhere: false,
  send: undefined,
  close: () => Promise.resolve(),
}
