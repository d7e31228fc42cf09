/**
 * The preflight of a run: what is planned for each function and each role, and everything that reading can tell against
 * it, before the first write (promise P5).
 */

import { atOnce } from '../../model/at-once'
import type { Clock } from '../../model/clock'
import type { RunSignal } from '../../model/run-signal'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { RoleControl } from '../../systems/iam/role-control'
import type { AliasControl } from '../../systems/lambda/alias-control'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LatestVersions } from '../../systems/rotel/layers'
import { latestVersions, type Releases } from '../../systems/rotel/releases'
import type { SecretReference } from '../../systems/rotel/secret-reference'
import { defaultSettings } from '../plan/export-settings'
import { planAttachment } from '../plan/plan'
import { findTraffic, type Traffic, trafficNotes } from '../publish-alias/traffic'
import type { LogsChange } from '../roles/role-change'
import { roleUsers } from '../roles/role-users'
import { simulatedOnce } from '../roles/simulated-once'
import type { Target } from '../select/target'
import type { LambdaInvoke } from '../smoke-test/invocation'
import type { RegionFunctions } from '../select/region-functions'
import { regionsOf } from '../select/targets'
import { type EdgeFindings, findEdgeFunctions, withEdgeWarnings } from './edge-functions'
import { aliasPlanner } from './aliases'
import { inspect, type Inspected } from './inspect'
import { isInvoked, isProvenLater } from './invocations'
import { inspectLogs } from './logs'
import { type PlanFor, planner } from './planner'
import { newerLayerWarnings } from './newer-layers'
import { inspectRoleRoom } from './role-room'
import { plaintextWarnings, referenceNotes, referencesOf } from './secret-notes'
import { unprovable } from './provable'
import type { SecretStores } from './secret-stores'
import { secretPreflight, type SecretPreflight } from './secrets'
import { type SettleContext, type SettledFor, settleExports } from './settle-export'
import type { PreflightSettings } from './settings'
import { ownerNotes } from './template-owners'

export interface PreflightContext extends Pick<
  SettleContext,
  'send' | 'openStore' | 'openClickHouse'
> {
  readonly lambda: LambdaControl
  readonly aliases: AliasControl
  readonly invoke: Pick<LambdaInvoke, 'mayInvoke'>
  readonly releases: Releases
  readonly secretStores: SecretStores
  readonly roles: RoleControl
  readonly logGroups: LogGroups
  readonly clock: Clock
  readonly run: RunSignal
  /** Of the restore file, in `mode: remove`. */
  readonly restore: readonly LogsChange[]
  /** Regions that were listed to select the functions. */
  readonly listed: ReadonlyMap<string, RegionFunctions>
}

export interface Preflight {
  /** In the order of the targets. */
  readonly inspected: readonly Inspected[]
  readonly planFor: PlanFor
  /** What each function is to send; `undefined` in `mode: remove`. */
  readonly settledFor: SettledFor | undefined
  /** Whether the smoke test invokes the function. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  /** Where functions are looked for that share a role. */
  readonly regions: readonly string[]
  /** About the run as a whole, in sentences. */
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
}

/** More than the quotas of a few regions let through at a time: a fleet of thousands that waits would only take memory. */
const TARGETS_AT_ONCE = 500

export async function preflight(
  targets: readonly Target[],
  settings: PreflightSettings,
  context: PreflightContext,
): Promise<Preflight> {
  const { lambda, roles, logGroups: groups, clock, restore, listed } = context
  const isRemoval = settings.mode === 'remove'
  const traffic = isRemoval ? undefined : inspectTraffic(targets, lambda)
  const latest = await findLatest(settings, context.releases)
  const settledFor = isRemoval
    ? undefined
    : await settle(settings, targets, latest.versions, context)
  const planFor = planner(settings, latest.versions, settledFor)
  const invokes: Preflight['invokes'] = (fn, changes) => isInvoked(settings, fn, changes)
  // What is `auto` changes neither the references nor whether the key is one.
  const wanted = isRemoval ? undefined : defaultSettings(settings.export)
  const references = wanted === undefined ? [] : referencesOf(wanted)
  const secrets = preflightOfSecrets(settings, references, context)
  const alone = await atOnce(TARGETS_AT_ONCE, targets, (target) =>
    inspect(target, {
      lambda,
      planFor,
      // After a removal the invocation informs: nothing depends on it.
      invokes: isRemoval ? () => false : invokes,
      // A plan is made with rights to read, and where nothing is written the invocation itself tells.
      invoke: settings.mode === 'apply' ? context.invoke : undefined,
      secrets,
      unprovable: (fn, change) => unprovable(settings, fn, change),
      caughtLater: (fn) => isProvenLater(settings, fn),
      layerMayBeSigned: !isRemoval && settings.wanted.layer.kind === 'own-copy',
      disablesLogs: !isRemoval && settings.logs.kind === 'disable',
      layerHashes: isRemoval ? [] : settings.layerHashes,
    }),
  )
  const regions = regionsOf(settings.targets)
  const { mode } = settings
  const edge = mode === 'apply' || mode === 'plan' ? findEdgeFunctions(alone, mode, roles) : NO_EDGE
  const withAlias = aliasPlanner(settings, { ...context, invokes })
  const published = await Promise.all(alone.map(withAlias))
  const checked = await inspectLogs(await inspectRoleRoom(published, roles), {
    ...settings,
    lambda,
    roles: simulatedOnce(roles),
    groups,
    clock,
    planFor,
    users: roleUsers(regions, lambda, { known: listed }),
    wish: isRemoval ? { kind: 'keep' } : settings.logs,
    isInvoked: (fn) => invokes(fn, true),
    withAlias,
    restore,
    traffic,
  })
  const edgeFound = await edge
  const reached = await traffic
  const inspected = withRoutes(withEdgeWarnings(checked, edgeFound), reached)
  const writesKeys = wanted !== undefined && settings.mode !== 'verify'
  return {
    inspected,
    planFor,
    settledFor,
    invokes,
    regions,
    warnings: [
      ...latest.warnings,
      ...newerLayerWarnings(inspected),
      ...(secrets?.notChecked() ?? []).map((text) => `${text}.`),
      ...(writesKeys ? plaintextWarnings(wanted, inspected) : []),
    ],
    notes: [
      ...referenceNotes(references),
      ...edgeFound.notes,
      ...(isRemoval ? [] : ownerNotes(inspected, settings.iac)),
      ...trafficNotes([...(reached?.values() ?? [])]),
    ],
  }
}

/** By unqualified ARN. */
async function inspectTraffic(
  targets: readonly Target[],
  lambda: Pick<LambdaControl, 'routes'>,
): Promise<ReadonlyMap<string, Traffic>> {
  const found = targets.filter((target) => target.kind === 'found')
  return new Map(
    await Promise.all(
      found.map(
        async (one) =>
          [one.fn.arn.text, await findTraffic(one, (arn) => lambda.routes(arn))] as const,
      ),
    ),
  )
}

function withRoutes(
  inspected: readonly Inspected[],
  reached: ReadonlyMap<string, Traffic> | undefined,
): readonly Inspected[] {
  return inspected.map((one) => {
    const traffic = one.kind === 'planned' ? reached?.get(one.fn.arn.text) : undefined
    return one.kind === 'planned' && traffic ? { ...one, traffic } : one
  })
}

const NO_EDGE: Promise<EdgeFindings> = Promise.resolve({ warnings: new Map(), notes: [] })

function preflightOfSecrets(
  settings: PreflightSettings,
  references: readonly SecretReference[],
  { secretStores, roles }: PreflightContext,
): SecretPreflight | undefined {
  if (settings.mode === 'remove' || references.length === 0) return undefined
  const grant = settings.grantSecretAccess
  return secretPreflight({ references, stores: secretStores, roles, grant })
}

async function findLatest(
  settings: PreflightSettings,
  releases: Releases,
): Promise<{ readonly versions: LatestVersions; readonly warnings: readonly string[] }> {
  const none: LatestVersions = () => undefined
  if (settings.mode === 'remove' || settings.wanted.layer.kind !== 'latest') {
    return { versions: none, warnings: [] }
  }
  const list = await releases.list()
  if (list.ok) return { versions: latestVersions(list.value), warnings: [] }
  return {
    versions: none,
    warnings: [
      `layer-version: latest could not be determined (${list.fault}); attached layers are kept, others get the bundled version.`,
    ],
  }
}

/** What each function is to send. The endpoint is asked only where a function is planned and has no answer itself. */
function settle(
  settings: Exclude<PreflightSettings, { mode: 'remove' }>,
  targets: readonly Target[],
  latest: LatestVersions,
  context: PreflightContext,
): Promise<SettledFor> {
  const { wanted, mode } = settings
  const { architecture } = settings.targets
  return settleExports(targets, settings.export, {
    ...context,
    signal: context.run.signal,
    mode,
    check: settings.endpointCheck,
    verifier: mode === 'plan' ? undefined : settings.verifier,
    isPlanned: (fn, one) =>
      planAttachment(fn, { ...wanted, export: one }, { architecture, latest }).kind !== 'refused',
  })
}
