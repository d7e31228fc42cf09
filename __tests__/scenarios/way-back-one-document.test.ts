/**
 * The restore file of two functions whose rights were taken out of one document: whoever leaves first gets its own rights
 * back and no others, and when both have left every document is as it was found.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { accepting } from './accepting'
import { inStack } from './stack-world'
import { mayLog, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const GROUPS = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda'
const NAMES = ['mails', 'orders'] as const
type Name = (typeof NAMES)[number]

const TABLE = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }
const allowing = (...resources: readonly string[]) => ({
  Effect: 'Allow',
  Action: WRITES,
  Resource: resources,
})
const documentOf = (...statements: readonly unknown[]) => ({
  Version: '2012-10-17',
  Statement: statements,
})
const groupOf = (name: Name) => `${GROUPS}/${name}:*`

interface Shared {
  /** Makes the roles of `orders` and `mails`, and returns their ARNs. */
  readonly seed: (aws: LocalAws) => Readonly<Record<Name, string>>
  /** One entry reaches both groups, so that giving it back to one gives it back to the other. */
  readonly isOneEntry?: boolean
}

const DOCUMENTS: Readonly<Record<string, Shared>> = {
  'an inline policy with a statement for both': {
    seed: (aws) => {
      const { arn } = aws.iam.createRole({
        name: 'shop',
        inline: {
          logging: documentOf(
            { Sid: 'Logs', ...allowing(groupOf('orders'), groupOf('mails')) },
            TABLE,
          ),
        },
      })
      return { orders: arn, mails: arn }
    },
  },
  'a managed policy with a statement for each, on the role of each': {
    seed: (aws) => {
      const policy = aws.iam.createPolicy(
        'logging',
        documentOf(allowing(groupOf('orders')), TABLE, allowing(groupOf('mails'))),
      )
      const [orders, mails] = ['orders-role', 'mails-role'].map(
        (name) => aws.iam.createRole({ name, attached: [policy] }).arn,
      )
      return { orders: orders ?? '', mails: mails ?? '' }
    },
  },
  'a managed policy whose one entry reaches both': {
    isOneEntry: true,
    seed: (aws) => {
      const policy = aws.iam.createPolicy('logging', documentOf(TABLE, allowing(`${GROUPS}/*`)))
      const { arn } = aws.iam.createRole({ name: 'shop', attached: [policy] })
      return { orders: arn, mails: arn }
    },
  },
}

describe.each(Object.entries(DOCUMENTS))('%s:', (_, { seed, isOneEntry = false }) => {
  test.each<[string, readonly (readonly Name[])[]]>([
    ['orders leaves first', [['orders'], ['mails']]],
    ['mails leaves first', [['mails'], ['orders']]],
    ['both leave in one run', [['mails', 'orders']]],
  ])('%s', (__, leaving) =>
    inStack(async (world) => {
      const { aws, main } = world
      const roles = seed(aws)
      for (const name of NAMES) {
        aws.lambda.createFunction({ name, role: roles[name], variables: FOREIGN })
      }
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      const applied = await main({
        functions: NAMES.join('\n'),
        'cloudwatch-logs': 'remove',
        ...accepting('shared-role'),
      })
      expect(statusesOf(applied)).toEqual(['mails: instrumented', 'orders: instrumented'])
      expect(NAMES.filter((name) => mayLog(world, name))).toEqual([])

      const left = new Set<Name>()
      for (const names of leaving) {
        const removed = await main({
          functions: names.join('\n'),
          mode: 'remove',
          'restore-file': applied.outputs['restore-path'] ?? '',
        })
        for (const name of names) left.add(name)
        expect(statusesOf(removed)).toEqual(names.map((name) => `${name}: removed`))
        expect(removed.exitCode).toBe(0)
        const expected = NAMES.filter((name) => left.has(name) || isOneEntry)
        expect(NAMES.filter((name) => mayLog(world, name))).toEqual(expected)
      }
      expect(stateOf(world)).toEqual(found)
      expect(dark.moments).toEqual([])
    }),
  )
})
