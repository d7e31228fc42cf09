/** The inputs `function-tags` and `stack`: functions by what their tags hold. */

import type { TagFilter } from '../pipeline/select/tagged-functions'
import { parseArn } from '../model/arn'
import type { InputReader } from './input-reader'
import { readItems } from './list-forms'

/** Tag restrictions of Lambda (developer guide, "Tag restrictions"): 128 and 256 characters of these. */
const TAG_CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const LONGEST_KEY = 128
const LONGEST_VALUE = 256
/** GetResources takes no more (API reference, TagFilters). */
const MOST_KEYS = 50
const MOST_VALUES = 20
/** CloudFormation reference, StackName. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/

/** One filter for each key: a function must match all of them, by any of the values of each. */
export function parseFunctionTags(inputs: InputReader): readonly TagFilter[] {
  const found = new Map<string, string[] | 'any'>()
  for (const { text } of readItems(inputs, 'function-tags')) {
    const at = text.indexOf('=')
    const key = (at < 0 ? text : text.slice(0, at)).trim()
    const value = at < 0 ? undefined : text.slice(at + 1).trim()
    const fault = faultIn(key, value)
    if (fault !== undefined) {
      inputs.problem('function-tags', `\`function-tags\`: ${inputs.show(text)} ${fault}.`)
      continue
    }
    const known = found.get(key)
    // A key alone is matched by each of its values.
    if (value === undefined || known === 'any') found.set(key, 'any')
    else found.set(key, [...(known ?? []), value])
  }
  const filters = [...found].map(([key, values]) => ({
    key,
    values: values === 'any' ? [] : values,
  }))
  const isTooLong =
    filters.length > MOST_KEYS || filters.some(({ values }) => values.length > MOST_VALUES)
  if (isTooLong) {
    inputs.problem(
      'function-tags',
      `\`function-tags\` has more than ${String(MOST_KEYS)} keys, or more than ${String(MOST_VALUES)} values of one key, which AWS does not accept.`,
    )
  }
  return filters
}

function faultIn(key: string, value: string | undefined): string | undefined {
  if (key === '') return 'has no key: use `key=value`, or `key` for any value'
  if (key.includes('*') || value?.includes('*') === true) {
    return 'has a `*`: AWS compares tags exactly. Use `key` alone for any value'
  }
  if (!TAG_CHARACTERS.test(key) || !TAG_CHARACTERS.test(value ?? '')) {
    return 'is not a tag: letters, digits, spaces and `_.:/=+-@`'
  }
  return key.length > LONGEST_KEY || (value ?? '').length > LONGEST_VALUE
    ? `is too long: at most ${String(LONGEST_KEY)} characters of a key and ${String(LONGEST_VALUE)} of a value`
    : undefined
}

/** Names of CloudFormation stacks; an ARN, as deploy steps output it, stands for its name. */
export function parseStacks(inputs: InputReader): readonly string[] {
  const names: string[] = []
  for (const { text } of readItems(inputs, 'stack')) {
    const arn = parseArn(text)
    const name = arn?.service === 'cloudformation' ? (arn.resource.split('/')[1] ?? '') : text
    if (STACK_NAME.test(name)) {
      names.push(name)
      continue
    }
    inputs.problem(
      'stack',
      `\`stack\`: ${inputs.show(text)} is not the name or ARN of a CloudFormation stack. A name has at most 128 letters, digits and \`-\`, and begins with a letter.`,
    )
  }
  if (names.length > MOST_VALUES) {
    inputs.problem(
      'stack',
      `\`stack\` names ${String(names.length)} stacks. AWS accepts at most ${String(MOST_VALUES)} in one search.`,
    )
  }
  return [...new Set(names)]
}
