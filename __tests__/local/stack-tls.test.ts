/** As managed ClickStack is reached: by TLS, with `Bearer` before the key. */
import { expect, test } from '@jest/globals'
import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../local/stack/index'
import { invoke, lambdaClient } from './support'

const MANAGED: LocalStackOptions = {
  protocol: 'http',
  clickStack: { tls: true, ingestionKey: { scheme: 'bearer', key: 'managed-key' } },
}

async function inStack(
  options: LocalStackOptions,
  scenario: (stack: LocalStack) => Promise<void>,
): Promise<void> {
  const stack = await startLocalStack(options)
  try {
    await scenario(stack)
  } finally {
    await stack.close()
  }
}

async function rowsAfterCall(
  stack: LocalStack,
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  stack.aws.lambda.createFunction({
    name,
    layers: [stack.aws.lambda.layers.rotelArn()],
    variables: { ...stack.rotelVariables, ...variables },
  })
  await invoke(lambdaClient(stack.aws), name)
  await stack.clickStack.settled()
  return stack.clickStack.count('otel_logs', `ServiceName = '${name}'`)
}

test('functions trust the certificate, and send by HTTP and by gRPC', () =>
  inStack(MANAGED, async (stack) => {
    expect(stack.inputs).toMatchObject({
      endpoint: expect.stringMatching(/^https:/) as unknown,
      protocol: 'http',
      'api-key': 'managed-key',
      'api-key-scheme': 'bearer',
    })
    expect(await rowsAfterCall(stack, 'by-http')).toBe(3)
    const grpc = {
      ROTEL_OTLP_EXPORTER_ENDPOINT: stack.clickStack.grpcEndpoint,
      ROTEL_OTLP_EXPORTER_PROTOCOL: 'grpc',
    }
    expect(await rowsAfterCall(stack, 'by-grpc', grpc)).toBe(3)
    const raw = { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: 'Authorization=managed-key' }
    expect(await rowsAfterCall(stack, 'raw-key', raw)).toBe(0)
  }))

test('a certificate that they do not trust keeps everything back, unless it is not looked at', () =>
  inStack({ ...MANAGED, untrustedCertificate: true }, async (stack) => {
    expect(await rowsAfterCall(stack, 'careful')).toBe(0)
    const { tail } = await invoke(lambdaClient(stack.aws), 'careful')
    expect(tail).toContain('Transport error: unable to connect')
    const skip = { ROTEL_OTLP_EXPORTER_TLS_SKIP_VERIFY: 'true' }
    expect(await rowsAfterCall(stack, 'careless', skip)).toBe(3)
  }))
