/** Taking off a function what its marker names, and new environments for it: written once, recorded, and left to others. */

import { describe, expect, test } from '@jest/globals'
import { MARKER } from '../../src/model/ownership'
import type { Refusal } from '../../src/model/refusal'
import { restart } from '../../src/pipeline/configure/restart'
import { takeOff } from '../../src/pipeline/configure/take-off'
import { planAttachment } from '../../src/pipeline/plan/plan'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import {
  ACCOUNT,
  aFunction,
  changed,
  layer,
  layersOf,
  ROTEL_X86,
  SOME_CONTEXT,
  someWanted,
  variablesOf,
} from './support/functions'
import { aClock, aFault, aLambda, ENDLESS, type LambdaOptions } from './support/lambda'

const HALT: Refusal = { reason: 'cancelled', detail: 'enough' }
const TEAM = layer('team', 1, ACCOUNT)
const FOUND = aFunction({ layers: [TEAM], variables: { TABLE: 'x' } })
const CARRYING = carrying(FOUND)

function carrying(fn: LambdaFunction): LambdaFunction {
  const plan = planAttachment(fn, someWanted(), SOME_CONTEXT)
  if (plan.kind !== 'change') throw new Error(plan.kind)
  return changed(fn, plan.change)
}

/** @param haltedAt the look at which the run has ended: before the record, or after it */
function given(fn: LambdaFunction, options: LambdaOptions = {}, haltedAt = Infinity) {
  const lambda = aLambda([fn], options)
  const records: string[] = []
  let looks = 0
  const context = {
    lambda,
    clock: aClock(),
    signal: ENDLESS,
    journal: {
      salt: 'salt',
      writing: () => {
        records.push('writing')
        return Promise.resolve()
      },
      notWritten: () => void records.push('not written'),
    },
    halted: () => (++looks >= haltedAt ? HALT : undefined),
  }
  return { lambda, records, context }
}

describe('what the marker names', () => {
  test('goes with one write that is in the journal, and what others have stays', async () => {
    const { lambda, records, context } = given(CARRYING)
    const mayLeave = () => Promise.reject(new Error('nobody has changed it'))
    const end = await takeOff(lambda.current(), { ...context, mayLeave })
    expect(end).toMatchObject({ kind: 'taken-off', fn: lambda.current() })
    expect(end.kind === 'taken-off' && end.change?.layers?.after).toEqual([TEAM])
    expect(layersOf(lambda.current())).toEqual([TEAM])
    expect(variablesOf(lambda.current())).toEqual(variablesOf(FOUND))
    expect(lambda.accepted).toHaveLength(1)
    expect(records).toEqual(['writing'])
  })

  test('is nothing where there is no marker', async () => {
    const { lambda, records, context } = given(FOUND)
    const end = await takeOff(lambda.current(), {
      ...context,
      mayLeave: () => Promise.resolve(undefined),
    })
    expect(end).toEqual({ kind: 'taken-off', fn: FOUND, change: undefined })
    expect([...lambda.accepted, ...records]).toEqual([])
  })

  test('goes alone, and Rotel of others that came since stays', async () => {
    const { lambda, context } = given(CARRYING, {
      arriving: (call, fake) => {
        if (call === 'get') fake.change({ layers: [{ arn: ROTEL_X86, signed: false }] })
      },
    })
    const end = await takeOff(lambda.current(), {
      ...context,
      mayLeave: () => Promise.resolve(HALT),
    })
    expect(end.kind).toBe('taken-off')
    expect(layersOf(lambda.current())).toEqual([ROTEL_X86])
    expect(variablesOf(lambda.current()).has(MARKER)).toBe(false)
  })

  test('goes again where a deploy puts it back right after the write', async () => {
    const { lambda, context } = given(CARRYING, {
      arriving: (call, fake, index) => {
        if (call !== 'get' || index > 0) return
        fake.change({ layers: CARRYING.layers, environment: CARRYING.environment })
      },
    })
    const mayLeave = () => Promise.resolve(undefined)
    const end = await takeOff(lambda.current(), { ...context, mayLeave })
    expect(end).toMatchObject({ kind: 'taken-off', fn: lambda.current() })
    expect(layersOf(lambda.current())).toEqual([TEAM])
    expect(variablesOf(lambda.current())).toEqual(variablesOf(FOUND))
  })

  test('is not taken for gone where somebody else has set up Rotel in its place meanwhile', async () => {
    const { lambda, records, context } = given(CARRYING, {
      arriving: (call, fake, index) => {
        if (call === 'update' && index === 0) fake.setVariables((all) => void all.delete(MARKER))
      },
    })
    const mayLeave = () => Promise.resolve(undefined)
    expect(await takeOff(lambda.current(), { ...context, mayLeave })).toMatchObject({
      kind: 'not-taken-off',
      reason: 'configured-elsewhere',
      wrote: false,
    })
    expect(layersOf(lambda.current())).toEqual(layersOf(CARRYING))
    expect(records).toEqual(['writing', 'not written'])
  })

  test('is not known to be gone where Lambda does not show the variables', async () => {
    const mayLeave = () => Promise.resolve(undefined)
    const environment = { readable: false, errorCode: 'KMSAccessDeniedException' } as const
    const before = given({ ...CARRYING, environment })
    expect(await takeOff(before.lambda.current(), { ...before.context, mayLeave })).toMatchObject({
      kind: 'not-taken-off',
      reason: 'environment-unreadable',
      wrote: false,
    })
    const lost = given(CARRYING, {
      fate: () => 'lost',
      arriving: (call, fake) => {
        if (call === 'get') fake.change({ environment })
      },
    })
    expect(await takeOff(lost.lambda.current(), { ...lost.context, mayLeave })).toMatchObject({
      kind: 'not-taken-off',
      reason: 'environment-unreadable',
      wrote: true,
    })
    expect(layersOf(lost.lambda.current())).toEqual(layersOf(CARRYING))
  })

  test.each([
    [undefined, 'taken-off'],
    [HALT, 'not-taken-off'],
  ] as const)('where others have changed it since, %j decides: %s', async (refusal, kind) => {
    const { lambda, records, context } = given(CARRYING, {
      arriving: (call, fake, index) => {
        if (call === 'update' && index === 0) fake.setVariables((all) => void all.set('NEW', '1'))
      },
    })
    const asked: LambdaFunction[] = []
    const end = await takeOff(lambda.current(), {
      ...context,
      mayLeave: (fn) => {
        asked.push(fn)
        return Promise.resolve(refusal)
      },
    })
    expect(end.kind).toBe(kind)
    expect(asked.map((fn) => variablesOf(fn).get('NEW'))).toEqual(['1'])
    expect(variablesOf(lambda.current()).get('NEW')).toBe('1')
    expect(records.slice(0, 2)).toEqual(['writing', 'not written'])
    if (end.kind === 'not-taken-off') expect(end).toMatchObject({ ...HALT, wrote: false })
  })

  test('stays where the run has ended, and the journal knows whether it was written', async () => {
    const mayLeave = () => Promise.resolve(undefined)
    for (const [haltedAt, records] of [
      [1, []],
      [2, ['writing', 'not written']],
    ] as const) {
      const run = given(CARRYING, {}, haltedAt)
      const end = await takeOff(run.lambda.current(), { ...run.context, mayLeave })
      expect(end).toEqual({ kind: 'not-taken-off', wrote: false, ...HALT })
      expect(run.records).toEqual(records)
      expect(run.lambda.accepted).toEqual([])
    }
    const lost = given(CARRYING, {
      fate: () => 'landed-and-lost',
      failingRead: () => aFault('denied'),
    })
    const end = await takeOff(lost.lambda.current(), { ...lost.context, mayLeave })
    expect(end).toMatchObject({ kind: 'not-taken-off', wrote: true })
  })
})

describe('new environments', () => {
  test('come with one write that changes nothing', async () => {
    const { lambda, records, context } = given(CARRYING)
    const end = await restart(lambda.current(), context)
    expect(end).toEqual(lambda.current())
    expect(lambda.accepted).toEqual([{ revisionId: 'revision-1', timeoutSeconds: 30 }])
    expect(records).toEqual(['writing'])
  })

  test('come although others change the function in between', async () => {
    const { lambda, records, context } = given(CARRYING, {
      arriving: (call, fake, index) => {
        if (call === 'update' && index === 0) fake.setVariables((all) => void all.set('NEW', '1'))
      },
    })
    expect(await restart(lambda.current(), context)).toEqual(lambda.current())
    expect(lambda.accepted).toHaveLength(1)
    expect(variablesOf(lambda.current()).get('NEW')).toBe('1')
    expect(records).toEqual(['writing', 'not written', 'writing'])
  })

  test('do not come where the run has ended or Lambda refuses', async () => {
    const ended = given(CARRYING, {}, 1)
    expect(await restart(ended.lambda.current(), ended.context)).toEqual(HALT)
    const refused = given(CARRYING, { fate: () => aFault('denied') })
    const end = await restart(refused.lambda.current(), refused.context)
    expect(end).toMatchObject({ reason: 'write-denied' })
    expect(Object.keys(end).sort()).toEqual(['detail', 'reason'])
  })
})
