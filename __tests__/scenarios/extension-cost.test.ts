/** What the extension costs: the cold starts of before, where the log may be read, beside the one of this run. */

import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { FOREIGN, inWorld, statusesOf } from './world'

type Cost =
  | { readonly kind: 'not-checked'; readonly why: string }
  | { readonly kind: 'compared'; readonly coldStarts: number }

interface ReportFile {
  readonly extensionCost?: { readonly functions: number; readonly initMs: number }
  readonly functions: readonly { readonly name: string; readonly extensionCost?: Cost }[]
}

const reportOf = ({ outputs }: StepResult) =>
  JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8')) as ReportFile

/** By function: `3 cold starts`, or why it was not checked. */
const costsOf = (result: StepResult): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    reportOf(result).functions.map(({ name, extensionCost: cost }) => [
      name,
      cost?.kind === 'compared' ? `${String(cost.coldStarts)} cold starts` : cost?.why,
    ]),
  )

/** Cold starts of users, each with its init in ms. */
async function coldStarts(aws: LocalAws, name: string, inits: readonly number[]): Promise<void> {
  const behaviour = { durationMs: 20, logs: ['customer data 4711'] }
  for (const initMs of inits) {
    aws.lambda.setHandler(name, { ...behaviour, initMs })
    await aws.lambda.traffic(name, { cold: true })
  }
  aws.lambda.setHandler(name, { ...behaviour, initMs: 154 })
}

/** Lambda tells its time in whole seconds: what is younger may be of after the write. */
async function untilTheyArePast(): Promise<void> {
  const past = Date.now() + 1_500
  while (Date.now() < past) await new Promise((next) => setTimeout(next, 20))
}

describe.each(['Text', 'JSON'] as const)('with log format %s', (logFormat) => {
  test('the cold start with Rotel stands beside the median of those before, and no write waits for it', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['orders', 'users']) {
        aws.lambda.createFunction({ name, logFormat, variables: FOREIGN })
        await coldStarts(aws, name, [300, 154, 150])
      }
      await untilTheyArePast()
      // CloudWatch answers only when both functions are written and invoked.
      aws.onCall(async ({ operation }) => {
        if (operation !== 'FilterLogEvents') return
        while (aws.calls.count('Invoke') < 2) await new Promise((next) => setTimeout(next, 5))
      })
      const result = await main({ functions: 'orders\nusers' })
      expect(statusesOf(result)).toEqual([
        'orders: written no-verifier',
        'users: written no-verifier',
      ])
      expect(costsOf(result)).toEqual({ orders: '3 cold starts', users: '3 cold starts' })
      expect(reportOf(result).extensionCost).toMatchObject({ functions: 2, initMs: 66 })
      expect(result.summary).toContain('| 154 → 220 ms (+66) | 20 → ')
      expect(result.summary).toMatch(/\| 64 → \d+ of 128 MB \(\+\d+\) \|/)
      expect(result.summary).toContain('median +66 ms over 2 functions')
      expect(result.log.join('\n')).toContain('median +66 ms over 2 functions')
      expect([result.stdout, result.summary].join('\n')).not.toContain('customer data')
      expect(aws.calls.count('FilterLogEvents')).toBe(2)

      aws.calls.clear()
      const again = await main({ functions: 'orders\nusers' })
      expect(again.exitCode).toBe(0)
      expect(aws.calls.count('FilterLogEvents')).toBe(0)
      expect(costsOf(again)).toEqual({ orders: undefined, users: undefined })
      expect(again.summary).toMatch(/unchanged[^\n]* \| 24 ms \| \d+ of 128 MB \|/)
    }))
})

test('what cannot be compared is not checked, each for its reason, and nothing fails for it', () =>
  inWorld(async ({ aws, main }) => {
    aws.logs.createGroup({ name: '/aws/lambda/rare', class: 'INFREQUENT_ACCESS' })
    aws.logs.createGroup({ name: '/shop/all' })
    for (const name of ['fresh', 'deployed', 'rare', 'warm', 'shared', 'other', 'versioned']) {
      const group = ['shared', 'other'].includes(name) ? { logGroup: '/shop/all' } : {}
      aws.lambda.createFunction({ name, variables: FOREIGN, ...group })
      if (!['fresh', 'versioned', 'other'].includes(name)) await coldStarts(aws, name, [154])
    }
    aws.lambda.createFunction({
      name: 'quiet',
      logFormat: 'JSON',
      systemLogLevel: 'WARN',
      variables: FOREIGN,
    })
    const version = aws.lambda.publishVersion('versioned')
    await aws.lambda.traffic('versioned', { qualifier: version, cold: true })
    aws.lambda.changeAsSomebodyElse('deployed', { memoryMb: 256 })
    // Its users are there first: the environment is warm when the smoke test comes.
    aws.onCall(async ({ operation, functionName }) => {
      if (operation === 'Invoke' && functionName === 'warm') await aws.lambda.traffic('warm')
    })
    await untilTheyArePast()
    const names = ['fresh', 'deployed', 'rare', 'warm', 'shared', 'other', 'versioned', 'quiet']
    const result = await main({ functions: names.join('\n') })
    expect(result.exitCode).toBe(0)
    expect(costsOf(result)).toEqual({
      fresh: 'its log group does not exist',
      deployed: expect.stringContaining('no cold start') as unknown,
      rare: expect.stringContaining('ValidationException') as unknown,
      warm: expect.stringContaining('not a cold start') as unknown,
      shared: '1 cold starts',
      other: expect.stringContaining('no cold start') as unknown,
      versioned: expect.stringContaining('no cold start') as unknown,
      quiet: expect.stringContaining('WARN') as unknown,
    })
    expect(result.summary).toContain('not checked')
  }))

test('who may not read the logs is told so, and is not refused once for each function', () =>
  inWorld(async ({ aws, main }) => {
    const names = Array.from({ length: 12 }, (_, index) => `f${String(index)}`)
    for (const name of names) {
      aws.lambda.createFunction({ name, updateMs: 0 })
      await coldStarts(aws, name, [154])
    }
    aws.caller.deny('logs:FilterLogEvents')
    const result = await main({ functions: names.join('\n') })
    expect(result.exitCode).toBe(0)
    for (const why of Object.values(costsOf(result))) expect(why).toContain('logs:FilterLogEvents')
    expect(result.annotations).not.toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('FilterLogEvents') as unknown }),
    )
    expect(aws.calls.count('FilterLogEvents')).toBeLessThanOrEqual(3)
  }))

test.each([
  ['throttles', { kind: 'throttle' }],
  ['does not answer', { kind: 'hang' }],
  ['answers with errors', { kind: 'server-error', status: 503 }],
] as const)('a run does not wait for CloudWatch that %s, and does not fail', (_, fault) =>
  inWorld(async ({ aws, main }) => {
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) {
      aws.lambda.createFunction({ name, updateMs: 0 })
      await coldStarts(aws, name, [154])
    }
    aws.faults.add({ operation: 'FilterLogEvents', count: Infinity, fault })
    const result = await main({ functions: names.join('\n') })
    expect(result.exitCode).toBe(0)
    for (const why of Object.values(costsOf(result))) expect(why).toBeDefined()
    expect(result.summary).toContain('not checked')
  }),
)

test('nothing is asked about functions that carry Rotel, are not invoked, or are not written', () =>
  inWorld(async ({ aws, main }) => {
    for (const name of ['carries', 'silent', 'blocked']) {
      aws.lambda.createFunction({ name, variables: FOREIGN })
      await coldStarts(aws, name, [154])
    }
    await main({ functions: 'carries' })
    aws.calls.clear()
    await main({ functions: 'carries', 'resource-attributes': 'team=shop' })
    await main({ functions: 'silent', payloads: 'silent=none', 'fail-on': 'never' })
    await main({ functions: 'blocked', mode: 'plan' })
    await main({ functions: 'blocked', mode: 'verify', 'fail-on': 'never' })
    await main({ functions: 'carries', mode: 'remove' })
    expect(aws.calls.count('UpdateFunctionConfiguration')).toBeGreaterThanOrEqual(2)
    expect(aws.calls.count('FilterLogEvents')).toBe(0)
  }))
