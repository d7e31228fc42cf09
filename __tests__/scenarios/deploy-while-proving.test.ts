/**
 * A deployment replaces the configuration while the run waits for the proof: the telemetry that arrives is that of an environment
 * which is not there any more. The function is then not configured, and the run does not report that it is.
 */

import { describe, expect, test } from '@jest/globals'
import type { FunctionChange } from '../../local/aws/lambda/functions'
import type { LocalAws } from '../../local/aws/local-aws'
import { inStack } from './stack-world'
import { configurationOf, FOREIGN, functionsOf, statusesOf } from './world'

/** Right after the answer of the invocation is known, and before its telemetry is asked for. */
function onceInvoked(aws: LocalAws, change: () => FunctionChange): void {
  const stop = aws.onWorkDone(({ operation }) => {
    if (operation !== 'Invoke') return
    stop()
    aws.lambda.changeAsSomebodyElse('orders', change())
  })
}

describe('while its telemetry is awaited', () => {
  test('a template without Rotel is deployed: the function is not reported as instrumented, and stays as deployed', () =>
    inStack(async ({ aws, main, post, job }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const deployed = { variables: { MODE: 'deployed' }, layers: [] }
      onceInvoked(aws, () => deployed)
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back write-conflict'])
      expect(result.exitCode).toBe(1)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual(deployed)
      expect((await post(result.state)).exitCode).toBe(0)
      expect([...job.files().keys()].filter((file) => file.endsWith('.journal'))).toEqual([])
    }))

  test('only the endpoint is changed: the rest is rolled back, and the change stays and is named', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const name = 'ROTEL_OTLP_EXPORTER_ENDPOINT'
      const theirs = { [name]: 'http://collector.example.com:4317' }
      onceInvoked(aws, () => ({ variables: { ...aws.lambda.get('orders').variables, ...theirs } }))
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back write-conflict'])
      expect(functionsOf(result)[0]?.detail).toContain(name)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual({
        variables: { ...FOREIGN, ...theirs },
        layers: [],
      })
    }))

  test('its role becomes another one: what was proven with the former role is rolled back', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const { arn } = aws.iam.createRole({ name: 'their-role' })
      onceInvoked(aws, () => ({ role: arn }))
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: rolled-back write-conflict'])
      expect(functionsOf(result)[0]?.detail).toContain('execution role')
      expect(aws.lambda.get('orders').role).toBe(arn)
      expect(configurationOf(aws.lambda.get('orders'))).toEqual({ variables: FOREIGN, layers: [] })
    }))

  test('variables and layers of others change: they stay, and the function is instrumented', () =>
    inStack(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      const lib = aws.lambda.layers.publish({ name: 'lib' })
      onceInvoked(aws, () => {
        const { variables, layers } = aws.lambda.get('orders')
        return { variables: { ...variables, THEIRS: 'stays' }, layers: [...layers, lib] }
      })
      expect(statusesOf(await main({ functions: 'orders' }))).toEqual(['orders: instrumented'])
      const { variables, layers } = aws.lambda.get('orders')
      expect(variables).toMatchObject({ ...FOREIGN, THEIRS: 'stays' })
      expect(layers).toHaveLength(2)
    }))
})
