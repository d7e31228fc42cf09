/** What is asked for about CloudWatch Logs. */

import type { DisableStrategy } from '../roles/strategy'

export interface DisableSettings {
  readonly strategy: DisableStrategy
  readonly acceptSharedRole: boolean
  readonly acceptLogLoss: boolean
  readonly acceptDrift: boolean
  /** How long nothing may be written to count as silence, in ms. */
  readonly quietMs: number
  /** How long IAM may take to make it effective, in ms. */
  readonly limitMs: number
  /** US dollars for each GB that CloudWatch takes in. */
  readonly pricePerGb: number
}

export type LogsWish = { readonly kind: 'keep' } | ({ readonly kind: 'disable' } & DisableSettings)
