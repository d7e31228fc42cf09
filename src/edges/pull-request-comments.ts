/** The comment of a pull request, through GitHub's toolkit. Loaded only for `comment: true`. */

import { membersOf, numberOf, textOf } from '../model/json'
import { shortened } from '../model/redaction'
import { succeeded } from '../model/result'
import type { PullRequestComments, StickyComment } from '../report/comment'
import { shownWords } from './known-values'
import { githubClient, type GitHubClient, messageIn, statusIn } from './github'

const TIME_LIMIT_MS = 10_000
/** For all pages of comments, of which a pull request may have dozens. */
const LISTING_LIMIT_MS = 60_000
/** As many as GitHub gives. */
const PAGE_SIZE = 100

/** Who comments with GITHUB_TOKEN, where GitHub does not tell who a token is. */
const ACTIONS_BOT = 'github-actions[bot]'

/** @param token of this runner's GitHub; empty: there is none */
export function pullRequestComments(
  token: string,
  environment: NodeJS.ProcessEnv,
): PullRequestComments {
  const baseUrl = environment['GITHUB_API_URL'] ?? 'https://api.github.com'
  const [owner = '', repo = ''] = (environment['GITHUB_REPOSITORY'] ?? '').split('/')
  return {
    async put(comment) {
      try {
        const number = await pullRequestNumber()
        if (number === undefined) return { ok: false, fault: { kind: 'no-pull-request' } }
        if (token === '') return { ok: false, fault: { kind: 'no-token' } }
        const github = await githubClient(baseUrl, token)
        const place = { owner, repo, issue_number: number }
        const author = await authorOf(github)
        const known = await find(github, place, author, comment.marker)
        return succeeded(await write(github, place, known, comment))
      } catch (thrown) {
        const status = statusIn(thrown)
        const text = shortened(shownWords(messageIn(thrown)))
        return { ok: false, fault: { kind: 'refused', status, text } }
      }
    },
  }
}

interface Place {
  readonly owner: string
  readonly repo: string
  readonly issue_number: number
}

/** Of the event; a comment on a pull request comes as one on an issue. `undefined`: the event has none. */
async function pullRequestNumber(): Promise<number | undefined> {
  // The event is parsed when the toolkit is loaded.
  const { context } = await import('@actions/github')
  const { pull_request: pull, issue } = membersOf(context.payload)
  const fromIssue = membersOf(issue)['pull_request'] === undefined ? undefined : issue
  return numberOf(membersOf(pull ?? fromIssue)['number'])
}

const inTime = (limitMs = TIME_LIMIT_MS) => ({
  request: { signal: AbortSignal.timeout(limitMs) },
})

/**
 * The login under which the token comments. An installation token, as GITHUB_TOKEN is, may not ask `GET /user`, but who
 * the viewer is.
 */
async function authorOf(github: GitHubClient): Promise<string> {
  try {
    const answer: unknown = await github.graphql('query { viewer { login } }', inTime())
    const login = textOf(membersOf(membersOf(answer)['viewer'])['login'])
    if (login !== undefined) return login
  } catch (thrown) {
    if (statusIn(thrown) === 401) throw thrown
  }
  try {
    const { data } = await github.rest.users.getAuthenticated(inTime())
    return data.login
  } catch (thrown) {
    if (statusIn(thrown) === 401) throw thrown
    return ACTIONS_BOT
  }
}

/**
 * The oldest comment that begins with the marker and is the token's own: anybody may quote the marker, and the same bot may
 * quote it elsewhere in a text.
 */
async function find(
  github: GitHubClient,
  place: Place,
  author: string,
  marker: string,
): Promise<number | undefined> {
  const { listComments } = github.rest.issues
  // The toolkit's own paging hands no signal on: a GitHub that does not answer would be waited for for five minutes.
  const limit = inTime(LISTING_LIMIT_MS)
  for (let page = 1; ; page++) {
    const { data } = await listComments({ ...place, per_page: PAGE_SIZE, page, ...limit })
    const own = data.find(
      ({ user, body }) => user?.login === author && body?.startsWith(marker) === true,
    )
    if (own) return own.id
    if (data.length < PAGE_SIZE) return undefined
  }
}

/** Where somebody has deleted it since it was found, it is written anew. */
async function write(
  github: GitHubClient,
  place: Place,
  known: number | undefined,
  { body }: StickyComment,
): Promise<'created' | 'updated'> {
  const { owner, repo } = place
  if (known !== undefined) {
    try {
      await github.rest.issues.updateComment({ owner, repo, comment_id: known, body, ...inTime() })
      return 'updated'
    } catch (thrown) {
      if (statusIn(thrown) !== 404) throw thrown
    }
  }
  await github.rest.issues.createComment({ ...place, body, ...inTime() })
  return 'created'
}
