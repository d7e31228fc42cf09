/** How long a run takes from spawn to its first request to AWS, beside a Node that does nothing. */

import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { startJob } from '../../local/runner/step'

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

/** Medians of the starts over bare Node, in milliseconds, in the order of the checkouts; all take turns. */
export async function overBareNode(
  rounds: number,
  checkouts: readonly string[],
): Promise<readonly number[]> {
  const bare: number[] = []
  const first = checkouts.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    bare.push(await bareNode())
    // The order changes each time, so that neither build always runs after the other.
    const turns = [...checkouts.entries()]
    if (round % 2 === 1) turns.reverse()
    for (const [i, checkout] of turns) first[i]?.push(await firstRequest(checkout))
  }
  return first.map((times) => median(times) - median(bare))
}
