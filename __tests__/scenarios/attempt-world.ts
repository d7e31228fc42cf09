/**
 * The world in which an attempt is disturbed: AWS, ClickStack, and GitHub where the attempt needs it. What comes before its
 * step has been run, and the step is next.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ACTIONS_BOT, type LocalGitHub, startLocalGitHub } from '../../local/github'
import { fastTime } from '../../local/runner/fast-time'
import type { Attempt, Inputs } from './disturbed-step'
import { GITHUB_TOKEN, inStack, type StackWorld, WRITER_PASSWORD } from './stack-world'

export interface AttemptWorld {
  readonly world: StackWorld
  readonly github: LocalGitHub | undefined
  /** Of the step. */
  readonly inputs: Inputs
  /** Of the step's time, in ms. */
  readonly now: () => number
}

/** @param timesFaster how much faster time runs for the step and for all servers */
export async function inAttemptWorld(
  attempt: Attempt,
  scenario: (attemptWorld: AttemptWorld) => Promise<void>,
  { timesFaster }: { readonly timesFaster?: number } = {},
): Promise<void> {
  const fast = timesFaster === undefined ? undefined : fastTime(timesFaster)
  const now = () => fast?.clock.now() ?? Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'clickstack-event-'))
  const github = attempt.github && (await aGitHub(attempt.github !== 'comment without GraphQL'))
  try {
    await inStack(
      async (world) => {
        const inputs = await attempt.prepare(world)
        world.aws.iam.settle()
        await scenario({ world, github, inputs, now })
      },
      {
        ...(fast && { aws: { clock: fast.clock } }),
        clickStack: {
          ...(fast && { clockAheadMs: () => fast.clock.now() - Date.now() }),
          users: [{ name: 'writer', password: WRITER_PASSWORD }],
        },
        env: {
          ...fast?.env,
          ...(github && { GITHUB_API_URL: github.url }),
          ...(attempt.github?.startsWith('comment') === true && pullRequest(folder)),
        },
        ...(attempt.protocol && { protocol: attempt.protocol }),
      },
    )
  } finally {
    await github?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of the pull request on which an attempt comments. */
export const PULL = 7
const EXTENSION = 'rotel-dev/rotel-lambda-extension'
/** The bundled version, so that the step ends the same without them. */
const NOTES = [
  '## Lambda Layer Versions by Region',
  '',
  '| Region | x86-64 | arm64 |',
  '|--|--|--|',
  '| us-east-1 | 7 | 7 |',
].join('\n')

function aGitHub(hasGraphQl: boolean): Promise<LocalGitHub> {
  return startLocalGitHub({
    hasGraphQl,
    pulls: [PULL],
    releases: { [EXTENSION]: [{ tag_name: 'v0.1.6', body: NOTES }] },
    tokens: { [GITHUB_TOKEN]: { author: ACTIONS_BOT, isInstallation: true, mayWrite: true } },
  })
}

function pullRequest(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, 'event.json')
  const head = { repo: { full_name: 'example/shop' } }
  writeFileSync(path, JSON.stringify({ pull_request: { number: PULL, head } }))
  return {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: path,
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_JOB: 'plan',
    GITHUB_RUN_ID: '42',
  }
}
