/** Which versions a function has, which of them traffic reaches, and whether an alias leads to what `$LATEST` is. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { succeeded } from '../../src/model/result'
import { isSame, planAlias } from '../../src/pipeline/publish-alias/alias-plan'
import { afterPublishing, findTraffic } from '../../src/pipeline/publish-alias/traffic'
import { readNamed } from '../../src/pipeline/select/region-functions'
import type { Alias } from '../../src/systems/lambda/alias-control'
import type { ListedVersion } from '../../src/systems/lambda/lambda-control'
import { goesThrough, throughAlias } from '../../src/systems/lambda/routes'
import { aFunction, anArn, REGION, ROTEL_X86 } from './support/functions'
import { aFault } from './support/lambda'

const WORKING = { layers: [ROTEL_X86], variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://c' } }

const listed = (name: string, version: string, carriesRotel = false): ListedVersion => ({
  version,
  fn: aFunction({ name, version, ...(carriesRotel ? WORKING : {}) }),
})

/** A region that is listed two entries at a time. */
function aRegion(entries: readonly ListedVersion[], size = 2) {
  let pages = 0
  return {
    pages: () => pages,
    listVersions(_: string, take: (page: readonly ListedVersion[]) => boolean) {
      for (let at = 0; at < entries.length; at += size) {
        pages += 1
        const goesOn = take(entries.slice(at, at + size))
        if (!goesOn && at + size < entries.length)
          return Promise.resolve(succeeded('stopped' as const))
      }
      return Promise.resolve(succeeded('all' as const))
    },
  }
}

describe('versions of named functions', () => {
  const fleet = fc
    .array(fc.record({ versions: fc.nat(4), carries: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((all) =>
      all.flatMap(({ versions, carries }, index) =>
        ['$LATEST', ...Array.from({ length: versions }, (_, at) => String(at + 1))].map((version) =>
          listed(`f${String(index)}`, version, carries),
        ),
      ),
    )
  const names = fc.uniqueArray(
    fc.nat(14).map((index) => `f${String(index)}`),
    { maxLength: 8 },
  )

  test.each<[string, (all: readonly ListedVersion[]) => readonly ListedVersion[]]>([
    ['in a row', (all) => all],
    [
      'behind all functions',
      (all) =>
        all.toSorted((a, b) => Number(b.version === '$LATEST') - Number(a.version === '$LATEST')),
    ],
    ['before all functions', (all) => all.toSorted((a, b) => (a.version < b.version ? 1 : -1))],
  ])('that are known from a list are all of them, where Lambda lists them %s', (_, order) =>
    fc.assert(
      fc.asyncProperty(fleet, names, fc.integer({ min: 1, max: 4 }), async (all, wanted, size) => {
        const known = await readNamed(REGION, new Set(wanted), aRegion(order(all), size))
        for (const [arn, versions] of known) {
          const name = arn.slice(arn.lastIndexOf(':') + 1)
          expect(wanted).toContain(name)
          expect(versions.map(({ version }) => version).toSorted()).toEqual(
            all
              .filter(({ fn, version }) => fn.arn.name === name && version !== '$LATEST')
              .map(({ version }) => version)
              .toSorted(),
          )
        }
      }),
      { numRuns: 100 },
    ),
  )

  test('cost no more pages than there are functions to be found', () =>
    fc.assert(
      fc.asyncProperty(fleet, names, async (all, wanted) => {
        const region = aRegion(all)
        await readNamed(REGION, new Set(wanted), region)
        expect(region.pages()).toBeLessThanOrEqual(Math.max(1, wanted.length))
      }),
      { numRuns: 80 },
    ))

  test('are asked for one by one where Lambda lists the versions of a function apart', async () => {
    const apart = ['$LATEST', '1'].flatMap((version) =>
      ['a', 'b', 'c', 'd'].map((name) => listed(name, version)),
    )
    expect(await readNamed(REGION, new Set(['a', 'b', 'c']), aRegion(apart))).toEqual(new Map())
  })

  test('are not known where the region cannot be listed', async () => {
    const denied = {
      listVersions: () => Promise.resolve({ ok: false, fault: aFault('denied') } as const),
    }
    expect(await readNamed(REGION, new Set(['a']), denied)).toEqual(new Map())
  })
})

describe('traffic', () => {
  const found = (carries: readonly boolean[], snapStart = false) => ({
    kind: 'found' as const,
    fn: aFunction({ snapStart }),
    named: true,
    complete: true,
    published: {
      kind: 'known' as const,
      versions: carries.map((carriesRotel, at) => ({
        version: String(at + 1),
        arn: anArn(),
        roleArn: undefined,
        carriesRotel,
      })),
    },
  })
  const routes = (all: Readonly<Record<string, readonly string[]>>) => () =>
    Promise.resolve(succeeded(new Map(Object.entries(all))))
  const unasked = () => {
    throw new Error('nobody is to ask')
  }

  test('is not asked for where all versions carry Rotel', async () => {
    expect(await findTraffic(found([true, true]), unasked)).toEqual({
      kind: 'known',
      uninstrumented: [],
    })
  })

  test('is told by number, of those that something leads to', async () => {
    const versions = found([true, ...Array.from({ length: 10 }, () => false)])
    const led = routes({ '1': ['alias old'], '11': ['alias live'], '2': ['event source x'] })
    expect(await findTraffic(versions, led)).toEqual({
      kind: 'known',
      uninstrumented: [
        { version: '2', via: ['event source x'] },
        { version: '11', via: ['alias live'] },
      ],
    })
  })

  test('of a function with SnapStart reaches its newest version, and only that', async () => {
    expect(await findTraffic(found([false, false], true), routes({}))).toEqual({
      kind: 'known',
      uninstrumented: [{ version: '2', via: ['SnapStart'] }],
    })
    expect(await findTraffic(found([false, true], true), routes({}))).toEqual({
      kind: 'known',
      uninstrumented: [],
    })
  })

  test('that cannot be read was not checked', async () => {
    const denied = () => Promise.resolve({ ok: false, fault: aFault('denied') } as const)
    expect(await findTraffic(found([false]), denied)).toMatchObject({ kind: 'not-checked' })
  })

  test('goes elsewhere with an alias, and with what leads to the alias', () => {
    const versions = [
      {
        version: '1',
        via: [throughAlias('live'), throughAlias('live', 'provisioned concurrency')],
      },
      { version: '2', via: [throughAlias('live'), throughAlias('lively')] },
      { version: '3', via: ['SnapStart'] },
      { version: '4', via: ['provisioned concurrency'] },
    ]
    expect(afterPublishing(versions, 'live')).toEqual([
      { version: '2', via: ['alias lively'] },
      { version: '4', via: ['provisioned concurrency'] },
    ])
    expect(goesThrough('event source 1 of alias lively', 'live')).toBe(false)
  })
})

describe('a version is what `$LATEST` is', () => {
  test('unless code or configuration differ', () => {
    const latest = aFunction({ ...WORKING, version: '$LATEST' })
    const version = {
      ...latest,
      version: '3',
      revisionId: 'other',
      lastModified: 1,
      state: 'Pending',
    }
    expect(isSame(version, latest)).toBe(true)
    const differences: readonly Partial<typeof latest>[] = [
      { codeSha256: 'other' },
      { layers: [] },
      { environment: { readable: true, variables: new Map() } },
      { runtime: 'nodejs24.x' },
      { handler: 'other.handler' },
      { architecture: 'arm64' },
      { timeoutSeconds: 1 },
      { memoryMb: 1 },
      { roleArn: 'arn:aws:iam::123456789012:role/other' },
      { logFormat: 'JSON' },
      { logGroup: 'other' },
    ]
    for (const difference of differences) {
      expect([difference, isSame({ ...version, ...difference }, latest)]).toEqual([
        difference,
        false,
      ])
    }
  })
})

describe('an alias', () => {
  const alias = (given: Partial<Alias> = {}): Alias => ({
    name: 'live',
    version: '1',
    isWeighted: false,
    revisionId: 'r',
    ...given,
  })
  const plan = (found: Alias, published = aFunction({ version: '1' }), isInvoked = true) =>
    planAlias('live', aFunction(WORKING), undefined, {
      aliases: { alias: () => Promise.resolve(succeeded(found)) },
      lambda: { get: () => Promise.resolve(succeeded(published)) },
      isInvoked,
      invoke: undefined,
    })

  test('that leads to another version is to lead to a new one', async () => {
    expect(await plan(alias())).toEqual({
      kind: 'publish',
      alias: 'live',
      from: '1',
      codeChanges: false,
    })
    expect(await plan(alias(), aFunction({ codeSha256: 'old' }))).toMatchObject({
      codeChanges: true,
    })
  })

  test.each([
    ['denied', 'alias-unreadable'],
    ['unavailable', 'read-failed'],
    ['not-found', 'read-failed'],
  ] as const)('whose version cannot be read (%s) is refused as `%s`', async (kind, reason) => {
    const refused = await planAlias('live', aFunction(WORKING), undefined, {
      aliases: { alias: () => Promise.resolve(succeeded(alias())) },
      lambda: { get: () => Promise.resolve({ ok: false, fault: aFault(kind) }) },
      isInvoked: true,
      invoke: undefined,
    })
    expect(refused).toMatchObject({ reason, detail: expect.stringContaining('version 1') })
  })

  test.each([
    ['leads to what `$LATEST` is', alias(), aFunction(WORKING), 'current'],
    ['leads to `$LATEST`', alias({ version: '$LATEST' }), undefined, 'current'],
  ])('that %s stays', async (_, found, published, kind) => {
    expect(await plan(found, published)).toMatchObject({ kind })
  })

  test('is refused with weights, and without an invocation to prove the version', async () => {
    expect(await plan(alias({ isWeighted: true }))).toMatchObject({ reason: 'alias-weighted' })
    expect(await plan(alias(), undefined, false)).toMatchObject({
      reason: 'alias-needs-invocation',
    })
  })
})
