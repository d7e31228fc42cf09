/**
 * Where the alias `live` of the function leads while others change things: to where they moved it, to where it was found, or
 * to the version that the step has published and proven.
 */

import { isDeepStrictEqual } from 'node:util'
import type { LocalAws } from '../../local/aws/local-aws'
import { functionNow, type Ours, oursIn } from './outsiders'

const ALIAS = 'live'

export interface AliasWatch {
  /** Somebody else has acted. */
  readonly acted: () => void
  /**
   * @param isTheirs they have moved the alias
   * @param published what is this action's of the version to which the undisturbed step leads the alias
   * @param statuses of the step, without those that have a reason
   */
  readonly faults: (judged: {
    readonly isTheirs: boolean
    readonly published: Ours | undefined
    readonly statuses: readonly string[]
  }) => readonly string[]
}

/** Watches from now on, before the step begins. */
export function watchAlias(aws: LocalAws, comparable: (ours: Ours) => Ours): AliasWatch {
  const before = aws.calls.count()
  const found = aliasOf(aws)
  let theirs = found
  let wasRead = false
  return {
    acted() {
      theirs = aliasOf(aws)
      wasRead = aws.calls
        .all()
        .slice(before)
        .some(({ operation, worked }) => operation === 'GetAlias' && worked)
    },
    faults({ isTheirs, published, statuses }) {
      const now = aliasOf(aws)
      if (functionNow(aws) === undefined) return []
      const left = isTheirs ? theirs : found
      const isPublished = isDeepStrictEqual(publishedBy(aws, comparable), published)
      if (now !== left && !isPublished) {
        return [`lost: the alias leads to ${now ?? 'nothing'}, not to ${left ?? 'nothing'}`]
      }
      // A step that has read it before may move it only from where it was then.
      if (now !== left && isTheirs && wasRead) {
        return [
          `lost: the alias leads to ${now ?? 'nothing'}, and they moved it to ${left ?? 'nothing'}`,
        ]
      }
      return statuses.flatMap((status) => {
        const isBack = /^(blocked|skipped|rolled-back)$/.test(status)
        if (isBack && now !== left) return [`${status}, and the alias leads to ${now ?? 'nothing'}`]
        const isDone = /^(instrumented|unchanged)$/.test(status)
        return isDone && !isTheirs && !isPublished
          ? [`${status}, and the alias leads to ${now ?? 'nothing'}`]
          : []
      })
    },
  }
}

function aliasOf(aws: LocalAws): string | undefined {
  return functionNow(aws)?.aliases[ALIAS]
}

/** What is this action's of the version to which the alias leads; `undefined`: there is no alias. */
export function publishedBy(aws: LocalAws, comparable: (ours: Ours) => Ours): Ours | undefined {
  const version = aliasOf(aws)
  if (version === undefined) return undefined
  return comparable(oursIn(aws.lambda.version('orders', version)))
}
