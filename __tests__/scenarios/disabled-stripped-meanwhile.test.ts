/**
 * A function whose CloudWatch Logs an earlier run has disabled is invoked; while its telemetry is awaited, a deployment removes
 * Rotel. Nobody gets its logs from then on, so the run must not succeed (promises P3 and P8).
 */

import { expect, test } from '@jest/globals'
import { watchEverybody } from './cloudwatch-watch'
import { inStack } from './stack-world'
import { deny } from './step-attempts'
import { FOREIGN, statusesOf } from './world'

test.each([
  // Restored, and not proven.
  ['apply', 'unproven rotel-missing', []],
  ['verify', 'dark rotel-missing', ['orders']],
])('`mode: %s` tells that Rotel is missing', (mode, status, dark) =>
  inStack(async (world) => {
    const { aws, main } = world
    const inputs = await deny.prepare(world)
    const everybody = watchEverybody(world)
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    const stop = aws.onWorkDone(({ operation }) => {
      if (operation !== 'Invoke') return
      stop()
      aws.lambda.changeAsSomebodyElse('orders', { layers: [], variables: FOREIGN })
    })
    const result = await main({ ...inputs, 'cloudwatch-logs': 'keep', mode })
    aws.iam.settle()
    expect({ statuses: statusesOf(result), exit: result.exitCode, dark: everybody.now() }).toEqual({
      statuses: [`orders: ${status}`],
      exit: 1,
      dark,
    })
  }),
)
