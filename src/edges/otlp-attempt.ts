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
