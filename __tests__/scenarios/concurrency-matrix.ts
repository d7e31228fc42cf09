/**
 * While a step is at work, somebody else changes the function, its role or its alias, at each of the step's calls to AWS:
 * before the call is handled, or after its work is done. What they changed must be there at the end, the function must be
 * configured or in its original state, and the step must report what is true.
 *
 * A plain test run tries a few, and others by each number of a workflow run; `npm run campaign:concurrency` tries all,
 * `CHANGES=7/100` the seventh of a hundred parts, and CHANGES_LIKE only those whose title matches.
 */

import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { type AliasWatch, publishedBy, watchAlias } from './alias-judge'
import { recordFigures } from '../campaign/figures'
import { partOf } from '../campaign/part'
import {
  type Attempt,
  inParallel,
  type Inputs,
  watchForUnreadableSecrets,
  withoutEndpoint,
  withUnreadableSecrets,
} from './disturbed-step'
import { shown } from './judged-step'
import type { Side } from './killed-at'
import {
  foreignOf,
  foreignRightsOf,
  isTheirs,
  type Ours,
  oursOf,
  type Outsider,
  OUTSIDERS,
} from './outsiders'
import type { OtherRun } from './other-runs'
import { expectReached } from './reached'
import { inStack, type StackWorld } from './stack-world'
import { endedFaults, judgedTwoRuns, type Orders, ordersOf, wholeState } from './two-runs-judge'
import { mayLog } from './way-back-state'
import { functionsOf } from './world'
import { concealed, type Darkness, watchEverybody } from './cloudwatch-watch'

interface Change {
  /** Of the call, from 1. */
  readonly index: number
  readonly side: Side
  readonly outsider: Outsider
}

const AT_ONCE = Number(process.env['CHANGES_AT_ONCE'] ?? '2')
/** Of a plain test run. */
const CHANGES_OF_A_PART = 5
const LIMIT_MS = 5 * 3_600_000

/** Registers the tests of all attempts; a plain test run has one of them, by its number. */
export function testChangesOf(attempts: readonly Attempt[]): void {
  const isCampaign = process.env['CHANGES'] !== undefined
  const part = partOf(isCampaign ? 'all' : undefined, attempts.length)
  for (const attempt of attempts.filter((_, at) => part.has(at))) testChanges(attempt)
}

/** Registers the test of an attempt, which prints how many changes it tried and how many held. */
function testChanges(attempt: Attempt): void {
  test(
    `${attempt.title} loses no change that others make while it is at work, and reports what is true`,
    async () => {
      const clean = await undisturbed(attempt)
      const { changes, name } = chosen(clean.calls)
      const orders = knownOrders(attempt)
      const failures: string[] = []
      let notReached = 0
      let notPossible = 0
      await inParallel(AT_ONCE, changes, async (change) => {
        const result = await outcomeOf(attempt, change, { clean, orders })
        if (result === 'not reached') notReached += 1
        else if (result === 'not possible') notPossible += 1
        else if (result !== 'held') {
          failures.push(result)
          process.stdout.write(`- ${attempt.title}: ${result}\n`)
        }
      })
      const possible = changes.length - notPossible
      const tried = possible - notReached
      process.stdout.write(
        `Changes in the middle of ${attempt.title} (${name}): ${String(tried)} tried, ${String(tried - failures.length)} held, ${String(notReached)} not reached, ${String(notPossible)} not possible\n`,
      )
      recordFigures('concurrency', {
        'changes in the middle': tried,
        'changes lost': failures.filter((text) => /lost: /.test(text)).length,
        'functions left dark': failures.filter((text) => /dark: /.test(text)).length,
      })
      expect(failures).toEqual([])
      if (process.env['CHANGES'] !== undefined) expectReached({ chosen: possible, tried })
    },
    LIMIT_MS,
  )
}

interface Undisturbed {
  readonly calls: number
  readonly wanted: Ours
  /** Of the version to which the alias leads. */
  readonly published: Ours | undefined
}

async function undisturbed(attempt: Attempt): Promise<Undisturbed> {
  let clean: Undisturbed | undefined
  await inStack(async (world) => {
    const { aws, main } = world
    const inputs = await attempt.prepare(world)
    aws.iam.settle()
    aws.calls.clear()
    const result = await main(inputs)
    expect(result.exitCode).toBe(attempt.failsAnyway === true ? 1 : 0)
    clean = {
      calls: aws.calls.count(),
      wanted: comparableOurs(world),
      published: publishedBy(aws, inStackOf(world)),
    }
  })
  if (clean === undefined) throw new Error('the step did not run')
  return clean
}

function comparableOurs(world: StackWorld): Ours {
  return withoutEndpoint(world, oursOf(world.aws))
}

function inStackOf(world: StackWorld): (ours: Ours) => Ours {
  return (ours) => withoutEndpoint(world, ours)
}

/** Each outsider at each call, on one of its sides; or a part of them. */
function chosen(calls: number): { readonly changes: readonly Change[]; readonly name: string } {
  const like = new RegExp(process.env['CHANGES_LIKE'] ?? '', 'i')
  const all = Array.from({ length: calls }, (_, at) => at + 1)
    .flatMap((index) =>
      OUTSIDERS.map((outsider, at): Change => ({
        index,
        side: (index + at) % 2 === 0 ? 'before' : 'after',
        outsider,
      })),
    )
    .filter((change) => like.test(titleOf(change)))
  // A prime, so that a part goes through outsiders and calls alike.
  const part = partOf(process.env['CHANGES'], primeFrom(Math.ceil(all.length / CHANGES_OF_A_PART)))
  return { changes: all.filter((_, at) => part.has(at)), name: part.name }
}

function primeFrom(least: number): number {
  for (let one = Math.max(2, least); ; one += 1) {
    let divisor = 2
    while (divisor * divisor <= one && one % divisor !== 0) divisor += 1
    if (divisor * divisor > one) return one
  }
}

function titleOf({ index, side, outsider }: Change, operation = ''): string {
  return `somebody ${outsider.title}, ${side} call ${String(index)} (${operation})`
}

/** @returns `held`, `not reached` where the call did not come, `not possible` where it could not be done then, or what went wrong */
async function outcomeOf(
  attempt: Attempt,
  change: Change,
  { clean, orders }: { readonly clean: Undisturbed; readonly orders: KnownOrders },
): Promise<string> {
  const wrong: string[] = []
  let title = ''
  let told = ''
  let untried = 'not reached'
  try {
    await inStack(async (world) => {
      const { aws, main, post } = world
      const { outsider } = change
      const inputs = await attempt.prepare(world)
      aws.iam.settle()
      const found = comparableOurs(world)
      const couldLog = mayLog(world, 'orders')
      const dark = watchEverybody(world)
      const unreadable = watchForUnreadableSecrets(aws)
      const updates = updatesOf(aws)
      const alias = watchAlias(aws, inStackOf(world))
      const acted = actsAt(world, inputs, change, { alias, dark })
      const result = await main(inputs)
      // A question to IAM is not waited for without end: then the two have crossed each other.
      const isBeside = outsider.isBeside === true || acted.isActing()
      acted.stop()
      await acted.finished()
      const at = acted.at()
      if (!acted.isPossible()) untried = 'not possible'
      if (at === undefined) return
      title = titleOf(change, at.operation)
      told = shown(result)
      const finished = await post(result.state)
      told += ` | post: ${shown(finished)}`
      aws.iam.settle()

      const theirs = acted.foreign()
      const now = foreignNow(aws)
      // IAM has no revisions: docs/safety.md names this window.
      const isInWindow = outsider.isOfOurPolicy === true && acted.isRightBefore(WRITE_OF_POLICY)
      if (!isDeepStrictEqual(now, theirs) && !isInWindow) {
        wrong.push(`lost: ${JSON.stringify(theirs)} is now ${JSON.stringify(now)}`)
      }
      const moments = outsider.undoes === true ? [] : darkMoments(dark, acted, outsider, isBeside)
      wrong.push(...new Set(moments.map((moment) => `dark: ${moment}`)))
      if (outsider.withdraws === true) {
        if (acted.isSeen() && result.exitCode === 0) {
          const unread = withUnreadableSecrets(aws)
          wrong.push(...unread.map((name) => `it succeeds, and no right at the end: ${name}`))
        }
      } else if (outsider.movesRole !== true) {
        const isHealed = acted.isRightBefore(UPDATE) && isFoundByFirstInvocation(unreadable)
        wrong.push(...new Set(isHealed ? [] : unreadable))
        wrong.push(...withUnreadableSecrets(aws).map((name) => `no right at the end: ${name}`))
      }
      const other = acted.other()
      if (outsider.run !== undefined && other !== undefined) {
        told += ` | the other run: ${shown(other.main)} | its post: ${shown(other.post)}`
        wrong.push(
          ...judgedTwoRuns({
            orders: await orders(outsider.run),
            now: wholeState(world),
            step: result,
            other,
            isBeside,
            isSeen: acted.isSeen(),
          }),
        )
        wrong.push(...endOf(world, finished))
        wrong.push(...dark.now().map((name) => `dark: ${name} at the end`))
        if (acted.isSeen()) wrong.push(...concealed(result, dark).map((text) => `dark: ${text}`))
        return
      }
      wrong.push(
        ...alias.faults({
          isTheirs: outsider.movesAlias === true,
          published: clean.published,
          statuses: acted.isSeen() ? plainStatuses(result) : [],
        }),
      )
      const isGone = now.fn === undefined
      if (isGone) {
        // What is deleted after it was removed was removed.
        const isRemoved = inputs['mode'] === 'remove' && updatesOf(aws) > updates
        if (result.exitCode === 0 && acted.isSeen() && !isRemoved)
          wrong.push('it succeeds, and the function is gone')
        return
      }
      if (acted.isSeen()) {
        wrong.push(...concealed(result, dark).map((text) => `dark: ${text}`))
        wrong.push(
          ...judged(attempt, { result, found, now: comparableOurs(world), clean, outsider }),
        )
      }
      const isDisabled = /^(deny|remove)$/.test(inputs['cloudwatch-logs'] ?? '')
      const movesLogs =
        outsider.movesLogs === true || (outsider.withdraws === true && mayLog(world, 'orders'))
      if (isDisabled && movesLogs && acted.isSeen() && result.exitCode === 0) {
        wrong.push('it succeeds, and CloudWatch Logs are enabled')
      }
      const isOriginal = isDeepStrictEqual(comparableOurs(world), found)
      const keepsLogs = attempt.restoresForGood !== true
      if (isOriginal && couldLog && keepsLogs && !mayLog(world, 'orders')) {
        wrong.push('dark: in its original state, and it may not log')
      }
      wrong.push(...endOf(world, finished))
    })
  } catch (thrown) {
    // A leak, for example, which a world looks for by itself.
    wrong.push(thrown instanceof Error ? thrown.message : String(thrown))
  }
  if (title === '' && wrong.length === 0) return untried
  return wrong.length === 0 ? 'held' : `${title}: ${wrong.join('; ')} [${told}]`
}

/**
 * Of two runs that cross each other on the way, none can know what the other one writes between its look and its write: then
 * only the end counts. Where the other run has ended, this is so until the step looks again.
 */
function darkMoments(
  { instants }: Darkness,
  acted: Acted,
  { run }: Outsider,
  isBeside: boolean,
): readonly string[] {
  if (run === undefined) return instants
  if (isBeside) return []
  const { from, to } = acted.unseen()
  return instants.filter((_, at) => at < from || at >= to)
}

/** What other runs lead to, which is found out once. */
type KnownOrders = (run: (given: Inputs) => Inputs) => Promise<Orders>

function knownOrders(attempt: Attempt): KnownOrders {
  const known = new Map<(given: Inputs) => Inputs, Promise<Orders>>()
  return (run) => {
    const orders = known.get(run) ?? ordersOf(attempt, run)
    known.set(run, orders)
    return orders
  }
}

function endOf({ job, anotherJob }: StackWorld, finished: StepResult): readonly string[] {
  const files = [job, anotherJob.job].flatMap((one) => [...one.files().keys()])
  return [
    ...(finished.exitCode === 0 ? [] : ['the post step fails']),
    ...(files.some((file) => file.endsWith('.journal')) ? ['the journal is left'] : []),
  ]
}

interface Acted {
  readonly at: () => CallEvent | undefined
  /** The call did not come, or came when it could be done. */
  readonly isPossible: () => boolean
  /** What of function and role was not this action's when the outsider had acted. */
  readonly foreign: () => { readonly fn: unknown; readonly rights: unknown }
  /** The step has read the function since. Who has it no more in view cannot tell. */
  readonly isSeen: () => boolean
  /**
   * No call of the step lies between what the outsider did and this write of the step, so that no look could show it. Where
   * the write is an update, a right to secrets that is gone then is found by the smoke test, and given again.
   */
  readonly isRightBefore: (write: RegExp) => boolean
  /** Moments of darkness, by their number, between what the outsider did and the next look of the step. */
  readonly unseen: () => { readonly from: number; readonly to: number }
  /** How the run of an outsider has ended. */
  readonly other: () => OtherRun | undefined
  /** It is still at work. */
  readonly isActing: () => boolean
  readonly stop: () => void
  /** The run of an outsider may take longer than the step waits for the answer to its call. */
  readonly finished: () => Promise<void>
}

function actsAt(
  world: StackWorld,
  inputs: Inputs,
  { index, side, outsider }: Change,
  { alias, dark }: { readonly alias: AliasWatch; readonly dark: Darkness },
): Acted {
  const { aws } = world
  let calls = 0
  let at: CallEvent | undefined
  let isActing = false
  let isPossible = true
  let isSeen = false
  let next: string | undefined
  let foreign: ReturnType<Acted['foreign']> = { fn: undefined, rights: undefined }
  let unseen = { from: 0, to: 0 }
  let other: OtherRun | undefined
  let acting = Promise.resolve()
  const listener = (call: CallEvent) => {
    if (isActing) return undefined
    calls += 1
    if (at !== undefined || calls < index) return undefined
    if (calls > index) return undefined
    if (outsider.can?.(aws) === false) {
      isPossible = false
      return undefined
    }
    at = call
    acting = act()
    // Whoever waits for it later is told what has failed.
    acting.catch(() => undefined)
    // The call goes on, and the other run with it.
    return outsider.isBeside === true ? undefined : acting
  }
  const act = async () => {
    isActing = outsider.isBeside !== true
    try {
      const running = outsider.act(world, inputs)
      if (outsider.isBeside === true) foreign = foreignNow(aws)
      other = await running
      if (outsider.isBeside !== true) foreign = foreignNow(aws)
      alias.acted()
      unseen = { from: dark.instants.length, to: Infinity }
    } finally {
      isActing = false
    }
  }
  const stopWatching = aws.onCall(({ operation }) => {
    if (at === undefined || isActing) return
    next ??= operation
    if (!(outsider.isSeenBy ?? READS).test(operation)) return
    if (!isSeen) unseen = { ...unseen, to: dark.instants.length }
    isSeen = true
  })
  const stop = side === 'before' ? aws.onCall(listener) : aws.onWorkDone(listener)
  return {
    at: () => at,
    isPossible: () => isPossible,
    foreign: () => foreign,
    isSeen: () => isSeen,
    isRightBefore: (write) => write.test((side === 'before' ? at?.operation : next) ?? ''),
    unseen: () => unseen,
    other: () => other,
    finished: () => acting,
    isActing: () => isActing,
    stop() {
      stop()
      stopWatching()
    },
  }
}

const UPDATE = /^UpdateFunctionConfiguration$/
const WRITE_OF_POLICY = /^(Put|Delete)RolePolicy$/

function updatesOf({ calls }: LocalAws): number {
  return calls.all().filter(({ operation }) => UPDATE.test(operation)).length
}

/** At most one invocation fails of it. */
function isFoundByFirstInvocation(unreadable: readonly string[]): boolean {
  return unreadable.filter((moment) => moment.endsWith(' after Invoke')).length <= 1
}

/** Whose answer shows what the function has become. */
const READS = /^(GetFunction|ListFunctions|UpdateFunctionConfiguration)$/

/** Those that no reason explains. */
function plainStatuses(result: StepResult): readonly string[] {
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  return functions.flatMap(({ status, reason }) => (reason === undefined ? [status] : []))
}

function foreignNow(aws: LocalAws) {
  return { fn: foreignOf(aws), rights: foreignRightsOf(aws) }
}

function without(edited: string | undefined, { layers, variables }: Ours): Ours {
  const rest = Object.entries(variables).filter(([name]) => name !== edited)
  return { layers, variables: Object.fromEntries(rest) }
}

/** What the step reports must fit what is there. */
function judged(
  attempt: Attempt,
  {
    result,
    found,
    now,
    clean,
    outsider,
  }: {
    readonly result: StepResult
    readonly found: Ours
    readonly now: Ours
    readonly clean: Undisturbed
    readonly outsider: Outsider
  },
): readonly string[] {
  const wrong: string[] = []
  const { edits } = outsider
  const has = (state: Ours) => isDeepStrictEqual(now, state)
  /** But for what they have edited. */
  const isAsFound = isDeepStrictEqual(without(edits, now), without(edits, found))
  const isEmpty = now.layers.length + Object.keys(now.variables).length === 0
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  wrong.push(...endedFaults('the step', result))
  for (const { status } of functions) {
    const isDone = status === 'instrumented' || status === 'unchanged'
    if (isDone && !has(clean.wanted)) {
      wrong.push(`${status}, and not as wanted: ${JSON.stringify(now)}`)
    }
    if (isDone && now.layers.length === 0) wrong.push(`${status}, and without Rotel`)
    if (status === 'removed' && !isEmpty) {
      wrong.push(`removed, and it has ${JSON.stringify(now)}`)
    }
    const isBack = status === 'blocked' || status === 'skipped' || status === 'rolled-back'
    // Where others have undone what was there, it stays so.
    if (isBack && !isAsFound && !(outsider.undoes === true && isEmpty)) {
      wrong.push(`${status}, and not as found: ${JSON.stringify(now)}`)
    }
    if (status === 'rolled-back' && edits !== undefined && !isTheirs(now.variables)) {
      wrong.push(`lost: ${edits} has not their value`)
    }
  }
  const { layers, ...wanted } = clean.wanted
  const isWhole =
    isAsFound ||
    isDeepStrictEqual(without(edits, now), without(edits, clean.wanted)) ||
    // Without the layer, or without all of it.
    (outsider.undoes === true &&
      (isEmpty || isDeepStrictEqual(now, { ...wanted, layers: layers.slice(1) })))
  if (!isWhole) {
    wrong.push(`neither as found nor as wanted: ${JSON.stringify(now)}`)
  }
  if (result.exitCode === 0 && attempt.failsAnyway === true) wrong.push('it succeeds')
  return wrong
}
