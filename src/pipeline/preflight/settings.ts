/** What a run wants, as far as the preflight reads it. */

import type { LogsWish } from '../disable-logs/settings'
import type { ExportChoice, Wanted } from '../plan/wanted'
import type { Targets } from '../select/targets'
import type { SmokeTest } from '../smoke-test/settings'
import type { AskedProof, Verifier } from '../verify/settings'
import type { Iac } from '../../systems/templates/owner'
import type { EndpointCheck } from './endpoint/verdict'

/** What `apply`, `plan` and `verify` hold functions and roles against. */
interface Configuration {
  readonly wanted: Omit<Wanted, 'export'>
  readonly export: ExportChoice
  readonly endpointCheck: EndpointCheck
  /** The code hashes that the Rotel layer may have; none: any. */
  readonly layerHashes: readonly string[]
  /** Put a policy of our own on execution roles that may not read the secrets which Rotel is to look up. */
  readonly grantSecretAccess: boolean
  readonly logs: LogsWish
}

/** What `apply` and `plan` do beside. */
interface Release {
  /** The alias that is to lead to a version of what was proven; `undefined`: none. */
  readonly publishAlias: string | undefined
}

interface SettingsOfEveryMode {
  readonly targets: Targets
  readonly smokeTest: SmokeTest
  /** Which tool owns the functions: see systems/templates/owner.ts. */
  readonly iac: Iac
  /** An administrator's policy by which a Deny is recognised as ours. */
  readonly denyPolicyArn: string | undefined
  /** `accept: log-loss` */
  readonly acceptsLogLoss: boolean
  /** `accept: unproven-aliases` */
  readonly acceptsUnprovenAliases: boolean
}

export type PreflightSettings = SettingsOfEveryMode &
  (
    | ({ readonly mode: 'apply'; readonly verifier: Verifier } & Configuration & Release)
    | ({ readonly mode: 'verify'; readonly verifier: Verifier } & Configuration)
    | ({
        readonly mode: 'plan'
        /** That of `apply`; `undefined`: it proves nothing. */
        readonly proof: AskedProof | undefined
      } & Configuration &
        Release)
    | {
        readonly mode: 'remove'
        /** Only plan it. */
        readonly dryRun: boolean
        /** Path of the file that a run with `cloudwatch-logs: remove` wrote. */
        readonly restoreFile: string | undefined
      }
  )
