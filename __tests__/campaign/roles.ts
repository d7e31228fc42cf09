/**
 * The campaign over roles, as a program of its own: within Jest, errors of Node's are of another realm than those of the
 * sources. Environment: `SEQUENCES` (100) is how many, `SEED` (10) what they are made from, `WORKERS` (2) how many
 * processes share them; `STEPS=process` runs the built action, each run a process, which is much dearer; `REPLAY` is a
 * sequence that a failure has printed. Prints one line of figures, and of the first sequence that breaks a promise the
 * plainest one that is found within `SHRINK_SECONDS` (60).
 */

import { type ChildProcess, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import fc from 'fast-check'
import PQueue from 'p-queue'
import { fastTime } from '../../local/runner/fast-time'
import { startLocalStack } from '../../local/stack'
import { byProcess } from './by-process'
import {
  type CampaignWorld,
  LATE_IAM,
  runSequence,
  runSequences,
  type SequenceEnd,
} from './campaign'
import { recordFigures } from './figures'
import { inProcess } from './in-process'
import { type Sequence, sequences, textOf } from './sequences'
import { shrink } from './shrink'

const { env } = process
const SEQUENCES = Number(env['SEQUENCES'] ?? '100')
const SEED = Number(env['SEED'] ?? '10')
const WORKERS = Number(env['WORKERS'] ?? '2')
/** Each a process of its own: what a run leaves open stays open until its process ends. */
const PARTS = Math.max(WORKERS, Math.ceil(SEQUENCES / 100))
const SHRINK_MS = Number(env['SHRINK_SECONDS'] ?? '60') * 1000
const BY_PROCESS = env['STEPS'] === 'process'
const KEY = 'campaign-ingestion-key'
/** A journal is on disk before each write: where the disk is memory, that costs nothing. */
const MEMORY = existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}

async function inWorld<T>(work: (world: CampaignWorld) => Promise<T>): Promise<T> {
  const time = fastTime(BY_PROCESS ? 20 : 50)
  const stack = await startLocalStack({
    clickStack: { ingestionKey: { scheme: 'raw', key: KEY } },
    aws: { clock: time.clock, quotas: { scale: 1000 } },
  })
  const { aws, inputs } = stack
  aws.iam.setPropagation(LATE_IAM)
  Object.assign(env, aws.env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' })
  try {
    return await work({
      aws,
      inputs,
      key: KEY,
      sleep: (ms) => time.clock.sleep(ms),
      runnerFor: (place) =>
        BY_PROCESS ? byProcess(aws, place, time) : inProcess(place, time.clock),
    })
  } finally {
    await stack.close()
  }
}

const sampled = () => fc.sample(sequences, { seed: SEED, numRuns: SEQUENCES })

interface Message {
  readonly index: number
  readonly end: SequenceEnd
}

/** A part of the sequences, each end a message to the process that started it. */
async function work(part: number): Promise<void> {
  const share = [...sampled().entries()].filter(([index]) => index % PARTS === part)
  await inWorld((world) =>
    runSequences(share, world, {
      isOver: () => false,
      ended: (index, end) => process.send?.({ index, end } satisfies Message),
    }),
  )
}

/** Starts the workers, and resolves with what came of each sequence. */
async function campaign(): Promise<ReadonlyMap<number, SequenceEnd>> {
  const ends = new Map<number, SequenceEnd>()
  const queue = new PQueue({ concurrency: WORKERS })
  await queue.addAll(
    Array.from({ length: PARTS }, (_, part) => async () => {
      const child = fork(import.meta.filename, { env: { ...env, ...MEMORY, PART: String(part) } })
      child.on('message', ({ index, end }: Message) => ends.set(index, end))
      if ((await exitOf(child)) !== 0) throw new Error('a part of the campaign has failed')
    }),
  )
  return ends
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('exit', (code) => resolve(code)))
}

/** The plainest sequence that is found in the time, and what it breaks. */
async function explain(sequence: Sequence): Promise<readonly string[]> {
  return inWorld(async (world) => {
    const last = new Map<Sequence, SequenceEnd>()
    const fails = async (candidates: readonly Sequence[]) => {
      const breaks = new Set<number>()
      await runSequences([...candidates.entries()], world, {
        isOver: ({ length }) => length > 0,
        ended(index, end) {
          const candidate = candidates[index]
          if (candidate) last.set(candidate, end)
          if (end.violations.length > 0) breaks.add(index)
        },
      })
      return candidates.filter((_, index) => breaks.has(index)).map(upToTheBreak)
    }
    const upToTheBreak = (candidate: Sequence): Sequence => {
      const end = last.get(candidate)
      const [violation] = end?.violations ?? []
      if (end === undefined || violation === undefined) return candidate
      const happenings = candidate.happenings.slice(0, violation.at + 1)
      const cut = { ...candidate, happenings }
      last.set(cut, end)
      return cut
    }
    const [again] = await fails([sequence])
    if (again === undefined) return ['It did not happen again.']
    const deadline = Date.now() + SHRINK_MS
    const plainest = await shrink(again, fails, () => Date.now() >= deadline)
    return [
      ...textOf(plainest).map((line) => `  ${line}`),
      ...violationLines(last.get(plainest)),
      `To run it again: ${BY_PROCESS ? 'STEPS=process ' : ''}REPLAY='${JSON.stringify(plainest)}' npm run campaign:roles`,
    ]
  })
}

const violationLines = (end: SequenceEnd | undefined) =>
  (end?.violations ?? []).map(({ text }) => `! ${text}`)

async function main(): Promise<void> {
  if (env['REPLAY'] !== undefined) {
    const sequence = JSON.parse(env['REPLAY']) as Sequence
    await inWorld(async (world) => {
      const end = await runSequence(sequence, 'us-east-1', world)
      console.log([...textOf(sequence), ...violationLines(end)].join('\n'))
      process.exitCode = end.violations.length > 0 ? 1 : 0
    })
    return
  }
  const began = Date.now()
  const ends = await campaign()
  const failing = [...ends].filter(([, { violations }]) => violations.length > 0).sort(byIndex)
  const sum = (figure: (end: SequenceEnd) => number) =>
    [...ends.values()].reduce((total, end) => total + figure(end), 0)
  console.log(
    [
      `roles campaign: ${ends.size} sequences (seed ${SEED})`,
      `${sum(({ steps }) => steps)} steps`,
      `${sum(({ runs }) => runs)} runs`,
      `${sum(({ violations }) => violations.length)} violations in ${failing.length} sequences`,
      `${Math.round((Date.now() - began) / 1000)} s`,
    ].join(', '),
  )
  recordFigures('roles', {
    sequences: ends.size,
    steps: sum(({ steps }) => steps),
    runs: sum(({ runs }) => runs),
    'promises broken': sum(({ violations }) => violations.length),
  })
  const [first] = failing
  if (first === undefined) return
  process.exitCode = 1
  const [index, end] = first
  const sequence = sampled()[index]
  console.log(`fast-check: seed ${SEED}, path ${index}`)
  console.log(violationLines(end).join('\n'))
  if (sequence !== undefined) console.log((await explain(sequence)).join('\n'))
}

const byIndex = ([a]: readonly [number, unknown], [b]: readonly [number, unknown]) => a - b

const { PART } = env
await (PART === undefined ? main() : work(Number(PART)))
