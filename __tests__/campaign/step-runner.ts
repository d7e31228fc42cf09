/** The seam between the campaign and the action: one run, and the post step after it, however they are carried out. */

import type { CallEvent } from '../../local/aws/local-aws'

export interface Kill {
  /** Of the run's calls to AWS, from 1. One that the run does not come to kills nothing. */
  readonly call: number
  readonly moment: 'before' | 'after'
}

export interface RunEnd {
  /** `undefined`: killed. */
  readonly exitCode: number | undefined
  readonly functions: readonly {
    readonly name: string
    readonly status: string
    readonly reason?: string
    readonly detail?: string
  }[]
  /** What the run has left for the post step. */
  readonly state: Readonly<Record<string, string>>
  /** Empty: none was written. */
  readonly restorePath: string
}

export interface StepRunner {
  main(inputs: Readonly<Record<string, string>>, kill?: Kill): Promise<RunEnd>
  /** @returns its exit code */
  post(state: Readonly<Record<string, string>>): Promise<number | undefined>
  /** Deletes what the runs have left on disk. */
  end(): void
}

/** Where the runs of one sequence take place. */
export interface Place {
  readonly region: string
  /** Whether a call that arrives at AWS is about the sequence. */
  readonly isOurs: (call: CallEvent) => boolean
}
