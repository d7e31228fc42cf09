/**
 * Another run removes Rotel, and our Deny with it, while the log group is watched: the step must look at the function before
 * it writes the Deny again, and must not go on with a function that has no Rotel any more.
 */

import { expect, test } from '@jest/globals'
import { watchEverybody } from './cloudwatch-watch'
import { inStack } from './stack-world'
import { deny } from './step-attempts'
import { statusesOf } from './world'

test('a Deny that another run has removed together with Rotel is not written again', () =>
  inStack(async (world) => {
    const { aws, main, anotherJob } = world
    const inputs = await deny.prepare(world)
    const dark = watchEverybody(world)
    let isRemoved = false
    const removed: string[] = []
    aws.onWorkDone(async ({ operation }) => {
      const isWatching = operation === 'Invoke' && aws.calls.count('PutRolePolicy') > 0
      if (isRemoved || !isWatching) return
      isRemoved = true
      removed.push(...statusesOf(await anotherJob.main({ functions: 'orders', mode: 'remove' })))
      aws.calls.clear()
    })
    const result = await main(inputs)
    expect(removed).toEqual(['orders: removed'])
    expect({
      writtenAgain: aws.calls.count('PutRolePolicy'),
      dark: dark.instants,
      statuses: statusesOf(result),
    }).toEqual({ writtenAgain: 0, dark: [], statuses: ['orders: rolled-back rotel-missing'] })
  }))
