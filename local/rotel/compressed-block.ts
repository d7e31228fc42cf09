/**
 * ClickHouse's compressed block around LZ4: checksum (16 bytes), method, size with this header, size of the content,
 * content. The content here is literals alone, which is LZ4 as well, and the checksum is zero: the local ClickHouse
 * does not look at it, a real one would refuse it.
 */
const METHOD_LZ4 = 0x82
const HEADER = 9

export function compressedBlock(content: Buffer): Buffer {
  const sequence = Buffer.concat([literalsToken(content.length), content])
  const header = Buffer.alloc(16 + HEADER)
  header.writeUInt8(METHOD_LZ4, 16)
  header.writeUInt32LE(sequence.length + HEADER, 17)
  header.writeUInt32LE(content.length, 21)
  return Buffer.concat([header, sequence])
}

/** The length in the token's upper half; from 15 on the rest follows in bytes of up to 255. */
function literalsToken(length: number): Buffer {
  if (length < 15) return Buffer.from([length << 4])
  const rest = length - 15
  return Buffer.concat([
    Buffer.from([0xf0]),
    Buffer.alloc(Math.floor(rest / 255), 0xff),
    Buffer.from([rest % 255]),
  ])
}
