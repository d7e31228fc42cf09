/** Synchronous invocations over the AWS SDK, with no retry of its own. */

import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import { membersOf, parseJson, textOf } from '../model/json'
import { succeeded } from '../model/result'
import type { Clock } from '../model/clock'
import type { Invocation, InvokeFault, LambdaInvoke } from '../pipeline/smoke-test/invocation'
import { attempt } from './attempt'
import { CONNECT_LIMIT_MS, onePer, USER_AGENT } from './aws-client'
import { awsFault, describeThrown, isNotConnected, UNREADABLE } from './aws-fault'
import { invokeQuota } from './lambda-quota'
import { ownPacing, type PacedCalls } from './paced-calls'
import { shownWords } from './known-values'
import { requestHandler } from './request-handler'
import { withTypedAnswers } from './typed-answer'

/** In addition to the function's own timeout: cold start, extensions, the response. */
const GRACE_SECONDS = 30

/**
 * @param concurrency invocations at the same time, for the size of the socket pool
 * @param calls the queues that it shares with other clients of the run
 */
export function lambdaInvoke(
  concurrency: number,
  clock: Clock,
  calls: PacedCalls = ownPacing(),
): LambdaInvoke {
  const maxSockets = Math.max(concurrency, DRY_RUNS_AT_ONCE)
  const inRegion = onePer((region) => ({
    queue: invokeQuota(calls, region),
    client: withTypedAnswers(
      new LambdaClient({
        region,
        customUserAgent: USER_AGENT,
        // The SDK would repeat an invocation after a 5xx or a reset, when it may have run already.
        maxAttempts: 1,
        requestHandler: requestHandler(
          {
            connectionTimeout: CONNECT_LIMIT_MS,
            // A function is silent until it answers.
            socketTimeout: 0,
          },
          maxSockets,
        ),
      }),
    ),
  }))
  return {
    async invoke({ arn, qualifier, payload, timeoutSeconds }, signal) {
      const { client, queue } = inRegion(arn.region)
      const command = new InvokeCommand({
        FunctionName: arn.text,
        Payload: new TextEncoder().encode(payload),
        LogType: 'Tail',
        ...(qualifier && { Qualifier: qualifier }),
      })
      const limitSeconds = timeoutSeconds + GRACE_SECONDS
      let limit: AbortSignal | undefined
      try {
        const answer = await queue.once(() => {
          limit = AbortSignal.timeout(limitSeconds * 1000)
          return client.send(command, { abortSignal: AbortSignal.any([signal, limit]) })
        })
        const { requestId } = answer.$metadata
        // Telemetry is looked for by it, and rows without any would match an empty one.
        if (!requestId) {
          return { ok: false, fault: { kind: 'lost', text: 'Lambda’s response has no request ID' } }
        }
        // Lambda names it in each answer to an invocation; what names none answers in its place.
        if (answer.ExecutedVersion === undefined) {
          const text = 'the response names no version that was run, so it is not Lambda’s'
          return { ok: false, fault: { kind: 'lost', text } }
        }
        return succeeded(invocationOf(answer, requestId, clock.now()))
      } catch (thrown) {
        if (limit?.aborted && !signal.aborted) {
          const text = `Lambda did not answer within ${String(limitSeconds)} s`
          return { ok: false, fault: { kind: 'lost', text } }
        }
        const fault = invokeFault(thrown)
        // The run ends with its credentials, and their refusal is why.
        if (!signal.aborted || fault.kind === 'unauthenticated') return { ok: false, fault }
        return { ok: false, fault: { kind: 'aborted', text: 'the run ended' } }
      }
    },

    async mayInvoke(arn, qualifier) {
      const { client, queue } = inRegion(arn.region)
      const command = new InvokeCommand({
        FunctionName: arn.text,
        InvocationType: 'DryRun',
        ...(qualifier && { Qualifier: qualifier }),
      })
      const limit = new AbortController()
      const answered = new AbortController()
      void clock
        .sleep(DRY_RUN_LIMIT_MS, answered.signal)
        .then(() => limit.abort(Object.assign(new Error(), { name: 'TimeoutError' })))
      const answer = await attempt(() =>
        queue.read((options) => client.send(command, options), limit.signal),
      )
      answered.abort()
      return answer.ok ? succeeded(true) : answer
    },
  }
}

/** As many as the SDK sends of any other call. */
const DRY_RUNS_AT_ONCE = 50
/**
 * With its turn and all that is repeated, as long as a read that gets no good answer: nothing is written before it is
 * answered, and the invocation itself shows the same.
 */
const DRY_RUN_LIMIT_MS = 120_000

function invocationOf(answer: InvokeCommandOutput, requestId: string, endedAt: number): Invocation {
  return {
    requestId,
    executedVersion: answer.ExecutedVersion,
    functionError: answer.FunctionError,
    ...(answer.FunctionError === undefined
      ? { errorType: undefined, exitStatus: undefined }
      : platformError(answer.Payload)),
    tail: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
    endedAt,
  }
}

/** Only types that the platform itself gives: a handler's own may hold anything. */
const PLATFORM_TYPE =
  /^(Extension|Runtime|Sandbox|Function|Lambda)\.[A-Za-z]+$|^TooManyExtensions$|^PermissionDenied$/

function platformError(
  payload: Uint8Array | undefined,
): Pick<Invocation, 'errorType' | 'errorOf' | 'exitStatus'> {
  const body = membersOf(parseJson(Buffer.from(payload ?? []).toString('utf8')))
  const errorType = textOf(body['errorType'])
  const errorMessage = textOf(body['errorMessage'])
  const requestId = textOf(body['requestId'])
  const errorOf = requestId === undefined ? undefined : requestId === '' ? 'none' : 'request'
  if (errorType === undefined) {
    // Older timeouts have no type.
    const timedOut =
      errorMessage !== undefined && / Task timed out after [\d.]+ seconds/.test(errorMessage)
    return { errorType: timedOut ? 'Sandbox.Timedout' : undefined, errorOf, exitStatus: undefined }
  }
  const [, status] =
    /^(?:RequestId: \S+ )?(?:Error: )?Runtime exited with error: exit status (\d+)/.exec(
      errorMessage ?? '',
    ) ?? []
  return {
    errorType: PLATFORM_TYPE.test(errorType) ? errorType : undefined,
    errorOf,
    exitStatus: status === undefined ? undefined : Number(status),
  }
}

function invokeFault(thrown: unknown): InvokeFault {
  const { name, message, httpStatus } = describeThrown(thrown)
  const text = `${name}: ${shownWords(message)}`
  if (name === 'TooManyRequestsException' || httpStatus === 429) {
    // As Lambda's API reference lists them; of others, the account's or Lambda's own limit is the cause.
    const reserved = /^(Reserved)?Function/.test(textOf(membersOf(thrown)['Reason']) ?? '')
    return { kind: 'throttled', reserved, text }
  }
  if (name === 'ResourceNotReadyException' || name === 'ResourceConflictException') {
    return { kind: 'not-ready', text }
  }
  if (isNotConnected(name)) {
    // No connection came about, so nothing has run.
    return { kind: 'not-ready', text }
  }
  if (name === UNREADABLE) return { kind: 'lost', text }
  if (awsFault(thrown).kind === 'unauthenticated') return { kind: 'unauthenticated', text }
  if (name === 'AccessDeniedException' || httpStatus === 403) return { kind: 'denied', text }
  if (httpStatus !== undefined && httpStatus < 500) return { kind: 'refused', text }
  // KMS and VPC faults of the function's own come as 502 with a name of their own: it has not run, and will not.
  if (httpStatus === 502 && name !== 'ServiceException') return { kind: 'refused', text }
  return { kind: 'lost', text }
}
