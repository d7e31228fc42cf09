/** Where a step of the demo runs: Local AWS, and a ClickStack, which is local or the reader's own. */

import { startLocalAws, type LocalAws } from '../aws/index'
import { rotelExporters } from '../rotel/exporters'
import { type Job, startJob, type StepResult } from '../runner/step'
import { startLocalStack } from '../stack/index'

export interface DemoWorld {
  readonly aws: LocalAws
  /** Runs the built action; lines of its log as they are printed. */
  run(
    inputs: Readonly<Record<string, string>>,
    onLine?: (line: string) => void,
  ): Promise<StepResult>
  /** The post step of the run before. */
  finish(before: StepResult): Promise<StepResult>
  close(): Promise<void>
}

/** A collector on the network hands rows on in batches, every few seconds. */
const OWN_VERIFY_TIMEOUT_SECONDS = '30'

/** @param own inputs that lead to a ClickStack of the reader; `undefined`: a local one is started */
export async function startWorld(
  own: Readonly<Record<string, string>> | undefined,
): Promise<DemoWorld> {
  if (own !== undefined) {
    const aws = await startLocalAws({ telemetry: rotelExporters() })
    const inputs = { ...own, 'verify-timeout': OWN_VERIFY_TIMEOUT_SECONDS }
    return worldOf(aws, inputs, () => aws.close())
  }
  const stack = await startLocalStack()
  const inputs = {
    ...stack.inputs,
    'verify-timeout': '8',
    'hyperdx-url': stack.clickStack.hyperDxUrl,
  }
  return worldOf(stack.aws, inputs, () => stack.close())
}

function worldOf(
  aws: LocalAws,
  clickStack: Readonly<Record<string, string>>,
  close: () => Promise<void>,
): DemoWorld {
  const job: Job = startJob()
  return {
    aws,
    run: (inputs, onLine) =>
      job.run({
        name: 'main',
        inputs: {
          ...clickStack,
          'service-name': '{function}',
          'resource-attributes': 'deployment.environment=production',
          'smoke-test': 'always',
          ...inputs,
        },
        env: aws.env,
        ...(onLine === undefined ? {} : { onLine }),
      }),
    finish: ({ state }) => job.run({ name: 'post', env: aws.env, state }),
    async close() {
      job.delete()
      await close()
    },
  }
}
