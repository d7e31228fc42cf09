/** Bugs that tools of this kind have shipped, each past its own unit tests. None may happen here. */

import { describe, expect, test } from '@jest/globals'
import {
  configurationOf,
  FOREIGN,
  FOREIGN_VALUE,
  functionsOf,
  inWorld,
  ROTEL_X86,
  statusesOf,
} from './world'

describe('what the user owns', () => {
  test('variables that the caller may not decrypt are not overwritten: the function is blocked', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN, environmentUnreadable: true })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: blocked environment-unreadable'])
      expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('variables that become unreadable between plan and write are not overwritten', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      let hidden = false
      aws.onCall(({ operation }) => {
        if (operation !== 'UpdateFunctionConfiguration' || hidden) return
        hidden = true
        aws.lambda.changeAsSomebodyElse('orders', { environmentUnreadable: true })
      })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual(['orders: blocked environment-unreadable'])
      expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
    }))

  test('layers are neither sorted nor dropped for looking alike', () =>
    inWorld(async ({ aws, main }) => {
      const layers = ['zzz', 'team-rotel-extension-amd64-helper', 'aaa'].map((name) =>
        aws.lambda.layers.publish({ name }),
      )
      aws.lambda.createFunction({ name: 'orders', layers })
      await main({ functions: 'orders' })
      expect(aws.lambda.get('orders').layers).toEqual([...layers, ROTEL_X86])
      await main({ mode: 'remove', functions: 'orders' })
      expect(aws.lambda.get('orders').layers).toEqual(layers)
    }))

  test('a change by somebody else between read and write survives', () =>
    inWorld(async ({ aws, main }) => {
      const theirs = aws.lambda.layers.publish({ name: 'theirs' })
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      let changed = false
      aws.onCall(({ operation }) => {
        if (operation !== 'UpdateFunctionConfiguration' || changed) return
        changed = true
        aws.lambda.changeAsSomebodyElse('orders', {
          variables: { ...FOREIGN, ADDED: 'meanwhile' },
          layers: [theirs],
        })
      })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(0)
      const { variables, layers } = aws.lambda.get('orders')
      expect(variables).toMatchObject({ ...FOREIGN, ADDED: 'meanwhile' })
      expect(layers).toEqual([theirs, ROTEL_X86])
    }))

  test('settings of Rotel that somebody else made are not overwritten unless that is accepted', () =>
    inWorld(async ({ aws, main }) => {
      const variables = {
        ...FOREIGN,
        ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://theirs.example.com:4317',
      }
      aws.lambda.createFunction({ name: 'orders', variables })
      const blocked = await main({ functions: 'orders' })
      expect(statusesOf(blocked)).toEqual(['orders: blocked configured-elsewhere'])
      expect(aws.lambda.get('orders').variables).toEqual(variables)

      const accepted = await main({ functions: 'orders', accept: 'foreign-settings' })
      expect(accepted.exitCode).toBe(0)
      expect(aws.lambda.get('orders').variables).toMatchObject({
        ...FOREIGN,
        ROTEL_OTLP_EXPORTER_ENDPOINT: 'https://clickstack.example.com:4317',
      })
    }))
})

describe('what Lambda would refuse', () => {
  test('a sixth layer is refused before anything is written', () =>
    inWorld(async ({ aws, main }) => {
      const layers = ['a1', 'b1', 'c1', 'd1', 'e1'].map((name) =>
        aws.lambda.layers.publish({ name }),
      )
      aws.lambda.createFunction({ name: 'orders', layers })
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: blocked layer-limit'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('variables over 4,096 bytes are refused before anything is written', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({
        name: 'orders',
        variables: { ...FOREIGN, BIG: 'x'.repeat(3900) },
      })
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: blocked environment-too-large'])
      expect(aws.calls.count('UpdateFunctionConfiguration')).toBe(0)
    }))

  test('Lambda’s 4 KB error, which prints every variable, is never shown', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders', variables: FOREIGN })
      aws.faults.add({
        operation: 'UpdateFunctionConfiguration',
        fault: {
          kind: 'error',
          name: 'InvalidParameterValueException',
          status: 400,
          message: `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: {"DB_PASSWORD":"${FOREIGN_VALUE}"}`,
        },
      })
      const result = await main({ functions: 'orders' })
      expect(statusesOf(result)).toEqual(['orders: blocked environment-too-large'])
      expect(aws.lambda.get('orders').variables).toEqual(FOREIGN)
    }))

  test('an update in progress is waited for', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      aws.lambda.changeAsSomebodyElse('orders', { variables: FOREIGN, updateMs: 700 })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders').variables).toMatchObject(FOREIGN)
    }))

  test('an update that begins between read and write is waited for', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      let begun = false
      aws.onCall(({ operation }) => {
        if (operation !== 'UpdateFunctionConfiguration' || begun) return
        begun = true
        aws.lambda.changeAsSomebodyElse('orders', { variables: FOREIGN, updateMs: 500 })
      })
      const result = await main({ functions: 'orders' })
      expect(result.exitCode).toBe(0)
      expect(aws.lambda.get('orders').variables).toMatchObject(FOREIGN)
    }))
})

describe('one function among others', () => {
  test('an image function does not stop the others, and fails the run when it was named', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'image', packageType: 'Image' })
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'image\norders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([
        'image: blocked image-function',
        'orders: written no-verifier',
      ])
    }))

  test('an image function that a pattern matched is skipped and does not fail the run', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'shop-image', packageType: 'Image' })
      aws.lambda.createFunction({ name: 'shop-orders' })
      const result = await main({ functions: 'shop-*' })
      expect(result.exitCode).toBe(0)
      expect(statusesOf(result)).toEqual([
        'shop-image: skipped not-applicable',
        'shop-orders: written no-verifier',
      ])
    }))

  test('one failure among many fails the step, and the many are still written', () =>
    inWorld(async ({ aws, main }) => {
      for (const name of ['good1', 'good2', 'good3']) aws.lambda.createFunction({ name })
      const before = aws.lambda.createFunction({
        name: 'bad',
        runtime: 'python3.13',
        variables: FOREIGN,
        handler: { failure: { kind: 'throws', errorType: 'ValueError' } },
      })
      const result = await main({ functions: 'good1\ngood2\ngood3\nbad' })
      expect(result.exitCode).toBe(1)
      expect(result.outputs['result']).toBe('failure')
      expect(statusesOf(result)).toEqual([
        'bad: rolled-back function-error',
        'good1: written no-verifier',
        'good2: written no-verifier',
        'good3: written no-verifier',
      ])
      expect(configurationOf(aws.lambda.get('bad'))).toEqual(configurationOf(before))
    }))

  test('a function that is not there does not stop the others', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const result = await main({ functions: 'nobody\norders' })
      expect(result.exitCode).toBe(1)
      expect(statusesOf(result)).toEqual([
        'nobody: blocked not-found',
        'orders: written no-verifier',
      ])
    }))

  test('failures come first in the outputs', () =>
    inWorld(async ({ aws, main }) => {
      aws.lambda.createFunction({ name: 'a-good' })
      aws.lambda.createFunction({ name: 'z-image', packageType: 'Image' })
      const result = await main({ functions: 'a-good\nz-image' })
      expect(functionsOf(result).map(({ name }) => name)).toEqual(['z-image', 'a-good'])
    }))
})
