/** Which functions the run is about. */

import { choice, integer } from './choices'
import type { InputReader } from './input-reader'
import { ARCHITECTURES } from '../systems/lambda/lambda-function'
import type { Selector, Targets } from '../pipeline/select/targets'
import { parseFunctionTags, parseStacks } from './function-tags'
import { readItems } from './list-forms'
import { isRegionName } from '../model/arn'
import { parseSelectors } from './selectors'
import { parseShard } from './shard'

/** @param qualifier see inputs/aliases.ts */
export function parseTargets(
  inputs: InputReader,
  regionOfEnvironment: string,
  qualifier: string | undefined,
): Targets {
  const tags = parseFunctionTags(inputs)
  const stacks = parseStacks(inputs)
  // Whatever was wrong with them, they were meant to select.
  const isTagged = [inputs.read('function-tags'), inputs.read('stack')].some(
    (text) => text.trim() !== '',
  )
  const selectors = parseSelectors(inputs, isTagged)
  return {
    selectors,
    tags,
    stacks,
    shard: parseShard(inputs),
    qualifier,
    regions: parseRegions(inputs, selectors, isTagged, regionOfEnvironment),
    architecture: choice(inputs, 'architecture', {
      allowed: ['auto', ...ARCHITECTURES],
      // `amd64` is but one letter from `arm64`.
      alsoKnownAs: { amd64: 'x86_64', x64: 'x86_64', 'x86-64': 'x86_64', aarch64: 'arm64' },
    }),
    maxFunctions: integer(inputs, 'max-functions', { least: 1, most: 10_000 }),
  }
}

function parseRegions(
  inputs: InputReader,
  selectors: readonly Selector[],
  isTagged: boolean,
  regionOfEnvironment: string,
): readonly string[] {
  const given = readItems(inputs, 'regions').map(({ text }) => text)
  for (const region of given.filter((text) => !isRegionName(text))) {
    inputs.problem(
      'regions',
      `\`regions\`: ${inputs.show(region)} is not a region. Use names such as \`eu-central-1\`.`,
    )
  }
  if (given.length > 0) return given

  if (isRegionName(regionOfEnvironment)) return [regionOfEnvironment]
  if (regionOfEnvironment !== '') {
    inputs.problem(
      'regions',
      `\`regions\` is empty and \`AWS_REGION\` is ${inputs.show(regionOfEnvironment)}, which is not a region.`,
    )
    return []
  }
  const arns = selectors.flatMap((one) => (one.kind === 'arn' ? [one.region] : []))
  const isByRegion = isTagged && arns.length === 0
  if (isByRegion || selectors.some(({ kind }) => kind === 'name' || kind === 'pattern')) {
    inputs.problem(
      'regions',
      '`regions` is empty and `AWS_REGION` is not set. Set `regions`, or let the step that signs in to AWS set `AWS_REGION`.',
    )
  }
  // Nothing but ARNs: their own regions.
  return [...new Set(arns)]
}
