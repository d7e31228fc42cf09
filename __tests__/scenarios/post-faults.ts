/**
 * A step is lost in the middle, and each kind of call that its post step makes meets each fault, once and always. Then either
 * all is as it is after a post step to which nothing happens, or the summary has the commands that make it so; they are carried
 * out, and must. After a fault that passes there is nothing to carry out.
 *
 * A plain test run tries a few; `FAULTS=all` tries all, `FAULTS=7/12` the seventh of twelve parts, FAULTS_LIKE only those whose
 * title matches.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { namesLeak } from '../../local/runner/leaks'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import { allFaults, type FaultName } from './all-faults'
import { type AttemptWorld, inAttemptWorld } from './attempt-world'
import { inShell } from './aws-cli'
import { type CallKind, kindsCalled } from './called-kinds'
import { type Attempt, comparable, differences, inForce, inParallel } from './disturbed-step'
import { GRACE_MS, passes, type Trial } from './fault-matrix'
import { OTHER_END } from './fault-reasons'
import { shown } from './judged-step'
import { killAt, nth } from './killed-at'
import { commandsIn } from './repair'
import { expectReached } from './reached'
import { SECRETS } from './stack-world'
import { type FoundState, watchForDarkness } from './way-back-state'

/** A step, and the call after whose work it is lost. */
export interface Lost {
  readonly attempt: Attempt
  readonly operation: string
}

const WHENS = ['once', 'from the first on'] as const

const AT_ONCE = Number(process.env['FAULTS_AT_ONCE'] ?? '2')
const TRIALS_OF_A_PART = 2
const TIMES_FASTER = 10
/** Of the post step, in its time. */
const POST_LIMIT_MS = 10 * 60_000
const LIMIT_MS = 2 * 3_600_000

export function testPostFaultsOf(all: readonly Lost[]): void {
  const part = partOf(process.env['FAULTS'] === undefined ? undefined : 'all', all.length)
  for (const lost of all.filter((_, at) => part.has(at))) testPostFaults(lost)
}

function testPostFaults(lost: Lost): void {
  const { attempt, operation } = lost
  test(
    `lost after ${operation} of ${attempt.title}, the post step rolls back, or tells the commands that do, whatever happens to a call`,
    async () => {
      const clean = await undisturbed(lost)
      const trials = clean.kinds.flatMap((kind) =>
        NAMES.flatMap((fault) => WHENS.map((when): Trial => ({ kind, fault, when }))),
      )
      const part = partOf(process.env['FAULTS'], Math.ceil(trials.length / TRIALS_OF_A_PART))
      const like = new RegExp(process.env['FAULTS_LIKE'] ?? '', 'i')
      const chosen = trials.filter((trial, at) => part.has(at) && like.test(titleOf(trial)))
      const failures: string[] = []
      let notReached = 0
      await inParallel(AT_ONCE, chosen, async (trial) => {
        const outcome = await outcomeOf(lost, trial, clean).catch((thrown: unknown) => [
          String(thrown),
        ])
        if (outcome === 'not reached') {
          notReached += 1
          return
        }
        if (outcome.length === 0) return
        const failure = `${titleOf(trial)}: ${outcome.join('; ')}`
        failures.push(failure)
        process.stdout.write(`- the post step of ${attempt.title}: ${failure}\n`)
      })
      const tried = chosen.length - notReached
      process.stdout.write(
        `Faults of the post step of ${attempt.title} (${part.name}): ${String(tried)} tried, ${String(tried - failures.length)} held, ${String(notReached)} not reached\n`,
      )
      recordFigures('leaks', {
        'faults scanned': tried,
        leaks: failures.filter((text) => namesLeak(text, SECRETS)).length,
      })
      recordFigures('faults', {
        'faults tried': tried,
        'states lost': failures.filter((text) => /not as found/.test(text)).length,
        'functions left dark': failures.filter((text) => /dark: /.test(text)).length,
      })
      expect(failures).toEqual([])
      if (process.env['FAULTS'] !== undefined) expectReached({ chosen: chosen.length, tried })
    },
    LIMIT_MS,
  )
}

function titleOf({ kind, fault, when }: Trial): string {
  return `${kind.title}, ${fault} ${when}`
}

/** Nothing is told to the post step that it could show. */
const FAULTS = allFaults({})
const NAMES = Object.keys(FAULTS).filter(
  (name): name is FaultName => name in FAULTS && !name.includes('quoted'),
)

/** A post step to which nothing happens. */
interface Undisturbed {
  readonly kinds: readonly CallKind[]
  /** What it leaves: all as found, but log rights that were restored for good. */
  readonly end: FoundState
}

async function undisturbed(lost: Lost): Promise<Undisturbed> {
  let clean: Undisturbed | undefined
  await inLostWorld(lost, async ({ world, found, state }) => {
    const { aws, clickStack, post } = world
    aws.calls.clear()
    expect((await post(state)).exitCode).toBe(0)
    const kinds = kindsCalled({ aws, clickStack, github: undefined }).filter(({ isAws }) => isAws)
    aws.iam.settle()
    const end = comparable(world)
    const { functions } = found
    expect(lost.attempt.restoresForGood === true ? { ...end, functions } : found).toEqual(end)
    clean = { kinds, end }
  })
  if (clean === undefined) throw new Error('the post step did not run')
  return clean
}

/** What went wrong; `not reached` where no call of the kind came. */
async function outcomeOf(
  lost: Lost,
  trial: Trial,
  { end }: Undisturbed,
): Promise<'not reached' | readonly string[]> {
  const wrong: string[] = []
  let hits = 0
  await inLostWorld(lost, async ({ world, state, now }) => {
    const { aws, clickStack, post } = world
    const { kind, fault, when } = trial
    const dark = watchForDarkness(world)
    let strikes = 0
    const hitsOf = kind.disturb({ aws, clickStack, github: undefined }, FAULTS[fault], {
      skip: 0,
      strikes: () => strikes++ === 0 || when !== 'once',
    })
    const began = now()
    const ended = await post(state)
    const tookMs = now() - began
    hits = hitsOf()
    if (tookMs > POST_LIMIT_MS + GRACE_MS) {
      wrong.push(`the post step took ${String(Math.round(tookMs / 1000))} s`)
    }
    aws.faults.clear()
    aws.iam.settle()
    dark.look('at the end')
    const isPassed = ended.exitCode === 0 && ended.summary === ''
    if (passes(trial) && !isPassed) wrong.push(`${OTHER_END}success`)
    if (ended.exitCode !== 0) {
      if (ended.summary === '') wrong.push('it fails without a summary')
      await inShell(aws, commandsIn(ended.summary))
    }
    const last = comparable(world)
    if (!isDeepStrictEqual(inForce(last), inForce(end))) {
      const after = ended.exitCode === 0 ? 'success' : 'its commands'
      wrong.push(`not as found after ${after}: ${differences(end, last)}`)
    }
    if (/\n\s+at .*file:|TypeError/.test(ended.stdout)) wrong.push('a defect is shown')
    wrong.push(...dark.moments.map((moment) => `dark: ${moment}`))
    if (wrong.length > 0) wrong.push(`[${shown(ended)}]`)
  })
  return hits === 0 && wrong.length === 0 ? 'not reached' : wrong
}

/** Where the step was killed, and time runs faster. */
async function inLostWorld(
  { attempt, operation }: Lost,
  scenario: (lostWorld: LostWorld) => Promise<void>,
): Promise<void> {
  await inAttemptWorld(
    attempt,
    async ({ world, inputs, now }) => {
      const found = comparable(world)
      const killer = killAt(world.aws, 'after', nth(operation, 1))
      const { killedBy, state } = await world.main(inputs, killer)
      killer.stop()
      expect(killedBy).toBe('SIGKILL')
      await scenario({ world, found, state, now })
    },
    { timesFaster: TIMES_FASTER },
  )
}

interface LostWorld extends Pick<AttemptWorld, 'world' | 'now'> {
  readonly found: FoundState
  /** What the step has saved for its post step. */
  readonly state: Readonly<Record<string, string>>
}
