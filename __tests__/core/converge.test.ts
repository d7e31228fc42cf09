/** Converging: conflicts, lost answers, other people, and no write where nothing changes. */

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { converge, type Step } from '../../src/pipeline/configure/converge'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import type { Refusal } from '../../src/model/refusal'
import { RunEnded } from '../../src/model/run-signal'
import { type Change, changeBetween, RESTART } from '../../src/systems/lambda/change'
import type { Reason } from '../../src/model/reason'
import { type AwsFault, succeeded } from '../../src/model/result'
import { aFunction, layersOf, ROTEL_X86, variablesOf } from './support/functions'
import {
  aClock,
  aFault,
  aLambda,
  ENDLESS,
  type FakeClock,
  type FakeLambda,
  type LambdaOptions,
  type UpdateFate,
} from './support/lambda'

/** Wants one layer at the end and one variable, and leaves everything else. */
function next(fn: LambdaFunction): Step {
  const before = variablesOf(fn)
  const layers = [...layersOf(fn).filter((arn) => arn !== ROTEL_X86), ROTEL_X86]
  const change = changeBetween(fn, layers, before, new Map(before).set('ROTEL_A', 'a'))
  return change ? { kind: 'change', change } : { kind: 'unchanged' }
}

const FOUND = aFunction({ variables: { TABLE: 'orders', SECRET: 'foreign-canary' } })

async function converged(
  options: LambdaOptions = {},
  given: {
    readonly halt?: () => Refusal | undefined
    readonly next?: typeof next
    readonly first?: LambdaFunction
    readonly lambda?: FakeLambda
    readonly signal?: AbortSignal
    readonly clock?: FakeClock
  } = {},
) {
  const lambda = given.lambda ?? aLambda([FOUND], options)
  const clock = given.clock ?? aClock()
  const announced: Change[] = []
  let takenBack = 0
  const end = await converge(given.first ?? lambda.current(), given.next ?? next, {
    lambda,
    clock,
    signal: given.signal ?? ENDLESS,
    beforeWrite(_, change) {
      const refusal = given.halt?.()
      if (refusal === undefined) announced.push(change)
      return refusal
    },
    notWritten() {
      takenBack += 1
      announced.pop()
    },
  })
  return { end, lambda, clock, announced, takenBack }
}

const asWanted = (lambda: FakeLambda) => next(lambda.current()).kind === 'unchanged'
const fates = (...all: UpdateFate[]): LambdaOptions => ({ fate: (index) => all[index] ?? 'judged' })

test('one write, read back after it has settled', async () => {
  const { end, lambda, announced } = await converged({ readsUntilSettled: 3 })
  expect(end).toMatchObject({ kind: 'reached', wrote: true })
  expect(end.kind === 'reached' && end.fn).toEqual(lambda.current())
  expect(lambda.calls).toEqual(['update', 'get', 'get', 'get'])
  expect(announced).toHaveLength(1)
})

test('an update that is answered well and not carried out is told as that, after a second try', async () => {
  const once = await converged(fates('ignored'))
  expect(once.end).toMatchObject({ kind: 'reached', wrote: true })
  const always = await converged({ fate: () => 'ignored' })
  expect(always.end).toMatchObject({ kind: 'not-reached', reason: 'write-not-applied' })
  expect(always.lambda.calls.filter((call) => call === 'update')).toHaveLength(2)
})

test('what was just sent is hidden in the reason of an update that fails later', async () => {
  const secrets = (fn: LambdaFunction): Step => {
    const before = variablesOf(fn)
    const after = new Map(before).set(
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
      'Authorization=sent-canary,x-team=part-canary',
    )
    const change = changeBetween(fn, layersOf(fn), before, after)
    return change ? { kind: 'change', change } : { kind: 'unchanged' }
  }
  const lambda = aLambda([FOUND], {
    fate: () => 'accepted-then-failed',
    failure:
      'Invalid variable Authorization=sent-canary,x-team=part-canary, header part-canary, beside foreign-canary',
    // By then the function has its own variables again.
    arriving: (call, fake) => {
      if (call === 'get')
        fake.setVariables(
          (variables) => void variables.delete('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS'),
        )
    },
  })
  const { end } = await converged({}, { lambda, next: secrets })
  expect(end).toMatchObject({
    reason: 'update-failed',
    detail: expect.stringContaining('Invalid variable'),
  })
  expect(JSON.stringify(end)).not.toContain('canary')
})

test('nothing is called where nothing changes', async () => {
  const fn = { ...FOUND, layers: [{ arn: ROTEL_X86, signed: false }] }
  const done = aFunction({ layers: [ROTEL_X86], variables: { ROTEL_A: 'a' } })
  const { end, lambda } = await converged({}, { lambda: aLambda([done]) })
  expect(end).toEqual({ kind: 'reached', fn: done, wrote: false })
  expect(lambda.calls).toEqual([])
  expect(fn.layers).toHaveLength(1)
})

test('only what changes is sent', async () => {
  const lambda = aLambda([aFunction({ layers: [ROTEL_X86], variables: { TABLE: 'x' } })])
  await converged({}, { lambda })
  expect(lambda.accepted).toHaveLength(1)
  expect(lambda.accepted[0]).not.toHaveProperty('layers')
})

test.each<[string, Change, object]>([
  [
    'a log format',
    { layers: undefined, variables: [], logFormat: { before: 'Text', after: 'JSON' } },
    { logFormat: 'JSON' },
  ],
  ['a restart, as what is there once more', RESTART, { timeoutSeconds: 30 }],
])('%s is sent alone', async (_, change, sent) => {
  const once = (fn: LambdaFunction): Step =>
    fn.revisionId === FOUND.revisionId ? { kind: 'change', change } : { kind: 'unchanged' }
  const { end, lambda } = await converged({}, { next: once })
  expect(end).toMatchObject({ kind: 'reached', wrote: true })
  expect(lambda.accepted).toEqual([{ revisionId: FOUND.revisionId, ...sent }])
})

test.each<[string, Partial<LambdaFunction>]>([
  ['the layers', { layers: [] }],
  ['a variable', { environment: { readable: true, variables: new Map([['ROTEL_B', 'b']]) } }],
  ['the log format', { logFormat: 'Text' }],
])('an update that carries out all but %s is not taken for carried out', async (_, without) => {
  const fn = aFunction({ layers: [ROTEL_X86] })
  const change: Change = {
    layers: { before: [], after: [ROTEL_X86] },
    variables: [
      { name: 'ROTEL_A', before: undefined, after: 'a' },
      { name: 'ROTEL_B', before: undefined, after: 'b' },
    ],
    logFormat: { before: 'Text', after: 'JSON' },
  }
  const variables = new Map([
    ['ROTEL_A', 'a'],
    ['ROTEL_B', 'b'],
  ])
  const whole = {
    ...fn,
    logFormat: 'JSON' as const,
    environment: { readable: true as const, variables },
  }
  let updates = 0
  const answering = (answer: LambdaFunction) =>
    converge(fn, () => (updates > 2 ? { kind: 'unchanged' } : { kind: 'change', change }), {
      lambda: {
        ...aLambda([fn]),
        async update(_arn, _update, atTurn) {
          if (!(await atTurn())) throw new Error('not made')
          updates += 1
          return succeeded(answer)
        },
      },
      clock: aClock(),
      signal: ENDLESS,
      beforeWrite: () => undefined,
      notWritten: () => undefined,
    })
  expect(await answering({ ...whole, ...without })).toMatchObject({ reason: 'write-not-applied' })
  expect(updates).toBe(2)
  updates = 0
  expect(await answering(whole)).toMatchObject({ kind: 'reached' })
})

test('an update that is in progress at first is waited for before anything is planned', async () => {
  const lambda = aLambda([FOUND])
  lambda.change({ lastUpdateStatus: 'InProgress' })
  const read = lambda.current()
  lambda.change({ lastUpdateStatus: 'Successful' })
  const { end } = await converged({}, { lambda, first: read })
  expect(end.kind).toBe('reached')
  expect(lambda.calls[0]).toBe('get')
  expect(asWanted(lambda)).toBe(true)
})

test('an update that never ends is not written over', async () => {
  const lambda = aLambda([FOUND])
  lambda.change({ lastUpdateStatus: 'InProgress' })
  const { end } = await converged({}, { lambda })
  expect(end).toMatchObject({ kind: 'not-reached', isUnseen: false, reason: 'update-failed' })
  expect(lambda.calls).not.toContain('update')
})

test('an update that is over when it is answered is not waited for', async () => {
  const lambda = aLambda([FOUND])
  const { end, clock } = await converged(
    {},
    {
      lambda: {
        ...lambda,
        async update(...given) {
          const answer = await lambda.update(...given)
          if (answer.ok) lambda.change({ lastUpdateStatus: 'Successful' })
          return answer.ok ? succeeded(lambda.current()) : answer
        },
      },
    },
  )
  expect(end).toMatchObject({ kind: 'reached', wrote: true })
  expect(lambda.calls).toEqual(['update'])
  expect(clock.slept).toEqual([])
})

describe('other people', () => {
  const onFirstUpdate =
    (change: (lambda: FakeLambda) => void): NonNullable<LambdaOptions['arriving']> =>
    (call, lambda, index) => {
      if (call === 'update' && index === 0) change(lambda)
    }

  test('who change the function between read and write keep their change (412)', async () => {
    const { end, lambda, announced } = await converged({
      arriving: onFirstUpdate((one) => {
        one.setVariables((variables) => variables.set('NEW', 'theirs').set('TABLE', 'theirs'))
      }),
    })
    expect(end).toMatchObject({ kind: 'reached' })
    expect(Object.fromEntries(variablesOf(lambda.current()))).toEqual({
      TABLE: 'theirs',
      NEW: 'theirs',
      SECRET: 'foreign-canary',
      ROTEL_A: 'a',
    })
    expect(announced).toHaveLength(1)
  })

  test('whose update is in progress are waited for (409)', async () => {
    const { end, lambda } = await converged({
      readsUntilSettled: 1,
      arriving: (call, one, index) => {
        if (call === 'update' && index === 0) one.change({ lastUpdateStatus: 'InProgress' })
        if (call === 'get' && index === 1) one.change({ lastUpdateStatus: 'Successful' })
      },
    })
    expect(end).toMatchObject({ kind: 'reached' })
    expect(lambda.accepted).toHaveLength(1)
  })

  test('who undo our change right after it are met with another write', async () => {
    const { end, lambda } = await converged({
      arriving: (call, one, index) => {
        if (call === 'get' && index === 0) one.setVariables((all) => all.delete('ROTEL_A'))
      },
    })
    expect(end).toMatchObject({ kind: 'reached' })
    expect(asWanted(lambda)).toBe(true)
  })

  test('who undo it again and again did not keep Lambda from applying it', async () => {
    let undone = 0
    const { end, lambda } = await converged({
      arriving: (call, one) => {
        if (call === 'get' && ++undone <= 3) one.setVariables((all) => all.delete('ROTEL_A'))
      },
    })
    expect(end).toMatchObject({ kind: 'reached', wrote: true })
    expect(lambda.accepted).toHaveLength(4)
  })

  test('who undo each of our writes are left to it, after a bounded number of them', async () => {
    const { end, lambda } = await converged({
      arriving: (call, one) => {
        if (call === 'get') one.setVariables((all) => all.delete('ROTEL_A'))
      },
    })
    expect(end).toMatchObject({ kind: 'not-reached', reason: 'write-conflict' })
    expect(lambda.accepted).toHaveLength(8)
  })

  test('who never stop are left to it, after a bounded number of writes', async () => {
    const { end, lambda, clock } = await converged({
      arriving: (call, one) => {
        if (call === 'update') one.change({})
      },
    })
    expect(end).toMatchObject({ kind: 'not-reached', reason: 'write-conflict' })
    expect(lambda.accepted).toEqual([])
    expect(lambda.calls.filter((call) => call === 'update')).toHaveLength(8)
    expect(clock.slept.length).toBeGreaterThan(0)
  })

  test('who delete the function end it', async () => {
    const { end } = await converged({ arriving: onFirstUpdate((one) => one.delete()) })
    expect(end).toMatchObject({ kind: 'not-reached', reason: 'not-found' })
  })
})

describe('lost answers', () => {
  test('a write that landed is not repeated', async () => {
    const { end, lambda, announced } = await converged(fates('landed-and-lost'))
    expect(end).toMatchObject({ kind: 'reached', wrote: true })
    expect(lambda.accepted).toHaveLength(1)
    expect(announced).toHaveLength(1)
  })

  test('a write that did not land is repeated', async () => {
    const { end, lambda, announced } = await converged(fates('lost', 'lost'))
    expect(end).toMatchObject({ kind: 'reached' })
    expect(lambda.accepted).toHaveLength(1)
    expect(announced).toHaveLength(3)
  })

  test('a write that landed and was not put into effect is not taken for done', async () => {
    const lambda = aLambda([FOUND], {
      fate: () => 'landed-and-lost',
      arriving: (call, one, index) => {
        if (call === 'get' && index === 1) one.change({ lastUpdateStatus: 'Failed' })
      },
      readsUntilSettled: 99,
    })
    const { end } = await converged({}, { lambda })
    expect(end).toMatchObject({ kind: 'not-reached', reason: 'update-failed' })
  })

  test('Lambda that stays away is named, and not somebody else', async () => {
    const { end } = await converged({ fate: () => 'lost' })
    expect(end).toMatchObject({ kind: 'not-reached', reason: 'write-failed' })
  })
})

describe('what Lambda refuses', () => {
  test.each<[string, UpdateFate, string]>([
    ['access', aFault('denied'), 'write-denied'],
    [
      'access to a layer',
      aFault('denied', { text: 'not authorized to perform: lambda:GetLayerVersion on x' }),
      'layer-unreadable',
    ],
    [
      'by code signing',
      aFault('refused', { code: 'InvalidCodeSignatureException' }),
      'code-signing',
    ],
    [
      'the size',
      aFault('refused', { text: 'variables you have provided exceeded the 4KB limit.' }),
      'environment-too-large',
    ],
    [
      'a sixth layer',
      aFault('refused', { text: 'Cannot reference more than 5 layers.' }),
      'layer-limit',
    ],
    [
      'a deleted layer',
      aFault('refused', { text: 'Layer version x does not exist.' }),
      'layer-unreadable',
    ],
    ['anything else', aFault('refused'), 'write-refused'],
    [
      'a layer that exists',
      aFault('refused', { text: 'Layer version x is not compatible with the runtime.' }),
      'write-refused',
    ],
    [
      'something else that was deleted',
      aFault('refused', { text: 'The file system x does not exist.' }),
      'write-refused',
    ],
    [
      'something else that was deleted, beside a layer',
      aFault('refused', { text: 'Role x does not exist. Layer version y is as it was.' }),
      'write-refused',
    ],
    ['by throttling', aFault('throttled'), 'write-failed'],
    ['and the update then fails', 'accepted-then-failed', 'update-failed'],
  ])('%s', async (_, fate, reason) => {
    const { end, lambda } = await converged(fates(fate))
    expect(end).toMatchObject({ kind: 'not-reached', reason })
    expect(lambda.calls.filter((call) => call === 'update')).toHaveLength(1)
  })

  const stack = 'User: arn:aws:sts::1:x is not authorized to perform: lambda:X'
  test.each<[AwsFault, Reason]>([
    [aFault('unauthenticated'), 'credentials-refused'],
    [aFault('denied', { text: `${stack} with an explicit deny` }), 'denied-explicitly'],
    [aFault('refused', { text: 'The role cannot be assumed by Lambda' }), 'role-not-assumable'],
    [aFault('unavailable', { text: `${stack} with an explicit deny` }), 'write-failed'],
    [aFault('refused', { code: 'CodeVerificationFailedException' }), 'code-signing'],
    [aFault('not-found'), 'not-found'],
  ])('%j is told as %s', async (fault, reason) => {
    const { end, lambda } = await converged({ fate: () => fault })
    expect(end).toMatchObject({ kind: 'not-reached', reason })
    expect(lambda.accepted).toEqual([])
  })

  test('its words are passed on without a value that is on the function or was sent', async () => {
    const wanting = (fn: LambdaFunction): Step => {
      const before = variablesOf(fn)
      const after = new Map(before).set('ROTEL_A', 'sent-canary')
      const change = changeBetween(fn, layersOf(fn), before, after)
      return change ? { kind: 'change', change } : { kind: 'unchanged' }
    }
    const text = 'Value foreign-canary and sent-canary are not accepted'
    const { end } = await converged(fates(aFault('refused', { text })), { next: wanting })
    expect(end).toMatchObject({ detail: 'SomeException: Value *** and *** are not accepted' })
  })

  test('why an update failed is passed on without values, objects or line breaks', async () => {
    const lambda = aLambda([FOUND], {
      readsUntilSettled: 99,
      arriving: (call, one) => {
        if (call !== 'get') return
        one.change({
          lastUpdateStatus: 'Failed',
          lastUpdateReason: 'KMS says no\n::warning::{"A":"x"} for foreign-canary',
        })
      },
    })
    const { end } = await converged({}, { lambda })
    expect(end).toMatchObject({ detail: 'KMS says no ::warning::{…} for ***' })
  })
})

describe('an end in between', () => {
  const halt: Refusal = { reason: 'stopped', detail: 'enough' }

  test('is asked for when the write’s turn has come, and keeps it from being made', async () => {
    const { end, lambda, announced } = await converged({}, { halt: () => halt })
    expect(end).toEqual({ kind: 'not-reached', isUnseen: false, ...halt })
    expect(lambda.calls).toEqual([])
    expect(announced).toEqual([])
  })

  test('keeps a second write from being made', async () => {
    let asked = 0
    const { end, lambda } = await converged(fates('lost'), {
      halt: () => (++asked > 1 ? halt : undefined),
    })
    expect(end).toEqual({ kind: 'not-reached', isUnseen: false, ...halt })
    expect(lambda.accepted).toEqual([])
  })
})

describe('a write that is throttled', () => {
  /** Sends each update twice: Lambda throttles the first. */
  function throttling(): FakeLambda {
    const lambda = aLambda([FOUND])
    return {
      ...lambda,
      async update(arn, update, atTurn) {
        return (await atTurn()) && (await atTurn())
          ? lambda.update(arn, update, () => true)
          : { ok: false, fault: aFault('aborted', { mayHaveLanded: false }) }
      },
    }
  }

  test('is announced again when it is sent again, and counts as one', async () => {
    const { end, announced } = await converged({}, { lambda: throttling() })
    expect(end).toMatchObject({ kind: 'reached', wrote: true })
    expect(announced).toHaveLength(1)
  })

  test('is not sent again where the run has stopped in between, and leaves nothing announced', async () => {
    const halt: Refusal = { reason: 'stopped', detail: 'enough' }
    let asked = 0
    const { end, announced } = await converged(
      {},
      { lambda: throttling(), halt: () => (++asked > 1 ? halt : undefined) },
    )
    expect(end).toEqual({ kind: 'not-reached', isUnseen: false, ...halt })
    expect(announced).toEqual([])
  })

  test('until the run ends is no change, whether or not its turn has come', async () => {
    const ended = aFault('aborted', { code: 'out-of-time', text: 'late', mayHaveLanded: false })
    for (const turns of [0, 1]) {
      const lambda: FakeLambda = {
        ...aLambda([FOUND]),
        async update(_, __, atTurn) {
          for (let turn = 0; turn < turns; turn++) await atTurn()
          return { ok: false, fault: ended }
        },
      }
      const { end, announced, takenBack } = await converged({}, { lambda })
      expect(end).toEqual({
        kind: 'not-reached',
        isUnseen: false,
        reason: 'out-of-time',
        detail: 'late',
      })
      expect(announced).toEqual([])
      expect(takenBack).toBe(turns)
    }
  })
})

test('a write that is never answered is tried for two minutes', async () => {
  const { end, clock } = await converged({ fate: () => 'lost' })
  expect(end).toMatchObject({ kind: 'not-reached', reason: 'write-failed' })
  const waited = clock.slept.reduce((sum, ms) => sum + ms)
  expect(waited).toBeGreaterThan(110_000)
  expect(waited).toBeLessThan(140_000)
})

test('a write is given up when two minutes have passed since it first failed', async () => {
  const clock = aClock()
  const lambda = aLambda([FOUND], { fate: () => 'lost' })
  const takesMs = [5_000, 60_000, 59_700, 0]
  const slow: FakeLambda = {
    ...lambda,
    async update(...given) {
      await clock.sleep(takesMs.shift() ?? 0)
      return lambda.update(...given)
    },
  }
  const { end } = await converged({}, { lambda: slow, clock })
  expect(end).toMatchObject({ kind: 'not-reached', reason: 'write-failed' })
  expect(clock.slept).toEqual([5_000, 60_000, 300, 59_700])
})

test('a write is tried again at once, then after pauses from 0.3 to 10 seconds', async () => {
  const { clock } = await converged({ fate: () => 'lost' })
  expect(clock.slept.slice(0, 3)).toEqual([300, 450, 675])
  expect(clock.slept).toEqual([...clock.slept].sort((a, b) => a - b))
  expect(clock.slept.at(-1)).toBe(10_000)
})

describe('what breaks while a write is announced', () => {
  test.each<[string, () => void, object]>([
    [
      'an error',
      () => {
        throw new TypeError('the disk is full')
      },
      new TypeError('the disk is full'),
    ],
    [
      'anything else',
      () => AbortSignal.abort('the disk is full').throwIfAborted(),
      { message: 'unknown', cause: 'the disk is full' },
    ],
  ])('is thrown as it is, and nothing is written: %s', async (_, breaking, thrown) => {
    const lambda = aLambda([FOUND])
    const halt = () => {
      breaking()
      return undefined
    }
    await expect(converged({}, { lambda, halt })).rejects.toMatchObject(thrown)
    expect(lambda.calls).toEqual([])
  })
})

test('the end of the run ends the wait for an update', async () => {
  const over = AbortSignal.abort(new RunEnded({ reason: 'out-of-time', detail: 'late' }))
  const { end, clock } = await converged(
    { readsUntilSettled: Number.POSITIVE_INFINITY },
    { signal: over },
  )
  expect(end).toEqual({
    kind: 'not-reached',
    isUnseen: true,
    reason: 'out-of-time',
    detail: 'late',
  })
  expect(clock.slept).toEqual([])
})

test('a function that never settles is given up, in the end', async () => {
  const { end, clock } = await converged({ readsUntilSettled: Number.POSITIVE_INFINITY })
  expect(end).toMatchObject({ kind: 'not-reached', reason: 'update-failed' })
  expect(clock.slept.reduce((sum, ms) => sum + ms)).toBeLessThan(11 * 60_000)
})

test('a function that can no longer be read is given up', async () => {
  const { end } = await converged({ failingRead: () => aFault('denied') })
  expect(end).toMatchObject({ kind: 'not-reached', reason: 'access-denied' })
})

test('whatever happens to the writes, it ends as wanted or says that it did not', async () => {
  const fate = fc.constantFrom<UpdateFate>(
    'judged',
    'lost',
    'landed-and-lost',
    aFault('conflict', { mayHaveLanded: false }),
    aFault('precondition', { mayHaveLanded: true }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { maxLength: 9 }),
      fc.array(fc.boolean(), { maxLength: 9 }),
      fc.integer({ min: 1, max: 3 }),
      async (all, busy, readsUntilSettled) => {
        const { end, lambda } = await converged({
          fate: (index) => all[index] ?? 'judged',
          readsUntilSettled,
          arriving: (call, one, index) => {
            if (call === 'update' && busy[index] === true) {
              one.setVariables((variables) => variables.set('THEIRS', String(index)))
            }
          },
        })
        const last = busy.slice(0, lambda.calls.filter((call) => call === 'update').length)
        const theirs = last.lastIndexOf(true)
        expect(variablesOf(lambda.current()).get('THEIRS')).toBe(
          theirs === -1 ? undefined : String(theirs),
        )
        expect(variablesOf(lambda.current()).get('SECRET')).toBe('foreign-canary')
        if (end.kind === 'reached') expect(asWanted(lambda)).toBe(true)
        else expect(['write-conflict', 'write-failed']).toContain(end.reason)
      },
    ),
  )
})
