/**
 * An answer without its list is no answer, whatever call it is for: where the true answer stops a run from disabling
 * CloudWatch Logs, an answer with nothing in it stops it as well, and nothing is written.
 */

import { expect, test } from '@jest/globals'
import type { Fault, ServiceName } from '../../local/aws/local-aws'
import { roleState, watchEverybody } from './cloudwatch-watch'
import { faultOf } from './other-answers'
import { BASIC } from './shared-roles'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, statusesOf } from './world'

const GROUP = '/aws/lambda/orders'

interface Unlisted {
  readonly service: ServiceName
  readonly operation: string
  readonly way: 'deny' | 'remove'
  /** What the true answer would tell. */
  readonly seed: (world: StackWorld) => void
  /** How that ends, and how an answer that tells nothing must end. */
  readonly reason: string
}

/** A version without Rotel. */
const published = ({ aws }: StackWorld) => aws.lambda.publishVersion('orders')

const UNLISTED: Readonly<Record<string, Unlisted>> = {
  'the aliases of a function': {
    service: 'lambda',
    operation: 'ListAliases',
    way: 'deny',
    seed: (world) => world.aws.lambda.setAlias('orders', 'live', published(world)),
    reason: 'read-failed',
  },
  'the versions that its aliases point to': {
    service: 'lambda',
    operation: 'ListVersionsByFunction',
    way: 'deny',
    seed: (world) => world.aws.lambda.setAlias('orders', 'live', published(world)),
    reason: 'read-failed',
  },
  'its provisioned concurrency': {
    service: 'lambda',
    operation: 'ListProvisionedConcurrencyConfigs',
    way: 'deny',
    seed: (world) => world.aws.lambda.setProvisionedConcurrency('orders', published(world)),
    reason: 'read-failed',
  },
  'the event sources of the region': {
    service: 'lambda',
    operation: 'ListEventSourceMappings',
    way: 'deny',
    seed: (world) => void world.aws.lambda.addEventSource('orders', published(world)),
    reason: 'read-failed',
  },
  'the functions of the region': {
    service: 'lambda',
    operation: 'ListFunctions',
    way: 'remove',
    seed: ({ aws }) =>
      void aws.lambda.createFunction({ name: 'twin', role: aws.iam.get('orders-role').arn }),
    // To accept a shared role would not help.
    reason: 'read-failed',
  },
  'the subscription filters of the log group': {
    service: 'logs',
    operation: 'DescribeSubscriptionFilters',
    way: 'deny',
    seed: ({ aws }) => {
      const destinationArn = 'arn:aws:lambda:us-east-1:123456789012:function:forwarder'
      aws.logs.createGroup({
        name: GROUP,
        subscriptionFilters: [{ name: 'forwarder', destinationArn }],
      })
    },
    reason: 'log-group-unreadable',
  },
  'the metric filters of the log group': {
    service: 'logs',
    operation: 'DescribeMetricFilters',
    way: 'deny',
    seed: ({ aws }) => {
      const metric = { name: 'errors', metricName: 'errors', metricNamespace: 'shop' }
      aws.logs.createGroup({ name: GROUP, metricFilters: [metric] })
    },
    reason: 'log-group-unreadable',
  },
  'the log groups': {
    service: 'logs',
    operation: 'DescribeLogGroups',
    way: 'deny',
    seed: ({ aws }) => {
      const metric = { name: 'errors', metricName: 'errors', metricNamespace: 'shop' }
      aws.logs.createGroup({ name: GROUP, metricFilters: [metric] })
    },
    reason: 'log-group-unreadable',
  },
}

function withOwnRole({ aws }: StackWorld): void {
  const role = aws.iam.createRole({ name: 'orders-role', attached: [BASIC] }).arn
  aws.lambda.createFunction({ name: 'orders', role, variables: FOREIGN })
}

const CASES = Object.keys(UNLISTED).flatMap((what) =>
  (['HTML', 'an answer without its list'] as const).map((answer) => [what, answer] as const),
)

test.each(CASES)(
  '%s, asked for and answered with %s: blocked, and nothing is written',
  (what, answer) =>
    inStack(async (world) => {
      const { aws, main } = world
      const { service, operation, way, seed, reason } = UNLISTED[what] ?? unknown(what)
      withOwnRole(world)
      seed(world)
      const found = roleState(world)
      const dark = watchEverybody(world)
      aws.faults.add({ service, operation, count: Infinity, fault: faultOf(answer, service) })
      const result = await main({
        functions: 'orders',
        'verify-timeout': '6',
        'cloudwatch-logs': way,
      })
      expect({ dark: dark.instants, statuses: statusesOf(result) }).toEqual({
        dark: [],
        statuses: [`orders: blocked ${reason}`],
      })
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found)
      expect(aws.lambda.get('orders').writes).toBe(0)
    }),
)

test.each(['HTML', 'an answer without its list'] as const)(
  'events and streams of the log group, answered with %s: that is no silence, and proves nothing',
  (answer) =>
    inStack(async (world) => {
      const { aws, main } = world
      withOwnRole(world)
      const found = roleState(world)
      // The denial never becomes effective where it counts, so the function goes on writing.
      aws.iam.setPropagation({ simulatorMs: 0, dataPlaneMs: Infinity })
      const fault: Fault = faultOf(answer, 'logs')
      const stop = aws.onWorkDone(({ operation }) => {
        if (operation !== 'PutRolePolicy') return
        stop()
        for (const one of ['FilterLogEvents', 'DescribeLogStreams']) {
          aws.faults.add({ service: 'logs', operation: one, count: Infinity, fault })
        }
      })
      const inputs = { functions: 'orders', 'verify-timeout': '6', 'cloudwatch-logs': 'deny' }
      const result = await main(inputs)
      expect(statusesOf(result)).toEqual(['orders: rolled-back log-group-unreadable'])
      expect(result.exitCode).toBe(1)
      expect(roleState(world)).toEqual(found)
    }),
)

function unknown(what: string): never {
  throw new Error(`no scenario of ${what}`)
}
