/** What IAM's operations share: members of requests, pages, and AWS's refusals of them. */
import { AwsError } from '../protocol/errors'
import { numberMember, stringMember } from '../protocol/text'
import type { XmlValue } from '../protocol/wire'

export type Params = Readonly<Record<string, unknown>>

/** The answer's members; `undefined` where there is none. */
type Operation = (params: Params) => XmlValue | undefined

export type Operations = Readonly<Record<string, Operation>>

/** IAM's validation texts do not show the value. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', 400, message)
}

export function constraintError(member: string, constraint: string): AwsError {
  return validationError(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  )
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message)
}

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', 400, message)
}

/** A bare name: `service-role/name` is none. */
export function nameMember(params: Params, member: string, maxLength: number): string {
  const name = stringMember(params, member) ?? ''
  const shown = `${member.charAt(0).toLowerCase()}${member.slice(1)}`
  if (name === '') throw constraintError(shown, 'Member must not be null')
  if (name.length > maxLength) {
    throw constraintError(shown, `Member must have length less than or equal to ${maxLength}`)
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw validationError(
      `The specified value for ${shown} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    )
  }
  return name
}

export function pathMember(params: Params): string {
  const path = stringMember(params, 'Path') ?? '/'
  if (!/^\/(?:[!-~]+\/)?$/.test(path) || path.length > 512) {
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    )
  }
  return path
}

export function policyArnMember(params: Params): string {
  const arn = stringMember(params, 'PolicyArn') ?? ''
  if (arn.length < 20) {
    throw constraintError('policyArn', 'Member must have length greater than or equal to 20')
  }
  if (!arn.startsWith('arn:')) throw validationError(`ARN ${arn} is not valid.`)
  if (!/^arn:[a-z-]+:iam::(aws|\d{12}):policy\/.+/.test(arn)) {
    throw validationError('Invalid ARN:  Could not be parsed!')
  }
  return arn
}

export function versionIdMember(params: Params): string {
  const id = stringMember(params, 'VersionId') ?? ''
  if (!/^v[1-9][0-9]*(\.[A-Za-z0-9-]*)?$/.test(id)) {
    throw constraintError(
      'versionId',
      'Member must satisfy regular expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?',
    )
  }
  return id
}

/** One page of 100 unless `MaxItems` says otherwise, 1,000 at most. */
export function pageOf<Item>(
  items: readonly Item[],
  params: Params,
): {
  readonly items: readonly Item[]
  readonly more: { readonly IsTruncated: boolean; readonly Marker?: string }
} {
  const size = numberMember(params, 'MaxItems') ?? 100
  if (size < 1) {
    throw constraintError('maxItems', 'Member must have value greater than or equal to 1')
  }
  if (size > 1000) {
    throw constraintError('maxItems', 'Member must have value less than or equal to 1000')
  }
  const marker = stringMember(params, 'Marker') ?? '0'
  if (!/^\d+$/.test(marker)) throw validationError('Invalid Marker.')
  const end = Number(marker) + size
  const truncated = end < items.length
  return {
    items: items.slice(Number(marker), end),
    more: { IsTruncated: truncated, ...(truncated ? { Marker: String(end) } : {}) },
  }
}

/** Documents come URL-encoded (RFC 3986), and the SDK hands them on so. */
export function encoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

export function isoDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
