/**
 * A step is lost in the middle, and each kind of call that its post step makes meets each fault, once and always. Then either
 * all is as found, or the summary has the commands that make it so; they are carried out, and must.
 *
 * A plain test run tries a few; `FAULTS=all` tries all, `FAULTS=7/12` the seventh of twelve parts.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import { allFaults, type FaultName } from './all-faults'
import { inAttemptWorld } from './attempt-world'
import { inShell } from './aws-cli'
import { type CallKind, kindsCalled } from './called-kinds'
import { type Attempt, comparable, differences, inForce, inParallel } from './disturbed-step'
import { shown } from './judged-step'
import { killAt, nth } from './killed-at'
import { commandsIn } from './repair'
import type { StackWorld } from './stack-world'
import { type FoundState, watchForDarkness } from './way-back-state'

/** A step, and the call after whose work it is lost. */
export interface Lost {
  readonly attempt: Attempt
  readonly operation: string
}

interface Trial {
  readonly kind: CallKind
  readonly fault: FaultName
  readonly times: 'once' | 'always'
}

const AT_ONCE = Number(process.env['FAULTS_AT_ONCE'] ?? '2')
const TRIALS_OF_A_PART = 2
const TIMES_FASTER = 10
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
      const kinds = await kindsOfPost(lost)
      const trials = kinds.flatMap((kind) =>
        NAMES.flatMap((fault) =>
          (['once', 'always'] as const).map((times): Trial => ({ kind, fault, times })),
        ),
      )
      const part = partOf(process.env['FAULTS'], Math.ceil(trials.length / TRIALS_OF_A_PART))
      const tried = trials.filter((_, at) => part.has(at))
      const failures: string[] = []
      await inParallel(AT_ONCE, tried, async (trial) => {
        const wrong = await outcomeOf(lost, trial).catch((thrown: unknown) => [String(thrown)])
        if (wrong.length === 0) return
        const { kind, fault, times } = trial
        const failure = `${kind.title}, ${fault} ${times}: ${wrong.join('; ')}`
        failures.push(failure)
        process.stdout.write(`- the post step of ${attempt.title}: ${failure}\n`)
      })
      process.stdout.write(
        `Faults of the post step of ${attempt.title} (${part.name}): ${String(tried.length)} tried, ${String(tried.length - failures.length)} held\n`,
      )
      recordFigures('leaks', {
        'faults scanned': tried.length,
        leaks: failures.filter((text) => text.includes('canary-')).length,
      })
      recordFigures('faults', {
        'faults tried': tried.length,
        'states lost': failures.filter((text) => /not as found/.test(text)).length,
        'functions left dark': failures.filter((text) => /dark: /.test(text)).length,
      })
      expect(failures).toEqual([])
    },
    LIMIT_MS,
  )
}

/** Nothing is told to the post step that it could show. */
const FAULTS = allFaults({})
const NAMES = Object.keys(FAULTS).filter(
  (name): name is FaultName => name in FAULTS && !name.includes('quoted'),
)

/** What a post step calls to which nothing happens. */
async function kindsOfPost(lost: Lost): Promise<readonly CallKind[]> {
  let kinds: readonly CallKind[] = []
  await inLostWorld(lost, async (world, found, state) => {
    const { aws, clickStack, post } = world
    aws.calls.clear()
    expect((await post(state)).exitCode).toBe(0)
    kinds = kindsCalled({ aws, clickStack, github: undefined }).filter(({ isAws }) => isAws)
    expect(comparable(world)).toEqual(found)
  })
  return kinds
}

async function outcomeOf(lost: Lost, { kind, fault, times }: Trial): Promise<readonly string[]> {
  const wrong: string[] = []
  await inLostWorld(lost, async (world, found, state) => {
    const { aws, clickStack, post } = world
    const dark = watchForDarkness(world)
    let strikes = 0
    kind.disturb({ aws, clickStack, github: undefined }, FAULTS[fault], {
      skip: 0,
      strikes: () => times === 'always' || strikes++ === 0,
    })
    const ended = await post(state)
    aws.faults.clear()
    aws.iam.settle()
    dark.look('at the end')
    if (ended.exitCode !== 0) {
      if (ended.summary === '') wrong.push('it fails without a summary')
      await inShell(aws, commandsIn(ended.summary))
    }
    const now = comparable(world)
    if (!isDeepStrictEqual(inForce(now), inForce(found))) {
      const after = ended.exitCode === 0 ? 'success' : 'its commands'
      wrong.push(`not as found after ${after}: ${differences(found, now)} [${shown(ended)}]`)
    }
    if (/\n\s+at .*file:|TypeError/.test(ended.stdout)) wrong.push('a defect is shown')
    wrong.push(...dark.moments.map((moment) => `dark: ${moment}`))
  })
  return wrong
}

/** Where the step was killed, and time runs faster. */
async function inLostWorld(
  { attempt, operation }: Lost,
  scenario: (
    world: StackWorld,
    found: FoundState,
    state: Readonly<Record<string, string>>,
  ) => Promise<void>,
): Promise<void> {
  await inAttemptWorld(
    attempt,
    async ({ world, inputs }) => {
      const found = comparable(world)
      const killer = killAt(world.aws, 'after', nth(operation, 1))
      const { killedBy, state } = await world.main(inputs, killer)
      killer.stop()
      expect(killedBy).toBe('SIGKILL')
      await scenario(world, found, state)
    },
    { timesFaster: TIMES_FASTER },
  )
}
