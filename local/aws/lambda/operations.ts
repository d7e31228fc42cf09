/** Lambda's REST-JSON operations: paths, rights, quota class, and what each of them does. */
import { randomUUID } from 'node:crypto'
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import type { Answer, QuotaClass, ReadCall, Service, WireRequest } from '../protocol/service'
import { isRecord, numberMember, stringMember } from '../protocol/text'
import { configurationOf, listedConfiguration, timestamp } from './configuration'
import { eventSourceJson, provisionedJson } from './event-sources'
import type { FunctionState, PublishedVersion } from './function-state'
import { readReference, type FunctionReference, type FunctionStore } from './functions'
import type { Invoker } from './invoke'
import { codeSha256, parseLayerArn, type LayerRegistry, type LayerVersion } from './layers'
import {
  checkUpdateRequest,
  invalid,
  refuseWhileChanging,
  updateConfiguration,
  validation,
} from './update'
import {
  aliasJson,
  createAlias,
  findAlias,
  notFound,
  publishVersion,
  resolveQualifier,
  updateAlias,
} from './versions'

export interface LambdaParts {
  readonly account: Account
  readonly functions: FunctionStore
  readonly layers: LayerRegistry
  readonly invoker: Invoker
  readonly concurrencyLimit: number
}

type Params = Readonly<Record<string, unknown>>

/** A call on its way: what the operations read from. */
interface Call {
  readonly request: WireRequest
  readonly params: Params
  readonly region: string
  readonly reference: FunctionReference
}

interface Operation {
  readonly name: string
  readonly method: string
  readonly path: RegExp
  /** What hooks, faults and the log of calls know it by, where that is not the operation's name. */
  readonly known?: (params: Params) => string
  /** Names of the path's groups, in order. */
  readonly members: readonly string[]
  /** `X-Amz-…` headers and query names that are members, by the member's name. */
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** The body is JSON members, or the payload as it is. */
  readonly body?: 'json' | 'payload'
  /** Only when this query parameter has this value: two operations share a path. */
  readonly onlyIf?: readonly [string, string]
  readonly quota?: QuotaClass
  /** IAM action, where it is not the operation's name. */
  readonly action?: string
  /** The right is not asked for a function, whatever the call names. */
  readonly anyResource?: boolean
  /** Answers that the operation is permitted on functions only, not on versions and aliases. */
  readonly unqualified?: boolean
  work(parts: LambdaParts, call: Call): Answer | Promise<Answer>
}

export function createLambdaService(parts: LambdaParts): Service {
  return {
    name: 'lambda',
    read: (request) => readCall(parts, request),
    writeError: (error) => writeError(error),
    throttled: (retryAfterSeconds) =>
      new AwsError('TooManyRequestsException', 429, 'Rate exceeded', {
        members: { Reason: 'CallerRateLimitExceeded', Type: 'User' },
        headers:
          retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      }),
    internalError: () =>
      new AwsError('ServiceException', 500, 'An internal error occurred. Please try again.', {
        members: { Type: 'Service' },
      }),
  }
}

/** Some errors write `Message`, the others `message`; each kind always the same (recorded). */
function writeError(error: AwsError): Answer {
  const capital = CAPITAL.has(error.name) || error.name.startsWith('KMS')
  const text = { [capital ? 'Message' : 'message']: error.message }
  const type = UNTYPED.has(error.name) ? {} : { Type: 'User' }
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': error.name,
      ...error.headers,
    },
    body: JSON.stringify({ ...type, ...error.members, ...text }),
  }
}

const CAPITAL: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ServiceException',
  'ResourceNotFoundException',
  'CodeSigningConfigNotFoundException',
])
const UNTYPED: ReadonlySet<string> = new Set(['AccessDeniedException', 'ValidationException'])

function readCall(parts: LambdaParts, request: WireRequest): ReadCall | undefined {
  for (const operation of OPERATIONS) {
    const match = operation.path.exec(request.path)
    if (match === null || operation.method !== request.method) continue
    if (operation.onlyIf !== undefined) {
      const [name, value] = operation.onlyIf
      if (request.query.get(name) !== value) continue
    }
    return toReadCall(parts, request, operation, match)
  }
  return undefined
}

function toReadCall(
  parts: LambdaParts,
  request: WireRequest,
  operation: Operation,
  match: RegExpExecArray,
): ReadCall {
  const params = paramsOf(request, operation, match)
  const text = stringMember(params, 'FunctionName')
  const reference = referenceOf(parts.account, text, request.region, operation.name)
  const resource =
    operation.anyResource === true
      ? '*'
      : resourceOf(parts.account, params, reference, request.region)
  return {
    operation: operation.known?.(params) ?? operation.name,
    functionName: reference?.name === '' ? undefined : reference?.name,
    params,
    quota: operation.quota ?? 'control-plane',
    rights: [
      {
        action: `lambda:${operation.action ?? operation.name}`,
        resource,
        context: layersContext(params),
      },
    ],
    work: () => {
      // Read again: a reference to another region or account is refused now, after rights and quota.
      const own =
        text === undefined
          ? NO_FUNCTION
          : readReference(parts.account, text, request.region, operation.name)
      if (operation.unqualified === true && own.qualifier !== undefined) {
        throw invalid(
          'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
        )
      }
      return operation.work(parts, { request, params, region: request.region, reference: own })
    },
  }
}

/** `lambda:Layer`, as UpdateFunctionConfiguration has it: each layer that is attached. */
function layersContext(params: Params): Readonly<Record<string, readonly string[]>> {
  const layers = params['Layers']
  return Array.isArray(layers)
    ? { 'lambda:Layer': layers.filter((arn) => typeof arn === 'string') }
    : {}
}

const NO_FUNCTION: FunctionReference = { name: '', qualifier: undefined }

/** For log and hooks: what the name points at, even where Lambda will refuse it. */
function referenceOf(
  account: Account,
  text: string | undefined,
  region: string,
  operation: string,
): FunctionReference | undefined {
  if (text === undefined) return undefined
  try {
    return readReference(account, text, region, operation)
  } catch {
    return { name: text, qualifier: undefined }
  }
}

function resourceOf(
  account: Account,
  params: Params,
  reference: FunctionReference | undefined,
  region: string,
): string {
  if (reference === undefined) {
    return stringMember(params, 'Arn') ?? stringMember(params, 'Resource') ?? '*'
  }
  const qualifier = stringMember(params, 'Qualifier') ?? reference.qualifier
  const base = `arn:${account.partition}:lambda:${region}:${account.id}:function:${reference.name}`
  return qualifier === undefined ? base : `${base}:${qualifier}`
}

function paramsOf(
  request: WireRequest,
  operation: Operation,
  match: RegExpExecArray,
): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  operation.members.forEach((name, position) => {
    params[name] = decodeURIComponent(match[position + 1] ?? '')
  })
  for (const [name, key] of Object.entries(operation.query ?? {})) {
    const values = request.query.getAll(key)
    if (values.length > 0) params[name] = key === 'tagKeys' ? values : values[0]
  }
  for (const [name, header] of Object.entries(operation.headers ?? {})) {
    const value = request.headers[header]
    if (value !== undefined) params[name] = value
  }
  const body = request.body.toString('utf8')
  if (operation.body === 'payload') params['Payload'] = body
  if (operation.body === 'json' && body !== '') Object.assign(params, jsonMembers(body))
  return params
}

function jsonMembers(body: string): Params {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    parsed = undefined
  }
  if (!isRecord(parsed)) {
    throw new AwsError(
      'SerializationException',
      400,
      'Unexpected token in the body of the request.',
    )
  }
  return parsed
}

// ---------------------------------------------------------------- what the operations share

/** The function that the call names, or Lambda's 404. */
function functionOf(parts: LambdaParts, call: Call): FunctionState {
  const state = parts.functions.find(call.reference.name, call.region)
  if (state === undefined) throw functionNotFound(parts.account, call, qualifierOf(call))
  return state
}

function qualifierOf(call: Call): string | undefined {
  const qualifier = stringMember(call.params, 'Qualifier')
  const suffix = call.reference.qualifier
  if (qualifier !== undefined && suffix !== undefined && qualifier !== suffix) {
    throw invalid(
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  }
  return qualifier ?? suffix
}

function functionNotFound(account: Account, call: Call, qualifier: string | undefined): AwsError {
  const arn = `arn:${account.partition}:lambda:${call.region}:${account.id}:function:${call.reference.name}`
  return notFound(`Function not found: ${arn}${qualifier === undefined ? '' : `:${qualifier}`}`)
}

function configurationAnswer(parts: LambdaParts, call: Call): Params {
  const state = functionOf(parts, call)
  const qualifier = qualifierOf(call)
  const target = resolveQualifier(state, qualifier)
  if (target === undefined) throw functionNotFound(parts.account, call, qualifier)
  const configuration = configurationOf(parts.account, parts.layers, state, target.published)
  return qualifier === undefined
    ? configuration
    : { ...configuration, FunctionArn: `${state.arn}:${qualifier}` }
}

function json(body: unknown, status = 200): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
}

/** The link to the code is a secret for ten minutes. */
function codeLink(parts: LambdaParts, call: Call): string {
  const { region } = call
  const credential = `ASIALOCALAWS%2F20261122%2F${region}%2Fs3%2Faws4_request`
  return `https://awslambda-${region}-tasks.s3.${region}.amazonaws.com/snapshots/${parts.account.id}/${call.reference.name}-code?versionId=abc&X-Amz-Security-Token=presigned-token-canary&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=600&X-Amz-Credential=${credential}&X-Amz-Signature=presigned-signature-canary`
}

function layerVersionAnswer(layer: LayerVersion): Answer {
  return json({
    Content: {
      Location: `https://awslambda-${layer.region}-layers.s3.${layer.region}.amazonaws.com/snapshots/${layer.account}/${layer.name}?X-Amz-Signature=presigned-signature-canary`,
      CodeSha256: codeSha256(layer),
      CodeSize: 8_388_608,
    },
    LayerArn: layer.arn.slice(0, layer.arn.lastIndexOf(':')),
    LayerVersionArn: layer.arn,
    Description: '',
    CreatedDate: timestamp(layer.createdMs),
    Version: layer.version,
    ...(layer.runtimes.length === 0 ? {} : { CompatibleRuntimes: layer.runtimes }),
    ...(layer.architectures.length === 0 ? {} : { CompatibleArchitectures: layer.architectures }),
  })
}

/** `LayerName` may be a name of the own account or the ARN of a layer. */
function layerArnOf(parts: LambdaParts, call: Call): string {
  const name = stringMember(call.params, 'LayerName') ?? ''
  return name.startsWith('arn:')
    ? name
    : `arn:${parts.account.partition}:lambda:${call.region}:${parts.account.id}:layer:${name}`
}

/** Tags hang on functions, by ARN. */
function taggedFunction(parts: LambdaParts, call: Call): FunctionState {
  const resource = stringMember(call.params, 'Resource') ?? ''
  const reference = readReference(parts.account, resource, call.region, 'TagResource')
  if (reference.qualifier !== undefined) {
    throw invalid(
      'Tags on function aliases and versions are not supported. Please specify either a function name or an unqualified function ARN.',
    )
  }
  const state = parts.functions.find(reference.name, call.region)
  if (state === undefined) throw notFound(`Function not found: ${resource}`)
  return state
}

// ---------------------------------------------------------------- the operations

const FUNCTION = '/2015-03-31/functions/([^/]+)'

const OPERATIONS: readonly Operation[] = [
  {
    name: 'GetFunction',
    method: 'GET',
    path: new RegExp(`^${FUNCTION}/?$`),
    members: ['FunctionName'],
    query: { Qualifier: 'Qualifier' },
    quota: 'get-function',
    work: (parts, call) => {
      const configuration = configurationAnswer(parts, call)
      const state = functionOf(parts, call)
      const tags = Object.keys(state.tags).length > 0
      return json({
        Configuration: configuration,
        Code:
          state.packageType === 'Image'
            ? {
                RepositoryType: 'ECR',
                ImageUri: `${parts.account.id}.dkr.ecr.${call.region}.amazonaws.com/${state.name}:1`,
              }
            : { RepositoryType: 'S3', Location: codeLink(parts, call) },
        ...(state.tagsUnreadable || !parts.account.caller.may('lambda:ListTags', state.arn)
          ? {
              TagsError: {
                ErrorCode: 'AccessDeniedException',
                Message: `User: ${parts.account.caller.identity.arn} is not authorized to perform: lambda:ListTags on resource: ${state.arn} because no identity-based policy allows the lambda:ListTags action`,
              },
            }
          : tags
            ? { Tags: state.tags }
            : {}),
        ...(state.reservedConcurrency === undefined
          ? {}
          : { Concurrency: { ReservedConcurrentExecutions: state.reservedConcurrency } }),
      })
    },
  },
  {
    name: 'GetFunctionConfiguration',
    method: 'GET',
    path: new RegExp(`^${FUNCTION}/configuration/?$`),
    members: ['FunctionName'],
    query: { Qualifier: 'Qualifier' },
    work: (parts, call) => json(configurationAnswer(parts, call)),
  },
  {
    name: 'UpdateFunctionConfiguration',
    method: 'PUT',
    path: new RegExp(`^${FUNCTION}/configuration/?$`),
    members: ['FunctionName'],
    body: 'json',
    unqualified: true,
    work: (parts, call) => {
      checkUpdateRequest(call.params, call.request.body.length)
      const state = functionOf(parts, call)
      updateConfiguration(parts.account, parts.layers, state, call.params)
      return json(configurationOf(parts.account, parts.layers, state))
    },
  },
  {
    name: 'ListFunctions',
    method: 'GET',
    path: /^\/2015-03-31\/functions\/?$/,
    members: [],
    query: {
      Marker: 'Marker',
      MaxItems: 'MaxItems',
      FunctionVersion: 'FunctionVersion',
      MasterRegion: 'MasterRegion',
    },
    work: listFunctions,
  },
  {
    name: 'Invoke',
    method: 'POST',
    path: new RegExp(`^${FUNCTION}/invocations/?$`),
    members: ['FunctionName'],
    query: { Qualifier: 'Qualifier' },
    headers: {
      InvocationType: 'x-amz-invocation-type',
      LogType: 'x-amz-log-type',
      TenantId: 'x-amz-tenant-id',
    },
    body: 'payload',
    quota: 'none',
    action: 'InvokeFunction',
    // Nothing runs: who waits for an invocation, or disturbs one, does not mean this.
    known: ({ InvocationType: type }) => (type === 'DryRun' ? 'InvokeDryRun' : 'Invoke'),
    work: (parts, call) => {
      const state = parts.functions.find(call.reference.name, call.region)
      const qualifier = qualifierOf(call)
      // Invoke names $LATEST where GetFunction names no version.
      if (state === undefined) {
        throw functionNotFound(parts.account, call, qualifier ?? '$LATEST')
      }
      return parts.invoker.invoke(state, {
        qualifier,
        type: stringMember(call.params, 'InvocationType') ?? 'RequestResponse',
        tail: call.params['LogType'] === 'Tail',
        tenantId: stringMember(call.params, 'TenantId'),
        body: call.request.body.toString('utf8'),
        requestId: call.request.requestId,
      })
    },
  },
  {
    name: 'PublishVersion',
    method: 'POST',
    path: new RegExp(`^${FUNCTION}/versions/?$`),
    members: ['FunctionName'],
    body: 'json',
    unqualified: true,
    work: (parts, call) => {
      const state = functionOf(parts, call)
      const version = publishVersion(parts.account, state, call.params)
      return json(configurationOf(parts.account, parts.layers, state, version), 201)
    },
  },
  {
    name: 'ListVersionsByFunction',
    method: 'GET',
    path: new RegExp(`^${FUNCTION}/versions/?$`),
    members: ['FunctionName'],
    query: { Marker: 'Marker', MaxItems: 'MaxItems' },
    work: (parts, call) => {
      const state = functionOf(parts, call)
      const page = pageOf([undefined, ...state.versions], call, 50)
      return json({
        Versions: page.items.map((version) => listedVersion(parts, state, version)),
        ...page.more,
      })
    },
  },
  {
    name: 'CreateAlias',
    method: 'POST',
    path: new RegExp(`^${FUNCTION}/aliases/?$`),
    members: ['FunctionName'],
    body: 'json',
    unqualified: true,
    work: (parts, call) => {
      const state = functionOf(parts, call)
      return json(aliasJson(state, createAlias(state, call.params)), 201)
    },
  },
  {
    name: 'ListAliases',
    method: 'GET',
    path: new RegExp(`^${FUNCTION}/aliases/?$`),
    members: ['FunctionName'],
    query: { FunctionVersion: 'FunctionVersion', Marker: 'Marker', MaxItems: 'MaxItems' },
    work: (parts, call) => {
      const state = functionOf(parts, call)
      const version = stringMember(call.params, 'FunctionVersion')
      const aliases = [...state.aliases.values()].filter(
        (alias) => version === undefined || alias.version === version,
      )
      const page = pageOf(aliases, call, 50)
      return json({ Aliases: page.items.map((alias) => aliasJson(state, alias)), ...page.more })
    },
  },
  {
    name: 'GetAlias',
    method: 'GET',
    path: new RegExp(`^${FUNCTION}/aliases/([^/]+)/?$`),
    members: ['FunctionName', 'Name'],
    work: (parts, call) => {
      const state = functionOf(parts, call)
      return json(aliasJson(state, findAlias(state, stringMember(call.params, 'Name') ?? '')))
    },
  },
  {
    name: 'UpdateAlias',
    method: 'PUT',
    path: new RegExp(`^${FUNCTION}/aliases/([^/]+)/?$`),
    members: ['FunctionName', 'Name'],
    body: 'json',
    work: (parts, call) => {
      const state = functionOf(parts, call)
      return json(aliasJson(state, updateAlias(parts.account, state, call.params)))
    },
  },
  {
    name: 'ListProvisionedConcurrencyConfigs',
    method: 'GET',
    path: /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency\/?$/,
    members: ['FunctionName'],
    query: { Marker: 'Marker', MaxItems: 'MaxItems' },
    onlyIf: ['List', 'ALL'],
    work: (parts, call) => {
      const state = functionOf(parts, call)
      const page = pageOf([...state.provisioned], call, 50)
      return json({
        ProvisionedConcurrencyConfigs: page.items.map(([qualifier, provisioned]) =>
          provisionedJson(state, qualifier, provisioned, parts.account.clock.now()),
        ),
        ...page.more,
      })
    },
  },
  {
    name: 'GetProvisionedConcurrencyConfig',
    method: 'GET',
    path: /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency\/?$/,
    members: ['FunctionName'],
    query: { Qualifier: 'Qualifier' },
    work: (parts, call) => {
      const state = functionOf(parts, call)
      const qualifier = qualifierOf(call) ?? ''
      const provisioned = state.provisioned.get(qualifier)
      if (provisioned === undefined) {
        throw new AwsError(
          'ProvisionedConcurrencyConfigNotFoundException',
          404,
          'No Provisioned Concurrency Config found for this function',
        )
      }
      return json(provisionedJson(state, qualifier, provisioned, parts.account.clock.now()))
    },
  },
  {
    name: 'ListEventSourceMappings',
    method: 'GET',
    path: /^\/2015-03-31\/event-source-mappings\/?$/,
    members: [],
    query: {
      FunctionName: 'FunctionName',
      EventSourceArn: 'EventSourceArn',
      Marker: 'Marker',
      MaxItems: 'MaxItems',
    },
    anyResource: true,
    work: listEventSourceMappings,
  },
  {
    name: 'PutFunctionConcurrency',
    method: 'PUT',
    path: /^\/2017-10-31\/functions\/([^/]+)\/concurrency\/?$/,
    members: ['FunctionName'],
    body: 'json',
    unqualified: true,
    work: (parts, call) => {
      const state = functionOf(parts, call)
      state.reservedConcurrency = numberMember(call.params, 'ReservedConcurrentExecutions')
      return json({ ReservedConcurrentExecutions: state.reservedConcurrency })
    },
  },
  {
    name: 'GetFunctionConcurrency',
    method: 'GET',
    path: /^\/2019-09-30\/functions\/([^/]+)\/concurrency\/?$/,
    members: ['FunctionName'],
    work: (parts, call) => {
      const { reservedConcurrency } = functionOf(parts, call)
      return json(
        reservedConcurrency === undefined
          ? {}
          : { ReservedConcurrentExecutions: reservedConcurrency },
      )
    },
  },
  {
    name: 'GetFunctionCodeSigningConfig',
    method: 'GET',
    path: /^\/2020-06-30\/functions\/([^/]+)\/code-signing-config\/?$/,
    members: ['FunctionName'],
    work: (parts, call) => {
      const state = functionOf(parts, call)
      return json(
        state.codeSigning === undefined
          ? {}
          : {
              CodeSigningConfigArn: signingConfigArn(parts.account, call.region, state.codeSigning),
              FunctionName: state.name,
            },
      )
    },
  },
  {
    name: 'GetCodeSigningConfig',
    method: 'GET',
    path: /^\/2020-04-22\/code-signing-configs\/([^/]+)\/?$/,
    members: ['CodeSigningConfigArn'],
    work: (parts, call) => {
      const arn = stringMember(call.params, 'CodeSigningConfigArn') ?? ''
      const policy = (['Enforce', 'Warn'] as const).find(
        (each) => signingConfigArn(parts.account, call.region, each) === arn,
      )
      if (policy === undefined) {
        throw new AwsError(
          'CodeSigningConfigNotFoundException',
          404,
          `The code signing configuration ARN ${arn} cannot be found.`,
        )
      }
      return json({
        CodeSigningConfig: {
          CodeSigningConfigId: arn.slice(arn.lastIndexOf(':') + 1),
          CodeSigningConfigArn: arn,
          AllowedPublishers: { SigningProfileVersionArns: [] },
          CodeSigningPolicies: { UntrustedArtifactOnDeployment: policy },
          LastModified: timestamp(parts.account.clock.now()),
        },
      })
    },
  },
  {
    name: 'ListTags',
    method: 'GET',
    path: /^\/2017-03-31\/tags\/([^/]+)\/?$/,
    members: ['Resource'],
    work: (parts, call) => json({ Tags: taggedFunction(parts, call).tags }),
  },
  {
    name: 'TagResource',
    method: 'POST',
    path: /^\/2017-03-31\/tags\/([^/]+)\/?$/,
    members: ['Resource'],
    body: 'json',
    work: (parts, call) => {
      const state = taggedFunction(parts, call)
      const tags = call.params['Tags']
      const added = isRecord(tags)
        ? Object.entries(tags).map(([name, value]) => [name, String(value)] as const)
        : []
      retag(state, { ...state.tags, ...Object.fromEntries(added) })
      return { status: 204 }
    },
  },
  {
    name: 'UntagResource',
    method: 'DELETE',
    path: /^\/2017-03-31\/tags\/([^/]+)\/?$/,
    members: ['Resource'],
    query: { TagKeys: 'tagKeys' },
    work: (parts, call) => {
      const state = taggedFunction(parts, call)
      const keys = call.params['TagKeys']
      const gone = Array.isArray(keys) ? keys.map(String) : []
      retag(
        state,
        Object.fromEntries(Object.entries(state.tags).filter(([name]) => !gone.includes(name))),
      )
      return { status: 204 }
    },
  },
  {
    name: 'GetAccountSettings',
    method: 'GET',
    path: /^\/2016-08-19\/account-settings\/?$/,
    members: [],
    work: (parts, call) => {
      const functions = parts.functions.all().filter((state) => state.region === call.region)
      const reserved = functions.reduce((sum, state) => sum + (state.reservedConcurrency ?? 0), 0)
      return json({
        AccountLimit: {
          TotalCodeSize: 80_530_636_800,
          CodeSizeUnzipped: 262_144_000,
          CodeSizeZipped: 52_428_800,
          ConcurrentExecutions: parts.concurrencyLimit,
          UnreservedConcurrentExecutions: parts.concurrencyLimit - reserved,
        },
        AccountUsage: { TotalCodeSize: functions.length * 262, FunctionCount: functions.length },
      })
    },
  },
  {
    name: 'GetLayerVersionByArn',
    method: 'GET',
    path: /^\/2018-10-31\/layers\/?$/,
    members: [],
    query: { Arn: 'Arn' },
    onlyIf: ['find', 'LayerVersion'],
    action: 'GetLayerVersion',
    work: (parts, call) => {
      const arn = stringMember(call.params, 'Arn') ?? ''
      if (parseLayerArn(arn) === undefined) {
        throw validation(
          `Value '${arn}' at 'arn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+`,
        )
      }
      return layerVersionAnswer(readableHere(parts, call, arn))
    },
  },
  {
    name: 'GetLayerVersion',
    method: 'GET',
    path: /^\/2018-10-31\/layers\/([^/]+)\/versions\/(\d+)\/?$/,
    members: ['LayerName', 'VersionNumber'],
    work: (parts, call) => {
      const version = String(numberMember(call.params, 'VersionNumber') ?? 0)
      const arn = `${layerArnOf(parts, call)}:${version}`
      return layerVersionAnswer(readableHere(parts, call, arn))
    },
  },
  {
    name: 'ListLayerVersions',
    method: 'GET',
    path: /^\/2018-10-31\/layers\/([^/]+)\/versions\/?$/,
    members: ['LayerName'],
    work: (parts, call) => {
      const layerArn = layerArnOf(parts, call)
      if (layerArn.split(':')[4] !== parts.account.id) {
        // AddLayerVersionPermission knows lambda:GetLayerVersion alone: nobody may list another's versions.
        throw new AwsError(
          'AccessDeniedException',
          403,
          `User: ${parts.account.caller.identity.arn} is not authorized to perform: lambda:ListLayerVersions on resource: ${layerArn} because no resource-based policy allows the lambda:ListLayerVersions action`,
        )
      }
      return json({
        LayerVersions: parts.layers.versionsOf(layerArn).map((layer) => ({
          LayerVersionArn: layer.arn,
          Version: layer.version,
          CreatedDate: timestamp(layer.createdMs),
        })),
      })
    },
  },
]

/** A layer of another region is as unreadable as a private one. */
function readableHere(parts: LambdaParts, call: Call, arn: string): LayerVersion {
  const elsewhere = parseLayerArn(arn)?.region !== call.region
  return parts.layers.readable(elsewhere ? `${arn}0000000` : arn)
}

function signingConfigArn(account: Account, region: string, policy: 'Enforce' | 'Warn'): string {
  const id = policy === 'Enforce' ? '0123456789abcdef0' : '0fedcba9876543210'
  return `arn:${account.partition}:lambda:${region}:${account.id}:code-signing-config:csc-${id}`
}

/** Each change of tags gives $LATEST a new RevisionId. */
function retag(state: FunctionState, tags: Readonly<Record<string, string>>): void {
  refuseWhileChanging(state)
  state.tags = tags
  state.revisionId = randomUUID()
}

/** A page of `limit` at most, whatever MaxItems says. */
function pageOf<Item>(
  items: readonly Item[],
  call: Call,
  limit: number,
): { readonly items: readonly Item[]; readonly more: { readonly NextMarker?: string } } {
  const start = Number(stringMember(call.params, 'Marker') ?? '0')
  const end = start + Math.min(numberMember(call.params, 'MaxItems') ?? limit, limit)
  return {
    items: items.slice(start, end),
    more: end < items.length ? { NextMarker: String(end) } : {},
  }
}

/** Lists of versions show $LATEST with its qualifier. */
function listedVersion(
  parts: LambdaParts,
  state: FunctionState,
  version: PublishedVersion | undefined,
): Params {
  const configuration = configurationOf(parts.account, parts.layers, state, version)
  const arn = version === undefined ? { FunctionArn: `${state.arn}:$LATEST` } : {}
  return listedConfiguration({ ...configuration, ...arn })
}

/**
 * By FunctionName: the mappings of exactly this function, version or alias. A name without a qualifier does not bring
 * those of its aliases (no source says either; this is the way in which a caller can miss some).
 */
function listEventSourceMappings(parts: LambdaParts, call: Call): Answer {
  const named = call.reference.name !== ''
  const sourceArn = stringMember(call.params, 'EventSourceArn')
  const states = named
    ? [functionOf(parts, call)]
    : parts.functions.all().filter((state) => state.region === call.region)
  const mappings = states.flatMap((state) =>
    state.eventSources
      .filter((source) => !named || source.qualifier === call.reference.qualifier)
      .filter((source) => source.sourceArn === (sourceArn ?? source.sourceArn))
      .map((source) => eventSourceJson(state, source)),
  )
  const page = pageOf(mappings, call, 100)
  return json({ EventSourceMappings: page.items, ...page.more })
}

/** 50 a page whatever MaxItems says; with `ALL` every version as well. */
function listFunctions(parts: LambdaParts, call: Call): Answer {
  const all = call.params['FunctionVersion'] === 'ALL'
  const entries = parts.functions
    .all()
    .filter((state) => state.region === call.region)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((state) =>
      [undefined, ...(all ? state.versions : [])].map((version) => ({ state, version })),
    )
  const page = pageOf(entries, call, 50)
  return json({
    Functions: page.items.map(({ state, version }) =>
      all
        ? listedVersion(parts, state, version)
        : listedConfiguration(configurationOf(parts.account, parts.layers, state)),
    ),
    ...page.more,
  })
}
