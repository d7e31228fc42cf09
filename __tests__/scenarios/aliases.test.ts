/** A green `$LATEST` tells nothing of traffic that reaches a version without Rotel: it is never silent (section 6). */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { inStack } from './stack-world'
import { functionsOf, inWorld, statusesOf, type World } from './world'

/** Version 1 of `orders` has no Rotel. */
function aReleasedFunction({ lambda }: LocalAws, name = 'orders') {
  lambda.createFunction({ name, updateMs: 0 })
  lambda.publishVersion(name)
}

const live = ({ lambda }: LocalAws) => lambda.setAlias('orders', 'live', '1')
const ALL = { functions: '*' }
const count = ({ aws }: World, ...operations: readonly string[]) =>
  operations.reduce((sum, operation) => sum + aws.calls.count(operation), 0)

describe('traffic reaches a version without Rotel', () => {
  test.each<[string, (aws: LocalAws) => void, string]>([
    ['through an alias', live, 'alias live → version 1'],
    [
      'through the smaller share of an alias',
      ({ lambda }) => {
        lambda.changeAsSomebodyElse('orders', { description: 'next' })
        const next = lambda.publishVersion('orders')
        lambda.setAlias('orders', 'live', next, { '1': 0.1 })
      },
      'alias live → version 1, alias live → version 2',
    ],
    [
      'by provisioned concurrency',
      ({ lambda }) => lambda.setProvisionedConcurrency('orders', '1'),
      'provisioned concurrency → version 1',
    ],
    [
      'by an event source',
      ({ lambda }) => void lambda.addEventSource('orders', '1'),
      'event source',
    ],
  ])('%s: the run fails, and says which', (_, lead, text) =>
    inWorld(async ({ aws, main }) => {
      aReleasedFunction(aws)
      aws.lambda.createFunction({ name: 'mails', updateMs: 0 })
      lead(aws)
      const result = await main(ALL)
      expect(statusesOf(result)).toEqual([
        'mails: written no-verifier',
        'orders: written alias-not-instrumented',
      ])
      expect(result.exitCode).toBe(1)
      const [title = ''] = result.summary.split('\n')
      expect(title).toContain('1 function serves traffic through')
      expect(title).toContain(`without Rotel: orders (${text}`)
      expect(result.annotations.map(({ message }) => message).join('\n')).toContain(
        'orders: written: alias-not-instrumented',
      )
      // It is a failure of the proof, not of the write.
      expect(aws.lambda.get('orders').layers).toHaveLength(1)
    }),
  )

  test('of a function that starts from snapshots, which `$LATEST` never does', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', runtime: 'java21', snapshotMs: 0, updateMs: 0 })
      aws.lambda.publishVersion('orders')
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: written alias-not-instrumented'])
      expect(functionsOf(result)[0]?.detail).toBe('version 1 (SnapStart) does not carry Rotel')
    }))

  test('by name as by pattern, in each run, until the alias leads to one with Rotel', () =>
    inWorld(async ({ aws, main }) => {
      aReleasedFunction(aws)
      live(aws)
      for (const mode of ['apply', 'apply', 'verify']) {
        const result = await main({ functions: 'orders', mode, verify: 'none' })
        expect(statusesOf(result)).toEqual([
          expect.stringMatching(/^orders: (written|unchanged) alias-not-instrumented$/),
        ])
        expect(result.exitCode).toBe(1)
      }
      aws.lambda.setAlias('orders', 'live', aws.lambda.publishVersion('orders'))
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: unchanged no-verifier'])
      expect(result.exitCode).toBe(0)
      expect(result.summary).not.toContain('without Rotel')
    }))

  test('where that is accepted, it is told all the same', () =>
    inWorld(async ({ aws, main }) => {
      aReleasedFunction(aws)
      live(aws)
      const result = await main({ functions: 'orders', accept: 'unproven-aliases' })
      expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
      expect(result.exitCode).toBe(0)
      expect(result.summary.split('\n')[0]).toContain('serves traffic through aliases')
      expect(result.annotations).toContainEqual(
        expect.objectContaining({
          level: 'warning',
          message: expect.stringContaining('orders (alias live → version 1)'),
        }),
      )
    }))

  test('a plan tells it and does not fail', () =>
    inWorld(async ({ aws, main }) => {
      aReleasedFunction(aws)
      live(aws)
      const result = await main({ functions: 'orders', mode: 'plan' })
      expect(statusesOf(result)).toEqual(['orders: planned'])
      expect(result.exitCode).toBe(0)
      expect(result.summary.split('\n')[0]).toContain('orders (alias live → version 1)')
      expect(result.outputs['plan']).toContain('Version 1 (alias live) does not carry Rotel')
    }))
})

describe('nothing is told, and nothing more is asked', () => {
  test.each<[string, (aws: LocalAws) => void]>([
    ['of a version that nothing leads to', () => undefined],
    ['of an alias on `$LATEST`', ({ lambda }) => lambda.setAlias('orders', 'dev', '$LATEST')],
  ])('%s', (_, lead) =>
    inWorld(async ({ aws, main }) => {
      aReleasedFunction(aws)
      lead(aws)
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
    }),
  )

  test('of functions without versions: by name a list at most, by pattern the one that finds them', () =>
    inWorld(async (world) => {
      const { aws, main } = world
      const names = Array.from({ length: 20 }, (_, at) => `f${String(at)}`)
      for (const name of names) aws.lambda.createFunction({ name, updateMs: 0 })
      await main(ALL)
      for (const functions of [names.join('\n'), '*']) {
        aws.calls.clear()
        await main({ functions, 'smoke-test': 'never', mode: 'verify' })
        const asked = new Set(aws.calls.all().map(({ operation }) => operation))
        expect(aws.calls.count('ListFunctions')).toBe(1)
        expect([...asked].filter((one) => !/^(List|Get)Functions?$/.test(one))).toEqual([])
      }
      expect(count(world, 'ListAliases', 'ListVersionsByFunction')).toBe(0)
    }))
})

test('a version without Rotel that may not write its logs is dark, though `$LATEST` tells nothing of it', () =>
  inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders', updateMs: 0 })
    const DENY = { functions: 'orders', 'cloudwatch-logs': 'deny' }
    expect(statusesOf(await main(DENY))).toEqual(['orders: instrumented'])
    // Two deploys: the first takes everything away and is released, the second brings Rotel without the marker.
    const { layers, variables } = aws.lambda.get('orders')
    const carried = Object.fromEntries(
      Object.entries(variables).filter(([name]) => name !== 'CLICKSTACK_LAMBDA'),
    )
    aws.lambda.changeAsSomebodyElse('orders', { layers: [], variables: {} })
    aws.lambda.setAlias('orders', 'live', aws.lambda.publishVersion('orders'))
    aws.lambda.changeAsSomebodyElse('orders', { layers, variables: carried })

    const verified = await main({ functions: 'orders', mode: 'verify' })
    expect(statusesOf(verified)).toEqual([expect.stringMatching(/^orders: dark/)])
    const applied = await main({ functions: 'orders' })
    expect(applied.exitCode).toBe(1)
    expect(applied.summary).toContain('CloudWatch Logs were restored')
    const group = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:log-stream:x'
    const { role } = aws.lambda.runs('orders', 'live')
    aws.iam.settle()
    expect(aws.iam.decide(role, 'logs:PutLogEvents', group)).toBe('allowed')
  }))

test('a function whose region is too large to list is asked for by its name', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    for (let at = 0; at < 120; at++) aws.lambda.createFunction({ name: `a${String(at)}` })
    aReleasedFunction(aws)
    live(aws)
    const result = await main({ functions: 'orders', mode: 'plan' })
    expect(result.summary.split('\n')[0]).toContain('orders (alias live → version 1)')
    expect(count(world, 'ListFunctions')).toBe(1)
    expect(count(world, 'ListVersionsByFunction')).toBe(1)
  }))

test.each([
  ['functions', ['lambda:ListFunctions', 'lambda:ListVersionsByFunction']],
  ['aliases', ['lambda:ListAliases']],
])('who may not list %s is told that it was not checked', (_, denied) =>
  inWorld(async ({ aws, main }) => {
    aReleasedFunction(aws)
    live(aws)
    for (const action of denied) aws.caller.deny(action)
    const result = await main({ functions: 'orders' })
    expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
    expect(result.summary).toContain('not checked for 1 of 1 functions')
  }),
)
