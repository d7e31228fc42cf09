/** What `decompress=1` announces: blocks of ClickHouse's own framing around LZ4. Checksums are not looked at. */
import { ClickHouseException } from './exception'

const CHECKSUM = 16
const HEADER = 9
const METHOD_LZ4 = 0x82
const METHOD_NONE = 0x02

/** Throws CANNOT_DECOMPRESS, and UNKNOWN_COMPRESSION_METHOD for anything but LZ4 and plain blocks. */
export function decompressBlocks(body: Buffer): Buffer {
  const contents: Buffer[] = []
  let rest = body
  while (rest.length > 0) {
    if (rest.length < CHECKSUM + HEADER) throw damaged()
    const method = rest.readUInt8(CHECKSUM)
    const size = rest.readUInt32LE(CHECKSUM + 1) - HEADER
    const contentSize = rest.readUInt32LE(CHECKSUM + 5)
    const block = rest.subarray(CHECKSUM + HEADER, CHECKSUM + HEADER + size)
    if (block.length !== size) throw damaged()
    if (method === METHOD_LZ4) contents.push(decompressLz4(block, contentSize))
    else if (method === METHOD_NONE) contents.push(block)
    else {
      const name = method.toString(16)
      throw new ClickHouseException(
        89,
        'UNKNOWN_COMPRESSION_METHOD',
        `Unknown codec family code: 0x${name}`,
      )
    }
    rest = rest.subarray(CHECKSUM + HEADER + size)
  }
  return Buffer.concat(contents)
}

/** The LZ4 block format: literals, then a copy of what was written before, until the input ends. */
function decompressLz4(input: Buffer, size: number): Buffer {
  const output = Buffer.alloc(size)
  let read = 0
  let written = 0
  const byte = (): number => {
    const value = input[read]
    if (value === undefined) throw damaged()
    read += 1
    return value
  }
  const lengthOf = (nibble: number): number => {
    let length = nibble
    for (let more = nibble === 15; more;) {
      const next = byte()
      length += next
      more = next === 255
    }
    return length
  }
  while (read < input.length) {
    const token = byte()
    const literals = lengthOf(token >> 4)
    if (read + literals > input.length || written + literals > size) throw damaged()
    input.copy(output, written, read, read + literals)
    read += literals
    written += literals
    if (read === input.length) break
    const offset = byte() + byte() * 256
    const match = lengthOf(token & 15) + 4
    if (offset === 0 || offset > written || written + match > size) throw damaged()
    // Byte by byte: a match may reach into what it writes itself.
    for (let index = 0; index < match; index += 1) {
      output[written] = output[written - offset] ?? 0
      written += 1
    }
  }
  if (written !== size) throw damaged()
  return output
}

function damaged(): ClickHouseException {
  return new ClickHouseException(271, 'CANNOT_DECOMPRESS', 'Cannot decompress LZ4-encoded stream')
}
