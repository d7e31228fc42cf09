/** What every scenario has: a Local AWS, a job of the runner, and a look at what came of it. README.md tells how to add one. */

import { expect } from '@jest/globals'
import { startLocalAws } from '../../local/aws'
import type { FunctionView, LocalAws, LocalAwsOptions } from '../../local/aws/local-aws'
import { injectionsIn } from '../../local/runner/injections'
import { leaksOf } from '../../local/runner/leaks'
import { type Job, startJob, type Step, type StepResult } from '../../local/runner/step'

/** Secrets that no step may ever show. Each test's functions and inputs carry them. */
export const API_KEY = 'canary-api-key-0d9f'
export const HEADER_VALUE = 'canary-header-77b1'
export const FOREIGN_VALUE = 'canary-foreign-4c2a'
export const FOREIGN_SHORT = 'q7z'
/** How each secret of a test begins: half of one is found, too, and one that a single test has. */
export const CANARY = 'canary-'
/** Part of each presigned URL that GetFunction answers with. */
const PRESIGNED = 'X-Amz-Signature'

/** No step may show them. */
export const SECRETS = [CANARY, API_KEY, HEADER_VALUE, FOREIGN_VALUE, FOREIGN_SHORT, PRESIGNED]

/** A function's own variables. */
export const FOREIGN = { DB_PASSWORD: FOREIGN_VALUE, MODE: FOREIGN_SHORT }

/** Inputs of an ordinary run. */
export const INPUTS = {
  endpoint: 'https://clickstack.example.com:4317',
  'api-key': API_KEY,
  headers: `x-team=${HEADER_VALUE}`,
  verify: 'none',
  // The endpoint is a name only: nobody is to be asked outside of this machine.
  'endpoint-check': 'off',
  'smoke-test': 'always',
  // Tests do not wait for the half of the quota that a guest leaves to others.
  'api-share': '100',
}

type RunStep = (
  given: Readonly<Record<string, string>>,
  step?: Partial<Step>,
) => Promise<StepResult>

export interface World {
  readonly aws: LocalAws
  readonly job: Job
  /** Runs the main step with INPUTS and these, and checks that nothing has leaked. */
  readonly main: RunStep
  /** Runs the post step with the state that a main step saved. */
  readonly post: RunStep
  readonly end: () => Promise<void>
}

export async function aWorld(options: LocalAwsOptions = {}): Promise<World> {
  const aws = await startLocalAws(options)
  const job = startJob()
  const run = async (step: Step): Promise<StepResult> => {
    const result = await job.run({ ...step, env: { ...aws.env, ...step.env } })
    expect(leaksOf(result, job, SECRETS)).toEqual([])
    expect(injectionsIn(result)).toEqual([])
    return result
  }
  return {
    aws,
    job,
    main: (inputs, step) =>
      run({ debug: true, ...step, name: 'main', inputs: { ...INPUTS, ...inputs } }),
    post: (state, step) => run({ debug: true, ...step, name: 'post', state }),
    async end() {
      job.delete()
      await aws.close()
    },
  }
}

/** Runs a scenario in a world of its own. */
export async function inWorld(
  scenario: (world: World) => Promise<void>,
  options?: LocalAwsOptions,
): Promise<void> {
  const world = await aWorld(options)
  try {
    await scenario(world)
  } finally {
    await world.end()
  }
}

interface FunctionOutput {
  readonly name: string
  readonly status: string
  readonly reason?: string
  readonly detail?: string
  readonly changed: boolean
}

/** The `functions` output. */
export function functionsOf({ outputs }: StepResult): readonly FunctionOutput[] {
  const parsed = JSON.parse(outputs['functions'] ?? '{}') as { functions: FunctionOutput[] }
  return parsed.functions
}

/** `name: status reason` of each function, sorted by name. */
export function statusesOf(result: StepResult): readonly string[] {
  return functionsOf(result)
    .map(({ name, status, reason }) => [`${name}: ${status}`, reason].filter(Boolean).join(' '))
    .sort()
}

/** What the user owns of a function's configuration, for "as it was found". */
export function configurationOf({ layers, variables }: FunctionView) {
  return { layers, variables }
}

export const ROTEL_X86 = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64:7'
export const ROTEL_ARM = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-arm64:7'
