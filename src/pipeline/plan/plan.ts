/** Plans the change of a function from its current configuration, or the reason why it cannot be changed. */

import type { Wanted } from './wanted'
import { layerIdentity, parseLayerArn } from '../../systems/lambda/layer-arn'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import type { Reason } from '../../model/reason'
import type { Refusal } from '../../model/refusal'
import {
  bundlesCollector,
  collectorClash,
  configuresCollector,
  datadogClash,
  isDatadogExtension,
  mayBundleCollector,
} from '../../systems/rotel/collectors'
import { isPublishedRotel, looksLikeRotelCopy } from '../../systems/rotel/layers'
import { startsOn } from '../../systems/rotel/runtimes'
import { configurationFault } from '../../systems/rotel/configuration-fault'
import { rotelVariables } from '../../systems/rotel/settings'
import { deliveryFault, smallBatches } from '../../systems/rotel/silent-loss'
import { type Change, changeBetween } from '../../systems/lambda/change'
import { acceptAbsentAccount } from './carried-account'
import { environmentWithoutOurs, planEnvironment } from './environment'
import { ENVIRONMENT_LIMIT_BYTES, environmentBytes } from '../../systems/lambda/quotas'
import { isOurs, planInstrumentation } from './instrumentation'
import type { LatestVersions } from '../../systems/rotel/layers'
import { planLayers } from './layers'
import {
  claimedBeside,
  type LogsOwnership,
  MARKER,
  type Ownership,
  readMarker,
} from '../../model/ownership'

export type Plan =
  /** The function is already configured; nothing is to be written. */
  | ({ readonly kind: 'unchanged' } & PlanFacts)
  | ({ readonly kind: 'change'; readonly change: Change } & PlanFacts)
  | ({ readonly kind: 'refused' } & Refusal)

interface PlanFacts {
  readonly warnings: readonly string[]
  /** ARN of the Rotel layer that the function is to have; absent where it is to have none. */
  readonly rotelLayer?: string
}

export interface PlanContext {
  readonly architecture: 'auto' | LambdaFunction['architecture']
  readonly latest: LatestVersions
  /** How CloudWatch Logs are about to be disabled, which the marker tells before it is done; else what it tells stays. */
  readonly logs?: LogsOwnership | undefined
}

/** The plan of `apply`, `plan` and `verify`. */
export function planAttachment(fn: LambdaFunction, wanted: Wanted, context: PlanContext): Plan {
  const refusal = kindRefusal(fn, wanted, context.architecture)
  if (refusal) return { kind: 'refused', ...refusal }
  if (!fn.environment.readable) return { kind: 'refused', ...unreadable(fn.environment.errorCode) }
  const before = fn.environment.variables
  const owned = readMarker(before.get(MARKER))
  if (owned === 'unreadable') return { kind: 'refused', ...unreadableMarker() }

  const instrumentation = planInstrumentation(
    fn,
    before,
    owned,
    wanted.instrumentation,
    wanted.export.environment,
  )
  if ('reason' in instrumentation) {
    // That Rotel does not support it comes first: a function that a pattern matched is then skipped.
    const alone = planLayers(fn, wanted.layer, owned.layers, context.latest)
    return { kind: 'refused', ...('reason' in alone ? alone : instrumentation) }
  }
  const layers = planLayers(fn, wanted.layer, owned.layers, context.latest, instrumentation.layers)
  if ('reason' in layers) return { kind: 'refused', ...layers }
  const layersStay = instrumentation.layers.join() === layers.after.join()
  const layerIsOurs = !layersStay || owned.layers.includes(layers.rotel)

  const wantsJson = wanted.logFormat === 'json' && fn.logFormat === 'Text'
  const ownedFormat = wantsJson ? 'Text' : owned.logFormat
  const desired = acceptAbsentAccount(
    new Map([...instrumentation.variables, ...rotelVariables(wanted.export, fn.arn)]),
    before,
    owned,
  )
  const environment = planEnvironment(
    before,
    desired,
    owned,
    {
      layers: layerIsOurs ? [layers.rotel] : [],
      logFormat: ownedFormat,
      instrumentation: instrumentation.owned,
      replacedWrapper: instrumentation.replacedWrapper,
      // Another run may have disabled them since this one began.
      logs: context.logs ? claimedBeside(context.logs, owned.logs) : owned.logs,
    },
    wanted.acceptForeignSettings,
  )
  if ('conflicts' in environment) {
    return {
      kind: 'refused',
      reason: 'configured-elsewhere',
      detail: `variables that this action did not set have other values: ${environment.conflicts.join(', ')}`,
    }
  }
  const fault = configurationFault(environment.after) ?? deliveryFault(environment.after)
  if (fault) return { kind: 'refused', ...fault }
  const clash = portConflict(layers.after, layers.rotel, environment.after)
  if (typeof clash === 'object') return { kind: 'refused', ...clash }

  const change = changeBetween(
    fn,
    layers.after,
    before,
    environment.after,
    wantsJson ? 'JSON' : fn.logFormat,
  )
  if (change && change.variables.length > 0) {
    const bytes = environmentBytes(environment.after)
    if (bytes > ENVIRONMENT_LIMIT_BYTES) {
      return {
        kind: 'refused',
        reason: 'environment-too-large',
        detail: `the variables would need ${bytes.toLocaleString('en')} bytes (currently ${environmentBytes(before).toLocaleString('en')}), but Lambda allows ${ENVIRONMENT_LIMIT_BYTES.toLocaleString('en')}`,
      }
    }
  }
  const warnings = [
    ...(layers.warning === undefined ? [] : [layers.warning]),
    ...instrumentation.warnings,
    ...(clash === undefined ? [] : [clash]),
    ...(wantsJson ? [JSON_LOSES] : []),
    ...(wanted.acceptForeignSettings ? leftWithOthers(before, desired, owned) : []),
    ...smallBatches(environment.after).map(
      ([name, why]) => `the function’s variable ${name} ${why}`,
    ),
    ...(environment.after.has(ENV_FILE) && !desired.has(ENV_FILE) ? [FOREIGN_ENV_FILE] : []),
    ...cautions(fn),
  ]
  const { rotelLayer } = layers
  return change
    ? { kind: 'change', change, warnings, rotelLayer }
    : { kind: 'unchanged', warnings, rotelLayer }
}

/** The plan of `remove`: exactly what the marker names is removed. */
export function planRemoval(fn: LambdaFunction): Plan {
  if (fn.packageType === 'Image' || fn.kind === 'edge-replica')
    return { kind: 'unchanged', warnings: [] }
  if (!fn.environment.readable) return { kind: 'refused', ...unreadable(fn.environment.errorCode) }
  const before = fn.environment.variables
  const owned = readMarker(before.get(MARKER))
  if (owned === 'unreadable') return { kind: 'refused', ...unreadableMarker() }
  if (!before.has(MARKER)) return withoutMarker(fn, before)
  const layers = fn.layers
    .map((layer) => layer.arn)
    .filter((text) => {
      const arn = parseLayerArn(text)
      return arn === undefined || !(owned.layers.includes(layerIdentity(arn)) || isOurs(arn, owned))
    })
  const change = changeBetween(
    fn,
    layers,
    before,
    environmentWithoutOurs(before, owned),
    // A format that was changed since is kept.
    owned.logFormat ?? fn.logFormat,
  )
  return change ? { kind: 'change', change, warnings: [] } : { kind: 'unchanged', warnings: [] }
}

/** Rotel without a marker is not ours to remove: a deploy has reset the variables, or somebody else has set it up. */
function withoutMarker(fn: LambdaFunction, before: Variables): Plan {
  const layer = fn.layers.find(({ arn }) => {
    const parsed = parseLayerArn(arn)
    return parsed !== undefined && isPublishedRotel(parsed)
  })
  if (layer === undefined) return { kind: 'unchanged', warnings: [] }
  if ([...before.keys()].some((name) => name.startsWith('ROTEL_'))) {
    return {
      kind: 'refused',
      reason: 'configured-elsewhere',
      detail: `it has Rotel, but no ${MARKER}: this action did not configure it`,
    }
  }
  return {
    kind: 'unchanged',
    warnings: [
      `the layer ${layer.arn} stays: without ${MARKER} it is not known to be of this action`,
    ],
  }
}

function kindRefusal(
  fn: LambdaFunction,
  wanted: Wanted,
  architecture: PlanContext['architecture'],
): Refusal | undefined {
  if (fn.packageType === 'Image' || fn.runtime === undefined) {
    return { reason: 'image-function', detail: 'the function is a container image' }
  }
  if (fn.kind === 'managed-instances') {
    return { reason: 'managed-instances', detail: 'the function runs on Lambda Managed Instances' }
  }
  if (fn.kind === 'edge-replica') {
    return { reason: 'edge-replica', detail: 'the function is a Lambda@Edge replica' }
  }
  if (architecture !== 'auto' && architecture !== fn.architecture) {
    return {
      reason: 'architecture-mismatch',
      detail: `the function’s architecture is ${fn.architecture}, but \`architecture\` is \`${architecture}\``,
    }
  }
  if (!startsOn(fn.runtime) && !wanted.acceptUnsupportedRuntime) {
    return {
      reason: 'unsupported-runtime',
      detail: `${fn.runtime} does not run on Amazon Linux 2023`,
    }
  }
  if (fn.state === 'Failed') {
    return { reason: 'function-not-ready', detail: 'Lambda reports the state Failed' }
  }
  return undefined
}

/** A refusal, or a warning where the ports of another collector cannot be determined. */
function portConflict(
  layers: readonly string[],
  rotel: string,
  variables: Variables,
): Refusal | string | undefined {
  const collector = collectorClash(variables)
  const others = layers.flatMap((text) => {
    const arn = parseLayerArn(text)
    if (arn === undefined || layerIdentity(arn) === rotel) return []
    if (looksLikeRotelCopy(arn)) return [{ text, clash: 'yes' }]
    if (bundlesCollector(arn)) return [{ text, clash: collector }]
    return mayBundleCollector(arn) && collector !== 'no' ? [{ text, clash: 'unknown' }] : []
  })
  const datadog = datadogClash(variables)
  const withDatadog = layers.find((text) => {
    const arn = parseLayerArn(text)
    return arn !== undefined && isDatadogExtension(arn)
  })
  if (datadog.length > 0 && withDatadog !== undefined) {
    return {
      reason: 'port-conflict',
      detail: `${withDatadog} receives OTLP on Rotel’s ports: ${datadog.join(', ')}`,
    }
  }
  const names = (clash: string) =>
    others.filter((one) => one.clash === clash).map(({ text }) => text)
  if (names('yes').length > 0) {
    return {
      reason: 'port-conflict',
      detail: `${names('yes').join(', ')} uses Rotel’s ports 4317 and 4318`,
    }
  }
  if (names('unknown').length > 0) {
    const why =
      configuresCollector(variables) === undefined
        ? 'because only its name indicates a collector'
        : 'because its collector has its own configuration'
    return `the ports of ${names('unknown').join(', ')} were not checked, ${why}`
  }
  const settings = [configuresCollector(variables) ?? [], datadog].flat()
  return settings.length === 0
    ? undefined
    : `${settings.join(', ')} ${settings.length === 1 ? 'configures' : 'configure'} another collector. Whether it is on the function, and on which ports, was not checked: on Rotel’s ports, one of the two exits`
}

/** Only the wanted settings are replaced; the user's other settings stay, and some may redirect telemetry. */
function leftWithOthers(before: Variables, desired: Variables, owned: Ownership): string[] {
  const others = [...before.keys()].filter(
    (name) => name.startsWith('ROTEL_') && !desired.has(name) && !owned.variables.includes(name),
  )
  return others.length === 0
    ? []
    : [
        `existing Rotel variables that this action does not set are left unchanged: ${others.join(', ')}`,
      ]
}

const ENV_FILE = 'ROTEL_ENV_FILE'

const FOREIGN_ENV_FILE =
  'the function has its own ROTEL_ENV_FILE: values in that file override this action’s and were not checked'

/** Source: rotel-lambda-extension, src/lambda/logs.rs. */
const JSON_LOSES =
  'with log format JSON, Rotel keeps time, level, request ID and message of each line; other fields of JSON logs are lost'

/** A dead endpoint adds 3.0 to 3.6 s to each of the first invocations (rotel-lambda-extension, flush timeouts). */
const SHORT_TIMEOUT_SECONDS = 3

function cautions(fn: LambdaFunction): string[] {
  if (fn.timeoutSeconds > SHORT_TIMEOUT_SECONDS) return []
  return [
    `the function’s timeout is ${String(fn.timeoutSeconds)} s: an endpoint that does not answer adds 3 s to an invocation, which would then time out`,
  ]
}

function unreadable(errorCode: string): Refusal {
  return {
    reason: 'environment-unreadable',
    detail: `Lambda does not return the function’s variables (${errorCode})`,
  }
}

function unreadableMarker(): Refusal {
  return {
    reason: 'ownership-unreadable',
    detail: `the variable ${MARKER} of the function has an unknown format`,
  }
}

/** The function is of an unsupported kind: blocked when it was named, skipped when a pattern matched it. */
export const KIND_REASONS: ReadonlySet<Reason> = new Set([
  'image-function',
  'managed-instances',
  'edge-replica',
  'unsupported-runtime',
  'no-layer-in-region',
  'no-layer-in-partition',
])

/** The layers that the caller must be able to read: all of the list, because Lambda checks each on an update. */
export function layersToCheck(plan: Plan): readonly string[] {
  return plan.kind === 'change' ? (plan.change.layers?.after ?? []) : []
}
