/** What one attempt at an export is given, whichever protocol it speaks. */

/** Which certificates count, as Node's TLS names it. */
export interface Trust {
  /** In PEM, in place of those that Node trusts. */
  readonly ca?: string
  readonly rejectUnauthorized?: boolean
}

export interface Attempt {
  readonly url: URL
  readonly headers: ReadonlyMap<string, string>
  /** An `ExportLogsServiceRequest`. */
  readonly message: Uint8Array
  readonly timeoutMs: number
  readonly trust: Trust
}

/** More of an answer is not kept. */
export const BODY_LIMIT = 64 * 1024

/**
 * Of a host with several addresses Node gives each 250 ms to connect (`net`, `autoSelectFamilyAttemptTimeout`): from
 * a runner on another continent that would make a sound endpoint look unreachable.
 */
export const CONNECTING = { autoSelectFamilyAttemptTimeout: 2_500 }
