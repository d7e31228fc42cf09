/** Bad inputs end the step before any call; `dry-run` shows a removal and does nothing. */

import { describe, expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { configurationOf, FOREIGN, functionsOf, inWorld, statusesOf } from './world'

describe('bad input is named at once, before any call:', () => {
  test.concurrent('inputs that do not exist, each with the name that was meant', () =>
    inWorld(async ({ aws, main }) => {
      const result = await main({
        functions: 'orders',
        environment: 'ROTEL_BATCH_MAX_SIZE=1',
        'accept-drift': 'true',
        adopt: 'true',
        'stop-after': 'three',
      })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual([
        'Input environment',
        'Input accept-drift',
        'Input adopt',
        'Input stop-after',
      ])
      const messages = result.annotations.map(({ message }) => message)
      expect(result.summary).toMatch(/^## ❌ No changes were made: fix these \d+ inputs\n/)
      for (const { title } of result.annotations) {
        expect(result.summary).toContain(`. **${title.replace('Input ', '')}**: `)
      }
      expect(messages[0]).toContain('Did you mean `rotel-environment`?')
      expect(messages[1]).toContain('Did you mean `accept`?')
      expect(messages[2]).not.toContain('Did you mean')
      expect(aws.calls.count()).toBe(0)
    }),
  )

  test.concurrent.each(['apply', 'plan', 'verify', 'remove'])(
    'an input that does not exist, in mode %s',
    (mode) =>
      inWorld(async ({ aws, main }) => {
        const result = await main({ functions: 'orders', mode, 'dry-runs': 'true' })
        expect(result.exitCode).toBe(1)
        expect(result.annotations.map(({ title }) => title)).toEqual(['Input dry-runs'])
        expect(aws.calls.count()).toBe(0)
      }),
  )

  test.concurrent('a risk that does not exist', () =>
    inWorld(async ({ aws, main }) => {
      const result = await main({ functions: 'orders', accept: 'log-loss\nfunction-error' })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input accept'])
      expect(result.annotations[0]?.message).toContain('Did you mean `function-errors`?')
      expect(aws.calls.count()).toBe(0)
    }),
  )

  test.concurrent('dry-run with a mode that has a plan of its own', () =>
    inWorld(async ({ aws, main }) => {
      const result = await main({ functions: 'orders', 'dry-run': 'true' })
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ title }) => title)).toEqual(['Input dry-run'])
      expect(aws.calls.count()).toBe(0)
    }),
  )
})

const WRITES = /^(Update|Put|Delete|Attach|Detach|Create|Publish|Tag|Untag|Set)/

describe('dry-run: true', () => {
  test.concurrent('shows what remove would do, writes and invokes nothing', () =>
    inWorld(async ({ aws, job, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.lambda.createFunction({ name: 'other', variables: FOREIGN })
      await main({ functions: 'orders' })
      const before = aws.lambda.get('orders')
      const files = new Set(job.files().keys())
      aws.calls.clear()

      const inputs = { mode: 'remove', functions: 'orders\nother' }
      const result = await main({ ...inputs, 'dry-run': 'true' })
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual(['orders: planned', 'other: planned nothing-to-remove'])
      expect(result.outputs['plan']).toContain('layer rotel-extension-amd64:7 removed')
      expect(result.summary).toContain('`mode: remove` (dry run)')
      expect(aws.lambda.get('orders')).toEqual(before)
      const operations = aws.calls.all().map(({ operation }) => operation)
      expect(operations.filter((name) => WRITES.test(name) || name === 'Invoke')).toEqual([])
      const left = [...job.files().keys()].filter((name) => !files.has(name))
      expect(left.filter((name) => !name.includes('report'))).toEqual([])

      expect(statusesOf(await main(inputs))).toEqual([
        'orders: removed',
        'other: removed nothing-to-remove',
      ])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual({ layers: [], variables: FOREIGN })
    }),
  )

  test.concurrent('names functions that remove would block, and fails for them', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'theirs',
        layers: [aws.lambda.layers.rotelArn()],
        variables: { ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://theirs.example.com:4317' },
      })
      const result = await main({ mode: 'remove', functions: 'theirs', 'dry-run': 'true' })
      expect(statusesOf(result)).toEqual(['theirs: blocked configured-elsewhere'])
      expect(result.exitCode).toBe(1)
    }),
  )

  test.concurrent('names what would be restored on the role, and leaves the Deny there', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const applied = await main({ functions: 'orders', 'cloudwatch-logs': 'deny' })
      expect(statusesOf(applied)).toEqual(['orders: instrumented'])
      aws.calls.clear()

      const result = await main({ mode: 'remove', functions: 'orders', 'dry-run': 'true' })
      expect(statusesOf(result)).toEqual(['orders: planned'])
      expect(result.summary).toContain('CloudWatch Logs are to be restored first')
      const operations = aws.calls.all().map(({ operation }) => operation)
      expect(operations.filter((name) => WRITES.test(name) || name === 'Invoke')).toEqual([])
      expect(functionsOf(result)[0]?.changed).toBe(false)
    }),
  )
})
