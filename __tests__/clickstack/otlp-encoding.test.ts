/** Telemetry survives the wire. */

import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeTelemetry } from '../../local/otlp/decode'
import { encodeTelemetry } from '../../local/otlp/encode'
import type { AttributeValue, Attributes, LogRecord } from '../../local/otlp/telemetry'

const { value } = fc.letrec<{ value: AttributeValue }>((again) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noInteger: true }),
    fc.array(again('value'), { maxLength: 3 }),
    fc.dictionary(fc.string(), again('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}))
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(fc.string(), value, {
  maxKeys: 4,
  noNullPrototype: true,
})
const hexadecimal = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`))
const nanoseconds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const record: fc.Arbitrary<LogRecord> = fc.record({
  time: nanoseconds,
  observedTime: nanoseconds,
  severityNumber: fc.integer({ min: 0, max: 24 }),
  severityText: fc.string(),
  body: value,
  attributes,
  traceId: hexadecimal(32),
  spanId: hexadecimal(16),
  flags: fc.integer({ min: 0, max: 255 }),
  eventName: fc.string(),
})

test('Any log record is read as it was written', () => {
  fc.assert(
    fc.property(attributes, fc.array(record, { maxLength: 3 }), (resource, records) => {
      const scope = { name: 'scope', version: '1', attributes: {}, schemaUrl: '' }
      const batch = { resource, resourceSchemaUrl: '', scope, records }
      const logs = { signal: 'logs', batches: [batch] } as const
      expect(decodeTelemetry('logs', encodeTelemetry(logs))).toEqual(logs)
    }),
  )
})

test('Bytes that are no message are refused', () => {
  expect(() => decodeTelemetry('logs', Buffer.from('not a protobuf'))).toThrow()
})
