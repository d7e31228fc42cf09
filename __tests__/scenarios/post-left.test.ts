/**
 * The post step without the right to undo anything: it changes nothing, and its summary tells what is left and how a person
 * repairs it. The commands are carried out as they are printed.
 */

import { describe, expect, test } from '@jest/globals'
import type { CallEvent } from '../../local/aws/local-aws'
import type { StepResult } from '../../local/runner/step'
import { inShell } from './aws-cli'
import { commandsIn } from './repair'
import { type Attempt, comparable, type Inputs } from './disturbed-step'
import { interruptAt, killAt, nth } from './killed-at'
import { EXPIRED, IS_WRITE } from './refused-credentials'
import { inStack, type StackWorld } from './stack-world'
import { grant, publishAlias, remove, removingDenyAndGrant } from './step-attempts'

const ANOTHER = '210987654321'

type State = StepResult['state']

/** What keeps the post step from undoing anything. */
const STRANGERS = {
  'expired credentials': async ({ aws, post }: StackWorld, state: State): Promise<StepResult> => {
    const always = aws.faults.add({ count: Infinity, fault: EXPIRED })
    const result = await post(state)
    always.remove()
    return result
  },
  'credentials of another account': async (
    world: StackWorld,
    state: State,
  ): Promise<StepResult> => {
    const other = await world.anotherAccount(ANOTHER)
    const result = await world.post(state, { env: other.env })
    expect(other.calls.all().map(({ operation }) => operation)).toEqual(['GetCallerIdentity'])
    return result
  },
}

async function killedAfter(
  { aws, main }: StackWorld,
  inputs: Inputs,
  operation: string,
): Promise<StepResult> {
  const killer = killAt(aws, 'after', nth(operation, 1))
  const killed = await main(inputs, killer)
  killer.stop()
  return killed
}

interface Step {
  readonly attempt: Attempt
  /** The write after whose work the step is killed. */
  readonly operation: string
  readonly who: keyof typeof STRANGERS
  readonly left: readonly string[]
}

/** The kill matrix tries the others. */
const STEPS: readonly Step[] = [
  {
    attempt: remove,
    operation: 'DetachRolePolicy',
    who: 'credentials of another account',
    left: ['layer added', 'policy AWSLambdaBasicExecutionRole detached'],
  },
  {
    attempt: publishAlias,
    operation: 'PutRolePolicy',
    who: 'expired credentials',
    left: ['variables added', 'alias <code>live</code> moved from version 1 to 2'],
  },
  {
    attempt: grant,
    operation: 'UpdateFunctionConfiguration',
    who: 'expired credentials',
    left: ['layer added', 'inline policy ClickStackLambda-read-secrets-'],
  },
  {
    attempt: removingDenyAndGrant,
    operation: 'UpdateFunctionConfiguration',
    who: 'expired credentials',
    left: ['layer removed', 'variables removed', 'Only the journal has the earlier values'],
  },
]

describe('a post step that may undo nothing changes nothing, and tells what is left and how to repair it', () => {
  test.concurrent.each(STEPS)(
    '$attempt.title, killed after $operation, with $who',
    ({ attempt, operation, who, left }) =>
      inStack(async (world) => {
        const { aws } = world
        const inputs = await attempt.prepare(world)
        const found = comparable(world)
        const killed = await killedAfter(world, inputs, operation)
        expect(killed.killedBy).toBe('SIGKILL')
        const written = comparable(world)
        expect(written.functions).not.toEqual(found.functions)

        aws.calls.clear()
        const result = await STRANGERS[who](world, killed.state)
        expect(result.exitCode).toBe(1)
        expect(comparable(world)).toEqual(written)
        expect(aws.calls.all().filter((call) => IS_WRITE.test(call.operation))).toEqual([])
        expect(result.summary).toContain('The post step changed nothing.')
        for (const text of ['orders', ...left]) expect(result.summary).toContain(text)

        const { output } = await inShell(aws, commandsIn(result.summary))
        const { functions } = comparable(world)
        expect({ output, functions }).toEqual({ output, functions: found.functions })
        // Log permissions that `mode: remove` restores stay restored.
        if (attempt.restoresForGood !== true) expect(comparable(world)).toEqual(found)
      }),
  )
})

test('the commands leave the right to read secrets where a function that is proven needs it', () =>
  inStack(async (world) => {
    const { aws, main } = world
    const inputs = await grant.prepare(world)
    let isInvoked = false
    aws.onWorkDone(({ operation }) => {
      if (operation === 'Invoke') isInvoked = true
    })
    // The function is finished; that the right is needed is still to be looked at.
    const isSettling = ({ operation }: CallEvent) => isInvoked && operation === 'GetRolePolicy'
    const killer = killAt(aws, 'before', isSettling)
    const killed = await main(inputs, killer)
    killer.stop()
    const written = comparable(world)
    const result = await STRANGERS['expired credentials'](world, killed.state)
    const commands = commandsIn(result.summary)
    expect(commands).toContain('delete-role-policy')
    await inShell(aws, commands)
    expect(comparable(world)).toEqual(written)
    expect(written.functions['orders']?.layers).toHaveLength(2)
  }))

test('a post step that the runner ends in the middle of its work tells what is left', () =>
  inStack(async (world) => {
    const { aws, post } = world
    const inputs = await publishAlias.prepare(world)
    const found = comparable(world)
    const killed = await killedAfter(world, inputs, 'PutRolePolicy')
    // The alias is never answered for, as on a network that is gone.
    const hanging = aws.faults.add({
      operation: 'GetAlias',
      count: Infinity,
      fault: { kind: 'hang' },
    })
    const isAsked = nth('GetAlias', 1)
    const ending = interruptAt(aws, 'before', [{ signal: 'SIGTERM', isMoment: isAsked }])
    const result = await post(killed.state, ending)
    ending.stop()
    hanging.remove()
    expect({ exitCode: result.exitCode, killedBy: result.killedBy }).toEqual({
      exitCode: 1,
      killedBy: null,
    })
    expect(result.summary).toContain('the run was cancelled')
    await inShell(aws, commandsIn(result.summary))
    expect(comparable(world)).toEqual(found)
  }))

test('the commands delete the version of a policy that a post step left whose credentials expired', () =>
  inStack(async (world) => {
    const { aws, post } = world
    const inputs = await remove.prepare(world)
    const found = comparable(world)
    const killed = await killedAfter(world, inputs, 'DetachRolePolicy')
    const expired = { operation: 'DeletePolicyVersion', count: Infinity, fault: EXPIRED }
    const always = aws.faults.add(expired)
    const result = await post(killed.state)
    always.remove()
    expect(result.exitCode).toBe(1)
    expect(aws.calls.count('SetDefaultPolicyVersion')).toBe(1)
    const { output } = await inShell(aws, commandsIn(result.summary))
    const ended = comparable(world)
    expect({ output, ended }).toEqual({ output, ended: found })
  }))
