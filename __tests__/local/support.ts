import { GetFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterEach } from '@jest/globals'
import {
  startLocalAws,
  type Clock,
  type LocalAws,
  type LocalAwsOptions,
} from '../../local/aws/index'

const running: LocalAws[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.close()))
})

/** Closed after the test. Updates are quick, quotas wide, unless the test says otherwise. */
export async function local(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const aws = await startLocalAws({ updateMs: 20, quotas: { scale: 100 }, ...options })
  running.push(aws)
  return aws
}

export interface ManualClock extends Clock {
  /** Lets time pass, and wakes those whose sleep is over. */
  advance(ms: number): void
}

/** Time passes only when the test says so: no test depends on how busy the machine is. */
export function manualClock(): ManualClock {
  let now = Date.UTC(2026, 10, 22, 10)
  let sleepers: { readonly untilMs: number; readonly wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ untilMs: now + ms, wake: resolve })
      }),
    advance: (ms) => {
      now += ms
      const due = sleepers.filter((sleeper) => sleeper.untilMs <= now)
      sleepers = sleepers.filter((sleeper) => sleeper.untilMs > now)
      for (const sleeper of due) sleeper.wake()
    },
  }
}

/** Waits until it is so. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

export function clientConfig(
  aws: LocalAws,
  region = aws.region,
): {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly maxAttempts: number
} {
  return {
    endpoint: aws.url,
    region,
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    maxAttempts: 1,
  }
}

export function lambdaClient(aws: LocalAws, region?: string): LambdaClient {
  return new LambdaClient(clientConfig(aws, region))
}

/** What a refused call came back with, as the SDK shows it. */
export interface Refusal {
  readonly name: string
  readonly message: string
  readonly status: number | undefined
  readonly reason: string | undefined
}

export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const details = error as Error & {
      readonly $metadata?: { readonly httpStatusCode?: number }
      readonly Reason?: string
      readonly Message?: string
    }
    return {
      name: error.name,
      message: error.message,
      status: details.$metadata?.httpStatusCode,
      reason: details.Reason,
    }
  }
  throw new Error('the call was not refused')
}

export async function settled(client: LambdaClient, name: string): Promise<string | undefined> {
  for (;;) {
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: name }))
    if (Configuration?.LastUpdateStatus !== 'InProgress') return Configuration?.LastUpdateStatus
  }
}

export interface Invoked {
  readonly status: number | undefined
  readonly functionError: string | undefined
  readonly payload: unknown
  readonly tail: string
  readonly requestId: string | undefined
  readonly version: string | undefined
}

export async function invoke(
  client: LambdaClient,
  name: string,
  options: {
    readonly qualifier?: string
    readonly payload?: unknown
    readonly tenant?: string
  } = {},
): Promise<Invoked> {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify(options.payload ?? {})),
      ...(options.qualifier === undefined ? {} : { Qualifier: options.qualifier }),
      ...(options.tenant === undefined ? {} : { TenantId: options.tenant }),
    }),
  )
  return {
    status: answer.StatusCode,
    functionError: answer.FunctionError,
    payload: JSON.parse(answer.Payload?.transformToString() ?? 'null') as unknown,
    tail: Buffer.from(answer.LogResult ?? '', 'base64').toString('utf8'),
    requestId: answer.$metadata.requestId,
    version: answer.ExecutedVersion,
  }
}
