/** Layers of the user's own: layer version ARNs with placeholders that are filled in for each function. */

import { parseLayerArn } from '../systems/lambda/layer-arn'
import type { InputName } from './defaults'
import type { InputReader } from './input-reader'
import { enclosedParts } from '../model/enclosed'

/** What each placeholder may stand for, as an example. */
const EXAMPLES = { '{region}': 'eu-west-1', '{arch}': 'arm64', '{language}': 'python' } as const

export function checkLayerArnTemplate(
  inputs: InputReader,
  name: InputName,
  template: string,
  placeholders: readonly (keyof typeof EXAMPLES)[],
): void {
  const filledIn = placeholders.reduce(
    (text, placeholder) => text.replaceAll(placeholder, EXAMPLES[placeholder]),
    template,
  )
  if (parseLayerArn(filledIn) !== undefined) return

  const unknown = enclosedParts(filledIn, ['{', '}'])[0]
  const why =
    unknown !== undefined
      ? `has the placeholder ${inputs.show(unknown)}; the placeholders are ${list(placeholders)}`
      : parseLayerArn(`${filledIn}:1`) !== undefined
        ? 'does not end in a version number'
        : 'is not a layer version ARN'
  inputs.problem(
    name,
    `\`${name}\` is ${inputs.show(template)}, which ${why}. Use the form \`arn:aws:lambda:{region}:<account>:layer:<name>:<version>\`.`,
  )
}

function list(placeholders: readonly string[]): string {
  const quoted = placeholders.map((placeholder) => `\`${placeholder}\``)
  return `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`
}
