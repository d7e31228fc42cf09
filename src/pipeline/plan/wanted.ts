/** The wanted configuration of a function: layers, export, ownership. */

import type { Distribution } from '../../systems/instrumentation/distributions'
import type { Language } from '../../systems/instrumentation/languages'
import type { ExportSettings } from '../../systems/rotel/export-settings'

/** What `apply`, `plan` and `verify` compare the functions with. */
export interface Wanted {
  readonly layer: LayerChoice
  readonly instrumentation: InstrumentationChoice
  readonly export: ExportSettings
  readonly adopt: boolean
  readonly logFormat: 'keep' | 'json'
  readonly allowUnsupportedRuntime: boolean
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
