/**
 * Asks for the cold starts of before the change, beside the writes: no write and no proof waits for an answer, and none
 * changes how a function ends.
 */

import type { Clock } from '../../model/clock'
import { shortened } from '../../model/redaction'
import type { AwsFault } from '../../model/result'
import type { LogGroups } from '../../systems/cloudwatch/log-groups'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import {
  type ColdStart,
  coldStartQuestion,
  coldStartsIn,
  compareColdStarts,
  notChecked,
} from '../smoke-test/extension-cost'
import type { Outcome } from './outcome'

export interface ColdStartsBefore {
  /**
   * At the write of a function without Rotel that this run invokes; further times count for nothing. Returns at once.
   * @param until in ms by Lambda's clock: what is later may be a cold start of this write
   */
  ask(fn: LambdaFunction, until: number): void
  /** To be called once, when all functions have ended. What is not answered by then is not waited for, or not for long. */
  end(): Promise<(outcome: Outcome) => Outcome>
}

/** So few questions are still answered in a moment; of a fleet some remain unanswered, and the median tells enough. */
const MOST_WAITED_FOR = 3
const LAST_WAIT_MS = 2_000

/** Rights may be given for some groups and not for others; so many denials in a row tell enough. */
const MOST_DENIALS = 3

interface Region {
  isReadable: boolean
  denials: number
  turn: Promise<void>
}

type Answer = readonly ColdStart[] | string

const LATE = 'CloudWatch Logs did not answer during the run'

/** @param signal fires at the end of the run */
export function coldStartsBefore(
  groups: Pick<LogGroups, 'newestEvents'>,
  clock: Clock,
  signal: AbortSignal,
): ColdStartsBefore {
  const over = new AbortController()
  const ends = AbortSignal.any([signal, over.signal])
  const answers = new Map<string, Answer>()
  const open = new Map<string, Promise<void>>()
  const regions = new Map<string, Region>()

  /** One question after the other until one is answered: who lacks the right is not refused once for each function. */
  const inTurn = (name: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const region = regions.get(name) ?? { isReadable: false, denials: 0, turn: Promise.resolve() }
    regions.set(name, region)
    if (region.isReadable) return ask()
    const asked = region.turn.then(async () => {
      if (!region.isReadable && region.denials >= MOST_DENIALS) return DENIED
      const answer = await ask()
      if (answer === DENIED) region.denials += 1
      else region.isReadable = true
      return answer
    })
    region.turn = asked.then(
      () => undefined,
      () => undefined,
    )
    return asked
  }

  const answerFor = async (fn: LambdaFunction, until: number): Promise<Answer> => {
    const question = coldStartQuestion(fn, until)
    if ('notChecked' in question) return question.notChecked
    const { region } = fn.arn
    return inTurn(region, async () => {
      const found = await groups.newestEvents({ name: fn.logGroup, region }, question, ends)
      return found.ok ? coldStartsIn(found.value, fn) : whyNot(found.fault)
    })
  }

  return {
    ask(fn, until) {
      const name = fn.arn.text
      if (answers.has(name)) return
      answers.set(name, LATE)
      const asked = answerFor(fn, until)
        .catch(() => LATE)
        .then((answer) => {
          if (!ends.aborted) answers.set(name, answer)
          open.delete(name)
        })
      open.set(name, asked)
    },

    async end() {
      if (open.size > 0 && open.size <= MOST_WAITED_FOR) {
        await Promise.race([Promise.all(open.values()), clock.sleep(LAST_WAIT_MS, ends)])
      }
      over.abort()
      return (outcome) => {
        const before = outcome.arn && answers.get(outcome.arn.text)
        const { smoke, change } = outcome
        // A change that was rolled back costs nothing.
        if (before === undefined || change === undefined || smoke === undefined) return outcome
        const extensionCost =
          typeof before === 'string' ? notChecked(before) : compareColdStarts(before, smoke.metrics)
        return { ...outcome, extensionCost }
      }
    },
  }
}

const DENIED = 'the caller may not read its log group (`logs:FilterLogEvents`)'

function whyNot({ kind, code }: AwsFault): string {
  switch (kind) {
    case 'denied':
      return DENIED
    case 'not-found':
      return 'its log group does not exist'
    default:
      return `CloudWatch Logs answered ${shortened(code)}`
  }
}
