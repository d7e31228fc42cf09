/** Faults that a test injects into calls: throttles, server errors, broken connections, lost answers. */
import type { CallEvent, ServiceName } from './protocol/service'

export interface Faults {
  /** Rules are tried in the order they were added; the first that matches and is not used up acts. */
  add(rule: FaultRule): FaultHandle
  clear(): void
}

interface FaultHandle {
  /** How often it struck. */
  readonly hits: number
  remove(): void
}

interface FaultRule {
  readonly service?: ServiceName
  readonly operation?: string
  readonly functionName?: string
  readonly region?: string
  /** What else must be true of the call. */
  readonly matches?: (call: CallEvent) => boolean
  /** This many matching calls pass before it strikes; 0 unless given. */
  readonly skip?: number
  /** It strikes this often; 1 unless given, Infinity for always. */
  readonly count?: number
  readonly fault: Fault
}

export type Fault =
  | { readonly kind: 'throttle'; readonly retryAfterSeconds?: number }
  /** 500 ServiceException, or a bare 502, 503, 504. */
  | { readonly kind: 'server-error'; readonly status?: 500 | 502 | 503 | 504 }
  /** The connection is reset before anything is done. */
  | { readonly kind: 'reset' }
  /** Nothing is done and no answer ever comes; the connection stays open. */
  | { readonly kind: 'hang' }
  /** The work is done, then the connection is reset. */
  | { readonly kind: 'lost-answer' }
  /** The work is done, and half of the answer comes, as if it were the whole. */
  | { readonly kind: 'half-answer' }
  /** The work is done, half of the answer comes, then the connection is reset. */
  | { readonly kind: 'broken-answer' }
  /** The work is done, and the answer comes by the byte: real time between two of them. */
  | { readonly kind: 'trickle'; readonly msPerByte: number }
  /** The work is done at once, the answer comes later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Something else than AWS answers (a proxy, a login page), or AWS with half of an answer; nothing is done. */
  | {
      readonly kind: 'other-answer'
      /** 200 unless given. */
      readonly status?: number
      /** text/html unless given. */
      readonly contentType?: string
      readonly body: string | ((call: CallEvent) => string)
    }
  /** Any error that the service may answer; nothing is done. */
  | {
      readonly kind: 'error'
      readonly name: string
      readonly status: number
      readonly message: string
    }

export interface FaultInjector {
  readonly faults: Faults
  /** The fault that strikes this call, if any. Counts the call. */
  strike(call: CallEvent): Fault | undefined
}

export function createFaultInjector(): FaultInjector {
  interface Armed {
    readonly rule: FaultRule
    passed: number
    hits: number
  }
  let armed: Armed[] = []

  return {
    faults: {
      add: (rule) => {
        const entry: Armed = { rule, passed: 0, hits: 0 }
        armed.push(entry)
        return {
          get hits() {
            return entry.hits
          },
          remove: () => {
            armed = armed.filter((other) => other !== entry)
          },
        }
      },
      clear: () => {
        armed = []
      },
    },
    strike: (call) => {
      for (const entry of armed) {
        if (!applies(entry.rule, call) || entry.hits >= (entry.rule.count ?? 1)) continue
        if (entry.passed < (entry.rule.skip ?? 0)) {
          entry.passed += 1
          continue
        }
        entry.hits += 1
        return entry.rule.fault
      }
      return undefined
    },
  }
}

function applies(rule: FaultRule, call: CallEvent): boolean {
  return (
    (rule.service ?? call.service) === call.service &&
    (rule.operation ?? call.operation) === call.operation &&
    (rule.region ?? call.region) === call.region &&
    (rule.functionName === undefined || rule.functionName === call.functionName) &&
    (rule.matches === undefined || rule.matches(call))
  )
}
