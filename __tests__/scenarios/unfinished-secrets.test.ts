/**
 * A step that cannot finish its rollback leaves it to the post step. Until that has been tried, nothing is withdrawn from the
 * role: what will be put back may need another right than what is there now.
 */

import { expect, test } from '@jest/globals'
import type { Fault } from '../../local/aws/local-aws'
import { withUnreadableSecrets } from './disturbed-step'
import { inShell } from './aws-cli'
import { commandsIn } from './repair'
import { inStack, INGESTION_KEY, type StackWorld } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

const DENIED: Fault = {
  kind: 'error',
  name: 'AccessDeniedException',
  status: 403,
  message: 'not authorized',
}

const ORDERS = { functions: 'orders', 'grant-secret-access': 'true' }

/** Of function, alias and role. */
function found({ aws }: StackWorld) {
  const orders = aws.lambda.get('orders')
  return { fn: configurationOf(orders), aliases: orders.aliases, role: aws.iam.get('orders-role') }
}

/** From the second on, so that the first is what has to be rolled back. */
function refuseLater({ aws }: StackWorld, operation: string): void {
  aws.faults.add({ operation, skip: 1, count: Infinity, fault: DENIED })
}

function secretsOf({ aws }: StackWorld): readonly [string, string] {
  return [
    aws.secrets.create({ name: 'one', value: INGESTION_KEY, suffix: 'a1B2c3' }),
    aws.secrets.create({ name: 'two', value: INGESTION_KEY, suffix: 'd4E5f6' }),
  ]
}

/** A first configuration that fails, and whose rollback is refused. */
async function stuckAfterTheFirst(world: StackWorld) {
  world.aws.lambda.createFunction({
    name: 'orders',
    variables: FOREIGN,
    handler: { failure: { kind: 'throws' } },
  })
  const before = found(world)
  const [one] = secretsOf(world)
  refuseLater(world, 'UpdateFunctionConfiguration')
  return { before, result: await world.main({ ...ORDERS, 'api-key': one }) }
}

async function endsAsFound(
  world: StackWorld,
  before: ReturnType<typeof found>,
  state: Readonly<Record<string, string>>,
): Promise<void> {
  world.aws.faults.clear()
  const post = await world.post(state)
  expect(post.exitCode).toBe(0)
  expect(post.log).toContain('orders  in its original state')
  expect(withUnreadableSecrets(world.aws)).toEqual([])
  expect(found(world)).toEqual(before)
}

test('a right that was given for a function whose rollback is refused is withdrawn by the post step, after the function', () =>
  inStack(async (world) => {
    const { before, result } = await stuckAfterTheFirst(world)
    expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
    expect(result.log.join('\n')).toContain('the rights of its role to read secrets stay until')
    await endsAsFound(world, before, result.state)
  }))

test('while a function has to go back to another secret, the right to that one is not withdrawn', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const [one, two] = secretsOf(world)
    await main({ ...ORDERS, 'api-key': one })
    const before = found(world)
    aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
    refuseLater(world, 'UpdateFunctionConfiguration')
    const result = await main({ ...ORDERS, 'api-key': two })
    expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
    await endsAsFound(world, before, result.state)
  }))

test('while Rotel has to come back after `mode: remove`, the right that it needs is not withdrawn', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    const [one] = secretsOf(world)
    await main({ ...ORDERS, 'api-key': one })
    const before = found(world)
    aws.lambda.setHandler('orders', ({ variables }) =>
      'CLICKSTACK_LAMBDA' in variables ? {} : { failure: { kind: 'init-error' } },
    )
    refuseLater(world, 'UpdateFunctionConfiguration')
    const result = await main({ functions: 'orders', mode: 'remove' })
    expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
    await endsAsFound(world, before, result.state)
  }))

test('while an alias has to go back to a version with another secret, the right to that one is not withdrawn', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
    aws.lambda.setAlias('orders', 'live', aws.lambda.publishVersion('orders'))
    const [one, two] = secretsOf(world)
    const inputs = { ...ORDERS, 'publish-alias': 'live' }
    await main({ ...inputs, 'api-key': one })
    const before = found(world)
    let invocations = 0
    aws.lambda.setHandler('orders', ({ version }) =>
      version === '3' && invocations++ > 0 ? { failure: { kind: 'throws' } } : {},
    )
    refuseLater(world, 'UpdateAlias')
    const result = await main({ ...inputs, 'api-key': two })
    expect(statusesOf(result)).toEqual(['orders: failed rollback-failed'])
    await endsAsFound(world, before, result.state)
    const { role } = aws.lambda.version('orders', '2')
    expect(aws.iam.decide(role, 'secretsmanager:GetSecretValue', one, 'dataPlane')).toBe('allowed')
  }))

test('what the post step cannot roll back keeps its right, and the commands of its summary repair both', () =>
  inStack(async (world) => {
    const { aws, post } = world
    const { before, result } = await stuckAfterTheFirst(world)
    aws.faults.clear()
    aws.faults.add({
      operation: 'UpdateFunctionConfiguration',
      count: Infinity,
      fault: DENIED,
    })
    const left = await post(result.state)
    expect(left.exitCode).toBe(1)
    expect(withUnreadableSecrets(aws)).toEqual([])
    expect(left.summary).toContain('orders-role')
    aws.faults.clear()
    await inShell(aws, commandsIn(left.summary))
    expect(found(world)).toEqual(before)
  }))
