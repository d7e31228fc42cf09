/** The export by hand against protobufjs, which reads it from the specification’s field numbers. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeTelemetry } from '../../local/otlp/decode'
import { encodeResponse, encodeStatus } from '../../local/otlp/wire'
import {
  CONTROL_ID,
  controlBody,
  decodeLogsResponse,
  decodeStatusMessage,
  encodeLogsRequest,
} from '../../src/systems/clickstack/otlp-message'

test('an empty export is no bytes', () => {
  expect(encodeLogsRequest(undefined)).toHaveLength(0)
})

test('a control record reads back whole, whatever its id and service are', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ minLength: 100, maxLength: 20_000 }),
  )
  fc.assert(
    fc.property(words, words, fc.integer({ min: 0, max: 4e12 }), (id, serviceName, time) => {
      const nanoseconds = BigInt(time) * 1_000_000n
      expect(decodeTelemetry('logs', encodeLogsRequest({ id, serviceName, time }))).toMatchObject({
        batches: [
          {
            resource: { 'service.name': serviceName },
            scope: { name: 'clickstack-lambda-action' },
            records: [
              {
                time: nanoseconds,
                observedTime: nanoseconds,
                severityNumber: 9,
                severityText: 'INFO',
                body: controlBody(id),
                attributes: { [CONTROL_ID]: id },
              },
            ],
          },
        ],
      })
    }),
    { numRuns: 60 },
  )
})

describe('an answer', () => {
  test('without a partial success has taken all', () => {
    expect(decodeLogsResponse(encodeResponse())).toEqual({ rejected: 0, message: '' })
  })

  test('tells how many records were refused, and why', () => {
    const inner = encodeStatus({ code: 300, message: 'body too long' })
    const response = Buffer.concat([Buffer.from([0x0a, inner.length]), inner])
    expect(decodeLogsResponse(response)).toEqual({ rejected: 300, message: 'body too long' })
  })

  test('with fields that a later version adds is read all the same', () => {
    const later = [0x10, 0x96, 0x01, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4]
    expect(decodeLogsResponse(Buffer.from(later))).toEqual({ rejected: 0, message: '' })
  })

  test.each(['<html>Sign in</html>', 'OK', '{"partialSuccess":{}}', 'hello world'])(
    'that is no protobuf is none: %s',
    (text) => {
      expect(decodeLogsResponse(Buffer.from(text))).toBeUndefined()
    },
  )

  test('of any bytes is read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const response = decodeLogsResponse(bytes)
        expect(response === undefined || response.rejected >= 0).toBe(true)
        expect(typeof decodeStatusMessage(bytes)).toBe('string')
      }),
    )
  })
})

test('the message of a status is read', () => {
  const status = encodeStatus({ code: 16, message: 'no such key' })
  expect(decodeStatusMessage(status)).toBe('no such key')
})
