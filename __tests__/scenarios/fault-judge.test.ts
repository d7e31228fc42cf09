/** The judge of the fault matrix refuses what a step might report wrongly. */

import { expect, test } from '@jest/globals'
import { HOSTILE_WORDS, injectionsIn } from '../../local/runner/injections'
import { leaksOf, namesLeak } from '../../local/runner/leaks'
import type { StepResult } from '../../local/runner/step'
import type { Attempt } from './disturbed-step'
import { isOnlyLate, misnamed, type Struck, unnamedPermission } from './fault-reasons'
import { judged } from './judged-step'
import { expectReached } from './reached'
import {
  ERROR_MESSAGE,
  inStack,
  LOG_LINE,
  PAYLOAD_VALUE,
  RESPONSE_VALUE,
  SECRETS,
} from './stack-world'
import { isConcealed } from './unchecked'
import { failingGrant } from './way-back-attempts'
import type { FoundState } from './way-back-state'

const ATTEMPT: Attempt = { title: 'a step', prepare: () => ({}) }

const stateWith = (variables: Readonly<Record<string, string>>): FoundState => ({
  functions: {
    orders: {
      layers: [],
      variables,
      logFormat: 'Text',
      role: 'arn:aws:iam::123456789012:role/orders-role',
      aliases: {},
      timeoutSeconds: 30,
    },
  },
  roles: {},
  policies: {},
})
const FOUND = stateWith({})
const WANTED = stateWith({ CLICKSTACK_LAMBDA: 'v1' })

interface Reported {
  readonly status: string
  readonly reason?: string
  readonly changed?: boolean
  readonly message?: string
  readonly summary?: string
}

function stepThatReports({
  status,
  reason,
  changed = false,
  message = 'orders',
  summary = '',
}: Reported): StepResult {
  const isGood = reason === undefined
  return {
    exitCode: isGood ? 0 : 1,
    killedBy: null,
    stdout: '',
    stderr: '',
    state: {},
    summary,
    log: [],
    masks: [],
    otherCommands: [],
    annotations: isGood ? [] : [{ level: 'error', title: '', message }],
    outputs: {
      result: isGood ? 'success' : 'failure',
      changed: String(changed),
      functions: JSON.stringify({ functions: [{ name: 'orders', status, reason, changed }] }),
    },
  }
}

const judgedAt = (now: FoundState, result: StepResult) =>
  judged(ATTEMPT, {
    result,
    found: FOUND,
    now,
    clean: { wanted: WANTED, statuses: ['orders: instrumented'] },
  })

const awsCall = (title: string, fault: Struck['fault']): Struck => ({
  kind: { title, isAws: true },
  fault,
})

test.each([
  ['refused: access denied', 'out-of-time'],
  ['refused: access denied', 'write-failed'],
  ['refused: credentials expired', 'write-denied'],
  ['answered by garbage', 'out-of-time'],
  ['throttled', 'write-denied'],
] as const)('an update of a configuration that is %s is not `%s`', (fault, reason) => {
  const struck = awsCall('lambda UpdateFunctionConfiguration', fault)
  expect(misnamed(struck, stepThatReports({ status: 'blocked', reason }), [])).toEqual([
    `blocked ${reason}, which is not what happened`,
  ])
})

test.each([
  ['refused: access denied', 'write-denied'],
  ['refused: credentials expired', 'credentials-refused'],
  ['throttled', 'out-of-time'],
  ['answered 500', 'write-failed'],
] as const)('an update of a configuration that is %s may be `%s`', (fault, reason) => {
  const struck = awsCall('lambda UpdateFunctionConfiguration', fault)
  expect(misnamed(struck, stepThatReports({ status: 'blocked', reason }), [])).toEqual([])
})

test('a way back that failed is the reason of `failed` only', () => {
  const struck = awsCall('lambda Invoke', 'answered 500')
  const reason = 'rollback-failed'
  expect(misnamed(struck, stepThatReports({ status: 'failed', reason }), [])).toEqual([])
  expect(misnamed(struck, stepThatReports({ status: 'blocked', reason }), [])).toHaveLength(1)
})

test('a step that ran out of time is tried again, and not where something else is wrong with it', () => {
  const late = 'skipped out-of-time, which is not what happened'
  expect(isOnlyLate([late])).toBe(true)
  expect(isOnlyLate([late, 'not as without the fault: orders: instrumented'])).toBe(true)
  expect(isOnlyLate([late, 'dark: orders after the post step'])).toBe(false)
  expect(isOnlyLate([late, 'canary-7f in stdout'])).toBe(false)
  expect(isOnlyLate([])).toBe(false)
})

test('a campaign that reaches nothing of what it has chosen fails', () => {
  expect(() => expectReached({ chosen: 3, tried: 0 })).toThrow()
  expect(() => expectReached({ chosen: 3, tried: 1 })).not.toThrow()
  expect(() => expectReached({ chosen: 0, tried: 0 })).not.toThrow()
})

test('a permission that is missing is named by its action', () => {
  const struck = awsCall('lambda InvokeDryRun', 'refused: access denied')
  const reason = 'invoke-denied'
  expect(unnamedPermission(struck, stepThatReports({ status: 'blocked', reason }))).toEqual([
    'lambda:InvokeFunction is not named',
  ])
  const message = 'Allow the caller lambda:InvokeFunction on the function.'
  const named = stepThatReports({ status: 'blocked', reason, message })
  expect(unnamedPermission(struck, named)).toEqual([])
})

test('a success tells what could not be asked', () => {
  const silent = stepThatReports({ status: 'instrumented' })
  expect(isConcealed('lambda ListAliases', silent)).toBe(true)
  expect(isConcealed('iam PutRolePolicy', silent)).toBe(false)
  const summary = 'Its aliases were not checked'
  expect(isConcealed('lambda ListAliases', { ...silent, summary })).toBe(false)
})

test.each([
  ['failed', FOUND, 'failed, and all is as found'],
  ['rolled-back', WANTED, 'rolled-back, and not as found'],
  ['blocked', WANTED, 'blocked, and not as found'],
  ['skipped', WANTED, 'skipped, and not as found'],
  ['dark', WANTED, 'dark, and not as found'],
  ['planned', WANTED, 'planned, and not as found'],
  ['unproven', FOUND, 'unproven, and not configured as wanted'],
  ['written', FOUND, 'written, and not as wanted'],
  ['instrumented', FOUND, 'instrumented, and not configured as wanted'],
  ['removed', FOUND, 'removed, and not configured as wanted'],
  ['unchanged', FOUND, 'unchanged, and not configured as wanted'],
  ['improved', WANTED, 'an unknown status'],
])('a function that is `%s` without being so is found out', (status, now, wrong) => {
  const changed = now !== FOUND
  const result = stepThatReports({ status, reason: 'write-failed', changed })
  expect(judgedAt(now, result).join('; ')).toContain(wrong)
})

test('`result` and `changed` are those of the exit code and of what differs', () => {
  const good = stepThatReports({ status: 'instrumented', changed: true })
  expect(judgedAt(WANTED, good)).toEqual([])
  const failure = { ...good, outputs: { ...good.outputs, result: 'failure' } }
  expect(judgedAt(WANTED, failure)).toEqual(['`result` is failure, not success'])
  const still = stepThatReports({ status: 'instrumented' })
  expect(judgedAt(WANTED, still).join()).toContain('`changed` is false, and differs')
  const busy = stepThatReports({ status: 'blocked', reason: 'write-failed', changed: true })
  expect(judgedAt(FOUND, busy)).toEqual(['`changed` is true, and nothing differs'])
})

test.each([PAYLOAD_VALUE, RESPONSE_VALUE, ERROR_MESSAGE, LOG_LINE])(
  'what functions are told and answer is looked for in each form: %s',
  (value) => {
    const job = { files: () => new Map<string, string>() }
    const showing = (message: string) =>
      leaksOf(stepThatReports({ status: 'instrumented', summary: message }), job, SECRETS)
    expect(showing('')).toEqual([])
    expect(showing(`answered ${value}`)).toContain(`${value} in summary`)
    const tail = Buffer.from(JSON.stringify({ receipt: value })).toString('base64')
    expect(showing(tail)).toContain(`${value} in summary (in base64)`)
  },
)

test('each secret that a trial has found is counted as a leak, and nothing else', () => {
  expect(SECRETS.filter((secret) => !namesLeak(`${secret} in stdout`, SECRETS))).toEqual([])
  expect(namesLeak('dark: orders after the post step', SECRETS)).toBe(false)
})

test('what others write is found where it is shown as it is: in tables, as a title, and as a mention in comments', () => {
  const shown = (text: string) =>
    injectionsIn(stepThatReports({ status: 'instrumented', summary: text })).join()
  const commented = (text: string) =>
    injectionsIn(stepThatReports({ status: 'instrumented' }), { comments: text }).join()
  expect(shown('| orders | injected-7f |')).toContain('in summary')
  expect(shown(String.raw`| orders \| injected-7f \| |`)).toBe('')
  expect(shown('# injected-7f')).toContain('in summary')
  expect(commented('planned by @injected-7f')).toContain('@injected-7f in comments')
  expect(commented('by `@injected-7f`, <code>@injected-7f</code> and &#64;injected-7f')).toBe('')
  expect(commented(HOSTILE_WORDS)).toContain('@injected-7f in comments')
})

test('a step that shows lines of a function is found out', () =>
  inStack(async (world) => {
    const inputs = await failingGrant.prepare(world)
    await expect(world.main({ ...inputs, 'show-function-logs': 'true' })).rejects.toThrow(LOG_LINE)
  }))
