/** The lines for a template: everything that is ours, with references only where a secret is. */

import { describe, expect, test } from '@jest/globals'
import { writeMarker } from '../../src/model/ownership'
import { carriedBy, isCarriedByTemplate } from '../../src/systems/templates/carried'
import { aFunction } from '../core/support/functions'

const REFERENCE = '${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX}'
const field = (name: string) => REFERENCE.replace('}', `#${name}}`)
const OWN_REFERENCE = '${arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf}'

/** What the lines hold for a variable of ours with this value. */
function shown(name: string, value: string): string | undefined {
  const marker = writeMarker({ variables: [name], layers: [] }) ?? ''
  const variables = new Map([
    [name, value],
    ['CLICKSTACK_LAMBDA', marker],
  ])
  const fn = aFunction({ variables })
  return carriedBy(fn, undefined)?.variables.get(name)
}

describe('a variable without a secret stays as it is', () => {
  test.each([
    ['OTEL_PROPAGATORS', 'tracecontext,baggage'],
    ['ROTEL_LOGS_BATCH_TIMEOUT', '200ms'],
    ['ROTEL_OTLP_EXPORTER_ENDPOINT', 'https://clickstack.example.com:4317'],
    ['ROTEL_OTLP_EXPORTER_COMPRESSION', 'gzip'],
    ['ROTEL_EXPORTERS', 'one:otlp,two:clickhouse'],
    ['ROTEL_OTEL_RESOURCE_ATTRIBUTES', 'service.name=orders,team=shop'],
    ['ROTEL_CLICKHOUSE_EXPORTER_USER', 'ingest'],
    ['OTEL_NODE_ENABLED_INSTRUMENTATIONS', 'http,aws-sdk'],
    ['AWS_LAMBDA_EXEC_WRAPPER', '/opt/otel-handler'],
    ['RUST_LOG', 'info'],
  ])('%s', (name, value) => {
    expect(shown(name, value)).toBe(value)
  })
})

describe('a secret is replaced by a reference', () => {
  test.each([
    ['ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', 'Authorization=k3y', `Authorization=${REFERENCE}`],
    [
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
      'Authorization=Bearer k3y,x-team=shop,x-a=b=c',
      `Authorization=Bearer ${field('Authorization')},x-team=${field('x-team')},x-a=${field('x-a')}`,
    ],
    [
      'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
      `Authorization=Bearer ${OWN_REFERENCE},x-team=shop`,
      `Authorization=Bearer ${OWN_REFERENCE},x-team=${REFERENCE}`,
    ],
    ['ROTEL_EXPORTER_ONE_CUSTOM_HEADERS', 'Authorization=k3y', `Authorization=${REFERENCE}`],
    ['ROTEL_CLICKHOUSE_EXPORTER_PASSWORD', 'hunter2', REFERENCE],
    ['ROTEL_OTLP_EXPORTER_BASIC_AUTH_PASSWORD', 'hunter2', REFERENCE],
    ['ROTEL_OTLP_EXPORTER_TLS_KEY_PEM', 'MIIE', REFERENCE],
    ['ROTEL_EXPORTER_ONE_API_KEY', 'k3y', REFERENCE],
  ])('%s: %s', (name, value, expected) => {
    expect(shown(name, value)).toBe(expected)
  })

  test('of the function’s own where it has one', () => {
    const whole = 'secret://arn:aws:ssm:eu-west-1:123456789012:parameter/key'
    expect(shown('ROTEL_CLICKHOUSE_EXPORTER_PASSWORD', whole)).toBe(whole)
    const header = `Authorization=${OWN_REFERENCE}`
    expect(shown('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS', header)).toBe(header)
  })

  test('but not in variables of the SDKs, which do not resolve one', () => {
    expect(shown('OTEL_EXPORTER_OTLP_HEADERS', 'a=k3y,b=k4y')).toBe('a=VALUE,b=VALUE')
  })

  test('also in a URL', () => {
    expect(shown('ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT', 'https://me:hunter2@host:8443/x')).toBe(
      'https://USER:PASSWORD@host:8443/x',
    )
  })

  test.each([
    's3cr,et',
    'a%2Fb',
    "!$&'()*+,;=",
    'a@b',
    'a b',
    'a:b',
    'a?b',
    'a#b',
    '',
    'a"b<c>\\d',
  ])('in a URL whatever signs it has: %s', (password) => {
    const hidden = 'https://USER:PASSWORD@collector:4318/v1'
    const url = `https://user:${password}@collector:4318/v1`
    expect(shown('ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT', url)).toBe(hidden)
    expect(shown('ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT', ` ${url}`)).toBe(` ${hidden}`)
    expect(shown('OTEL_EXPORTER_OTLP_ENDPOINT', url.toUpperCase().replace('HTTPS', 'https'))).toBe(
      'https://USER:PASSWORD@COLLECTOR:4318/V1',
    )
  })

  test('in a URL without a scheme, which Rotel adds', () => {
    expect(shown('ROTEL_OTLP_EXPORTER_ENDPOINT', 'me:hunter2@host:4317')).toBe(
      'USER:PASSWORD@host:4317',
    )
  })

  test('in each URL of a list, whose other items stay', () => {
    const list = 'a=https://u:p,q@h/x,owner=me@example.com,b=https://v:w@i,c=https://j,d=k@l'
    expect(shown('ROTEL_OTEL_RESOURCE_ATTRIBUTES', list)).toBe(
      'a=https://USER:PASSWORD@h/x,owner=me@example.com,b=https://USER:PASSWORD@i,c=https://j,d=k@l',
    )
    expect(shown('ROTEL_X_BROKERS', 'https://a:b@c,https://d:e@f')).toBe(
      'https://USER:PASSWORD@c,https://USER:PASSWORD@f',
    )
  })

  test.each([
    'https://clickstack.example.com/@team',
    'https://clickstack.example.com/x?owner=me@example.com',
    'https://clickstack.example.com:4318/a,b@c',
  ])('and what stands behind the authority is no user: %s', (url) => {
    expect(shown('ROTEL_OTLP_EXPORTER_LOGS_ENDPOINT', url)).toBe(url)
  })
})

describe('a function is carried by its template', () => {
  const LAYERS = { before: [], after: ['arn:aws:lambda:eu-west-1:1:layer:a:1'] }
  const variable = (name: string) => ({ name, before: undefined, after: 'x' })
  const withMarker = (marker: string | undefined) =>
    aFunction({ variables: marker === undefined ? {} : { CLICKSTACK_LAMBDA: marker } })

  test.each([
    ['nothing is to be written', undefined, undefined, true],
    ['only the marker is to be written', undefined, [variable('CLICKSTACK_LAMBDA')], true],
    ['the marker claims only the logs', 'v1;k=;l=;c=deny', undefined, true],
    ['the marker claims a variable', 'v1;k=~A;l=', undefined, false],
    ['the marker claims a layer', 'v1;k=;l=418653438961:rotel-extension-amd64', undefined, false],
    ['the marker cannot be read', 'v9', undefined, false],
    ['a variable is missing', undefined, [variable('ROTEL_A')], false],
  ])('or not: %s', (_, marker, variables, expected) => {
    const change = variables && { layers: undefined, variables }
    expect(isCarriedByTemplate(withMarker(marker), change)).toBe(expected)
  })

  test('not while a layer is missing', () => {
    expect(isCarriedByTemplate(withMarker(undefined), { layers: LAYERS, variables: [] })).toBe(
      false,
    )
  })
})
