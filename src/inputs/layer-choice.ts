/** Which version of the Rotel layer: `layer-version` and `layer-arn`. */

import { inputDefaults } from './defaults'
import type { InputReader } from './input-reader'
import type { LayerChoice } from '../pipeline/plan/wanted'
import { checkLayerArnTemplate } from './layer-arn-template'
import { nearest } from './nearest'

export function parseLayerChoice(inputs: InputReader): LayerChoice {
  const version = inputs.read('layer-version').trim()
  const arnTemplate = inputs.read('layer-arn').trim()
  if (arnTemplate === '') return parseVersion(inputs, version)

  if (version !== inputDefaults['layer-version']) {
    inputs.problem(
      'layer-arn',
      `\`layer-arn\` and \`layer-version\` ${inputs.show(version)} contradict each other: the ARN ends in its own version. Give one of them.`,
    )
  }
  checkLayerArnTemplate(inputs, 'layer-arn', arnTemplate, ['{region}', '{arch}'])
  return { kind: 'own-copy', arnTemplate }
}

function parseVersion(inputs: InputReader, version: string): LayerChoice {
  if (version === 'bundled' || version === 'latest') return { kind: version }
  if (/^[1-9][0-9]{0,8}$/.test(version)) return { kind: 'number', version: Number(version) }

  const meant = nearest(version, ['bundled', 'latest'])
  const hint = /^v?[0-9]+(\.[0-9]+)+$/.test(version)
    ? ' That looks like a release of the extension; its layers have numbers of their own, found in its release notes.'
    : meant === undefined
      ? ''
      : ` Did you mean \`${meant}\`?`
  inputs.problem(
    'layer-version',
    `\`layer-version\` is ${inputs.show(version)}. Allowed: \`bundled\`, \`latest\`, or the number of a layer version.${hint}`,
  )
  return { kind: meant ?? 'bundled' }
}
