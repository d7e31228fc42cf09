/** Reads what started the workflow, as GitHub's toolkit knows it. */

import type { Trigger } from '../inputs/trigger'

/** The toolkit, and with it GitHub's client, is loaded for pull requests only: other events have no head to look at. */
export async function readTrigger(environment: NodeJS.ProcessEnv): Promise<Trigger> {
  const event = environment['GITHUB_EVENT_NAME'] ?? ''
  if (!event.startsWith('pull_request')) return { event, fromFork: false }
  const head = await headRepository()
  return { event, fromFork: head === undefined || head !== environment['GITHUB_REPOSITORY'] }
}

/** As far as it is read here. GitHub answers `null` for the repository of a fork that was deleted. */
interface PullRequest {
  readonly head?: { readonly repo?: { readonly full_name?: unknown } | null }
}

/** `owner/name` of a pull request's head; `undefined` where the event has none or cannot be read. */
async function headRepository(): Promise<unknown> {
  try {
    // The event is parsed when the toolkit is loaded: one that is not JSON rejects here.
    const { context } = await import('@actions/github')
    const pullRequest = context.payload.pull_request as PullRequest | undefined
    return pullRequest?.head?.repo?.full_name
  } catch {
    return undefined
  }
}
