/** Names of functions, layers and routes: what is one, what its parts are, and what passes for none. */

import { describe, expect, test } from '@jest/globals'
import { succeeded } from '../../src/model/result'
import { changeBetween, withChange } from '../../src/systems/lambda/change'
import { parseFunctionArn, parseQualifiedArn } from '../../src/systems/lambda/function-arn'
import { untilPast } from '../../src/systems/lambda/lambda-clock'
import { layerArnText, layersOf, parseLayerArn } from '../../src/systems/lambda/layer-arn'
import type { Routes } from '../../src/systems/lambda/lambda-control'
import { routedVersions } from '../../src/systems/lambda/routed-versions'
import { goesThrough, throughAlias } from '../../src/systems/lambda/routes'
import { isBusy, untilSettled } from '../../src/systems/lambda/settled'
import { aFunction, layer, variablesOf } from './support/functions'
import { aClock, aFault, aLambda, ENDLESS } from './support/lambda'

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:orders'
const LAYER = 'arn:aws:lambda:eu-west-1:123456789012:layer:team:7'

/** With one part each that is not what it has to be. */
const spoilt = (text: string) => [
  '',
  'orders',
  text.replace(':lambda:', ':iam:'),
  text.replace('arn:aws:', 'arn:other:'),
  text.replace('eu-west-1', ''),
  text.replace('eu-west-1', 'somewhere'),
  text.replace('123456789012', '1234'),
  text.replace('123456789012', 'awslayer'),
  `${text}x:y:z`,
]

describe('the ARN of a function', () => {
  const parts = { partition: 'aws', region: 'eu-west-1', account: '123456789012', name: 'orders' }

  test('has its parts, and the version or alias behind it', () => {
    expect(parseFunctionArn(ARN)).toEqual({ text: ARN, ...parts })
    expect(parseQualifiedArn(ARN)).toEqual({ arn: { text: ARN, ...parts }, qualifier: undefined })
    expect(parseQualifiedArn(`${ARN}:live`)).toEqual({
      arn: { text: ARN, ...parts },
      qualifier: 'live',
    })
    expect(parseFunctionArn(`${ARN}:$LATEST`)).toEqual({ text: ARN, ...parts })
  })

  test.each([...spoilt(ARN), LAYER, `${ARN}:`, `${ARN}/x`, ARN.replace('orders', '')])(
    'is not %j',
    (text) => {
      expect(parseFunctionArn(text)).toBeUndefined()
      expect(parseQualifiedArn(text)).toBeUndefined()
    },
  )
})

describe('the ARN of a layer version', () => {
  test('has its parts, and is the same text again', () => {
    const parsed = parseLayerArn(LAYER)
    expect(parsed).toEqual({
      partition: 'aws',
      region: 'eu-west-1',
      account: '123456789012',
      name: 'team',
      version: 7,
    })
    expect(parsed && layerArnText(parsed)).toBe(LAYER)
  })

  test.each([...spoilt(LAYER), ARN, LAYER.replace(':7', ''), LAYER.replace(':7', ':0')])(
    'is not %j',
    (text) => {
      expect(parseLayerArn(text)).toBeUndefined()
    },
  )

  test('is looked for among all that a function has, in their order', () => {
    const layers = [layer('b', 1), 'no ARN', layer('a', 2)].map((arn) => ({ arn }))
    expect(layersOf({ layers }).map(({ name }) => name)).toEqual(['b', 'a'])
  })
})

test('what leads to an alias goes through it, by its whole name', () => {
  expect(throughAlias('live')).toBe('alias live')
  expect(throughAlias('live', 'event source 1')).toBe('event source 1 of alias live')
  for (const way of ['alias live', 'event source 1 of alias live']) {
    expect(goesThrough(way, 'live')).toBe(true)
    expect(goesThrough(way, 'liv')).toBe(false)
    expect(goesThrough(`${way}2`, 'live')).toBe(false)
    expect(goesThrough(way, 'other')).toBe(false)
  }
  expect(goesThrough('of alias live', 'live')).toBe(false)
})

describe('versions that something leads to', () => {
  const fn = aFunction()
  const one = { ...fn, version: '1' }
  const fault = aFault('denied')

  async function routed(routes: Routes | undefined, readable = true) {
    const calls: string[] = []
    const answer = <T>(call: string, value: T) => {
      calls.push(call)
      return Promise.resolve(readable ? succeeded(value) : ({ ok: false, fault } as const))
    }
    const found = await routedVersions(fn.arn, {
      routes: () => Promise.resolve(routes ? succeeded(routes) : { ok: false, fault }),
      get: () => answer('get', fn),
      versionsOf: () =>
        answer('versionsOf', [
          { version: '$LATEST', fn },
          { version: '1', fn: one },
        ]),
    })
    return { found, calls }
  }

  test('are none, and nothing is asked, where nothing leads anywhere', async () => {
    expect(await routed(new Map())).toEqual({ found: succeeded([]), calls: [] })
  })

  test('are found without a list of versions where all leads to $LATEST', async () => {
    expect(await routed(new Map([['$LATEST', ['alias live']]]))).toEqual({
      found: succeeded([{ version: '$LATEST', via: ['alias live'], fn }]),
      calls: ['get'],
    })
  })

  test('each have their own configuration, and one that was deleted since has none', async () => {
    const routes = new Map([
      ['1', ['alias live']],
      ['$LATEST', ['event source 1']],
      ['2', ['alias gone']],
    ])
    expect(await routed(routes)).toEqual({
      found: succeeded([
        { version: '1', via: ['alias live'], fn: one },
        { version: '$LATEST', via: ['event source 1'], fn },
      ]),
      calls: ['versionsOf'],
    })
  })

  test('that cannot be read are a fault', async () => {
    const unread = { ok: false, fault }
    expect((await routed(undefined)).found).toEqual(unread)
    for (const version of ['$LATEST', '1']) {
      expect((await routed(new Map([[version, ['alias a']]]), false)).found).toEqual(unread)
    }
  })
})

test.each([
  [-1, []],
  [0, [1]],
  [0.5, [1]],
  [1_500, [1_501]],
  [2_999, [3_000]],
  [60_000, [3_000]],
])('%d ms before Lambda’s clock has passed a time, these waits follow: %j', async (ms, waits) => {
  const clock = aClock()
  const earliest = 1_700_000_000_000
  const lambdaClock = { now: () => ({ earliest, latest: earliest + 1_000 }) }
  await untilPast(earliest + ms, { lambdaClock, clock })
  expect(clock.slept).toEqual(waits)
})

test('a function that is being created or updated is busy, and no other is', () => {
  expect(isBusy(aFunction())).toBe(false)
  expect(isBusy(aFunction({ state: 'Pending' }))).toBe(true)
  expect(isBusy(aFunction({ lastUpdateStatus: 'InProgress' }))).toBe(true)
  expect(isBusy(aFunction({ state: 'Failed', lastUpdateStatus: 'Failed' }))).toBe(false)
})

test('an update is looked at every 0.3 s for two seconds, then less and less, down to every three', async () => {
  const busy = aFunction({ lastUpdateStatus: 'InProgress' })
  const clock = aClock()
  const startedAt = clock.now() - 500
  const took: number[] = []
  const end = await untilSettled(
    busy,
    { lambda: aLambda([busy]), clock, signal: ENDLESS },
    { startedAt, took: (ms) => void took.push(ms) },
  )
  expect(end).toMatchObject({ reason: 'update-failed' })
  const pauses = [300, 300, 300, 300, 300, 1_000, 1_500, 2_250, 3_000, 3_000]
  expect(clock.slept.slice(0, pauses.length)).toEqual(pauses)
  expect(Math.max(...clock.slept)).toBe(3_000)
  expect(clock.now() - startedAt).toBe(600_000)
  expect(took).toEqual([])
})

test('a function with a change has it, and all else stays', () => {
  const signed = { arn: layer('team', 1), signed: true }
  const fn = aFunction({ layers: [signed], variables: { A: '1', B: '2' } })
  const [before, after] = [
    variablesOf(fn),
    new Map([
      ['A', '1'],
      ['C', '3'],
    ]),
  ]
  const change = changeBetween(fn, [signed.arn, layer('own', 2)], before, after)
  expect(change?.variables.map(({ name }) => name)).toEqual(['B', 'C'])
  expect(withChange(fn, change)).toEqual({
    ...fn,
    layers: [signed, { arn: layer('own', 2), signed: false }],
    environment: { readable: true, variables: after },
  })
  expect(withChange(fn, undefined)).toBe(fn)
  expect(changeBetween(fn, [signed.arn], before, before)).toBeUndefined()
  const hidden = aFunction({ layers: [signed], variables: undefined })
  expect(withChange(hidden, change).environment).toEqual(hidden.environment)
  const moved = { layers: undefined, variables: [] }
  expect(withChange(fn, moved)).toEqual(fn)
})
