/** A run over many functions of Local AWS, with AWS's quotas and an AWS's latency, and what it has cost. */

import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LocalAws, startLocalAws } from '../../local/aws'
import { startJob, type StepResult } from '../../local/runner/step'

/** An update takes one to two seconds on AWS, a call about this from a runner in the region. */
const UPDATE_MS = 1_200
const LATENCY_MS = 20
const GET_FUNCTION_PER_SECOND = 100
const OTHER_CALLS_PER_SECOND = 15

export interface Fleet {
  readonly functions: number
  readonly by: 'name' | 'pattern'
  readonly smokeTest: boolean
  /** Published versions of each function. */
  readonly versions: number
  /** A second run with functions of its own at the same time; each of both takes half of the quota. */
  readonly hasSecondUser: boolean
}

type Call = ReturnType<LocalAws['calls']['all']>[number]

export interface Measured {
  readonly round: 'first' | 'again'
  readonly exitCode: number | null
  readonly seconds: number
  /** From the first write to the first write after the first wave; 0 where nothing is written. */
  readonly firstWaveSeconds: number
  /** What the quotas allow for one GetFunction and one write of each function, at the share that the run may take. */
  readonly floorSeconds: number
  /** Of both users, where there are two. */
  readonly calls: ReadonlyMap<string, number>
  readonly controlPlane: number
  readonly iam: number
  readonly writes: number
  readonly throttles: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly summaryBytes: number
  /** Exit code of the second user's run. */
  readonly secondUser: number | null | undefined
}

/** @param share of the quota that the run may take, as the input `api-share` has it by default, in (0, 1] */
export async function measureFleet(
  fleet: Fleet,
  share: number,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Measured[]> {
  const aws = await startLocalAws({ updateMs: UPDATE_MS, latencyMs: LATENCY_MS })
  try {
    for (let i = 0; i < fleet.functions; i++) {
      seed(aws, `shop-${String(i)}`, fleet)
      if (fleet.hasSecondUser) seed(aws, `other-${String(i)}`, fleet)
    }
    const measured: Measured[] = []
    for (const round of ['first', 'again'] as const) {
      measured.push(await measureRun(aws, fleet, { round, share, more }))
    }
    return measured
  } finally {
    await aws.close()
  }
}

function seed(aws: LocalAws, name: string, { versions }: Fleet): void {
  aws.lambda.createFunction({ name })
  for (let i = 0; i < versions; i++) {
    // Lambda makes no new version of a function that is unchanged.
    aws.lambda.changeAsSomebodyElse(name, { description: String(i) })
    aws.lambda.publishVersion(name)
  }
}

async function measureRun(
  aws: LocalAws,
  fleet: Fleet,
  {
    round,
    share,
    more,
  }: Pick<Measured, 'round'> & {
    readonly share: number
    readonly more: Readonly<Record<string, string>>
  },
): Promise<Measured> {
  aws.calls.clear()
  const half = fleet.hasSecondUser ? { 'api-share': '50' } : {}
  const other = fleet.hasSecondUser ? drive(aws, 'other', fleet, { ...half, ...more }) : undefined
  const { result, seconds, usage } = await drive(aws, 'shop', fleet, { ...half, ...more })
  const second = await other
  const calls = aws.calls.all()
  const ofLambda = calls.filter(({ service }) => service === 'lambda')
  const updates = ofLambda.filter(({ operation }) => operation === 'UpdateFunctionConfiguration')
  const [first, next] = updates.filter(({ functionName }) => functionName?.startsWith('shop-'))
  const n = fleet.functions
  const taken = fleet.hasSecondUser ? 0.5 : share
  const writes = round === 'first' ? n : 0
  return {
    round,
    exitCode: result.exitCode,
    seconds,
    firstWaveSeconds: first && next ? (next.startedMs - first.startedMs) / 1000 : 0,
    floorSeconds: (n / GET_FUNCTION_PER_SECOND + writes / OTHER_CALLS_PER_SECOND) / taken,
    calls: counted(calls),
    controlPlane: ofLambda.filter(({ operation }) => !operation.startsWith('Invoke')).length,
    iam: calls.filter(({ service }) => service === 'iam').length,
    writes: updates.length,
    throttles: calls.filter(({ status }) => status === 429).length,
    ...usage,
    summaryBytes: Buffer.byteLength(result.summary),
    secondUser: second?.result.exitCode,
  }
}

function counted(calls: readonly Call[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1)
  return counts
}

interface Driven {
  readonly result: StepResult
  readonly seconds: number
  readonly usage: Pick<Measured, 'cpuSeconds' | 'peakBytes'>
}

/** Runs the built action, with a process of its own as the runner starts it. */
async function drive(
  aws: LocalAws,
  prefix: string,
  { functions, by, smokeTest }: Fleet,
  more: Readonly<Record<string, string>>,
): Promise<Driven> {
  const names = Array.from({ length: functions }, (_, i) => `${prefix}-${String(i)}`)
  const job = startJob()
  const usageFile = join(tmpdir(), `bench-usage-${prefix}-${String(process.pid)}.json`)
  const startedAt = performance.now()
  try {
    const result = await job.run({
      name: 'main',
      inputs: {
        functions: by === 'name' ? names.join('\n') : `${prefix}-*`,
        'max-functions': String(functions),
        endpoint: 'https://c.example.com:4317',
        verify: 'none',
        'endpoint-check': 'off',
        'smoke-test': smokeTest ? 'always' : 'never',
        ...more,
      },
      env: {
        ...aws.env,
        NODE_OPTIONS: `--import ${join(import.meta.dirname, 'usage-preload.js')}`,
        BENCH_USAGE: usageFile,
      },
    })
    const seconds = (performance.now() - startedAt) / 1000
    const { cpuMs, peakBytes } = JSON.parse(readFileSync(usageFile, 'utf8')) as {
      readonly cpuMs: number
      readonly peakBytes: number
    }
    return { result, seconds, usage: { cpuSeconds: cpuMs / 1000, peakBytes } }
  } finally {
    job.delete()
    rmSync(usageFile, { force: true })
  }
}
