/** Plans the layers of a function: ours are replaced in place, all others keep their places. */

import type { LayerChoice } from './wanted'
import {
  type LayerArn,
  layerArnText,
  layerIdentity,
  layersOf,
  parseLayerArn,
} from '../../systems/lambda/layer-arn'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import {
  BUNDLED_VERSION,
  isPublishedRotel,
  type LatestVersions,
  layerArchitecture,
  ROTEL_REGIONS,
  stableLayer,
} from '../../systems/rotel/layers'
import { inPlaceOf, ownCopy } from './layer-list'
import { LAYER_LIMIT } from '../../systems/lambda/quotas'
import type { Refusal } from '../../model/refusal'

export interface LayersPlan {
  readonly after: readonly string[]
  /** ARN of Rotel's layer among them. */
  readonly rotelLayer: string
  /** `account:name` of Rotel's layer. */
  readonly rotel: string
  /** A warning about the choice of version. */
  readonly warning: string | undefined
}

/**
 * @param owned `account:name` of layers that an earlier run attached (an own copy under any name may be among them).
 * @param beside all layers with the auto-instrumentation layer in its place
 */
export function planLayers(
  fn: LambdaFunction,
  choice: LayerChoice,
  owned: readonly string[],
  latest: LatestVersions,
  beside: readonly string[] = fn.layers.map(({ arn }) => arn),
): LayersPlan | Refusal {
  const target = rotelLayer(fn, choice, latest)
  if ('reason' in target) return target
  const isRotel = (layer: string) => {
    const arn = parseLayerArn(layer)
    return (
      arn !== undefined &&
      (isPublishedRotel(arn) ||
        layerIdentity(arn) === layerIdentity(target.layer) ||
        owned.includes(layerIdentity(arn)))
    )
  }
  const text = layerArnText(target.layer)
  const after = inPlaceOf(beside, isRotel, text)
  if (after.length > LAYER_LIMIT) {
    const had = fn.layers.length
    const more = `${String(had)} layers${had < LAYER_LIMIT ? ` and needs ${String(after.length - had)} more` : ''}`
    return {
      reason: 'layer-limit',
      detail: `the function has ${more}, but Lambda allows ${String(LAYER_LIMIT)}`,
    }
  }
  return {
    after,
    rotelLayer: text,
    rotel: layerIdentity(target.layer),
    warning: target.warning,
  }
}

interface RotelLayer {
  readonly layer: LayerArn
  readonly warning: string | undefined
}

function rotelLayer(
  fn: LambdaFunction,
  choice: LayerChoice,
  latest: LatestVersions,
): RotelLayer | Refusal {
  const { partition, region } = fn.arn
  if (choice.kind === 'own-copy') return copyOfRotel(fn, choice.arnTemplate)
  if (partition !== 'aws') {
    return {
      reason: 'no-layer-in-partition',
      detail: `Rotel is published only in the partition aws, but the function is in ${partition}`,
    }
  }
  if (!ROTEL_REGIONS.has(region)) {
    return { reason: 'no-layer-in-region', detail: `Rotel is not published in ${region}` }
  }
  const of = (version: number, warning?: string): RotelLayer => ({
    layer: stableLayer(region, fn.architecture, version),
    warning,
  })
  switch (choice.kind) {
    case 'number':
      return of(choice.version)
    case 'bundled':
      return of(Math.max(BUNDLED_VERSION, attachedStableVersion(fn) ?? 0))
    case 'latest': {
      const attached = attachedStableVersion(fn)
      const newest = latest(region, fn.architecture)
      if (newest !== undefined) return of(Math.max(newest, attached ?? 0))
      const kept = attachedRotel(fn)
      if (kept !== undefined) {
        return {
          layer: kept,
          warning: `the latest layer version could not be determined: the attached ${kept.name}:${String(kept.version)} is kept`,
        }
      }
      return of(
        BUNDLED_VERSION,
        `the latest layer version could not be determined: the bundled version ${String(BUNDLED_VERSION)} is used`,
      )
    }
  }
}

/** The version of the stable layer for this function's architecture, if that is what is attached. */
function attachedStableVersion(fn: LambdaFunction): number | undefined {
  const stable = layerIdentity(stableLayer(fn.arn.region, fn.architecture, 1))
  return layersOf(fn).find((layer) => layerIdentity(layer) === stable)?.version
}

/** A published layer that the function carries for its own architecture, alpha or stable. */
function attachedRotel(fn: LambdaFunction): LayerArn | undefined {
  const suffix = layerArchitecture(fn.architecture)
  return layersOf(fn).find(
    (layer) => isPublishedRotel(layer) && layer.name.split('-').includes(suffix),
  )
}

function copyOfRotel(fn: LambdaFunction, template: string): RotelLayer | Refusal {
  const layer = ownCopy(fn, template)
  if (typeof layer === 'string') {
    return {
      reason: 'no-layer-in-region',
      detail: `\`layer-arn\` resolves to ${layer}, which is not in the function’s region, ${fn.arn.region}`,
    }
  }
  return { layer, warning: undefined }
}
