/** How long a run may take: `timeout-minutes`, and the expiry of its credentials where that comes first. */

import { describe, expect, test } from '@jest/globals'
import { timeOfRun } from '../../src/inputs/run-time'

const NOW = Date.parse('2026-11-26T09:00:00Z')

function timed(expiration: string, minutes = 30) {
  const found = timeOfRun(minutes, expiration, NOW)
  if (!found.ok) throw new Error(found.problem.message)
  return { ...found.time, warnings: found.warnings }
}

describe('the expiry of the credentials', () => {
  test.each(['', '  ', '""'])('that is not known (%j) leaves `timeout-minutes` alone', (text) => {
    expect(timed(text)).toMatchObject({ limitMs: 1_800_000, forwardMs: 1_200_000, warnings: [] })
  })

  test.each([
    '2026-11-26T09:15:00Z',
    '2026-11-26T09:15:00+00:00',
    '2026-11-26T18:15:00.000+09:00',
    '2026-11-26 09:15:00Z',
    ' "2026-11-26T09:15:00.000Z" ',
  ])(
    'before `timeout-minutes` is over limits the run, a third of it for the rollback: %s',
    (text) => {
      const { limitMs, forwardMs, forwardEnd, warnings } = timed(text)
      expect([limitMs, forwardMs]).toEqual([900_000, 600_000])
      expect(forwardEnd).toContain('2026-11-26T09:15:00Z')
      expect(warnings).toEqual([expect.stringMatching(/expire in 15 minutes.* After 10 minutes/)])
    },
  )

  test('after `timeout-minutes` is over changes nothing', () => {
    expect(timed('2026-11-26T09:30:00Z').warnings).toEqual([])
    expect(timed('2026-11-26T09:30:00Z').limitMs).toBe(1_800_000)
    expect(timed('2026-11-26T09:29:59Z').warnings).toHaveLength(1)
  })

  test.each([
    'tomorrow',
    '1795683600',
    '2026-11-26',
    '2026-11-26T09:15:00',
    '2026-13-45T99:15:00Z',
    '26 Nov 2026 09:15:00 GMT',
  ])('that cannot be read is ignored with a warning, which does not quote it: %s', (text) => {
    const { limitMs, warnings } = timed(text)
    expect(limitMs).toBe(1_800_000)
    expect(warnings).toEqual([expect.stringMatching(/^AWS_CREDENTIAL_EXPIRATION is ignored/)])
    if (text !== '2026-11-26') expect(warnings.join()).not.toContain(text)
  })

  test.each(['2026-11-26T09:00:00Z', '2020-01-01T00:00:00Z'])('%s has passed', (text) => {
    const found = timeOfRun(30, text, NOW)
    expect(found).toMatchObject({ ok: false, problem: { input: undefined } })
  })
})
