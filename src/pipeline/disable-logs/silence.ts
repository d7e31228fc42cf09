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
}

export type Seen =
  | { readonly kind: 'silent' }
  /** In words, what was written. */
  | { readonly kind: 'written'; readonly what: string }
  | ({ readonly kind: 'not-seen' } & Refusal)

const POLL_MS = 3_000

/** Events reach CloudWatch within about 5 to 20 s (measured by others), so silence is only believed after a while. */
export async function watch(watched: Watch, context: WatchContext): Promise<Seen> {
  const { clock } = context
  const end = clock.now() + watched.quietMs
  for (;;) {
    const isLast = clock.now() >= end
    const seen = await look(watched, context)
    if (seen.kind !== 'silent' || isLast) return seen
    if (context.signal.aborted) return { kind: 'not-seen', ...whyEnded(context.signal) }
    await clock.sleep(Math.max(0, Math.min(POLL_MS, end - clock.now())), context.signal)
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
