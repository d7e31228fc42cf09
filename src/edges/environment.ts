/** What the runner's environment variables tell beside the inputs: a folder for files, and the region. */

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'

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

/** Where STS is asked who the caller is: every region gives the same answer. */
export function homeRegion(regions: readonly string[]): string {
  return env['AWS_REGION'] ?? regions[0] ?? 'us-east-1'
}
