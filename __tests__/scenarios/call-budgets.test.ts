/** What a run asks of AWS, per function: the budgets of docs/performance.md, counted and not timed. */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/local-aws'
import { inStack } from './stack-world'
import { inWorld, statusesOf } from './world'

/** How often each operation was called. */
function callsOf({ calls }: LocalAws): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { operation } of calls.all()) counts[operation] = (counts[operation] ?? 0) + 1
  return counts
}

const sum = (counts: Readonly<Record<string, number>>, ...names: readonly string[]) =>
  names.reduce((all, name) => all + (counts[name] ?? 0), 0)

const isControlPlane = (operation: string) => !operation.startsWith('Invoke')

test('60 functions: the first run, and runs that change nothing, by name and by pattern', () =>
  inWorld(
    async ({ aws, main }) => {
      const names = Array.from({ length: 60 }, (_, i) => `shop-${String(i)}`)
      for (const name of names) aws.lambda.createFunction({ name, updateMs: 250 })

      expect((await main({ functions: names.join('\n') })).exitCode).toBe(0)
      const first = callsOf(aws)
      expect(first).toMatchObject({ UpdateFunctionConfiguration: 60, Invoke: 60 })
      expect(first['SimulatePrincipalPolicy']).toBe(60)
      // One to plan, and of an update of 250 ms one more; a slow machine looks twice now and then.
      expect(first['GetFunction']).toBeLessThanOrEqual(60 + 60 + 15)

      aws.calls.clear()
      expect((await main({ functions: names.join('\n') })).exitCode).toBe(0)
      const byName = callsOf(aws)
      expect(sum(byName, 'GetFunction', 'ListFunctions')).toBeLessThanOrEqual(65)
      expect(sum(byName, 'GetFunction', 'ListFunctions', 'Invoke')).toBe(
        aws.calls.all().filter(({ service }) => service !== 'sts').length,
      )

      aws.calls.clear()
      expect((await main({ functions: 'shop-*' })).exitCode).toBe(0)
      const controlPlane = aws.calls
        .all()
        .filter(({ service, operation }) => service === 'lambda' && isControlPlane(operation))
      expect(controlPlane.length).toBeLessThanOrEqual(0.05 * 60)
      expect(aws.calls.all().filter(({ service }) => service === 'iam')).toEqual([])
    },
    { quotas: { scale: 3 } },
  ))

describe('functions whose CloudWatch Logs are disabled', () => {
  const NAMES = ['orders', 'mails', 'bills']
  // What an invocation prints proves it at once; for one that prints nothing data of earlier ones is waited for.
  const handler = { logs: ['hello'] }
  const DENY = { 'cloudwatch-logs': 'deny', 'cloudwatch-quiet': '3' }

  test('cost each question once before the edit and once after it, few looks at their logs, and are watched side by side', () =>
    inStack(async ({ aws, main }) => {
      for (const name of NAMES) aws.lambda.createFunction({ name, handler, updateMs: 50 })
      const inputs = { ...DENY, functions: NAMES.join('\n') }
      const sorted = [...NAMES].sort()

      expect(statusesOf(await main(inputs))).toEqual(sorted.map((name) => `${name}: instrumented`))
      const first = callsOf(aws)
      expect(first).toMatchObject({
        ListAliases: 2 * NAMES.length,
        ListProvisionedConcurrencyConfigs: 2 * NAMES.length,
        // At the end of the canary, and of the others together.
        ListEventSourceMappings: 1 + 2,
        SimulatePrincipalPolicy: 2 * NAMES.length,
        PutRolePolicy: NAMES.length,
      })
      // Whether it can be searched, whether events are seen at all, and three looks at the silence.
      expect(first['FilterLogEvents']).toBeLessThanOrEqual(6 * NAMES.length)

      aws.calls.clear()
      expect(statusesOf(await main(inputs))).toEqual(sorted.map((name) => `${name}: unchanged`))
      expect(callsOf(aws)).toMatchObject({
        ListAliases: 2 * NAMES.length,
        ListProvisionedConcurrencyConfigs: 2 * NAMES.length,
        ListEventSourceMappings: 2,
        SimulatePrincipalPolicy: 2 * NAMES.length,
        GetRolePolicy: NAMES.length,
        FilterLogEvents: 3 * NAMES.length,
      })
      const groups = aws.calls.of('FilterLogEvents').map(({ params }) => params['logGroupName'])
      const lastOfFirst = groups.lastIndexOf(groups[0])
      // Each group is looked at before any of them is finished with.
      expect(new Set(groups.slice(0, lastOfFirst)).size).toBe(NAMES.length)

      // Beside the writes to another one, so that their silence is not added to the run.
      aws.lambda.createFunction({ name: 'shops', handler, updateMs: 1_500 })
      aws.calls.clear()
      const mixed = await main({ ...DENY, functions: [...NAMES, 'shops'].join('\n') })
      expect(statusesOf(mixed)).toEqual([
        ...sorted.map((name) => `${name}: unchanged`),
        'shops: instrumented',
      ])
      const [ofUnchanged] = aws.calls.of('Invoke', 'orders')
      const [ofWritten] = aws.calls.of('Invoke', 'shops')
      expect(ofUnchanged?.startedMs).toBeLessThan(ofWritten?.startedMs ?? 0)
    }))
})
