/** ClickHouse's compressed blocks, as `decompress=1` announces them. */
import { describe, expect, test } from '@jest/globals'
import { decompressBlocks } from '../../local/clickstack/compressed-blocks'
import { compressedBlock } from '../../local/rotel/compressed-block'

/** A block around LZ4 data that somebody else has compressed. */
function block(data: readonly number[], size: number, method = 0x82): Buffer {
  const header = Buffer.alloc(25)
  header.writeUInt8(method, 16)
  header.writeUInt32LE(data.length + 9, 17)
  header.writeUInt32LE(size, 21)
  return Buffer.concat([header, Buffer.from(data)])
}

describe('compressed blocks', () => {
  test.each([0, 1, 14, 15, 16, 269, 270, 271, 70_000])(
    'of %i literal bytes come out as they went in',
    (length) => {
      const content = Buffer.from(Array.from({ length }, (_, index) => index % 251))
      expect(decompressBlocks(compressedBlock(content)).equals(content)).toBe(true)
    },
  )

  test('copy what came before, also where a match reaches into itself', () => {
    // "ab", then 9 bytes from 2 back, then "c".
    const data = [0x25, 0x61, 0x62, 0x02, 0x00, 0x10, 0x63]
    expect(String(decompressBlocks(block(data, 12)))).toBe('abababababac')
  })

  test('follow each other, plain ones among them', () => {
    const body = Buffer.concat([compressedBlock(Buffer.from('one')), block([0x32], 1, 0x02)])
    expect(String(decompressBlocks(body))).toBe('one2')
  })

  test.each([
    ['cut off', compressedBlock(Buffer.from('content')).subarray(0, 30)],
    ['of a wrong size', block([0x10, 0x61], 5)],
    ['that copy from before the start', block([0x10, 0x61, 0x09, 0x00], 5)],
  ])('%s are refused', (_, body) => {
    expect(() => decompressBlocks(body)).toThrow('Cannot decompress')
  })
})
