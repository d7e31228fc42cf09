import type { AwsError } from './errors'
import type { CallEvent, ServiceName } from './local-aws'

/** A request as it came, with the region and service that its signature names. */
export interface WireRequest {
  readonly method: string
  /** Path without the query, still encoded. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly region: string
  readonly requestId: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Which of a service's rate limits a call counts in. */
export type QuotaClass = 'get-function' | 'control-plane' | 'none'

/** A request of which is known what it asks for. */
export interface ReadCall {
  readonly operation: string
  readonly functionName: string | undefined
  readonly params: Readonly<Record<string, unknown>>
  readonly quota: QuotaClass
  /** Rights that the caller needs, checked before the work. */
  readonly rights: readonly Right[]
  work(call: CallEvent): Answer | Promise<Answer>
}

export interface Right {
  readonly action: string
  /** ARN, or `*`. */
  readonly resource: string
  /** What a refusal says instead of the ARN: `role NAME` in IAM. */
  readonly shown?: string
}

/** One AWS service: reads its requests and writes its errors. Adding a service is adding one of these in `index.ts`. */
export interface Service {
  readonly name: ServiceName
  /** `undefined`: no operation that is modelled here. Throws an AwsError for a malformed request. */
  read(request: WireRequest): ReadCall | undefined
  writeError(error: AwsError, requestId: string): Answer
  throttled(retryAfterSeconds?: number): AwsError
  internalError(): AwsError
}
