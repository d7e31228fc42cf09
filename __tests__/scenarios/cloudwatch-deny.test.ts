/** `cloudwatch-logs: deny` through the built action: cut last, proven, given back first. */

import { expect, test } from '@jest/globals'
import { inStack } from './stack-world'
import { statusesOf } from './world'

const DENY = { functions: 'orders', 'cloudwatch-logs': 'deny' }

test('a function is proven, its CloudWatch Logs are denied by a policy of its own, and removing gives them back first', async () => {
  await inStack(async ({ aws, main }) => {
    aws.lambda.createFunction({ name: 'orders' })
    const found = aws.iam.get('orders-role')

    const cut = await main(DENY)
    expect(statusesOf(cut)).toEqual(['orders: instrumented'])
    expect(cut.summary).toContain('CloudWatch Logs of 1 function are cut, and proven to be.')
    expect(Object.keys(aws.iam.get('orders-role').inline)).toEqual([
      expect.stringMatching(/^ClickStackLambda-deny-logs-[0-9a-f]{16}$/),
    ])
    const written = aws.logs.events('/aws/lambda/orders').length
    await aws.lambda.traffic('orders', { cold: true })
    expect(aws.logs.events('/aws/lambda/orders')).toHaveLength(written)

    const again = await main(DENY)
    expect(statusesOf(again)).toEqual(['orders: unchanged'])
    expect(aws.calls.count('PutRolePolicy')).toBe(1)
    expect(aws.lambda.get('orders').writes).toBe(2)

    aws.calls.clear()
    const removed = await main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(removed)).toEqual(['orders: removed'])
    expect(aws.iam.get('orders-role')).toEqual(found)
    const order = aws.calls.all().map(({ operation }) => operation)
    expect(order.indexOf('DeleteRolePolicy')).toBeLessThan(
      order.indexOf('UpdateFunctionConfiguration'),
    )
  })
})
