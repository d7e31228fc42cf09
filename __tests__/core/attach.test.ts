/** The life of one function: whatever happens, one outcome, and the function as wanted or as it was found. */

import { describe, expect, test } from '@jest/globals'
import { NO_ALIASES } from './support/aliases'
import fc from 'fast-check'
import { attach, proveUnchanged } from '../../src/pipeline/rollout/life'
import type { LifeContext, Lived } from '../../src/pipeline/rollout/life-state'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import type { Outcome } from '../../src/pipeline/rollout/outcome'
import type { Refusal } from '../../src/model/refusal'
import type { Granted } from '../../src/pipeline/grant-secrets/grant-secrets'
import { planAttachment } from '../../src/pipeline/plan/plan'
import type { Invocation } from '../../src/pipeline/smoke-test/invocation'
import type { SmokeResult } from '../../src/pipeline/smoke-test/smoke-test'
import { EMPTY_TAIL, parseTail } from '../../src/pipeline/smoke-test/tail'
import type { Proof, TelemetryReport } from '../../src/pipeline/verify/proof'
import { aFunction, API_KEY, changed, SOME_CONTEXT, someWanted } from './support/functions'
import { aJournal, aStore, readJournal } from './support/journal'
import {
  aClock,
  aFault,
  aLambda,
  ENDLESS,
  configurationOf,
  type FakeLambda,
  LAMBDA_CLOCK,
  type LambdaOptions,
  type UpdateFate,
} from './support/lambda'

const FOUND = aFunction({ variables: { TABLE: 'orders', SECRET: 'foreign-canary' } })
const planFor = (fn: LambdaFunction) => planAttachment(fn, someWanted(), SOME_CONTEXT)

const INVOCATION: Invocation = {
  requestId: '8f5f0f1e-2c5b-4b0e-9d3a-0123456789ab',
  executedVersion: '$LATEST',
  functionError: undefined,
  errorType: undefined,
  exitStatus: undefined,
  tail: '',
  endedAt: 0,
}
const PASSED: SmokeResult = {
  kind: 'passed',
  note: undefined,
  tail: EMPTY_TAIL,
  invocation: INVOCATION,
}
const CRASHED: SmokeResult & { readonly kind: 'failed' } = {
  kind: 'failed',
  reason: 'extension-crash',
  detail: 'rotel-extension died',
  tail: EMPTY_TAIL,
  invocation: INVOCATION,
}
const TELEMETRY: TelemetryReport = {
  by: 'a log record',
  latencyMs: 5,
  attributes: [],
  traces: undefined,
  links: {},
  invokedAgain: false,
}
const ARRIVED: Proof = { kind: 'arrived', telemetry: TELEMETRY }
const MISSING: Proof = {
  kind: 'missing',
  telemetry: undefined,
  keep: false,
  lookAgain: () => Promise.resolve(undefined),
  reason: 'no-verifier',
  detail: 'nothing arrived',
}

/** CloudWatch Logs and roles are not to be changed, and nothing has been. */
const NOTHING_ELSE = {
  lambdaClock: LAMBDA_CLOCK,
  secretRight: undefined,
  broke: (thrown: unknown): never => {
    throw thrown
  },
  acceptsLogLoss: false,
  proven: () => undefined,
  darkness: () => Promise.resolve({ kind: 'lit' as const }),
  restore: () => Promise.resolve(new Map()),
  disabling: undefined,
  publishing: undefined,
} satisfies Partial<LifeContext>

/** The ways forward and back of a life, which nothing ends. */
function ways(lambda: FakeLambda): Pick<LifeContext, 'lambda' | 'aliases' | 'signal' | 'rollback'> {
  return {
    lambda,
    aliases: NO_ALIASES,
    signal: ENDLESS,
    rollback: {
      lambda,
      aliases: NO_ALIASES,
      signal: ENDLESS,
      restore: () => Promise.resolve(new Map()),
      withheld: () => Promise.resolve({ kind: 'lit' }),
    },
  }
}

function outcomeOf(lived: Lived): Outcome {
  if (lived.kind !== 'ended') throw new Error(lived.kind)
  return lived.outcome
}

interface Given extends LambdaOptions {
  readonly smoke?: SmokeResult | undefined
  readonly proof?: Proof
  readonly onFailure?: LifeContext['onFailure']
  readonly halted?: () => Refusal | undefined
  readonly showFunctionLogs?: boolean
  readonly whileInvoked?: (lambda: FakeLambda) => void
  readonly found?: LambdaFunction
  /** What became of the right to read secrets that its role does not have yet. */
  readonly granted?: Granted
}

async function attached(given: Given = {}) {
  const smoke = 'smoke' in given ? given.smoke : PASSED
  const lambda = aLambda([given.found ?? FOUND], given)
  const store = aStore()
  const journal = aJournal(store)
  const invoked: LambdaFunction[] = []
  const { granted } = given
  const give = granted && (() => Promise.resolve(granted))
  const lived = await attach(
    { fn: FOUND, warnings: ['be careful'] },
    {
      ...ways(lambda),
      clock: aClock(),
      journal,
      planFor,
      onFailure: given.onFailure ?? 'rollback',
      halted: given.halted ?? (() => undefined),
      invoke:
        smoke &&
        ((fn) => {
          invoked.push(fn)
          given.whileInvoked?.(lambda)
          return Promise.resolve(smoke)
        }),
      showFunctionLogs: given.showFunctionLogs ?? false,
      prove: () => Promise.resolve(given.proof ?? { kind: 'skipped' }),
      mayWrite: true,
      ...NOTHING_ELSE,
      secretRight: give && { isMissing: true, give, giveAgain: give },
    },
  )
  journal.close()
  return { outcome: outcomeOf(lived), lambda, store, invoked }
}

const asFound = (lambda: FakeLambda) =>
  JSON.stringify(configurationOf(lambda.current())) === JSON.stringify(configurationOf(FOUND))
const asWanted = (lambda: FakeLambda) => planFor(lambda.current()).kind === 'unchanged'

describe('a function that works', () => {
  test('ends as written where nobody looks, with what was changed', async () => {
    const { outcome, lambda, store, invoked } = await attached()
    expect(outcome).toMatchObject({
      name: 'orders',
      status: 'written',
      reason: 'no-verifier',
      changed: true,
      change: { layers: { before: [] } },
      warnings: ['be careful'],
      smoke: { requestId: INVOCATION.requestId, tail: [] },
    })
    expect(asWanted(lambda)).toBe(true)
    expect(store.deleted).toBe(true)
    expect(invoked).toEqual([lambda.current()])
  })

  test('ends as instrumented where the proof arrived', async () => {
    const { outcome } = await attached({ proof: ARRIVED })
    expect(outcome).toMatchObject({ status: 'instrumented', reason: undefined })
  })

  test('is not invoked where that was not asked for', async () => {
    const { outcome, invoked } = await attached({ smoke: undefined })
    expect(outcome).toMatchObject({ status: 'written', smoke: undefined })
    expect(invoked).toEqual([])
  })
})

describe('a function that does not work', () => {
  test('is rolled back, and says why', async () => {
    const { outcome, lambda, store } = await attached({ smoke: CRASHED })
    expect(outcome).toMatchObject({
      status: 'rolled-back',
      reason: 'extension-crash',
      detail: 'rotel-extension died',
      changed: false,
    })
    expect(asFound(lambda)).toBe(true)
    expect(store.deleted).toBe(true)
  })

  test('is rolled back as well when its telemetry did not arrive', async () => {
    const { outcome, lambda } = await attached({ proof: MISSING })
    expect(outcome).toMatchObject({ status: 'rolled-back', detail: 'nothing arrived' })
    expect(asFound(lambda)).toBe(true)
  })

  test('stays as it was written, unproven, where the proof asks for that', async () => {
    const { outcome, lambda, store } = await attached({ proof: { ...MISSING, keep: true } })
    expect(outcome).toMatchObject({ status: 'unproven', detail: 'nothing arrived', changed: true })
    expect(asWanted(lambda)).toBe(true)
    expect(store.deleted).toBe(true)
  })

  test('that cannot be rolled back says so, whatever came late', async () => {
    const late = { reason: 'no-verifier' as const, detail: 'it came late' }
    const { outcome } = await attached({
      proof: { ...MISSING, lookAgain: () => Promise.resolve(late) },
      fate: (index) => (index === 0 ? 'judged' : aFault('denied')),
    })
    expect(outcome).toMatchObject({ status: 'failed', reason: 'rollback-failed' })
    expect(outcome.detail).toContain('Still on it')
  })

  test('keeps what others have changed since, which is named', async () => {
    const { outcome, lambda } = await attached({
      smoke: CRASHED,
      whileInvoked: (one) => {
        one.setVariables((all) =>
          all.set('ROTEL_OTLP_EXPORTER_PROTOCOL', 'http').set('TABLE', 'theirs'),
        )
      },
    })
    expect(outcome).toMatchObject({ status: 'rolled-back', changed: true })
    expect(outcome.detail).toContain('left unchanged: ROTEL_OTLP_EXPORTER_PROTOCOL')
    expect(configurationOf(lambda.current()).variables).toEqual({
      TABLE: 'theirs',
      SECRET: 'foreign-canary',
      ROTEL_OTLP_EXPORTER_PROTOCOL: 'http',
    })
  })

  test('stays as written with keep, and fails', async () => {
    const { outcome, lambda, store } = await attached({ smoke: CRASHED, onFailure: 'keep' })
    expect(outcome).toMatchObject({ status: 'failed', reason: 'extension-crash', changed: true })
    expect(outcome.detail).toContain('on-failure: keep')
    expect(asWanted(lambda)).toBe(true)
    expect(store.deleted).toBe(true)
  })

  test('that cannot be rolled back says what is left, and stays in the journal', async () => {
    const { outcome, store } = await attached({
      smoke: CRASHED,
      fate: (index) => (index === 0 ? 'judged' : aFault('denied')),
    })
    expect(outcome).toMatchObject({ status: 'failed', reason: 'rollback-failed', changed: true })
    expect(outcome.detail).toContain('extension-crash')
    expect(outcome.detail).toContain('rotel-extension-amd64:7')
    expect(store.deleted).toBe(false)
    expect(readJournal(store.text())?.open).toHaveLength(1)
  })
})

describe('a function that Lambda does not let be written', () => {
  test.each([
    ['is blocked', 'rollback' as const],
    ['is blocked with keep too, for nothing was written', 'keep' as const],
  ])('%s', async (_, onFailure) => {
    const { outcome, lambda, store, invoked } = await attached({
      fate: () => aFault('denied'),
      onFailure,
    })
    expect(outcome).toMatchObject({ status: 'blocked', reason: 'write-denied', changed: false })
    expect(asFound(lambda)).toBe(true)
    expect(invoked).toEqual([])
    expect(store.deleted).toBe(true)
  })

  test('is rolled back where the update was accepted and then failed', async () => {
    const { outcome, lambda } = await attached({
      fate: (index) => (index === 0 ? 'accepted-then-failed' : 'judged'),
    })
    expect(outcome).toMatchObject({ status: 'rolled-back', reason: 'update-failed' })
    expect(asFound(lambda)).toBe(true)
  })

  test('because somebody else did the very same, is proven and not claimed as written', async () => {
    const { outcome, lambda, store } = await attached({
      arriving: (call, one, index) => {
        if (call !== 'update' || index !== 0) return
        const plan = planFor(one.current())
        if (plan.kind === 'change') one.change(changed(one.current(), plan.change))
        one.change({})
      },
    })
    expect(outcome).toMatchObject({ status: 'unchanged', changed: false, change: undefined })
    expect(lambda.accepted).toEqual([])
    expect(store.deleted).toBe(true)
  })

  test('because somebody else now has Rotel on it, is left to them', async () => {
    const { outcome, lambda } = await attached({
      arriving: (call, one, index) => {
        if (call === 'update' && index === 0) {
          one.setVariables((all) => all.set('ROTEL_OTLP_EXPORTER_ENDPOINT', 'theirs'))
        }
      },
    })
    expect(outcome).toMatchObject({ status: 'blocked', reason: 'configured-elsewhere' })
    expect(configurationOf(lambda.current())).toEqual({
      layers: [],
      variables: { ...configurationOf(FOUND).variables, ROTEL_OTLP_EXPORTER_ENDPOINT: 'theirs' },
    })
  })
})

describe('an end in between', () => {
  test.each(['stopped', 'out-of-time', 'cancelled'] as const)(
    '(%s) skips what has not been begun',
    async (reason) => {
      const { outcome, lambda } = await attached({ halted: () => ({ reason, detail: 'enough' }) })
      expect(outcome).toMatchObject({ status: 'skipped', reason, changed: false })
      expect(lambda.calls).toEqual([])
    },
  )

  test.each([
    ['out-of-time', 'skipped'],
    ['cancelled', 'skipped'],
    ['role-write-failed', 'blocked'],
  ] as const)('(%s) while its role is given a right leaves it %s', async (reason, status) => {
    const granted = { kind: 'not-granted', reason, detail: 'enough' } as const
    const { outcome, lambda } = await attached({ granted })
    expect(outcome).toMatchObject({ status, reason, detail: 'enough', changed: false })
    expect(lambda.calls).toEqual([])
  })

  test('while the journal reaches the disk writes nothing', async () => {
    let asked = 0
    const { outcome, lambda } = await attached({
      halted: () => (++asked > 1 ? { reason: 'cancelled', detail: 'enough' } : undefined),
    })
    expect(outcome).toMatchObject({ status: 'skipped', reason: 'cancelled', changed: false })
    expect(lambda.accepted).toEqual([])
  })

  test('puts back what has been begun', async () => {
    let asked = 0
    const { outcome, lambda } = await attached({
      // The first write lands, somebody removes it, and for the second one it is too late.
      arriving: (call, one, index) => {
        if (call === 'get' && index === 0)
          one.setVariables((all) => all.delete('ROTEL_OTLP_EXPORTER_ENDPOINT'))
      },
      // Asked before and after the journal of the first write.
      halted: () => (++asked > 2 ? { reason: 'cancelled', detail: 'enough' } : undefined),
    })
    expect(outcome).toMatchObject({ status: 'rolled-back', reason: 'cancelled' })
    expect(asFound(lambda)).toBe(true)
  })
})

test('a marker that a second write extends is gone again after the undo', async () => {
  // One variable is as asked already and not claimed; others remove it between our write and our look at it.
  const found = aFunction({
    variables: { TABLE: 'orders', ROTEL_OTLP_EXPORTER_PROTOCOL: 'grpc' },
  })
  const lambda = aLambda([found], {
    arriving: (call, one, index) => {
      if (call === 'get' && index === 0) {
        one.setVariables((all) => all.delete('ROTEL_OTLP_EXPORTER_PROTOCOL'))
      }
    },
  })
  const lived = await attach(
    { fn: found, warnings: [] },
    {
      ...ways(lambda),
      clock: aClock(),
      journal: aJournal(),
      planFor,
      onFailure: 'rollback',
      halted: () => undefined,
      invoke: () => Promise.resolve(CRASHED),
      showFunctionLogs: false,
      prove: () => Promise.resolve({ kind: 'skipped' }),
      mayWrite: true,
      ...NOTHING_ELSE,
    },
  )
  expect(outcomeOf(lived).status).toBe('rolled-back')
  expect(lambda.accepted).toHaveLength(3)
  expect(configurationOf(lambda.current())).toEqual({ layers: [], variables: { TABLE: 'orders' } })
})

describe('the tail', () => {
  const ID = INVOCATION.requestId
  const crashed = (...lines: string[]): typeof CRASHED => ({
    ...CRASHED,
    tail: parseTail(lines.join('\n')),
  })
  const lines = [
    `START RequestId: ${ID} Version: $LATEST`,
    "error: invalid value 'foreign-canary' for '--x <X>'",
    `ERROR Failed to run agent. key=${API_KEY}`,
    'order of bob@example.com',
  ]

  test('shows platform and extension on failure, without values', async () => {
    const { outcome } = await attached({ smoke: crashed(...lines) })
    expect(outcome.smoke?.tail.map(({ text }) => text)).toEqual([
      lines[0],
      'error: invalid value … (Rotel cannot parse one of its variables)',
      'ERROR Failed to run agent. …',
    ])
  })

  test('shows the function’s own lines only when asked to', async () => {
    const [start = '', , , own = ''] = lines
    const failed: SmokeResult = { ...crashed(start, own), reason: 'function-error' }
    const { outcome } = await attached({ smoke: failed, showFunctionLogs: true })
    expect(outcome.smoke?.tail.at(-1)).toEqual({
      source: 'function',
      text: 'order of bob@example.com',
    })
  })

  test('does not show the function’s own lines where Rotel crashed: what it quotes may go on in them', async () => {
    const { outcome } = await attached({ smoke: crashed(...lines), showFunctionLogs: true })
    expect(outcome.smoke?.tail.map(({ source }) => source)).not.toContain('function')
  })

  test('shows nothing when all went well', async () => {
    const { outcome } = await attached({ smoke: { ...PASSED, tail: parseTail(lines.join('\n')) } })
    expect(outcome.smoke?.tail).toEqual([])
  })
})

test.each([
  [116, ['be careful', 'it used 116 of 128 MB']],
  [115, ['be careful']],
])('memory of %d MB of 128: warnings %j', async (used, warnings) => {
  const tail = parseTail(
    `REPORT RequestId: ${INVOCATION.requestId}\tDuration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: ${String(used)} MB`,
  )
  const { outcome } = await attached({ smoke: { ...PASSED, tail } })
  expect(outcome.warnings).toEqual(warnings)
})

describe('a function that is configured already', () => {
  const prove = async (smoke: SmokeResult | undefined, proof: Proof): Promise<Outcome> =>
    outcomeOf(
      await proveUnchanged(
        { fn: FOUND, warnings: [] },
        {
          invoke: smoke && (() => Promise.resolve(smoke)),
          prove: () => Promise.resolve(proof),
          showFunctionLogs: false,
          clock: aClock(),
          ...ways(aLambda([FOUND])),
          journal: aJournal(),
          planFor,
          onFailure: 'rollback',
          halted: () => undefined,
          mayWrite: true,
          ...NOTHING_ELSE,
        },
      ),
    )

  test.each<[string, SmokeResult | undefined, Proof, Partial<Outcome>]>([
    ['invoked', PASSED, { kind: 'skipped' }, { status: 'unchanged', reason: 'no-verifier' }],
    ['seen', undefined, ARRIVED, { status: 'unchanged', reason: undefined }],
    ['both', PASSED, ARRIVED, { status: 'unchanged', reason: undefined }],
    ['neither', undefined, { kind: 'skipped' }, { status: 'unproven', reason: 'not-invoked' }],
    ['crashing', CRASHED, ARRIVED, { status: 'unproven', reason: 'extension-crash' }],
    ['silent', PASSED, MISSING, { status: 'unproven', detail: 'nothing arrived' }],
  ])('%s', async (_, smoke, proof, expected) => {
    expect(await prove(smoke, proof)).toMatchObject({
      ...expected,
      changed: false,
      change: undefined,
    })
  })
})

test('every road ends in one outcome, with the function as wanted or in its original state', async () => {
  const fate = fc.constantFrom<UpdateFate>(
    'judged',
    'judged',
    'lost',
    'landed-and-lost',
    'accepted-then-failed',
    aFault('conflict', { mayHaveLanded: false }),
    aFault('precondition', { mayHaveLanded: false }),
    aFault('denied'),
    aFault('refused'),
    aFault('throttled'),
  )
  const proof = fc.constantFrom<Proof>({ kind: 'skipped' }, ARRIVED, MISSING)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 8 }),
      fc.constantFrom(PASSED, CRASHED, undefined),
      proof,
      fc.constantFrom('rollback' as const, 'keep' as const),
      fc.integer({ min: 0, max: 6 }),
      fc.array(fc.nat(3), { maxLength: 3 }),
      async (fates, smoke, proven, onFailure, haltAfter, theirs) => {
        let asked = 0
        const { outcome, lambda, store } = await attached({
          fate: (index) => fates[index] ?? 'judged',
          smoke,
          proof: proven,
          onFailure,
          halted: () =>
            asked++ >= haltAfter ? { reason: 'cancelled', detail: 'enough' } : undefined,
          arriving: (call, one, index) => {
            if (call === 'update' && theirs.includes(index)) {
              one.setVariables((all) => all.set('THEIRS', 'x'))
            }
          },
        })
        const variables = configurationOf(lambda.current()).variables
        const { THEIRS, ...own } = variables
        const isFound =
          JSON.stringify({ ...configurationOf(lambda.current()), variables: own }) ===
          JSON.stringify(configurationOf(FOUND))
        expect(THEIRS === undefined || THEIRS === 'x').toBe(true)
        expect(own['SECRET']).toBe('foreign-canary')

        switch (outcome.status) {
          case 'written':
          case 'instrumented':
          case 'unchanged':
            expect(asWanted(lambda)).toBe(true)
            break
          case 'rolled-back':
          case 'skipped':
          case 'blocked':
            expect(isFound).toBe(true)
            expect(outcome.changed).toBe(false)
            break
          default:
            expect(outcome.status).toBe('failed')
            expect(outcome.reason).toBeDefined()
        }
        const open = readJournal(store.text())?.open ?? []
        expect(open).toHaveLength(outcome.reason === 'rollback-failed' ? 1 : 0)
        expect(JSON.stringify(outcome.detail ?? '')).not.toContain('canary')
      },
    ),
    { numRuns: 200 },
  )
})
