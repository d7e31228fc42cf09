/**
 * The control record: sent to the endpoint before anything is written, and found through the verifier. It proves that
 * endpoint, key, database and table belong together, and measures how long telemetry takes.
 */

import type { Result } from '../../../model/result'
import type { Clock } from '../../../model/clock'
import { done, lastFound, type Look, notYet, poll } from '../../../model/poll'
import { mayPass, type StoreFault } from '../../../systems/clickstack/telemetry-store'
import type { ControlRecord, ExportAnswer } from '../../../systems/clickstack/endpoint'

export interface ControlRecordRound {
  readonly send: (record: ControlRecord) => Promise<ExportAnswer>
  /** Whether a record of this id and not older than `since` (ms since the epoch) is in the store. */
  readonly find: (id: string, since: number) => Promise<Result<boolean, StoreFault>>
  readonly clock: Clock
  /** From when the endpoint has accepted the record. */
  readonly timeoutMs: number
  /** Unique to this run. */
  readonly id: string
  readonly serviceName: string
  readonly signal?: AbortSignal
}

export type ControlRecordOutcome =
  /** From when the endpoint had accepted the record to when it was seen, in ms: no more exact than the polls are. */
  | { readonly kind: 'found'; readonly latencyMs: number }
  | { readonly kind: 'not-sent'; readonly answer: Exclude<ExportAnswer, { kind: 'accepted' }> }
  | { readonly kind: 'not-found'; readonly afterMs: number }
  | { readonly kind: 'store-fault'; readonly fault: StoreFault }

/** A store that does not answer is queried again until the timeout; any other fault of it ends the search. */
export async function sendAndFind(round: ControlRecordRound): Promise<ControlRecordOutcome> {
  const { send, find, clock, timeoutMs, id, serviceName, signal } = round
  const time = clock.now()
  const answer = await send({ id, serviceName, time })
  if (answer.kind !== 'accepted') return { kind: 'not-sent', answer }

  const acceptedAt = clock.now()
  const waited = (): number => clock.now() - acceptedAt
  const look = async (): Promise<Look<ControlRecordOutcome, ControlRecordOutcome>> => {
    const found = await find(id, time - SLACK_MS)
    if (found.ok) {
      return found.value
        ? done({ kind: 'found', latencyMs: waited() })
        : notYet({ kind: 'not-found', afterMs: waited() })
    }
    const fault: ControlRecordOutcome = { kind: 'store-fault', fault: found.fault }
    return mayPass(found.fault) ? notYet(fault) : done(fault)
  }
  const backoff = { ...PAUSES, deadline: acceptedAt + timeoutMs }
  return lastFound(await poll(look, backoff, { clock, ...(signal && { signal }) }))
}

const PAUSES = { firstMs: 250, longestMs: 3_000, factor: 1.5 }

/** Some layouts store whole seconds. The record has this machine's time, so clocks are not compared. */
const SLACK_MS = 5_000
