/**
 * What a run costs: size of the bundle, time from spawn to the first AWS request beside bare Node, and calls to AWS.
 * `npm run bench`; the runtime of the action is Node 24: `npx -y -p node@24 -c 'npm run bench'`.
 */

import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { startLocalAws } from '../local/aws'
import { startJob } from '../local/runner/step'

const dist = join(import.meta.dirname, '..', 'dist')
const ROUNDS = 15

/** Of the contract: all that may be loaded, and the start over bare Node 24. */
const SIZE_LIMIT_BYTES = 4_300_000
const START_LIMIT_MS = 220

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** Milliseconds from spawn to exit of a Node that does nothing. */
function bareNode(): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', () => resolve(performance.now() - startedAt)))
}

/** Milliseconds from spawn of the built main step to its first request. */
async function firstRequest(): Promise<number> {
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

const files = readdirSync(dist).filter((name) => name.endsWith('.js'))
const size = (name: string) => statSync(join(dist, name)).size
console.log(`Node ${process.versions.node}`)
const bytes = files.reduce((sum, name) => sum + size(name), 0)
console.log(
  `bundle: ${(bytes / 1e6).toFixed(2)} MB, of which index.js ${(size('index.js') / 1e6).toFixed(2)} MB (limit ${String(SIZE_LIMIT_BYTES / 1e6)} MB)`,
)
const bare: number[] = []
const first: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await bareNode())
  first.push(await firstRequest())
}
const overBare = median(first) - median(bare)
console.log(
  `spawn to first AWS request: ${median(first).toFixed(0)} ms, bare Node ${median(bare).toFixed(0)} ms, over it ${overBare.toFixed(0)} ms (medians of ${String(ROUNDS)}; limit ${String(START_LIMIT_MS)} ms)`,
)
if (bytes > SIZE_LIMIT_BYTES || overBare > START_LIMIT_MS) process.exitCode = 1
const names = Array.from({ length: 60 }, (_, i) => `shop-${String(i)}`).join('\n')
console.log('60 functions by name, an update takes 1.2 s:')
for (const line of await calls(60, { functions: names })) console.log(`  ${line}`)
console.log('60 functions by pattern:')
for (const line of await calls(60, { functions: 'shop-*' })) console.log(`  ${line}`)
