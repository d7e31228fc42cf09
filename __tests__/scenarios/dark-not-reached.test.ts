/** A function that is dark when a run begins, and that the run does not come to or may not write: it is told to be dark. */

import type { ChildProcess } from 'node:child_process'
import { expect, test } from '@jest/globals'
import type { StepResult } from '../../local/runner/step'
import { concealed, watchEverybody } from './cloudwatch-watch'
import { inStack, type StackWorld } from './stack-world'
import { FOREIGN, functionsOf, statusesOf } from './world'

/** Disables its logs, and lets a deploy take Rotel off it. */
async function madeDark({ aws, main }: StackWorld, name: string): Promise<void> {
  const disabled = await main({ functions: name, 'cloudwatch-logs': 'remove' })
  expect(statusesOf(disabled)).toEqual([`${name}: instrumented`])
  aws.lambda.changeAsSomebodyElse(name, { layers: [], variables: FOREIGN })
}

function detailOf(result: StepResult, name: string): string | undefined {
  return functionsOf(result).find((one) => one.name === name)?.detail
}

test('with `fail-on: all`, a run that stops before a dark function fails, and says that it is dark', () =>
  inStack(async (world) => {
    const { aws, main } = world
    for (const name of ['fa', 'fb', 'fc']) aws.lambda.createFunction({ name, variables: FOREIGN })
    const dark = watchEverybody(world)
    await madeDark(world, 'fc')
    aws.lambda.setHandler('fb', { failure: { kind: 'throws' } })
    const result = await main({
      functions: 'fa\nfb\nfc',
      'stop-after': '1',
      'max-unproven': '1',
      'fail-on': 'all',
    })
    expect(statusesOf(result)).toEqual([
      'fa: instrumented',
      expect.stringMatching(/^fb: rolled-back/),
      expect.stringMatching(/^fc: dark/),
    ])
    expect(detailOf(result, 'fc')).toContain('stopped: too many functions failed before it')
    expect(result.summary).toContain('dark')
    expect(concealed(result, dark)).toEqual([])
  }))

test.each(['apply', 'remove'])(
  'a run of `mode: %s` that is cancelled before a dark function says that it is dark',
  (mode) =>
    inStack(async (world) => {
      const { aws, main } = world
      for (const name of ['fa', 'fb']) aws.lambda.createFunction({ name, variables: FOREIGN })
      const dark = watchEverybody(world)
      await madeDark(world, 'fb')
      await main({ functions: 'fa' })
      let child: ChildProcess | undefined
      const stop = aws.onCall(({ operation, functionName }) => {
        const isMoment = mode === 'apply' ? operation === 'Invoke' : operation === WRITE
        if (isMoment && functionName === 'fa') child?.kill('SIGTERM')
      })
      const inputs = { functions: 'fa\nfb', 'stop-after': '1', 'max-unproven': '1' }
      const step = { onStart: (started: ChildProcess) => (child = started) }
      const result = await main({ ...inputs, mode }, step)
      stop()
      expect(child).toBeDefined()
      expect(concealed(result, dark)).toEqual([])
    }),
)

const WRITE = 'UpdateFunctionConfiguration'

test('a dark function that may not be written is dark, not only blocked', () =>
  inStack(async (world) => {
    const { aws, main } = world
    aws.lambda.createFunction({ name: 'fc', variables: FOREIGN })
    const dark = watchEverybody(world)
    await madeDark(world, 'fc')
    const denied = { kind: 'error', name: 'AccessDeniedException', status: 403 } as const
    aws.faults.add({
      operation: WRITE,
      count: Infinity,
      fault: { ...denied, message: 'not authorized' },
    })
    const result = await main({ functions: 'fc' })
    expect(statusesOf(result)).toEqual(['fc: dark would-go-dark'])
    expect(detailOf(result, 'fc')).toContain('write-denied: ')
    expect(concealed(result, dark)).toEqual([])
  }))
