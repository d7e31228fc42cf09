/** Credentials that end while the run is under way: known before from AWS_CREDENTIAL_EXPIRATION, or from the first refusal. */

import { describe, expect, test } from '@jest/globals'
import type { CallEvent, LocalAws } from '../../local/aws/local-aws'
import { fastTime } from '../../local/runner/fast-time'
import { inStack } from './stack-world'
import { MAY_LOG, secondsOfCalls } from './throttling'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const IS_WRITE = /^(Update|Put|Delete|Attach|Detach|Create|Set)/

const expired = (name: string) =>
  ({
    kind: 'error',
    name,
    status: 403,
    message: 'The security token included in the request is expired',
  }) as const

/** So many that a run which goes on is still writing long after. */
const NAMES = Array.from({ length: 40 }, (_, i) => `f${String(i).padStart(2, '0')}`)

interface Strike {
  readonly operation: string
  /** Of the error, as the service has it. */
  readonly error: string
  /** It comes at the first such call after so many functions were written. */
  readonly written: number
}

/** AWS refuses one call, once, and would take any call after it. @returns when it did, as Local AWS counts time */
function refuseOnce(aws: LocalAws, { operation, error, written }: Strike): () => number {
  let at: number | undefined
  aws.faults.add({
    matches: (call: CallEvent) => {
      if (call.operation !== operation) return false
      const done = aws.calls.of('UpdateFunctionConfiguration').filter(({ worked }) => worked)
      if (done.length < written) return false
      at = aws.calls.all().at(-1)?.startedMs
      return true
    },
    fault: expired(error),
  })
  return () => at ?? Number.NaN
}

/** For the answer, on a busy machine. At a third of the quota a run that goes on writes for many seconds. */
const ON_THE_WAY_MS = 500
const SLOWLY = { 'api-share': '30', 'stop-after': '1000' }

describe('the first call that AWS refuses for an expired token', () => {
  test.concurrent.each<Strike>([
    { operation: 'UpdateFunctionConfiguration', error: 'ExpiredTokenException', written: 3 },
    { operation: 'GetFunction', error: 'ExpiredTokenException', written: 3 },
    { operation: 'Invoke', error: 'ExpiredTokenException', written: 3 },
    { operation: 'SimulatePrincipalPolicy', error: 'ExpiredToken', written: 0 },
  ])('is the last of the run, whichever it is: $operation', (strike) =>
    inWorld(
      async ({ aws, main, post }) => {
        for (const name of NAMES) {
          const role = aws.iam.createRole({ name: `${name}-role`, inline: { logs: MAY_LOG } }).arn
          aws.lambda.createFunction({ name, role, variables: FOREIGN, updateMs: 300 })
        }
        const struckAt = refuseOnce(aws, strike)
        const result = await main({ ...SLOWLY, functions: 'f*' })
        const later = aws.calls
          .all()
          .filter(({ startedMs }) => startedMs > struckAt() + ON_THE_WAY_MS)
        expect(struckAt()).toBeGreaterThan(0)
        expect(later.map(({ operation }) => operation)).toEqual([])
        expect(result.exitCode).toBe(1)
        // Each function is told what became of it.
        const all = functionsOf(result)
        expect(all).toHaveLength(NAMES.length)
        const changed = NAMES.filter((name) => aws.lambda.get(name).layers.length > 0)
        for (const { name, status, detail } of all) {
          const expected = changed.includes(name) ? /^(failed|written)$/ : /^(skipped|blocked)$/
          expect(`${name} ${status}`).toMatch(new RegExp(`^${name} ${expected.source.slice(1)}`))
          if (status === 'failed') expect(detail).toContain('ROTEL_OTLP_EXPORTER_ENDPOINT')
          if (status !== 'written') expect(detail).toMatch(/expired/)
        }
        expect(changed.length).toBeLessThan(NAMES.length)
        expect(result.stdout).toContain('`role-duration-seconds`')

        // The same credentials: nothing is tried, and what is left is named.
        const open = all.filter(({ status }) => status === 'failed').map(({ name }) => name)
        aws.calls.clear()
        const always = aws.faults.add({ count: Infinity, fault: expired('ExpiredToken') })
        const after = await post(result.state)
        expect(after.exitCode).toBe(open.length > 0 ? 1 : 0)
        for (const name of open) expect(after.stdout).toContain(name)
        expect(aws.calls.all().filter(({ operation }) => IS_WRITE.test(operation))).toEqual([])
        // With fresh ones it goes on.
        always.remove()
        expect((await post(result.state)).exitCode).toBe(0)
        for (const name of open) expect(aws.lambda.get(name).layers).toEqual([])
      },
      { latencyMs: 5 },
    ),
  )
})

test.concurrent(
  'an IAM write that is refused so is the last write too, of a role or of a function',
  () =>
    inStack(async ({ aws, main, post }) => {
      const names = ['a1', 'a2', 'a3', 'a4']
      for (const name of names) {
        const role = aws.iam.createRole({ name: `${name}-role`, inline: { logs: MAY_LOG } }).arn
        aws.lambda.createFunction({ name, role, variables: FOREIGN })
      }
      const before = names.map((name) => configurationOf(aws.lambda.get(name)))
      let struckAt = Number.NaN
      aws.faults.add({
        operation: 'PutRolePolicy',
        skip: 1,
        matches: () => {
          struckAt = aws.calls.all().at(-1)?.startedMs ?? Number.NaN
          return true
        },
        fault: expired('ExpiredToken'),
      })
      const result = await main({ functions: 'a*', 'cloudwatch-logs': 'deny' })
      expect(result.exitCode).toBe(1)
      expect(struckAt).toBeGreaterThan(0)
      const later = aws.calls.all().filter(({ startedMs }) => startedMs > struckAt + ON_THE_WAY_MS)
      expect(later.filter(({ operation }) => IS_WRITE.test(operation))).toEqual([])
      // What was written and is not proven is named, and the post step restores it when it can.
      const open = functionsOf(result).filter(({ status }) => status !== 'instrumented')
      expect(open.length).toBeGreaterThan(0)
      expect((await post(result.state)).exitCode).toBe(0)
      for (const [index, name] of names.entries()) {
        if (!open.some((one) => one.name === name)) continue
        expect(configurationOf(aws.lambda.get(name))).toEqual(before[index])
        const { arn } = aws.iam.get(`${name}-role`)
        const group = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/${name}:log-stream:x`
        expect(aws.iam.decide(arn, 'logs:PutLogEvents', group)).toBe('allowed')
      }
    }),
)

const ALWAYS = { count: Infinity, fault: { kind: 'throttle' } } as const

/** What aws-actions/configure-aws-credentials gives out: JSON, with its quotes. */
const expiringIn = (ms: number, now: number) => ({
  AWS_CREDENTIAL_EXPIRATION: JSON.stringify(new Date(now + ms)),
})

describe('credentials whose expiry is known', () => {
  test.concurrent('end the writes early enough for a rollback, and that is told first', () => {
    const { clock, env } = fastTime(10)
    return inWorld(
      async ({ aws, main }) => {
        // Two groups, so that each has its canary.
        aws.lambda.createFunction({ name: 'stuck', architecture: 'arm64' })
        const before = aws.lambda.createFunction({ name: 'written', variables: FOREIGN })
        const update = 'UpdateFunctionConfiguration'
        aws.faults.add({ operation: update, functionName: 'stuck', ...ALWAYS })
        aws.faults.add({ operation: 'Invoke', ...ALWAYS })
        const now = clock.now()
        const expiry = expiringIn(60_000, now)
        const functions = 'stuck\nwritten'
        const result = await main({ functions }, { env: { ...env, ...expiry } })
        expect(statusesOf(result)).toEqual([
          'stuck: skipped out-of-time',
          'written: rolled-back out-of-time',
        ])
        expect(configurationOf(aws.lambda.get('written'))).toEqual(configurationOf(before))
        expect(functionsOf(result)[0]?.detail).toContain('AWS_CREDENTIAL_EXPIRATION')
        // No new write after two thirds, with room for a busy machine, and the rollback is over before they expire.
        const late = aws.calls.of(update, 'stuck').map(({ startedMs }) => startedMs - now)
        expect(Math.max(...late)).toBeLessThan(50_000)
        expect((aws.calls.all().at(-1)?.startedMs ?? Infinity) - now).toBeLessThan(60_000)
        const lines = result.stdout.split('\n').filter((line) => !line.startsWith('::'))
        expect(lines[0]).toBe('Account 123456789012 (aws), us-east-1')
        expect(lines[1]).toMatch(/^The credentials of this job expire in \d+ seconds, at .*Z/)
        expect(result.summary).toContain('The credentials of this job expire in')
      },
      { clock },
    )
  })

  test.concurrent(
    'are no matter where they outlive the run, or where the value cannot be read',
    () =>
      inWorld(async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders' })
        const long = { env: expiringIn(3_600_000, Date.now()) }
        expect((await main({ functions: 'orders', mode: 'plan' }, long)).stdout).not.toMatch(
          /expire/,
        )
        const odd = { env: { AWS_CREDENTIAL_EXPIRATION: 'tomorrow' } }
        const result = await main({ functions: 'orders' }, odd)
        expect(statusesOf(result)).toEqual(['orders: written no-verifier'])
        expect(
          result.annotations.map(({ level, message }) => `${level} ${message}`),
        ).toContainEqual(expect.stringMatching(/^warning AWS_CREDENTIAL_EXPIRATION is ignored/))
      }),
  )

  test.concurrent('are refused before any call where they have expired already', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'orders' }, { env: expiringIn(-1_000, Date.now()) })
      expect(result.exitCode).toBe(1)
      expect(result.stdout).toContain('The credentials of this job expired at')
      expect(aws.calls.count()).toBe(0)
    }),
  )
})

test.concurrent.each([
  ['orders', 'GetFunction', /two thirds of `timeout-minutes: 1`.* Raise `timeout-minutes`/],
  ['*', 'ListFunctions', /two thirds of `timeout-minutes: 1`.* Raise `timeout-minutes`/],
  ['orders', 'SimulatePrincipalPolicy', /not checked .*SimulatePrincipalPolicy: out-of-time/],
])(
  'a plan of %s ends in time too, where %s is throttled for ever',
  (functions, operation, told) => {
    const { clock, env } = fastTime(10)
    return inWorld(
      async ({ aws, main }) => {
        aws.lambda.createFunction({ name: 'orders', layers: [aws.lambda.layers.rotelArn()] })
        aws.faults.add({ operation, ...ALWAYS })
        const given = { functions, mode: 'plan', 'timeout-minutes': '1' }
        const result = await main(given, { env })
        expect(secondsOfCalls(aws)).toBeLessThan(42)
        expect(aws.calls.count(operation)).toBeGreaterThan(2)
        expect(result.stdout).toMatch(told)
      },
      { clock },
    )
  },
)
