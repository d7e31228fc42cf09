/** The Invoke operation: which version, whether it may run now, in which environment, and how it is answered. */
import { AwsError } from '../protocol/errors'
import { randomUUID } from 'node:crypto'
import type { Answer } from '../protocol/service'
import {
  createEnvironment,
  runInvocation,
  shutDown,
  type Environment,
  type Host,
  type Outcome,
} from './environment'
import type { FunctionState } from './function-state'
import { tailOf } from './log-lines'
import { conflict, invalid } from './update'
import { notFound, resolveQualifier, type Target } from './versions'

export interface TrafficFacts {
  readonly region?: string
  /** Version or alias; $LATEST unless given. */
  readonly qualifier?: string
  readonly payload?: unknown
  /** In a new environment, though another one is idle. */
  readonly cold?: boolean
}

export interface RunningInvocation {
  readonly requestId: string
  /** Name of its environment's log stream. */
  readonly environment: string
  /** The handler goes on: it logs now, Rotel flushes now. */
  finish(): Promise<InvocationRecord>
}

export interface InvocationRecord {
  readonly functionName: string
  readonly region: string
  readonly requestId: string
  readonly version: string
  readonly payload: unknown
  readonly cold: boolean
  /** Name of the environment's log stream. */
  readonly environment: string
  readonly functionError: string | undefined
  readonly errorType: string | undefined
  /** Modelled, extensions included. */
  readonly durationMs: number
  /** `traffic` by users of the function. */
  readonly by: 'call' | 'traffic'
  /** Of what the SDK sent, whether or not it got anywhere. */
  readonly traceId: string | undefined
  readonly atMs: number
}

interface InvokeRequest {
  readonly qualifier: string | undefined
  readonly type: string
  readonly tail: boolean
  readonly tenantId: string | undefined
  readonly body: string
  readonly requestId: string
}

export interface Invoker {
  invoke(state: FunctionState, request: InvokeRequest): Promise<Answer>
  retire(state: FunctionState): void
  /** By a user of the function; resolves when its handler has begun, or the invocation has ended before. */
  begin(state: FunctionState, facts: TrafficFacts): Promise<RunningInvocation>
  /** Resolves when no environment is on its way down any more. */
  idle(): Promise<void>
  records(): readonly InvocationRecord[]
}

interface Invocation {
  readonly requestId: string
  readonly payload: unknown
  readonly by: InvocationRecord['by']
  /** In a new environment, though another one is idle. */
  readonly cold?: boolean
  readonly gate?: () => Promise<void>
  readonly onEnvironment?: (environment: Environment) => void
}

interface Finished {
  readonly outcome: Outcome
  readonly record: InvocationRecord
}

export interface InvokerParts {
  readonly host: Host
  readonly concurrencyLimit: number
  /** All functions: their reserved concurrency is taken out of the account's. */
  functions(): readonly FunctionState[]
  /** Writes what came out of an environment to CloudWatch Logs. */
  store(state: FunctionState, environment: Environment, lines: readonly string[]): void
}

export function createInvoker(parts: InvokerParts): Invoker {
  const { account } = parts.host
  const environments = new Map<FunctionState, Environment[]>()
  const running = new Map<FunctionState, number>()
  const records: InvocationRecord[] = []
  const goingDown = new Set<Promise<void>>()

  /** Nobody waits for it: Rotel's last flush runs beside the next invocation. */
  const takeDown = (state: FunctionState, environment: Environment): void => {
    if (environment.busy) {
      environment.retired = true
      return
    }
    const down = shutDown(environment).then((lines) => {
      if (lines.length > 0) parts.store(state, environment, lines)
      goingDown.delete(down)
    })
    goingDown.add(down)
  }

  const takeEnvironment = (state: FunctionState, target: Target, cold: boolean): Environment => {
    const own = (environments.get(state) ?? []).filter(
      (environment) => !environment.dead || environment.busy,
    )
    const idle = own.find(
      (environment) =>
        !cold && !environment.busy && environment.configuration === target.configuration,
    )
    const environment =
      idle ?? createEnvironment(account, state, target.configuration, target.version)
    environment.busy = true
    // Idle ones of an older configuration of the same version are shut down.
    const kept = own.filter(
      (other) =>
        other !== environment &&
        (other.busy ||
          other.version !== target.version ||
          other.configuration === target.configuration),
    )
    for (const other of own) {
      if (other !== environment && !kept.includes(other)) takeDown(state, other)
    }
    environments.set(state, [...kept, environment])
    return environment
  }

  const run = async (
    state: FunctionState,
    target: Target,
    invocation: Invocation,
  ): Promise<Finished> => {
    const { requestId, payload, by } = invocation
    const environment = takeEnvironment(state, target, invocation.cold === true)
    invocation.onEnvironment?.(environment)
    running.set(state, (running.get(state) ?? 0) + 1)
    try {
      state.invocations += 1
      if (by === 'traffic') state.traffic += 1
      const { handler } = state
      const behaviour =
        typeof handler === 'function'
          ? handler({
              requestId,
              payload,
              version: target.version,
              cold: environment.started === undefined,
              variables: target.configuration.variables,
              count: state.invocations,
            })
          : handler
      const outcome = await runInvocation(parts.host, state, environment, {
        requestId,
        behaviour,
        ...(invocation.gate === undefined ? {} : { gate: invocation.gate }),
      })
      if (behaviour.realMs !== undefined) await account.clock.sleep(behaviour.realMs)
      parts.store(state, environment, outcome.stored)
      const record: InvocationRecord = {
        functionName: state.name,
        region: state.region,
        requestId,
        version: target.version,
        payload,
        cold: outcome.cold,
        environment: environment.streamName,
        functionError: outcome.errorType === undefined ? undefined : 'Unhandled',
        errorType: outcome.errorType,
        durationMs: outcome.durationMs,
        atMs: account.clock.now(),
        by,
        traceId: outcome.traceId,
      }
      records.push(record)
      return { outcome, record }
    } finally {
      environment.busy = false
      running.set(state, (running.get(state) ?? 1) - 1)
      if (environment.retired) takeDown(state, environment)
    }
  }

  const refuseOverLimit = (state: FunctionState): void => {
    const own = running.get(state) ?? 0
    if (state.reservedConcurrency !== undefined) {
      if (own >= state.reservedConcurrency) {
        throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded')
      }
      return
    }
    const inRegion = parts.functions().filter((other) => other.region === state.region)
    const reserved = inRegion.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), 0)
    const shared = inRegion
      .filter((other) => other.reservedConcurrency === undefined)
      .reduce((sum, other) => sum + (running.get(other) ?? 0), 0)
    if (shared >= parts.concurrencyLimit - reserved) {
      throw throttled('ConcurrentInvocationLimitExceeded')
    }
  }

  return {
    retire: (state) => {
      for (const environment of environments.get(state) ?? []) takeDown(state, environment)
    },
    idle: async () => {
      await Promise.all(goingDown)
    },
    begin: async (state, facts) => {
      const target = resolveQualifier(state, facts.qualifier)
      if (target === undefined) throw new Error(`no version ${facts.qualifier ?? ''}`)
      const requestId = randomUUID()
      const begun = latch()
      const released = latch()
      let environment = ''
      const ended = run(state, target, {
        requestId,
        payload: facts.payload ?? {},
        by: 'traffic',
        cold: facts.cold === true,
        onEnvironment: ({ streamName }) => (environment = streamName),
        gate: () => {
          begun.open()
          return released.opened
        },
      })
      await Promise.race([begun.opened, ended])
      return {
        requestId,
        environment,
        finish: async () => {
          released.open()
          return (await ended).record
        },
      }
    },
    records: () => [...records],
    invoke: async (state, request) => {
      const target = resolveQualifier(state, request.qualifier)
      if (target === undefined) {
        throw notFound(`Function not found: ${state.arn}:${request.qualifier ?? ''}`)
      }
      refuseKind(state, request)
      const payload = parsePayload(request.body)
      const readyAt = target.published?.activeAtMs
      if (readyAt !== undefined && account.clock.now() < readyAt) {
        throw new AwsError(
          'SnapStartNotReadyException',
          409,
          `Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.`,
        )
      }
      // Nothing runs, and no limit of concurrency is asked.
      if (request.type === 'DryRun') return { status: 204 }
      if (state.state !== 'Active') {
        throw conflict(
          `The operation cannot be performed at this time. The function is currently in the following state: ${state.state}`,
        )
      }
      refuseOverLimit(state)
      if (request.type === 'Event') {
        void run(state, target, { requestId: request.requestId, payload, by: 'call' })
        return { status: 202 }
      }
      const invocation: Invocation = { requestId: request.requestId, payload, by: 'call' }
      return answer(target, request, (await run(state, target, invocation)).outcome)
    },
  }
}

function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

function answer(target: Target, request: InvokeRequest, outcome: Outcome): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': target.version,
      ...(outcome.errorType === undefined ? {} : { 'x-amz-function-error': 'Unhandled' }),
      ...(request.tail ? { 'x-amz-log-result': tailOf(outcome.tail) } : {}),
    },
    body: outcome.payload,
  }
}

function refuseKind(state: FunctionState, request: InvokeRequest): void {
  if (state.kind === 'durable' && request.qualifier === undefined) {
    throw invalid('You cannot invoke a durable function using an unqualified ARN.')
  }
  if (state.kind === 'tenant-isolated' && request.tenantId === undefined) {
    throw invalid(
      'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
    )
  }
}

function parsePayload(body: string): unknown {
  if (body === '') return {}
  try {
    return JSON.parse(body) as unknown
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AwsError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: ${reason}`,
    )
  }
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.', {
    members: { Reason: reason, Type: 'User' },
  })
}
