/** The main road through the built action: attach, invoke, report; again; by pattern; take away. */

import { describe, expect, test } from '@jest/globals'
import {
  API_KEY,
  configurationOf,
  FOREIGN,
  HEADER_VALUE,
  inWorld,
  ROTEL_ARM,
  ROTEL_X86,
  statusesOf,
} from './world'

describe('attaching', () => {
  test('both architectures get their layer and configuration, and keep all of their own', () =>
    inWorld(async ({ aws, main }) => {
      const own = aws.lambda.layers.publish({ name: 'team-lib' })
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, layers: [own] })
      aws.lambda.createFunction({ name: 'images', architecture: 'arm64', runtime: 'python3.13' })

      const result = await main({
        functions: 'orders\nimages',
        'service-name': '{function}',
        'resource-attributes': 'deployment.environment=prod',
      })

      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual([
        'images: written no-verifier',
        'orders: written no-verifier',
      ])
      const orders = aws.lambda.get('orders')
      expect(orders.layers).toEqual([own, ROTEL_X86])
      expect(orders.variables).toMatchObject({
        ...FOREIGN,
        ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://clickstack.example.com:4317',
        ROTEL_OTLP_EXPORTER_PROTOCOL: 'grpc',
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=${API_KEY},x-team=${HEADER_VALUE}`,
        ROTEL_OTEL_RESOURCE_ATTRIBUTES:
          'service.name=orders,deployment.environment=prod,cloud.account.id=123456789012',
      })
      expect(aws.lambda.get('images').layers).toEqual([ROTEL_ARM])
      expect(result.outputs).toMatchObject({ result: 'success', changed: 'true' })
      expect(result.summary).toContain('orders')
    }))

  test('a first run costs one GetFunction beside the polls, one update and one invocation', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', updateMs: 0 })
      await main({ functions: 'orders' })
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(1)
      expect(aws.calls.count('Invoke')).toBe(1)
      expect(aws.calls.count('GetLayerVersionByArn')).toBe(1)
      const firstUpdate = aws.calls.of('UpdateFunctionConfiguration')[0]?.index ?? 0
      const before = aws.calls.of('GetFunction').filter(({ index }) => index < firstUpdate)
      expect(before).toHaveLength(1)
    }))

  test('a second run writes nothing and reads each function once', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['a1', 'a2', 'a3']) aws.lambda.createFunction({ name, variables: FOREIGN })
      await main({ functions: 'a1\na2\na3' })
      aws.calls.clear()

      const again = await main({ functions: 'a1\na2\na3' })

      expect(again.exitCode).toBe(0)
      expect(statusesOf(again)).toEqual(
        ['a1', 'a2', 'a3'].map((name) => `${name}: unchanged no-verifier`),
      )
      expect(again.outputs['changed']).toBe('false')
      const calls = aws.calls
        .all()
        .map(({ operation }) => operation)
        .sort()
      expect(calls).toEqual([
        ...Array<string>(3).fill('GetFunction'),
        ...Array<string>(3).fill('Invoke'),
        // One for the versions of all.
        'ListFunctions',
      ])
    }))

  test('by pattern, a second run needs one ListFunctions for fifty functions and no call for each', () =>
    inWorld(
      async ({ aws, main }) => {
        const role = aws.iam.createRole({ name: 'shop' }).arn
        for (let i = 0; i < 60; i++)
          aws.lambda.createFunction({ name: `shop-${String(i)}`, updateMs: 0, role })
        const inputs = { functions: 'shop-*', 'smoke-test': 'never', 'fail-on': 'never' }
        await main(inputs)
        aws.calls.clear()

        await main(inputs)

        expect(aws.calls.all().map(({ operation }) => operation)).toEqual([
          'ListFunctions',
          'ListFunctions',
        ])
      },
      { quotas: { scale: 20 } },
    ))

  test('an already attached alpha layer is migrated in its place', () =>
    inWorld(async ({ aws, main }) => {
      const first = aws.lambda.layers.publish({ name: 'zzz-first' })
      const last = aws.lambda.layers.publish({ name: 'aaa-last' })
      const alpha = aws.lambda.layers.rotelArn({ alpha: true, version: 30 })
      aws.lambda.createFunction({ name: 'orders', layers: [first, alpha, last] })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders').layers).toEqual([first, ROTEL_X86, last])
    }))

  test('settings that are no longer wanted leave, and nothing else does', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      await main({ functions: 'orders', 'resource-attributes': 'team=a' })
      await main({ functions: 'orders', headers: '' })
      const { variables } = aws.lambda.get('orders')
      expect(variables).toMatchObject({
        ...FOREIGN,
        ROTEL_OTEL_RESOURCE_ATTRIBUTES: 'cloud.account.id=123456789012',
        ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=${API_KEY}`,
      })
    }))
})

describe('removing', () => {
  test('restores exactly what was there', () =>
    inWorld(async ({ aws, main }) => {
      const own = aws.lambda.layers.publish({ name: 'team-lib' })
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables: FOREIGN,
        layers: [own],
      })
      await main({ functions: 'orders' })

      const removed = await main({ mode: 'remove', functions: 'orders' })

      expect(removed.exitCode).toBe(0)
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      expect(aws.lambda.get('orders').invocations).toBe(2)
    }))

  test('a second time finds nothing to remove and touches nothing', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const result = await main({ mode: 'remove', functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual(['orders: removed nothing-to-remove'])
      expect(aws.calls.all().map(({ operation }) => operation)).toEqual([
        'GetFunction',
        // Without Rotel it must be able to write its log.
        'SimulatePrincipalPolicy',
        // A Deny of ours before, and rights to read secrets after it.
        'ListRolePolicies',
        'ListRolePolicies',
      ])
    }))

  test('leaves unchanged a Rotel that somebody else attached', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', layers: [ROTEL_X86] })
      const result = await main({ mode: 'remove', functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual(['orders: removed nothing-to-remove'])
      expect(result.summary).toContain(`layer ${ROTEL_X86} stays`)
      expect(aws.lambda.get('orders').layers).toEqual([ROTEL_X86])
    }))
})

describe('looking only', () => {
  test('plan shows the change and calls nothing but reads', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const result = await main({ mode: 'plan', functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual(['orders: planned'])
      expect(result.outputs['plan']).toContain('+ ROTEL_OTLP_EXPORTER_ENDPOINT')
      expect(result.outputs['plan']).toContain('418653438961:rotel-extension-amd64:7')
      const operations = new Set(aws.calls.all().map(({ operation }) => operation))
      expect([...operations].sort()).toEqual([
        'GetFunction',
        'GetLayerVersionByArn',
        'ListFunctions',
        'SimulatePrincipalPolicy',
      ])
    }))

  test('verify fails a function that is not configured, and writes nothing', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      aws.lambda.createFunction({ name: 'ready' })
      await main({ functions: 'ready' })
      aws.calls.clear()
      const result = await main({ mode: 'verify', functions: 'orders\nready' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([
        'orders: blocked not-configured',
        'ready: unchanged no-verifier',
      ])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))
})
