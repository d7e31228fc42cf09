/** What the two OTLP receivers share: the key check, the record of what came in, the way to the collector. */

import type { Signal, Telemetry } from '../otlp/telemetry'
import type { Collector } from './collector'
import type { Faults } from './faults'
import type { RunningServer } from './http-server'
import { refusalOf, type IngestionKey } from './ingestion-key'

/** One export that reached a receiver, accepted or not. */
export interface ReceivedExport {
  readonly protocol: 'grpc' | 'http'
  readonly signal: Signal
  /** Milliseconds since 1970. */
  readonly at: number
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string>>
  /** Why it was refused. */
  readonly refusal?: string
  /** What it carried, when it was accepted. */
  readonly telemetry?: Telemetry
}

export interface ReceiverOptions {
  readonly key: IngestionKey
  readonly collector: Collector
  /** Appended to. */
  readonly received: ReceivedExport[]
  readonly faults: Faults
  readonly tls?: { readonly key: string; readonly cert: string }
}

export type Receiver = RunningServer

type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'unauthenticated' | 'malformed'; readonly reason: string }

/** `decode` throws where the message is none. */
export function receive(
  { key, collector, received }: ReceiverOptions,
  asked: Pick<ReceivedExport, 'protocol' | 'signal' | 'headers'>,
  decode: () => Telemetry,
): Outcome {
  const incoming = { ...asked, at: Date.now() }
  const refusal = refusalOf(key, incoming.headers.authorization)
  if (refusal !== undefined) {
    received.push({ ...incoming, refusal })
    return { kind: 'unauthenticated', reason: refusal }
  }
  try {
    const telemetry = decode()
    received.push({ ...incoming, telemetry })
    collector.accept(telemetry)
    return { kind: 'accepted' }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    received.push({ ...incoming, refusal: reason })
    return { kind: 'malformed', reason }
  }
}
