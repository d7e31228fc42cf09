/** A Lambda in memory, as strict as it takes: revisions, updates in progress, limits, lost answers, other people. */

import type { LambdaClock } from '../../../src/systems/lambda/lambda-clock'
import { layerIdentity, parseLayerArn } from '../../../src/systems/lambda/layer-arn'
import type { LambdaFunction, Variables } from '../../../src/systems/lambda/lambda-function'
import { type AwsFault, type AwsFaultKind, succeeded } from '../../../src/model/result'
import { environmentBytes } from '../../../src/systems/lambda/quotas'
import type { Clock } from '../../../src/model/clock'
import type { ConfigurationUpdate, LambdaControl } from '../../../src/systems/lambda/lambda-control'

export interface FakeClock extends Clock {
  readonly slept: number[]
}

/** Of a run that does not end by itself. */
export const ENDLESS = new AbortController().signal

/** Time passes only in sleeps, and they take none. */
/** Of Lambda, which agrees with this machine. */
export const LAMBDA_CLOCK: LambdaClock = {
  now: () => ({ earliest: 1_700_000_000_001, latest: 1_700_000_000_000 }),
}

export function aClock(): FakeClock {
  let now = 1_700_000_000_000
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep(ms) {
      slept.push(ms)
      now += ms
      return Promise.resolve()
    },
  }
}

export function aFault(kind: AwsFaultKind, given: Partial<AwsFault> = {}): AwsFault {
  return {
    kind,
    code: 'SomeException',
    text: 'in AWS’s words',
    mayHaveLanded: kind === 'unavailable',
    ...given,
  }
}

/** What happens to one call of UpdateFunctionConfiguration. */
export type UpdateFate =
  /** Lambda judges it as it does: accepted, 409, 412, 400. */
  | 'judged'
  /** Accepted, and the answer is lost on its way. */
  | 'landed-and-lost'
  /** Answered as if it were accepted, and not carried out. */
  | 'ignored'
  /** Lost on its way to Lambda. */
  | 'lost'
  /** Accepted, and the update then fails. */
  | 'accepted-then-failed'
  | AwsFault

export interface FakeLambda extends LambdaControl {
  /** As it is at this moment. */
  current(name?: string): LambdaFunction
  /** Somebody else changes it, which gives it a new revision. */
  change(given: Partial<LambdaFunction>, name?: string): void
  setVariables(change: (variables: Map<string, string>) => void, name?: string): void
  delete(name?: string): void
  /** Every update that Lambda accepted. */
  readonly accepted: ConfigurationUpdate[]
  /** Calls that reached Lambda. */
  readonly calls: string[]
}

export interface LambdaOptions {
  /** The fate of the nth update, from 0. */
  readonly fate?: (index: number) => UpdateFate
  /** Called when a call arrives, before it is judged: other people's moment. */
  readonly arriving?: (call: 'get' | 'update', lambda: FakeLambda, index: number) => void
  /** Reads after which an update is no longer in progress. */
  readonly readsUntilSettled?: number
  /** Why updates fail that are accepted first. */
  readonly failure?: string
  /** Reads that fail, by their number from 0. */
  readonly failingRead?: (index: number) => AwsFault | undefined
}

export function aLambda(
  functions: readonly LambdaFunction[],
  { fate, arriving, readsUntilSettled = 1, failingRead, failure }: LambdaOptions = {},
): FakeLambda {
  const there = new Map(functions.map((fn) => [fn.arn.name, fn]))
  const pending = new Map<string, { reads: number; status: 'Successful' | 'Failed' }>()
  const first = functions[0]?.arn.name ?? ''
  const accepted: ConfigurationUpdate[] = []
  const calls: string[] = []
  let revisions = 1
  let updates = 0
  let reads = 0
  const newRevision = () => `revision-${String(++revisions)}`
  const find = (name: string) => {
    const fn = there.get(name.split(':').at(-1) ?? name)
    if (fn === undefined) throw new Error(`no function ${name}`)
    return fn
  }

  const refusalOf = (fn: LambdaFunction, update: ConfigurationUpdate): AwsFault | undefined => {
    const mayHaveLanded = false
    if (fn.lastUpdateStatus === 'InProgress') return aFault('conflict', { mayHaveLanded })
    if (update.revisionId !== fn.revisionId) return aFault('precondition', { mayHaveLanded })
    if ((update.layers?.length ?? 0) > 5) {
      return aFault('refused', { text: 'Cannot reference more than 5 layers.', mayHaveLanded })
    }
    const identities = (update.layers ?? []).map((arn) => {
      const parsed = parseLayerArn(arn)
      return parsed ? layerIdentity(parsed) : arn
    })
    if (new Set(identities).size < identities.length) {
      return aFault('refused', { text: 'Two different versions of the same layer', mayHaveLanded })
    }
    if (update.variables && environmentBytes(update.variables) > 4096) {
      return aFault('refused', { text: 'exceeded the 4KB limit.', mayHaveLanded })
    }
    return undefined
  }

  const accept = (fn: LambdaFunction, update: ConfigurationUpdate, fails: boolean) => {
    accepted.push(update)
    pending.set(fn.arn.name, { reads: 0, status: fails ? 'Failed' : 'Successful' })
    const next: LambdaFunction = {
      ...fn,
      revisionId: newRevision(),
      lastUpdateStatus: 'InProgress',
      logFormat: update.logFormat ?? fn.logFormat,
      timeoutSeconds: update.timeoutSeconds ?? fn.timeoutSeconds,
      layers: update.layers?.map((arn) => ({ arn, signed: false })) ?? fn.layers,
      environment: update.variables
        ? { readable: true, variables: update.variables }
        : fn.environment,
    }
    there.set(fn.arn.name, next)
    return next
  }

  const lambda: FakeLambda = {
    accepted,
    calls,
    current: (name = first) => find(name),
    change(given, name = first) {
      there.set(name, { ...find(name), revisionId: newRevision(), ...given })
    },
    setVariables(change, name = first) {
      const { environment } = find(name)
      const variables = new Map(environment.readable ? environment.variables : [])
      change(variables)
      lambda.change({ environment: { readable: true, variables } }, name)
    },
    delete: (name = first) => void there.delete(name),

    listVersions(region, take) {
      const inRegion = [...there.values()].filter(({ arn }) => arn.region === region)
      take(inRegion.map((fn) => ({ version: '$LATEST', fn })))
      return Promise.resolve(succeeded('all'))
    },
    versionsOf: ({ name }) => Promise.resolve(succeeded([{ version: '$LATEST', fn: find(name) }])),
    routes: () => Promise.resolve(succeeded(new Map())),
    async get(_, nameOrArn) {
      await Promise.resolve()
      const index = reads++
      arriving?.('get', lambda, index)
      calls.push('get')
      const fault = failingRead?.(index)
      if (fault) return { ok: false, fault }
      const name = nameOrArn.split(':').at(-1) ?? ''
      const fn = there.get(name)
      if (fn === undefined) return { ok: false, fault: aFault('not-found') }
      const update = pending.get(name)
      if (update && ++update.reads >= readsUntilSettled) {
        pending.delete(name)
        there.set(name, {
          ...fn,
          revisionId: newRevision(),
          lastUpdateStatus: update.status,
          lastUpdateReason:
            update.status === 'Failed' ? (failure ?? 'It could not be put to use') : undefined,
        })
      }
      return succeeded(find(name))
    },
    async update(arn, update, atTurn) {
      await Promise.resolve()
      if (!(await atTurn())) return { ok: false, fault: aFault('aborted', { code: 'NotMade' }) }
      const index = updates++
      arriving?.('update', lambda, index)
      calls.push('update')
      const fn = there.get(arn.name)
      if (fn === undefined) return { ok: false, fault: aFault('not-found') }
      const what = fate?.(index) ?? 'judged'
      if (typeof what === 'object') return { ok: false, fault: what }
      if (what === 'lost') return { ok: false, fault: aFault('unavailable') }
      if (what === 'ignored') return succeeded(fn)
      const refusal = refusalOf(fn, update)
      if (refusal) {
        return { ok: false, fault: what === 'landed-and-lost' ? aFault('unavailable') : refusal }
      }
      const next = accept(fn, update, what === 'accepted-then-failed')
      return what === 'landed-and-lost'
        ? { ok: false, fault: aFault('unavailable') }
        : succeeded(next)
    },
    layerVersion: () => Promise.resolve(succeeded({ codeSha256: undefined })),
    routedVersions: () => Promise.resolve(succeeded([])),
    enforcesCodeSigning: () => Promise.resolve(succeeded(false)),
  }
  return lambda
}

/** For comparing: what counts of a function's configuration. */
export function configurationOf(fn: LambdaFunction): {
  layers: readonly string[]
  variables: Readonly<Record<string, string>>
  logFormat?: 'JSON'
} {
  const variables: Variables = fn.environment.readable ? fn.environment.variables : new Map()
  return {
    layers: fn.layers.map(({ arn }) => arn),
    variables: Object.fromEntries([...variables].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(fn.logFormat === 'JSON' ? { logFormat: fn.logFormat } : {}),
  }
}
