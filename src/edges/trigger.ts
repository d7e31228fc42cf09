/** Reads from the runner's files what started the workflow. */

import { readFileSync } from 'node:fs'
import type { Trigger } from '../inputs/trigger'

export function readTrigger(environment: NodeJS.ProcessEnv): Trigger {
  return {
    event: environment['GITHUB_EVENT_NAME'] ?? '',
    fromFork: headRepository(environment['GITHUB_EVENT_PATH']) !== environment['GITHUB_REPOSITORY'],
  }
}

/** `owner/name` of a pull request's head; `undefined` where the event has none or cannot be read. */
function headRepository(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    const event: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const name = ['pull_request', 'head', 'repo', 'full_name'].reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[key]
          : undefined,
      event,
    )
    return typeof name === 'string' ? name : undefined
  } catch {
    return undefined
  }
}
