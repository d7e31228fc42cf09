import { expect, test } from '@jest/globals'
import { isPublicHost } from '../../src/inputs/public-host'
import { configuration, otlp, problems, warnings } from './given'

test('the port tells the protocol where it can', () => {
  const protocol = (endpoint: string, given = '') => otlp({ endpoint, protocol: given }).protocol
  expect(protocol('https://c.example.com:4317')).toBe('grpc')
  expect(protocol('https://c.example.com:4318')).toBe('http')
  expect(protocol('https://c.example.com', 'http')).toBe('http')
  expect(protocol('https://c.example.com:443/otlp', 'http')).toBe('http')
})

test.each(['https://c.example.com', 'http://10.0.0.1', 'https://c.example.com:8443'])(
  'protocol: auto stays open for %s, whose port does not tell it',
  (endpoint) => {
    expect(configuration({ endpoint }).export).toMatchObject({ protocol: 'auto' })
  },
)

test.each([
  ['clickstack.example.com:4317', 'no scheme'],
  ['10.0.0.5:4317', 'no scheme'],
  ['HTTPS://c.example.com:4317', 'no scheme'],
  ['grpc://c.example.com:4317', 'no scheme'],
  ['https://', 'not a URL'],
  ['https://c.example.com:99999', 'not a URL'],
  ['https://c.example.com:0', 'not a URL'],
  ['https://[::1:4317', 'not a URL'],
  ['"https://c.example.com:4317"', 'a quote'],
  ['https://a.example.com:4317,https://b.example.com:4317', 'a comma'],
  ['https://c.example.com :4317', 'a space'],
  ['https:\\\\c.example.com:4317', 'a backslash'],
  ['https://clickstäck.example.com:4317', 'outside ASCII'],
  ['https://c.example.com:4317?', 'a query'],
  ['https://c.example.com:4318/#x', 'a fragment'],
  ['https://c.example.com:4317/otlp', 'which Rotel drops with `grpc`'],
  ['https://c.example.com:4318/v1/logs', 'Rotel appends it'],
  ['https://c.example.com:4318/otlp/v1/traces/', 'Rotel appends it'],
])('endpoint %s is refused', (endpoint, why) => {
  expect(problems({ endpoint })).toEqual([expect.stringMatching(/^endpoint: /)])
  expect(problems({ endpoint })[0]).toContain(why)
})

test.each(['https://user:hunter2@c.example.com:4317', 'https://hunter2@c.example.com:4317'])(
  'credentials in the endpoint are refused and not repeated',
  (endpoint) => {
    expect(problems({ endpoint })).toHaveLength(1)
    expect(problems({ endpoint })[0]).toContain('user name or password')
    expect(problems({ endpoint })[0]).not.toContain('hunter2')
  },
)

test('a query may hold a token and is not repeated', () => {
  expect(problems({ endpoint: 'https://c.example.com:4318?token=hunter2' })[0]).not.toContain(
    'hunter2',
  )
})

test.each(['apply', 'plan', 'verify'])('mode %s needs an endpoint', (mode) => {
  expect(problems({ mode, endpoint: '' })).toEqual([
    'endpoint: `endpoint` is missing. Set it in the form `https://clickstack.example.com:4317`.',
  ])
})

test('http with a path, grpc with a bare slash and IPv6 are fine', () => {
  for (const endpoint of [
    'https://c.example.com:4318/otlp',
    'https://c.example.com:4317/',
    'http://[fd00::1]:4317',
  ]) {
    expect(otlp({ endpoint }).endpoint).toBe(endpoint)
    expect(warnings({ endpoint })).toEqual([])
  }
})

test('plain HTTP to a public host is a warning, to a private one it is not', () => {
  expect(warnings({ endpoint: 'http://c.example.com:4317' })).toEqual([
    expect.stringContaining('clear text'),
  ])
  expect(warnings({ endpoint: 'http://clickstack.internal:4317' })).toEqual([])
})

test("the address of Rotel's own receiver is a warning", () => {
  expect(warnings({ endpoint: 'http://localhost:4318' })).toEqual([
    expect.stringContaining("Rotel's own receiver"),
  ])
  expect(warnings({ endpoint: 'http://127.0.0.1:24317', protocol: 'grpc' })).toEqual([])
})

test('a protocol that the port belies is a warning', () => {
  expect(warnings({ endpoint: 'https://c.example.com:4318', protocol: 'grpc' })).toEqual([
    '`protocol` is `grpc`, but port 4318 of `endpoint` is usually `http`.',
  ])
})

test.each([
  'c.example.com',
  'c.example.com.',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '11.0.0.1',
  '[2001:db8::1]',
  '[::ffff:808:808]',
  'local.example.com',
])('%s is public', (host) => expect(isPublicHost(host)).toBe(true))

test.each([
  'localhost',
  'clickstack',
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.1.1',
  '100.64.0.1',
  '100.127.255.255',
  '[::1]',
  '[fd12:3456::1]',
  '[fe80::1]',
  '[::ffff:a00:1]',
  'otel.monitoring.svc',
  'otel.monitoring.svc.cluster.local',
  'ip-10-0-0-1.eu-west-1.compute.internal',
  'nas.lan',
  'internal-otel-123.eu-west-1.elb.amazonaws.com',
])('%s is private', (host) => expect(isPublicHost(host)).toBe(false))
