/** `layer-sha256`: only a Rotel layer with a hash that is allowed is written, or kept. */

import { describe, expect, test } from '@jest/globals'
import { functionsOf, inWorld, ROTEL_ARM, ROTEL_X86, statusesOf } from './world'

const OTHER = 'QU5PVEhFUiBIQVNIIE9GIEFOT1RIRVIgTEFZRVIgISE='

describe('layer-sha256', () => {
  test.concurrent('lets the layers pass that it names, and costs no further call', () =>
    inWorld(async ({ aws, main }) => {
      const { layers } = aws.lambda
      aws.lambda.createFunction({ name: 'x86' })
      aws.lambda.createFunction({ name: 'arm', architecture: 'arm64' })
      const inputs = {
        functions: 'x86\narm',
        'layer-sha256': [ROTEL_X86, ROTEL_ARM].map((arn) => layers.codeSha256(arn)).join('\n'),
      }
      expect((await main(inputs)).exitCode).toBe(0)
      expect(aws.lambda.get('x86').layers).toEqual([ROTEL_X86])
      expect(aws.lambda.get('arm').layers).toEqual([ROTEL_ARM])
      expect(aws.calls.count('GetLayerVersionByArn')).toBe(2)

      const again = await main(inputs)
      expect(statusesOf(again)).toEqual([
        'arm: unchanged no-verifier',
        'x86: unchanged no-verifier',
      ])
    }),
  )

  test.concurrent.each(['apply', 'plan', 'verify'])(
    'blocks a layer with another hash in mode %s, and goes on with the others',
    (mode) =>
      inWorld(async ({ aws, main }) => {
        for (const name of ['x86', 'arm']) {
          aws.lambda.createFunction({ name, architecture: name === 'arm' ? 'arm64' : 'x86_64' })
        }
        if (mode === 'verify') await main({ functions: 'x86\narm' })
        const before = aws.lambda.get('x86').revisionId
        const result = await main({
          functions: 'x86\narm',
          mode,
          'layer-sha256': `${OTHER}\n${aws.lambda.layers.codeSha256(ROTEL_ARM)}`,
        })
        expect(result.exitCode).toBe(1)
        const [arm, x86] = statusesOf(result)
        expect(x86).toBe('x86: blocked layer-hash-mismatch')
        expect(arm).not.toContain('blocked')
        expect(functionsOf(result)[0]?.detail).toContain(aws.lambda.layers.codeSha256(ROTEL_X86))
        expect(aws.lambda.get('x86').revisionId).toBe(before)
      }),
  )

  test.concurrent('blocks a layer that is kept and whose hash the caller may not read', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      expect((await main({ functions: 'orders' })).exitCode).toBe(0)
      const hash = aws.lambda.layers.codeSha256(ROTEL_X86)
      aws.caller.deny('lambda:GetLayerVersion')
      const result = await main({ functions: 'orders', 'layer-sha256': hash })
      expect(statusesOf(result)).toEqual(['orders: blocked layer-hash-mismatch'])
      expect(result.exitCode).toBe(1)

      const without = await main({ functions: 'orders' })
      expect(statusesOf(without)).toEqual(['orders: unchanged no-verifier'])
    }),
  )

  test.concurrent('holds for an own copy, and not for other layers', () =>
    inWorld(async ({ aws, main }) => {
      const { layers } = aws.lambda
      const lib = layers.publish({ name: 'team-lib' })
      const copy = layers.publish({
        name: 'our-rotel-amd64',
        extension: { kind: 'rotel', architecture: 'x86_64' },
      })
      aws.lambda.createFunction({ name: 'orders', layers: [lib] })
      const inputs = { functions: 'orders', 'layer-arn': copy }
      const pinned = (hash: string) => main({ ...inputs, 'layer-sha256': hash })
      expect(statusesOf(await pinned(layers.codeSha256(lib)))).toEqual([
        'orders: blocked layer-hash-mismatch',
      ])
      expect((await pinned(layers.codeSha256(copy))).exitCode).toBe(0)
      expect(aws.lambda.get('orders').layers).toEqual([lib, copy])
    }),
  )

  test.concurrent('does not keep `mode: remove` from removing a layer with another hash', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      await main({ functions: 'orders' })
      await main({ functions: 'orders', mode: 'remove', 'layer-sha256': OTHER })
      expect(aws.lambda.get('orders').layers).toEqual([])
    }),
  )
})
