/** The preflight: everything that reading can tell, and no call that is not needed for it. */

import { describe, expect, test } from '@jest/globals'
import type { Wanted } from '../../src/pipeline/plan/wanted'
import { inspect, type InspectContext } from '../../src/pipeline/preflight/inspect'
import type { LayerVersion } from '../../src/systems/lambda/lambda-control'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { type AwsFault, type AwsFaultKind, type Result, succeeded } from '../../src/model/result'
import { planAttachment, planRemoval } from '../../src/pipeline/plan/plan'
import type { Target } from '../../src/pipeline/select/target'
import {
  ACCOUNT,
  aFunction,
  changed,
  type Given,
  layer,
  ROTEL_X86,
  SOME_CONTEXT,
  SOME_EXPORT,
  someWanted,
} from './support/functions'
import { aFault, aLambda } from './support/lambda'

interface Options {
  readonly wanted?: Partial<Wanted>
  readonly remove?: boolean
  readonly named?: boolean
  readonly complete?: boolean
  readonly invokes?: boolean
  readonly layerMayBeSigned?: boolean
  readonly layerVersion?: (arn: string) => Result<LayerVersion>
  readonly layerHashes?: readonly string[]
  readonly enforces?: Result<boolean>
  readonly mayInvoke?: Result<true>
}

async function inspected(fn: LambdaFunction, options: Options = {}) {
  const calls: string[] = []
  const lambda: InspectContext['lambda'] = {
    ...aLambda([fn]),
    get(_, name) {
      calls.push(`get ${name.split(':').at(-1) ?? ''}`)
      return Promise.resolve(succeeded(fn))
    },
    layerVersion(_, arn) {
      calls.push(`layer ${arn}`)
      return Promise.resolve(options.layerVersion?.(arn) ?? READABLE)
    },
    enforcesCodeSigning() {
      calls.push('code signing')
      return Promise.resolve(options.enforces ?? succeeded(true))
    },
  }
  const { named = true, complete = true } = options
  const target: Target = {
    kind: 'found',
    published: { kind: 'known', versions: [] },
    fn: complete ? fn : { ...fn, reservedConcurrency: 'unknown' },
    named,
    complete,
  }
  const result = await inspect(target, {
    lambda,
    planFor: (one) =>
      options.remove
        ? planRemoval(one)
        : planAttachment(one, someWanted(options.wanted), SOME_CONTEXT),
    invokes: () => options.invokes ?? true,
    invoke: options.mayInvoke && {
      mayInvoke(_, qualifier) {
        calls.push(`dry run ${qualifier ?? ''}`)
        return Promise.resolve(options.mayInvoke ?? succeeded(true))
      },
    },
    layerMayBeSigned: options.layerMayBeSigned ?? false,
    disablesLogs: false,
    layerHashes: options.layerHashes ?? [],
  })
  return { result, calls }
}

function attached(given: Given = {}): LambdaFunction {
  const fn = aFunction(given)
  const plan = planAttachment(fn, someWanted(), SOME_CONTEXT)
  return plan.kind === 'change' ? changed(fn, plan.change) : fn
}

const HASH = 'RkFLRSBIQVNIIE9GIEEgTEFZRVIgRk9SIFRIRSBURVM='
const READABLE = succeeded({ codeSha256: HASH })

const denied = (): Result<LayerVersion> => ({ ok: false, fault: aFault('denied') })

describe('calls', () => {
  test('a function that is configured needs none', async () => {
    for (const complete of [true, false]) {
      const { result, calls } = await inspected(attached(), { complete })
      expect(result).toMatchObject({ kind: 'planned', plan: { kind: 'unchanged' } })
      expect(calls).toEqual([])
    }
  })

  test('one that changes is read in full, once', async () => {
    const first = await inspected(aFunction({ name: 'a' }), { complete: false })
    expect(first.calls).toEqual(['get a', `layer ${ROTEL_X86}`])
    const second = await inspected(aFunction({ name: 'a' }))
    expect(second.calls).toEqual([`layer ${ROTEL_X86}`])
  })

  test('one that is refused needs none', async () => {
    const { calls } = await inspected(aFunction({ kind: 'edge-replica' }), { complete: false })
    expect(calls).toEqual([])
  })
})

describe('refusals', () => {
  test('a missing function keeps the reason for which it is missing', async () => {
    const target: Target = {
      kind: 'missing',
      name: 'x',
      region: 'eu-west-1',
      reason: 'access-denied',
      detail: 'd',
    }
    const result = await inspect(target, {
      lambda: aLambda([]),
      planFor: () => ({ kind: 'unchanged', warnings: [] }),
      invokes: () => true,
      layerMayBeSigned: false,
      disablesLogs: false,
      layerHashes: [],
    })
    expect(result).toMatchObject({ kind: 'refused', reason: 'access-denied', notApplicable: false })
  })

  test('of the kind of function are the user’s fault only when it was named', async () => {
    const image = aFunction({ packageType: 'Image', runtime: undefined })
    expect((await inspected(image, { named: true })).result).toMatchObject({
      reason: 'image-function',
      notApplicable: false,
    })
    expect((await inspected(image, { named: false })).result).toMatchObject({
      reason: 'image-function',
      notApplicable: true,
    })
  })

  test('of any other kind are faults, named or not', async () => {
    const theirs = aFunction({ variables: { ROTEL_X: 'x' } })
    expect((await inspected(theirs, { named: false })).result).toMatchObject({
      reason: 'configured-elsewhere',
      notApplicable: false,
    })
  })

  test.each<[string, Given, boolean, string | undefined]>([
    ['no concurrency, invoked', { reservedConcurrency: 0 }, true, 'reserved-concurrency-zero'],
    ['no concurrency, not invoked', { reservedConcurrency: 0 }, false, undefined],
    ['a tenant, invoked', { kind: 'tenant-isolated' }, true, 'tenant-isolated'],
    ['a tenant, not invoked', { kind: 'tenant-isolated' }, false, undefined],
  ])('%s', async (_, given, invokes, reason) => {
    const { result } = await inspected(aFunction(given), { invokes })
    expect(result.kind === 'refused' ? result.reason : undefined).toBe(reason)
  })
})

describe('layers', () => {
  const team = layer('team-lib', 1, ACCOUNT)

  test.each<[string, AwsFault['kind'], string]>([
    ['denied', 'denied', 'layer-unreadable'],
    ['not there', 'not-found', 'layer-unreadable'],
    ['refused', 'refused', 'layer-unreadable'],
    ['without an answer', 'unavailable', 'read-failed'],
    ['throttled', 'throttled', 'read-failed'],
  ])('a layer that is %s blocks', async (_, kind, reason) => {
    const { result } = await inspected(aFunction({ layers: [team] }), {
      layerVersion: (arn) => (arn === team ? { ok: false, fault: aFault(kind) } : READABLE),
    })
    expect(result).toMatchObject({ kind: 'refused', reason })
  })

  test('that are not sent are not asked about', async () => {
    const drifted = attached({ layers: [team] })
    const { result, calls } = await inspected(drifted, {
      wanted: { export: { ...SOME_EXPORT, headers: [] } },
      layerVersion: denied,
    })
    expect(result).toMatchObject({ kind: 'planned', plan: { kind: 'change' } })
    expect(calls).toEqual([])
  })
})

describe('a pinned hash', () => {
  const OTHER = 'QU5PVEhFUiBIQVNIIE9GIEFOT1RIRVIgTEFZRVIgISE='

  test('is compared with that of the layer that is to be attached, without a further call', async () => {
    const { result, calls } = await inspected(aFunction(), { layerHashes: [OTHER, HASH] })
    expect(result).toMatchObject({ kind: 'planned', plan: { kind: 'change' } })
    expect(new Set(calls)).toEqual(new Set([`layer ${ROTEL_X86}`]))
    expect((await inspected(aFunction(), { layerHashes: [OTHER] })).result).toMatchObject({
      reason: 'layer-hash-mismatch',
      detail: `the layer ${ROTEL_X86} has the hash ${HASH}`,
    })
  })

  test('is compared with that of a layer that is kept, too', async () => {
    const { result } = await inspected(attached(), { layerHashes: [HASH] })
    expect(result).toMatchObject({ kind: 'planned', plan: { kind: 'unchanged' } })
    expect((await inspected(attached(), { layerHashes: [OTHER] })).result).toMatchObject({
      reason: 'layer-hash-mismatch',
    })
  })

  test.each<[string, Result<LayerVersion>]>([
    ['may not be read', denied()],
    ['is missing in the answer', succeeded({ codeSha256: undefined })],
    ['is not answered', { ok: false, fault: aFault('unavailable') }],
  ])('that %s blocks', async (_, answer) => {
    const { result } = await inspected(attached(), {
      layerHashes: [HASH],
      layerVersion: () => answer,
    })
    expect(result).toMatchObject({ kind: 'refused', reason: 'layer-hash-mismatch' })
  })

  test('says nothing of layers of the user’s own', async () => {
    const team = layer('team-lib', 1, ACCOUNT)
    const { result } = await inspected(attached({ layers: [team] }), {
      layerHashes: [HASH],
      layerVersion: (arn) => (arn === team ? succeeded({ codeSha256: OTHER }) : READABLE),
    })
    expect(result).toMatchObject({ kind: 'planned' })
  })

  test('asks nothing where it is not set', async () => {
    expect((await inspected(attached())).calls).toEqual([])
  })
})

describe('code signing', () => {
  test.each<[string, Given]>([
    ['the function', { signed: true }],
    ['one of its layers', { layers: [{ arn: layer('team-lib', 1, ACCOUNT), signed: true }] }],
  ])('is looked up where %s is signed, and blocks', async (_, given) => {
    const { result, calls } = await inspected(aFunction(given))
    expect(calls).toContain('code signing')
    expect(result).toMatchObject({ kind: 'refused', reason: 'code-signing' })
  })

  test('does not block where it only warns', async () => {
    const { result } = await inspected(aFunction({ signed: true }), { enforces: succeeded(false) })
    expect(result).toMatchObject({ kind: 'planned', plan: { warnings: [] } })
  })

  test('that could not be looked up is said, and left to Lambda', async () => {
    const { result } = await inspected(aFunction({ signed: true }), {
      enforces: { ok: false, fault: aFault('denied', { code: 'AccessDeniedException' }) },
    })
    expect(result).toMatchObject({
      plan: {
        warnings: ['the code signing configuration was not checked (AccessDeniedException)'],
      },
    })
  })

  test.each<[string, LambdaFunction, Options]>([
    ['nothing is signed', aFunction(), {}],
    [
      'the layer is the user’s own and may be signed',
      aFunction({ signed: true }),
      { layerMayBeSigned: true },
    ],
    [
      'no layer changes',
      attached({ signed: true }),
      { wanted: { export: { ...SOME_EXPORT, headers: [] } } },
    ],
    ['a layer only goes', attached({ signed: true }), { remove: true }],
  ])('is not asked about where %s', async (_, fn, options) => {
    const { result, calls } = await inspected(fn, options)
    expect(calls).not.toContain('code signing')
    expect(result).toMatchObject({ kind: 'planned', plan: { kind: 'change' } })
  })
})

describe('the right to invoke', () => {
  const fault = (kind: AwsFaultKind, code = 'SomeException'): Result<true> => ({
    ok: false,
    fault: aFault(kind, { code }),
  })

  test('is asked for once, where the function is written and invoked, and last', async () => {
    const mayInvoke = succeeded(true as const)
    expect((await inspected(aFunction(), { mayInvoke })).calls.at(-1)).toBe('dry run ')
    const durable = await inspected(aFunction({ kind: 'durable' }), { mayInvoke })
    expect(durable.calls.at(-1)).toBe('dry run $LATEST')
    const never = await inspected(aFunction(), { mayInvoke, invokes: false })
    expect(never.calls.filter((call) => call.startsWith('dry run'))).toEqual([])
    // Nothing is written to it.
    expect((await inspected(attached(), { mayInvoke })).calls).toEqual([])
    const blocked = await inspected(aFunction({ reservedConcurrency: 0 }), { mayInvoke })
    expect(blocked.calls).toEqual([])
  })

  test('that is missing blocks', async () => {
    const { result } = await inspected(aFunction(), { mayInvoke: fault('denied') })
    expect(result).toMatchObject({ kind: 'refused', reason: 'invoke-denied' })
  })

  test('that could not be asked for is told, and the invocation itself shows it', async () => {
    for (const kind of ['unavailable', 'not-found', 'refused'] as const) {
      const { result } = await inspected(aFunction(), { mayInvoke: fault(kind) })
      expect(result).toMatchObject({
        kind: 'planned',
        plan: {
          warnings: expect.arrayContaining([
            'not checked: whether the caller may invoke it (SomeException)',
          ]) as unknown,
        },
      })
    }
  })

  test('that was not answered by the end of the run is no verdict', async () => {
    const { result } = await inspected(aFunction(), { mayInvoke: fault('aborted', 'out-of-time') })
    expect(result).toMatchObject({ kind: 'refused', reason: 'out-of-time' })
  })
})
