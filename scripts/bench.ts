/**
 * What a run costs: size of the bundle, time from spawn to the first AWS request beside bare Node, and fleets on Local AWS
 * with AWS's quotas. `npm run bench` prints the table of docs/performance.md; the runtime of the action is Node 24:
 * `npx -y -p node@24 -c 'npm run bench'`.
 *
 *     npm run bench -- --functions 60             fleets of this size only, without the start-up
 *     npm run bench -- --functions 60 --by name   one of them; also --versions 10, --second-user, --smoke-test
 *     npm run bench -- --input api-share=100      further inputs
 *     npm run bench -- --against FOLDER           start-up beside another checkout with its own dist/, in turns
 */

import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'yaml'
import { type Fleet, measureFleet } from './bench/fleet'
import { overBareNode } from './bench/start-up'
import { HEADER, rowOf } from './bench/table'
import { bundleSize, SIZE_LIMITS_BYTES } from './bundle-size'

const root = join(import.meta.dirname, '..')
const ROUNDS = 15
/** Two builds that differ by a few milliseconds need more starts until the machine's noise is out of the medians. */
const ROUNDS_AGAINST = 41

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`

const { values: options } = parseArgs({
  options: {
    against: { type: 'string' },
    functions: { type: 'string' },
    by: { type: 'string' },
    versions: { type: 'string', default: '0' },
    'second-user': { type: 'boolean', default: false },
    'smoke-test': { type: 'boolean', default: false },
    input: { type: 'string', multiple: true, default: [] },
  },
})

function fleet(functions: number, by: Fleet['by'], more: Partial<Fleet> = {}): Fleet {
  return { functions, by, smokeTest: false, versions: 0, hasSecondUser: false, ...more }
}

const FLEETS: readonly Fleet[] = [
  fleet(60, 'name', { smokeTest: true }),
  fleet(60, 'pattern'),
  fleet(1_000, 'name'),
  fleet(1_000, 'pattern'),
  fleet(1_000, 'pattern', { versions: 10 }),
  fleet(1_000, 'pattern', { hasSecondUser: true }),
  fleet(5_000, 'name'),
  fleet(5_000, 'pattern'),
]

function chosenFleets(): readonly Fleet[] {
  if (options.functions === undefined) return FLEETS
  const ways = options.by === undefined ? (['name', 'pattern'] as const) : [byOf(options.by)]
  return ways.map((by) =>
    fleet(Number(options.functions), by, {
      smokeTest: options['smoke-test'],
      versions: Number(options.versions),
      hasSecondUser: options['second-user'],
    }),
  )
}

function byOf(text: string): Fleet['by'] {
  if (text === 'name' || text === 'pattern') return text
  throw new Error(`--by must be name or pattern, not ${text}`)
}

/** The default of `api-share`, in (0, 1]. */
function defaultShare(): number {
  const { inputs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as {
    readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  }
  return Number(inputs['api-share']?.default) / 100
}

function showSize(checkout: string): void {
  const { everyRun, allChunks } = bundleSize(join(checkout, 'dist'))
  console.log(
    `every run loads ${megabytes(everyRun)} (limit ${megabytes(SIZE_LIMITS_BYTES.everyRun)}), all chunks ${megabytes(allChunks)} (limit ${megabytes(SIZE_LIMITS_BYTES.allChunks)})`,
  )
  const isWithin =
    everyRun <= SIZE_LIMITS_BYTES.everyRun && allChunks <= SIZE_LIMITS_BYTES.allChunks
  if (!isWithin && checkout === root) process.exitCode = 1
}

async function benchStartUp(): Promise<void> {
  showSize(root)
  const [over = NaN] = await overBareNode(ROUNDS, [root])
  console.log(
    `spawn to first AWS request, over bare Node: ${over.toFixed(0)} ms (median of ${String(ROUNDS)})`,
  )
}

async function benchAgainst(other: string): Promise<void> {
  showSize(other)
  showSize(root)
  const [theirs = NaN, ours = NaN] = await overBareNode(ROUNDS_AGAINST, [other, root])
  console.log(
    `spawn to first AWS request, over bare Node: ${theirs.toFixed(0)} ms there, ${ours.toFixed(0)} ms here, ${(ours / theirs).toFixed(2)} times that (medians of ${String(ROUNDS_AGAINST)})`,
  )
}

async function benchFleets(): Promise<void> {
  const inputs = Object.fromEntries(
    options.input.map((text): [string, string] => {
      const at = text.indexOf('=')
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
  const share =
    inputs['api-share'] === undefined ? defaultShare() : Number(inputs['api-share']) / 100
  console.log(HEADER)
  for (const one of chosenFleets()) {
    for (const measured of await measureFleet(one, share, inputs)) {
      console.log(rowOf(one, measured))
      // Beside the table: what the calls were.
      const calls = [...measured.calls].map(([name, n]) => `${String(n)} ${name}`)
      console.error(`  ${calls.join(', ')}`)
    }
  }
}

console.log(`Node ${process.versions.node}`)
if (options.against !== undefined) await benchAgainst(resolve(options.against))
else {
  if (options.functions === undefined) await benchStartUp()
  await benchFleets()
}
