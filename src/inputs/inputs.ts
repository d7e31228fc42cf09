/** The inputs of a run, parsed: what action.yml offers, as types in which a contradiction cannot be written down. */

import type { Iac } from '../drift/owner'
import type { Distribution } from '../instrumentation/distributions'
import type { Language } from '../instrumentation/languages'
import type { Architecture } from '../model/lambda-function'

/** What the step is to do. `plan` and `verify` never write. */
export type Mode = 'apply' | 'plan' | 'verify' | 'remove'

/** One line of `functions`. `text` is the line as the user wrote it (without the `!`), for messages. */
export type Selector =
  | { readonly kind: 'name'; readonly text: string; readonly name: string }
  | {
      readonly kind: 'arn'
      readonly text: string
      readonly partition: string
      readonly region: string
      readonly account: string
      readonly name: string
    }
  | { readonly kind: 'pattern'; readonly text: string; readonly pattern: string }
  | { readonly kind: 'exclude'; readonly text: string; readonly pattern: string }

export interface Targets {
  /** At least one selector that is not an exclude. */
  readonly selectors: readonly Selector[]
  /** Where names and patterns are looked up; at least one. ARNs carry their own region. */
  readonly regions: readonly string[]
  /** `auto`, or what every function must have. */
  readonly architecture: 'auto' | Architecture
  /** More functions than this is an input error. */
  readonly maxFunctions: number
}

/** Which version of the Rotel layer functions are to have. */
export type LayerChoice =
  | { readonly kind: 'bundled' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'number'; readonly version: number }
  /** The user's own copy; `{region}` and `{arch}` (amd64, arm64) are filled in for each function. */
  | { readonly kind: 'own-copy'; readonly arnTemplate: string }

/** Which auto-instrumentation layer functions are to have beside Rotel's. */
export type InstrumentationChoice =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'attach'
      /** `auto`: by each function's runtime. */
      readonly language: 'auto' | Language
      readonly distribution: Distribution
      /** The user's own copy of that distribution's layer, with `{region}`, `{arch}` and `{language}` to be filled in. */
      readonly arnTemplate: string | undefined
      readonly wrapperConflict: 'block' | 'replace'
    }

export type Protocol = 'grpc' | 'http'

/** Where Rotel sends to, and what it says of itself. */
export type ExportSettings = OtlpExport | ClickHouseExport

/** To ClickStack's collector. */
export interface OtlpExport extends ExportOfEveryKind {
  readonly exporter: 'otlp'
  /** `undefined` without an endpoint, unless it is said. */
  readonly protocol: Protocol | undefined
  /**
   * All headers in writing order, the API key's `Authorization` first. Values are secret, but for references to secrets,
   * which stand in them as `${arn:…}`.
   */
  readonly headers: readonly NameValue[]
}

/** Straight to ClickHouse's HTTP interface, past the collector. */
export interface ClickHouseExport extends ExportOfEveryKind {
  readonly exporter: 'clickhouse'
  readonly database: string
  readonly tablePrefix: string
  /** The attributes are columns of type JSON, not Map. */
  readonly json: boolean
  readonly user: string | undefined
  /** Secret. */
  readonly password: string | undefined
}

interface ExportOfEveryKind {
  /** `undefined`: the env file brings it. */
  readonly endpoint: string | undefined
  /** Path of a `rotel.env` in the functions’ packages, whose values go over the variables. */
  readonly envFile: string | undefined
  /** `{function}` stands for the function's name. */
  readonly serviceName: string | undefined
  /** Without `service.name`. */
  readonly resourceAttributes: readonly NameValue[]
  /** Further `ROTEL_*` and `OTEL_*` variables. */
  readonly environment: readonly NameValue[]
}

export interface NameValue {
  readonly name: string
  readonly value: string
}

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
}

export interface RunLimits {
  readonly onFailure: 'rollback' | 'keep'
  readonly failOn: 'any' | 'all' | 'never'
  /** Functions written and not yet proven, at most. */
  readonly maxUnproven: number
  /** Failures after which nothing more is written. */
  readonly stopAfter: number
  readonly timeoutMinutes: number
  /** Share of Lambda's control-plane quota that this run may use, in (0, 1]. */
  readonly apiShare: number
  /** Empty: any account. */
  readonly allowedAccountIds: readonly string[]
  /** For the public release list of the extension; empty: without a token. */
  readonly githubToken: string
}

interface InputsOfEveryMode {
  readonly targets: Targets
  readonly smokeTest: SmokeTest
  readonly limits: RunLimits
  /** Which tool owns the functions: see drift/owner.ts. */
  readonly iac: Iac
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
}

/** What `apply`, `plan` and `verify` hold the functions against. */
export interface Wanted {
  readonly layer: LayerChoice
  readonly instrumentation: InstrumentationChoice
  readonly export: ExportSettings
  readonly adopt: boolean
  /** Put a policy of our own on execution roles that may not read the secrets which Rotel is to look up. */
  readonly grantSecretAccess: boolean
  readonly logFormat: 'keep' | 'json'
  readonly allowUnsupportedRuntime: boolean
  readonly logs: LogsWish
}

/** Which rows prove a function that was written: see verify/judge.ts. */
export type VerifyLevel = 'environment' | 'invocation' | 'function'

/** How the arrival of telemetry is proven. */
export type Verifier =
  | ({ readonly kind: 'none' } & Pick<ProofSettings, 'endpointCheck'>)
  | ({
      readonly kind: 'clickhouse'
      readonly url: string
      readonly user: string
      readonly password: string
      readonly database: string
      /** `otel`, but where the exporter writes to tables of another prefix. */
      readonly tablePrefix: string
    } & ProofSettings)
  | ({ readonly kind: 'hyperdx'; readonly apiKey: string } & ProofSettings)

export interface ProofSettings {
  readonly level: VerifyLevel
  readonly timeoutMs: number
  readonly traces: boolean
  readonly onNoTraffic: 'fail' | 'keep'
  readonly endpointCheck: 'warn' | 'require' | 'off'
  /** For links, and for `verify: hyperdx`; empty: no links. */
  readonly hyperDxUrl: string
}

/** How CloudWatch Logs are cut: by a Deny (of an administrator's policy, where its ARN is given), or by taking rights out. */
export type CutStrategy =
  { readonly kind: 'deny'; readonly policyArn: string | undefined } | { readonly kind: 'remove' }

export interface CutSettings {
  readonly strategy: CutStrategy
  readonly allowSharedRole: boolean
  readonly acceptLogLoss: boolean
  readonly acceptDrift: boolean
  /** How long nothing may be written to count as silence, in ms. */
  readonly quietMs: number
  /** How long IAM may take to make it effective, in ms. */
  readonly limitMs: number
  /** US dollars for each GB that CloudWatch takes in. */
  readonly pricePerGb: number
}

export type LogsWish = { readonly kind: 'keep' } | ({ readonly kind: 'cut' } & CutSettings)

export type Inputs = InputsOfEveryMode &
  (
    | { readonly mode: 'apply' | 'verify'; readonly wanted: Wanted; readonly verifier: Verifier }
    | { readonly mode: 'plan'; readonly wanted: Wanted }
    | {
        readonly mode: 'remove'
        /** Path of the file that a run with `cloudwatch-logs: remove` wrote. */
        readonly restoreFile: string | undefined
      }
  )
