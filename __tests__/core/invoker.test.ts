/** Who is invoked when: invocations share their slots. */

import { expect, test } from '@jest/globals'
import { succeeded } from '../../src/model/result'
import { invoker } from '../../src/pipeline/rollout/invoker'
import type { InvokeFault } from '../../src/pipeline/smoke-test/invocation'
import { aFunction } from './support/functions'
import { aClock, ENDLESS } from './support/lambda'

const THROTTLED: InvokeFault = { kind: 'throttled', reserved: false, text: '' }

const INVOCATION = {
  requestId: 'id',
  executedVersion: '$LATEST',
  functionError: undefined,
  errorType: undefined,
  exitStatus: undefined,
  tail: '',
}

/** One slot for all. @param answer `undefined`: it runs */
function inOneSlot(answer: (name: string, attempt: number) => InvokeFault | undefined) {
  const clock = aClock()
  const calls: string[] = []
  const invoke = invoker({
    settings: {
      smokeTest: {
        when: 'always',
        payload: { kind: 'json', text: '{}' },
        payloads: [],
        acceptFunctionErrors: false,
        concurrency: 1,
        showFunctionLogs: false,
        qualifier: undefined,
      },
    },
    invokes: () => true,
    run: { signal: ENDLESS, rollbackSignal: ENDLESS, halted: () => undefined },
    outside: {
      clock,
      invoke: {
        invoke({ arn: { name } }) {
          calls.push(name)
          const fault = answer(name, calls.filter((one) => one === name).length)
          if (fault) return Promise.resolve({ ok: false, fault })
          return Promise.resolve(succeeded({ ...INVOCATION, endedAt: clock.now() }))
        },
        mayInvoke: () => Promise.resolve(succeeded(true)),
      },
    },
  })
  const invoked = (name: string) => {
    const fn = aFunction({ name })
    return invoke(fn, true)?.(fn)
  }
  return { invoked, calls }
}

test('a function that is throttled again and again keeps no other from being invoked', async () => {
  const { invoked, calls } = inOneSlot((name, attempt) =>
    name === 'stuck' && attempt < 50 ? THROTTLED : undefined,
  )
  await Promise.all([invoked('stuck'), invoked('other')])
  expect(calls.slice(0, 2)).toEqual(['stuck', 'other'])
  expect(calls).toHaveLength(51)
})
