/** Event source mappings and provisioned concurrency: who calls which version, beside the calls that name one. */
import { randomUUID } from 'node:crypto'
import type { Account } from '../account/account'
import { timestamp } from './configuration'
import type { EventSource, FunctionState, ProvisionedConcurrency } from './function-state'

type Json = Readonly<Record<string, unknown>>

/** Throws for a qualifier that is no version and no alias. */
export function addEventSource(
  account: Account,
  state: FunctionState,
  seed: {
    readonly qualifier: string | undefined
    readonly sourceArn: string | undefined
    readonly enabled: boolean | undefined
  },
): string {
  if (seed.qualifier !== undefined) requireQualifier(state, seed.qualifier)
  const id = randomUUID()
  const queue = `arn:${account.partition}:sqs:${state.region}:${account.id}:${state.name}-queue`
  state.eventSources.push({
    id,
    qualifier: seed.qualifier,
    sourceArn: seed.sourceArn ?? queue,
    enabled: seed.enabled !== false,
    modifiedMs: account.clock.now(),
  })
  return id
}

/** Never on $LATEST. */
export function provision(
  account: Account,
  state: FunctionState,
  qualifier: string,
  count: number,
): void {
  requireQualifier(state, qualifier)
  if (count === 0) state.provisioned.delete(qualifier)
  else {
    const now = account.clock.now()
    state.provisioned.set(qualifier, { count, modifiedMs: now, readyAtMs: now })
  }
}

function requireQualifier(state: FunctionState, qualifier: string): void {
  const known =
    state.aliases.has(qualifier) || state.versions.some((version) => version.number === qualifier)
  if (!known) throw new Error(`${state.name} has no version or alias ${qualifier}`)
}

export function eventSourceJson(state: FunctionState, source: EventSource): Json {
  return {
    UUID: source.id,
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 0,
    EventSourceArn: source.sourceArn,
    FunctionArn: source.qualifier === undefined ? state.arn : `${state.arn}:${source.qualifier}`,
    LastModified: source.modifiedMs / 1000,
    State: source.enabled ? 'Enabled' : 'Disabled',
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes: [],
  }
}

export function provisionedJson(
  state: FunctionState,
  qualifier: string,
  { count, modifiedMs, readyAtMs }: ProvisionedConcurrency,
  nowMs: number,
): Json {
  const isReady = nowMs >= readyAtMs
  return {
    FunctionArn: `${state.arn}:${qualifier}`,
    RequestedProvisionedConcurrentExecutions: count,
    AvailableProvisionedConcurrentExecutions: isReady ? count : 0,
    AllocatedProvisionedConcurrentExecutions: isReady ? count : 0,
    Status: isReady ? 'READY' : 'IN_PROGRESS',
    LastModified: timestamp(modifiedMs).replace(/\.\d{3}/, ''),
  }
}
