/** Seeding and looking from the test's side, without a call over the wire. */
import type { FlushOutcome } from '../../rotel/telemetry'
import type { Account } from '../account/account'
import type { IamStore } from '../iam/roles'
import { addEventSource, provision } from './event-sources'
import type { Configuration, FunctionState, UpdateFailure } from './function-state'
import {
  changeDirectly,
  viewOf,
  type FunctionChange,
  type FunctionSeed,
  type FunctionStore,
  type FunctionView,
} from './functions'
import type { Handler } from './handler'
import type { InvocationRecord, Invoker, RunningInvocation, TrafficFacts } from './invoke'
import type { LayerRegistry, LocalLayers } from './layers'
import { makeVersion, placeAlias, resolveQualifier, routedVersions } from './versions'

export interface LocalLambda {
  createFunction(seed: FunctionSeed): FunctionView
  /** State as it is now. `name` may be an ARN. Throws when there is none. */
  get(name: string, region?: string): FunctionView
  /** All functions of all regions. */
  list(): readonly FunctionView[]
  /**
   * What the next cold start runs: of `$LATEST` unless a version or alias is given, and the old configuration while an
   * update is in progress.
   */
  runs(name: string, qualifier?: string, region?: string): RunningConfiguration
  /** What calls reach: `$LATEST` of every function, and every version that anything points to. */
  routed(): readonly RoutedView[]
  /** `$LATEST`, and the versions that an alias, provisioned concurrency or an event source leads to. */
  routedVersions(name: string, region?: string): readonly string[]
  /** A change that nobody's call made: new RevisionId, and InProgress for a while if `updateMs` is given. */
  changeAsSomebodyElse(name: string, change: FunctionChange, region?: string): FunctionView
  /**
   * Makes a version of what reads show now and returns its number: the newest one's when nothing changed since. It
   * keeps its layers, variables, role and log group for ever.
   */
  publishVersion(name: string, region?: string): string
  /** A published version with the configuration that it keeps. Throws when there is none. */
  version(name: string, number: string, region?: string): FunctionView
  /** Makes or moves an alias. `additionalWeights`: share of its calls, 0 to 1, that another version gets. */
  setAlias(
    name: string,
    alias: string,
    version: string,
    additionalWeights?: Readonly<Record<string, number>>,
    region?: string,
  ): void
  /** On a version or alias; 1 unless a count is given, 0 takes it away. It is listed; no environment starts early. */
  setProvisionedConcurrency(name: string, qualifier: string, count?: number, region?: string): void
  /** A mapping from a queue to the function, or to its version or alias; returns its UUID. It polls nothing. */
  addEventSource(name: string, qualifier?: string, options?: EventSourceOptions): string
  deleteFunction(name: string, region?: string): void
  setHandler(name: string, handler: Handler, region?: string): void
  /** The next update is accepted and then ends `LastUpdateStatus: Failed`. */
  failNextUpdate(name: string, reason?: UpdateFailure, region?: string): void
  /**
   * Takes the environments down, busy ones when their invocation is over: the next invocation is a cold start. Rotel
   * is told, and flushes what still waits.
   */
  retireEnvironments(name: string, region?: string): void
  /** How Rotel's flushes end from now on. */
  setFlush(name: string, outcome: FlushOutcome, region?: string): void
  /** From now on no export of the function (of all there are, without a name) reaches anything: a VPC without a route. */
  blockEgress(name?: string, region?: string): void
  allowEgress(name?: string, region?: string): void
  /** Invocations by users of the function, one after the other: no call of the API, no quota. */
  traffic(name: string, options?: TrafficOptions): Promise<readonly InvocationRecord[]>
  /** One such invocation up to where its handler has begun: it holds its environment until it is let go on. */
  beginInvocation(name: string, options?: TrafficFacts): Promise<RunningInvocation>
  /** Every invocation that ran, oldest first, traffic included. */
  invocations(name?: string): readonly InvocationRecord[]
  readonly layers: LocalLayers
}

/** The part of a configuration that a cold start depends on. */
export interface RunningConfiguration {
  /** `$LATEST` or a number. */
  readonly version: string
  readonly layers: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly role: string
  readonly logGroup: string
}

/** One version of a function as it runs. */
export interface RoutedView {
  /** `orders` for `$LATEST`, else `orders:3`. */
  readonly name: string
  readonly functionName: string
  readonly region: string
  readonly variables: Readonly<Record<string, string>>
  readonly layers: readonly string[]
  readonly role: string
  readonly logGroup: string
}

interface EventSourceOptions {
  /** A queue of the function's own unless given. */
  readonly sourceArn?: string
  /** true unless given. */
  readonly enabled?: boolean
  readonly region?: string
}

interface TrafficOptions extends TrafficFacts {
  /** 1 unless given. */
  readonly count?: number
  /** Pause between two of them, by the server's clock; 0 unless given. */
  readonly everyMs?: number
}

const BASIC_ROLE = 'service-role/AWSLambdaBasicExecutionRole'

export function createLocalLambda(parts: {
  readonly account: Account
  readonly functions: FunctionStore
  readonly layers: LayerRegistry
  readonly invoker: Invoker
  readonly iam: IamStore
  readonly updateMs: number
}): LocalLambda {
  const { account, functions, invoker } = parts

  /** `name` may be an ARN: its region wins. */
  const find = (name: string, region?: string): FunctionState => {
    const arn = name.startsWith('arn:') ? name.split(':') : undefined
    const plain = arn?.[6] ?? name
    const place = arn?.[3] ?? region ?? account.region
    const state = functions.find(plain, place)
    if (state === undefined) throw new Error(`no function ${plain} in ${place}`)
    return state
  }

  /** Two functions of one name in two regions share it, as they would if a template named it so. */
  const ownRole = (name: string): string => {
    const role = `${name}-role`.slice(0, 64)
    const known = parts.iam.find(role)
    if (known !== undefined) return known.arn
    const attached = [`arn:${account.partition}:iam::aws:policy/${BASIC_ROLE}`]
    return parts.iam.createRole({ name: role, attached }).arn
  }

  const oneOrAll = (name?: string, region?: string): readonly FunctionState[] =>
    name === undefined ? functions.all() : [find(name, region)]

  return {
    layers: parts.layers,
    createFunction: (seed) =>
      viewOf(
        functions.create(seed, {
          role: seed.role ?? ownRole(seed.name),
          updateMs: parts.updateMs,
        }),
      ),
    get: (name, region) => viewOf(find(name, region)),
    runs: (name, qualifier, region) => {
      const target = resolveQualifier(find(name, region), qualifier)
      if (target === undefined) throw new Error(`no ${qualifier ?? ''} of ${name}`)
      const { layers, variables, role, logging } = target.configuration
      return { version: target.version, layers, variables, role, logGroup: logging.group }
    },
    routed: () => functions.all().flatMap(routedViews),
    routedVersions: (name, region) => [
      '$LATEST',
      ...routedVersions(find(name, region)).map(({ number }) => number),
    ],
    list: () => functions.all().map(viewOf),
    changeAsSomebodyElse: (name, change, region) => {
      const state = find(name, region)
      changeDirectly(state, change, account.clock.now())
      return viewOf(state)
    },
    publishVersion: (name, region) => makeVersion(account, find(name, region)).number,
    version: (name, number, region) => {
      const state = find(name, region)
      const published = state.versions.find((version) => version.number === number)
      if (published === undefined) throw new Error(`no version ${number} of ${name}`)
      return viewOf({ ...state, latest: published.configuration })
    },
    setAlias: (name, alias, version, additionalWeights = {}, region) => {
      placeAlias(find(name, region), alias, version, additionalWeights)
    },
    setProvisionedConcurrency: (name, qualifier, count = 1, region) => {
      provision(account, find(name, region), qualifier, count)
    },
    addEventSource: (name, qualifier, { sourceArn, enabled, region } = {}) =>
      addEventSource(account, find(name, region), { qualifier, sourceArn, enabled }),
    deleteFunction: (name, region) => functions.remove(find(name, region)),
    setHandler: (name, handler, region) => {
      find(name, region).handler = handler
    },
    failNextUpdate: (name, reason, region) => {
      find(name, region).nextUpdateFailure = reason ?? {
        code: 'InternalError',
        reason: 'The function could not be updated because of an internal error.',
      }
    },
    retireEnvironments: (name, region) => invoker.retire(find(name, region)),
    setFlush: (name, outcome, region) => {
      find(name, region).flush = outcome
    },
    blockEgress: (name, region) => {
      for (const state of oneOrAll(name, region)) state.egressBlocked = true
    },
    allowEgress: (name, region) => {
      for (const state of oneOrAll(name, region)) state.egressBlocked = false
    },
    traffic: async (name, { count = 1, everyMs = 0, ...facts } = {}) => {
      const records: InvocationRecord[] = []
      while (records.length < count) {
        if (records.length > 0 && everyMs > 0) await account.clock.sleep(everyMs)
        const invocation = await invoker.begin(find(name, facts.region), facts)
        records.push(await invocation.finish())
      }
      return records
    },
    beginInvocation: (name, facts = {}) => invoker.begin(find(name, facts.region), facts),
    invocations: (name) =>
      invoker.records().filter((record) => name === undefined || record.functionName === name),
  }
}

function routedViews(state: FunctionState): readonly RoutedView[] {
  const view = (name: string, configuration: Configuration): RoutedView => ({
    name,
    functionName: state.name,
    region: state.region,
    variables: configuration.variables,
    layers: configuration.layers,
    role: configuration.role,
    logGroup: configuration.logging.group,
  })
  return [
    view(state.name, state.latest),
    ...routedVersions(state).map(({ number, configuration }) =>
      view(`${state.name}:${number}`, configuration),
    ),
  ]
}
