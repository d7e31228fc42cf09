/** Which Rotel layer: `layer-version`, `layer-arn` and `layer-sha256`. */

import { inputDefaults } from './defaults'
import type { InputReader } from './input-reader'
import type { LayerChoice } from '../pipeline/plan/wanted'
import { checkLayerArnTemplate } from './layer-arn-template'
import { readItems } from './list-forms'
import { nearest } from './nearest'

export function parseLayerChoice(inputs: InputReader): LayerChoice {
  const version = inputs.read('layer-version').trim()
  const arnTemplate = inputs.read('layer-arn').trim()
  if (arnTemplate === '') return parseVersion(inputs, version)

  if (version !== inputDefaults['layer-version']) {
    parseVersion(inputs, version)
    inputs.problem(
      'layer-arn',
      `\`layer-arn\` and \`layer-version\` ${inputs.show(version)} contradict each other: the ARN ends with its own version. Set only one of them.`,
    )
  }
  checkLayerArnTemplate(inputs, 'layer-arn', arnTemplate, ['{region}', '{arch}'])
  return { kind: 'own-copy', arnTemplate }
}

/** The hashes that the Rotel layer may have; none: any. */
export function parseLayerHashes(inputs: InputReader): readonly string[] {
  const hashes = readItems(inputs, 'layer-sha256').map(({ text }) => text)
  for (const hash of hashes.filter((text) => !BASE64_SHA256.test(text))) {
    const hint = /^[0-9a-f]{64}$/i.test(hash) ? ' It is hexadecimal; AWS prints base64.' : ''
    inputs.problem(
      'layer-sha256',
      `\`layer-sha256\` has ${inputs.show(hash)}, which is not a SHA-256 hash in base64 (44 characters that end with \`=\`).${hint} Use what \`aws lambda get-layer-version-by-arn --arn <arn> --query Content.CodeSha256\` prints.`,
    )
  }
  return hashes
}

/** 32 bytes: the 43rd character holds four bits of them. */
const BASE64_SHA256 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

function parseVersion(inputs: InputReader, version: string): LayerChoice {
  if (version === 'bundled' || version === 'latest') return { kind: version }
  if (/^[1-9][0-9]{0,8}$/.test(version)) return { kind: 'number', version: Number(version) }

  const meant = nearest(version, ['bundled', 'latest'])
  const hint = /^v?[0-9]+(\.[0-9]+)+$/.test(version)
    ? ' That looks like a release of the extension; its release notes name the number of its layer version.'
    : meant === undefined
      ? ''
      : ` Did you mean \`${meant}\`?`
  inputs.problem(
    'layer-version',
    `\`layer-version\` is ${inputs.show(version)}. Allowed: \`bundled\`, \`latest\`, or the number of a layer version.${hint}`,
  )
  return { kind: meant ?? 'bundled' }
}
