/**
 * Lambda's clock, from the `Date` of its answers. Each tells a whole second, at a moment between request and answer; all
 * that this run has seen together tell it far more exactly.
 */

import type { Clock } from '../model/clock'
import { membersOf, textOf } from '../model/json'
import type { LambdaClock } from '../systems/lambda/lambda-clock'
import { NEXT_TO_THE_WIRE } from './query-answer'

/** HTTP leaves fractions of a second out (RFC 9110, Date). */
const RESOLUTION_MS = 1_000

/** An SDK client, as far as it is needed here. */
interface Client {
  readonly middlewareStack: { add(middleware: ReturnType<typeof readDate>, where: object): void }
}

export interface ObservedLambdaClock extends LambdaClock {
  /** From now on the client's answers tell the time. */
  observe(client: Client): void
}

interface Ahead {
  /** Lambda's clock less this machine's, in ms: at least and at most. */
  readonly least: number
  readonly most: number
}

/** Until the first answer it shows this machine's own time: nothing is proven before a function has been read. */
export function observedLambdaClock(clock: Clock): ObservedLambdaClock {
  let ahead: Ahead = { least: -Infinity, most: Infinity }
  const told = (date: string | undefined, asked: number, answered: number) => {
    const time = Date.parse(date ?? '')
    if (!Number.isNaN(time)) ahead = narrowed(ahead, sighted(time, asked, answered))
  }
  return {
    now() {
      const now = clock.now()
      return {
        earliest: now + (Number.isFinite(ahead.least) ? ahead.least : 0),
        latest: now + (Number.isFinite(ahead.most) ? ahead.most : 0),
      }
    },
    observe(client) {
      client.middlewareStack.add(readDate(clock, told), { ...NEXT_TO_THE_WIRE, name: 'readDate' })
    },
  }
}

function sighted(time: number, asked: number, answered: number): Ahead {
  return { least: time - answered, most: time + RESOLUTION_MS - asked }
}

/** What both tell; if they contradict each other one of the clocks was set in between, and the new one holds. */
function narrowed(known: Ahead, seen: Ahead): Ahead {
  const both = {
    least: Math.max(known.least, seen.least),
    most: Math.min(known.most, seen.most),
  }
  return both.least <= both.most ? both : seen
}

/** Each of the SDK's attempts passes through it, whatever the status of its answer. */
function readDate(
  clock: Clock,
  told: (date: string | undefined, asked: number, answered: number) => void,
) {
  return <Given, Answered extends { readonly response: unknown }>(
      next: (given: Given) => Promise<Answered>,
    ) =>
    async (given: Given): Promise<Answered> => {
      const asked = clock.now()
      const answered = await next(given)
      const headers = membersOf(membersOf(answered.response)['headers'])
      told(textOf(headers['date']), asked, clock.now())
      return answered
    }
}
