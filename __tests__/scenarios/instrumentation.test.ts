/** Auto-instrumentation, from the layer to spans in ClickStack, and away again. */

import { describe, expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import {
  configurationOf,
  FOREIGN,
  functionsOf,
  inWorld,
  ROTEL_ARM,
  ROTEL_X86,
  statusesOf,
} from './world'

const at = (account: string, name: string) => `arn:aws:lambda:us-east-1:${account}:layer:${name}`
const NODE = at('184161586896', 'opentelemetry-nodejs-0_23_0:1')
const PYTHON = at('184161586896', 'opentelemetry-python-0_21_0:1')
const JAVA = at('184161586896', 'opentelemetry-javaagent-0_21_0:1')
const ADOT_NODE = at('901920570463', 'aws-otel-nodejs-amd64-ver-1-30-2:1')
const ADOT_PYTHON = at('901920570463', 'aws-otel-python-arm64-ver-1-32-0:2')

const WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER'
const AUTO = { 'auto-instrumentation': 'auto' }
const TRACES = { ...AUTO, 'verify-traces': 'true', 'verify-timeout': '6' }

/** The SDK of the layer runs and sends nothing, for whatever reason. */
const MUTE = { sdk: { spans: [] } }

describe('with the community’s layers', () => {
  test.concurrent(
    'Java, Node.js and Python of both architectures in one run, with their spans',
    () =>
      inStack(async ({ aws, main }) => {
        const seed = { variables: FOREIGN }
        const before = [
          aws.lambda.createFunction({ name: 'node', runtime: 'nodejs22.x', ...seed }),
          aws.lambda.createFunction({
            name: 'python',
            runtime: 'python3.13',
            architecture: 'arm64',
            ...seed,
          }),
          aws.lambda.createFunction({
            name: 'java',
            runtime: 'java21',
            architecture: 'arm64',
            ...seed,
          }),
        ]
        const functions = 'node\npython\njava'
        const result = await main({ functions, ...TRACES })
        expect(statusesOf(result)).toEqual([
          'java: instrumented',
          'node: instrumented',
          'python: instrumented',
        ])
        expect(result.exitCode).toBe(0)
        expect(aws.lambda.get('node').layers).toEqual([NODE, ROTEL_X86])
        expect(aws.lambda.get('python').layers).toEqual([PYTHON, ROTEL_ARM])
        expect(aws.lambda.get('java').layers).toEqual([JAVA, ROTEL_ARM])
        for (const { name } of before) {
          expect(aws.lambda.get(name).variables).toMatchObject({ [WRAPPER]: '/opt/otel-handler' })
        }
        expect(result.summary).toContain('wrapper set')
        expect(result.summary).toContain('opentelemetry-javaagent-0_21_0:1')
        expect(result.summary).toContain('1 spans')

        const writes = aws.calls.of('UpdateFunctionConfiguration').length
        expect(statusesOf(await main({ functions, ...TRACES }))).toEqual([
          'java: unchanged',
          'node: unchanged',
          'python: unchanged',
        ])
        expect(aws.calls.of('UpdateFunctionConfiguration')).toHaveLength(writes)

        const off = await main({ functions, mode: 'remove' })
        expect(statusesOf(off)).toEqual(['java: removed', 'node: removed', 'python: removed'])
        for (const one of before) {
          expect(configurationOf(aws.lambda.get(one.name))).toEqual(configurationOf(one))
        }
      }),
  )

  test.concurrent('where the spans do not come, the function is as it was', () =>
    inStack(async ({ aws, main }) => {
      const seed = { variables: FOREIGN, handler: MUTE }
      const before = aws.lambda.createFunction({ name: 'orders', ...seed })
      const result = await main({ functions: 'orders', ...TRACES, 'verify-timeout': '3' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back traces-missing'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )

  test.concurrent('an own OTEL_ variable that leads spans elsewhere stays, and is named', () =>
    inStack(async ({ aws, main }) => {
      const variables = { ...FOREIGN, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9999' }
      aws.lambda.createFunction({ name: 'orders', variables })
      const result = await main({ functions: 'orders', ...TRACES, 'verify-timeout': '3' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back traces-missing'])
      expect(result.summary).toContain(
        'Spans may not reach Rotel: OTEL\\_EXPORTER\\_OTLP\\_ENDPOINT',
      )
      expect(aws.lambda.get('orders').variables).toEqual(variables)
    }),
  )
})

describe('a runtime that no layer instruments', () => {
  test.concurrent('gets Rotel alone with `auto`, and nothing with a language that it is not', () =>
    inWorld(async ({ aws, main }) => {
      const runtime = 'provided.al2023'
      aws.lambda.createFunction({ name: 'rust', runtime, variables: FOREIGN })
      expect(
        statusesOf(await main({ functions: 'rust', 'auto-instrumentation': 'nodejs' })),
      ).toEqual(['rust: blocked instrumentation-unsupported'])
      const result = await main({ functions: 'rust', ...AUTO })
      expect(statusesOf(result)).toEqual(['rust: written no-verifier'])
      expect(aws.lambda.get('rust').layers).toEqual([ROTEL_X86])
      expect(aws.lambda.get('rust').variables).not.toHaveProperty(WRAPPER)
      expect(result.summary).toContain('auto-instrumentation does not support provided.al2023')
    }),
  )
})

describe('a function that another tool instruments', () => {
  const DATADOG = at('464622532012', 'dd-trace-java:20')
  const datadog = { ...FOREIGN, [WRAPPER]: '/opt/datadog_wrapper' }

  test.concurrent(
    'is blocked, replaced with `wrapper-conflict: replace`, and restored exactly',
    () =>
      inStack(async ({ aws, main }) => {
        aws.lambda.layers.publish({
          name: 'dd-trace-java',
          version: 20,
          account: '464622532012',
          readableBy: 'everyone',
          files: ['/opt/datadog_wrapper'],
        })
        const before = aws.lambda.createFunction({
          name: 'orders',
          runtime: 'java21',
          layers: [DATADOG],
          variables: datadog,
        })
        const blocked = await main({ functions: 'orders', ...TRACES })
        expect(statusesOf(blocked)).toEqual(['orders: blocked wrapper-conflict'])
        expect(functionsOf(blocked)[0]?.detail).toContain('Datadog (wrapper /opt/datadog_wrapper)')
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))

        const replace = { functions: 'orders', ...TRACES, 'wrapper-conflict': 'replace' }
        const replaced = await main(replace)
        expect(statusesOf(replaced)).toEqual(['orders: instrumented'])
        expect(replaced.summary).toContain('wrapper replaced')
        expect(aws.lambda.get('orders').layers).toEqual([DATADOG, JAVA, ROTEL_X86])
        expect(aws.lambda.get('orders').variables).toMatchObject({
          [WRAPPER]: '/opt/otel-handler',
          CLICKSTACK_LAMBDA: expect.stringMatching(/;w=\/opt\/datadog_wrapper$/),
        })
        expect(statusesOf(await main(replace))).toEqual(['orders: unchanged'])

        expect(statusesOf(await main({ functions: 'orders', mode: 'remove' }))).toEqual([
          'orders: removed',
        ])
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      }),
  )

  test.concurrent('by its handler is blocked, whatever is told', () =>
    inWorld(async ({ aws, main }) => {
      const before = aws.lambda.createFunction({
        name: 'orders',
        handlerName: 'newrelic-lambda-wrapper.handler',
        variables: { ...FOREIGN, NEW_RELIC_LAMBDA_HANDLER: 'index.handler' },
      })
      const result = await main({ functions: 'orders', ...AUTO, 'wrapper-conflict': 'replace' })
      expect(statusesOf(result)).toEqual(['orders: blocked wrapper-conflict'])
      expect(functionsOf(result)[0]?.detail).toContain('New Relic')
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )

  test.concurrent('gets its wrapper back when the spans do not come', () =>
    inStack(async ({ aws, main }) => {
      const variables = { ...FOREIGN, [WRAPPER]: '/var/task/own.sh' }
      const before = aws.lambda.createFunction({
        name: 'orders',
        variables,
        files: { '/var/task/own.sh': '' },
        handler: MUTE,
      })
      const inputs = { ...TRACES, 'verify-timeout': '3', 'wrapper-conflict': 'replace' }
      const result = await main({ functions: 'orders', ...inputs })
      expect(statusesOf(result)).toEqual(['orders: rolled-back traces-missing'])
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
    }),
  )
})

describe('with ADOT', () => {
  const adot = { 'instrumentation-distribution': 'adot' }

  test.concurrent('Rotel’s receivers make room for the collector, and the spans find them', () =>
    inStack(async ({ aws, main }) => {
      // Two collectors and an SDK do not fit into the 128 MB of a function that says nothing.
      const seed = { variables: FOREIGN, memoryMb: 512 }
      const before = [
        aws.lambda.createFunction({ name: 'node', runtime: 'nodejs22.x', ...seed }),
        aws.lambda.createFunction({
          name: 'python',
          runtime: 'python3.12',
          architecture: 'arm64',
          ...seed,
        }),
      ]
      const result = await main({ functions: 'node\npython', ...TRACES, ...adot })
      expect(statusesOf(result)).toEqual(['node: instrumented', 'python: instrumented'])
      expect(aws.lambda.get('node').layers).toEqual([ADOT_NODE, ROTEL_X86])
      expect(aws.lambda.get('python').layers).toEqual([ADOT_PYTHON, ROTEL_ARM])
      expect(aws.lambda.get('python').variables).toMatchObject({
        [WRAPPER]: '/opt/otel-instrument',
        ROTEL_OTLP_GRPC_ENDPOINT: '127.0.0.1:5317',
        ROTEL_OTLP_HTTP_ENDPOINT: '127.0.0.1:5318',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:5318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      })
      expect(result.summary).toMatch(/adot.*bundles a collector of its own/)

      await main({ functions: 'node\npython', mode: 'remove' })
      for (const one of before) {
        expect(configurationOf(aws.lambda.get(one.name))).toEqual(configurationOf(one))
      }
    }),
  )

  test.concurrent(
    'a layer that somebody attached is refused beside receivers at their defaults',
    () =>
      inWorld(async ({ aws, main }) => {
        const layers = [ADOT_NODE]
        const before = aws.lambda.createFunction({ name: 'orders', layers, variables: FOREIGN })
        const result = await main({ functions: 'orders' })
        expect(statusesOf(result)).toEqual(['orders: blocked port-conflict'])
        expect(configurationOf(aws.lambda.get('orders'))).toEqual(configurationOf(before))
      }),
  )

  test.concurrent('and works beside receivers that `rotel-environment` moves', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', layers: [ADOT_NODE], variables: FOREIGN })
      const environment =
        'ROTEL_OTLP_GRPC_ENDPOINT=127.0.0.1:5317\nROTEL_OTLP_HTTP_ENDPOINT=127.0.0.1:5318'
      expect(
        statusesOf(await main({ functions: 'orders', 'rotel-environment': environment })),
      ).toEqual(['orders: written no-verifier'])
    }),
  )

  test.concurrent('receivers that `rotel-environment` puts back on its ports are refused', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const environment = 'ROTEL_OTLP_HTTP_ENDPOINT=localhost:4318'
      const result = await main({
        functions: 'orders',
        ...AUTO,
        ...adot,
        'rotel-environment': environment,
      })
      expect(statusesOf(result)).toEqual(['orders: blocked port-conflict'])
    }),
  )
})

describe('the layer', () => {
  test.concurrent(
    'of an earlier release is replaced in place, an own copy is taken where it is named',
    () =>
      inWorld(async ({ aws, main }) => {
        const older = at('184161586896', 'opentelemetry-nodejs-0_22_0:1')
        const copy = aws.lambda.layers.publish({
          name: 'otel-nodejs',
          files: ['/opt/otel-handler'],
        })
        const template = copy.replace('nodejs', '{language}').replace('us-east-1', '{region}')
        aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
        const input = { functions: 'orders', ...AUTO }

        await main({ ...input, 'instrumentation-layer-arn': template })
        expect(aws.lambda.get('orders').layers).toEqual([copy, ROTEL_X86])
        await main(input)
        expect(aws.lambda.get('orders').layers).toEqual([NODE, ROTEL_X86])

        const named = older.replace('us-east-1', '{region}')
        await main({
          ...input,
          'auto-instrumentation': 'nodejs',
          'instrumentation-layer-arn': named,
        })
        expect(aws.lambda.get('orders').layers).toEqual([older, ROTEL_X86])
        await main(input)
        expect(aws.lambda.get('orders').layers).toEqual([NODE, ROTEL_X86])

        await main({ functions: 'orders' })
        expect(aws.lambda.get('orders').layers).toEqual([ROTEL_X86])
        expect(aws.lambda.get('orders').variables).not.toHaveProperty(WRAPPER)
      }),
  )

  test.concurrent('that cannot be read is refused before anything is written', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const arn = 'arn:aws:lambda:us-east-1:184161586896:layer:opentelemetry-nodejs-9_9_9:1'
      const result = await main({
        functions: 'orders',
        'auto-instrumentation': 'nodejs',
        'instrumentation-layer-arn': arn,
      })
      expect(statusesOf(result)).toEqual(['orders: blocked layer-unreadable'])
      expect(aws.calls.of('UpdateFunctionConfiguration')).toHaveLength(0)
    }),
  )
})
