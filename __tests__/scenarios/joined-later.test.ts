/** A function without Rotel that is deployed on a role and log group after their logs were disabled: nobody selects it. */

import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { accepting } from './accepting'
import { roleState } from './cloudwatch-watch'
import { disablingBy, type Way } from './disabling-logs'
import { BASIC } from './shared-roles'
import { inStack, type StackWorld } from './stack-world'
import type { StepResult } from '../../local/runner/step'
import { FOREIGN, statusesOf } from './world'

const BY_PATTERN = { functions: 'orders*', 'smoke-test': 'always', 'verify-timeout': '8' }

function warningsOf({ outputs }: StepResult): string {
  const { functions } = JSON.parse(readFileSync(outputs['report-path'] ?? '', 'utf8')) as {
    functions: { warnings: string[] }[]
  }
  return functions.flatMap(({ warnings }) => warnings).join('\n')
}

/** The logs of `orders` are disabled, and then `invoices` is deployed beside it. */
const joined = (
  way: Way,
  scenario: (world: StackWorld, again: Readonly<Record<string, string>>) => Promise<void>,
) =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const again = { ...BY_PATTERN, ...disablingBy(world, way) }
    expect(statusesOf(await main(again))).toEqual(['orders: instrumented'])
    const { role } = aws.lambda.get('orders')
    const logGroup = '/aws/lambda/orders'
    aws.lambda.createFunction({ name: 'invoices', role, variables: FOREIGN, logGroup })
    await scenario(world, again)
  })

const TOLD =
  /^invoices in \S+ has the role too, and is dark: it has no working Rotel, and IAM does not let it write/m

test.each([
  ['deny', 'apply'],
  ['deny-policy-arn', 'plan'],
  ['remove', 'apply'],
  ['remove', 'verify'],
] as const)('after `%s`, `mode: %s` tells who it is, and changes nothing', (way, mode) =>
  joined(way, async (world, again) => {
    const before = roleState(world)
    const result = await world.main({ ...again, mode })
    expect(result.exitCode).toBe(0)
    expect(warningsOf(result)).toMatch(TOLD)
    expect(result.summary).toContain('invoices in')
    expect(roleState(world)).toEqual(before)
  }),
)

test('`accept: log-loss` has nothing told', () =>
  joined('deny', async ({ main }, again) => {
    expect(warningsOf(await main({ ...again, ...accepting('log-loss') }))).not.toContain('invoices')
  }))

test('one that may write its logs is not told', () =>
  joined('remove', async ({ aws, main }, again) => {
    const { arn } = aws.iam.createRole({ name: 'invoices-role', attached: [BASIC] })
    aws.lambda.changeAsSomebodyElse('invoices', { role: arn })
    expect(warningsOf(await main(again))).not.toContain('invoices')
  }))

test('where functions are selected by name, that costs no question', () =>
  joined('remove', async ({ aws, main }, again) => {
    aws.calls.clear()
    const named = { ...again, functions: 'orders' }
    expect(statusesOf(await main(named))).toEqual(['orders: unchanged'])
    const ofIam = aws.calls.all().filter(({ operation }) => operation === 'SimulatePrincipalPolicy')
    // Of `orders`: before and after it is invoked.
    expect(ofIam).toHaveLength(2)
  }))

test('one that is configured later, and was dark by the Deny of the other, gets its log rights back by `mode: remove`', () =>
  joined('deny', async ({ aws, main }, again) => {
    const both = { ...again, functions: 'orders\ninvoices', ...accepting('shared-role') }
    expect(statusesOf(await main(both))).toEqual(['invoices: instrumented', 'orders: instrumented'])
    const removed = await main({ ...both, mode: 'remove', 'smoke-test': 'never' })
    expect(statusesOf(removed)).toEqual(['invoices: removed', 'orders: removed'])
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([])
  }))
