/**
 * What is known of Rotel's published layers: who publishes them, where, and under which names.
 * Source: rotel-dev/rotel-lambda-extension, README and release notes of v0.1.6 (layer version 7).
 */

import { type LayerArn, layerIdentity, parseLayerArn } from '../lambda/layer-arn'
import type { Architecture, LambdaFunction } from '../lambda/lambda-function'

const ROTEL_ACCOUNT = '418653438961'

/** The name by which the extension registers, and so appears in the platform's log lines. */
export const ROTEL_EXTENSION_NAME = 'rotel-extension'

/**
 * The layer version this release was built and tested with: v0.1.6 is 7 in every region and for both architectures. Newer
 * ones exist (8 is v0.1.7, 9 is v0.1.8); this moves when their options and messages are known.
 */
export const BUNDLED_VERSION = 7

export const ROTEL_REGIONS: ReadonlySet<string> = new Set([
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'sa-east-1',
])

/** Rotel names its layers by Docker's architecture names, Lambda by its own. */
export function layerArchitecture(architecture: Architecture): 'amd64' | 'arm64' {
  return architecture === 'arm64' ? 'arm64' : 'amd64'
}

export function stableLayer(region: string, architecture: Architecture, version: number): LayerArn {
  const name = `rotel-extension-${layerArchitecture(architecture)}`
  return { partition: 'aws', region, account: ROTEL_ACCOUNT, name, version }
}

/**
 * The published layers that hold one and the same extension. The `-alpha` names ended at version 41 in
 * January 2026; AWS would accept an alpha layer beside a stable one, and the second could not bind its ports.
 */
const FAMILY: ReadonlySet<string> = new Set(
  ['amd64', 'arm64', 'amd64-alpha', 'arm64-alpha'].map((suffix) =>
    layerIdentity({ account: ROTEL_ACCOUNT, name: `rotel-extension-${suffix}` }),
  ),
)

export function isPublishedRotel(layer: LayerArn): boolean {
  return FAMILY.has(layerIdentity(layer))
}

/** Of the family whose versions are counted from 1 again; the `-alpha` names have numbers of their own. */
export function isStableRotel(layer: LayerArn): boolean {
  return isPublishedRotel(layer) && !layer.name.endsWith('-alpha')
}

/** v0.1.5: the first that finds a secret by an ARN without its suffix; before, it fails with `Returned secret ARN was not found`. */
const FIRST_WITH_PARTIAL_ARNS = 6

/** The published layer among these that does not find secrets by partial ARNs, as `name:version`. Nothing is known of copies. */
export function tooOldForPartialArns(layers: readonly string[]): string | undefined {
  const old = layers
    .map(parseLayerArn)
    .find(
      (arn) =>
        arn !== undefined &&
        isPublishedRotel(arn) &&
        (!isStableRotel(arn) || arn.version < FIRST_WITH_PARTIAL_ARNS),
    )
  return old && `${old.name}:${String(old.version)}`
}

/** A layer with Rotel's name in another account: a copy that would bind the same ports. */
export function looksLikeRotelCopy(layer: LayerArn): boolean {
  return (
    layer.account !== ROTEL_ACCOUNT && /^rotel-extension-(amd64|arm64)(-alpha)?$/.test(layer.name)
  )
}

/** The newest published version by region and architecture; `undefined` where it could not be determined. */
export type LatestVersions = (
  region: string,
  architecture: LambdaFunction['architecture'],
) => number | undefined
