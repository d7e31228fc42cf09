/** What the telemetry says of its source: `service-name` and `resource-attributes`. */

import { ACCOUNT_ATTRIBUTE } from '../systems/rotel/account'
import {
  doubtInListValue,
  doubtOfBlanks,
  faultInListName,
  faultInListValue,
} from '../systems/rotel/values'
import type { InputName } from './defaults'
import type { InputReader } from './input-reader'
import type { NameValue } from '../systems/rotel/export-settings'
import { readLines } from './list-forms'
import { splitNameValue } from './lists'

export interface Resource {
  readonly serviceName: string | undefined
  readonly resourceAttributes: readonly NameValue[]
}

/**
 * `moreThanOneFunction` is true as soon as the selection allows more than one: they would all be one service, and could
 * not be told apart.
 */
export function parseResource(inputs: InputReader, moreThanOneFunction: boolean): Resource {
  const attributes = parseAttributes(inputs)
  const asAttribute = attributes.find(({ name }) => name === 'service.name')?.value
  const asInput = inputs.read('service-name')
  const ofRotel = attributes.filter(({ name }) => name.startsWith('faas.')).map(({ name }) => name)
  if (ofRotel.length > 0) {
    inputs.problem(
      'resource-attributes',
      `\`resource-attributes\` sets ${ofRotel.map((name) => `\`${name}\``).join(', ')}, by which Rotel identifies the function of a row. Leave \`faas.*\` to Rotel.`,
    )
  }
  if (attributes.some(({ name }) => name === ACCOUNT_ATTRIBUTE)) {
    inputs.problem(
      'resource-attributes',
      `\`resource-attributes\` sets \`${ACCOUNT_ATTRIBUTE}\`, which tells functions of the same name in different accounts apart. Leave it out: this action sets it to the account of each function.`,
    )
  }
  if (asInput !== '' && asAttribute !== undefined) {
    inputs.problem(
      'resource-attributes',
      '`resource-attributes` sets `service.name`, and `service-name` does so too. Set only one of them.',
    )
  }

  if (asInput !== '') {
    // Rotel would trim it, and the proof would look for another name.
    const fault = faultInListValue(asInput) ?? doubtOfBlanks(asInput)
    const doubt = doubtInListValue(asInput)
    if (fault !== undefined) {
      inputs.problem('service-name', `\`service-name\` ${inputs.show(asInput)} ${fault}.`)
    } else if (doubt !== undefined) {
      inputs.warn(`\`service-name\` ${inputs.show(asInput)} ${doubt}.`)
    }
    checkPlaceholders(inputs, 'service-name', asInput, moreThanOneFunction)
  } else if (asAttribute !== undefined) {
    checkPlaceholders(inputs, 'resource-attributes', asAttribute, moreThanOneFunction)
  }
  return {
    serviceName: asInput === '' ? asAttribute : asInput,
    resourceAttributes: attributes.filter(({ name }) => name !== 'service.name'),
  }
}

function checkPlaceholders(
  inputs: InputReader,
  source: InputName,
  serviceName: string,
  moreThanOneFunction: boolean,
): void {
  const what = source === 'service-name' ? '`service-name`' : '`service.name`'
  if (/[{}]/.test(serviceName.replaceAll('{function}', ''))) {
    inputs.problem(
      source,
      `${what} is ${inputs.show(serviceName)}. The only placeholder is \`{function}\`, and other braces are not allowed.`,
    )
  } else if (moreThanOneFunction && !serviceName.includes('{function}')) {
    inputs.problem(
      source,
      `${what} is ${inputs.show(serviceName)}, the same for every function that \`functions\` selects. Add \`{function}\` to it, or leave it out.`,
    )
  }
}

function parseAttributes(inputs: InputReader): readonly NameValue[] {
  const attributes: NameValue[] = []
  const refuse = (line: number, why: string) => {
    inputs.problem('resource-attributes', `\`resource-attributes\`: line ${line} ${why}.`)
  }
  for (const { text, line } of readLines(inputs, 'resource-attributes')) {
    const attribute = splitNameValue(text)
    if (attribute === undefined) {
      refuse(line, `is ${inputs.show(text)}, without \`=\`. Use the form \`name=value\``)
      continue
    }
    const fault = faultInListName(attribute.name) ?? faultInListValue(attribute.value)
    const doubt = doubtInListValue(attribute.value)
    if (fault !== undefined) {
      const several = /,[^,=]+=/.test(attribute.value) ? '. Set one attribute a line' : ''
      refuse(line, `is ${inputs.show(text)}: it ${fault}${several}`)
    } else if (/\$\{arn:|^secret:\/\//.test(attribute.value)) {
      refuse(line, 'is a reference to a secret, whose value would then be in every row')
    } else if (attributes.some(({ name }) => name === attribute.name)) {
      refuse(line, `sets ${inputs.show(attribute.name)} a second time`)
    } else if (doubt !== undefined) {
      inputs.warn(`\`resource-attributes\`: line ${line} is ${inputs.show(text)}: it ${doubt}.`)
    }
    attributes.push(attribute)
  }
  return attributes
}
