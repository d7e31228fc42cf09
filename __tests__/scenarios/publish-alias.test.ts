/**
 * `publish-alias`: what was proven on `$LATEST` becomes a version, which is proven, then the alias leads to it. An alias
 * never leads to a version whose proof failed, whatever happens.
 */

import { describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/lambda/functions'
import type { Fault, LocalAws } from '../../local/aws/local-aws'
import { roleState } from './cloudwatch-watch'
import { disablingBy, WAYS } from './disabling-logs'
import { inStack, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const PUBLISH = { functions: 'orders', 'publish-alias': 'live' }

/** `orders`, whose alias `live` leads to version 1, without Rotel. */
function released({ lambda }: LocalAws, seed: Partial<FunctionSeed> = {}) {
  const fn = lambda.createFunction({ name: 'orders', variables: FOREIGN, updateMs: 50, ...seed })
  lambda.publishVersion('orders')
  lambda.setAlias('orders', 'live', '1')
  return configurationOf(fn)
}

const aliasOf = ({ aws }: StackWorld) => aws.lambda.get('orders').aliases['live']
const isRotel = (layers: readonly string[]) => layers.some((arn) => arn.includes(':rotel-'))
const count = ({ aws }: StackWorld, operation: string) => aws.calls.count(operation)

/** Of IAM, about writing the log of what `live` leads to. */
const logDecision = ({ aws }: StackWorld) =>
  aws.iam.decide(
    aws.lambda.runs('orders', 'live').role,
    'logs:PutLogEvents',
    'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:log-stream:x',
  )

const journals = ({ job }: StackWorld) =>
  [...job.files().keys()].filter((name) => /journal/.test(name))

/** The version fails when it is called by that qualifier, and works by any other. */
function failingAt({ aws }: StackWorld, fails: (version: string, before: number) => boolean) {
  let calls = 0
  aws.lambda.setHandler('orders', ({ version }) =>
    fails(version, version === '$LATEST' ? 0 : calls++) ? { failure: { kind: 'throws' } } : {},
  )
}

test('version and alias are proven, and the next run changes nothing', () =>
  inStack(async (world) => {
    const { aws, main } = world
    released(aws)
    const result = await main(PUBLISH)
    expect(statusesOf(result)).toEqual(['orders: instrumented'])
    expect(result.exitCode).toBe(0)
    expect(aliasOf(world)).toBe('2')
    expect(isRotel(aws.lambda.version('orders', '2').layers)).toBe(true)
    expect(isRotel(aws.lambda.version('orders', '1').layers)).toBe(false)
    expect(aws.lambda.get('orders').invocations).toBe(3)
    expect(JSON.parse(result.outputs['functions'] ?? '')).toMatchObject({
      functions: [{ alias: { name: 'live', before: '1', after: '2', codeChanges: false } }],
    })
    expect(result.summary).toContain('alias live: version 1 → 2')
    expect(journals(world)).toEqual([])

    aws.calls.clear()
    const again = await main(PUBLISH)
    expect(statusesOf(again)).toEqual(['orders: unchanged'])
    expect(count(world, 'PublishVersion') + count(world, 'UpdateAlias')).toBe(0)
    expect(aliasOf(world)).toBe('2')
  }))

test('new code behind `$LATEST` is released by it, and the plan says so', () =>
  inStack(async (world) => {
    const { aws, main } = world
    released(aws)
    await main(PUBLISH)
    aws.lambda.changeAsSomebodyElse('orders', { code: 'next release' })
    const plan = await main({ ...PUBLISH, mode: 'plan', verify: 'none' })
    expect(plan.outputs['changed']).toBe('true')
    expect(plan.outputs['plan']).toContain('alias live: version 2 → a new one, with other code')
    expect(aliasOf(world)).toBe('2')

    const result = await main(PUBLISH)
    expect(statusesOf(result)).toEqual(['orders: instrumented'])
    expect(aliasOf(world)).toBe('3')
  }))

test.each(WAYS)(
  'a run that disables CloudWatch Logs as well (%s) publishes what the marker tells of them, and the next run changes nothing',
  (way) =>
    inStack(async (world) => {
      const { aws, main } = world
      released(aws)
      await main(PUBLISH)
      expect(aliasOf(world)).toBe('2')
      const inputs = { ...PUBLISH, ...disablingBy(world, way) }
      const plan = await main({ ...inputs, mode: 'plan' })
      expect(plan.outputs['plan']).toContain('alias live: version 2 → a new one')
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      expect(aliasOf(world)).toBe('3')

      const before = { invocations: aws.lambda.get('orders').invocations, role: roleState(world) }
      const { writes } = aws.lambda.get('orders')
      aws.calls.clear()
      const again = await main(inputs)
      expect(statusesOf(again)).toEqual(['orders: unchanged'])
      expect(again.outputs['changed']).toBe('false')
      expect(count(world, 'PublishVersion') + count(world, 'UpdateAlias')).toBe(0)
      expect(aws.lambda.get('orders').writes).toBe(writes)
      expect(aws.lambda.get('orders').invocations).toBe(before.invocations + 1)
      expect(roleState(world)).toEqual(before.role)
      expect(aliasOf(world)).toBe('3')
    }),
)

describe('nothing is written', () => {
  test.each<[string, string, (aws: LocalAws) => void]>([
    [
      'alias-not-found',
      'without the alias',
      ({ lambda }) => lambda.createFunction({ name: 'orders' }),
    ],
    [
      'alias-weighted',
      'while a canary deployment is in progress',
      ({ lambda }) => {
        lambda.createFunction({ name: 'orders' })
        lambda.publishVersion('orders')
        lambda.changeAsSomebodyElse('orders', { description: 'next' })
        lambda.setAlias('orders', 'live', '1', { [lambda.publishVersion('orders')]: 0.1 })
      },
    ],
    [
      'invoke-denied',
      'where the caller may not invoke aliases',
      (aws) => {
        released(aws)
        aws.caller.deny('lambda:InvokeFunction', '*:function:orders:live')
      },
    ],
  ])('%s: %s', (reason, _, prepare) =>
    inWorld(async ({ aws, main }) => {
      prepare(aws)
      const result = await main(PUBLISH)
      expect(statusesOf(result)).toEqual([`orders: blocked ${reason}`])
      expect(aws.lambda.get('orders').writes).toBe(0)
      expect(aws.calls.count('PublishVersion')).toBe(0)
    }),
  )
})

describe('the alias stays, and `$LATEST` is rolled back', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['as is the default', {}],
    ['but for what `on-failure: keep` keeps', { 'on-failure': 'keep' }],
  ])('when the version fails its invocation, %s', (_, inputs) =>
    inStack(async (world) => {
      const { aws, main } = world
      const found = released(aws)
      failingAt(world, (version) => version === '2')
      const result = await main({ ...PUBLISH, ...inputs })
      const keeps = 'on-failure' in inputs
      expect(statusesOf(result)).toEqual([
        `orders: ${keeps ? 'failed' : 'rolled-back'} function-error`,
      ])
      expect(functionsOf(result)[0]?.detail).toContain('version 2: ')
      expect(aliasOf(world)).toBe('1')
      expect(count(world, 'UpdateAlias')).toBe(0)
      if (!keeps) expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
      expect(result.summary).toContain(
        'Version 2 was published and stays; live does not lead to it',
      )
    }),
  )

  test('when nothing of the version arrives', () =>
    inStack(async (world) => {
      const { aws, main } = world
      const found = released(aws)
      aws.onWorkDone(({ operation }) => {
        if (operation === 'PublishVersion') aws.lambda.blockEgress('orders')
      })
      const result = await main({ ...PUBLISH, 'verify-timeout': '5' })
      expect(statusesOf(result)).toEqual([expect.stringMatching(/^orders: rolled-back /)])
      expect(aliasOf(world)).toBe('1')
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
    }))

  test('when somebody changes the function after its proof', () =>
    inStack(async (world) => {
      const { aws, main } = world
      released(aws)
      const stop = aws.onCall(({ operation }) => {
        if (operation !== 'PublishVersion') return
        stop()
        aws.lambda.changeAsSomebodyElse('orders', { code: 'not proven' })
      })
      const result = await main(PUBLISH)
      expect(statusesOf(result)).toEqual(['orders: rolled-back write-conflict'])
      expect(aws.lambda.get('orders').versions).toEqual(['1'])
      expect(aliasOf(world)).toBe('1')
    }))
})

describe('the alias moves back', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['with the rest', {}],
    ['even with `on-failure: keep`', { 'on-failure': 'keep' }],
  ])('when its own invocation fails, %s', (_, inputs) =>
    inStack(async (world) => {
      const { aws, main } = world
      const found = released(aws)
      failingAt(world, (version, before) => version === '2' && before > 0)
      const result = await main({ ...PUBLISH, ...inputs })
      expect(functionsOf(result)[0]?.detail).toContain('through the alias live: ')
      expect(count(world, 'UpdateAlias')).toBe(2)
      expect(aliasOf(world)).toBe('1')
      if (!('on-failure' in inputs)) {
        expect(statusesOf(result)).toEqual(['orders: rolled-back function-error'])
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
      }
      expect(journals(world)).toEqual([])
    }),
  )

  test('and where that is refused, the post step does it', () =>
    inStack(async (world) => {
      const { aws, main, post } = world
      const found = released(aws)
      failingAt(world, (version, before) => version === '2' && before > 0)
      aws.onWorkDone(({ operation }) => {
        if (operation === 'UpdateAlias') aws.caller.deny('lambda:UpdateAlias')
      })
      const result = await main(PUBLISH)
      expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
      expect(functionsOf(result)[0]?.detail).toContain('the alias live on version 2')

      aws.caller.allowAll()
      expect((await post(result.state)).exitCode).toBe(0)
      expect(aliasOf(world)).toBe('1')
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
    }))

  test('but not from where somebody else has moved it since', () =>
    inStack(async (world) => {
      const { aws, main } = world
      released(aws)
      aws.lambda.changeAsSomebodyElse('orders', { description: 'theirs' })
      aws.lambda.publishVersion('orders')
      failingAt(world, (version, before) => version === '3' && before > 0)
      aws.onWorkDone(({ operation }) => {
        if (operation === 'UpdateAlias') aws.lambda.setAlias('orders', 'live', '2')
      })
      const result = await main(PUBLISH)
      expect(result.exitCode).toBe(1)
      expect(aliasOf(world)).toBe('2')
      expect(functionsOf(result)[0]?.status).toBe('rolled-back')
    }))
})

test('an alias that somebody moves meanwhile stays where they put it', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const found = released(aws)
    aws.lambda.changeAsSomebodyElse('orders', { description: 'theirs' })
    aws.lambda.publishVersion('orders')
    aws.onWorkDone(({ operation }) => {
      if (operation === 'PublishVersion') aws.lambda.setAlias('orders', 'live', '2')
    })
    const result = await main(PUBLISH)
    expect(statusesOf(result)).toEqual(['orders: rolled-back alias-changed'])
    expect(aliasOf(world)).toBe('2')
    expect(configurationOf(aws.lambda.get('orders'))).toEqual(found)
  }))

test.each<[string, Fault]>([
  ['throttled', { kind: 'throttle' }],
  ['answered 500', { kind: 'server-error', status: 500 }],
  ['reset', { kind: 'reset' }],
  ['done, and their answers lost', { kind: 'lost-answer' }],
])('calls that are %s twice each are tried again', (_, fault) =>
  inWorld(async ({ aws, main }) => {
    released(aws)
    const operations = [
      'GetAlias',
      'PublishVersion',
      'UpdateAlias',
      'GetProvisionedConcurrencyConfig',
    ]
    for (const operation of operations) aws.faults.add({ operation, count: 2, fault })
    const result = await main(PUBLISH)
    expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
    expect(aws.lambda.get('orders')).toMatchObject({
      versions: ['1', '2'],
      aliases: { live: '2' },
    })
  }),
)

test('a snapshot, and environments that are kept ready for the alias, are waited for', () =>
  inWorld(async ({ aws, main }) => {
    released(aws, { runtime: 'java21', snapshotMs: 700 })
    aws.lambda.setProvisionedConcurrency('orders', 'live')
    const result = await main(PUBLISH)
    expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
    expect(aws.lambda.get('orders').aliases).toEqual({ live: '2' })
    expect(aws.calls.count('GetProvisionedConcurrencyConfig')).toBeGreaterThan(1)
  }))

test('with `cloudwatch-logs: deny`, logs are disabled in the same run, when the alias leads to Rotel', () =>
  inStack(async (world) => {
    const { aws, main } = world
    released(aws)
    const dark: string[] = []
    aws.onWorkDone(({ operation }) => {
      const { layers } = aws.lambda.runs('orders', 'live')
      if (!isRotel(layers) && logDecision(world) !== 'allowed') dark.push(operation)
    })
    const result = await main({ ...PUBLISH, 'cloudwatch-logs': 'deny' })
    expect(statusesOf(result)).toEqual(['orders: instrumented'])
    expect(functionsOf(result)[0]).toMatchObject({ alias: { after: expect.any(String) } })
    expect(aliasOf(world)).not.toBe('1')
    expect(dark).toEqual([])
    expect(result.summary).toContain('CloudWatch Logs are disabled')
  }))

describe('`mode: verify` with `qualifier`', () => {
  test('proves the version behind an alias, by rows of that version', () =>
    inStack(async (world) => {
      const { aws, main } = world
      released(aws)
      await main(PUBLISH)
      const VERIFY = { functions: 'orders', mode: 'verify', qualifier: 'live' }
      const good = await main(VERIFY)
      expect(statusesOf(good)).toEqual(['orders: unchanged'])
      expect(functionsOf(good)[0]).toMatchObject({ version: '2' })

      aws.lambda.setAlias('orders', 'live', '1')
      const bad = await main(VERIFY)
      expect(statusesOf(bad)).toEqual(['orders: blocked not-configured'])
      const none = await main({ ...VERIFY, qualifier: 'gone' })
      expect(functionsOf(none)[0]).toMatchObject({
        reason: 'not-found',
        detail: 'the function has no version or alias gone',
      })
    }))
})

test.each(['deny', 'remove'])(
  'with `cloudwatch-logs: %s`, an alias that somebody has put back to a version without Rotel is moved again, and nothing is left dark',
  (way) =>
    inStack(async (world) => {
      const { aws, main } = world
      released(aws)
      const inputs = { ...PUBLISH, 'cloudwatch-logs': way, 'verify-timeout': '8' }
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      expect(logDecision(world)).not.toBe('allowed')
      aws.lambda.setAlias('orders', 'live', '1')
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      expect(aliasOf(world)).not.toBe('1')
      expect(logDecision(world)).not.toBe('allowed')
    }),
)
