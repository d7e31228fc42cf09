/** The post step: finishes what the main step could not, from the journal alone, and only at home. */

import { setImmediate } from 'node:timers/promises'
import { NO_ALIASES } from './support/aliases'
import { NO_ROLES } from './support/roles'
import { describe, expect, test } from '@jest/globals'
import type { Clock } from '../../src/model/clock'
import type { LambdaFunction } from '../../src/systems/lambda/lambda-function'
import { type Result, succeeded } from '../../src/model/result'
import { planAttachment } from '../../src/pipeline/plan/plan'
import type { CallerIdentity } from '../../src/pipeline/select/identity'
import { finishUndo } from '../../src/pipeline/rollout/finish-undo'
import { inverseOf } from '../../src/pipeline/configure/inverse'
import { ACCOUNT, aFunction, changed, SOME_CONTEXT, someWanted } from './support/functions'
import { aJournal, aStore, readJournal, SALT } from './support/journal'
import {
  aClock,
  aFault,
  aLambda,
  configurationOf,
  ENDLESS,
  type LambdaOptions,
} from './support/lambda'
import { aRunner } from './support/runner'
import { allowing, aMember, DENY, disable, documentOf, onRole } from './roles/disabling'
import { lateIam } from './roles/late-iam'
import { WRITES } from './policies/policy-sets'
import { parseRoleArn } from '../../src/systems/iam/role-arn'
import type { RoleControl } from '../../src/systems/iam/role-control'

/** For callers that may not ask IAM what it decides. */
const NOT_ASKABLE: RoleControl = {
  ...NO_ROLES,
  simulate: () => Promise.resolve({ ok: false, fault: aFault('denied') }),
}
const HOME: CallerIdentity = { account: ACCOUNT, partition: 'aws' }
const FOUND = ['orders', 'images', 'mails'].map((name) =>
  aFunction({ name, variables: { TABLE: name } }),
)

function attached(fn: LambdaFunction) {
  const plan = planAttachment(fn, someWanted(), SOME_CONTEXT)
  if (plan.kind !== 'change') throw new Error(plan.kind)
  return plan.change
}

/** A run that was killed after writing all three, with the last one finished. */
async function afterKill(
  given: {
    readonly caller?: Result<CallerIdentity>
    readonly journal?: (text: string) => string
    readonly options?: LambdaOptions
    readonly roles?: RoleControl
    readonly clock?: Clock
  } = {},
) {
  const killed = aStore()
  const journal = aJournal(killed)
  for (const fn of FOUND) await journal.writing(fn.arn, inverseOf(attached(fn), SALT))
  for (const fn of FOUND.slice(2)) journal.finished([fn.arn])
  const text = given.journal ? given.journal(killed.text()) : killed.text()

  const store = aStore(text)
  const clock = given.clock ?? aClock()
  const lambda = aLambda(
    FOUND.map((fn) => changed(fn, attached(fn))),
    given.options,
  )
  const runner = aRunner()
  const whoAmI = () => Promise.resolve(given.caller ?? succeeded(HOME))
  const { kind } = await finishUndo(text, store, {
    lambda,
    aliases: NO_ALIASES,
    roles: given.roles ?? NOT_ASKABLE,
    identity: { whoAmI },
    clock,
    signal: ENDLESS,
    runner,
  })
  const asFound = FOUND.filter(
    (fn) =>
      JSON.stringify(configurationOf(lambda.current(fn.arn.name))) ===
      JSON.stringify(configurationOf(fn)),
  ).map(({ arn }) => arn.name)
  return { done: kind === 'original', asFound, lambda, runner, store }
}

test('what was not finished is rolled back, what was stays', async () => {
  const { done, asFound, store, runner } = await afterKill()
  expect(done).toBe(true)
  expect(asFound).toEqual(['orders', 'images'])
  expect(store.deleted).toBe(true)
  expect(runner.annotations).toEqual([])
})

/** Time passes only when nothing else goes on. */
function aPatientClock(): Clock {
  const clock = aClock()
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      await setImmediate()
      if (signal?.aborted !== true) await clock.sleep(ms, signal)
    },
  }
}

test('logs that another run has disabled since are restored before Rotel leaves', async () => {
  const clock = aPatientClock()
  const role = parseRoleArn(FOUND[0]?.roleArn ?? '')
  if (role === undefined) throw new Error('it has no role')
  const iam = lateIam([onRole(role, documentOf(allowing(WRITES, '*')))], { clock })
  const before = iam.stored()
  await disable([aMember('orders', role)], DENY, iam)
  await clock.sleep(60_000)
  const { done, asFound } = await afterKill({ roles: iam, clock })
  expect({ done, asFound }).toEqual({ done: true, asFound: ['orders', 'images'] })
  expect(iam.stored()).toEqual(before)
})

test('an IAM that does not answer keeps nothing from being rolled back', async () => {
  const clock = aPatientClock()
  const roles: RoleControl = { ...NO_ROLES, simulate: () => new Promise(() => undefined) }
  const begunAt = clock.now()
  const { done, asFound } = await afterKill({ roles, clock })
  expect({ done, asFound }).toEqual({ done: true, asFound: ['orders', 'images'] })
  expect(clock.now() - begunAt).toBeLessThan(60_000)
})

describe('with other credentials', () => {
  test.each<[string, Result<CallerIdentity>]>([
    ['of another account', succeeded({ ...HOME, account: '999999999999' })],
    ['of another partition', succeeded({ ...HOME, partition: 'aws-cn' })],
    ['that are unknown', { ok: false, fault: aFault('denied') }],
  ])('%s nothing is touched, and what is left is named', async (_, caller) => {
    const { done, lambda, store, runner } = await afterKill({ caller })
    expect(done).toBe(false)
    expect(lambda.calls).toEqual([])
    expect(store.deleted).toBe(false)
    expect(runner.annotations[0]?.message).toContain('orders, images')
  })
})

describe('the journal', () => {
  test('that cannot be read leads to nothing but a complaint', async () => {
    const { done, lambda, runner } = await afterKill({ journal: (text) => `${text}garbage\n` })
    expect(done).toBe(false)
    expect(lambda.calls).toEqual([])
    expect(runner.annotations).toHaveLength(1)
  })

  test.each([
    ['empty', ''],
    ['with a torn first line only', '{"kind":"run","acco'],
  ])('that is %s has nothing to undo', async (_, text) => {
    const { done, lambda, store, runner } = await afterKill({ journal: () => text })
    expect(done).toBe(true)
    expect(lambda.calls).toEqual([])
    expect(store.deleted).toBe(true)
    expect(runner.annotations).toEqual([])
  })

  test('whose last line was torn is followed up to there', async () => {
    const { done, asFound } = await afterKill({ journal: (text) => text.slice(0, -5) })
    expect(done).toBe(true)
    expect(asFound).toEqual(['orders', 'images', 'mails'])
  })

  test('with nothing open needs no call at all, not even for the account', async () => {
    const { done, lambda, store } = await afterKill({
      caller: { ok: false, fault: aFault('denied') },
      journal: (text) => text.slice(0, text.indexOf('\n') + 1),
    })
    expect(done).toBe(true)
    expect(lambda.calls).toEqual([])
    expect(store.deleted).toBe(true)
  })

  test('keeps what could not be rolled back', async () => {
    const { done, asFound, store, runner } = await afterKill({
      options: { fate: (index) => (index === 0 ? aFault('denied') : 'judged') },
    })
    expect(done).toBe(false)
    expect(asFound).toHaveLength(1)
    expect(store.deleted).toBe(false)
    expect(readJournal(store.text())?.open).toHaveLength(1)
    expect(runner.annotations[0]?.message).toContain('could not be rolled back')
  })
})

test('what others have changed since stays, and is named', async () => {
  const { done, lambda, runner } = await afterKill({
    options: {
      arriving: (call, one, index) => {
        if (call === 'get' && index === 0) {
          one.setVariables((all) => all.set('ROTEL_OTLP_EXPORTER_PROTOCOL', 'theirs'), 'orders')
        }
      },
    },
  })
  expect(done).toBe(true)
  expect(configurationOf(lambda.current('orders')).variables).toEqual({
    TABLE: 'orders',
    ROTEL_OTLP_EXPORTER_PROTOCOL: 'theirs',
  })
  expect(runner.lines.join('\n')).toContain('ROTEL_OTLP_EXPORTER_PROTOCOL, changed by another user')
})
