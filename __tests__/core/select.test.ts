/** Selection: patterns, excludes, regions, names that are not there, and how many calls it takes. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Selector, Targets } from '../../src/pipeline/select/targets'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { type AwsFault, succeeded } from '../../src/model/result'
import { matchesPattern } from '../../src/pipeline/select/pattern'
import { selectFunctions } from '../../src/pipeline/select/select'
import type { Target } from '../../src/pipeline/select/target'
import { inShard } from '../../src/pipeline/select/shard'
import type { TaggedFunctions, TagFilter } from '../../src/pipeline/select/tagged-functions'
import type { LambdaControl } from '../../src/systems/lambda/lambda-control'
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
  return {
    selectors,
    tags: [],
    stacks: [],
    regions: [REGION],
    architecture: 'auto',
    qualifier: undefined,
    maxFunctions: 100,
    shard: undefined,
    ...given,
  }
}

/** A Lambda of several regions. */
function lambdas(
  functions: readonly LambdaFunction[],
  faults: {
    readonly list?: AwsFault
    readonly tags?: AwsFault
    readonly get?: (name: string) => AwsFault | undefined
  } = {},
) {
  const calls: string[] = []
  const lambda: LambdaControl = {
    ...aLambda([]),
    listVersions(region, take) {
      calls.push(`list ${region}`)
      if (faults.list) return Promise.resolve({ ok: false, fault: faults.list })
      const page = functions.filter(({ arn }) => arn.region === region)
      take(page.map((fn) => ({ version: '$LATEST', fn })))
      return Promise.resolve(succeeded('all'))
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
  const tagged: TaggedFunctions = {
    find(region, filters) {
      calls.push(`tags ${region}`)
      if (faults.tags) return Promise.resolve({ ok: false, fault: faults.tags })
      const found = functions
        .filter(({ arn }) => arn.region === region)
        .map((fn) => ({
          arn: fn.arn.text,
          tags: typeof fn.tags === 'string' ? new Map() : fn.tags,
        }))
        .filter(({ tags }) => filters.every((filter) => has(tags, filter)))
      return Promise.resolve(succeeded(found))
    },
  }
  return { port: { wantsVersions: true, payloads: [], lambda, tagged }, calls }
}

function has(tags: ReadonlyMap<string, string>, { key, values }: TagFilter): boolean {
  const value = tags.get(key)
  return value !== undefined && (values.length === 0 || values.includes(value))
}

async function selected(
  selectors: readonly Selector[],
  functions: readonly LambdaFunction[],
  given: Partial<Targets> = {},
  payloads: readonly string[] = [],
) {
  const { port, calls } = lambdas(functions)
  const selection = await selectFunctions(targets(selectors, given), { ...port, payloads })
  return {
    warnings: selection.ok ? selection.warnings : [],
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

const NO_VERSIONS = { kind: 'known', versions: [] } as const

const fleet = ['orders', 'orders-dlq', 'images'].map((name) => aFunction({ name }))
const abroad = aFunction({ name: 'orders', region: 'us-east-1' })

describe('selecting', () => {
  test('a name costs one call, and one for its versions', async () => {
    const { names, calls } = await selected([named('orders')], fleet)
    expect(names).toEqual(['eu-west-1/orders'])
    expect(calls.toSorted()).toEqual(['get eu-west-1 orders', 'list eu-west-1'])
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
    expect(calls.toSorted()).toEqual(['get us-east-1 orders', 'list us-east-1'])
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
        {
          kind: 'missing',
          reason: 'not-found',
          detail: 'the function does not exist in eu-west-1',
        },
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
    [
      'nothing left',
      [named('orders'), exclude('*')],
      {},
      /excludes all functions that are selected/,
    ],
    [
      'nothing left of a pattern',
      [pattern('orders*'), exclude('*')],
      {},
      /excludes all functions that are selected/,
    ],
    [
      'too many',
      [pattern('*')],
      { maxFunctions: 2 },
      /3 functions are selected, but `max-functions` is 2/,
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

describe('a line that concerns none of the selected functions', () => {
  test.each<[string, readonly Selector[], readonly string[], string]>([
    [
      'an excluded name',
      [pattern('orders*'), exclude('order-dlq')],
      [],
      '`functions`: `!order-dlq` does not exclude any selected function.',
    ],
    [
      'an excluded name that exists, and is not selected',
      [pattern('orders*'), exclude('images')],
      [],
      '`functions`: `!images` does not exclude any selected function.',
    ],
    [
      'an excluded pattern',
      [pattern('orders*'), exclude('*-canary')],
      [],
      '`functions`: `!*-canary` does not exclude any selected function.',
    ],
    [
      'a payload of a name, where names select',
      [named('orders')],
      ['order'],
      '`payloads`: `order` does not match any selected function.',
    ],
    [
      'a payload of a name, where a pattern selects',
      [pattern('orders*')],
      ['images'],
      '`payloads`: `images` does not match any selected function.',
    ],
  ])('is a warning: %s', async (_, selectors, payloads, warning) => {
    expect(await selected(selectors, fleet, {}, payloads)).toMatchObject({ warnings: [warning] })
  })

  test.each<[string, readonly Selector[], readonly string[], Partial<Targets>]>([
    ['a name that does not exist', [named('orders'), named('gone')], ['gone'], {}],
    ['a name of an ARN', [byArn('orders')], ['orders'], {}],
    ['a name that is excluded', [pattern('*'), exclude('images')], ['images'], {}],
    ['an exclude of a name', [named('orders'), named('images'), exclude('images')], [], {}],
    [
      'a function that another shard takes',
      [pattern('*'), exclude('images')],
      ['orders', 'orders-dlq'],
      { shard: { index: 1, of: 5 } },
    ],
  ])('is nothing but that: %s', async (_, selectors, payloads, given) => {
    const { names, warnings } = await selected(selectors, fleet, given, payloads)
    expect(names.filter((text) => text.includes('does not'))).toEqual([])
    expect(warnings).toEqual([])
  })

  test('is not told where no function is found at all', async () => {
    const { names } = await selected([pattern('x*'), exclude('x-a')], fleet, {}, ['x-b'])
    expect(names).toEqual([expect.stringMatching(/^functions: `x\*` does not match any function/)])
  })
})

describe('tags and stacks', () => {
  const tag = (name: string, tags: Readonly<Record<string, string>>) =>
    aFunction({ name, tags: new Map(Object.entries(tags)) })
  const shop = 'aws:cloudformation:stack-name'
  const tagged = [
    tag('cart', { team: 'shop', env: 'prod', [shop]: 'shop-prod' }),
    tag('pay', { team: 'shop', env: 'test', [shop]: 'shop-test' }),
    tag('mail', { team: 'crm', env: 'prod' }),
    tag('plain', {}),
  ]
  const team = (...values: string[]) => [{ key: 'team', values }]

  test.each<[string, readonly Selector[], Partial<Targets>, readonly string[]]>([
    ['a value', [], { tags: team('shop') }, ['cart*', 'pay*']],
    ['any of several values', [], { tags: team('shop', 'crm') }, ['cart*', 'mail*', 'pay*']],
    ['a key alone', [], { tags: team() }, ['cart*', 'mail*', 'pay*']],
    ['all keys', [], { tags: [...team('shop'), { key: 'env', values: ['prod'] }] }, ['cart*']],
    ['a stack', [], { stacks: ['shop-test'] }, ['pay*']],
    ['several stacks', [], { stacks: ['shop-test', 'shop-prod'] }, ['cart*', 'pay*']],
    ['a stack and a tag', [], { stacks: ['shop-prod'], tags: team('shop') }, ['cart*']],
    ['a pattern among them', [pattern('p*')], { tags: team('shop') }, ['pay*']],
    ['all but an exclude', [exclude('pay')], { tags: team('shop') }, ['cart*']],
    ['a name among them', [named('pay')], { tags: team('shop') }, ['pay']],
  ])('select by %s', async (_, selectors, given, names) => {
    const found = await selected(selectors, tagged, given)
    expect(found.names).toEqual(names.map((name) => `eu-west-1/${name}`))
  })

  test('cost one search and one list in each region, beside names too', async () => {
    const regions = [REGION, 'us-east-1']
    const both = [
      ...tagged,
      aFunction({ name: 'far', region: 'us-east-1', tags: new Map([['team', 'shop']]) }),
    ]
    const { names, calls } = await selected([], both, { tags: team('shop'), regions })
    expect(names).toEqual(['eu-west-1/cart*', 'eu-west-1/pay*', 'us-east-1/far*'])
    expect(calls.toSorted()).toEqual([
      'list eu-west-1',
      'list us-east-1',
      'tags eu-west-1',
      'tags us-east-1',
    ])
    const one = await selected([named('pay')], tagged, { tags: team('shop') })
    expect(one.calls.toSorted()).toEqual(['get eu-west-1 pay', 'list eu-west-1', 'tags eu-west-1'])
  })

  test.each<[string, readonly Selector[], Partial<Targets>, RegExp]>([
    [
      'a tag of no function',
      [],
      { tags: team('x') },
      /^function-tags: No function in eu-west-1 has the tag team=x\.$/,
    ],
    [
      'a stack of no function',
      [],
      { stacks: ['x'] },
      /^stack: No function .* has the stack x\. .*nested/,
    ],
    [
      'one value of two',
      [],
      { tags: team('shop', 'x') },
      /^function-tags: `team=x` does not select any function/,
    ],
    [
      'one stack of two',
      [],
      { stacks: ['shop-test', 'x'] },
      /^stack: `x` does not select any function/,
    ],
    [
      'tags that no function has together',
      [],
      { tags: team('crm'), stacks: ['shop-prod'] },
      /team=crm and the stack shop-prod/,
    ],
    [
      'a name without the tag',
      [named('plain')],
      { tags: team('shop') },
      /^functions: `functions` names plain \(eu-west-1\), .* the tag team=shop/,
    ],
    [
      'a pattern beside the tag',
      [pattern('m*')],
      { tags: team('shop') },
      /^functions: `m\*` does not match any function in eu-west-1 with the tag team=shop/,
    ],
    [
      'nothing but excluded ones',
      [exclude('*')],
      { tags: team('shop') },
      /^functions: `functions` excludes all/,
    ],
  ])('are told where they select nothing: %s', async (_, selectors, given, problem) => {
    const { names } = await selected(selectors, tagged, given)
    expect(names).toEqual([expect.stringMatching(problem)])
  })

  test('that cannot be looked up stop the run, and name the permission', async () => {
    const { port } = lambdas(tagged, { tags: aFault('denied') })
    expect(await selectFunctions(targets([], { tags: team('shop') }), port)).toMatchObject({
      ok: false,
      problems: [{ input: 'function-tags', message: expect.stringContaining('tag:GetResources') }],
    })
  })
})

describe('shards', () => {
  const someFunctions = fc
    .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.integer({ min: 0, max: 12 })), {
      selector: ([name]) => name,
      maxLength: 60,
    })
    .map((all) =>
      all.map(([name, role]): Target => ({
        kind: 'found',
        fn: aFunction({ name, roleArn: `arn:aws:iam::${ACCOUNT}:role/r${String(role)}` }),
        named: false,
        complete: true,
        published: NO_VERSIONS,
      })),
    )
  const key = (target: Target) => (target.kind === 'found' ? target.fn.arn.text : target.name)
  const shards = (all: readonly Target[], of: number) =>
    Array.from({ length: of }, (_, at) => inShard(all, { index: at + 1, of }).targets)

  test('together are the selection, each function in one, in its order', () => {
    fc.assert(
      fc.property(someFunctions, fc.integer({ min: 1, max: 9 }), (all, of) => {
        const parts = shards(all, of)
        expect(parts.flat().map(key).toSorted()).toEqual(all.map(key).toSorted())
        for (const part of parts) {
          expect(part.map(key)).toEqual(all.map(key).filter((one) => part.map(key).includes(one)))
        }
      }),
    )
  })

  test('never share a role', () => {
    fc.assert(
      fc.property(someFunctions, fc.integer({ min: 2, max: 9 }), (all, of) => {
        const roles = shards(all, of).map(
          (part) => new Set(part.map((one) => (one.kind === 'found' ? one.fn.roleArn : undefined))),
        )
        const distinct = new Set(roles.flatMap((some) => [...some]))
        expect(roles.reduce((sum, { size }) => sum + size, 0)).toBe(distinct.size)
      }),
    )
  })

  test('do not depend on what else is selected, so that jobs with other lists leave none out', () => {
    fc.assert(
      fc.property(someFunctions, fc.integer({ min: 2, max: 9 }), fc.nat(), (all, of, seed) => {
        const fewer = all.filter((_, index) => (seed >> (index % 30)) % 2 === 0)
        for (const [index, part] of shards(fewer, of).entries()) {
          expect(shards(all, of)[index]?.map(key)).toEqual(expect.arrayContaining(part.map(key)))
        }
      }),
    )
  })

  test('are even over many roles: of a thousand, a fifth is between 150 and 250', () => {
    const many = Array.from({ length: 1000 }, (_, index): Target => ({
      kind: 'found',
      fn: aFunction({
        name: `f${String(index)}`,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/f${String(index)}`,
      }),
      named: false,
      complete: true,
      published: NO_VERSIONS,
    }))
    for (const part of shards(many, 5)) {
      expect(part.length).toBeGreaterThan(150)
      expect(part.length).toBeLessThan(250)
    }
  })

  test('name the role whose functions alone are more than an even share', () => {
    const on = (role: string, count: number) =>
      Array.from({ length: count }, (_, index): Target => ({
        kind: 'found',
        fn: aFunction({ name: `${role}-${String(index)}`, roleArn: role }),
        named: false,
        complete: true,
        published: NO_VERSIONS,
      }))
    const { sharing } = inShard([...on('big', 6), ...on('small', 4)], { index: 1, of: 2 })
    expect(sharing).toMatchObject({ total: 10, largest: { role: 'big', functions: 6 } })
    expect(
      inShard([...on('a', 5), ...on('b', 5)], { index: 1, of: 2 }).sharing.largest,
    ).toBeUndefined()
  })

  test('a function that is not there is reported by one of them', () => {
    const gone: Target = {
      kind: 'missing',
      name: 'x',
      region: REGION,
      reason: 'not-found',
      detail: '',
    }
    expect(shards([gone], 7).flat()).toEqual([gone])
  })

  test('the limit of functions counts what a shard takes, and a shard may be empty', async () => {
    const { port } = lambdas(
      fleet.map((fn) => ({ ...fn, roleArn: 'arn:aws:iam::123456789012:role/one' })),
    )
    const ends = await Promise.all(
      [1, 2].map((index) =>
        selectFunctions(
          targets([pattern('*')], { shard: { index, of: 2 }, maxFunctions: 2 }),
          port,
        ),
      ),
    )
    expect(ends.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    expect(ends.find(({ ok }) => ok)).toMatchObject({
      targets: [],
      sharing: { total: 3, taken: 0 },
    })
  })
})
