/** ClickHouse's RowBinary format, as far as Rotel's rows need it (docs: Formats, RowBinary; Data types binary encoding). */
import type { Attributes, AttributeValue } from '../otlp/telemetry'

/** LEB128, as lengths are written. */
function variableInteger(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return Buffer.from([...bytes, rest])
}

/** `String`, and `LowCardinality(String)`, which looks the same here. */
export function binaryString(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([variableInteger(bytes.length), bytes])
}

export function binaryByte(value: number): Buffer {
  return Buffer.from([value & 0xff])
}

/** `UInt64`, `Int64` and `DateTime64(9)`, which is nanoseconds since 1970. */
export function binaryLong(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt.asIntN(64, value))
  return bytes
}

export function binaryArray(items: readonly Buffer[]): Buffer {
  return Buffer.concat([variableInteger(items.length), ...items])
}

/** `Map(LowCardinality(String), String)`. */
export function binaryMap(attributes: Attributes): Buffer {
  return binaryArray(
    Object.entries(attributes).map(([key, value]) =>
      Buffer.concat([binaryString(key), binaryString(attributeText(value))]),
    ),
  )
}

/** `JSON`: paths, each with the code of its type before its value. */
export function binaryJson(attributes: Attributes): Buffer {
  return binaryArray(
    Object.entries(attributes).map(([key, value]) =>
      Buffer.concat([binaryString(key), binaryDynamic(value)]),
    ),
  )
}

const INT64 = 0x0a
const FLOAT64 = 0x0e
const STRING = 0x15
const BOOL = 0x2d

function binaryDynamic(value: AttributeValue): Buffer {
  switch (typeof value) {
    case 'bigint':
      return Buffer.concat([binaryByte(INT64), binaryLong(value)])
    case 'number': {
      if (Number.isSafeInteger(value)) return binaryDynamic(BigInt(value))
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleLE(value)
      return Buffer.concat([binaryByte(FLOAT64), bytes])
    }
    case 'boolean':
      return Buffer.from([BOOL, value ? 1 : 0])
    default:
      return Buffer.concat([binaryByte(STRING), binaryString(attributeText(value))])
  }
}

/** Strings as they are, everything else as JSON prints it. */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? Number(member) : member,
  )
}
