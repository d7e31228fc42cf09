/**
 * What a run costs: size of the bundle, time from spawn to the first AWS request beside bare Node, and calls to AWS.
 * `npm run bench`; the runtime of the action is Node 24: `npx -y -p node@24 -c 'npm run bench'`. With
 * `-- --against FOLDER`, another checkout with its own dist/ is started in turns with this one, and only that is measured.
 */

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startLocalAws } from '../local/aws'
import { startJob } from '../local/runner/step'
import { bundleSize, SIZE_LIMITS_BYTES } from './bundle-size'

const root = join(import.meta.dirname, '..')
const ROUNDS = 15
/** Two builds that differ by a few milliseconds need more starts until the machine's noise is out of the medians. */
const ROUNDS_AGAINST = 41

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Milliseconds from spawn to exit of a Node that does nothing. */
function bareNode(): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', () => resolve(performance.now() - startedAt)))
}

/** Milliseconds from spawn of the built main step to its first request. */
async function firstRequest(checkout: string): Promise<number> {
  let arrived: (at: number) => void = () => undefined
  const seen = new Promise<number>((resolve) => (arrived = resolve))
  const server = createServer((_, response) => {
    arrived(performance.now())
    response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' })
    response.end('{"Message":"none"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const job = startJob()
  let startedAt = 0
  try {
    const run = job.run({
      name: 'main',
      checkout,
      inputs: {
        functions: 'orders',
        endpoint: 'https://c.example.com:4317',
        verify: 'none',
        'endpoint-check': 'off',
      },
      env: {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      onStart: () => (startedAt = performance.now()),
    })
    const at = await seen
    await run
    return at - startedAt
  } finally {
    job.delete()
    server.close()
  }
}

async function calls(count: number, inputs: Readonly<Record<string, string>>): Promise<string[]> {
  const aws = await startLocalAws({ updateMs: 1200 })
  const job = startJob()
  try {
    for (let i = 0; i < count; i++) aws.lambda.createFunction({ name: `shop-${String(i)}` })
    const lines: string[] = []
    for (const round of ['first run', 'second run']) {
      aws.calls.clear()
      const startedAt = performance.now()
      await job.run({
        name: 'main',
        inputs: {
          endpoint: 'https://c.example.com:4317',
          verify: 'none',
          'endpoint-check': 'off',
          'smoke-test': 'always',
          ...inputs,
        },
        env: aws.env,
      })
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      const counts = new Map<string, number>()
      for (const { operation } of aws.calls.all()) {
        counts.set(operation, (counts.get(operation) ?? 0) + 1)
      }
      const throttled = aws.calls.all().filter(({ status }) => status === 429).length
      lines.push(
        `${round}: ${seconds} s, ${[...counts].map(([name, n]) => `${String(n)} ${name}`).join(', ')}, ${String(throttled)} throttled`,
      )
    }
    return lines
  } finally {
    job.delete()
    await aws.close()
  }
}

/** Medians of the starts over bare Node, in milliseconds, in the order of the checkouts; all take turns. */
async function overBareNode(rounds: number, checkouts: readonly string[]): Promise<number[]> {
  const bare: number[] = []
  const first = checkouts.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareNode())
    // The order changes each time: nobody always runs in the other's wake.
    const turns = [...checkouts.entries()]
    if (round % 2 === 1) turns.reverse()
    for (const [i, checkout] of turns) first[i]?.push(await firstRequest(checkout))
  }
  return first.map((times) => median(times) - median(bare))
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`

function showSize(checkout: string): boolean {
  const { everyRun, allChunks } = bundleSize(join(checkout, 'dist'))
  console.log(
    `every run loads ${megabytes(everyRun)} (limit ${megabytes(SIZE_LIMITS_BYTES.everyRun)}), all chunks ${megabytes(allChunks)} (limit ${megabytes(SIZE_LIMITS_BYTES.allChunks)})`,
  )
  return everyRun <= SIZE_LIMITS_BYTES.everyRun && allChunks <= SIZE_LIMITS_BYTES.allChunks
}

async function bench(): Promise<void> {
  if (!showSize(root)) process.exitCode = 1
  const [over = NaN] = await overBareNode(ROUNDS, [root])
  console.log(
    `spawn to first AWS request, over bare Node: ${over.toFixed(0)} ms (median of ${String(ROUNDS)})`,
  )
  const names = Array.from({ length: 60 }, (_, i) => `shop-${String(i)}`).join('\n')
  console.log('60 functions by name, an update takes 1.2 s:')
  for (const line of await calls(60, { functions: names })) console.log(`  ${line}`)
  console.log('60 functions by pattern:')
  for (const line of await calls(60, { functions: 'shop-*' })) console.log(`  ${line}`)
}

async function benchAgainst(other: string): Promise<void> {
  showSize(other)
  if (!showSize(root)) process.exitCode = 1
  const [theirs = NaN, ours = NaN] = await overBareNode(ROUNDS_AGAINST, [other, root])
  console.log(
    `spawn to first AWS request, over bare Node: ${theirs.toFixed(0)} ms there, ${ours.toFixed(0)} ms here, ${(ours / theirs).toFixed(2)} times that (medians of ${String(ROUNDS_AGAINST)})`,
  )
}

const { against } = parseArgs({ options: { against: { type: 'string' } } }).values
console.log(`Node ${process.versions.node}`)
await (against === undefined ? bench() : benchAgainst(resolve(against)))
