/** The input `shard`: which share of the selection this job takes, such as `2/5`. */

import type { Shard } from '../pipeline/select/targets'
import type { InputReader } from './input-reader'

/** A matrix has no more jobs (GitHub Actions, usage limits). */
const MOST_SHARDS = 256

/** @returns `undefined`: all of it */
export function parseShard(inputs: InputReader): Shard | undefined {
  const given = inputs.read('shard').trim()
  if (given === '') return undefined
  const [, first = '', second = ''] = /^(\d{1,3})\s*\/\s*(\d{1,3})$/.exec(given) ?? []
  const shard = { index: Number(first), of: Number(second) }
  if (first !== '' && shard.index >= 1 && shard.index <= shard.of && shard.of <= MOST_SHARDS) {
    return shard
  }
  inputs.problem(
    'shard',
    `\`shard\` is ${inputs.show(given)}. Set the share of this job and the number of jobs, from \`1/1\` to \`${String(MOST_SHARDS)}/${String(MOST_SHARDS)}\`, such as \`2/5\`.`,
  )
  return undefined
}
