/** Reads CHANGELOG.md, which has the format of keepachangelog.com. */

import { type Result, succeeded } from '../src/model/result'

/**
 * The section of the version that a tag names, without its heading.
 * @param tag as git has it: `v1.4.2`
 * @param version of package.json, which has to be the same
 */
export function releaseNotes(
  tag: string,
  version: string,
  changelog: string,
): Result<string, string> {
  if (tag !== `v${version}`) {
    return { ok: false, fault: `The tag is ${tag}, but package.json has the version ${version}.` }
  }
  const section = changelog
    .split(/^## /m)
    .find((text) => text.startsWith(`[${version}] - `) || text.startsWith(`${version} - `))
  const notes = section
    ?.split('\n')
    .slice(1)
    .join('\n')
    .replace(/^\[.+\]: .+$/gm, '')
    .trim()
  if (notes === undefined || notes === '') {
    return { ok: false, fault: `CHANGELOG.md has no notes for ${version}.` }
  }
  return succeeded(notes)
}
