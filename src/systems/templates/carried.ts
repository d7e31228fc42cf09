/** What a template must set so that its next deployment does not remove Rotel: our layers and variables. */

import { layerIdentity, parseLayerArn } from '../lambda/layer-arn'
import type { LambdaFunction } from '../lambda/lambda-function'
import { ownershipOf } from '../lambda/marker'
import type { Change } from '../lambda/change'
import { applyVariables } from '../lambda/change'
import { MARKER, ownsNoRotel, readMarker } from '../../model/ownership'
import { partsBesideReferences } from '../rotel/secret-reference'
import { isHeaderList, mayHoldSecret } from '../rotel/secret-variables'

export interface Carried {
  /** ARNs in the order of the function's list. */
  readonly layers: readonly string[]
  /** Without the marker, which only this action writes, and without secret values. */
  readonly variables: ReadonlyMap<string, string>
}

/** `undefined`: the function has, and will have, nothing of ours. */
export function carriedBy(fn: LambdaFunction, change: Change | undefined): Carried | undefined {
  if (!fn.environment.readable) return undefined
  const variables = applyVariables(fn.environment.variables, change?.variables ?? [])
  const owned = readMarker(variables.get(MARKER))
  if (owned === 'unreadable' || ownsNoRotel(owned)) return undefined
  const ours = new Set([...owned.layers, owned.instrumentation])
  const all = change?.layers?.after ?? fn.layers.map(({ arn }) => arn)
  return {
    layers: all.filter((arn) => {
      const layer = parseLayerArn(arn)
      return layer !== undefined && ours.has(layerIdentity(layer))
    }),
    variables: new Map(
      owned.variables.flatMap((name) => {
        const value = variables.get(name)
        return value === undefined ? [] : [[name, shown(name, value)] as const]
      }),
    ),
  }
}

/** A reference to fill in takes the place of a secret, whole or as the value of a header. */
function shown(name: string, value: string): string {
  if (!mayHoldSecret(name)) return withoutUserInfo(name, value)
  if (partsBesideReferences(value).length === 0) return value
  // Only Rotel resolves references, and only in its own variables.
  const placeholder = (key?: string) =>
    name.startsWith('ROTEL_') ? `\${${SECRET_ARN}${key === undefined ? '' : `#${key}`}}` : 'VALUE'
  if (!isHeaderList(name)) return placeholder()
  const headers = value.split(',').map((item) => {
    const at = item.indexOf('=')
    return { name: item.slice(0, Math.max(at, 0)), value: item.slice(at + 1) }
  })
  const hidden = headers.filter((header) => partsBesideReferences(header.value).some(isSecretText))
  return headers
    .map((header) => {
      if (!hidden.includes(header)) return `${header.name}=${header.value}`
      const [scheme = ''] = /^\s*(bearer|basic) /i.exec(header.value) ?? []
      // One secret for one header; one secret with a field for each for several.
      const key = hidden.length === 1 ? undefined : header.name
      return `${header.name}=${scheme}${placeholder(key)}`
    })
    .join(',')
}

const SECRET_ARN = 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX'

/** What stands beside a reference may be the scheme alone. */
function isSecretText(text: string): boolean {
  return !/^(bearer|basic|)$/i.test(text.trim())
}

/**
 * User and password of each URL. They may hold every sign but `/` (RFC 3986, section 3.2.1, and URLs that clients repair):
 * `?` and `#` would end the authority, but who forgot to encode them meant a password all the same.
 */
function withoutUserInfo(name: string, value: string): string {
  const isUrl = name.endsWith('ENDPOINT') || /^\s*[a-z][a-z0-9+.-]*:\/\//i.test(value)
  const first = isUrl ? value.replace(USER_INFO_OF_WHOLE, '$1USER:PASSWORD@') : value
  return first.replace(USER_INFO_IN_LIST, '://USER:PASSWORD@')
}

/** Of a value that is a URL; Rotel takes one without a scheme too. */
const USER_INFO_OF_WHOLE = /^(\s*[a-z][a-z0-9+.-]*:\/\/|)[^/]*@/i

/** A comma may be a part of it, or end the item: then a name follows, with `=`, or another URL. */
const USER_INFO_IN_LIST = /:\/\/(?:[^/,]|,(?![^,/]*=|[^,/]*:\/\/))*@/g

/**
 * Whether the template brings all of Rotel: layers and variables are as they are to be, and the marker, which disappears
 * with each deployment, claims none of them. Then the next deployment does not remove Rotel.
 */
export function isCarriedByTemplate(fn: LambdaFunction, change: Change | undefined): boolean {
  const owned = ownershipOf(fn)
  return (
    owned !== 'unreadable' &&
    ownsNoRotel(owned) &&
    (change === undefined ||
      (change.layers === undefined && change.variables.every(({ name }) => name === MARKER)))
  )
}
