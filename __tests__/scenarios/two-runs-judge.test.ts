/** The judge of two runs finds an end to which no order of them leads, and reports that are not true. */

import { expect, test } from '@jest/globals'
import { interpretLog } from '../../local/runner/workflow-commands'
import type { StepResult } from '../../local/runner/step'
import { judgedTwoRuns, type TwoRuns, type Whole } from './two-runs-judge'

const ROTEL = 'arn:aws:lambda:us-east-1:418653438961:layer:rotel-extension-amd64:7'

function whole(layers: readonly string[], inline: readonly string[] = []): Whole {
  return {
    functions: {
      orders: {
        layers,
        variables: {},
        logFormat: 'Text',
        role: 'orders-role',
        timeoutSeconds: 3,
        aliases: {},
      },
    },
    roles: {
      'orders-role': {
        inline: Object.fromEntries(inline.map((name) => [name, '{}'])),
        attached: [],
        boundary: undefined,
      },
    },
    policies: {},
  }
}

const BARE = whole([])
const CONFIGURED = whole([ROTEL], ['deny'])

function ended(status: string, exitCode: number): StepResult {
  return {
    exitCode,
    killedBy: null,
    stdout: '',
    stderr: '',
    outputs: { functions: JSON.stringify({ functions: [{ name: 'orders', status }] }) },
    state: {},
    summary: '',
    ...interpretLog(exitCode === 0 ? '' : `::error::${status}`),
  }
}

/** `apply` while another run removes. */
function judged(more: Partial<TwoRuns>): readonly string[] {
  return judgedTwoRuns({
    orders: {
      found: BARE,
      step: CONFIGURED,
      other: BARE,
      stepThenOther: BARE,
      otherThenStep: CONFIGURED,
    },
    now: CONFIGURED,
    step: ended('instrumented', 0),
    other: { main: ended('removed', 0), post: ended('removed', 0) },
    isBeside: false,
    isSeen: true,
    ...more,
  })
}

test('what some order of the two runs leaves is right', () => {
  expect(judged({})).toEqual([])
  expect(judged({ now: BARE, isSeen: false })).toEqual([])
})

test('half of what one of them leaves, and half of what the other does, is lost', () => {
  expect(judged({ now: whole([ROTEL]) })).toEqual([
    'lost: no order of the two runs leaves this: it differs by (functions.orders.layers) or (roles.orders-role.inline)',
  ])
})

test('a step that reports success is not judged by what the other run leaves alone', () => {
  const now = whole([ROTEL], ['theirs'])
  const orders = {
    found: BARE,
    step: CONFIGURED,
    other: now,
    stepThenOther: CONFIGURED,
    otherThenStep: CONFIGURED,
  }
  expect(judged({ now, orders })).toEqual([expect.stringMatching(/^lost: /)])
  expect(judged({ now, orders, step: ended('rolled-back', 1) })).toEqual([])
})

test('the run that ended last reports what is there', () => {
  expect(judged({ now: BARE })).toEqual(['the step: instrumented, and without Rotel'])
  expect(judged({ now: BARE, isBeside: true })).toEqual([])
  expect(judged({ step: ended('removed', 0), isBeside: true })).toEqual([
    'the step: removed, and with Rotel',
    'the other run: removed, and with Rotel',
  ])
})
