/** A service of Local AWS, the calls it reads and the answers it gives, whatever its wire format. */
import type { AwsError } from './errors'

export type ServiceName =
  'lambda' | 'sts' | 'iam' | 'logs' | 'ssm' | 'secretsmanager' | 'monitoring' | 'tagging'

/** A call as its listener sees it, before it is handled. */
export interface CallEvent {
  /** From 1, in order of arrival. */
  readonly index: number
  readonly service: ServiceName
  /** The API's name, e.g. `UpdateFunctionConfiguration`. */
  readonly operation: string
  readonly region: string
  /** Plain name, also where an ARN was sent. */
  readonly functionName: string | undefined
  /** Request members by their API names: those of path, query and body together. */
  readonly params: Readonly<Record<string, unknown>>
}

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
  /** Values of the condition keys that policies may ask for. */
  readonly context?: Readonly<Record<string, readonly string[]>>
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
