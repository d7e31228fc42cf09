/** Which version of the Rotel layer: `layer-version` and `layer-arn`. */

import { inputDefaults } from './defaults'
import type { InputReader } from './input-reader'
import type { LayerChoice } from './inputs'
import { nearest } from './nearest'

/** A layer version ARN with `{region}` and `{arch}` filled in; the name's length is Lambda's (API reference, LayerName). */
const LAYER_VERSION_ARN =
  /^arn:aws(-[a-z]+)*:lambda:[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}:[0-9]{12}:layer:[A-Za-z0-9_-]{1,140}:[1-9][0-9]*$/

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
  checkArnTemplate(inputs, arnTemplate)
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

function checkArnTemplate(inputs: InputReader, template: string): void {
  const filledIn = template.replaceAll('{region}', 'eu-west-1').replaceAll('{arch}', 'arm64')
  if (LAYER_VERSION_ARN.test(filledIn)) return

  const placeholder = /\{[^}]*\}/.exec(filledIn)?.[0]
  const why =
    placeholder !== undefined
      ? `has the placeholder ${inputs.show(placeholder)}; there are only \`{region}\` and \`{arch}\``
      : LAYER_VERSION_ARN.test(`${filledIn}:1`)
        ? 'does not end in a version number'
        : 'is no layer version ARN'
  inputs.problem(
    'layer-arn',
    `\`layer-arn\` is ${inputs.show(template)}, which ${why}. Give \`arn:aws:lambda:{region}:<account>:layer:<name>:<version>\`.`,
  )
}
