/**
 * What each export carries besides the telemetry: `api-key`, `api-key-scheme` and `headers`. All values are secret, but
 * for those that are references to a secret.
 */

import { faultInTransportHeader } from '../systems/rotel/silent-loss'
import { doubtInHeaderValue, faultInHeaderName, faultInListValue } from '../systems/rotel/values'
import { readSecretValue } from '../systems/rotel/secret-reference'
import { choice } from './choices'
import type { InputReader } from './input-reader'
import { KEY_SCHEMES, type NameValue } from '../systems/rotel/export-settings'
import type { OtlpChoice } from '../pipeline/plan/wanted'
import { readLines } from './list-forms'
import { splitNameValue } from './lists'

/** The API key, which becomes the header `Authorization`, and the other headers in writing order. */
export function parseHeaders(inputs: InputReader): Pick<OtlpChoice, 'apiKey' | 'headers'> {
  const apiKey = parseApiKey(inputs)
  const headers = parseHeaderLines(inputs)
  if (apiKey !== undefined && headers.some(({ name }) => name.toLowerCase() === 'authorization')) {
    inputs.problem(
      'headers',
      '`headers` sets `Authorization`, and `api-key` does so too. Set only one of them.',
    )
  }
  return { apiKey, headers }
}

function parseApiKey(inputs: InputReader): OtlpChoice['apiKey'] {
  const scheme = choice(inputs, 'api-key-scheme', { allowed: ['auto', ...KEY_SCHEMES] })
  const key = inputs.read('api-key')
  if (key === '') return undefined

  if (/^authorization\s*[=:]/i.test(key.trim())) {
    inputs.problem(
      'api-key',
      '`api-key` begins with the name of the header. Set the key alone; `Authorization` is added.',
    )
    return { key, scheme }
  }
  const value = readSecretValue(key)
  const fault =
    'problem' in value
      ? `is meant as a reference to a secret, and ${value.problem}`
      : faultInListValue(value.written)
  if (fault !== undefined) inputs.problem('api-key', `\`api-key\` ${fault}.`)
  const written = 'problem' in value ? key : value.written
  const doubt = doubtInHeaderValue(written)
  if (fault === undefined && doubt !== undefined) inputs.warn(`\`api-key\` ${doubt}.`)
  if (!/^bearer\s/i.test(key.trim())) return { key: written, scheme }

  if (scheme === 'bearer') {
    inputs.problem(
      'api-key',
      '`api-key` begins with `Bearer`, which `api-key-scheme: bearer` adds. Set the key alone.',
    )
  } else {
    inputs.warn(
      '`api-key` begins with `Bearer` and is sent unchanged. Better: the key alone, with `api-key-scheme: bearer`.',
    )
  }
  return { key: written, scheme: 'raw' }
}

/** Problems name the line, never its text: a line in another form may be a bare secret. */
function parseHeaderLines(inputs: InputReader): readonly NameValue[] {
  const headers: NameValue[] = []
  const seen = new Set<string>()
  for (const { text, line } of readLines(inputs, 'headers')) {
    const header = splitNameValue(text)
    if (header === undefined) {
      inputs.problem(
        'headers',
        `\`headers\`: line ${line} has no \`=\`. Use the form \`name=value\`.`,
      )
      continue
    }
    const value = readSecretValue(header.value)
    const fault =
      faultInHeaderName(header.name) ??
      faultInTransportHeader(header.name) ??
      ('problem' in value
        ? `is meant as a reference to a secret, and ${value.problem}`
        : faultInListValue(value.written))
    const doubt = doubtInHeaderValue('problem' in value ? header.value : value.written)
    if (fault !== undefined) {
      inputs.problem('headers', `\`headers\`: line ${line} ${fault}.`)
    } else if (seen.has(header.name.toLowerCase())) {
      inputs.problem(
        'headers',
        `\`headers\`: line ${line} sets a header that an earlier line sets.`,
      )
    } else if (doubt !== undefined) {
      inputs.warn(`\`headers\`: line ${line} ${doubt}.`)
    }
    seen.add(header.name.toLowerCase())
    headers.push('problem' in value ? header : { name: header.name, value: value.written })
  }
  return headers
}
