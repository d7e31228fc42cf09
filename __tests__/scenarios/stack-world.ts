/** A scenario's world with a ClickStack in it: what functions send arrives in a real ClickHouse. */

import { expect } from '@jest/globals'
import { injectionsIn } from '../../local/runner/injections'
import { leaksOf } from '../../local/runner/leaks'
import { type Job, startJob, type Step, type StepResult } from '../../local/runner/step'
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack'
import { CANARY, FOREIGN_SHORT, FOREIGN_VALUE, HEADER_VALUE } from './world'

/** Keys and passwords of the stack itself, which no step may show. */
export const INGESTION_KEY = 'canary-ingestion-5b8e'
export const CLICKHOUSE_PASSWORD = 'canary-clickhouse-91aa'
export const ACCESS_KEY = 'canary-access-key-3f60'
export const GITHUB_TOKEN = 'canary-github-token-5d1c'
/** Of the caller, as a job that assumes a role has them. */
export const SESSION = {
  AWS_SECRET_ACCESS_KEY: 'canary-aws-secret-key-8e02',
  AWS_SESSION_TOKEN: 'canary-aws-session-token-c47d',
}
/** Of ClickHouse's user that functions write with. */
export const WRITER_PASSWORD = 'canary-writer-2e7d'
/** Of a parameter that a function's header refers to: the function alone reads it. */
export const PARAMETER_VALUE = 'canary-parameter-4b1d'

/** Of functions, and of those who invoke them: what is sent, what comes back, and lines of their own (promise P7). */
export const PAYLOAD_VALUE = 'canary-payload-93d7'
export const RESPONSE_VALUE = 'canary-response-6e1b'
export const ERROR_MESSAGE = 'canary-error-message-7a40'
export const LOG_LINE = 'canary-log-line-2c58'

/** No step may show them, whatever their form; and in plain text no value of a test that begins as they do. */
export const SECRETS = [
  CANARY,
  INGESTION_KEY,
  CLICKHOUSE_PASSWORD,
  ACCESS_KEY,
  GITHUB_TOKEN,
  WRITER_PASSWORD,
  PARAMETER_VALUE,
  PAYLOAD_VALUE,
  RESPONSE_VALUE,
  ERROR_MESSAGE,
  LOG_LINE,
  ...Object.values(SESSION),
  HEADER_VALUE,
  FOREIGN_VALUE,
  FOREIGN_SHORT,
  'X-Amz-Signature',
]

/** The steps of one job, whose runner has its own files. */
export interface JobSteps {
  /** Runs the main step against the stack: ClickHouse verifies unless said otherwise. */
  readonly main: (
    inputs: Readonly<Record<string, string>>,
    step?: Partial<Step>,
  ) => Promise<StepResult>
  /** Runs the post step with the state that a main step saved. */
  readonly post: (
    state: Readonly<Record<string, string>>,
    step?: Partial<Step>,
  ) => Promise<StepResult>
  readonly job: Job
}

export interface StackWorld extends LocalStack, JobSteps {
  /** Another job, on a runner of its own. */
  readonly anotherJob: JobSteps
}

/** Runs a scenario in a stack of its own. */
export async function inStack(
  scenario: (world: StackWorld) => Promise<void>,
  {
    env = {},
    ...options
  }: LocalStackOptions & {
    /** Laid over the environment of each step. */
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<void> {
  const verifier = { name: 'verifier', password: CLICKHOUSE_PASSWORD }
  const stack = await startLocalStack({
    ...options,
    clickStack: {
      ingestionKey: { scheme: 'raw', key: INGESTION_KEY },
      accessKey: ACCESS_KEY,
      ...options.clickStack,
      users: [...(options.clickStack?.users ?? []), { ...verifier, readonly: 1 }],
    },
    clickHouseUser: verifier,
  })
  const jobSteps = (job: Job): JobSteps => {
    const run = async (step: Step): Promise<StepResult> => {
      const result = await job.run({
        debug: true,
        ...step,
        env: { ...stack.aws.env, ...SESSION, ...env, ...step.env },
      })
      expect(leaksOf(result, job, SECRETS)).toEqual([])
      expect(injectionsIn(result)).toEqual([])
      return result
    }
    return {
      job,
      post: (state, step) => run({ ...step, name: 'post', state }),
      main: (inputs, step) =>
        run({
          ...step,
          name: 'main',
          inputs: {
            ...stack.inputs,
            'smoke-test': 'always',
            'api-share': '100',
            'verify-timeout': '20',
            headers: `x-team=${HEADER_VALUE}`,
            // The model writes at once; on AWS a minute of silence is asked for.
            'cloudwatch-quiet': '1',
            ...inputs,
          },
        }),
    }
  }
  const [one, another] = [jobSteps(startJob()), jobSteps(startJob())]
  try {
    await scenario({ ...stack, ...one, anotherJob: another })
  } finally {
    for (const { job } of [one, another]) job.delete()
    await stack.close()
  }
}
