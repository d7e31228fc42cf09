/** Lists of layers: what both Rotel's layer and the auto-instrumentation layer need for their place in one. */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { type LayerArn, parseLayerArn } from '../../systems/lambda/layer-arn'
import { layerArchitecture } from '../../systems/rotel/layers'

/**
 * The list with the layer in the place of the first that is replaced, and without any other that is; behind all others
 * where none is. Order decides which of two files of one name Lambda takes, so everything else keeps its place.
 * @param layer ARN; `undefined`: what is replaced goes
 */
export function inPlaceOf(
  list: readonly string[],
  isReplaced: (arn: string) => boolean,
  layer: string | undefined,
): readonly string[] {
  const text = layer === undefined ? [] : [layer]
  const place = list.findIndex(isReplaced)
  if (place === -1) return [...list, ...text]
  return list.flatMap((arn, index) => {
    if (index === place) return text
    return isReplaced(arn) ? [] : [arn]
  })
}

/**
 * The user's own copy of a layer for this function.
 * @param language for `{language}`, where the template may have it
 * @returns the text that the template resolves to where it is not a layer version of the function's region
 */
export function ownCopy(
  { arn, architecture }: LambdaFunction,
  template: string,
  language = '{language}',
): LayerArn | string {
  const text = template
    .replaceAll('{region}', arn.region)
    .replaceAll('{arch}', layerArchitecture(architecture))
    .replaceAll('{language}', language)
  const layer = parseLayerArn(text)
  return layer?.region === arn.region && layer.partition === arn.partition ? layer : text
}
