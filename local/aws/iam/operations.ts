/** IAM over AWS Query and XML. Policy versions, managed policies' documents and the simulator are not here yet. */
import type { Account } from '../account'
import { AwsError } from '../errors'
import type { Answer, ReadCall, Service, WireRequest } from '../service'
import { isRecord, numberMember, stringMember } from '../text'
import { queryAnswer, queryError, queryParams, type XmlValue } from '../wire'
import type { IamStore, Role } from './roles'

const NAMESPACE = 'https://iam.amazonaws.com/doc/2010-05-08/'

type Params = Readonly<Record<string, unknown>>
type Operation = (params: Params) => XmlValue | undefined

export function createIamService(account: Account, store: IamStore): Service {
  const operations = operationsOf(store)
  return {
    name: 'iam',
    read: (request) => readCall(account, operations, request),
    writeError: (error, requestId) => queryError(NAMESPACE, error, requestId),
    throttled: () => new AwsError('Throttling', 400, 'Rate exceeded'),
    internalError: () =>
      new AwsError('ServiceFailure', 500, 'An internal failure has occurred. Try again later.'),
  }
}

function readCall(
  account: Account,
  operations: Readonly<Record<string, Operation>>,
  request: WireRequest,
): ReadCall | undefined {
  const params = queryParams(new URLSearchParams(request.body.toString('utf8')))
  const name = stringMember(params, 'Action') ?? ''
  const operation = operations[name]
  if (operation === undefined) return undefined
  const role = stringMember(params, 'RoleName')
  const resource =
    role === undefined ? '*' : `arn:${account.partition}:iam::${account.id}:role/${role}`
  return {
    operation: name,
    functionName: undefined,
    params,
    quota: 'none',
    rights: [{ action: `iam:${name}`, resource }],
    work: (): Answer => queryAnswer(name, NAMESPACE, operation(params), request.requestId),
  }
}

function operationsOf(store: IamStore): Readonly<Record<string, Operation>> {
  const roleOf = (params: Params): Role => {
    const name = stringMember(params, 'RoleName') ?? ''
    const role = store.find(name)
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`)
    return role
  }
  const policyNameOf = (params: Params): string => stringMember(params, 'PolicyName') ?? ''
  const arnOf = (params: Params): string => {
    const arn = stringMember(params, 'PolicyArn') ?? ''
    if (!/^arn:[a-z-]+:iam::(aws|\d{12}):policy\/.+/.test(arn)) {
      throw new AwsError('ValidationError', 400, 'Invalid ARN:  Could not be parsed!')
    }
    return arn
  }

  return {
    GetRole: (params) => ({ Role: roleXml(roleOf(params)) }),
    CreateRole: (params) => {
      const trust = stringMember(params, 'AssumeRolePolicyDocument') ?? ''
      requireDocument(trust)
      const description = stringMember(params, 'Description')
      const role = store.create({
        name: stringMember(params, 'RoleName') ?? '',
        path: stringMember(params, 'Path') ?? '/',
        trust,
        maxSessionSeconds: numberMember(params, 'MaxSessionDuration') ?? 3600,
        ...(description === undefined ? {} : { description }),
      })
      return { Role: roleXml(role) }
    },
    ListRolePolicies: (params) => {
      const page = pageOf([...roleOf(params).inline.keys()].sort(), params)
      return { PolicyNames: page.items, ...page.more }
    },
    GetRolePolicy: (params) => {
      const role = roleOf(params)
      const name = policyNameOf(params)
      const document = role.inline.get(name)
      if (document === undefined) throw noInlinePolicy(name)
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encoded(document) }
    },
    PutRolePolicy: (params) => {
      const role = roleOf(params)
      const document = stringMember(params, 'PolicyDocument') ?? ''
      requireDocument(document)
      requireRoom(role, policyNameOf(params), document)
      role.inline.set(policyNameOf(params), document)
      return undefined
    },
    DeleteRolePolicy: (params) => {
      const name = policyNameOf(params)
      if (!roleOf(params).inline.delete(name)) throw noInlinePolicy(name)
      return undefined
    },
    ListAttachedRolePolicies: (params) => {
      const attached = [...roleOf(params).attached]
      const page = pageOf(attached, params)
      const items = page.items.map(([arn, name]) => ({ PolicyName: name, PolicyArn: arn }))
      return { AttachedPolicies: items, ...page.more }
    },
    AttachRolePolicy: (params) => {
      const role = roleOf(params)
      const arn = arnOf(params)
      const name = store.policyName(arn)
      if (name === undefined) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
      }
      role.attached.set(arn, name)
      return undefined
    },
    DetachRolePolicy: (params) => {
      const arn = arnOf(params)
      if (!roleOf(params).attached.delete(arn)) {
        throw noSuchEntity(`Policy ${arn} was not found.`)
      }
      return undefined
    },
  }
}

function roleXml(role: Role): XmlValue {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdMs).toISOString(),
    AssumeRolePolicyDocument: encoded(role.trust),
    ...(role.description === '' ? {} : { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
    RoleLastUsed: {},
  }
}

/** Documents come URL-encoded (RFC 3986), and the SDK hands them on so. */
function encoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function requireDocument(text: string): void {
  const malformed = new AwsError(
    'MalformedPolicyDocument',
    400,
    'This policy contains invalid Json',
  )
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw malformed
  }
  if (!isRecord(document) || document['Statement'] === undefined) {
    throw new AwsError('MalformedPolicyDocument', 400, 'Syntax errors in policy.')
  }
}

/** Inline policies of a role: 10,240 characters together, blanks not counted. */
function requireRoom(role: Role, name: string, document: string): void {
  const others = [...role.inline].filter(([other]) => other !== name).map(([, text]) => text)
  const size = [...others, document].join('').replace(/\s/g, '').length
  if (size > 10_240) {
    throw new AwsError(
      'LimitExceeded',
      409,
      `Maximum policy size of 10240 bytes exceeded for role ${role.name}`,
    )
  }
}

function pageOf<Item>(
  items: readonly Item[],
  params: Params,
): {
  readonly items: readonly Item[]
  readonly more: { readonly IsTruncated: boolean; readonly Marker?: string }
} {
  const start = Number(stringMember(params, 'Marker') ?? '0')
  const end = start + Math.min(numberMember(params, 'MaxItems') ?? 100, 1000)
  const truncated = end < items.length
  return {
    items: items.slice(start, end),
    more: { IsTruncated: truncated, ...(truncated ? { Marker: String(end) } : {}) },
  }
}

function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', 404, message)
}

function noInlinePolicy(name: string): AwsError {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
