/** A service over JSON 1.1, as Secrets Manager and Systems Manager speak it. Every client error is HTTP 400. */
import { AwsError } from './errors'
import type { ReadCall, Service, ServiceName } from './service'
import { isRecord } from './text'
import { json11Answer, json11Error } from './wire'

export type Params = Readonly<Record<string, unknown>>

/** Throws the AccessDeniedException of a principal that may not do it. */
export type Authorise = (action: string, resource: string) => void

/** Asks for its rights itself: which ones it needs depends on what it finds. */
export type JsonOperation = (call: {
  readonly params: Params
  readonly region: string
  readonly authorise: Authorise
}) => unknown

export interface JsonServiceParts {
  readonly name: ServiceName
  /** Of `X-Amz-Target`, with the dot. */
  readonly target: string
  readonly operations: Readonly<Record<string, JsonOperation>>
  /** The caller's rights. */
  readonly authorise: Authorise
  /** How the service calls the message of an error: Secrets Manager writes it with a capital letter (recorded). */
  readonly messageMember?: 'message' | 'Message'
}

export function createJsonService(parts: JsonServiceParts): Service {
  return {
    name: parts.name,
    read: (request): ReadCall | undefined => {
      const name = (request.headers['x-amz-target'] ?? '').replace(parts.target, '')
      const operation = parts.operations[name]
      if (operation === undefined) return undefined
      const body: unknown = JSON.parse(request.body.toString('utf8') || '{}')
      const params = isRecord(body) ? body : {}
      return {
        operation: name,
        functionName: undefined,
        params,
        quota: 'none',
        rights: [],
        work: () =>
          json11Answer(operation({ params, region: request.region, authorise: parts.authorise })),
      }
    },
    writeError: (error) =>
      json11Error(
        error.status === 403
          ? new AwsError(error.name, 400, error.message, { members: error.members })
          : error,
        parts.messageMember,
      ),
    throttled: () => new AwsError('ThrottlingException', 400, 'Rate exceeded'),
    internalError: () =>
      new AwsError('InternalServiceError', 500, 'An error occurred on the server side.'),
  }
}

/** A list of strings; anything else in it is left out. */
export function stringsMember(params: Params, name: string): readonly string[] {
  const value = params[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** KMS's ARN of a key that is named by ARN, id or alias. */
export function kmsKeyArn(
  { partition, id }: { readonly partition: string; readonly id: string },
  region: string,
  key: string,
): string {
  if (key.startsWith('arn:')) return key
  return `arn:${partition}:kms:${region}:${id}:${key.startsWith('alias/') ? key : `key/${key}`}`
}
