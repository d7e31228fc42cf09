/** Runs of the built action, each a process as on the runner, in time that runs faster. */

import type { CallEvent, CallListener, LocalAws } from '../../local/aws/local-aws'
import { startJob } from '../../local/runner/step'
import type { FastTime } from '../../local/runner/fast-time'
import type { Place, RunEnd, StepRunner } from './step-runner'

export function byProcess(aws: LocalAws, { region, isOurs }: Place, time: FastTime): StepRunner {
  const job = startJob()
  const env = { ...aws.env, ...time.env, AWS_REGION: region }
  return {
    async main(inputs, kill) {
      let die: () => Promise<void> = () => Promise.resolve()
      let count = 0
      const listener: CallListener = async (call: CallEvent) => {
        if (isOurs(call) && ++count === kill?.call) await die()
      }
      const stop = kill?.moment === 'before' ? aws.onCall(listener) : aws.onWorkDone(listener)
      const result = await job.run({
        name: 'main',
        inputs,
        env,
        onStart(child) {
          const dead = new Promise<void>((resolve) => child.on('exit', () => resolve()))
          die = () => {
            child.kill('SIGKILL')
            return dead
          }
        },
      })
      stop()
      const { functions } = JSON.parse(result.outputs['functions'] ?? '{"functions":[]}') as {
        functions: RunEnd['functions']
      }
      return {
        exitCode: result.killedBy === null ? (result.exitCode ?? 1) : undefined,
        functions,
        state: result.state,
        restorePath: result.outputs['restore-path'] ?? '',
      }
    },
    async post(state) {
      const { exitCode } = await job.run({ name: 'post', state, env })
      return exitCode ?? undefined
    },
    end: () => job.delete(),
  }
}
