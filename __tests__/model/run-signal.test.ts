/** Why a run ended: what its signal bears, and what is said where it bears nothing of ours. */

import { expect, test } from '@jest/globals'
import { RunEnded, whyEnded } from '../../src/model/run-signal'

test('a run ended for the reason that its signal bears', () => {
  const refusal = { reason: 'out-of-time', detail: 'late' } as const
  expect(whyEnded(AbortSignal.abort(new RunEnded(refusal)))).toEqual(refusal)
})

test.each([undefined, 'enough', new Error('enough')])(
  'a run whose signal bears %p was cancelled',
  (reason) => {
    expect(whyEnded(AbortSignal.abort(reason))).toEqual({
      reason: 'cancelled',
      detail: 'the run was cancelled',
    })
  },
)
