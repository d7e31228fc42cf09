/** Functions that share a role or a policy, all of them healthy: their logs are disabled by one edit, when all are proven. */

import { expect, test } from '@jest/globals'
import { roleWrites, watchEverybody } from './cloudwatch-watch'
import { SHARED, SHARED_KINDS, SHARERS } from './shared-roles'
import { inStack } from './stack-world'
import { statusesOf } from './world'

test.each(SHARED_KINDS)(
  '%s: one edit after all are proven, and all end instrumented without logs in CloudWatch',
  (kind) =>
    inStack(async (world) => {
      const { aws, main } = world
      const { inputs } = SHARED[kind](world)
      const dark = watchEverybody(world)

      const result = await main(inputs)
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: SHARERS.map((name) => `${name}: instrumented`),
      })
      expect(result.exitCode).toBe(0)

      const [edit, ...further] = roleWrites(world)
      expect(further).toEqual([])
      for (const name of SHARERS) {
        expect(aws.calls.of('Invoke', name)[0]?.index).toBeLessThan(edit?.index ?? 0)
        const group = `/aws/lambda/${name}`
        const before = aws.logs.events(group).length
        await aws.lambda.traffic(name, { cold: true })
        expect(aws.logs.events(group)).toHaveLength(before)
      }
    }),
)
