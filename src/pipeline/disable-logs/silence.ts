/**
 * Whether an invocation left anything in CloudWatch Logs: by its request id, and by streams that were not there before. A
 * look for new streams alone would pass in a warm environment, which writes on to the stream that it has.
 */

import { whyEnded } from '../../model/run-signal'
import type { Clock } from '../../model/clock'
import { faultRefusal, type Refusal } from '../../model/refusal'
import type { AwsFault } from '../../model/result'
import type { LogGroup, LogGroups } from '../../systems/cloudwatch/log-groups'

export interface Watch {
  readonly group: LogGroup
  /** Streams of this function, by name, that count. */
  readonly isOurs: (stream: string) => boolean
  readonly requestId: string
  /** From when on events are looked through, in ms; well before the invocation, as clocks differ. */
  readonly since: number
  /** Names of the streams that were there before the invocation. */
  readonly before: ReadonlySet<string>
  /** How long nothing may come, in ms. */
  readonly quietMs: number
}

export interface WatchContext {
  readonly groups: LogGroups
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly watches: Watches
}

/** How many functions of the run are being watched at this moment. */
export interface Watches {
  count: number
}

export type Seen =
  | { readonly kind: 'silent' }
  /** In words, what was written. */
  | { readonly kind: 'written'; readonly what: string }
  | ({ readonly kind: 'not-seen' } & Refusal)

/**
 * As shares of the quiet time: when events are there as a rule, and in the middle. They tell early that something came; only
 * the look at the end tells that nothing did.
 */
const EARLY_LOOKS = [1 / 6, 1 / 2] as const
/** FilterLogEvents is answered five times a second in some regions (CloudWatch Logs quotas). */
const LOOK_TAKES_MS = 200

/**
 * Events reach CloudWatch within about 5 to 20 s (measured by others), so silence is only believed after a while. Many
 * functions are watched side by side: when there are too many for the service's rate, the early looks are left out.
 */
export async function watch(watched: Watch, context: WatchContext): Promise<Seen> {
  const { clock, signal, watches } = context
  const { quietMs } = watched
  const begunAt = clock.now()
  const isReached = async (share: number) => {
    const at = begunAt + share * quietMs
    while (clock.now() < at && !signal.aborted) {
      await clock.sleep(Math.ceil(at - clock.now()), signal)
    }
    return !signal.aborted
  }
  watches.count += 1
  try {
    for (const [index, share] of EARLY_LOOKS.entries()) {
      if (!(await isReached(share))) break
      const msUntilNext = ((EARLY_LOOKS[index + 1] ?? 1) - share) * quietMs
      if (watches.count * LOOK_TAKES_MS > msUntilNext) continue
      const seen = await look(watched, context)
      if (seen.kind !== 'silent') return seen
    }
    return (await isReached(1))
      ? await look(watched, context)
      : { kind: 'not-seen', ...whyEnded(signal) }
  } finally {
    watches.count -= 1
  }
}

/** One look. */
async function look(watched: Watch, { groups }: WatchContext): Promise<Seen> {
  const { group, since, requestId } = watched
  const events = await groups.eventsWith(group, since, requestId)
  if (!events.ok) return notSeen(events.fault)
  if (events.value > 0) {
    return {
      kind: 'written',
      what: `${String(events.value)} events of the invocation ${requestId}`,
    }
  }
  const streams = await groups.streamsSince(group, since)
  if (!streams.ok) return notSeen(streams.fault)
  const fresh = streams.value.filter(
    ({ name }) => watched.isOurs(name) && !watched.before.has(name),
  )
  return fresh[0] === undefined
    ? { kind: 'silent' }
    : { kind: 'written', what: `the new stream ${fresh[0].name}` }
}

/** Which streams of a group are a function's: all of its own group, those that bear its name in a custom one. */
export function streamsOf(functionName: string, group: string): (stream: string) => boolean {
  if (group === `/aws/lambda/${functionName}`) return () => true
  return (stream) => stream.split('/').some((part) => part.startsWith(`${functionName}[`))
}

function notSeen(fault: AwsFault): Seen {
  return { kind: 'not-seen', ...faultRefusal(fault, 'log-group-unreadable') }
}
