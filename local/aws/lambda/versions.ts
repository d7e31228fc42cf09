/** Published versions and aliases, and what a qualifier means. */
import { randomInt, randomUUID } from 'node:crypto'
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import { isRecord, stringMember } from '../protocol/text'
import type { Alias, Configuration, FunctionState, PublishedVersion } from './function-state'
import { conflict, invalid, refuseOldRevision, refuseWhileChanging } from './update'

type Params = Readonly<Record<string, unknown>>

export interface Target {
  /** `$LATEST` or a number. */
  readonly version: string
  readonly configuration: Configuration
  readonly published: PublishedVersion | undefined
}

/** What a call with this qualifier runs or reads. `undefined` when there is no such version or alias. */
export function resolveQualifier(
  state: FunctionState,
  qualifier: string | undefined,
): Target | undefined {
  if (qualifier === undefined || qualifier === '$LATEST') {
    return { version: '$LATEST', configuration: state.running, published: undefined }
  }
  const alias = state.aliases.get(qualifier)
  const number = alias === undefined ? qualifier : routed(alias)
  if (number === '$LATEST') return resolveQualifier(state, undefined)
  const published = state.versions.find((version) => version.number === number)
  return published === undefined
    ? undefined
    : { version: published.number, configuration: published.configuration, published }
}

/** Versions that an alias, provisioned concurrency or an event source points to. */
export function routedVersions(state: FunctionState): readonly PublishedVersion[] {
  const qualifiers = [
    ...state.aliases.keys(),
    ...state.provisioned.keys(),
    ...state.eventSources.flatMap(({ qualifier }) => qualifier ?? []),
  ]
  const numbers = new Set(
    qualifiers.flatMap((qualifier) => {
      const alias = state.aliases.get(qualifier)
      return alias === undefined ? [qualifier] : [alias.version, ...Object.keys(alias.weights)]
    }),
  )
  return state.versions.filter(({ number }) => numbers.has(number))
}

/** A weighted alias sends a share of its calls elsewhere. */
function routed(alias: Alias): string {
  const [other] = Object.entries(alias.weights)
  return other !== undefined && randomInt(1_000_000) < other[1] * 1_000_000
    ? other[0]
    : alias.version
}

/** As asked for over the API: not while the function changes. */
export function publishVersion(
  account: Account,
  state: FunctionState,
  params: Params,
): PublishedVersion {
  refuseWhileChanging(state)
  refuseOldRevision(state.revisionId, params)
  return makeVersion(account, state, stringMember(params, 'Description'))
}

/** Makes a version, unless nothing changed since the last one: then that one is the answer and nothing moves. */
export function makeVersion(
  account: Account,
  state: FunctionState,
  description?: string,
): PublishedVersion {
  const newest = state.versions.at(-1)
  if (newest !== undefined && state.publishedFrom === state.latest) return newest
  const version: PublishedVersion = {
    number: String(Number(newest?.number ?? '0') + 1),
    description: description ?? state.latest.description,
    configuration: { ...state.latest },
    revisionId: randomUUID(),
    modifiedMs: account.clock.now(),
    activeAtMs: state.snapshotMs === undefined ? undefined : account.clock.now() + state.snapshotMs,
  }
  state.versions = [...state.versions, version]
  state.publishedFrom = state.latest
  state.revisionId = randomUUID()
  return version
}

export function createAlias(state: FunctionState, params: Params): Alias {
  const name = stringMember(params, 'Name') ?? ''
  if (state.aliases.has(name)) {
    throw conflict(`Alias already exists: ${aliasArn(state, name)}`)
  }
  const alias: Alias = {
    name,
    version: existingVersion(state, params) ?? '',
    description: stringMember(params, 'Description') ?? '',
    weights: weightsMember(params) ?? {},
    revisionId: randomUUID(),
  }
  state.aliases.set(name, alias)
  return alias
}

/** Makes the alias, or moves it; weights that are not given are gone. Throws for a version that does not exist. */
export function placeAlias(
  state: FunctionState,
  name: string,
  version: string,
  weights: Readonly<Record<string, number>>,
): void {
  for (const number of [version, ...Object.keys(weights)]) {
    existingVersion(state, { FunctionVersion: number })
  }
  const description = state.aliases.get(name)?.description ?? ''
  state.aliases.set(name, { name, version, description, weights, revisionId: randomUUID() })
}

/** How long new environments take, where concurrency is provisioned on an alias that moves. */
const PROVISIONING_MS = 300

/** Each call gives the alias a new RevisionId, also one that changes nothing. */
export function updateAlias(account: Account, state: FunctionState, params: Params): Alias {
  const name = stringMember(params, 'Name') ?? ''
  const alias = state.aliases.get(name)
  if (alias === undefined) throw notFound(`Alias not found: ${aliasArn(state, name)}`)
  refuseOldRevision(alias.revisionId, params)
  const version = existingVersion(state, params) ?? alias.version
  const provisioned = state.provisioned.get(name)
  if (provisioned !== undefined && version !== alias.version) {
    const now = account.clock.now()
    state.provisioned.set(name, {
      ...provisioned,
      modifiedMs: now,
      readyAtMs: now + PROVISIONING_MS,
    })
  }
  alias.version = version
  alias.description = stringMember(params, 'Description') ?? alias.description
  alias.weights = weightsMember(params) ?? alias.weights
  alias.revisionId = randomUUID()
  return alias
}

export function findAlias(state: FunctionState, name: string): Alias {
  const alias = state.aliases.get(name)
  if (alias === undefined) throw notFound(`Cannot find alias arn: ${aliasArn(state, name)}`)
  return alias
}

export function aliasJson(state: FunctionState, alias: Alias): Readonly<Record<string, unknown>> {
  return {
    AliasArn: aliasArn(state, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(Object.keys(alias.weights).length === 0
      ? {}
      : { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
    RevisionId: alias.revisionId,
  }
}

function aliasArn(state: FunctionState, name: string): string {
  return `${state.arn}:${name}`
}

function existingVersion(state: FunctionState, params: Params): string | undefined {
  const number = stringMember(params, 'FunctionVersion')
  if (number === undefined || number === '$LATEST') return number
  if (!state.versions.some((version) => version.number === number)) {
    throw notFound(`Function not found: ${state.arn}:${number}`)
  }
  return number
}

/** `{AdditionalVersionWeights: {}}` clears the weights; absent keeps them. */
function weightsMember(params: Params): Readonly<Record<string, number>> | undefined {
  const routing = params['RoutingConfig']
  const weights = isRecord(routing) ? routing['AdditionalVersionWeights'] : undefined
  if (!isRecord(weights)) return undefined
  const entries = Object.entries(weights).map(
    ([version, weight]) => [version, Number(weight)] as const,
  )
  if (entries.length > 1) {
    throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1')
  }
  return Object.fromEntries(entries)
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', 404, message)
}
