/** `grant-secret-access`: the right to read a secret is there before Rotel needs it, and gone when Rotel has gone. */

import { expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import type { StepResult } from '../../local/runner/step'
import { watchForMissingRights } from './secret-rights'
import { INGESTION_KEY, inStack } from './stack-world'
import { configurationOf, FOREIGN, statusesOf } from './world'

/** A function whose role may log, and read no secret; and the secret. */
function aFunctionAndItsSecret(aws: LocalAws, name = 'orders') {
  const role = aws.iam.createRole({
    name: `${name}-role`,
    path: '/service-role/',
    attached: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  })
  aws.lambda.createFunction({ name, role: role.arn, variables: FOREIGN })
  const arn = aws.secrets.create({ name: 'clickstack', value: INGESTION_KEY })
  return { functions: name, 'api-key': arn, 'grant-secret-access': 'true' }
}

test.concurrent(
  'is written before the function, proven, not written again, and leaves after Rotel',
  () =>
    inStack(async ({ aws, main }) => {
      const inputs = aFunctionAndItsSecret(aws)
      const [role, fn] = [aws.iam.get('orders-role'), configurationOf(aws.lambda.get('orders'))]

      const first = await main(inputs)
      expect(statusesOf(first)).toEqual(['orders: instrumented'])
      const order = aws.calls.all().map(({ operation }) => operation)
      expect(order.indexOf('PutRolePolicy')).toBeLessThan(
        order.indexOf('UpdateFunctionConfiguration'),
      )
      const [[policy, document] = []] = Object.entries(aws.iam.get('orders-role').inline)
      expect(policy).toMatch(/^ClickStackLambda-read-secrets-[0-9a-f]{16}$/)
      expect(document).toContain(inputs['api-key'])

      expect(statusesOf(await main(inputs))).toEqual(['orders: unchanged'])
      expect(aws.calls.count('PutRolePolicy')).toBe(1)

      aws.calls.clear()
      const removed = await main({ functions: 'orders', mode: 'remove' })
      expect(statusesOf(removed)).toEqual(['orders: removed'])
      expect(aws.iam.get('orders-role')).toEqual(role)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(fn)
      const back = aws.calls.all().map(({ operation }) => operation)
      expect(back.indexOf('UpdateFunctionConfiguration')).toBeLessThan(
        back.indexOf('DeleteRolePolicy'),
      )
    }),
)

test.concurrent('is waited for where IAM enforces it late', () =>
  inStack(async ({ aws, main }) => {
    const inputs = aFunctionAndItsSecret(aws)
    aws.iam.setPropagation({ simulatorMs: 300, dataPlaneMs: 3_000 })
    expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
  }),
)

test.concurrent('goes with a function that is rolled back', () =>
  inStack(async ({ aws, main }) => {
    const inputs = aFunctionAndItsSecret(aws)
    const [role, fn] = [aws.iam.get('orders-role'), configurationOf(aws.lambda.get('orders'))]
    aws.lambda.setHandler('orders', { failure: { kind: 'throws' } })
    const result = await main(inputs)
    expect(statusesOf(result)).toEqual(['orders: rolled-back function-error'])
    expect(aws.iam.get('orders-role')).toEqual(role)
    expect(configurationOf(aws.lambda.get('orders'))).toEqual(fn)
  }),
)

test.concurrent('that the caller may not write blocks the function, and nothing is written', () =>
  inStack(async ({ aws, main }) => {
    const inputs = aFunctionAndItsSecret(aws)
    aws.caller.deny('iam:PutRolePolicy')
    const result = await main(inputs)
    expect(statusesOf(result)).toEqual(['orders: blocked role-write-failed'])
    expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
  }),
)

test.concurrent('left by a run that was killed is taken back by the post step', () =>
  inStack(async ({ aws, main, post }) => {
    const inputs = aFunctionAndItsSecret(aws)
    const [role, fn] = [aws.iam.get('orders-role'), configurationOf(aws.lambda.get('orders'))]
    let kill = () => {}
    aws.onWorkDone(({ operation }) => {
      if (operation === 'UpdateFunctionConfiguration') kill()
    })
    const killed = await main(inputs, {
      onStart: (child) => {
        kill = () => child.kill('SIGKILL')
      },
    })
    expect(killed.killedBy).toBe('SIGKILL')
    const finished = await post(killed.state)
    expect(finished.exitCode).toBe(0)
    expect(aws.iam.get('orders-role')).toEqual(role)
    expect(configurationOf(aws.lambda.get('orders'))).toEqual(fn)
  }),
)

test.concurrent(
  'that another job takes back with the configuration is there before the next write',
  () =>
    inStack(async ({ aws, main }) => {
      const inputs = aFunctionAndItsSecret(aws)
      const missing = watchForMissingRights(aws)
      let hasActed = false
      const stop = aws.onCall(async ({ operation }) => {
        const isWritten = aws.calls.count('UpdateFunctionConfiguration') > 0
        if (hasActed || !isWritten || operation !== 'GetFunction') return
        hasActed = true
        const other = await main({ functions: 'orders', mode: 'remove' })
        expect(statusesOf(other)).toEqual(['orders: removed'])
      })
      expect(statusesOf(await main(inputs))).toEqual(['orders: instrumented'])
      stop()
      expect(hasActed).toBe(true)
      expect(aws.calls.count('PutRolePolicy')).toBe(2)
      expect(missing).toEqual([])
    }),
)

/** Does it once, when the function is proven and its role is to be settled. */
function onceProven(aws: LocalAws, act: () => Promise<void>): void {
  const stop = aws.onCall(async ({ operation }) => {
    if (aws.calls.count('Invoke') === 0 || operation !== 'ListRolePolicies') return
    stop()
    await act()
  })
}

test.concurrent(
  'is not given back to a function from which another job has removed Rotel since',
  () =>
    inStack(async ({ aws, main }) => {
      const inputs = aFunctionAndItsSecret(aws)
      const others: StepResult[] = []
      onceProven(aws, async () => {
        others.push(await main({ functions: 'orders', mode: 'remove' }))
      })
      const result = await main(inputs)
      expect(others.flatMap(statusesOf)).toEqual(['orders: removed'])
      expect(statusesOf(result)).toEqual(['orders: failed write-conflict'])
      expect(aws.iam.get('orders-role').inline).toEqual({})
    }),
)

test.concurrent(
  'is not given back to a function that another job has configured without the secret since',
  () =>
    inStack(async ({ aws, main }) => {
      const inputs = aFunctionAndItsSecret(aws)
      const others: StepResult[] = []
      onceProven(aws, async () => {
        others.push(await main({ functions: 'orders' }))
      })
      const result = await main(inputs)
      expect(others.flatMap(statusesOf)).toEqual(['orders: instrumented'])
      expect(statusesOf(result)).toEqual(['orders: instrumented'])
      expect(aws.iam.get('orders-role').inline).toEqual({})
    }),
)
