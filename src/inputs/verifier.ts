/** How the arrival of telemetry is proven: `verify` and what goes with it. */

import { choice } from './choices'
import type { InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { Mode, Verifier } from './inputs'

/** Inputs that say that the user has set up a verifier. */
const CONFIGURES_A_VERIFIER: readonly InputName[] = [
  'clickhouse-url',
  'hyperdx-url',
  'hyperdx-api-key',
]

/** In `plan` and `remove` nothing has to arrive, so nothing has to be set up. */
export function parseVerifier(inputs: InputReader, mode: Mode): Verifier {
  choice(inputs, 'verify', { allowed: ['auto', 'none'], notYet: ['clickhouse', 'hyperdx'] })

  const needed = mode === 'apply' || mode === 'verify'
  const configured = CONFIGURES_A_VERIFIER.some((name) => inputs.read(name) !== '')
  if (inputs.read('verify').trim() === 'auto' && needed && !configured) {
    inputs.problem(
      'verify',
      '`verify` is `auto`, and nothing is configured to verify with. Give `clickhouse-url` (not available yet), or `hyperdx-url` with `hyperdx-api-key` (not available yet), or say `verify: none`: nothing is proven then, and functions end as `written`.',
    )
  }
  return { kind: 'none' }
}
