import { describe, expect, test } from '@jest/globals'
import { deliveryFault, smallBatches } from '../../src/systems/rotel/silent-loss'

const OTLP = { ROTEL_OTLP_EXPORTER_ENDPOINT: 'http://collector.example.com:4317' }
const HEADERS = 'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS'

function faultWith(variables: Readonly<Record<string, string>>) {
  return deliveryFault(new Map(Object.entries(variables)))
}

describe('every export fails', () => {
  test.each([
    [{ ...OTLP, [HEADERS]: 'a=1,Content-Type=text/plain' }, 'content-type'],
    [{ ...OTLP, [HEADERS]: 'grpc-encoding=gzip' }, 'grpc-encoding'],
    [
      { ...OTLP, ROTEL_OTLP_EXPORTER_PROTOCOL: 'http', [HEADERS]: 'content-length=5' },
      'content-length',
    ],
    [
      {
        ...OTLP,
        ROTEL_OTLP_EXPORTER_LOGS_PROTOCOL: 'http',
        ROTEL_OTLP_EXPORTER_LOGS_CUSTOM_HEADERS: 'content-encoding=gzip',
      },
      'content-encoding',
    ],
    [
      { ROTEL_EXPORTERS: 'a:otlp', ROTEL_EXPORTER_A_CUSTOM_HEADERS: 'content-type=x' },
      'content-type',
    ],
  ])('with %j', (variables, header) => {
    expect(faultWith(variables)).toEqual({
      reason: 'extension-bad-header',
      detail: expect.stringContaining(`sets the header ${header}`),
    })
  })

  test.each([
    { ROTEL_OTLP_EXPORTER_ENDPOINT: 'ftp://h.example.com' },
    { ROTEL_OTLP_EXPORTER_ENDPOINT: 'grpc://h.example.com:4317' },
    { ROTEL_OTLP_EXPORTER_ENDPOINT: 'unix:///tmp/x' },
    { ...OTLP, ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT: 'GRPC://h:1' },
    { ROTEL_EXPORTER: 'clickhouse', ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: 'ftp://h' },
    { ROTEL_EXPORTERS: 'my_stack:otlp', ROTEL_EXPORTER_MY_STACK_ENDPOINT: 'grpc://h:1' },
  ])('to the scheme of %j', (variables) => {
    const fault = faultWith(variables)
    expect(fault?.reason).toBe('extension-bad-endpoint')
    expect(fault?.detail).not.toContain('://h')
  })
})

/** All of these were recorded to export. */
test.each([
  OTLP,
  { ...OTLP, [HEADERS]: 'a=1,,b=2,' },
  { ...OTLP, [HEADERS]: 'host=evil' },
  { ...OTLP, [HEADERS]: 'te=x' },
  { ...OTLP, [HEADERS]: 'x-content-type=text/plain' },
  { ...OTLP, [HEADERS]: '${arn:aws:ssm:eu-west-1:123456789012:parameter/headers}' },
  { ROTEL_OTLP_EXPORTER_ENDPOINT: 'collector.example.com:4317' },
  { ROTEL_EXPORTER: 'clickhouse', ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: 'h' },
  // Of an exporter that is not in use.
  {
    ROTEL_EXPORTER: 'clickhouse',
    ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: 'http://h:8123',
    [HEADERS]: 'content-type=x',
  },
])('%j delivers', (variables) => expect(faultWith(variables)).toBeUndefined())

test('a burst of log lines needs a batch of 1,000, and one of spans 512', () => {
  const names = (variables: Readonly<Record<string, string>>) =>
    smallBatches(new Map(Object.entries(variables))).map(([name]) => name)
  expect(names({ ROTEL_BATCH_MAX_SIZE: '10' })).toEqual(['ROTEL_BATCH_MAX_SIZE'])
  expect(names({ ROTEL_BATCH_MAX_SIZE: '700' })).toEqual(['ROTEL_BATCH_MAX_SIZE'])
  expect(names({ ROTEL_BATCH_MAX_SIZE: '+5' })).toEqual(['ROTEL_BATCH_MAX_SIZE'])
  expect(names({ ROTEL_BATCH_MAX_SIZE: '700', ROTEL_LOGS_BATCH_MAX_SIZE: '8192' })).toEqual([])
  expect(names({ ROTEL_BATCH_MAX_SIZE: '8192', ROTEL_LOGS_BATCH_MAX_SIZE: '1' })).toEqual([
    'ROTEL_LOGS_BATCH_MAX_SIZE',
  ])
  expect(names({ ROTEL_TRACES_BATCH_MAX_SIZE: '100' })).toEqual(['ROTEL_TRACES_BATCH_MAX_SIZE'])
  expect(names({})).toEqual([])
  // What Rotel cannot parse is another rule's.
  expect(names({ ROTEL_BATCH_MAX_SIZE: '8k' })).toEqual([])
})
