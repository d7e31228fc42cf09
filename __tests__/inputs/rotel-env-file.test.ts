import { expect, test } from '@jest/globals'
import { rotelVariables } from '../../src/systems/rotel/settings'
import { otlp, problems, settings, warnings } from './given'

const ORDERS = { name: 'orders', account: '123456789012' }

const ENV_FILE = { 'rotel-env-file': '/var/task/rotel.env' }
const ALONE = { ...ENV_FILE, endpoint: '', 'api-key': '' }

test('an env file may bring endpoint, protocol and key, and is then all that is written, but for the account', () => {
  expect(problems(ALONE)).toEqual([])
  expect([...rotelVariables(settings(ALONE), ORDERS)]).toEqual([
    ['ROTEL_ENV_FILE', '/var/task/rotel.env'],
    ['ROTEL_OTEL_RESOURCE_ATTRIBUTES', 'cloud.account.id=123456789012'],
  ])
  expect(otlp({ ...ALONE, protocol: 'http' }).protocol).toBe('http')
})

test('it is warned that its values go over the variables, by the names of those that are written', () => {
  expect(warnings(ALONE)).toEqual([expect.stringMatching(/cannot be checked\.$/)])
  const [warning] = warnings({ ...ENV_FILE, 'rotel-environment': 'ROTEL_BATCH_MAX_SIZE=9000' })
  for (const name of [
    'ROTEL_OTLP_EXPORTER_ENDPOINT',
    'ROTEL_OTLP_EXPORTER_PROTOCOL',
    'ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS',
    'ROTEL_BATCH_MAX_SIZE',
  ]) {
    expect(warning).toContain(name)
  }
  expect(warning).not.toContain('ROTEL_ENV_FILE')
})

test('with exporter: clickhouse it may bring the endpoint, too', () => {
  const given = { ...ALONE, exporter: 'clickhouse' }
  expect(problems(given)).toEqual([])
  expect(Object.fromEntries(rotelVariables(settings(given), ORDERS))).toMatchObject({
    ROTEL_ENV_FILE: '/var/task/rotel.env',
    ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'default',
  })
})

test.each([
  ['rotel.env', 'not an absolute path'],
  ['./rotel.env', 'not an absolute path'],
  ['/var/task/', 'ends with a slash'],
  ['${LAMBDA_TASK_ROOT}/rotel.env', 'not an absolute path'],
  ['/${STAGE}/rotel.env', 'does not expand variables'],
  ['"/var/task/rotel.env"', 'a quote'],
])('%s is refused', (path, why) => {
  const found = problems({ 'rotel-env-file': path })
  expect(found).toEqual([expect.stringMatching(/^rotel-env-file: /)])
  expect(found[0]).toContain(why)
})

test('a path outside of package and layers is warned about', () => {
  expect(warnings({ 'rotel-env-file': '/tmp/rotel.env' })).toContainEqual(
    expect.stringContaining('neither in `/var/task`'),
  )
})
