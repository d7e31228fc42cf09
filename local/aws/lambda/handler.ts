/** What a function's own code does when it is invoked: scripted, since the local stack runs no code. */

interface InvocationFacts {
  readonly requestId: string
  readonly payload: unknown
  readonly version: string
  /** First invocation of its environment. */
  readonly cold: boolean
  readonly variables: Readonly<Record<string, string>>
  /** Counts this function's invocations from 1, over all environments. */
  readonly count: number
}

/**
 * One line of a function's output. A plain string goes through the runtime's logger (prefix in text format, an
 * object in JSON format); `raw` goes to stdout as it is, whatever the format; `object` is a JSON log of a
 * library such as Powertools.
 */
export type LogLine =
  | string
  | {
      readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'
      readonly message: string
    }
  | { readonly raw: string }
  | { readonly object: Readonly<Record<string, unknown>> }

export type HandlerFailure =
  /** An exception of the handler: an ordinary function error. */
  | { readonly kind: 'throws'; readonly errorType?: string; readonly errorMessage?: string }
  /** The runtime process ends. */
  | { readonly kind: 'exits'; readonly status?: number }
  | { readonly kind: 'out-of-memory' }
  /** An exception while the code loads: fails at init, each time. */
  | { readonly kind: 'init-error'; readonly errorType?: string; readonly errorMessage?: string }

/** What the OpenTelemetry SDK of an instrumented function sends to localhost; without Rotel it is lost. */
export interface SdkTelemetry {
  /** Names of spans: the first is the invocation's own, the others are its children. */
  readonly spans?: readonly string[]
  /** Log lines through the SDK, with the ids of the trace. */
  readonly logs?: readonly string[]
  /** Gauges by name, one point each. */
  readonly gauges?: Readonly<Record<string, number>>
  /** Over the attributes of the SDK's detector; `null` takes one away. */
  readonly resource?: Readonly<Record<string, string | null>>
  /** Over those of the invocation's own span; `null` takes one away. */
  readonly spanAttributes?: Readonly<Record<string, string | null>>
  /** A random one unless given. */
  readonly traceId?: string
}

export interface Behaviour {
  /** What the handler returns; `null` unless given. */
  readonly response?: unknown
  /** Nothing is logged unless given. */
  readonly logs?: readonly LogLine[]
  /** Modelled time of the handler, 12.34 ms unless given; longer than the function's time-out means it times out. */
  readonly durationMs?: number
  /** Modelled time of the runtime's init, 150 ms unless given. */
  readonly initMs?: number
  /** Memory of the function without extensions, 64 MB unless given. Rotel's need comes on top. */
  readonly memoryUsedMb?: number
  readonly failure?: HandlerFailure
  readonly sdk?: SdkTelemetry
  /** Real time that the answer takes, 0 unless given: for tests of concurrency and of cancellation. */
  readonly realMs?: number
}

export type Handler = Behaviour | ((invocation: InvocationFacts) => Behaviour)
