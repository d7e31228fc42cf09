/**
 * The main process is killed at its AWS calls, before the call is handled and after its work is done. Then the post step
 * runs. Each function must be as it was found, or fully configured (promise P2). A plain test run kills at each fourth call,
 * and at others by each number of a workflow run; `npm run campaign:kills` kills at all of them.
 */

import { describe, expect, test } from '@jest/globals'
import type { CallListener, LocalAws } from '../../local/aws/local-aws'
import { partOf } from '../campaign/part'
import { aWorld, configurationOf, FOREIGN, inWorld, type World } from './world'

const NAMES = ['orders', 'images', 'dying']
const INPUTS = { functions: NAMES.join('\n') }

interface Configuration {
  readonly layers: readonly string[]
  readonly variables: Readonly<Record<string, string>>
}

function seed(aws: LocalAws): void {
  const own = aws.lambda.layers.publish({ name: 'team-lib' })
  const alpha = aws.lambda.layers.rotelArn({ alpha: true, version: 41 })
  aws.lambda.createFunction({
    name: 'orders',
    variables: FOREIGN,
    layers: [alpha, own],
    updateMs: 30,
  })
  aws.lambda.createFunction({
    name: 'images',
    architecture: 'arm64',
    variables: { ...FOREIGN, constructor: 'lawful' },
    updateMs: 30,
  })
  aws.lambda.createFunction({
    name: 'dying',
    runtime: 'python3.13',
    variables: FOREIGN,
    updateMs: 30,
    handler: { failure: { kind: 'exits' } },
  })
}

const configurations = (aws: LocalAws) =>
  new Map(
    NAMES.map((name): [string, Configuration] => [name, configurationOf(aws.lambda.get(name))]),
  )

/** What an undisturbed run makes of each function, and how many calls it takes. */
async function undisturbed() {
  const world = await aWorld()
  try {
    seed(world.aws)
    await world.main(INPUTS)
    const firstUpdate = world.aws.calls.of('UpdateFunctionConfiguration')[0]?.index ?? 0
    return { after: configurations(world.aws), calls: world.aws.calls.count(), firstUpdate }
  } finally {
    await world.end()
  }
}

type Moment = 'before' | 'after'

/** Runs the main step until its call `index`, kills it there, and returns what it left for the post step. */
async function killedAt({ aws, main }: World, index: number, moment: Moment) {
  let kill: () => void = () => undefined
  let dead: Promise<void> = Promise.resolve()
  const listener: CallListener = async (call) => {
    if (call.index !== index) return
    kill()
    await dead
  }
  const stop = moment === 'before' ? aws.onCall(listener) : aws.onWorkDone(listener)
  const result = await main(INPUTS, {
    onStart(child) {
      dead = new Promise((resolve) => child.on('exit', () => resolve()))
      kill = () => child.kill('SIGKILL')
    },
  })
  stop()
  return result
}

const part = partOf(process.env['KILLS'] === undefined ? undefined : 'all', 4)
const { after, calls, firstUpdate } = await undisturbed()
// Polls make the number of calls vary a little from run to run; a point that a run does not reach kills nothing.
const POINTS = Array.from({ length: calls }, (_, i) => i + 1).filter(part.has)
/** Each of two functions is read, written, polled and invoked: seven calls, and a few polls. */
const REMOVAL_POINTS = Array.from({ length: 12 }, (_, i) => i + 1).filter(part.has)

describe.each(['before', 'after'] as const)('killed %s the work of a call', (moment) => {
  test.each(POINTS)(
    'at call %i, the post step leaves each function as found or as wanted',
    (index) =>
      inWorld(async (world) => {
        const { aws, job, post } = world
        seed(aws)
        const before = configurations(aws)
        const { state } = await killedAt(world, index, moment)

        const result = await post(state)

        expect(result.exitCode).toBe(0)
        for (const name of NAMES) {
          expect([before.get(name), after.get(name)]).toContainEqual(
            configurationOf(aws.lambda.get(name)),
          )
        }
        expect([...job.files().keys()].filter((file) => file.endsWith('.journal'))).toEqual([])
      }),
  )

  test.each(POINTS)('at call %i, what somebody else changes before the post step stays', (index) =>
    inWorld(async (world) => {
      const { aws, post } = world
      seed(aws)
      const before = configurations(aws)
      const { state } = await killedAt(world, index, moment)
      const theirs = aws.lambda.layers.publish({ name: 'theirs' })
      for (const name of NAMES) {
        const { layers, variables } = aws.lambda.get(name)
        aws.lambda.changeAsSomebodyElse(name, {
          layers: [...layers, theirs],
          variables: { ...variables, THEIRS: 'stays' },
        })
      }

      const result = await post(state)

      expect(result.exitCode).toBe(0)
      for (const name of NAMES) {
        const { layers, variables } = aws.lambda.get(name)
        expect(layers).toContain(theirs)
        const { THEIRS, ...rest } = variables
        expect(THEIRS).toBe('stays')
        const withoutTheirs = { layers: layers.filter((arn) => arn !== theirs), variables: rest }
        expect([before.get(name), after.get(name)]).toContainEqual(withoutTheirs)
      }
    }),
  )
})

describe('killed while removing', () => {
  test.each(REMOVAL_POINTS)(
    'at call %i, the post step leaves each function configured or as it was before all of this',
    (nth) =>
      inWorld(async ({ aws, job, main, post }) => {
        const names = ['orders', 'images']
        for (const name of names) {
          aws.lambda.createFunction({ name, variables: FOREIGN, updateMs: 30 })
        }
        const before = names.map((name) => configurationOf(aws.lambda.get(name)))
        const inputs = { functions: names.join('\n'), 'log-format': 'json' }
        await main(inputs)
        const configured = names.map((name) => configurationOf(aws.lambda.get(name)))

        let calls = 0
        let kill: () => void = () => undefined
        let dead: Promise<void> = Promise.resolve()
        aws.onWorkDone(async () => {
          if (++calls !== nth) return
          kill()
          await dead
        })
        const { state } = await main(
          { mode: 'remove', functions: names.join('\n') },
          {
            onStart(child) {
              dead = new Promise((resolve) => child.on('exit', () => resolve()))
              kill = () => child.kill('SIGKILL')
            },
          },
        )
        const result = await post(state)

        expect(result.exitCode).toBe(0)
        for (const [index, name] of names.entries()) {
          const now = aws.lambda.get(name)
          expect([before[index], configured[index]]).toContainEqual(configurationOf(now))
          const isConfigured = now.layers.length > 0
          expect(now.logFormat).toBe(isConfigured ? 'JSON' : 'Text')
        }
        expect([...job.files().keys()].filter((file) => file.endsWith('.journal'))).toEqual([])
      }),
  )
})

describe('ended by the runner', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'after %s during an invocation, main itself puts the function back',
    (signal) =>
      inWorld(async ({ aws, job, main, post }) => {
        const before = aws.lambda.createFunction({
          name: 'slow',
          variables: FOREIGN,
          handler: { realMs: 20_000 },
        })
        let interrupt: () => void = () => undefined
        aws.onCall(({ operation }) => {
          if (operation === 'Invoke') interrupt()
        })
        const result = await main(
          { functions: 'slow' },
          { onStart: (child) => (interrupt = () => child.kill(signal)) },
        )
        expect(result.exitCode).toBe(1)
        expect(configurationOf(aws.lambda.get('slow'))).toEqual(configurationOf(before))
        expect(result.outputs['result']).toBe('failure')
        expect(result.summary).toContain('cancelled')
        expect([...job.files().keys()].filter((file) => file.endsWith('.journal'))).toEqual([])
        aws.calls.clear()
        expect((await post(result.state)).exitCode).toBe(0)
        expect(aws.calls.count()).toBe(0)
      }),
  )
})

describe('the post step', () => {
  test('touches nothing with credentials of another account', () =>
    inWorld(async (world) => {
      const { aws, post } = world
      seed(aws)
      const killed = await killedAt(world, firstUpdate, 'after')
      const left = configurations(aws)
      aws.caller.become({
        arn: 'arn:aws:sts::999999999999:assumed-role/other/session',
        userId: 'AROAOTHER:session',
      })
      const result = await post(killed.state)
      expect(result.exitCode).toBe(1)
      expect(result.annotations.map(({ message }) => message).join()).toContain('999999999999')
      expect(configurations(aws)).toEqual(left)
    }))

  test('after a main step that came to its end, makes no call at all', () =>
    inWorld(async ({ aws, main, post }) => {
      aws.lambda.createFunction({ name: 'orders' })
      const { state } = await main({ functions: 'orders' })
      aws.calls.clear()
      const result = await post(state)
      expect(result.exitCode).toBe(0)
      expect(aws.calls.count()).toBe(0)
    }))

  test('without a main step, does nothing', () =>
    inWorld(async ({ aws, post }) => {
      const result = await post({})
      expect(result.exitCode).toBe(0)
      expect(aws.calls.count()).toBe(0)
    }))
})
