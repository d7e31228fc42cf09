/** Synchronous invocations over the AWS SDK, with no retry of its own. */

import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import { withoutEchoes } from '../model/redaction'
import { succeeded } from '../model/result'
import type { Clock, Invocation, InvokeFault, LambdaInvoke } from '../ports'
import { describeThrown } from './aws-fault'

/** On top of the function's own time-out: cold start, extensions, the way back. */
const GRACE_SECONDS = 30
const CONNECT_LIMIT_MS = 5_000

/** @param concurrency invocations at the same time, for the size of the socket pool */
export function lambdaInvoke(concurrency: number, clock: Clock): LambdaInvoke {
  const clients = new Map<string, LambdaClient>()
  const inRegion = (region: string) => {
    const known = clients.get(region)
    if (known) return known
    const client = new LambdaClient({
      region,
      customUserAgent: 'clickstack-lambda-action',
      // The SDK would repeat an invocation after a 5xx or a reset, when it may have run already.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECT_LIMIT_MS,
        // A function is silent until it answers.
        socketTimeout: 0,
        httpsAgent: { keepAlive: true, maxSockets: concurrency },
        httpAgent: { keepAlive: true, maxSockets: concurrency },
      },
    })
    clients.set(region, client)
    return client
  }
  return {
    async invoke({ arn, qualifier, payload, timeoutSeconds }, signal) {
      const limit = AbortSignal.timeout((timeoutSeconds + GRACE_SECONDS) * 1000)
      try {
        const answer = await inRegion(arn.region).send(
          new InvokeCommand({
            FunctionName: arn.text,
            Payload: new TextEncoder().encode(payload),
            LogType: 'Tail',
            ...(qualifier && { Qualifier: qualifier }),
          }),
          { abortSignal: AbortSignal.any([signal, limit]) },
        )
        return succeeded(invocationOf(answer, clock.now()))
      } catch (thrown) {
        if (signal.aborted)
          return { ok: false, fault: { kind: 'aborted', text: 'the run was ended' } }
        return { ok: false, fault: invokeFault(thrown) }
      }
    },
  }
}

function invocationOf(answer: InvokeCommandOutput, endedAt: number): Invocation {
  return {
    requestId: answer.$metadata.requestId ?? '',
    executedVersion: answer.ExecutedVersion,
    functionError: answer.FunctionError,
    errorType: answer.FunctionError === undefined ? undefined : errorType(answer.Payload),
    tail: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
    endedAt,
  }
}

/** Only types that the platform itself gives: a handler's own may say anything. */
const PLATFORM_TYPE =
  /^(Extension|Runtime|Sandbox|Function|Lambda)\.[A-Za-z]+$|^TooManyExtensions$|^PermissionDenied$/

function errorType(payload: Uint8Array | undefined): string | undefined {
  try {
    const body: unknown = JSON.parse(Buffer.from(payload ?? []).toString('utf8'))
    if (typeof body !== 'object' || body === null) return undefined
    const type: unknown = 'errorType' in body ? body.errorType : undefined
    if (typeof type === 'string') return PLATFORM_TYPE.test(type) ? type : undefined
    // Older time-outs carry no type.
    const message: unknown = 'errorMessage' in body ? body.errorMessage : undefined
    return typeof message === 'string' && /Task timed out after/.test(message)
      ? 'Sandbox.Timedout'
      : undefined
  } catch {
    return undefined
  }
}

function invokeFault(thrown: unknown): InvokeFault {
  const { name, message, httpStatus } = describeThrown(thrown)
  const text = `${name}: ${withoutEchoes(message)}`.slice(0, 400)
  if (name === 'TooManyRequestsException' || httpStatus === 429) {
    const reason: unknown =
      thrown instanceof Error && 'Reason' in thrown ? thrown.Reason : undefined
    const reserved = reason === 'ReservedFunctionConcurrentInvocationLimitExceeded'
    return { kind: 'throttled', reserved, text }
  }
  if (name === 'ResourceNotReadyException' || name === 'ResourceConflictException') {
    return { kind: 'not-ready', text }
  }
  if (name === 'ECONNREFUSED' || name === 'ENOTFOUND' || name === 'EAI_AGAIN') {
    // No connection came about, so nothing has run.
    return { kind: 'not-ready', text }
  }
  if (name === 'AccessDeniedException' || httpStatus === 403) return { kind: 'denied', text }
  if (httpStatus !== undefined && httpStatus < 500) return { kind: 'refused', text }
  // KMS and VPC faults of the function's own come as 502 with a name of their own: it has not run, and will not.
  if (httpStatus === 502 && name !== 'ServiceException') return { kind: 'refused', text }
  return { kind: 'lost', text }
}
