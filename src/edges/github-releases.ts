/** The public release list of the extension, through GitHub's toolkit. Loaded only for `layer-version: latest`. */

import type { Releases } from '../systems/rotel/releases'
import { membersOf, textOf } from '../model/json'
import { succeeded } from '../model/result'
import { RELEASES_REPOSITORY } from '../systems/rotel/releases'
import { githubClient, statusIn } from './github'

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
        const github = await githubClient(baseUrl, onPublicGitHub ? token : '')
        const { data } = await github.rest.repos.listReleases({
          ...RELEASES_REPOSITORY,
          per_page: 10,
          request: { signal: AbortSignal.timeout(TIME_LIMIT_MS) },
        })
        return succeeded(
          data.map((release: unknown) => {
            const { tag_name: tag, draft, prerelease, body } = membersOf(release)
            // One that GitHub does not describe as it should is as good as none.
            const isRelease = draft === false && prerelease === false
            return {
              tag: textOf(tag) ?? '',
              draft: !isRelease,
              prerelease: !isRelease,
              notes: textOf(body) ?? '',
            }
          }),
        )
      } catch (thrown) {
        const status = String(statusIn(thrown) ?? 'no answer')
        return { ok: false, fault: `GitHub’s release list: ${status}` }
      }
    },
  }
}
