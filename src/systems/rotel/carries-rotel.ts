/** Whether a function carries Rotel, and whether that Rotel has somewhere to send to. */

import { layerIdentity, layersOf } from '../lambda/layer-arn'
import type { LambdaFunction } from '../lambda/lambda-function'
import { ownershipOf } from '../lambda/marker'
import { BUNDLED_VERSION, isPublishedRotel, isStableRotel, looksLikeRotelCopy } from './layers'

/** Its older environments may then send telemetry too. */
export function carriesRotel(fn: LambdaFunction): boolean {
  const owned = ownershipOf(fn)
  return layersOf(fn).some(
    (layer) =>
      isPublishedRotel(layer) ||
      looksLikeRotelCopy(layer) ||
      (owned !== 'unreadable' && owned.layers.includes(layerIdentity(layer))),
  )
}

/** Its Rotel is newer than the one this release was tested with. Nothing is known of copies. */
export function runsUntestedRotel(fn: LambdaFunction): boolean {
  return layersOf(fn).some((layer) => isStableRotel(layer) && layer.version > BUNDLED_VERSION)
}

/**
 * Layer attached and an endpoint configured: a function without that has only CloudWatch for its logs. Variables that
 * Lambda does not show are given the benefit of the doubt.
 */
export function hasWorkingRotel(fn: LambdaFunction): boolean {
  if (!carriesRotel(fn)) return false
  const { environment } = fn
  return (
    !environment.readable ||
    [...environment.variables].some(([name, value]) => value !== '' && sendsTo(name))
  )
}

/** Endpoints of exporters, not of Rotel's receivers; an env file may bring one too. */
function sendsTo(name: string): boolean {
  if (name === 'ROTEL_ENV_FILE') return true
  const [, exporter] = /^ROTEL_(\w+)$/.exec(name) ?? []
  const end = '_ENDPOINT'
  return exporter?.endsWith(end) === true && exporter.slice(0, -end.length).includes('EXPORTER')
}
