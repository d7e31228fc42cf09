/**
 * Random sequences of runs, deploys and mishaps, on a Local AWS whose IAM is late (promises P2, P8 and P9). After each
 * happening, and after each call on the way, no function or routed version that could log is unable to log without a
 * working Rotel because of a run, and none lacks a right that its configuration needs. When all is removed in the end,
 * nothing of ours stays.
 */

import PQueue from 'p-queue'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'
import { accepting } from '../scenarios/accepting'
import { createFunctions, type Functions } from './functions'
import {
  happeningText,
  type Happening,
  type Name,
  NAMES,
  type Run,
  type Sequence,
  type Trouble,
} from './sequences'
import type { Kill, Place, RunEnd, StepRunner } from './step-runner'

export interface CampaignWorld {
  readonly aws: LocalAws
  /** Lets time pass, as Local AWS and the runs see it. */
  readonly sleep: (ms: number) => Promise<void>
  /** Of the ClickStack to which telemetry goes. */
  readonly inputs: Readonly<Record<string, string>>
  readonly key: string
  readonly runnerFor: (place: Place) => StepRunner
}

/** IAM is read late, simulated later, and enforced last. */
export const LATE_IAM = { readMs: 700, simulatorMs: 1_500, dataPlaneMs: 3_000 }

/** Each sequence has a region to itself while it runs, so that no other one's functions are its neighbours. */
const REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1']

export interface SequenceEnd {
  readonly steps: number
  /** Of the action, those in the end included. */
  readonly runs: number
  readonly violations: readonly Violation[]
}

export interface Violation {
  /** Index of the happening; their number: in the end, when all is removed. */
  readonly at: number
  readonly text: string
}

/** Runs the sequences, some at the same time, and hands over each end as it comes. */
export async function runSequences(
  numbered: readonly (readonly [index: number, sequence: Sequence])[],
  world: CampaignWorld,
  {
    isOver,
    ended,
  }: {
    /** Whether the rest of a sequence is of no interest any more. */
    readonly isOver: (violations: readonly Violation[]) => boolean
    readonly ended: (index: number, end: SequenceEnd) => void
  },
): Promise<void> {
  const queue = new PQueue({ concurrency: REGIONS.length })
  const free = [...REGIONS]
  await queue.addAll(
    numbered.map(([index, sequence]) => async () => {
      const region = free.shift() ?? ''
      ended(index, await runSequence(sequence, region, world, isOver))
      free.push(region)
    }),
  )
}

/** Calls by which something may become wrong. */
const CHANGES = /^(Update|Put|Delete|Attach|Detach|Create|Set)/

let count = 0

/** @param isOver asked after each happening: whether the rest is of no interest any more */
export async function runSequence(
  { start, happenings }: Sequence,
  region: string,
  world: CampaignWorld,
  isOver: (violations: readonly Violation[]) => boolean = () => false,
): Promise<SequenceEnd> {
  const { aws } = world
  const prefix = `s${String(++count)}-`
  const isOurs = ({ service, region: where, params }: CallEvent) =>
    service === 'iam' ? JSON.stringify(params).includes(prefix) : where === region
  const place: Place = { region, isOurs }
  const functions = createFunctions(aws, place, { prefix, start, key: world.key })
  const story: Story = {
    ...world,
    place,
    functions,
    runner: world.runnerFor(place),
    at: 0,
    known: new Set(),
    violations: [],
    runs: 0,
    restorePath: '',
    isWatched: false,
    narrowed: false,
    traceless: false,
    adopted: new Set(),
  }
  const stop = aws.onWorkDone((call) => {
    const { operation, functionName } = call
    if (!isOurs(call) || !CHANGES.test(operation) || !story.isWatched) return
    note(story, functions.faults('written'), operation)
    // Whoever writes a function has made sure of what its role may do by then.
    note(story, functions.faults('simulator', functions.named(functionName)), operation)
  })
  try {
    for (const happening of happenings) {
      await happen(happening, story)
      story.at += 1
      if (isOver(story.violations)) break
    }
    if (!isOver(story.violations)) await removeAll(story)
  } finally {
    stop()
    story.runner.end()
    functions.end()
  }
  return { steps: happenings.length, runs: story.runs, violations: story.violations }
}

interface Story extends CampaignWorld {
  readonly place: Place
  readonly functions: Functions
  readonly runner: StepRunner
  /** What was wrong already when this happening began, or has been told: nobody is to blame for it again. */
  known: Set<string>
  readonly violations: Violation[]
  at: number
  runs: number
  restorePath: string
  /** Two runs at once may cross each other on the way: only where they end counts. */
  isWatched: boolean
  /** Rights were taken out of policies of the user's. */
  narrowed: boolean
  /** CloudWatch Logs were disabled by something of which only the marker tells, and a deploy takes the marker. */
  traceless: boolean
  readonly adopted: Set<Name>
  now?: string
}

function violated(story: Story, text: string): void {
  story.violations.push({ at: story.at, text: `${story.now ?? ''}: ${text}` })
}

function note(story: Story, faults: readonly string[], when: string): void {
  for (const fault of faults.filter((one) => !story.known.has(one))) {
    story.known.add(fault)
    violated(story, `${fault} (${when})`)
  }
}

/** What is wrong before something happens is not its fault. */
function knowFaults(story: Story): void {
  const { functions } = story
  story.known = new Set([...functions.faults('written'), ...functions.faults('simulator')])
}

/** A green run leaves nobody in the dark that it was asked about, whoever did it. */
function noteFalseGreen(run: Run | undefined, end: RunEnd, story: Story): void {
  if (end.exitCode !== 0) return
  for (const fault of story.functions.faults('written', run?.functions).filter(isDark)) {
    violated(story, `green, and ${fault}`)
  }
}

const isDark = (fault: string) => fault.endsWith(' is dark')

async function happen(happening: Happening, story: Story): Promise<void> {
  const { functions } = story
  story.now = happeningText(happening)
  if (happening.kind === 'deploy' || happening.kind === 'publish') {
    if (happening.kind === 'deploy' && happening.resets === 'variables') {
      story.adopted.add(happening.function)
    }
    functions.happen(happening)
    return
  }
  // Whoever deploys without Rotel is to blame for what is dark then.
  knowFaults(story)
  const runs = happening.kind === 'run' ? [happening.run] : happening.runs
  const trouble: Trouble = happening.kind === 'run' ? happening.trouble : { kind: 'none' }
  story.isWatched = runs.length === 1
  const undo = begin(trouble, story)
  const ends = await Promise.all(runs.map((run) => carryOut(run, trouble, story)))
  undo()
  await story.sleep(LATE_IAM.dataPlaneMs)
  note(story, functions.faults('written'), 'at the end')
  for (const [index, end] of ends.entries()) noteFalseGreen(runs[index], end, story)
}

/** @returns how the trouble ends */
function begin(trouble: Trouble, { aws, functions, place }: Story): () => void {
  switch (trouble.kind) {
    case 'throws':
      functions.setThrows(trouble.function, true)
      return () => functions.setThrows(trouble.function, false)
    case 'no-egress':
      functions.setEgress(trouble.function, false)
      return () => functions.setEgress(trouble.function, true)
    case 'fault': {
      const { operation, skip, how } = trouble
      const handle = aws.faults.add({
        operation,
        skip,
        matches: place.isOurs,
        count: how === 'denied-always' ? Infinity : 1,
        fault:
          how === 'server-error'
            ? { kind: 'server-error', status: 500 }
            : how === 'lost-answer'
              ? { kind: 'lost-answer' }
              : { kind: 'error', name: 'AccessDenied', status: 403, message: 'not authorized' },
      })
      return () => handle.remove()
    }
    case 'none':
    case 'no-endpoint':
    case 'kill':
      return () => undefined
  }
}

async function carryOut(
  run: Run,
  trouble: Trouble,
  story: Story,
  times: Readonly<Record<string, string>> = TIMES,
): Promise<RunEnd> {
  const { runner } = story
  const endpoint = trouble.kind === 'no-endpoint' ? { endpoint: 'http://127.0.0.1:1' } : {}
  const kill: Kill | undefined = trouble.kind === 'kill' ? trouble : undefined
  if (run.kind === 'apply' && (run.logs === 'remove' || run.logs === 'deny-policy')) {
    story.traceless = true
  }
  story.runs += 1
  const end = await runner.main({ ...inputsOf(run, story), ...times, ...endpoint }, kill)
  if (end.restorePath !== '') {
    story.restorePath = end.restorePath
    story.narrowed = true
  }
  const postRuns = trouble.kind !== 'kill' || trouble.post
  if (postRuns) await runner.post(end.state)
  return end
}

/** In the action's own time. */
const TIMES = { 'verify-timeout': '60', 'cloudwatch-quiet': '5' }
/** Nothing is in the way, but for a machine that has other work. */
const PATIENT = { ...TIMES, 'verify-timeout': '900' }

function inputsOf(run: Run, story: Story): Readonly<Record<string, string>> {
  const { functions, inputs, restorePath } = story
  const common = {
    ...inputs,
    ...accepting('shared-role', 'foreign-settings'),
    mode: run.kind,
    'smoke-test': 'always',
    'api-share': '100',
    'endpoint-check': 'off',
    functions: run.functions.map(functions.arnOf).join('\n'),
  }
  if (run.kind === 'remove') {
    return { ...common, ...(run.restoreFile && { 'restore-file': restorePath }) }
  }
  return {
    ...common,
    ...(run.key !== 'plain' && {
      'api-key': functions.secretArn(run.key),
      'grant-secret-access': 'true',
    }),
    ...(run.logs === 'deny-policy'
      ? { 'cloudwatch-logs': 'deny', 'deny-policy-arn': functions.denyPolicy }
      : { 'cloudwatch-logs': run.logs }),
    ...(run.kind === 'apply' && { 'on-failure': run.onFailure }),
  }
}

/**
 * Undisturbed: everything is repaired, removed, and published once more, so that no version needs anything either. Then
 * nothing of ours may be left, and everybody logs.
 */
async function removeAll(story: Story): Promise<void> {
  const { functions } = story
  const apply: Run = {
    kind: 'apply',
    functions: NAMES,
    logs: 'keep',
    key: 'plain',
    onFailure: 'rollback',
  }
  const remove: Run = { kind: 'remove', functions: NAMES, restoreFile: false }
  const undisturbed = async (run: Run) => {
    story.now = `in the end, ${run.kind} all`
    story.isWatched = true
    knowFaults(story)
    const end = await carryOut(run, { kind: 'none' }, story, PATIENT)
    await story.sleep(LATE_IAM.dataPlaneMs)
    note(story, functions.faults('written'), 'at the end')
    noteFalseGreen(run, end, story)
    return end
  }
  await undisturbed(apply)
  // Of rights that were taken away, and of which a deploy took every trace, nobody can know.
  const stillDark = functions.faults('written').filter(isDark)
  if (!story.traceless) for (const fault of stillDark) violated(story, `${fault} still`)
  await undisturbed(remove)
  for (const name of NAMES) functions.happen({ kind: 'publish', function: name })
  const end = await undisturbed(remove)
  const blocked = end.functions.filter(({ status }) => status !== 'removed')
  // Rotel stays there then.
  const mayNot = blocked.filter(({ reason }) => !story.traceless || reason !== 'would-go-dark')
  for (const { name, status, reason = '' } of mayNot) {
    violated(story, `${name.slice(-1)} cannot be removed: ${status} ${reason}`)
  }
  if (blocked.length > 0) return
  const left = functions.leftovers({ narrowed: story.narrowed, adopted: [...story.adopted] })
  for (const what of left) violated(story, what)
}
