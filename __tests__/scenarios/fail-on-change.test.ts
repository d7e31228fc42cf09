/** `fail-on-change`: a plan that holds any change fails the job, before `apply` and after a drift, and not in between. */

import { describe, expect, test } from '@jest/globals'
import type { StepResult } from '../../local/runner/step'
import { inStack } from './stack-world'
import { FOREIGN, inWorld, statusesOf, type World } from './world'

const errorsOf = ({ annotations }: StepResult) =>
  annotations.filter(({ level }) => level === 'error').map(({ message }) => message)

/** What a schedule runs. */
const look = ({ main }: Pick<World, 'main'>, inputs: Readonly<Record<string, string>>) =>
  main({ ...inputs, mode: 'plan', 'fail-on-change': 'true' })

/** It fails, and tells why where one looks first. */
function expectDrift(result: StepResult, line: string): void {
  expect(result.exitCode).toBe(1)
  expect(result.outputs['result']).toBe('failure')
  expect(result.outputs['changed']).toBe('true')
  expect(errorsOf(result)).toEqual([expect.stringContaining(line)])
  expect(result.summary).toContain('<code>fail-on-change</code>')
  expect(result.summary).toMatch(/^## ❌ /)
  expect(result.stdout.split(line)).toHaveLength(2)
}

function expectNone(result: StepResult): void {
  expect(result.exitCode).toBe(0)
  expect(result.outputs['result']).toBe('success')
  expect(result.outputs['changed']).toBe('false')
  expect(errorsOf(result)).toEqual([])
}

test('of functions: before apply, after it, and after a deployment that took Rotel away', () =>
  inWorld(async (world) => {
    const { aws, main } = world
    for (const name of ['orders', 'refunds']) {
      aws.lambda.createFunction({ name, variables: FOREIGN })
    }
    const both = { functions: 'orders\nrefunds' }
    const first = await look(world, both)
    const fails = 'which fails the job (`fail-on-change`)'
    expectDrift(first, `Plan: 2 functions would change, ${fails}`)
    expect(statusesOf(first)).toEqual(['orders: planned', 'refunds: planned'])
    // Without the input, a plan with changes is a success.
    expect((await main({ ...both, mode: 'plan' })).exitCode).toBe(0)

    const calls = aws.calls.of('UpdateFunctionConfiguration').length
    expect(calls).toBe(0)
    const applied = await main(both)
    expect(applied.outputs['changed']).toBe('true')
    expectNone(await look(world, both))

    aws.lambda.changeAsSomebodyElse('orders', { layers: [], variables: { ...FOREIGN } })
    expectDrift(await look(world, both), `Plan: 1 of 2 functions would change, ${fails}`)
    // What could not be planned fails for itself, and the change is told too.
    const more = { functions: 'orders\nmissing\nrefunds' }
    const mixed = await look(world, { ...more, 'fail-on': 'all' })
    expect(mixed.exitCode).toBe(1)
    expect(errorsOf(mixed)[0]).toContain(`1 of 3 functions would fail; 1 would change, ${fails}`)
  }))

test('of a dry run of a removal, until there is nothing to remove', () =>
  inWorld(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    await main({ functions: 'orders' })
    const dry = { functions: 'orders', mode: 'remove', 'dry-run': 'true', 'fail-on-change': 'true' }
    const before = await main(dry)
    expect(before.exitCode).toBe(1)
    expect(errorsOf(before)).toEqual([expect.stringContaining('1 function would change, which')])
    await main({ functions: 'orders', mode: 'remove' })
    expect((await main(dry)).exitCode).toBe(0)
  }))

test('of roles alone: CloudWatch Logs that are still to be disabled, and that somebody enabled again', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const attached = ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']
    const role = aws.iam.createRole({ name: 'orders-role', attached })
    aws.lambda.createFunction({ name: 'orders', role: role.arn, variables: FOREIGN })
    const inputs = { functions: 'orders', 'cloudwatch-logs': 'deny' }
    await main({ functions: 'orders' })
    expectDrift(await look(world, inputs), 'would change')
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
    expectNone(await look(world, inputs))
    const deleteInline = Object.keys(aws.iam.get('orders-role').inline)
    expect(deleteInline).toHaveLength(1)
    aws.iam.changeRoleAsSomebodyElse('orders-role', { deleteInline })
    expectDrift(await look(world, inputs), 'would change')
  }))

test('of the role of a function that cannot be instrumented, beside others: one count everywhere', () =>
  inStack(async (world) => {
    const { aws, main } = world
    for (const name of ['orders', 'old']) aws.lambda.createFunction({ name, variables: FOREIGN })
    await main({ functions: 'old', 'cloudwatch-logs': 'deny' })
    aws.lambda.changeAsSomebodyElse('old', {
      layers: [],
      variables: FOREIGN,
      runtime: 'nodejs16.x',
    })
    const result = await look(world, { functions: 'orders\nold' })
    expect(statusesOf(result)).toEqual([expect.stringMatching(/^old: dark /), 'orders: planned'])
    expect(errorsOf(result)[0]).toContain(
      'Plan: 1 of 2 functions is dark; 2 would change, which fails the job',
    )
    expect(result.summary).toContain('2 functions would change.')
    expect(JSON.parse(result.outputs['summary-json'] ?? '')).toMatchObject({ changed: 2 })
  }))

describe('inputs that contradict each other', () => {
  test('are refused before any call', () =>
    inWorld(async (world) => {
      const result = await look(world, { functions: 'orders', 'fail-on': 'never' })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input fail-on-change'])
      expect(world.aws.calls.count()).toBe(0)
    }))
})
