/** The Invoke operation: which version, whether it may run now, in which environment, and how it is answered. */
import { AwsError } from '../errors'
import type { InvocationRecord } from '../local-aws'
import type { Answer } from '../service'
import {
  createEnvironment,
  runInvocation,
  type Environment,
  type Host,
  type Outcome,
} from './environment'
import type { FunctionState } from './function-state'
import { tailOf } from './log-lines'
import { conflict, invalid } from './update'
import { notFound, resolveQualifier, type Target } from './versions'

export interface InvokeRequest {
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
  records(): readonly InvocationRecord[]
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

  const takeEnvironment = (state: FunctionState, target: Target): Environment => {
    const own = (environments.get(state) ?? []).filter(
      (environment) => !environment.dead || environment.busy,
    )
    const idle = own.find(
      (environment) => !environment.busy && environment.configuration === target.configuration,
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
    environments.set(state, [...kept, environment])
    return environment
  }

  const run = async (
    state: FunctionState,
    target: Target,
    request: InvokeRequest,
    payload: unknown,
  ): Promise<Outcome> => {
    const environment = takeEnvironment(state, target)
    running.set(state, (running.get(state) ?? 0) + 1)
    try {
      state.invocations += 1
      const { handler } = state
      const behaviour =
        typeof handler === 'function'
          ? handler({
              requestId: request.requestId,
              payload,
              version: target.version,
              cold: environment.started === undefined,
              variables: target.configuration.variables,
              count: state.invocations,
            })
          : handler
      const outcome = await runInvocation(parts.host, state, environment, {
        requestId: request.requestId,
        behaviour,
      })
      if (behaviour.realMs !== undefined) await account.clock.sleep(behaviour.realMs)
      parts.store(state, environment, outcome.stored)
      records.push({
        functionName: state.name,
        region: state.region,
        requestId: request.requestId,
        version: target.version,
        payload,
        cold: outcome.cold,
        environment: environment.streamName,
        functionError: outcome.errorType === undefined ? undefined : 'Unhandled',
        errorType: outcome.errorType,
        durationMs: outcome.durationMs,
        atMs: account.clock.now(),
      })
      return outcome
    } finally {
      environment.busy = false
      running.set(state, (running.get(state) ?? 1) - 1)
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
      for (const environment of environments.get(state) ?? []) environment.dead = true
    },
    records: () => [...records],
    invoke: async (state, request) => {
      const target = resolveQualifier(state, request.qualifier)
      if (target === undefined) {
        throw notFound(`Function not found: ${state.arn}:${request.qualifier ?? ''}`)
      }
      refuseKind(state, request)
      const payload = parsePayload(request.body)
      if (request.type === 'DryRun') return { status: 204 }
      if (state.state !== 'Active') {
        throw conflict(
          `The operation cannot be performed at this time. The function is currently in the following state: ${state.state}`,
        )
      }
      refuseOverLimit(state)
      if (request.type === 'Event') {
        void run(state, target, request, payload)
        return { status: 202 }
      }
      return answer(target, request, await run(state, target, request, payload))
    },
  }
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
