/**
 * `mode: remove` that cannot take Rotel off: the function ends as the run found it, its CloudWatch Logs included, or the
 * step says what it has changed.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { inStack } from './stack-world'
import { expectTruth, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, functionsOf, statusesOf } from './world'

const OBSTACLES: Readonly<Record<string, (aws: LocalAws) => () => void>> = {
  'may not write the function': (aws) => {
    aws.caller.deny('lambda:UpdateFunctionConfiguration')
    return () => aws.caller.allowAll()
  },
  'sees the update fail': (aws) => {
    aws.lambda.failNextUpdate('orders')
    return () => undefined
  },
  'finds the function changed again and again': (aws) =>
    aws.onCall(({ operation }) => {
      if (operation === 'UpdateFunctionConfiguration') aws.lambda.changeAsSomebodyElse('orders', {})
    }),
}

describe.each(['deny', 'remove'] as const)(
  'after `cloudwatch-logs: %s`, a removal that',
  (kind) => {
    test.each(Object.entries(OBSTACLES))('%s says what it has changed', (_, obstruct) =>
      inStack(async (world) => {
        const { aws, main } = world
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const found = stateOf(world)
        const dark = watchForDarkness(world)
        const applied = await main({ functions: 'orders', 'cloudwatch-logs': kind })
        expect(statusesOf(applied)).toEqual(['orders: instrumented'])
        const path = applied.outputs['restore-path'] ?? ''
        const remove = {
          functions: 'orders',
          mode: 'remove',
          ...(path !== '' && { 'restore-file': path }),
        }
        const before = stateOf(world)
        const allow = obstruct(aws)
        const result = await main(remove)
        allow()
        expect(result.exitCode).toBe(1)
        expect(functionsOf(result)).toHaveLength(1)
        expect(aws.lambda.get('orders').layers).toHaveLength(1)
        expectTruth(result, before, stateOf(world))

        expect(statusesOf(await main(remove))).toEqual(['orders: removed'])
        expect(stateOf(world)).toEqual(found)
        expect(dark.moments).toEqual([])
      }),
    )
  },
)
