/** GitHub's client, through its toolkit, which is loaded when it is asked for. */

import { membersOf, textOf } from '../model/json'
import { proxiedFetch } from './proxied-fetch'

/** @param token empty: asked without one. Not `getOctokit`, which refuses to work so */
export async function githubClient(baseUrl: string, token: string) {
  const { GitHub } = await import('@actions/github/lib/utils')
  return new GitHub({
    baseUrl,
    // In place of the toolkit's, so that one rule decides for all clients which proxy is used.
    request: { fetch: proxiedFetch() },
    ...(token !== '' && { auth: token }),
  })
}

export type GitHubClient = Awaited<ReturnType<typeof githubClient>>

/** The HTTP status of an answer that the client throws; `undefined`: there was none. */
export function statusIn(thrown: unknown): number | undefined {
  const { status } = membersOf(thrown)
  return typeof status === 'number' ? status : undefined
}

/** What GitHub says in it. */
export function messageIn(thrown: unknown): string {
  const { data } = membersOf(membersOf(thrown)['response'])
  return textOf(membersOf(data)['message']) ?? ''
}
