/** Carries a run out with its proof set up before, and closed after. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { type Prove, skipProof } from '../verify/proof'
import { establishProof, type EstablishContext } from './establish-proof'
import type { Inspected } from './inspect'
import { refuse } from './refuse'
import type { SettledFor } from './settle-export'
import type { PreflightSettings } from './settings'

type ProofContext = Pick<
  EstablishContext,
  'runner' | 'clock' | 'lambdaClock' | 'send' | 'openStore' | 'openClickHouse' | 'run'
>

export interface Proved<T> {
  readonly value: T
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/**
 * Nothing is written before the proof is set up; where that fails, functions with those settings are blocked.
 * @param settledFor what each function is to send; `undefined` in `mode: remove`, which proves no arrival
 */
export async function withProof<T>(
  inspected: readonly Inspected[],
  settings: Exclude<PreflightSettings, { mode: 'plan' }>,
  settledFor: SettledFor | undefined,
  context: ProofContext,
  body: (inspected: readonly Inspected[], prove: Prove) => Promise<T>,
): Promise<Proved<T>> {
  const planned = inspected.flatMap((one) => (one.kind === 'planned' ? one.fn : []))
  if (settings.mode === 'remove' || settledFor === undefined || planned.length === 0) {
    return { value: await body(inspected, skipProof), warnings: [], notes: [] }
  }
  const choices = settings.export
  const settingsOf = (fn: LambdaFunction) => settledFor(fn).settings
  const proof = await establishProof(settings.verifier, [...new Set(planned.map(settingsOf))], {
    ...context,
    check: settings.endpointCheck,
    triesSchemes: choices.exporter === 'otlp' && choices.apiKey?.scheme === 'auto',
    settingsOf,
  })
  const provable = inspected.map((one): Inspected => {
    const refusal = one.kind === 'planned' ? proof.refusalOf(settingsOf(one.fn)) : undefined
    return one.kind === 'refused' || refusal === undefined ? one : refuse(one, refusal)
  })
  const { warnings, notes } = proof
  try {
    return { value: await body(provable, proof.prove), warnings, notes }
  } finally {
    await proof.close()
  }
}
