/** Moves an alias to a version, and back: only from where it was found, and never while it is weighted. */

import type { Clock } from '../../model/clock'
import { done, notYet, poll } from '../../model/poll'
import { faultRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import { whyEnded } from '../../model/run-signal'
import type { Alias, AliasControl } from '../../systems/lambda/alias-control'
import type { FunctionArn } from '../../systems/lambda/lambda-function'
import { aliasRefusal, weighted } from './alias-plan'

/** What the journal holds of a moved alias. */
export interface AliasMove {
  readonly function: FunctionArn
  readonly alias: string
  /** Versions that it leads to. */
  readonly before: string
  readonly after: string
}

export interface AliasRecords {
  /** Waited for before an alias is moved. Of a write that did not land, the record does no harm. */
  moving(move: AliasMove): Promise<void>
  /** What this run has moved and not moved back. */
  movedAlias(fn: FunctionArn): AliasMove | undefined
}

export interface MoveContext {
  readonly aliases: AliasControl
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How long a write is tried again that gets no good answer. */
const UNAVAILABLE_LIMIT_MS = 120_000
const PAUSE_MS = { firstMs: 500, longestMs: 10_000 }

/** Somebody else moves it at the same time. */
const ATTEMPTS = 4

export type Moved =
  | { readonly kind: 'moved'; readonly wrote: boolean }
  /** Somebody else has moved it, or deleted it: it stays. */
  | { readonly kind: 'elsewhere'; readonly now: string }
  | ({
      readonly kind: 'not-moved'
      /** The answer to the last write was lost, and the alias could not be read since. */
      readonly isUnseen: boolean
    } & Refusal)

/** @param atTurn waited for before each write; a refusal keeps it back */
export async function moveAlias(
  { function: arn, alias: name, before, after }: AliasMove,
  atTurn: () => Promise<Refusal | undefined>,
  { aliases, clock, signal }: MoveContext,
): Promise<Moved> {
  let wrote = false
  let isUnseen = false
  let attempts = 0
  const notMoved = (refusal: Refusal): Moved => ({ kind: 'not-moved', isUnseen, ...refusal })
  const polled = await poll<Moved, Moved>(
    async () => {
      const read = await aliases.alias(arn, name)
      if (!read.ok) {
        if (read.fault.kind === 'not-found') return done({ kind: 'elsewhere', now: 'deleted' })
        return done(notMoved(aliasRefusal(read.fault, name)))
      }
      isUnseen = false
      const found = read.value
      if (found.version === after && !found.isWeighted) return done({ kind: 'moved', wrote })
      if (found.version !== before) return done({ kind: 'elsewhere', now: found.version })
      if (found.isWeighted) return done(notMoved(weighted(name)))
      let refusal: Refusal | undefined
      // What breaks there is no fault of AWS’s, as which the call would report it.
      const broken: Error[] = []
      const answer = await aliases.move(arn, found, after, async () => {
        try {
          refusal = await atTurn()
          return refusal === undefined
        } catch (thrown) {
          broken.push(thrown instanceof Error ? thrown : new Error('unknown', { cause: thrown }))
          return false
        }
      })
      for (const error of broken) throw error
      if (refusal) return done(notMoved(refusal))
      if (answer.ok) return done({ kind: 'moved', wrote: true })
      isUnseen = answer.fault.mayHaveLanded
      wrote ||= isUnseen
      const cause = notMoved(moveRefusal(answer.fault, found))
      if (answer.fault.kind !== 'unavailable') attempts += 1
      return isWorthAnotherLook(answer.fault) && attempts < ATTEMPTS ? notYet(cause) : done(cause)
    },
    { ...PAUSE_MS, deadline: clock.now() + UNAVAILABLE_LIMIT_MS },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  return polled.kind === 'aborted' ? notMoved(whyEnded(signal)) : polled.last
}

/** The same, on the way back. */
export function inverseMove({ before, after, ...where }: AliasMove): AliasMove {
  return { ...where, before: after, after: before }
}

function isWorthAnotherLook({ kind }: AwsFault): boolean {
  return kind === 'precondition' || kind === 'conflict' || kind === 'unavailable'
}

function moveRefusal(fault: AwsFault, { name }: Alias): Refusal {
  const reason = fault.kind === 'denied' ? 'alias-write-denied' : 'alias-not-moved'
  return faultRefusal(fault, reason, `alias ${name}: `)
}

/** Environments that are kept ready for the alias are made anew when it moves; until then old ones answer. */
const PROVISION_LIMIT_MS = 15 * 60_000
const PROVISION_PAUSE_MS = { firstMs: 1_000, longestMs: 5_000 }

/** @returns why concurrency that is provisioned on the alias is not there; `undefined`: it is, or there is none */
export async function untilProvisioned(
  arn: FunctionArn,
  alias: string,
  { aliases, clock, signal }: MoveContext,
): Promise<Refusal | undefined> {
  const polled = await poll<Refusal | undefined, undefined>(
    async () => {
      const read = await aliases.provisioning(arn, alias)
      if (!read.ok) return done(aliasRefusal(read.fault, alias))
      switch (read.value.kind) {
        case 'none':
        case 'ready':
          return done(undefined)
        case 'in-progress':
          return notYet(undefined)
        case 'failed':
          return done({
            reason: 'provisioning-failed',
            detail: `provisioned concurrency of the alias ${alias}: ${read.value.why}`,
          } as const)
      }
    },
    { ...PROVISION_PAUSE_MS, deadline: clock.now() + PROVISION_LIMIT_MS },
    { clock, signal },
  )
  if (polled.kind === 'done') return polled.value
  if (polled.kind === 'aborted') return whyEnded(signal)
  return {
    reason: 'provisioning-failed',
    detail: `provisioned concurrency of the alias ${alias} was not ready after 15 minutes`,
  }
}
