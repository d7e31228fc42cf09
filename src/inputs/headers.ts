/**
 * What each export carries besides the telemetry: `api-key`, `api-key-scheme` and `headers`. All values are secret, but
 * for those that are references to a secret.
 */

import { faultInHeaderName, faultInHeaderValue } from '../systems/rotel/values'
import { readSecretValue } from '../systems/rotel/secret-reference'
import { choice } from './choices'
import type { InputReader } from './input-reader'
import type { NameValue } from '../systems/rotel/export-settings'
import { lines, splitNameValue } from './lists'

/** The headers in writing order, the API key's `Authorization` first. */
export function parseHeaders(inputs: InputReader): readonly NameValue[] {
  const authorization = parseApiKey(inputs)
  const headers = parseHeaderLines(inputs)
  if (authorization === undefined) return headers

  if (headers.some(({ name }) => name.toLowerCase() === 'authorization')) {
    inputs.problem(
      'headers',
      '`headers` sets `Authorization`, and `api-key` does so too. Give one of them.',
    )
  }
  return [{ name: 'Authorization', value: authorization }, ...headers]
}

/** The value of `Authorization`; `undefined` without an API key. */
function parseApiKey(inputs: InputReader): string | undefined {
  const scheme = choice(inputs, 'api-key-scheme', { allowed: ['raw', 'bearer'] })
  const key = inputs.read('api-key')
  if (key === '') return undefined

  if (/^authorization\s*[=:]/i.test(key.trim())) {
    inputs.problem(
      'api-key',
      '`api-key` begins with the name of the header. Give the key alone; `Authorization` is added.',
    )
    return key
  }
  const value = readSecretValue(key)
  const fault =
    'problem' in value
      ? `is meant as a reference to a secret, and ${value.problem}`
      : faultInHeaderValue(value.written)
  if (fault !== undefined) inputs.problem('api-key', `\`api-key\` ${fault}.`)
  const written = 'problem' in value ? key : value.written

  const hasScheme = /^bearer\s/i.test(key.trim())
  if (scheme === 'bearer') {
    if (hasScheme) {
      inputs.problem(
        'api-key',
        '`api-key` begins with `Bearer`, which `api-key-scheme: bearer` adds already. Give the key alone.',
      )
    }
    return `Bearer ${written}`
  }
  if (hasScheme) {
    inputs.warn(
      '`api-key` begins with `Bearer` and is sent so. Clearer: the key alone with `api-key-scheme: bearer`.',
    )
  }
  return written
}

/** Problems name the line, never its text: a line that is not as expected may be a bare secret. */
function parseHeaderLines(inputs: InputReader): readonly NameValue[] {
  const headers: NameValue[] = []
  const seen = new Set<string>()
  for (const { text, line } of lines(inputs.read('headers'))) {
    const header = splitNameValue(text)
    if (header === undefined) {
      inputs.problem('headers', `\`headers\`: line ${line} has no \`=\`. Write \`name=value\`.`)
      continue
    }
    const value = readSecretValue(header.value)
    const fault =
      faultInHeaderName(header.name) ??
      ('problem' in value
        ? `is meant as a reference to a secret, and ${value.problem}`
        : faultInHeaderValue(value.written))
    if (fault !== undefined) {
      inputs.problem('headers', `\`headers\`: line ${line} ${fault}.`)
    } else if (seen.has(header.name.toLowerCase())) {
      inputs.problem('headers', `\`headers\`: line ${line} sets a header that is set before.`)
    }
    seen.add(header.name.toLowerCase())
    headers.push('problem' in value ? header : { name: header.name, value: value.written })
  }
  return headers
}
