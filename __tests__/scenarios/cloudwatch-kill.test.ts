/**
 * A run that disables CloudWatch Logs is killed at the calls that decide: the post step leaves role and function as found or
 * as wanted. A plain test run tries every third of these moments, and others by each number of a workflow run;
 * `npm run campaign:kills` tries all of them.
 */

import { expect, test } from '@jest/globals'
import type { CallEvent } from '../../local/aws/local-aws'
import { partOf } from '../campaign/part'
import { stateOf, watchForDarkness } from './cloudwatch-watch'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN } from './world'

const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'

/** Seeds a function whose role may write its logs by a policy of its own and by AWS's. */
function seed({ aws }: StackWorld) {
  aws.iam.createRole({
    name: 'orders-role',
    attached: [BASIC],
    inline: {
      own: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['logs:PutLogEvents', 's3:GetObject'], Resource: '*' },
        ],
      },
    },
  })
  aws.lambda.createFunction({
    name: 'orders',
    role: aws.iam.get('orders-role').arn,
    variables: FOREIGN,
  })
}

interface Moment {
  readonly when: 'before' | 'after'
  readonly operation: string
  /** From 1. */
  readonly nth: number
}

/** Kills the child of the next step at the moment. */
function killer({ aws }: StackWorld, { when, operation, nth }: Moment) {
  let count = 0
  let kill = () => {}
  const hear = (call: CallEvent) => {
    if (call.operation === operation && ++count === nth) kill()
  }
  const stop = when === 'before' ? aws.onCall(hear) : aws.onWorkDone(hear)
  return {
    stop,
    onStart: (child: { kill: (signal: NodeJS.Signals) => boolean }) => {
      kill = () => child.kill('SIGKILL')
    },
  }
}

const at = (when: Moment['when'], operation: string, nth = 1): Moment => ({ when, operation, nth })

const DISABLING: Readonly<Record<'deny' | 'remove', readonly Moment[]>> = {
  deny: [
    at('before', 'PutRolePolicy'),
    at('after', 'PutRolePolicy'),
    // The one that makes new environments.
    at('before', 'UpdateFunctionConfiguration', 2),
    at('after', 'UpdateFunctionConfiguration', 2),
    at('after', 'Invoke', 2),
    at('before', 'DescribeLogStreams', 3),
  ],
  remove: [
    at('before', 'PutRolePolicy'),
    at('after', 'PutRolePolicy'),
    at('before', 'DetachRolePolicy'),
    at('after', 'DetachRolePolicy'),
    at('after', 'UpdateFunctionConfiguration', 2),
    at('after', 'Invoke', 2),
  ],
}

const part = partOf(process.env['KILLS'] === undefined ? undefined : 'all', 3)
const chosen = <T>(moments: readonly T[]) => moments.filter((_, at) => part.has(at))

test.each(
  (['deny', 'remove'] as const).flatMap((kind) =>
    chosen(DISABLING[kind]).map((moment) => [kind, moment] as const),
  ),
)('%s, killed %j: put back as it was found', (kind, moment) =>
  inStack(async (world) => {
    const { main, post } = world
    seed(world)
    const found = stateOf(world)
    const dark = watchForDarkness(world)
    const { stop, onStart } = killer(world, moment)
    const killed = await main({ functions: 'orders', 'cloudwatch-logs': kind }, { onStart })
    stop()
    expect(killed.killedBy).toBe('SIGKILL')

    const finished = await post(killed.state)
    expect(finished.exitCode).toBe(0)
    expect(stateOf(world)).toEqual(found)
    expect(dark).toEqual([])
  }),
)

test.each(
  chosen([
    at('before', 'DeleteRolePolicy'),
    at('after', 'DeleteRolePolicy'),
    at('before', 'UpdateFunctionConfiguration'),
    at('after', 'UpdateFunctionConfiguration'),
  ]),
)('removing, killed %j: never dark, and another run ends it', (moment) =>
  inStack(async (world) => {
    const { main, post } = world
    seed(world)
    const found = stateOf(world)
    await main({ functions: 'orders', 'cloudwatch-logs': 'deny' })
    const dark = watchForDarkness(world)
    const { stop, onStart } = killer(world, moment)
    const killed = await main({ functions: 'orders', mode: 'remove' }, { onStart })
    stop()
    expect(killed.killedBy).toBe('SIGKILL')
    await post(killed.state)
    const again = await main({ functions: 'orders', mode: 'remove' })
    expect(again.exitCode).toBe(0)
    expect(stateOf(world)).toEqual(found)
    expect(dark).toEqual([])
  }),
)

test.each(
  chosen([
    at('before', 'DeleteRolePolicy'),
    at('after', 'DeleteRolePolicy'),
    at('after', 'UpdateFunctionConfiguration'),
  ]),
)('the post step, killed %j, is carried on by the next one', (moment) =>
  inStack(async (world) => {
    const { main, post } = world
    seed(world)
    const found = stateOf(world)
    const dark = watchForDarkness(world)
    const first = killer(world, at('after', 'Invoke', 2))
    const killed = await main({ functions: 'orders', 'cloudwatch-logs': 'deny' }, first)
    first.stop()
    const second = killer(world, moment)
    const interrupted = await post(killed.state, second)
    second.stop()
    expect(interrupted.killedBy).toBe('SIGKILL')
    const finished = await post(killed.state)
    expect(finished.exitCode).toBe(0)
    expect(stateOf(world)).toEqual(found)
    expect(dark).toEqual([])
  }),
)
