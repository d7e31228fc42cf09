/** `cloudwatch-logs: remove`, and the restore file cannot be written: RUNNER_TEMP is gone. */

import { mkdirSync, rmSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { remove } from './step-attempts'
import { functionsOf } from './world'

test('the function is rolled back, and the report tells the file and its cause', () =>
  inStack(async (world) => {
    const { aws, main, job } = world
    const inputs = await remove.prepare(world)
    const stop = aws.onCall(({ operation }) => {
      if (operation !== 'Invoke') return
      stop()
      rmSync(job.temp, { recursive: true })
    })
    const result = await main(inputs)
    mkdirSync(job.temp, { recursive: true })
    expect(functionsOf(result).map(({ status, reason }) => ({ status, reason }))).toEqual([
      { status: 'rolled-back', reason: 'journal-failed' },
    ])
    expect(functionsOf(result)[0]?.detail).toMatch(/restore file.*ENOENT/)
  }))
