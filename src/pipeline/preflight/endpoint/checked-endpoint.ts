/** What came of asking the endpoint before anything is written, whatever the exporter. */

import type { Refusal } from '../../../model/refusal'
import type { ControlRecord, ExportAnswer } from '../../../systems/clickstack/endpoint'

export interface CheckedEndpoint {
  /** Set where nothing may be written. */
  readonly refusal: Refusal | undefined
  readonly warnings: readonly string[]
  /** For the log, each in words: what was asked, and what was found or `not checked`. */
  readonly lines: readonly string[]
  readonly reached: 'accepted' | 'unreachable' | 'not-checked' | 'key-unchecked'
  /** Key or user is a reference, which only the functions resolve: nothing was sent with it. */
  readonly keyIsElsewhere: boolean
  /** Sends a control record; absent where none can be sent from here. */
  readonly send: ((record: ControlRecord) => Promise<ExportAnswer>) | undefined
  readonly close: () => Promise<void>
}

/** There is no endpoint to ask: the env file brings it, and only the functions can read that. */
export const NOT_KNOWN_HERE: CheckedEndpoint = {
  refusal: undefined,
  warnings: [],
  lines: ['Endpoint  not checked: it stands in the env file, which only the functions can read'],
  reached: 'not-checked',
  keyIsElsewhere: false,
  send: undefined,
  close: () => Promise.resolve(),
}
