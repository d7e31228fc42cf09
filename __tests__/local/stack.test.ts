/** An invocation by the AWS SDK, and its rows in a real ClickHouse. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { FunctionSeed } from '../../local/aws/index'
import { startLocalStack, type LocalStack } from '../../local/stack/index'
import { invoke, lambdaClient } from './support'

let stack: LocalStack

beforeAll(async () => {
  stack = await startLocalStack({ aws: { updateMs: 20, quotas: { scale: 100 } } })
})
afterAll(() => stack.close())
afterEach(() => stack.clickStack.clear())

let created = 0

/** A function with Rotel, sending to the stack by gRPC unless the variables say otherwise. */
function aFunction(seed: Partial<FunctionSeed> = {}): string {
  created += 1
  const name = seed.name ?? `fn-${created}`
  stack.aws.lambda.createFunction({
    layers: [stack.aws.lambda.layers.rotelArn()],
    ...seed,
    name,
    variables: { ...stack.rotelVariables, ...seed.variables },
  })
  return name
}

function call(name: string, qualifier?: string) {
  return invoke(lambdaClient(stack.aws), name, qualifier === undefined ? {} : { qualifier })
}

interface LogRow {
  readonly body: string
  readonly type: string
  readonly service: string
  readonly version: string
  readonly invocation: string
  readonly severity: string
}

/** Of one function, by its `faas.name`, in the order of time. */
async function logsOf(name: string): Promise<readonly LogRow[]> {
  await stack.clickStack.settled()
  const rows = await stack.clickStack.rows(
    `SELECT Body AS body, LogAttributes['type'] AS type, ServiceName AS service,
       ResourceAttributes['faas.version'] AS version,
       LogAttributes['faas.invocation_id'] AS invocation, SeverityText AS severity
     FROM otel_logs WHERE ResourceAttributes['faas.name'] = {name:String} ORDER BY Timestamp`,
    { name },
  )
  return rows as unknown as readonly LogRow[]
}

describe('what Rotel exports', () => {
  test.each([
    ['grpc', () => stack.clickStack.grpcEndpoint],
    ['http', () => stack.clickStack.httpEndpoint],
  ])('arrives by %s', async (protocol, endpoint) => {
    const name = aFunction({
      handler: { logs: ['hello'] },
      variables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint(),
        ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
      },
    })
    const { requestId, tail } = await call(name)
    const rows = await logsOf(name)
    expect(rows.map(({ type, body }) => [type, body.trim()])).toEqual([
      ['extension', 'INFO Starting Rotel.'],
      ['extension', expect.stringContaining('OTLP receiver listening')],
      ['extension', 'INFO Rotel Lambda Extension started in 66ms'],
      ['function', expect.stringMatching(`\t${requestId ?? '-'}\tINFO\thello$`)],
    ])
    expect(rows.every((row) => row.service === name && row.version === '$LATEST')).toBe(true)
    expect(rows.every((row) => row.invocation === '')).toBe(true)
    expect(tail).not.toContain('OTLPExporter')
    expect(stack.clickStack.received).toMatchObject([{ protocol, signal: 'logs' }])
  })
})
