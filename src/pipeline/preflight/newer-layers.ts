/** Names the Rotel layers of a run that this release was not tested with. */

import { parseLayerArn } from '../../systems/lambda/layer-arn'
import { BUNDLED_VERSION, isStableRotel } from '../../systems/rotel/layers'
import type { Inspected } from './inspect'

/** Once for the run: functions usually have the same version. */
export function newerLayerWarnings(inspected: readonly Inspected[]): readonly string[] {
  const byVersion = new Map<number, string[]>()
  for (const one of inspected) {
    if (one.kind !== 'planned') continue
    const version = newerVersion(one.plan.rotelLayer)
    if (version !== undefined) {
      byVersion.set(version, [...(byVersion.get(version) ?? []), one.fn.arn.name])
    }
  }
  return [...byVersion]
    .sort(([a], [b]) => a - b)
    .map(
      ([version, names]) =>
        `Rotel layer version ${String(version)} is newer than version ${String(BUNDLED_VERSION)}, with which this release was tested: its options and messages may differ (${namesText(names)}).`,
    )
}

function newerVersion(text: string | undefined): number | undefined {
  const layer = text === undefined ? undefined : parseLayerArn(text)
  const isNewer = layer !== undefined && isStableRotel(layer) && layer.version > BUNDLED_VERSION
  return isNewer ? layer.version : undefined
}

const NAMED = 5

function namesText(names: readonly string[]): string {
  const more = names.length - NAMED
  return `${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`
}
