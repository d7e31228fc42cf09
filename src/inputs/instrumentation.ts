/** Tracing: `auto-instrumentation` and the inputs that go with it. */

import { DISTRIBUTIONS } from '../systems/instrumentation/distributions'
import { type Language, LANGUAGES } from '../systems/instrumentation/languages'
import { choice } from './choices'
import { inputDefaults, type InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { InstrumentationChoice } from '../pipeline/plan/wanted'
import { checkLayerArnTemplate } from './layer-arn-template'

export function parseInstrumentation(inputs: InputReader): InstrumentationChoice {
  const language = choice<'none' | 'auto' | Language>(inputs, 'auto-instrumentation', {
    allowed: ['none', 'auto', ...LANGUAGES],
    alsoKnownAs: {
      node: 'nodejs',
      'node.js': 'nodejs',
      javascript: 'nodejs',
      true: 'auto',
      false: 'none',
    },
  })
  const distribution = choice(inputs, 'instrumentation-distribution', {
    allowed: DISTRIBUTIONS,
    alsoKnownAs: { otel: 'opentelemetry', community: 'opentelemetry', aws: 'adot' },
  })
  const wrapperConflict = choice(inputs, 'wrapper-conflict', { allowed: ['block', 'replace'] })
  const arnTemplate = inputs.read('instrumentation-layer-arn').trim()
  if (arnTemplate !== '') checkTemplate(inputs, arnTemplate, language)

  if (language === 'none') {
    warnOfNoEffect(inputs)
    return { kind: 'none' }
  }
  if (distribution === 'adot') inputs.warn(ADOT)
  return {
    kind: 'attach',
    language,
    distribution,
    arnTemplate: arnTemplate === '' ? undefined : arnTemplate,
    wrapperConflict,
  }
}

/** Sources: aws-otel-lambda, build scripts and config.yaml; aws-otel.github.io calls this line legacy. */
const ADOT =
  '`instrumentation-distribution: adot`: each of these layers bundles a collector of its own on ports 4317 and 4318, so Rotel’s receivers are moved to 5317 and 5318 and the SDK sends there; the bundled collector stays idle and lengthens cold starts. AWS calls these layers legacy.'

function checkTemplate(inputs: InputReader, template: string, language: string): void {
  checkLayerArnTemplate(inputs, 'instrumentation-layer-arn', template, [
    '{region}',
    '{arch}',
    '{language}',
  ])
  if (language === 'auto' && !template.includes('{language}')) {
    inputs.problem(
      'instrumentation-layer-arn',
      '`instrumentation-layer-arn` is one layer, and `auto-instrumentation: auto` needs one for each language. Put `{language}` (`nodejs`, `python` or `java`) into the ARN, or name the language.',
    )
  }
}

/** A workflow may have them fixed and choose the language by a matrix, so that is not a fault. */
function warnOfNoEffect(inputs: InputReader): void {
  const others: readonly InputName[] = [
    'instrumentation-distribution',
    'instrumentation-layer-arn',
    'wrapper-conflict',
  ]
  const given = others.filter((name) => inputs.read(name).trim() !== inputDefaults[name])
  if (given.length === 0) return
  const names = given.map((name) => `\`${name}\``).join(', ')
  inputs.warn(
    `Without \`auto-instrumentation\`, ${names} ${given.length === 1 ? 'has' : 'have'} no effect.`,
  )
}
