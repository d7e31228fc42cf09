/**
 * What `auto` means for each function: what it has where that fits what is given, else what the endpoint tells, else the
 * default. An endpoint that does not answer changes nothing on a function that is configured.
 */

import type { Clock } from '../../model/clock'
import type { Refusal } from '../../model/refusal'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import type { ExportSettings, Protocol } from '../../systems/rotel/export-settings'
import {
  configuredJson,
  configuredKeyScheme,
  configuredProtocol,
} from '../../systems/rotel/configured'
import { defaultProtocol, defaultSettings, exportSettings, onlyHttp } from '../plan/export-settings'
import type { ClickHouseChoice, ExportChoice, OtlpChoice } from '../plan/wanted'
import type { Target } from '../select/target'
import type { Verifier } from '../verify/settings'
import { askEndpoint, type AskContext, type AskEndpoint } from './endpoint/ask-endpoint'
import type { OpenStore } from './establish-proof'

export interface SettledExport {
  readonly settings: ExportSettings
  /** Set where an `auto` has no default: `settings` then hold one all the same. */
  readonly refusal?: Refusal
}

export type SettledFor = (fn: LambdaFunction) => SettledExport

export interface SettleContext extends Omit<AskContext, 'openStore' | 'patience'> {
  readonly openStore: OpenStore
  /** `undefined`: nothing is verified. */
  readonly verifier: Verifier | undefined
  readonly clock: Clock
  /** Fires when the run is cancelled or out of time. */
  readonly signal: AbortSignal
  /** Whether anything would be done with the function: the endpoint is not asked for others. */
  readonly isPlanned: (fn: LambdaFunction, settings: ExportSettings) => boolean
}

/**
 * The settings by function. They are found once, so that a function keeps them for the whole run, whatever others do to it
 * meanwhile; equal settings are one object.
 */
export async function settleExports(
  targets: readonly Target[],
  choice: ExportChoice,
  { openStore, verifier, isPlanned, clock, signal, ...context }: SettleContext,
): Promise<SettledFor> {
  const ask = askEndpoint(choice, {
    ...context,
    openStore: verifier?.kind === 'clickhouse' ? () => openStore(verifier) : undefined,
    patience:
      verifier?.kind === 'clickhouse'
        ? { clock, timeoutMs: verifier.timeoutMs, signal }
        : undefined,
  })
  const different = new Map<string, SettledExport>()
  const byArn = new Map<string, SettledExport>()
  const byDefault = { settings: defaultSettings(choice) }
  await Promise.all(
    targets.map(async (target) => {
      if (target.kind === 'missing') return
      const { arn, environment } = target.fn
      if (!environment.readable) return
      const unasked = await settleExport(choice, environment.variables, ASK_NOBODY)
      const settled = isPlanned(target.fn, unasked.settings)
        ? await settleExport(choice, environment.variables, ask)
        : unasked
      const key = JSON.stringify(settled)
      different.set(key, different.get(key) ?? settled)
      byArn.set(arn.text, different.get(key) ?? settled)
    }),
  )
  return (fn) => byArn.get(fn.arn.text) ?? byDefault
}

/** Leaves what the function has, and the defaults. */
const ASK_NOBODY: AskEndpoint = {
  protocol: () => Promise.resolve({ ok: false, fault: '' }),
  keyScheme: () => Promise.resolve(undefined),
  json: () => Promise.resolve(undefined),
}

/**
 * The settings of one function.
 *
 * @param variables what the function has
 */
export async function settleExport(
  choice: ExportChoice,
  variables: Variables,
  ask: AskEndpoint,
): Promise<SettledExport> {
  return choice.exporter === 'otlp'
    ? settleOtlp(choice, variables, ask)
    : settleClickHouse(choice, variables, ask)
}

async function settleOtlp(
  choice: OtlpChoice,
  variables: Variables,
  ask: AskEndpoint,
): Promise<SettledExport> {
  const protocol = await settleProtocol(choice, variables, ask)
  const first = configuredKeyScheme(variables, choice.endpoint) ?? 'raw'
  if (typeof protocol === 'object') {
    const found = { protocol: defaultProtocol(choice), keyScheme: first, json: false }
    return { settings: exportSettings(choice, found), refusal: protocol }
  }
  const isOpen = choice.apiKey?.scheme === 'auto' && protocol !== undefined
  const told = isOpen ? await ask.keyScheme(protocol, first) : undefined
  return { settings: exportSettings(choice, { protocol, keyScheme: told ?? first, json: false }) }
}

async function settleProtocol(
  choice: OtlpChoice,
  variables: Variables,
  ask: AskEndpoint,
): Promise<Protocol | undefined | Refusal> {
  if (choice.protocol !== 'auto') return choice.protocol
  const configured = configuredProtocol(variables, choice.endpoint)
  if (configured === 'http' || (configured === 'grpc' && !onlyHttp(choice))) return configured
  const told = await ask.protocol()
  return told.ok ? told.value : { reason: 'protocol-unknown', detail: told.fault }
}

/** Tables may be made anew with other columns: then what the function has fits no longer, so they are asked first. */
async function settleClickHouse(
  choice: ClickHouseChoice,
  variables: Variables,
  ask: AskEndpoint,
): Promise<SettledExport> {
  const told = choice.json === 'auto' ? await ask.json() : undefined
  const json = told ?? configuredJson(variables, choice) ?? false
  return { settings: exportSettings(choice, { protocol: undefined, keyScheme: 'raw', json }) }
}
