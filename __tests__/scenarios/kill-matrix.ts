/**
 * A step is interrupted at each of its calls to AWS, before the call is handled or after its work is done, where IAM shows
 * writes at once or late, and in each way in which a job may end (HOWS); and at each request that it, or a function that it
 * invokes, makes to another server. What comes then, another post step, another run, or a person with the commands of the
 * summary, must lead to one of the two end states.
 *
 * A plain test run tries one of 139 parts, which is an interruption at each fifth call, and another part by each number of a
 * workflow run; `npm run campaign:kills` tries all of them, `KILLS=7/139` that part, and KILLS_LIKE only those whose title matches.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import type { IamPropagation } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import { type AttemptWorld, inAttemptWorld } from './attempt-world'
import { inShell } from './aws-cli'
import {
  type Attempt,
  comparable,
  differences,
  inForce,
  inParallel,
  type Inputs,
  watchForUnreadableSecrets,
} from './disturbed-step'
import { type Clean, isAs, judged, shown } from './judged-step'
import { hasSeveral, isEnd } from './same-end'
import {
  type Interruption,
  interruptAt,
  interruptAtRequest,
  killAt,
  type Killer,
  nthCall,
  nthOfPost,
  type Side,
} from './killed-at'
import { EXPIRED, IS_WRITE } from './refused-credentials'
import { commandsIn } from './repair'
import type { StackWorld } from './stack-world'
import { watchForUnprovenRoutes } from './unproven-routes'
import { type FoundState, watchForDarkness } from './way-back-state'
import { statusesOf } from './world'

/** How fast IAM shows what was written: its simulator after the services, so that what it says is in force. */
const IAM = {
  'IAM at once': { readMs: 0, simulatorMs: 0, dataPlaneMs: 0 },
  'IAM late': { readMs: 300, simulatorMs: 600, dataPlaneMs: 500 },
} as const satisfies Readonly<Record<string, IamPropagation>>
type Weather = keyof typeof IAM
const WEATHERS = Object.keys(IAM) as Weather[]
const SIDES = ['before', 'after'] as const

/** How a job ends in the middle of the step, and what comes then. */
const HOWS = [
  'killed, then post',
  // The runner cancels a job so: the step finishes by itself, or is killed ten seconds later.
  'SIGINT, then post',
  'SIGTERM, then post',
  'SIGINT and killed later, then post',
  'killed, and post killed, then post again',
  // With the runner, its files are lost.
  'runner lost, then another run',
  'killed, and runner lost in post, then another run',
  'killed, post with expired credentials, then its commands',
  'killed, post whose credentials expire, then its commands',
  'killed, post in another account, then its commands',
  // The job is cancelled while the post step is at work.
  'killed, post with SIGINT, then its commands',
  'killed, post with SIGTERM, then its commands',
] as const
type How = (typeof HOWS)[number]

/** Those that are tried at requests to other servers. */
const HOWS_AT_REQUESTS = [
  'killed, then post',
  'SIGINT, then post',
  'SIGTERM, then post',
  'runner lost, then another run',
] as const satisfies readonly How[]

interface Kill {
  /** Calls are to AWS, requests to ClickHouse, HyperDX, the collector and GitHub. */
  readonly at: 'call' | 'request'
  /** Of the call or request, from 1. */
  readonly index: number
  readonly side: Side
  readonly weather: Weather
  readonly how: How
}

/** What the step does when it is left alone. */
interface Undisturbed extends Clean {
  readonly calls: number
  readonly requests: number
}

/** Coprime to the number of variants of a call, so that a part has all of them. */
const PARTS = 139
const AT_ONCE = Number(process.env['KILLS_AT_ONCE'] ?? '2')
const LIMIT_MS = 5 * 3_600_000

/** Registers the test of an attempt, which prints how many kills it tried and how many held. */
export function testKills(attempt: Attempt): void {
  test(
    `${attempt.title} ends as found or as wanted, and never dark, wherever and however it is interrupted`,
    async () => {
      const runs = {
        'IAM at once': await undisturbed(attempt, 'IAM at once'),
        'IAM late': await undisturbed(attempt, 'IAM late'),
      }
      const { kills, name } = chosen(runs)
      const failures: string[] = []
      let notReached = 0
      await inParallel(AT_ONCE, kills, async (kill) => {
        const result = await outcomeOf(attempt, kill, runs[kill.weather])
        if (result === 'not reached') notReached += 1
        else if (result !== 'held') {
          failures.push(result)
          process.stdout.write(`- ${attempt.title}: ${result}\n`)
        }
      })
      const tried = kills.length - notReached
      process.stdout.write(
        `Kills of ${attempt.title} (${name}): ${String(tried)} tried, ${String(tried - failures.length)} held, ${String(notReached)} not reached\n`,
      )
      recordFigures('kills', {
        'kills tried': tried,
        'states lost': failures.filter((text) => / as found/.test(text)).length,
        'functions left dark': failures.filter((text) => /dark: /.test(text)).length,
      })
      expect(tried).toBeGreaterThan(0)
      expect(failures).toEqual([])
    },
    LIMIT_MS,
  )
}

async function undisturbed(attempt: Attempt, weather: Weather): Promise<Undisturbed> {
  let clean: Undisturbed | undefined
  await inAttemptWorld(attempt, async (given) => {
    const { world, inputs } = given
    const { aws, main } = world
    aws.iam.setPropagation(IAM[weather])
    aws.calls.clear()
    const before = requestsOf(given)
    const result = await main(inputs)
    expect(result.exitCode).toBe(attempt.failsAnyway === true ? 1 : 0)
    clean = {
      calls: aws.calls.count(),
      requests: requestsOf(given) - before,
      wanted: comparable(world),
      statuses: statusesOf(result),
    }
  })
  if (clean === undefined) throw new Error('the step did not run')
  return clean
}

/** How many there were to servers other than AWS's. */
function requestsOf({ world: { clickStack }, github }: AttemptWorld): number {
  const { clickHouse, hyperDx, received } = clickStack
  return (
    clickHouse.queries.length + hyperDx.asked.length + received.length + (github?.asked.length ?? 0)
  )
}

/** A plain kill in all its four circumstances at each call; each other way in one of them, which take turns. */
function chosen(undisturbed: Readonly<Record<Weather, Undisturbed>>): {
  readonly kills: readonly Kill[]
  readonly name: string
} {
  const circumstances = WEATHERS.flatMap((weather) => SIDES.map((side) => ({ weather, side })))
  const [plain, ...others] = HOWS
  const most = Math.max(...WEATHERS.map((weather) => undisturbed[weather].calls))
  const atCalls = Array.from({ length: most }, (_, at) => at + 1)
    .flatMap((index): readonly Kill[] => [
      ...circumstances.map((one) => ({ ...one, at: 'call' as const, index, how: plain })),
      ...others.flatMap((how, at) => {
        const one = circumstances[(index + at) % circumstances.length]
        return one ? [{ ...one, at: 'call' as const, index, how }] : []
      }),
    ])
    .filter(({ index, weather }) => index <= undisturbed[weather].calls)
  const atRequests = Array.from({ length: undisturbed['IAM at once'].requests }, (_, at) =>
    HOWS_AT_REQUESTS.map((how, turn): Kill => {
      const side = SIDES[(at + turn) % SIDES.length] ?? 'before'
      return { at: 'request', index: at + 1, how, side, weather: 'IAM at once' }
    }),
  ).flat()
  const all = [...atCalls, ...atRequests]
  const like = new RegExp(process.env['KILLS_LIKE'] ?? '', 'i')
  const part = partOf(process.env['KILLS'], PARTS)
  const kills = all.filter((kill, at) => part.has(at) && like.test(titleOf(kill)))
  return { kills, name: part.name }
}

function titleOf({ at, index, side, weather, how }: Kill, operation = ''): string {
  return `${how}, ${side} ${at} ${String(index)} (${operation}), ${weather}`
}

/** The step has been interrupted; what comes then brings it to its end. */
interface Interrupted {
  readonly attempt: Attempt
  readonly kill: Kill
  readonly clean: Clean
  readonly world: StackWorld
  readonly inputs: Inputs
  readonly found: FoundState
  readonly killed: StepResult
  readonly wrong: string[]
}

/** @returns `held`, `not reached` where the step had come to its end before, or what went wrong */
async function outcomeOf(attempt: Attempt, kill: Kill, clean: Clean): Promise<string> {
  const wrong: string[] = []
  let title = ''
  try {
    await inAttemptWorld(attempt, async (given) => {
      const { world, inputs } = given
      const { aws, main } = world
      aws.iam.setPropagation(IAM[kill.weather])
      const found = comparable(world)
      const dark = watchForDarkness(world)
      const unreadable = watchForUnreadableSecrets(aws)
      const routes = watchForUnprovenRoutes(aws, attempt.neverRouted)
      const killer = killerOf(given, kill)
      const killed = await main(inputs, killer)
      killer.stop()
      const at = killer.at()
      if (at === undefined) return
      title = titleOf(kill, at.operation)
      await ended({ attempt, kill, clean, world, inputs, found, killed, wrong })
      dark.look('the end')
      aws.iam.settle()
      dark.look('all is seen that was written')
      wrong.push(...new Set(dark.moments.map((moment) => `dark: ${moment}`)))
      wrong.push(...new Set(unreadable), ...new Set(routes))
    })
  } catch (thrown) {
    // A leak, for example, which a world looks for by itself.
    wrong.push(thrown instanceof Error ? thrown.message : String(thrown))
  }
  if (title === '' && wrong.length === 0) return 'not reached'
  return wrong.length === 0 ? 'held' : `${title}: ${wrong.join('; ')}`
}

function killerOf({ world: { aws, clickStack }, github }: AttemptWorld, kill: Kill): Killer {
  if (kill.at === 'call') return interruptAt(aws, kill.side, interruptionsOf(kill))
  const { clickHouse, hyperDx, receiverFaults } = clickStack
  const servers = [clickHouse.faults, hyperDx.faults, receiverFaults, github?.faults ?? []].flat()
  const signal = /^SIG\w+/.exec(kill.how)?.[0]
  return interruptAtRequest(
    servers,
    kill.side,
    signal === 'SIGINT' || signal === 'SIGTERM' ? signal : 'SIGKILL',
    kill.index,
  )
}

function interruptionsOf({ index, how }: Kill): readonly Interruption[] {
  switch (how) {
    case 'SIGINT, then post':
      return [{ signal: 'SIGINT', isMoment: nthCall(index) }]
    case 'SIGTERM, then post':
      return [{ signal: 'SIGTERM', isMoment: nthCall(index) }]
    case 'SIGINT and killed later, then post':
      return [
        { signal: 'SIGINT', isMoment: nthCall(index) },
        { signal: 'SIGKILL', isMoment: nthCall(laterOf(index)) },
      ]
    default:
      return [{ signal: 'SIGKILL', isMoment: nthCall(index) }]
  }
}

/** At which call after the first interruption the second one comes: the first ten take turns. */
function laterOf(index: number): number {
  return 1 + ((index * 7) % 10)
}

async function ended(interrupted: Interrupted): Promise<void> {
  const { attempt, kill, clean, world, inputs, found, killed, wrong } = interrupted
  const { aws, main, post, job } = world
  const { how, side, index } = kill
  if (how === 'SIGINT, then post' || how === 'SIGTERM, then post') {
    if (killed.killedBy !== null) wrong.push('the step did not end by itself')
    wrong.push(...judged(attempt, { result: killed, found, now: comparable(world), clean }))
  } else if (how !== 'SIGINT and killed later, then post' && killed.killedBy !== 'SIGKILL') {
    wrong.push('the step was not killed')
  }
  switch (how) {
    case 'runner lost, then another run':
      await anotherRun(interrupted)
      return
    case 'killed, and runner lost in post, then another run': {
      const killer = killAt(aws, side, nthCall(laterOf(index)))
      await post(killed.state, killer)
      killer.stop()
      // Where it came to its end, there is nothing left to be repaired by the run.
      await anotherRun(interrupted)
      return
    }
    case 'killed, and post killed, then post again': {
      const killer = killAt(aws, side, nthCall(laterOf(index)))
      const first = await post(killed.state, killer)
      killer.stop()
      await endInPost(interrupted, await post(killed.state), first)
      return
    }
    case 'killed, post with expired credentials, then its commands':
    case 'killed, post whose credentials expire, then its commands': {
      const isAtOnce = how === 'killed, post with expired credentials, then its commands'
      const before = aws.calls.count()
      const always = aws.faults.add({
        count: Infinity,
        skip: isAtOnce ? 0 : laterOf(index),
        fault: EXPIRED,
      })
      const result = await post(killed.state)
      always.remove()
      if (
        isAtOnce &&
        aws.calls
          .all()
          .slice(before)
          .some(({ operation }) => IS_WRITE.test(operation))
      ) {
        wrong.push('the post step writes')
      }
      await carryOut(interrupted, result)
      return
    }
    case 'killed, post with SIGINT, then its commands':
    case 'killed, post with SIGTERM, then its commands': {
      const signal = how === 'killed, post with SIGINT, then its commands' ? 'SIGINT' : 'SIGTERM'
      const killer = interruptAt(aws, side, [{ signal, isMoment: nthOfPost(laterOf(index)) }])
      const result = await post(killed.state, killer)
      killer.stop()
      if (result.killedBy !== null) wrong.push('the post step did not end by itself')
      await carryOut(interrupted, result)
      return
    }
    case 'killed, post in another account, then its commands': {
      const other = await world.anotherAccount(ANOTHER)
      const before = aws.calls.count()
      const result = await post(killed.state, { env: other.env })
      // What the killed step had sent may arrive as late as this.
      const late = aws.calls.all().slice(before)
      if (
        other.calls.all().some(({ operation }) => operation !== 'GetCallerIdentity') ||
        late.some(({ operation }) => IS_WRITE.test(operation))
      ) {
        wrong.push('the post step asks for more than who calls')
      }
      await carryOut(interrupted, result)
      return
    }
    default:
      await endInPost(interrupted, await post(killed.state))
  }

  /** @param first a post step before, which was killed */
  async function endInPost(
    of: Interrupted,
    finished: StepResult,
    first?: StepResult,
  ): Promise<void> {
    if (finished.exitCode !== 0) wrong.push(`the post step ends so: ${shown(finished)}`)
    if (finished.summary !== '') wrong.push('the post step has a summary, and nothing to tell')
    aws.iam.settle()
    let now = comparable(world)
    const isBetween =
      !isDeepStrictEqual(now, found) &&
      !isDeepStrictEqual(now, clean.wanted) &&
      attempt.restoresForGood === true
    if (isBetween) {
      wrong.push(...wholeFunctions(of, now))
      // Where the step itself, or a post step before, had the time, its own log tells it, or that the function has failed.
      const isSaid = [
        killed.stdout,
        first?.stdout ?? '',
        ...finished.annotations.map(({ message }) => message),
      ].some((text) => /CloudWatch Logs|  failed: /.test(text))
      if (!isSaid) {
        wrong.push('the post step does not say that logs stay enabled')
      }
      const again = await main(inputs)
      if (again.exitCode !== 0) wrong.push(`the same step again ends so: ${shown(again)}`)
      aws.iam.settle()
      now = comparable(world)
    }
    const mayEnd = isBetween ? [clean.wanted] : [clean.wanted, found]
    const isAtEnd =
      mayEnd.some((end) => isDeepStrictEqual(now, end)) ||
      (!isBetween && hasSeveral(found) && isEnd(now, { found, wanted: clean.wanted }, finished))
    if (!isAtEnd) {
      wrong.push(notAsEither(of, now))
    }
    const journals = [...job.files().keys()].filter((file) => file.endsWith('.journal'))
    if (journals.length > 0) wrong.push('the journal is left')
  }
}

const ANOTHER = '210987654321'

function wholeFunctions({ found, clean }: Interrupted, { functions }: FoundState) {
  const isWhole = [found, clean.wanted].some((one) => isDeepStrictEqual(functions, one.functions))
  return isWhole ? [] : ['a function is neither as found nor as wanted']
}

function notAsEither({ found, clean }: Interrupted, now: FoundState): string {
  return `not as found (${differences(found, now)}), nor as wanted (${differences(clean.wanted, now)})`
}

/** On another runner: nobody knows any more what was there before, so what is there is proven, or made so (promise P2). */
async function anotherRun(interrupted: Interrupted): Promise<void> {
  const { attempt, clean, world, inputs, wrong, kill } = interrupted
  const { aws, main, job } = world
  for (const file of job.files().keys()) {
    const path = join(job.temp, file)
    // Kept elsewhere, as its docs advise.
    if (path !== inputs['restore-file']) rmSync(path, { force: true })
  }
  // An alias that leads to the version already is not proven again.
  const isRouted = aws.lambda.get('orders').aliases['live'] === '2'
  const first = await main(inputs)
  aws.iam.settle()
  // It read the role before IAM showed that a Deny was gone: it may not be green, and the next one writes the Deny again.
  const wasAhead = kill.weather === 'IAM late' && first.exitCode === 1 && isStillWritten(first)
  const result = wasAhead ? await main(inputs) : first
  aws.iam.settle()
  const now = comparable(world)
  if (attempt.failsAnyway === true) {
    if (result.exitCode !== 1 && !isRouted) wrong.push(`the other run succeeds: ${shown(result)}`)
    return
  }
  if (result.exitCode !== 0) wrong.push(`the other run ends so: ${shown(result)}`)
  if (!isDeepStrictEqual(asRouted(now, world), asRouted(clean.wanted, world))) {
    wrong.push(notAsEither(interrupted, now))
  }
  const { outputs } = result
  // A removal may have been interrupted when all was done but the report.
  const isProven = /: (instrumented|unchanged|removed|removed nothing-to-remove)$/m.test(
    statusesOf(result).join('\n'),
  )
  if (outputs['functions'] === undefined || !(isProven || isAs(clean, result))) {
    wrong.push(`the other run proves nothing: ${shown(result)}`)
  }
}

function isStillWritten(result: StepResult): boolean {
  const statuses = statusesOf(result)
  const one = ': unproven cloudwatch-still-written'
  return statuses.length > 0 && statuses.every((status) => status.endsWith(one))
}

/**
 * What is in force, with aliases by what their versions are made of: where the post step has rolled the configuration back,
 * the other run publishes it anew, under another number.
 */
function asRouted(state: FoundState, { aws }: StackWorld) {
  const { functions, ...rest } = inForce(state)
  const made = (version: string) => {
    const { layers, variables } = aws.lambda.version('orders', version)
    return { layers, variables }
  }
  return {
    ...rest,
    functions: Object.entries(functions).map(([name, { aliases, ...configuration }]) => ({
      name,
      ...configuration,
      aliases: Object.entries(aliases).map(([alias, version]) => [alias, made(version)]),
    })),
  }
}

/** What the post step had to leave, a person repairs by the commands of its summary. */
async function carryOut(interrupted: Interrupted, finished: StepResult): Promise<void> {
  const { attempt, clean, world, found, wrong } = interrupted
  const { aws } = world
  // The person comes later.
  aws.iam.settle()
  aws.iam.setPropagation(IAM['IAM at once'])
  const commands = commandsIn(finished.summary)
  const isLeft = finished.exitCode !== 0
  if (isLeft && finished.summary === '') wrong.push('the post step fails, and has no summary')
  if (!isLeft && commands !== '') wrong.push('the post step succeeds, and leaves something')
  const { output } = await inShell(aws, commands)
  const now = comparable(world)
  if (isEnd(now, { found, wanted: clean.wanted }, finished)) return
  if (attempt.restoresForGood === true) wrong.push(...wholeFunctions(interrupted, now))
  else wrong.push(`${notAsEither(interrupted, now)}, after ${commands}: ${output}`)
}
