/** Selection: patterns, excludes, regions, names that are not there, and how many calls it takes. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Selector, Targets } from '../../src/pipeline/select/targets'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { type AwsFault, succeeded } from '../../src/model/result'
import { matchesPattern } from '../../src/pipeline/select/pattern'
import { selectFunctions } from '../../src/pipeline/select/select'
import { ACCOUNT, aFunction, REGION } from './support/functions'
import { aFault, aLambda } from './support/lambda'

describe('patterns', () => {
  /** The oracle: a regular expression, which the product avoids because it can be made slow. */
  const oracle = (pattern: string) =>
    new RegExp(
      `^${pattern
        .split('*')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^]*')}$`,
    )

  test('mean what a regular expression would mean', () => {
    const text = (...signs: string[]) =>
      fc.string({ unit: fc.constantFrom(...signs), maxLength: 10 })
    fc.assert(
      fc.property(text('a', 'b', '-', '*'), text('a', 'b', '-'), (pattern, name) => {
        expect([pattern, name, matchesPattern(pattern, name)]).toEqual([
          pattern,
          name,
          oracle(pattern).test(name),
        ])
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    ['*', 'anything', true],
    ['orders', 'orders', true],
    ['orders', 'orders-2', false],
    ['orders*', 'orders', true],
    ['*-prod', 'a-prod', true],
    ['*-prod', '-prod', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*bc*c', 'abc', false],
    ['Orders', 'orders', false],
    ['o.ders*', 'orders', false],
    ['**', '', true],
  ])('%s matches %s: %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches)
  })

  test('are not made slow by a hostile one', () => {
    expect(matchesPattern('*a'.repeat(30) + 'b', 'a'.repeat(64))).toBe(false)
  })
})

// --- selection --------------------------------------------------------------------------------------------------------

const named = (name: string): Selector => ({ kind: 'name', text: name, name })
const pattern = (text: string): Selector => ({ kind: 'pattern', text, pattern: text })
const exclude = (text: string): Selector => ({ kind: 'exclude', text, pattern: text })
const byArn = (name: string, region = REGION, account = ACCOUNT): Selector => ({
  kind: 'arn',
  text: `arn:aws:lambda:${region}:${account}:function:${name}`,
  partition: 'aws',
  region,
  account,
  name,
})

function targets(selectors: readonly Selector[], given: Partial<Targets> = {}): Targets {
  return { selectors, regions: [REGION], architecture: 'auto', maxFunctions: 100, ...given }
}

/** A Lambda of several regions. */
function lambdas(
  functions: readonly LambdaFunction[],
  faults: { readonly list?: AwsFault; readonly get?: (name: string) => AwsFault | undefined } = {},
) {
  const calls: string[] = []
  const port: Parameters<typeof selectFunctions>[1] = {
    ...aLambda([]),
    list(region) {
      calls.push(`list ${region}`)
      return Promise.resolve(
        faults.list
          ? { ok: false, fault: faults.list }
          : succeeded(functions.filter(({ arn }) => arn.region === region)),
      )
    },
    get(region, nameOrArn) {
      const name = nameOrArn.split(':').at(-1) ?? ''
      calls.push(`get ${region} ${name}`)
      const fault = faults.get?.(name)
      if (fault) return Promise.resolve({ ok: false, fault })
      const fn = functions.find(({ arn }) => arn.region === region && arn.name === name)
      return Promise.resolve(fn ? succeeded(fn) : { ok: false, fault: aFault('not-found') })
    },
  }
  return { port, calls }
}

async function selected(
  selectors: readonly Selector[],
  functions: readonly LambdaFunction[],
  given: Partial<Targets> = {},
) {
  const { port, calls } = lambdas(functions)
  const selection = await selectFunctions(targets(selectors, given), port)
  return {
    names: selection.ok
      ? selection.targets.map((target) =>
          target.kind === 'found'
            ? `${target.fn.arn.region}/${target.fn.arn.name}${target.named ? '' : '*'}`
            : `${target.region}/${target.name}?`,
        )
      : selection.problems.map(({ input, message }) => `${input}: ${message}`),
    calls,
  }
}

const fleet = ['orders', 'orders-dlq', 'images'].map((name) => aFunction({ name }))
const abroad = aFunction({ name: 'orders', region: 'us-east-1' })

describe('selecting', () => {
  test('a name costs one call', async () => {
    const { names, calls } = await selected([named('orders')], fleet)
    expect(names).toEqual(['eu-west-1/orders'])
    expect(calls).toEqual(['get eu-west-1 orders'])
  })

  test('a pattern costs one list, for all patterns and names together', async () => {
    const { names, calls } = await selected(
      [pattern('orders*'), pattern('i*'), named('images')],
      fleet,
    )
    expect(names).toEqual(['eu-west-1/images', 'eu-west-1/orders*', 'eu-west-1/orders-dlq*'])
    expect(calls).toEqual(['list eu-west-1'])
  })

  test('excludes count for names and patterns', async () => {
    const { names, calls } = await selected(
      [pattern('*'), named('images'), exclude('*-dlq'), exclude('images')],
      fleet,
    )
    expect(names).toEqual(['eu-west-1/orders*'])
    expect(calls).toEqual(['list eu-west-1'])
  })

  test('a name is looked for in each region, and missing only if it is in none', async () => {
    const regions = [REGION, 'us-east-1', 'us-west-2']
    expect((await selected([named('orders')], [...fleet, abroad], { regions })).names).toEqual([
      'eu-west-1/orders',
      'us-east-1/orders',
    ])
    expect((await selected([named('nothing')], fleet, { regions })).names).toEqual([
      'eu-west-1/nothing?',
    ])
  })

  test('an ARN brings its own region along', async () => {
    const { names, calls } = await selected([byArn('orders', 'us-east-1')], [...fleet, abroad])
    expect(names).toEqual(['us-east-1/orders'])
    expect(calls).toEqual(['get us-east-1 orders'])
  })

  test('the same function named in several ways is one', async () => {
    const { names } = await selected(
      [named('orders'), byArn('orders'), named('orders'), pattern('orders')],
      fleet,
    )
    expect(names).toEqual(['eu-west-1/orders'])
  })

  test('a function of another account does not answer to an ARN', async () => {
    const { calls } = await selected([pattern('*'), byArn('orders', REGION, '999999999999')], fleet)
    expect(calls).toEqual(['list eu-west-1', 'get eu-west-1 orders'])
  })

  test('names that are not there stay in the list, with their reason', async () => {
    const { port } = lambdas(fleet, {
      get: (name) => (name === 'secret' ? aFault('denied') : undefined),
    })
    const selection = await selectFunctions(
      targets([named('secret'), named('nothing'), named('orders')]),
      port,
    )
    expect(selection).toMatchObject({
      ok: true,
      targets: [
        { kind: 'missing', reason: 'access-denied' },
        { kind: 'missing', reason: 'not-found' },
        { kind: 'found' },
      ],
    })
  })
})

describe('problems', () => {
  test.each<[string, readonly Selector[], Partial<Targets>, RegExp]>([
    [
      'a pattern without a match',
      [pattern('x*'), named('orders')],
      {},
      /`x\*` does not match any function/,
    ],
    ['nothing left', [named('orders'), exclude('*')], {}, /excludes all functions that it selects/],
    [
      'nothing left of a pattern',
      [pattern('orders*'), exclude('*')],
      {},
      /excludes all functions that it selects/,
    ],
    [
      'too many',
      [pattern('*')],
      { maxFunctions: 2 },
      /selects 3 functions, but `max-functions` is 2/,
    ],
  ])('%s', async (_, selectors, given, message) => {
    const { names } = await selected(selectors, fleet, given)
    expect(names).toEqual([expect.stringMatching(message)])
  })

  test('exactly as many as allowed are allowed', async () => {
    const { names } = await selected([pattern('*')], fleet, { maxFunctions: 3 })
    expect(names).toHaveLength(3)
  })

  test('a region that cannot be listed stops it all, and is named', async () => {
    const { port } = lambdas(fleet, { list: aFault('denied') })
    const selection = await selectFunctions(targets([pattern('*')]), port)
    expect(selection).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('eu-west-1') }],
    })
  })
})
