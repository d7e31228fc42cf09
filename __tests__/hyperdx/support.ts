/** What the tests of this folder ask for and lay down: functions, their rows as Rotel writes them, a quick clock. */

import { setTimeout as delay } from 'node:timers/promises'
import type { LogRecord, Telemetry } from '../../local/otlp/telemetry'
import type { Clock } from '../../src/model/clock'
import type { Result } from '../../src/model/result'
import type { Sought, StoreFault } from '../../src/systems/clickstack/telemetry-store'
import { logsOf } from '../clickstack/telemetry-samples'

export const REGION = 'eu-west-1'
export const ACCOUNT = '123456789012'

export interface TestClock extends Clock {
  /** Every wait that was asked for, in ms. */
  readonly sleeps: number[]
}

/** Keeps account of waits; sleeps for real, but never longer than `longest`. */
export function testClock(longest = 20): TestClock {
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => Date.now(),
    async sleep(ms) {
      sleeps.push(ms)
      await delay(Math.min(ms, longest))
    },
  }
}

export function sought(functionName: string, more: Partial<Sought> = {}): Sought {
  return {
    key: `arn:aws:lambda:${more.region ?? REGION}:123456789012:function:${functionName}`,
    functionName,
    region: REGION,
    account: ACCOUNT,
    accountInRows: 'written',
    version: '$LATEST',
    serviceName: functionName,
    since: Date.now() - 60_000,
    lookBackTo: Date.now() - 86_400_000,
    requestIds: [],
    byRequestIdOnly: false,
    ownLines: [],
    ...more,
  }
}

export interface Row extends Partial<LogRecord> {
  /** Default now. */
  readonly agoMs?: number
}

/** Logs of a function at times of the past, with what Rotel says of its resource. */
export function rotelLogs(
  name: string,
  rows: readonly Row[],
  resource: Readonly<Record<string, string>> = {},
): Telemetry {
  return logsOf(
    name,
    rows.map(({ agoMs = 0, ...row }) => ({
      time: BigInt(Date.now() - agoMs) * 1_000_000n,
      ...row,
    })),
    { 'faas.invoked_region': REGION, 'cloud.account.id': ACCOUNT, ...resource },
  )
}

export const startLine: Row = {
  body: 'INFO Starting Rotel. version=0.1.6\n',
  attributes: { type: 'extension' },
}

export function valueOf<T>(result: Result<T, StoreFault>): T {
  if (!result.ok) throw new Error(`${result.fault.kind}: ${result.fault.text}`)
  return result.value
}

export function faultOf(result: Result<unknown, StoreFault>): StoreFault {
  if (result.ok) throw new Error('no fault')
  return result.fault
}
