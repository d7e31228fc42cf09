/** How a function is to be configured: layers, export, ownership. */

import type { Distribution } from '../../systems/instrumentation/distributions'
import type { Language } from '../../systems/instrumentation/languages'
import type { ExportSettings } from '../../systems/rotel/export-settings'

/** What `apply`, `plan` and `verify` hold the functions against. */
export interface Wanted {
  readonly layer: LayerChoice
  readonly instrumentation: InstrumentationChoice
  readonly export: ExportSettings
  readonly adopt: boolean
  readonly logFormat: 'keep' | 'json'
  readonly allowUnsupportedRuntime: boolean
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
