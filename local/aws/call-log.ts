import type { CallEvent, CallLog, CallRecord } from './local-aws'

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
      records.push(record)
      const change = (members: Partial<CallRecord>): void => {
        const position = records.indexOf(record)
        record = { ...record, ...members }
        if (position >= 0) records[position] = record
      }
      return {
        worked: () => change({ worked: true }),
        answered: (status, errorName) => change({ status, errorName, outcome: 'answered' }),
        unanswered: (errorName) => change({ errorName, outcome: 'no-answer' }),
      }
    },
  }
}
