/** How the arrival of telemetry is proven. */

/** Which rows prove a function that was written: see verify/judge.ts. */
export const VERIFY_LEVELS = ['environment', 'invocation', 'function'] as const

export type VerifyLevel = (typeof VERIFY_LEVELS)[number]

/** How the arrival of telemetry is proven. */
export type Verifier =
  | { readonly kind: 'none' }
  | ({
      readonly kind: 'clickhouse'
      readonly url: string
      readonly user: string
      readonly password: string
      readonly database: string
      /** `otel`, but where the exporter writes to tables of another prefix. */
      readonly tablePrefix: string
      /** For links only; empty: without. */
      readonly apiKey: string
    } & ProofSettings)
  | ({ readonly kind: 'hyperdx'; readonly apiKey: string } & ProofSettings)

/** What tells before a write whether a proof can be made, wherever it is looked for. */
export type AskedProof = Pick<ProofSettings, 'level' | 'onNoTraffic'>

export interface ProofSettings {
  readonly level: VerifyLevel
  readonly timeoutMs: number
  readonly traces: boolean
  readonly onNoTraffic: 'fail' | 'keep'
  /** For links, and for `verify: hyperdx`; empty: no links. */
  readonly hyperDxUrl: string
  /** Name or id of HyperDX's log source; empty: the one that fits. */
  readonly hyperDxSource: string
}
