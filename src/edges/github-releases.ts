/** The public release list of the extension, through GitHub's toolkit. Loaded only for `layer-version: latest`. */

import type { Releases } from '../systems/rotel/releases'
import { succeeded } from '../model/result'
import { RELEASES_REPOSITORY } from '../systems/rotel/releases'
import { proxiedFetch } from './proxied-fetch'

const PUBLIC_SERVER = 'https://github.com'
const PUBLIC_API = 'https://api.github.com'
const TIME_LIMIT_MS = 10_000

/**
 * @param token of this runner's GitHub; sent only where that is github.com, for the extension is published there and
 * nowhere else: an Enterprise Server's token has no business on another host. Empty: asked without one.
 */
export function githubReleases(token: string, environment: NodeJS.ProcessEnv): Releases {
  const onPublicGitHub = (environment['GITHUB_SERVER_URL'] ?? PUBLIC_SERVER) === PUBLIC_SERVER
  const baseUrl = onPublicGitHub ? (environment['GITHUB_API_URL'] ?? PUBLIC_API) : PUBLIC_API
  return {
    async list() {
      try {
        // Not `getOctokit`, which refuses to work without a token.
        const { GitHub } = await import('@actions/github/lib/utils')
        const github = new GitHub({
          baseUrl,
          // In place of the toolkit's, so that one rule decides for all clients which proxy is used.
          request: { fetch: proxiedFetch() },
          ...(onPublicGitHub && token !== '' && { auth: token }),
        })
        const { data } = await github.rest.repos.listReleases({
          ...RELEASES_REPOSITORY,
          per_page: 10,
          request: { signal: AbortSignal.timeout(TIME_LIMIT_MS) },
        })
        return succeeded(
          data.map(({ tag_name, draft, prerelease, body }) => ({
            tag: tag_name,
            draft,
            prerelease,
            notes: body ?? '',
          })),
        )
      } catch (thrown) {
        const status =
          thrown instanceof Error && 'status' in thrown ? String(thrown.status) : 'no answer'
        return { ok: false, fault: `GitHub’s release list: ${status}` }
      }
    },
  }
}
