/** Who may use the local ClickHouse, and how its HTTP interface finds out. */

import type { IncomingHttpHeaders } from 'node:http'
import { ClickHouseException } from './exception'

export interface ClickHouseUser {
  readonly name: string
  readonly password: string
  /** The profile's setting: 1 may only read and change no setting, 2 may change settings. Default 0. */
  readonly readonly?: 0 | 1 | 2
  /** Queries that the user has no grant for. */
  readonly denied?: RegExp
}

/** Of open-source ClickStack (HyperDX `docker/clickhouse/local/users.xml`). */
export const clickStackUsers: readonly ClickHouseUser[] = [
  { name: 'default', password: '' },
  { name: 'api', password: 'api' },
  { name: 'worker', password: 'worker' },
]

/** `src/Server/HTTP/authenticateUserByHTTP.cpp`. Throws AUTHENTICATION_FAILED. */
export function authenticatedUser(
  users: readonly ClickHouseUser[],
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): ClickHouseUser {
  const { name, password } = credentials(headers, query)
  const user = users.find((one) => one.name === name && one.password === password)
  if (user) return user
  throw authenticationFailed(
    `${name}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}

function credentials(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
): { name: string; password: string } {
  const named = text(headers['x-clickhouse-user'])
  const key = text(headers['x-clickhouse-key'])
  const { authorization } = headers
  if (named !== '' || key !== '') {
    if (authorization !== undefined) {
      throw authenticationFailed(
        'Invalid authentication: it is not allowed to use X-ClickHouse HTTP headers and Authorization HTTP header simultaneously',
      )
    }
    if (named === '') {
      throw authenticationFailed('Got an empty user name from X-ClickHouse HTTP headers')
    }
    return { name: named, password: key }
  }
  if (authorization !== undefined) {
    const [scheme = '', encoded = ''] = authorization.split(' ')
    if (scheme.toLowerCase() !== 'basic') {
      throw authenticationFailed(
        `Invalid authentication: '${scheme}' HTTP Authorization scheme is not supported`,
      )
    }
    const [name = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':')
    return { name, password: password.join(':') }
  }
  return { name: query.get('user') ?? 'default', password: query.get('password') ?? '' }
}

function text(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : ''
}

function authenticationFailed(message: string): ClickHouseException {
  return new ClickHouseException(516, 'AUTHENTICATION_FAILED', message)
}
