/** Runs in which AWS throttles a share of all calls at random: apply, verify and remove of many functions. */

import { expect } from '@jest/globals'
import { recordFigures } from '../campaign/figures'
import { ROTEL_X86, statusesOf, type World } from './world'

/** Told, so that a failing sequence can be played again. */
const SEED = Number(process.env['THROTTLE_SEED'] ?? 20_26)

/** Each run must end for each function as it would have without. */
export async function throttledAtRandom(
  { aws, main }: Pick<World, 'aws' | 'main'>,
  {
    functions: count,
    share,
  }: {
    readonly functions: number
    /** Of all calls, whatever they are. */
    readonly share: number
  },
): Promise<void> {
  const names = Array.from({ length: count }, (_, i) => `shop-${String(i).padStart(3, '0')}`)
  for (const name of names) {
    const role = aws.iam.createRole({ name: `${name}-role`, inline: { logs: MAY_LOG } }).arn
    aws.lambda.createFunction({ name, role })
  }
  const random = randomNumbers(SEED)
  const handle = aws.faults.add({
    matches: () => random() < share,
    count: Infinity,
    fault: { kind: 'throttle' },
  })
  const endings: readonly (readonly [mode: string, status: string, rotel: number])[] = [
    ['apply', 'written no-verifier', 1],
    ['verify', 'unchanged no-verifier', 1],
    ['remove', 'removed', 0],
  ]
  for (const [mode, status, rotel] of endings) {
    const result = await main({ functions: 'shop-*', 'max-functions': String(count), mode })
    expect({ mode, statuses: statusesOf(result) }).toEqual({
      mode,
      statuses: names.map((name) => `${name}: ${status}`),
    })
    expect({ mode, exitCode: result.exitCode }).toEqual({ mode, exitCode: 0 })
    expect(result.summary).not.toMatch(/(?<!What the extension costs: )not checked (for|whether)/)
    for (const name of names) {
      const attached = aws.lambda.get(name).layers.filter((layer) => layer === ROTEL_X86)
      expect({ name, rotel: attached.length }).toEqual({ name, rotel })
    }
  }
  expect(handle.hits).toBeGreaterThan(count * 4)
  recordFigures('throttles', {
    functions: count,
    'calls throttled': handle.hits,
    'ended otherwise than without': 0,
  })
}

/** A role's own policy. */
export const MAY_LOG = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: '*',
    },
  ],
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** From the first call to the last, as Local AWS counts them. */
export function secondsOfCalls({ calls }: Pick<World['aws'], 'calls'>): number {
  const all = calls.all()
  return ((all.at(-1)?.startedMs ?? 0) - (all[0]?.startedMs ?? 0)) / 1000
}
