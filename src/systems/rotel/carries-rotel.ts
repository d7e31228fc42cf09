/** Whether a function carries Rotel already, so that its older environments may send telemetry too. */

import { layerIdentity, layersOf } from '../lambda/layer-arn'
import type { LambdaFunction } from '../lambda/lambda-function'
import { isPublishedRotel, looksLikeRotelCopy } from './layers'
import { MARKER, readMarker } from '../../model/ownership'

export function carriesRotel(fn: LambdaFunction): boolean {
  const marker = fn.environment.readable ? fn.environment.variables.get(MARKER) : undefined
  const owned = readMarker(marker)
  return layersOf(fn).some(
    (layer) =>
      isPublishedRotel(layer) ||
      looksLikeRotelCopy(layer) ||
      (owned !== 'unreadable' && owned.layers.includes(layerIdentity(layer))),
  )
}
