/** All values of inputs that must never be printed, for masking before anything else happens. */

import type { InputName } from './defaults'
import { partsBesideReferences } from '../systems/rotel/secret-reference'
import { mayHoldSecret } from '../systems/rotel/secret-variables'
import { splitNameValue } from './lists'
import type { NameValue } from '../systems/rotel/export-settings'
import { withoutTrailing } from '../model/text-end'
import { userInfo, writtenAndDecoded } from '../model/user-info'

const SECRET: readonly InputName[] = [
  'clickhouse-password',
  'exporter-password',
  'hyperdx-api-key',
  'github-token',
]
/** Users and passwords that clients send together, as `Authorization: Basic …` (RFC 7617), and who the user is by default. */
const CREDENTIALS: readonly (readonly [user: InputName, password: InputName, byDefault: string])[] =
  [
    ['clickhouse-user', 'clickhouse-password', 'default'],
    ['exporter-user', 'exporter-password', 'default'],
  ]

const URLS: readonly InputName[] = ['endpoint', 'clickhouse-url', 'hyperdx-url']

/** Masking shorter values would blot out half of the log. */
const SHORTEST = 4

/**
 * The secrets in the raw inputs, also where those are malformed. Each comes whole, line by line, and without blanks or
 * base64's `=` at the edges, because the runner masks exactly what it is given. Never empty strings; nothing shorter than
 * four characters except the API key itself. References to secrets are none; what stands beside them is.
 */
export function secretInputs(read: (name: string) => string): readonly string[] {
  const key = read('api-key')
  const keyForms = [key, key.trim()]
  const found = [
    ...lines(key).flatMap((line) => [line, `Bearer ${line}`]),
    ...SECRET.flatMap((name) => [read(name), ...lines(read(name))]),
    ...CREDENTIALS.flatMap(([user, password, byDefault]) =>
      basic(read(user).trim() || byDefault, read(password)),
    ),
    ...URLS.flatMap((name) => partsOfUserInfo(read(name))),
    ...lines(read('headers')).flatMap(secretsOfHeader),
    ...lines(read('rotel-environment')).flatMap(secretsOfVariable),
  ].flatMap((secret) => [secret, secret.trim(), withoutTrailing(secret.trim(), '=')])

  const secrets = [
    ...keyForms,
    ...keyForms.map((form) => `Bearer ${form}`),
    ...found.filter((secret) => secret.trim().length >= SHORTEST),
  ]
  const parts = secrets.flatMap((secret) =>
    partsBesideReferences(secret.replace(SCHEME, '')).length === 0
      ? []
      : partsBesideReferences(secret),
  )
  return [...new Set(parts)].filter((part) => !/^(bearer|basic|apikey|token)?\s*$/i.test(part))
}

/** In base64 the password stands in other letters; in a URL it may. */
function basic(user: string, password: string): readonly string[] {
  if (password === '') return []
  const together = Buffer.from(`${user}:${password}`, 'utf8').toString('base64')
  return [together, encodeURIComponent(Buffer.from(password, 'utf8').toString('utf8'))]
}

/** Of the value of an `Authorization`. */
const SCHEME = /^\s*(bearer|basic|apikey|token)\s+/i

function lines(text: string): readonly string[] {
  return text.split(/[\r\n]+/)
}

/** Without a proper name and value the whole line may be the secret: `Authorization: Bearer abc=`, or `c2VjcmV0==`. */
function secretsOfHeader(line: string): readonly string[] {
  const header = splitNameValue(line)
  if (header === undefined || /^[=\s]*$/.test(header.value) || /[\s:]/.test(header.name.trim())) {
    return [line, line.slice(line.indexOf(':') + 1), ...withoutScheme(header?.value ?? '')]
  }
  return withoutScheme(header.value)
}

function secretsOfVariable(line: string): readonly string[] {
  const variable = splitNameValue(line)
  if (variable === undefined) return [line]
  if (!mayHoldSecret(variable.name)) return userInfoIn(variable)
  // A list of headers: each value on its own too.
  const items = variable.value.split(',').flatMap((item) => splitNameValue(item)?.value ?? [])
  return [variable.value, ...items].flatMap(withoutScheme)
}

/** `Bearer abc` as a whole, and `abc` alone, as which it might be quoted. */
function withoutScheme(value: string): readonly string[] {
  const trimmed = value.trim()
  return [value, trimmed.replace(SCHEME, '')]
}

/** Of a URL, and of each in a list, where a comma may end the item or be a part of the password. */
function userInfoIn({ name, value }: NameValue): readonly string[] {
  const isUrl = name.trim().endsWith('ENDPOINT')
  return [value, ...value.split(',')].flatMap((text) => {
    const urls = [...text.matchAll(/:\/\//g)].map(({ index }) => text.slice(index + 3))
    return [...(isUrl ? [text] : []), ...urls].flatMap(partsOfUserInfo)
  })
}

/** Together and apart. */
function partsOfUserInfo(url: string): readonly string[] {
  const info = userInfo(url)
  if (info === undefined) return []
  const { together, user, password } = info
  return [together, user, ...(password === undefined ? [] : [password])].flatMap(writtenAndDecoded)
}
