/**
 * Shares a selection among the jobs of a matrix. Each job computes its own share, so the share of a function depends on
 * nothing but the name of its role: jobs whose lists differ, because a function is created meanwhile, still leave none
 * out. Functions that share a role are never split, for their role has one writer at a time (promise P9).
 */

import { createHash } from 'node:crypto'
import type { Target } from './target'
import type { Shard } from './targets'

export interface Sharing {
  readonly shard: Shard
  /** Functions of this shard. */
  readonly taken: number
  /** Functions of the selection, in all shards together. */
  readonly total: number
  /** The role whose functions alone are more than a shard's even share, if there is one. */
  readonly largest: { readonly role: string; readonly functions: number } | undefined
}

type Sharable =
  Pick<Extract<Target, { kind: 'found' }>, 'kind' | 'fn'> | Extract<Target, { kind: 'missing' }>

/** From 1 to `of`. The same for everything that shares the execution role, whatever else is selected. */
function shardOf(target: Sharable, of: number): number {
  const hash = createHash('sha256').update(unitOf(target)).digest()
  return (hash.readUInt32BE(0) % of) + 1
}

/** @returns the targets of this shard, in their order */
export function inShard<One extends Sharable>(
  targets: readonly One[],
  { index, of }: Shard,
): { readonly targets: readonly One[]; readonly sharing: Sharing } {
  const sizes = new Map<string, number>()
  for (const target of targets) {
    const unit = unitOf(target)
    sizes.set(unit, (sizes.get(unit) ?? 0) + 1)
  }
  const [largest] = [...sizes].toSorted(([, a], [, b]) => b - a)
  const isTooLarge = largest !== undefined && largest[1] > 1 && largest[1] * of > targets.length
  const share = targets.filter((target) => shardOf(target, of) === index)
  return {
    targets: share,
    sharing: {
      shard: { index, of },
      taken: share.length,
      total: targets.length,
      largest: isTooLarge ? { role: largest[0], functions: largest[1] } : undefined,
    },
  }
}

/** Of a function that is not there, its name: exactly one shard reports it. */
function unitOf(target: Sharable): string {
  if (target.kind === 'missing') return `${target.region} ${target.name}`
  return target.fn.roleArn ?? target.fn.arn.text
}
