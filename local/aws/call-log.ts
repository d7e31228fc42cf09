/** What was called, in which order, and how each call ended. */
import type { CallEvent } from './protocol/service'

interface CallRecord extends CallEvent {
  readonly startedMs: number
  /** HTTP status of the answer; undefined while it runs, and when none was sent. */
  readonly status: number | undefined
  readonly errorName: string | undefined
  readonly outcome: 'running' | 'answered' | 'no-answer'
  /** Whether the work was done: true also for a lost answer. */
  readonly worked: boolean
}

export interface CallLog {
  /** All calls since the start or the last `clear`, in order of arrival. */
  all(): readonly CallRecord[]
  of(operation: string, functionName?: string): readonly CallRecord[]
  count(operation?: string, functionName?: string): number
  clear(): void
}

export interface CallRecorder {
  readonly log: CallLog
  begin(event: CallEvent, startedMs: number): RecordedCall
}

export interface RecordedCall {
  worked(): void
  answered(status: number, errorName: string | undefined): void
  unanswered(errorName?: string): void
}

/** Every call that arrived, whatever became of it. */
export function createCallRecorder(): CallRecorder {
  let records: CallRecord[] = []

  const matching = (operation?: string, functionName?: string): readonly CallRecord[] =>
    records.filter(
      (record) =>
        (operation === undefined || record.operation === operation) &&
        (functionName === undefined || record.functionName === functionName),
    )

  return {
    log: {
      all: () => [...records],
      of: matching,
      count: (operation, functionName) => matching(operation, functionName).length,
      clear: () => {
        records = []
      },
    },
    begin: (event, startedMs) => {
      let record: CallRecord = {
        ...event,
        startedMs,
        status: undefined,
        errorName: undefined,
        outcome: 'running',
        worked: false,
      }
      // After `clear` it is in a list that nobody looks at any more.
      const list = records
      const position = list.push(record) - 1
      const change = (members: Partial<CallRecord>): void => {
        record = { ...record, ...members }
        list[position] = record
      }
      return {
        worked: () => change({ worked: true }),
        answered: (status, errorName) => change({ status, errorName, outcome: 'answered' }),
        unanswered: (errorName) => change({ errorName, outcome: 'no-answer' }),
      }
    },
  }
}
