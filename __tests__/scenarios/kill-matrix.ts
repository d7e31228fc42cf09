/**
 * A step is killed at each of its calls to AWS, before the call is handled and after its work is done, where IAM shows
 * writes at once and where it shows them late. Then the post step runs. A plain test run tries one of twenty parts, which is a
 * kill at each fifth call, and another part by each number of a workflow run; `npm run campaign:kills` tries all of them, and
 * `KILLS=7/20` that part.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import type { IamPropagation } from '../../local/aws/local-aws'
import { killAt, type Side } from './killed-at'
import {
  type Attempt,
  comparable,
  differences,
  inParallel,
  watchForUnreadableSecrets,
} from './disturbed-step'
import { inStack } from './stack-world'
import { watchForUnprovenRoutes } from './unproven-routes'
import { type FoundState, watchForDarkness } from './way-back-state'

/** How fast IAM shows what was written: its simulator after the services, so that what it says is in force. */
const IAM = {
  'IAM at once': { readMs: 0, simulatorMs: 0, dataPlaneMs: 0 },
  'IAM late': { readMs: 300, simulatorMs: 600, dataPlaneMs: 500 },
} as const satisfies Readonly<Record<string, IamPropagation>>
type Weather = keyof typeof IAM

interface Kill {
  readonly index: number
  readonly side: Side
  readonly weather: Weather
}

/** What the step does when it is left alone. */
interface Undisturbed {
  readonly calls: number
  readonly wanted: FoundState
}

/** Of the calls, a part has each fifth one; of the four ways to be killed at a call, one. */
const STRIDE = 5
const PARTS = 20
const KILLS_AT_ONCE = 2
const LIMIT_MS = 3 * 3_600_000

/** Registers the test of an attempt, which prints how many kills it tried and how many held. */
export function testKills(attempt: Attempt): void {
  test(
    `${attempt.title} ends as found or as wanted, and never dark, wherever it is killed`,
    async () => {
      const runs = {
        'IAM at once': await undisturbed(attempt, 'IAM at once'),
        'IAM late': await undisturbed(attempt, 'IAM late'),
      }
      const { kills, name } = chosen(runs)
      const failures: string[] = []
      let notReached = 0
      await inParallel(KILLS_AT_ONCE, kills, async (kill) => {
        const result = await outcomeOf(attempt, kill, runs[kill.weather].wanted)
        if (result === 'not reached') notReached += 1
        else if (result !== 'held') failures.push(result)
      })
      const tried = kills.length - notReached
      process.stdout.write(
        `Kills of ${attempt.title} (${name}): ${String(tried)} tried, ${String(tried - failures.length)} held, ${String(notReached)} not reached\n`,
      )
      expect(tried).toBeGreaterThan(0)
      expect(failures).toEqual([])
    },
    LIMIT_MS,
  )
}

async function undisturbed(attempt: Attempt, weather: Weather): Promise<Undisturbed> {
  let found: Undisturbed | undefined
  await inStack(async (world) => {
    const { aws, main } = world
    const inputs = await attempt.prepare(world)
    aws.iam.settle()
    aws.iam.setPropagation(IAM[weather])
    aws.calls.clear()
    const result = await main(inputs)
    expect(result.exitCode).toBe(attempt.failsAnyway === true ? 1 : 0)
    found = { calls: aws.calls.count(), wanted: comparable(world) }
  })
  if (found === undefined) throw new Error('the step did not run')
  return found
}

/** All kills, or a part of them: the ways to be killed take turns from call to call. */
function chosen(undisturbed: Readonly<Record<Weather, Undisturbed>>): {
  readonly kills: readonly Kill[]
  readonly name: string
} {
  const ways = (['IAM at once', 'IAM late'] as const).flatMap((weather) =>
    (['before', 'after'] as const).map((side) => ({ side, weather })),
  )
  const all = ways.flatMap((way) =>
    Array.from({ length: undisturbed[way.weather].calls }, (_, i) => ({ ...way, index: i + 1 })),
  )
  const asked = process.env['KILLS'] ?? ''
  if (asked === 'all') return { kills: all, name: 'all calls' }
  const run = Number(process.env['GITHUB_RUN_NUMBER'] ?? '0')
  const part = (/^\d+\/20$/.test(asked) ? Number(asked.split('/')[0]) - 1 : run) % PARTS
  const kills = all.filter(({ index, side, weather }) => {
    if (index % STRIDE !== part % STRIDE) return false
    const way = ways[Math.floor((index + part) / STRIDE) % ways.length]
    return way?.side === side && way.weather === weather
  })
  return { kills, name: `part ${String(part + 1)}/${String(PARTS)}` }
}

/** @returns `held`, `not reached` where the step had come to its end before, or what went wrong */
async function outcomeOf(
  attempt: Attempt,
  { index, side, weather }: Kill,
  wanted: FoundState,
): Promise<string> {
  const wrong: string[] = []
  let title = ''
  await inStack(async (world) => {
    const { aws, main, post, job } = world
    const inputs = await attempt.prepare(world)
    aws.iam.settle()
    aws.iam.setPropagation(IAM[weather])
    const found = comparable(world)
    const dark = watchForDarkness(world)
    const unreadable = watchForUnreadableSecrets(aws)
    const routes = watchForUnprovenRoutes(aws, attempt.neverRouted)
    let calls = 0
    const killer = killAt(aws, side, () => ++calls === index)
    const killed = await main(inputs, killer)
    killer.stop()
    const at = killer.at()
    if (at === undefined) return
    title = `killed ${side} call ${String(index)} (${at.operation}), ${weather}`
    if (killed.killedBy !== 'SIGKILL') wrong.push('the step was not killed')

    const finished = await post(killed.state)
    if (finished.exitCode !== 0) {
      wrong.push(
        `the post step ends with ${String(finished.exitCode)}: ${finished.annotations.map(({ message }) => message).join('; ')}`,
      )
    }
    dark.look('the post step')
    aws.iam.settle()
    dark.look('all is seen that was written')
    wrong.push(...new Set(dark.moments.map((moment) => `dark: ${moment}`)))
    wrong.push(...new Set(unreadable), ...new Set(routes))
    let now = comparable(world)
    const isBetween =
      !isDeepStrictEqual(now, found) && !isDeepStrictEqual(now, wanted) && attempt.restoresForGood
    if (isBetween === true) {
      const { functions } = now
      const isWhole = [found, wanted].some((state) => isDeepStrictEqual(functions, state.functions))
      if (!isWhole) wrong.push('a function is neither as found nor as wanted')
      const isSaid = finished.annotations.some(({ message }) => message.includes('CloudWatch Logs'))
      if (!isSaid) wrong.push('the post step does not say that logs stay enabled')
      const again = await main(inputs)
      if (again.exitCode !== 0)
        wrong.push(`the same step again ends with ${String(again.exitCode)}`)
      aws.iam.settle()
      now = comparable(world)
    }
    if (!isDeepStrictEqual(now, wanted) && (isBetween === true || !isDeepStrictEqual(now, found))) {
      wrong.push(
        `not as found (${differences(found, now)}), nor as wanted (${differences(wanted, now)})`,
      )
    }
    const journals = [...job.files().keys()].filter((file) => file.endsWith('.journal'))
    if (journals.length > 0) wrong.push('the journal is left')
  })
  if (title === '') return 'not reached'
  return wrong.length === 0 ? 'held' : `${title}: ${wrong.join('; ')}`
}
