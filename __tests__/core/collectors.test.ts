/** Other collectors on Rotel's ports: refused where they are known, told where only a setting or a name points to one. */

import { describe, expect, test } from '@jest/globals'
import { planAttachment } from '../../src/pipeline/plan/plan'
import type { NameValue } from '../../src/systems/rotel/export-settings'
import { aFunction, layer, SOME_EXPORT, someWanted } from './support/functions'

const OWN = '123456789012'
const context = { architecture: 'auto' as const, latest: () => undefined }

/** @param environment the input `rotel-environment` */
function planned(
  layers: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  environment: readonly NameValue[] = [],
) {
  const wanted = someWanted({ export: { ...SOME_EXPORT, environment } })
  const plan = planAttachment(aFunction({ layers, variables }), wanted, context)
  if (plan.kind === 'refused') return plan.reason
  return plan.warnings.filter((text) => /collector|ports/.test(text)).join('; ') || 'no warning'
}

const GRPC = { DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_GRPC_ENDPOINT: 'localhost:4317' }
const HTTP = { DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT: '0.0.0.0:4318' }
const CONFIG = { OPENTELEMETRY_COLLECTOR_CONFIG_URI: '/var/task/collector.yaml' }
const MOVED = {
  ...GRPC,
  ...HTTP,
  DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_GRPC_ENDPOINT: 'localhost:5317',
  DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT: 'localhost:5318',
}
const DATADOG = layer('Datadog-Extension-ARM', 65, '464622532012')

describe('a collector on Rotel’s ports is refused', () => {
  test.each([
    ['Datadog’s receiver for gRPC', [DATADOG], GRPC],
    ['Datadog’s receiver for HTTP', [DATADOG], HTTP],
    ['a copy of Datadog’s extension', [layer('Datadog-Extension', 1, OWN)], HTTP],
    ['a copy of ADOT', [layer('aws-otel-nodejs-amd64-ver-1-30-2', 1, OWN)], {}],
    [
      'a copy of the community’s collector',
      [layer('opentelemetry-collector-amd64-0_14_0', 1, OWN)],
      {},
    ],
    ['Splunk’s collector', [layer('splunk-apm-collector', 10, '254067382080')], {}],
  ])('%s', (_, layers, variables) => {
    expect(planned(layers, variables)).toBe('port-conflict')
  })
})

describe('what only points to a collector is told', () => {
  test.each([
    [
      'a configuration in any layer',
      [layer('platform', 3, OWN)],
      CONFIG,
      /OPENTELEMETRY_COLLECTOR_CONFIG_URI configures another collector/,
    ],
    ['a configuration without a layer', [], CONFIG, /configures another collector/],
    [
      'a file for it',
      [],
      { OPENTELEMETRY_COLLECTOR_CONFIG_FILE: '/var/task/c.yaml' },
      /CONFIG_FILE configures another/,
    ],
    [
      'Datadog’s settings without its layer',
      [],
      { ...GRPC, ...HTTP },
      /^DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_GRPC_ENDPOINT, DD_OTLP_CONFIG_RECEIVER_PROTOCOLS_HTTP_ENDPOINT configure another collector/,
    ],
    ['a name', [layer('acme-otel-collector', 3, OWN)], {}, /only its name indicates a collector/],
    [
      'a known collector with its own configuration',
      [layer('opentelemetry-collector-amd64', 1, OWN)],
      CONFIG,
      /its own configuration/,
    ],
  ])('%s', (_, layers, variables, words) => {
    expect(planned(layers, variables)).toMatch(words)
  })
})

describe('nothing is told', () => {
  test.each([
    ['of Datadog without a receiver', [DATADOG], {}],
    ['of Datadog’s receiver on other ports', [DATADOG], MOVED],
    ['of a layer that only holds a configuration', [layer('otel-collector-config', 3, OWN)], {}],
    ['of other layers', [layer('powertools', 3, OWN), layer('garbage-collector', 1, OWN)], {}],
  ])('%s', (_, layers, variables) => {
    expect(planned(layers, variables)).toBe('no warning')
  })
})

test('a layer that may hold a collector is told of while Rotel has a port that collectors listen on', () => {
  const named = [layer('acme-otel-collector', 3, OWN)]
  const moved = (grpc: string, http: string) => [
    { name: 'ROTEL_OTLP_GRPC_ENDPOINT', value: grpc },
    { name: 'ROTEL_OTLP_HTTP_ENDPOINT', value: http },
  ]
  expect(planned(named, {}, moved('localhost:5317', 'localhost:4318'))).toMatch(/its name/)
  expect(planned(named, {}, moved('localhost:5317', 'localhost:5318'))).toBe('no warning')
})
