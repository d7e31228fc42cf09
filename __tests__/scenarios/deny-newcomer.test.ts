/** `cloudwatch-logs: deny`, and another function with the role writes to the same log group: from the start, or only later. */

import { expect, test } from '@jest/globals'
import { watchEverybody } from './cloudwatch-watch'
import { inStack } from './stack-world'
import { deny } from './step-attempts'
import { FOREIGN, statusesOf } from './world'

test('one that is there when the run begins blocks it', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const inputs = await deny.prepare(world)
    const { role } = aws.lambda.get('orders')
    aws.lambda.createFunction({
      name: 'invoices',
      role,
      variables: FOREIGN,
      logGroup: '/aws/lambda/orders',
    })
    expect(statusesOf(await main(inputs))).toEqual(['orders: blocked shared-role'])
  }))

test('one without Rotel that is deployed while the log group is watched is not left dark', () =>
  inStack(async (world) => {
    const { aws, main, post } = world
    const inputs = await deny.prepare(world)
    const { role } = aws.lambda.get('orders')
    const dark = watchEverybody(world)
    const waiting = ['PutRolePolicy', 'Invoke']
    const stop = aws.onCall(({ operation }) => {
      if (operation === waiting[0]) waiting.shift()
      if (waiting.length > 0 || operation !== 'FilterLogEvents') return
      stop()
      aws.lambda.createFunction({
        name: 'invoices',
        role,
        variables: FOREIGN,
        logGroup: '/aws/lambda/orders',
      })
    })
    const result = await main(inputs)
    await post(result.state)
    aws.iam.settle()
    expect({ dark: dark.now(), statuses: statusesOf(result) }).toEqual({
      dark: [],
      statuses: ['orders: rolled-back shared-role'],
    })
  }))
