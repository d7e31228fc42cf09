/** All that reading can tell is told before the first write, for all functions at once (promise P5). */

import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed, LocalAws } from '../../local/aws/local-aws'
import { FOREIGN, inWorld, ROTEL_X86, statusesOf } from './world'

type Case = readonly [string, string, (aws: LocalAws) => Partial<FunctionSeed>]

const ADOT = 'arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1'
const COLLECTOR =
  'arn:aws:lambda:us-east-1:184161586896:layer:opentelemetry-collector-amd64-0_23_0:1'

const CASES: readonly Case[] = [
  ['a container image', 'image-function', () => ({ packageType: 'Image' })],
  ['Managed Instances', 'managed-instances', () => ({ kind: 'managed-instances' })],
  ['Lambda@Edge', 'edge-replica', () => ({ kind: 'edge-replica' })],
  ['a runtime on Amazon Linux 2', 'unsupported-runtime', () => ({ runtime: 'python3.11' })],
  ['tenant isolation', 'tenant-isolated', () => ({ kind: 'tenant-isolated' })],
  ['a function in state Failed', 'function-not-ready', () => ({ state: 'Failed' })],
  ['reserved concurrency 0', 'reserved-concurrency-zero', () => ({ reservedConcurrency: 0 })],
  ['a collector in an ADOT layer', 'port-conflict', () => ({ layers: [ADOT] })],
  ['a collector layer', 'port-conflict', () => ({ layers: [COLLECTOR] })],
  [
    'a copy of Rotel in another account',
    'port-conflict',
    (aws) => ({ layers: [aws.lambda.layers.publish({ name: 'rotel-extension-amd64' })] }),
  ],
  [
    'a layer that is no longer shared',
    'layer-unreadable',
    (aws) => ({
      layers: [
        aws.lambda.layers.publish({ name: 'vendor', account: '555555555555', readableBy: 'owner' }),
      ],
    }),
  ],
  [
    'a layer of its own that was deleted',
    'layer-unreadable',
    (aws) => {
      const arn = aws.lambda.layers.publish({ name: 'gone' })
      aws.lambda.layers.delete(arn)
      return { layers: [arn] }
    },
  ],
  ['enforced code signing', 'code-signing', () => ({ codeSigning: 'Enforce' })],
  [
    'a marker in an unknown form',
    'ownership-unreadable',
    () => ({ variables: { CLICKSTACK_LAMBDA: 'v9;x' } }),
  ],
]

describe('a function with', () => {
  test.each(CASES)('%s is blocked: %s, and nothing is written', (_, reason, seed) =>
    inWorld(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, ...seed(aws) })
      aws.lambda.createFunction({ name: 'other' })
      const result = await main({ functions: 'orders\nother' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([
        `orders: blocked ${reason}`,
        'other: written no-verifier',
      ])
      expect(aws.lambda.get('orders').revisionId).toBe(before.revisionId)
      expect(aws.calls.count('UpdateFunctionConfiguration', 'orders')).toBe(0)
      expect(aws.calls.count('Invoke', 'orders')).toBe(0)
    }),
  )
})

test('a caller who may not invoke a function is told before anything is written to it', () =>
  inWorld(async ({ aws, main }) => {
    for (const name of ['orders', 'refunds', 'quiet']) aws.lambda.createFunction({ name })
    const { arn } = aws.lambda.get('orders')
    aws.caller.deny('lambda:InvokeFunction', arn)
    aws.caller.deny('lambda:InvokeFunction', aws.lambda.get('quiet').arn)
    aws.faults.add({ operation: 'InvokeDryRun', count: 3, fault: { kind: 'throttle' } })
    const result = await main({ functions: 'orders\nrefunds\nquiet', payloads: 'quiet=none' })
    expect(statusesOf(result)).toEqual([
      'orders: blocked invoke-denied',
      'quiet: written no-verifier',
      'refunds: written no-verifier',
    ])
    expect(aws.calls.count('UpdateFunctionConfiguration', 'orders')).toBe(0)
    // Of each once, but for those that were throttled.
    expect(aws.calls.count('InvokeDryRun')).toBe(2 + 3)
    expect(aws.calls.count('InvokeDryRun', 'quiet')).toBe(0)
    expect(aws.lambda.invocations('orders')).toEqual([])
  }))

describe('regions and versions', () => {
  test('a region without a layer blocks the function there, and one with it goes on', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', region: 'eu-central-1' })
      aws.lambda.createFunction({ name: 'orders', region: 'eu-south-2' })
      const result = await main({ functions: 'orders', regions: 'eu-central-1\neu-south-2' })
      expect(statusesOf(result)).toEqual([
        'orders: blocked no-layer-in-region',
        'orders: written no-verifier',
      ])
      expect(aws.lambda.get('orders', 'eu-central-1').layers).toEqual([
        ROTEL_X86.replace('us-east-1', 'eu-central-1'),
      ])
    }))

  test('an ARN in another region is found there', () =>
    inWorld(async ({ aws, main }) => {
      const { arn } = aws.lambda.createFunction({ name: 'orders', region: 'sa-east-1' })
      const result = await main({ functions: arn })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders', 'sa-east-1').layers).toHaveLength(1)
    }))

  test('a pinned version that does not exist is found out before anything is written', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders', 'layer-version': '99' })
      expect(statusesOf(result)).toEqual(['orders: blocked layer-unreadable'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('an attached newer version is kept, and only a number lowers it', () =>
    inWorld(
      async ({ aws, main }) => {
        const newer = aws.lambda.layers.rotelArn({ version: 9 })
        aws.lambda.createFunction({ name: 'orders', layers: [newer] })
        await main({ functions: 'orders' })
        expect(aws.lambda.get('orders').layers).toEqual([newer])
        await main({ functions: 'orders', 'layer-version': '6' })
        expect(aws.lambda.get('orders').layers).toEqual([
          aws.lambda.layers.rotelArn({ version: 6 }),
        ])
      },
      { rotelVersions: 9 },
    ))

  test('an own copy of the layer takes the place of the published one', () =>
    inWorld(async ({ aws, main }) => {
      const copy = aws.lambda.layers.publish({
        name: 'our-rotel-amd64',
        extension: { kind: 'rotel', architecture: 'x86_64' },
      })
      aws.lambda.createFunction({ name: 'orders', layers: [ROTEL_X86] })
      const result = await main({
        functions: 'orders',
        'layer-arn': copy.replace('us-east-1', '{region}').replace('amd64', '{arch}'),
      })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders').layers).toEqual([copy])
      await main({ mode: 'remove', functions: 'orders' })
      expect(aws.lambda.get('orders').layers).toEqual([])
    }))

  test('Amazon Linux 2 with accept: unsupported-runtime is left to the smoke test, which rolls it back', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'old', runtime: 'python3.11', variables: FOREIGN })
      const result = await main({ functions: 'old', accept: 'unsupported-runtime' })
      expect(statusesOf(result)).toEqual(['old: rolled-back extension-glibc'])
      expect(aws.lambda.get('old').layers).toEqual([])
    }))
})

describe('the run as a whole', () => {
  test('a pattern that matches nothing fails it before anything is touched', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders\nshpo-*' })
      expect(result.exitCode).toBe(1)
      expect(result.log.join('\n')).toContain('`shpo-*` does not match any function in us-east-1.')
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('more functions than max-functions allows fail it before anything is touched', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['a1', 'a2', 'a3']) aws.lambda.createFunction({ name })
      const result = await main({ functions: 'a*', 'max-functions': '2' })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input max-functions'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('credentials of an account that is not allowed touch nothing', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders', 'allowed-account-ids': '999999999999' })
      expect(result.exitCode).toBe(1)
      expect(aws.calls.all().map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
    }))

  test.each([
    ['pull_request_target', 'apply'],
    ['pull_request_target', 'remove'],
  ])('on %s, %s from outside of the repository does not run', (event, mode) =>
    inWorld(async ({ aws, main }) => {
      const result = await main(
        { functions: 'orders', mode },
        { env: { GITHUB_EVENT_NAME: event } },
      )
      expect(result.exitCode).toBe(1)
      expect(aws.calls.count()).toBe(0)
    }),
  )

  test('every bad input is named at once, before any call', () =>
    inWorld(async ({ aws, main }) => {
      const result = await main({
        functions: '!only-excluded',
        endpoint: 'clickstack.example.com:4317',
        'stop-after': 'three',
        'cloudwatch-logs': 'deny',
      })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual([
        'Input functions',
        'Input endpoint',
        'Input cloudwatch-logs',
        'Input stop-after',
      ])
      expect(aws.calls.count()).toBe(0)
    }))

  test('without permission to list, a pattern fails the run and says so', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      aws.caller.deny('lambda:ListFunctions')
      const result = await main({ functions: 'ord*' })
      expect(result.exitCode).toBe(1)
      expect(result.log.join('\n')).toContain('cannot be listed')
    }))

  test('without permission to read or to write, the function is blocked and in its original state', () =>
    inWorld(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({ name: 'no-write' })
      aws.lambda.createFunction({ name: 'no-read' })
      aws.caller.deny('lambda:UpdateFunctionConfiguration')
      aws.caller.deny('lambda:GetFunction', '*:no-read')
      const result = await main({ functions: 'no-write\nno-read' })
      expect(statusesOf(result)).toEqual([
        'no-read: blocked access-denied',
        'no-write: blocked write-denied',
      ])
      expect(aws.lambda.get('no-write').revisionId).toBe(before.revisionId)
    }))
})

test('a function whose role is also for Lambda@Edge is warned about, by one question a role', () =>
  inWorld(async ({ aws, main }) => {
    const trusts = ['lambda.amazonaws.com', 'edgelambda.amazonaws.com']
    const edge = aws.iam.createRole({ name: 'edge', trusts })
    const other = aws.iam.createRole({ name: 'plain', trusts })
    aws.lambda.createFunction({ name: 'rewrite', role: edge.arn })
    aws.lambda.createFunction({ name: 'auth', role: edge.arn, variables: FOREIGN })
    aws.lambda.createFunction({ name: 'cart', role: other.arn })
    // CloudFront refuses it already, so nobody asks.
    aws.lambda.createFunction({ name: 'worker', variables: FOREIGN })
    const functions = 'rewrite\nauth\ncart\nworker'
    const warned = ({ summary }: { summary: string }) =>
      /.*trusts edgelambda.amazonaws.com/.exec(summary)?.[0].match(/<code>/g)?.length ?? 0
    expect(warned(await main({ functions, mode: 'plan' }))).toBe(3)
    expect(aws.calls.count('GetRole')).toBe(2)

    aws.caller.deny('iam:GetRole')
    const unasked = await main({ functions, mode: 'plan' })
    expect(unasked.exitCode).toBe(0)
    expect(unasked.summary.replaceAll('&#8203;', '')).toContain(
      'Lambda@Edge: not checked for 3 of 4 functions',
    )
    aws.caller.allowAll()
    aws.calls.clear()
    // Where names point to it, apply asks too.
    expect(warned(await main({ functions }))).toBe(2)
    expect(aws.calls.count('GetRole')).toBe(1)
  }))
