/**
 * Each kind of call that a step makes meets each fault: once, from its first call on, from its last call on, and throttles at
 * random too. The kinds are those of the same step left alone, so that a new call joins by itself. Then the fault is over and
 * the post step runs. Time runs faster, so that what waits until the end of the run takes seconds.
 *
 * A plain test run tries a small part, and another one by each number of a workflow run; `npm run campaign:faults` tries all,
 * `FAULTS=7/100` the seventh of a hundred parts, FAULTS_LIKE only those whose title matches it, and FAULTS_TOLD=1 prints how
 * the step ended in each.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import { injectionsIn } from '../../local/runner/injections'
import { leaksOf, namesLeak } from '../../local/runner/leaks'
import { allFaults, type FaultName } from './all-faults'
import { type AttemptWorld, inAttemptWorld, PULL } from './attempt-world'
import { type CallKind, kindsCalled } from './called-kinds'
import {
  type Attempt,
  comparable,
  differences,
  inParallel,
  watchForUnreadableSecrets,
} from './disturbed-step'
import { hidesEffect, isOnlyLate, misnamed, OTHER_END, unnamedPermission } from './fault-reasons'
import { type Clean, isAs, judged, shown } from './judged-step'
import { expectReached } from './reached'
import { isEnd } from './same-end'
import { SECRETS } from './stack-world'
import { watchForUnprovenRoutes } from './unproven-routes'
import { watchForDarkness } from './way-back-state'
import { isConcealed } from './unchecked'
import { functionsOf, statusesOf } from './world'

type When = 'once' | 'from the first on' | 'from the last on' | 'at random'

export interface Trial {
  readonly kind: CallKind
  readonly fault: FaultName
  readonly when: When
}

/** What the step does when it is left alone. */
interface Undisturbed extends Clean {
  readonly kinds: readonly CallKind[]
  /** Of functions that fail anyway. */
  readonly reasons: readonly string[]
}

const TIMES_FASTER = 10
const TIMEOUT_MINUTES = 5
/** In the step's time: its start and its report, on a busy machine. */
export const GRACE_MS = 60_000
const SHARE_AT_RANDOM = 0.3
const AT_ONCE = Number(process.env['FAULTS_AT_ONCE'] ?? '4')
/** Of a plain test run: a trial takes one to six seconds. */
const TRIALS_OF_A_PART = 2
const LIMIT_MS = 6 * 3_600_000

/** Registers the tests of all attempts; a plain test run has the first, which changes most, and one of the others. */
export function testFaultsOf([first, ...others]: readonly Attempt[]): void {
  const isCampaign = process.env['FAULTS'] !== undefined
  const part = partOf(isCampaign ? 'all' : undefined, others.length)
  const chosen = others.filter((_, at) => part.has(at))
  for (const attempt of first === undefined ? [] : [first, ...chosen]) testFaults(attempt)
  if (!isCampaign) return
  test('each kind of call that the action knows is one of a step, and what is tried has met faults', () => {
    const titles = [...called]
    const isCalled = (known: RegExp) => titles.some((title) => known.test(title))
    expect(knownOperations().filter((known) => !isCalled(known))).toEqual([])
    expect(KNOWN_TO_OTHERS.filter((known) => !isCalled(known))).toEqual([])
    const others = titles.filter((title) => !/^[a-z]/.test(title))
    expect(others.filter((title) => !KNOWN_TO_OTHERS.some((one) => one.test(title)))).toEqual([])
    const missed = [...tries].filter(([title, tried]) => tried >= TRIES && !struckKinds.has(title))
    expect(missed.map(([title]) => title)).toEqual([])
  })
}

/** Kinds of calls of the steps when they were left alone. */
const called = new Set<string>()
/** How many faults were to strike each kind. */
const tries = new Map<string, number>()
/** Kinds that a fault has struck. */
const struckKinds = new Set<string>()
/** Of calls whose number varies, the last may not come: in a small part of the faults that may be all that is tried. */
const TRIES = 4

/** Of servers other than AWS's: what steps, and functions on their behalf, ask them. A new kind belongs here. */
const KNOWN_TO_OTHERS: readonly RegExp[] = [
  /^ClickHouse SELECT table, name, type/,
  /^ClickHouse SELECT count\(\) AS found/,
  /^ClickHouse SELECT key, account, countIf/,
  /^ClickHouse SELECT if\(is_invocation/,
  /^ClickHouse SELECT TraceId AS trace_id/,
  /^ClickHouse SELECT ResourceAttributes\['faas\.name'\] AS name/,
  // Rotel does both without the names of databases in quotes.
  /^ClickHouse DESCRIBE TABLE `/,
  /^ClickHouse DESCRIBE TABLE \w/,
  /^ClickHouse INSERT INTO `/,
  /^ClickHouse INSERT INTO \w/,
  /^OTLP logs over grpc$/,
  /^OTLP logs over http$/,
  /^OTLP traces over grpc$/,
  // At the API's server, and through the user interface.
  /^HyperDX \/api\/v2$/,
  /^HyperDX \/api\/api\/v2$/,
  /^HyperDX \/api\/api\/v2\/sources$/,
  /^HyperDX \/api\/api\/v2\/search$/,
  /^GitHub POST \/graphql$/,
  /^GitHub GET \/user$/,
  /^GitHub GET \/repos\/example\/shop\/issues\/N\/comments$/,
  /^GitHub POST \/repos\/example\/shop\/issues\/N\/comments$/,
  /^GitHub PATCH \/repos\/example\/shop\/issues\/comments\/N$/,
  /^GitHub GET \/repos\/[\w/-]+\/releases$/,
]

/** As the sources name them: `new GetFunctionCommand(…)`. */
function knownOperations(): readonly RegExp[] {
  const edges = join(import.meta.dirname, '..', '..', 'src', 'edges')
  const sources = readdirSync(edges, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(edges, file), 'utf8'))
  const named = [...sources.join('\n').matchAll(/\bnew ([A-Z]\w+)Command\(/g)]
  const operations = new Set(named.map(([, operation = '']) => operation))
  return [...operations].sort().map((operation) => new RegExp(`^[a-z]+ ${operation}$`))
}

/** Registers the test of an attempt, which prints how many faults it tried and how many held. */
function testFaults(attempt: Attempt): void {
  test(
    `${attempt.title} ends as found or as wanted, and says so, whatever happens to a call`,
    async () => {
      const clean = await undisturbed(attempt)
      const { trials, name } = chosen(clean)
      for (const { title } of clean.kinds) called.add(title)
      for (const { kind } of trials) tries.set(kind.title, (tries.get(kind.title) ?? 0) + 1)
      const failures: string[] = []
      let notReached = 0
      const late: Trial[] = []
      const judge = (outcome: Outcome, trial: Trial) => {
        if (outcome === 'not reached') {
          notReached += 1
          return
        }
        const { wrong, said } = outcome
        if (wrong.length === 0) return
        const failure = `${titleOf(trial)}: ${wrong.join('; ')} [${said}]`
        failures.push(failure)
        process.stdout.write(`- ${attempt.title}: ${failure}\n`)
      }
      await inParallel(AT_ONCE, trials, async (trial) => {
        const outcome = await outcomeOf(attempt, trial, clean)
        if (outcome !== 'not reached' && isOnlyLate(outcome.wrong)) late.push(trial)
        else judge(outcome, trial)
      })
      // Where time runs faster, a busy machine runs out of it: what the fault causes, it causes again, with nothing beside it.
      for (const trial of late) judge(await outcomeOf(attempt, trial, clean), trial)
      const tried = trials.length - notReached
      process.stdout.write(
        `Faults of ${attempt.title} (${name}): ${String(tried)} tried, ${String(tried - failures.length)} held, ${String(notReached)} not reached\n`,
      )
      // Each trial is scanned for secrets and for commands of others: stack-world.ts throws where it finds one.
      const leaks = failures.filter((failure) => namesLeak(failure, SECRETS)).length
      recordFigures('leaks', { 'faults scanned': tried, leaks })
      recordFigures('faults', {
        'faults tried': tried,
        'states lost': failures.filter((text) => /not as found/.test(text)).length,
        'functions left dark': failures.filter((text) => /dark: /.test(text)).length,
      })
      expect(failures).toEqual([])
      if (process.env['FAULTS'] !== undefined) {
        // The last call of those whose number varies may not come.
        const sure = trials.filter(({ when }) => when !== 'from the last on').length
        expectReached({ chosen: sure > 0 || trials.length >= TRIES ? trials.length : 0, tried })
      }
    },
    LIMIT_MS,
  )
}

const LIMITS = { 'timeout-minutes': String(TIMEOUT_MINUTES), 'verify-timeout': '60' }

/** Time runs faster, and the step has its limits. */
function inFastWorld(
  attempt: Attempt,
  scenario: (attemptWorld: AttemptWorld) => Promise<void>,
): Promise<void> {
  return inAttemptWorld(
    attempt,
    (given) => scenario({ ...given, inputs: { ...given.inputs, ...LIMITS } }),
    { timesFaster: TIMES_FASTER },
  )
}

async function undisturbed(attempt: Attempt): Promise<Undisturbed> {
  let clean: Undisturbed | undefined
  await inFastWorld(attempt, async ({ world, github, inputs }) => {
    const { aws, clickStack, main } = world
    const found = comparable(world)
    aws.calls.clear()
    for (const log of [
      clickStack.clickHouse.queries,
      clickStack.hyperDx.asked,
      clickStack.received,
    ]) {
      log.length = 0
    }
    const before = github?.asked.length
    const result = await main(inputs)
    const wanted = comparable(world)
    expect({ statuses: statusesOf(result), exitCode: result.exitCode }).toEqual({
      statuses: statusesOf(result),
      exitCode: attempt.failsAnyway === true ? 1 : 0,
    })
    if (attempt.failsAnyway === true) expect(wanted).toEqual(found)
    clean = {
      kinds: kindsCalled({
        aws,
        clickStack,
        github: github && { ...github, asked: github.asked.slice(before) },
      }),
      wanted,
      statuses: statusesOf(result),
      reasons: functionsOf(result).flatMap(({ reason }) => reason ?? []),
    }
  })
  if (clean === undefined) throw new Error('the step did not run')
  return clean
}

/** All faults of all kinds, or a part of them. */
function chosen({ kinds }: Undisturbed): {
  readonly trials: readonly Trial[]
  readonly name: string
} {
  const names = Object.keys(allFaults({})) as FaultName[]
  const like = new RegExp(process.env['FAULTS_LIKE'] ?? '', 'i')
  const all = kinds
    .flatMap((kind) =>
      names.flatMap((fault) => timesOf(kind, fault).map((when) => ({ kind, fault, when }))),
    )
    .filter((trial) => like.test(titleOf(trial)))
  const part = partOf(process.env['FAULTS'], Math.ceil(all.length / TRIALS_OF_A_PART))
  // A stride that goes through kinds and faults alike.
  return { trials: all.filter((_, at) => part.has(at * 7 + Math.floor(at / 29))), name: part.name }
}

function timesOf({ count }: CallKind, fault: FaultName): readonly When[] {
  return [
    'once',
    'from the first on',
    ...(count > 1 ? (['from the last on'] as const) : []),
    ...(fault === 'throttled' ? (['at random'] as const) : []),
  ]
}

function titleOf({ kind, fault, when }: Trial): string {
  return `${kind.title}, ${fault} ${when}`
}

/** After these, a call can be made again, and the run must end as if nothing had been. */
export function passes({ kind, fault, when }: Trial): boolean {
  if (fault === 'throttled' && kind.isAws) return when === 'once' || when === 'at random'
  const canBeRepeated =
    /^answered (50|by the byte)|^reset|^never/.test(fault) && kind.title !== 'lambda Invoke'
  return when === 'once' && kind.isAws && canBeRepeated
}

/** GitHub's answers are short, and a comment whose answer breaks off is found when it is looked for again. */
function comesInTime({ kind, fault }: Trial): boolean {
  if (!kind.title.startsWith('GitHub ')) return false
  const isWrite = /^GitHub (POST|PATCH) .*\/comments/.test(kind.title)
  return fault === 'answered by the byte' || (isWrite && fault.startsWith('reset in the middle'))
}

/** What went wrong, and what the step said; `not reached` where no call of the kind came. */
type Outcome = 'not reached' | { readonly wrong: readonly string[]; readonly said: string }

async function outcomeOf(attempt: Attempt, trial: Trial, clean: Undisturbed): Promise<Outcome> {
  const wrong: string[] = []
  let hits = 0
  let said = ''
  try {
    await inFastWorld(attempt, async ({ world, github, inputs, now }) => {
      const { aws, clickStack, main, post, job } = world
      const found = comparable(world)
      const dark = watchForDarkness(world)
      const unreadable = watchForUnreadableSecrets(aws)
      const routes = watchForUnprovenRoutes(aws, attempt.neverRouted)
      const { kind, fault, when } = trial
      const random = randomNumbers()
      let struck = 0
      const hitsOf = kind.disturb({ aws, clickStack, github }, allFaults(inputs)[fault], {
        skip: when === 'from the last on' ? kind.count - 1 : 0,
        strikes: () => {
          if (when === 'at random' && random() >= SHARE_AT_RANDOM) return false
          return struck++ === 0 || when !== 'once'
        },
      })
      const began = now()
      const result = await main(inputs)
      const tookMs = now() - began
      hits = hitsOf()
      if (hits === 0) return
      struckKinds.add(kind.title)
      said = shown(result)
      if (tookMs > TIMEOUT_MINUTES * 60_000 + GRACE_MS) {
        wrong.push(`the step took ${String(Math.round(tookMs / 1000))} s`)
      }
      wrong.push(
        ...judged(attempt, {
          result,
          found,
          now: comparable(world),
          clean,
          isUnseen: hidesEffect(trial),
        }),
        ...misnamed(trial, result, clean.reasons),
      )
      if (when === 'from the first on') {
        wrong.push(...unnamedPermission(trial, result))
        if (!comesInTime(trial) && isConcealed(kind.title, result)) {
          wrong.push('it succeeds, and what was not checked is not told')
        }
      }
      if (passes(trial) && !isAs(clean, result)) {
        wrong.push(`${OTHER_END}${clean.statuses.join(', ')}`)
      }
      aws.faults.clear()
      clickStack.clickHouse.faults.clear()
      clickStack.hyperDx.faults.clear()
      clickStack.receiverFaults.clear()
      github?.faults.clear()

      const finished = await post(result.state)
      if (finished.exitCode !== 0) wrong.push(`the post step ends so: ${shown(finished)}`)
      aws.iam.settle()
      dark.look('the post step')
      wrong.push(...new Set(dark.moments.map((moment) => `dark: ${moment}`)))
      wrong.push(...new Set(unreadable), ...new Set(routes))
      let last = comparable(world)
      const states = { found, wanted: clean.wanted }
      if (!isEnd(last, states, result) && attempt.restoresForGood === true) {
        const again = await main(inputs)
        if (again.exitCode !== 0) wrong.push(`the same step again ends so: ${shown(again)}`)
        aws.iam.settle()
        last = comparable(world)
      }
      if (!isEnd(last, states, result)) {
        wrong.push(
          `not as found (${differences(found, last)}), nor as wanted (${differences(clean.wanted, last)})`,
        )
      }
      const comments = github?.comments.of(PULL).map(({ body }) => body) ?? []
      const shownToAll = { comments: comments.join('\n') }
      wrong.push(...leaksOf(result, job, SECRETS, shownToAll), ...injectionsIn(result, shownToAll))
      const journals = [...job.files().keys()].filter((file) => file.endsWith('.journal'))
      if (journals.length > 0) wrong.push('the journal is left')
    })
  } catch (thrown) {
    // A leak, for example, which a world looks for by itself.
    wrong.push(thrown instanceof Error ? thrown.message : String(thrown))
  }
  if (hits === 0 && wrong.length === 0) return 'not reached'
  if (process.env['FAULTS_TOLD'] === '1') {
    process.stdout.write(`  ${titleOf(trial)}: ${said.slice(0, 400)}\n`)
  }
  return { wrong, said }
}

/** Numbers in [0, 1), the same for each trial. */
function randomNumbers(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647
    return state / 2_147_483_647
  }
}
