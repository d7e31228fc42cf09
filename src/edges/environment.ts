/** What the runner's environment variables tell beside the inputs: a folder for files, and the region. */

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { StepPlace } from '../report/comment'

const { env } = process

/** RUNNER_TEMP, which the runner empties after the job. Made if it can be: whoever writes a file there hears the fault. */
export function temporaryFolder(): string {
  const given = env['RUNNER_TEMP'] ?? ''
  const folder = given === '' ? tmpdir() : given
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    // A container may mount it for another user.
  }
  return folder
}

/** Which step of which workflow this is; what the runner does not tell is empty. */
export function stepPlace(): StepPlace {
  const server = env['GITHUB_SERVER_URL'] ?? ''
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const run = env['GITHUB_RUN_ID'] ?? ''
  const isKnown = [server, repository, run].every((text) => text !== '')
  return {
    workflow: env['GITHUB_WORKFLOW'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    run: isKnown ? `${server}/${repository}/actions/runs/${run}` : '',
  }
}

/** Where STS is asked who the caller is: every region gives the same answer. */
export function homeRegion(regions: readonly string[]): string {
  return env['AWS_REGION'] ?? regions[0] ?? 'us-east-1'
}
