/** What a run says of the share of the selection that it takes (`shard`). */

import type { Sharing } from '../pipeline/select/shard'
import { functionsText } from './headline'

/** `shard 2/5 of 1204 functions` */
export function shareText({ shard: { index, of }, total }: Sharing): string {
  return `shard ${String(index)}/${String(of)} of ${functionsText(total)}`
}

export function sharingNotes(sharing: Sharing | undefined): readonly string[] {
  if (sharing === undefined) return []
  const { largest, taken } = sharing
  const share = `This run takes ${shareText(sharing)}: ${functionsText(taken)}. Functions that share an execution role are never split.`
  return largest === undefined
    ? [share]
    : [
        share,
        `${functionsText(largest.functions)} use the role ${largest.role}, which is more than an even share: the shards differ in size.`,
      ]
}
