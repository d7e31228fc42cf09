/**
 * The two OTLP messages that the endpoint check needs, as protobuf by hand: an export of at most one log record, and
 * its answer. Field numbers: opentelemetry-proto v1, `logs.proto`, `common.proto`, `logs_service.proto`.
 */

import { isRecord, parseJson, textOf } from '../../model/json'
import type { ControlRecord } from './endpoint'

/** The attribute by which a control record is found again. */
export const CONTROL_ID = 'clickstack.control_id'

/** So that whoever meets the record in ClickStack knows what it is. */
export function controlBody(id: string): string {
  return `ClickStack for AWS Lambda: control record ${id}`
}

/** An `ExportLogsServiceRequest`; without a record it is empty, which is zero bytes, and a valid export. */
export function encodeLogsRequest(record: ControlRecord | undefined): Buffer {
  if (!record) return Buffer.alloc(0)
  const nanoseconds = BigInt(Math.trunc(record.time)) * 1_000_000n
  const logRecord = Buffer.concat([
    fixed64(1, nanoseconds),
    Buffer.from([(2 << 3) | VARINT, SEVERITY_INFO]),
    text(3, 'INFO'),
    bytes(5, text(1, controlBody(record.id))),
    attribute(6, CONTROL_ID, record.id),
    fixed64(11, nanoseconds),
  ])
  const scope = text(1, 'clickstack-lambda-action')
  const resource = attribute(1, 'service.name', record.serviceName)
  const scopeLogs = Buffer.concat([bytes(1, scope), bytes(2, logRecord)])
  return bytes(1, Buffer.concat([bytes(1, resource), bytes(2, scopeLogs)]))
}

/** What the answer reports about rejected records; `rejected` is 0 when all were accepted. */
export interface PartialSuccess {
  readonly rejected: number
  readonly message: string
}

/** Reads an `ExportLogsServiceResponse`; `undefined` for other bytes. */
export function decodeLogsResponse(message: Uint8Array): PartialSuccess | undefined {
  const fields = readFields(message)
  if (!fields) return undefined
  const partial = fields.get(1)
  if (partial === undefined) return { rejected: 0, message: '' }
  const { number, text: words } = numberAndText(partial)
  return { rejected: number, message: words }
}

/** The same as JSON: `{}` or `{"partialSuccess":{…}}`, and nothing else. A 64-bit number is a text in protobuf's JSON. */
export function decodeJsonLogsResponse(message: string): PartialSuccess | undefined {
  const response = message === '' ? {} : parseJson(message)
  if (!isRecord(response)) return undefined
  const { partialSuccess = null, ...others } = response
  if (Object.keys(others).length > 0) return undefined
  if (partialSuccess === null) return { rejected: 0, message: '' }
  if (!isRecord(partialSuccess)) return undefined
  const rejected = partialSuccess['rejectedLogRecords'] ?? 0
  if (typeof rejected !== 'number' && typeof rejected !== 'string') return undefined
  return {
    rejected: Number(rejected) || 0,
    message: textOf(partialSuccess['errorMessage']) ?? '',
  }
}

/** The message of a `google.rpc.Status`, which is the body of a failed OTLP/HTTP export; empty for any other body. */
export function decodeStatusMessage(message: Uint8Array): string {
  return numberAndText(message).text
}

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

/** OTLP SeverityNumber. */
const SEVERITY_INFO = 9

function attribute(field: number, key: string, value: string): Buffer {
  return bytes(field, Buffer.concat([text(1, key), bytes(2, text(1, value))]))
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'))
}

function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([(field << 3) | LENGTH_DELIMITED, ...varint(value.length)]),
    value,
  ])
}

function fixed64(field: number, value: bigint): Buffer {
  const buffer = Buffer.alloc(9)
  buffer.writeUInt8((field << 3) | FIXED64)
  buffer.writeBigUInt64LE(value, 1)
  return buffer
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

/** Field 1 a number and field 2 a text: the shape of a partial success and of a status. */
function numberAndText(message: Uint8Array | number): { number: number; text: string } {
  const fields = typeof message === 'number' ? undefined : readFields(message)
  const number = fields?.get(1)
  const words = fields?.get(2)
  return {
    number: typeof number === 'number' ? number : 0,
    text: words instanceof Buffer ? words.toString('utf8') : '',
  }
}

/** The last value of each field; `undefined` where the bytes are not a protobuf message. */
function readFields(message: Uint8Array): ReadonlyMap<number, number | Buffer> | undefined {
  const buffer = Buffer.from(message)
  const fields = new Map<number, number | Buffer>()
  let at = 0
  const readVarint = (): number => {
    let value = 0
    for (let scale = 1; at < buffer.length && scale < 2 ** 64; scale *= 128) {
      const byte = buffer.readUInt8(at++)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
    return NaN
  }
  while (at < buffer.length) {
    const tag = readVarint()
    const field = Math.floor(tag / 8)
    const type = tag % 8
    if (Number.isNaN(tag) || field === 0) return undefined
    if (type === VARINT) {
      const value = readVarint()
      if (Number.isNaN(value)) return undefined
      fields.set(field, value)
      continue
    }
    const length = type === LENGTH_DELIMITED ? readVarint() : WIDTHS[type]
    if (length === undefined || !(at + length <= buffer.length)) return undefined
    fields.set(field, buffer.subarray(at, at + length))
    at += length
  }
  return fields
}

const WIDTHS: Readonly<Record<number, number>> = { [FIXED64]: 8, [FIXED32]: 4 }
