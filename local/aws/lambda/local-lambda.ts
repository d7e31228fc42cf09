/** Seeding and looking from the test's side, without a call over the wire. */
import type { Account } from '../account'
import type { IamStore } from '../iam/roles'
import type { InvocationRecord, LocalLambda } from '../local-aws'
import { addEventSource, provision } from './event-sources'
import type { FunctionState } from './function-state'
import { changeDirectly, viewOf, type FunctionStore } from './functions'
import type { Invoker } from './invoke'
import type { LayerRegistry } from './layers'
import { makeVersion, placeAlias } from './versions'

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
