/** Time that runs faster: for a process that is started with it, and for the clock that goes with it. */

import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { fastTime } from '../../local/runner/fast-time'

test('a process waits for a minute in seconds, in each of the ways in which it may wait, and agrees with the clock', () => {
  const { clock, env } = fastTime(60)
  const program = `
    import { setTimeout as pause } from 'node:timers/promises'
    const began = Date.now()
    await pause(60_000)
    const first = new Date().getTime()
    await new Promise((resolve) => setTimeout(resolve, 60_000))
    console.log(JSON.stringify([began, first, Date.now()]))
  `
  const before = clock.now()
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
  const after = clock.now()
  expect(stderr).toBe('')
  const [began = 0, first = 0, last = 0] = JSON.parse(stdout) as number[]
  expect(began).toBeGreaterThanOrEqual(before)
  // Timers may fire up to a millisecond early, which is sixty of these.
  expect(first - began).toBeGreaterThanOrEqual(60_000 - 60)
  expect(last - first).toBeGreaterThanOrEqual(60_000 - 60)
  expect(after).toBeGreaterThanOrEqual(last)
})
