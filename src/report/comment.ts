/**
 * The plan as a comment of the pull request: one comment, which each run updates. It is found by its author and by a marker
 * in its first line, which readers do not see.
 */

import { createHash } from 'node:crypto'
import { byText } from '../model/order'
import type { Result } from '../model/result'
import type { Targets } from '../pipeline/select/targets'
import { code, plain, withoutReferences } from './markdown'
import type { Report } from './report'
import { planTitle, renderPlan } from './summary'

export interface StickyComment {
  /** The beginning of the body. */
  readonly marker: string
  /** Markdown, at most 65,536 characters. */
  readonly body: string
}

export type CommentFault =
  | { readonly kind: 'no-token' | 'no-pull-request' }
  /** `status` is of HTTP; `undefined`: GitHub did not answer. */
  | { readonly kind: 'refused'; readonly status: number | undefined; readonly text: string }

/** The comments of the pull request that started the workflow. */
export interface PullRequestComments {
  /** Writes the comment, or updates the one of this author that begins with the same marker. */
  put(comment: StickyComment): Promise<Result<'created' | 'updated', CommentFault>>
}

/** Which step of which workflow the plan is of, as the runner tells; empty: not known. */
export interface StepPlace {
  readonly workflow: string
  readonly job: string
  /** URL of the run. */
  readonly run: string
}

/**
 * Steps have comments of their own: a workflow may plan several times, in jobs, in a matrix (by region, account, shard or
 * list of functions), or for `remove`. The order of lists tells nothing.
 */
function keyOf(
  { workflow, job }: StepPlace,
  { mode, account }: Pick<Report, 'mode' | 'account'>,
  { selectors, tags, stacks, regions, shard }: Targets,
): string {
  const sorted = (texts: readonly string[]) => [...texts].sort(byText)
  const parts = [
    workflow,
    job,
    mode,
    account ?? '',
    sorted(regions),
    sorted(selectors.map(({ kind, text }) => `${kind} ${text}`)),
    sorted(tags.map((tag) => JSON.stringify(tag))),
    sorted(stacks),
    shard === undefined ? '' : `${String(shard.index)}/${String(shard.of)}`,
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}

/** Longest name of a workflow or a job that is shown, in characters. */
const LONGEST_NAME = 100

/** The plan, under its verdict. */
export function commentOf(report: Report, targets: Targets, place: StepPlace): StickyComment {
  const marker = `<!-- clickstack-for-aws-lambda ${keyOf(place, report, targets)} -->`
  const name = (text: string) => withoutReferences(plain(text.slice(0, LONGEST_NAME)))
  const from = [place.workflow, place.job].filter((text) => text !== '').map(name)
  const by = place.run === '' ? '' : ` · [run](${encodeURI(place.run)})`
  const inAccount = report.account === undefined ? '' : `Account ${code(report.account)} · `
  return {
    marker,
    body: [
      marker,
      withoutReferences(planTitle(report)),
      renderPlan(report).trimEnd(),
      `<sub>${inAccount}${from.join(' / ')}${by} · Each run updates this comment.</sub>`,
    ].join('\n\n'),
  }
}

/** Why there is no comment: a warning, for the plan itself is as good without. */
export function commentWarning(fault: CommentFault): string {
  const what = 'The plan was not written as a comment'
  switch (fault.kind) {
    case 'no-pull-request':
      return `${what}: this workflow was not started by a pull request. The job summary has the plan.`
    case 'no-token':
      return `${what}: \`github-token\` is empty. Set it, or leave it out.`
    case 'refused': {
      const { status, text } = fault
      const words = text === '' ? '' : `: ${text}`
      if (status === undefined)
        return `${what}: GitHub did not answer. The job summary has the plan.`
      const because = `${what}: GitHub answered ${String(status)}${words}.`
      return status === 403 || status === 404
        ? `${because} The job needs \`permissions: pull-requests: write\`; the token of a pull request from a fork may not write. The job summary has the plan.`
        : `${because} The job summary has the plan.`
    }
  }
}
