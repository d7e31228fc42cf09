/** What a report tells is what was done: no change is no change, what was rolled back does not stand, and each write to IAM is named. */

import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { StepResult } from '../../local/runner/step'
import { INGESTION_KEY, inStack } from './stack-world'
import { FOREIGN, functionsOf, inWorld, statusesOf } from './world'

const titleOf = ({ summary }: StepResult) => summary.split('\n')[0] ?? ''

test.concurrent(
  'plan, apply and remove tell whether anything changes, and count nothing else',
  () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['cart', 'mail', 'orders']) {
        aws.lambda.createFunction({ name, variables: FOREIGN })
      }
      const functions = 'cart\nmail\norders'
      const first = await main({ functions, mode: 'plan' })
      expect(first.outputs['changed']).toBe('true')
      expect(functionsOf(first).map(({ changed }) => changed)).toEqual([true, true, true])
      expect(titleOf(first)).toContain('Plan: 3 functions would change')

      expect((await main({ functions })).outputs['changed']).toBe('true')

      const second = await main({ functions, mode: 'plan' })
      expect(second.outputs['changed']).toBe('false')
      expect(titleOf(second)).toContain('Plan: 3 functions, and none would change')
      expect(second.summary).toContain('3 without a change')
      expect(second.summary).not.toContain('3 planned')

      const dry = await main({ functions, mode: 'remove', 'dry-run': 'true' })
      expect(dry.outputs['changed']).toBe('false')
      expect(titleOf(dry)).toContain('Plan: 3 functions would change')
      expect((await main({ functions, mode: 'remove' })).outputs['changed']).toBe('true')

      const again = await main({ functions, mode: 'remove' })
      expect(again.outputs['changed']).toBe('false')
      expect(titleOf(again)).toContain('3 functions had nothing to remove')
      expect(again.summary).not.toContain('3 removed')
      const dryAgain = await main({ functions, mode: 'remove', 'dry-run': 'true' })
      expect(dryAgain.outputs['changed']).toBe('false')
    }),
)

test.concurrent(
  'a function that is rolled back shows no diff and no warning of what does not stand',
  () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['a1', 'a2', 'a3']) {
        aws.lambda.createFunction({
          name,
          variables: FOREIGN,
          timeoutSeconds: 3,
          handler: { failure: { kind: 'throws' } },
        })
      }
      const result = await main({ functions: 'a1\na2\na3', 'stop-after': '1' })
      const [failed, ...others] = statusesOf(result)
      expect(failed).toBe('a1: rolled-back function-error')
      expect(others).toEqual(['a2: skipped stopped', 'a3: skipped stopped'])
      expect(titleOf(result)).toContain('1 of 3 functions failed; 2 were not tried')

      expect(result.summary).toContain('rolled back: layer rotel-extension-amd64:7 added')
      expect(result.summary).not.toMatch(/^\+ /m)
      expect(result.stdout + result.summary).not.toContain('adds 3 s to an invocation')
      const report = JSON.parse(readFileSync(result.outputs['report-path'] ?? '', 'utf8')) as {
        functions: { name: string; change?: unknown; rolledBack?: unknown }[]
      }
      const rolledBack = report.functions.find(({ name }) => name === 'a1')
      expect(rolledBack).not.toHaveProperty('change')
      expect(rolledBack).toHaveProperty('rolledBack')
    }),
)

test.concurrent('each write to IAM is named: planned, made, and undone', () =>
  inStack(async ({ aws, main }) => {
    const role = aws.iam.createRole({
      name: 'shop',
      attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
    })
    for (const name of ['cart', 'orders']) {
      aws.lambda.createFunction({ name, role: role.arn, variables: FOREIGN })
    }
    const secret = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
    const inputs = {
      functions: 'cart\norders',
      'api-key': secret,
      'grant-secret-access': 'true',
      'cloudwatch-logs': 'deny',
    }
    const written = () =>
      Object.keys(aws.iam.get('shop').inline).map((name) => `inline policy ${name}`)
    const namesIn = ({ summary }: StepResult) => [
      ...new Set(summary.match(/inline policy ClickStackLambda-[\w-]+/g) ?? []),
    ]

    const planned = await main({ ...inputs, mode: 'plan' })
    expect(written()).toEqual([])
    const applied = await main(inputs)
    expect(statusesOf(applied)).toEqual(['cart: instrumented', 'orders: instrumented'])
    const policies = written()
    expect(policies).toHaveLength(3)
    expect(namesIn(planned).sort()).toEqual(policies.sort())
    expect(planned.outputs['plan']).toContain('Changes to IAM')
    for (const policy of policies) {
      expect(planned.outputs['plan']).toContain(policy)
      expect(applied.summary).toContain(`${policy} written`)
      expect(applied.stdout).toContain(`role shop: ${policy} written`)
    }

    const dry = await main({ functions: 'cart\norders', mode: 'remove', 'dry-run': 'true' })
    expect(written().sort()).toEqual(policies)
    const removed = await main({ functions: 'cart\norders', mode: 'remove' })
    expect(written()).toEqual([])
    for (const policy of policies) {
      expect(dry.outputs['plan']).toContain(`${policy} deleted`)
      expect(removed.summary).toContain(`${policy} deleted`)
      expect(removed.stdout).toContain(`role shop: ${policy} deleted`)
    }
    // The functions of the run are the only ones that need it.
    const again = await main({ functions: 'cart\norders', mode: 'remove' })
    expect(again.summary).not.toContain('Changes to IAM')
  }),
)

test.concurrent('the plan of a dark function names what apply restores', () =>
  inStack(async ({ aws, main }) => {
    for (const name of ['old', 'orders']) aws.lambda.createFunction({ name, variables: FOREIGN })
    await main({ functions: 'old\norders', 'cloudwatch-logs': 'deny' })
    const policies = ['old', 'orders'].flatMap((name) => {
      aws.lambda.changeAsSomebodyElse(name, { layers: [], variables: FOREIGN })
      return Object.keys(aws.iam.get(`${name}-role`).inline)
    })
    aws.lambda.changeAsSomebodyElse('old', { runtime: 'python3.9' })
    const planned = await main({ functions: 'old\norders', mode: 'plan' })
    expect(statusesOf(planned)).toEqual(['old: dark rotel-missing', 'orders: planned'])
    expect(functionsOf(planned).map(({ changed }) => changed)).toEqual([true, true])
    expect(policies).toHaveLength(2)
    for (const policy of policies) {
      expect(planned.outputs['plan']).toContain(`inline policy ${policy} deleted`)
    }
  }),
)
