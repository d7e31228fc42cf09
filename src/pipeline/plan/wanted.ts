/** The wanted configuration of a function: layers, export, ownership. */

import type { Distribution } from '../../systems/instrumentation/distributions'
import type { Language } from '../../systems/instrumentation/languages'
import type {
  ClickHouseExport,
  ExportSettings,
  KeyScheme,
  OtlpExport,
  Protocol,
} from '../../systems/rotel/export-settings'

/** What `apply`, `plan` and `verify` compare the functions with. */
export interface Wanted {
  readonly layer: LayerChoice
  readonly instrumentation: InstrumentationChoice
  readonly export: ExportSettings
  /** Take over settings of Rotel that others made. */
  readonly acceptForeignSettings: boolean
  readonly logFormat: 'keep' | 'json'
  /** Attach the layer to runtimes for which Rotel is not built, too. */
  readonly acceptUnsupportedRuntime: boolean
}

/** Where Rotel is to send to. What is `auto` becomes a setting for each function, by what it has and what the endpoint tells. */
export type ExportChoice = OtlpChoice | ClickHouseChoice

export interface OtlpChoice extends Omit<OtlpExport, 'protocol' | 'headers'> {
  /** `undefined` without an endpoint, unless it is set. */
  readonly protocol: Protocol | 'auto' | undefined
  readonly apiKey:
    | {
        /** Secret, unless it is a reference, in the form `${arn:…}`. */
        readonly key: string
        readonly scheme: KeyScheme | 'auto'
      }
    | undefined
  /** Beside the one that carries the API key. Values are secret or hold references. */
  readonly headers: OtlpExport['headers']
}

export interface ClickHouseChoice extends Omit<ClickHouseExport, 'json'> {
  readonly json: boolean | 'auto'
}

/** The wanted version of the Rotel layer. */
export type LayerChoice =
  | { readonly kind: 'bundled' }
  | { readonly kind: 'latest' }
  | { readonly kind: 'number'; readonly version: number }
  /** The user's own copy; `{region}` and `{arch}` (amd64, arm64) are filled in for each function. */
  | { readonly kind: 'own-copy'; readonly arnTemplate: string }

/** The wanted auto-instrumentation layer, beside Rotel's. */
export type InstrumentationChoice =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'attach'
      /** `auto`: by each function's runtime. */
      readonly language: 'auto' | Language
      readonly distribution: Distribution
      /** The user's own copy of that distribution's layer, with the placeholders `{region}`, `{arch}` and `{language}`. */
      readonly arnTemplate: string | undefined
      readonly wrapperConflict: 'block' | 'replace'
    }
