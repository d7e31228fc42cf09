/** What may have landed of a call that was not answered. */

import { expect, test } from '@jest/globals'
import { awsFault } from '../../src/edges/aws-fault'
import { failureOf } from '../../src/edges/aws-retry'

const thrown = (code: string) => Object.assign(new Error('connect'), { code })

test.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROXY'])(
  '%s: nothing has, and the call is worth repeating',
  (code) => {
    expect(awsFault(thrown(code))).toMatchObject({ kind: 'unavailable', mayHaveLanded: false })
    expect(failureOf(thrown(code)).kind).toBe('unavailable')
  },
)

test('ECONNRESET: a write may have', () => {
  expect(awsFault(thrown('ECONNRESET'))).toMatchObject({ mayHaveLanded: true })
})
