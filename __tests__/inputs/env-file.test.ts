import { expect, test } from '@jest/globals'
import { rotelVariables } from '../../src/systems/rotel/settings'
import { otlp, problems, wanted, warnings } from './given'

const ENV_FILE = { 'env-file': '/var/task/rotel.env' }
const ALONE = { ...ENV_FILE, endpoint: '', 'api-key': '' }

test('an env file may bring endpoint, protocol and key, and is then all that is written', () => {
  expect(problems(ALONE)).toEqual([])
  expect([...rotelVariables(wanted(ALONE).export, 'orders')]).toEqual([
    ['ROTEL_ENV_FILE', '/var/task/rotel.env'],
  ])
  expect(otlp({ ...ALONE, protocol: 'http' }).protocol).toBe('http')
})

test('it is warned that its values go over the variables, by the names of those that are written', () => {
  expect(warnings(ALONE)).toEqual([expect.stringMatching(/cannot be seen from here\.$/)])
  const [warning] = warnings({ ...ENV_FILE, environment: 'ROTEL_BATCH_MAX_SIZE=1' })
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
  expect(Object.fromEntries(rotelVariables(wanted(given).export, 'orders'))).toMatchObject({
    ROTEL_ENV_FILE: '/var/task/rotel.env',
    ROTEL_CLICKHOUSE_EXPORTER_DATABASE: 'default',
  })
})

test.each([
  ['rotel.env', 'no absolute path'],
  ['./rotel.env', 'no absolute path'],
  ['/var/task/', 'ends in a slash'],
  ['${LAMBDA_TASK_ROOT}/rotel.env', 'no absolute path'],
  ['/${STAGE}/rotel.env', 'does not fill variables in'],
  ['"/var/task/rotel.env"', 'a quote'],
])('%s is refused', (path, why) => {
  const found = problems({ 'env-file': path })
  expect(found).toEqual([expect.stringMatching(/^env-file: /)])
  expect(found[0]).toContain(why)
})

test('a path outside of package and layers is warned about', () => {
  expect(warnings({ 'env-file': '/tmp/rotel.env' })).toContainEqual(
    expect.stringContaining('neither in `/var/task`'),
  )
})
