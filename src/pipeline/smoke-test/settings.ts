/** Which functions are invoked, and with what. */

/** What a function is invoked with. `none`: it is not invoked. */
export type Payload = { readonly kind: 'json'; readonly text: string } | { readonly kind: 'none' }

export interface SmokeTest {
  readonly when: 'always' | 'changed' | 'never'
  readonly payload: Payload
  /** By function name or `*` pattern; an exact name goes before a pattern, then the first match counts. */
  readonly payloads: readonly { readonly pattern: string; readonly payload: Payload }[]
  readonly acceptFunctionErrors: boolean
  /** Invocations at the same time. */
  readonly concurrency: number
  readonly showFunctionLogs: boolean
  /** In `mode: verify`: the version or alias that is invoked instead of `$LATEST`. */
  readonly qualifier: string | undefined
}
