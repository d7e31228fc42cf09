/** `mode: remove` takes Rotel off, its invocation afterwards fails because of the removal, and Lambda denies the way back. */

import { expect, test } from '@jest/globals'
import { inWorld, FOREIGN, functionsOf, statusesOf } from './world'

test('what the removal has taken off is told as not restored', () =>
  inWorld(async ({ aws, main, post }) => {
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    expect(statusesOf(await main({ functions: 'orders' }))).toEqual(['orders: written no-verifier'])
    const isOurs = (name: string) => /^(ROTEL_|CLICKSTACK_LAMBDA$)/.test(name)
    aws.lambda.setHandler('orders', ({ variables }) =>
      Object.keys(variables).some(isOurs) ? {} : { failure: { kind: 'exits', status: 127 } },
    )
    aws.faults.add({
      operation: 'UpdateFunctionConfiguration',
      skip: 1,
      count: Infinity,
      fault: {
        kind: 'error',
        name: 'AccessDeniedException',
        status: 403,
        message: 'User is not authorized to perform: lambda:UpdateFunctionConfiguration',
      },
    })
    const result = await main({
      functions: 'orders',
      mode: 'remove',
      endpoint: '',
      'api-key': '',
      headers: '',
    })
    const { layers, variables } = aws.lambda.get('orders')
    expect({ layers, ours: Object.keys(variables).filter(isOurs) }).toEqual({
      layers: [],
      ours: [],
    })
    const ended = await post(result.state)
    expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
    for (const told of [
      functionsOf(result)[0]?.detail ?? '',
      ...ended.annotations.map(({ message }) => message),
    ]) {
      expect(told).toMatch(/Not restored: arn:\S*rotel-extension\S*, .*ROTEL_.*CLICKSTACK_LAMBDA/)
      expect(told).not.toContain('Still on it')
    }
  }))
