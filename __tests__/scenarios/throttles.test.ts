/** AWS answers "too fast": every function ends as it would have without, only later. */

import { describe, expect, test } from '@jest/globals'
import type { CallEvent, LocalAwsOptions } from '../../local/aws/local-aws'
import { fastTime } from '../../local/runner/fast-time'
import { MAY_LOG, secondsOfCalls, throttledAtRandom } from './throttling'
import { ACCESS_KEY, inStack } from './stack-world'
import { FOREIGN, functionsOf, inWorld, statusesOf, type World } from './world'

/** Time for them runs ten times faster, and so do the rates of Local AWS. */
function inFastWorld(
  scenario: (world: World) => Promise<void>,
  options: LocalAwsOptions = {},
): Promise<void> {
  const time = fastTime(10)
  return inWorld(
    (world) =>
      scenario({
        ...world,
        main: (inputs, step) => world.main(inputs, { ...step, env: { ...time.env, ...step?.env } }),
        post: (state, step) => world.post(state, { ...step, env: { ...time.env, ...step?.env } }),
      }),
    { clock: time.clock, ...options },
  )
}

/** `npm run campaign:throttles`: two hundred functions, and half of all calls. */
const CAMPAIGN = process.env['THROTTLES'] === 'all'

test(
  'calls throttled at random: apply, verify and remove end for each function as without',
  () =>
    inFastWorld((world) =>
      throttledAtRandom(
        world,
        CAMPAIGN ? { functions: 200, share: 0.5 } : { functions: 5, share: 0.65 },
      ),
    ),
  CAMPAIGN ? 900_000 : 120_000,
)

const ALWAYS = { count: Infinity, fault: { kind: 'throttle' } } as const

const IS_WRITE = /^(Update|Put|Delete|Attach|Detach|Create|Set)/

describe('throttled for as long as the run lasts', () => {
  test('reads end as out of time, at two thirds of it, and nothing is written', () =>
    inFastWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      aws.faults.add({ operation: 'GetFunction', ...ALWAYS })
      const result = await main({ functions: 'orders', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual(['orders: skipped out-of-time'])
      expect(secondsOfCalls(aws)).toBeGreaterThan(30)
      expect(secondsOfCalls(aws)).toBeLessThan(42)
      expect(aws.calls.all().filter(({ operation }) => IS_WRITE.test(operation))).toEqual([])
    }))

  test('a write that never got through is no change, and one without its proof is rolled back', () =>
    inFastWorld(async ({ aws, main }) => {
      // Two groups, so that each has its canary.
      aws.lambda.createFunction({ name: 'stuck', architecture: 'arm64' })
      const before = aws.lambda.createFunction({ name: 'written', variables: FOREIGN })
      const update = 'UpdateFunctionConfiguration'
      aws.faults.add({ operation: update, functionName: 'stuck', ...ALWAYS })
      aws.faults.add({ operation: 'Invoke', ...ALWAYS })
      const result = await main({ functions: 'stuck\nwritten', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual([
        'stuck: skipped out-of-time',
        'written: rolled-back out-of-time',
      ])
      expect(aws.calls.count(update, 'stuck')).toBeGreaterThan(5)
      expect(aws.lambda.get('written').variables).toEqual(before.variables)
    }))

  test('a rollback ends with the run as well, and the post step goes on with it', () =>
    inFastWorld(async ({ aws, main, post }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        handler: { failure: { kind: 'throws' } },
      })
      aws.onCall(({ operation }) => {
        if (operation !== 'Invoke') return
        aws.faults.add({ operation: 'UpdateFunctionConfiguration', ...ALWAYS })
      })
      const result = await main({ functions: 'orders', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
      expect(secondsOfCalls(aws)).toBeGreaterThan(50)
      expect(secondsOfCalls(aws)).toBeLessThan(62)
      aws.faults.clear()
      expect((await post(result.state)).exitCode).toBe(0)
      expect(aws.lambda.get('orders').variables).toEqual(before.variables)
    }))

  test('IAM is out of time too, where its answer decides', () =>
    inFastWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', layers: [aws.lambda.layers.rotelArn()] })
      await main({ functions: 'orders' })
      aws.faults.add({ operation: 'SimulatePrincipalPolicy', ...ALWAYS })
      const result = await main({ functions: 'orders', mode: 'remove', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual(['orders: skipped out-of-time'])
    }))
})

describe('a wait without an end', () => {
  test('for an update is over at two thirds of the time, and for its rollback at the end', () =>
    inFastWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', updateMs: 10 * 3_600_000 })
      const result = await main({ functions: 'orders', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
      expect(functionsOf(result)[0]?.detail).toContain('out-of-time')
      expect(secondsOfCalls(aws)).toBeLessThan(62)
    }))

  test('for IAM is over at two thirds of the time', () =>
    inFastWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', layers: [aws.lambda.layers.rotelArn()] })
      await main({ functions: 'orders' })
      aws.calls.clear()
      aws.faults.add({
        operation: 'SimulatePrincipalPolicy',
        count: Infinity,
        fault: { kind: 'hang' },
      })
      const begun = Date.now()
      const result = await main({ functions: 'orders', mode: 'remove', 'timeout-minutes': '1' })
      expect(statusesOf(result)).toEqual(['orders: skipped out-of-time'])
      expect(secondsOfCalls(aws)).toBeLessThan(42)
      // No call is left to be waited for.
      expect(Date.now() - begun).toBeLessThan(8_000)
    }))

  test('for HyperDX, which has no requests left, is over at two thirds of the time', () => {
    const { env } = fastTime(10)
    return inStack(
      async ({ aws, clickStack, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const begun = Date.now()
        const result = await main(
          {
            functions: 'orders',
            'clickhouse-url': '',
            'clickhouse-password': '',
            'hyperdx-url': clickStack.hyperDxUrl,
            'hyperdx-api-key': ACCESS_KEY,
            'timeout-minutes': '1',
          },
          { env },
        )
        expect(statusesOf(result)).toEqual(['orders: skipped out-of-time'])
        expect(Date.now() - begun).toBeLessThan(12_000)
      },
      { clickStack: { rateLimit: { requests: 1, windowMs: 3_600_000 } } },
    )
  })
})

describe('a throttle', () => {
  test('does not count for `stop-after`', () =>
    inFastWorld(async ({ aws, main }) => {
      for (const name of NAMES) {
        aws.lambda.createFunction({ name, updateMs: 10 })
        aws.faults.add({ ...ALWAYS, functionName: name, count: 10 })
      }
      const result = await main({ functions: NAMES.join('\n'), 'stop-after': '1' })
      expect(statusesOf(result)).toEqual(NAMES.map((name) => `${name}: written no-verifier`))
    }))

  test('of IAM leaves no role unasked, however often it comes', () =>
    inFastWorld(async ({ aws, main }) => {
      for (const name of NAMES) {
        const role = aws.iam.createRole({ name: `${name}-role`, inline: { logs: MAY_LOG } }).arn
        aws.lambda.createFunction({ name, role, updateMs: 10 })
        const matches = ({ params }: CallEvent) => params['PolicySourceArn'] === role
        aws.faults.add({ ...ALWAYS, matches, count: 12 })
      }
      const result = await main({ functions: NAMES.join('\n') })
      expect(result.exitCode).toBe(0)
      expect(result.summary).not.toMatch(/(?<!What the extension costs: )not checked (for|whether)/)
    }))
})

describe('a second user who takes half of the quota', () => {
  test('goes on, and so does the run: nothing fails', () =>
    inFastWorld(async ({ aws, main }) => {
      const names = Array.from({ length: 30 }, (_, i) => `f${String(i)}`)
      for (const name of names) aws.lambda.createFunction({ name, updateMs: 10 })
      // What Local AWS has left for this run.
      const isTooFast = limited(({ operation }) => IS_WRITE.test(operation), 7.5)
      aws.faults.add({ ...ALWAYS, matches: isTooFast })
      const result = await main({ functions: names.join('\n'), 'api-share': '90' })
      expect(result.exitCode).toBe(0)
      const writes = aws.calls.of('UpdateFunctionConfiguration')
      const throttled = writes.filter(({ status }) => status === 429)
      expect(throttled.length).toBeGreaterThan(0)
      // More than half of what is sent gets through.
      expect(throttled.length).toBeLessThan(writes.length / 2)
    }))
})

const NAMES = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7']

/** Whether a call of a kind comes when its bucket, which holds one second's worth, is empty. */
function limited(
  isOfKind: (call: CallEvent) => boolean,
  perSecond: number,
): (call: CallEvent) => boolean {
  let tokens = perSecond
  let at = Date.now()
  return (call) => {
    if (!isOfKind(call)) return false
    const now = Date.now()
    tokens = Math.min(perSecond, tokens + ((now - at) / 1000) * 10 * perSecond)
    at = now
    if (tokens < 1) return true
    tokens -= 1
    return false
  }
}
