/** Values that only a function's environment has: nothing that Lambda quotes or the function prints may show them. */

import { expect, test } from '@jest/globals'
import { leaksOf } from '../../local/runner/leaks'
import { inStack } from './stack-world'
import { FOREIGN, statusesOf } from './world'

test.each([
  ['a short word', 'xkcdhorse'],
  ['a long value', 'canary-long-value-7731'],
])('%s that PublishVersion quotes is hidden', (_, value) =>
  inStack(async ({ aws, main, job }) => {
    aws.lambda.createFunction({ name: 'orders', variables: { ...FOREIGN, DB_PASS: value } })
    aws.lambda.setAlias('orders', 'live', aws.lambda.publishVersion('orders'))
    aws.faults.add({
      operation: 'PublishVersion',
      count: Infinity,
      fault: {
        kind: 'error',
        name: 'InvalidParameterValueException',
        status: 400,
        message: `Value ${value} at environment failed`,
      },
    })
    const result = await main({ functions: 'orders', 'publish-alias': 'live' })
    expect(statusesOf(result)).toEqual(['orders: rolled-back publish-failed'])
    expect(result.stdout).toContain('failed')
    expect(leaksOf(result, job, [value])).toEqual([])
  }),
)

test('with `show-function-logs`, values are hidden however they are encoded', () =>
  inStack(async ({ aws, main, job }) => {
    const password = 'canary-json-part-5577'
    const token = 'canary token/5577'
    const variables = { ...FOREIGN, CONFIG: `{"password":"${password}"}`, TOKEN: token }
    aws.lambda.createFunction({
      name: 'orders',
      variables,
      handler: {
        logs: [
          { raw: 'begun' },
          { raw: `config is ${variables.CONFIG}` },
          { raw: JSON.stringify(variables) },
          { raw: `https://example.com/?t=${encodeURIComponent(token)}` },
        ],
        failure: { kind: 'throws' },
      },
    })
    const result = await main({ functions: 'orders', 'show-function-logs': 'true' })
    expect(result.stdout).toContain('begun')
    expect(leaksOf(result, job, [password, token])).toEqual([])
  }))
