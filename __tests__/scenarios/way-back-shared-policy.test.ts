/**
 * Two functions whose rights come from one managed policy are rolled back, by one run or by two runs at once: the policy
 * ends as it was found, and no grant of ours is left.
 */

import { describe, expect, test } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { accepting } from './accepting'
import { BASIC } from './shared-roles'
import { inStack, type StackWorld } from './stack-world'
import { leftOfOurs, mayLog, stateOf, watchForDarkness } from './way-back-state'
import { FOREIGN, statusesOf } from './world'

const WRITES = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const GROUPS = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda'
const TABLE = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' }
const NAMES = ['mails', 'orders'] as const
type Name = (typeof NAMES)[number]
type Roles = 'one role' | 'two roles'

/** Several scenarios share the machine. */
const LIMIT_MS = 120_000

const allowing = (resource: string) => ({ Effect: 'Allow', Action: WRITES, Resource: resource })

/** `orders` and `mails`, each with a role of its own or both with one, and one policy on all of that. */
function seed(
  { aws }: StackWorld,
  roles: Roles,
  statements: readonly unknown[],
  names: readonly string[] = NAMES,
): string {
  const policy = aws.iam.createPolicy('logging', { Version: '2012-10-17', Statement: statements })
  for (const name of names) {
    const role = roles === 'one role' ? 'shop' : `${name}-role`
    aws.lambda.createFunction({ name, role: roleOf(aws, role, policy), variables: FOREIGN })
  }
  return policy
}

function roleOf(aws: LocalAws, name: string, policy: string): string {
  const known = aws.lambda.list().find(({ role }) => role.endsWith(`/${name}`))
  return known?.role ?? aws.iam.createRole({ name, attached: [policy] }).arn
}

describe('in one run, with one entry for both:', () => {
  test.concurrent.each<[string, Roles, readonly Name[]]>(
    (['one role', 'two roles'] as const).flatMap((roles) => [
      ['the telemetry of both is lost', roles, ['mails', 'orders']],
      ['the telemetry of orders is lost', roles, ['orders']],
      ['the telemetry of mails is lost', roles, ['mails']],
    ]),
  )(
    '%s after the policy on %s was written',
    (_, roles, losing) =>
      inStack(async (world) => {
        const { aws, main } = world
        seed(world, roles, [TABLE, allowing(`${GROUPS}/*`)])
        const found = stateOf(world)
        const dark = watchForDarkness(world)
        aws.onWorkDone(({ operation }) => {
          if (operation !== 'CreatePolicyVersion') return
          for (const name of losing) aws.lambda.blockEgress(name)
        })
        const result = await main({
          functions: NAMES.join('\n'),
          'cloudwatch-logs': 'remove',
          'verify-timeout': '8',
          ...accepting('shared-role'),
        })
        expect(statusesOf(result)).toEqual(
          NAMES.map((name) =>
            losing.includes(name)
              ? expect.stringMatching(`^${name}: rolled-back telemetry-lost`)
              : `${name}: instrumented cloudwatch-withheld`,
          ),
        )
        expect(result.exitCode).toBe(1)
        expect(stateOf(world)).toMatchObject({ roles: found.roles, policies: found.policies })
        for (const name of losing) {
          expect(stateOf(world).functions[name]).toEqual(found.functions[name])
        }
        expect(dark.moments).toEqual([])
      }),
    LIMIT_MS,
  )
})

test.concurrent(
  'in one run, with one policy on two roles that allow different things otherwise: each gets back what its own role allowed',
  () =>
    inStack(async (world) => {
      const { aws, main } = world
      const [, ...writing] = WRITES
      const base = aws.iam.createPolicy('base', {
        Version: '2012-10-17',
        Statement: [TABLE, { Effect: 'Allow', Action: writing, Resource: `${GROUPS}/*` }],
      })
      const own = allowing(`${GROUPS}/mails:*`)
      const roles = {
        mails: aws.iam.createRole({
          name: 'mails-role',
          attached: [base],
          inline: { logging: { Version: '2012-10-17', Statement: [own] } },
          boundary: aws.iam.createPolicy('only-mails', {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: `${GROUPS}/mails*` }],
          }),
        }),
        orders: aws.iam.createRole({ name: 'orders-role', attached: [BASIC, base] }),
      }
      for (const name of NAMES) {
        aws.lambda.createFunction({ name, role: roles[name].arn, variables: FOREIGN })
      }
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      aws.onWorkDone(({ operation }) => {
        if (operation === 'CreatePolicyVersion') aws.lambda.blockEgress('orders')
      })
      const result = await main({
        functions: NAMES.join('\n'),
        'cloudwatch-logs': 'remove',
        'verify-timeout': '8',
        ...accepting('shared-role'),
      })
      expect(statusesOf(result)).toEqual([
        'mails: instrumented cloudwatch-withheld',
        'orders: rolled-back telemetry-lost-after-disabling',
      ])
      expect(stateOf(world)).toMatchObject({ roles: found.roles, policies: found.policies })
      expect(stateOf(world).functions['orders']).toEqual(found.functions['orders'])
      expect(dark.moments).toEqual([])
    }),
  LIMIT_MS,
)

/** Its first write attaches Rotel, the second one starts it anew without CloudWatch Logs. */
const isDisabled = (aws: LocalAws, name: string): boolean => aws.lambda.get(name).writes > 1

/** When the logs of both are disabled, and neither was invoked since. */
function loseTelemetryOfBoth(aws: LocalAws): void {
  const areBothDisabled = () => NAMES.every((name) => isDisabled(aws, name))
  let wake = () => {}
  const bothDisabled = new Promise<void>((resolve) => {
    wake = resolve
  })
  aws.onWorkDone(() => {
    if (!areBothDisabled()) return
    for (const name of NAMES) aws.lambda.blockEgress(name)
    wake()
  })
  aws.onCall(async ({ operation, functionName = '' }) => {
    const isOneOfBoth = operation === 'Invoke' && NAMES.some((name) => name === functionName)
    if (isOneOfBoth && isDisabled(aws, functionName)) await bothDisabled
  })
}

test.concurrent.each<Roles>(['one role', 'two roles'])(
  'in one run, with a statement for each, on %s: two that lose their telemetry get exactly their own rights back',
  (roles) =>
    inStack(async (world) => {
      const { aws, main } = world
      // The first one that is proven, whatever becomes of the others.
      const all = ['audits', ...NAMES]
      const policy = seed(
        world,
        roles,
        [TABLE, ...all.map((name) => allowing(`${GROUPS}/${name}:*`))],
        all,
      )
      const found = stateOf(world)
      const dark = watchForDarkness(world)
      loseTelemetryOfBoth(aws)
      const result = await main({
        functions: all.join('\n'),
        'cloudwatch-logs': 'remove',
        'verify-timeout': '8',
        ...accepting('shared-role'),
      })
      expect(statusesOf(result)).toEqual([
        expect.stringMatching(/^audits: instrumented/),
        ...NAMES.map((name) => expect.stringMatching(`^${name}: rolled-back telemetry-lost`)),
      ])
      expect(result.exitCode).toBe(1)
      for (const name of NAMES) {
        expect(mayLog(world, name)).toBe(true)
        expect(stateOf(world).functions[name]).toEqual(found.functions[name])
      }
      expect(stateOf(world).roles).toEqual(found.roles)
      const statements = (document: string) =>
        (JSON.parse(document) as { Statement: readonly { Resource: string }[] }).Statement
      const without = (document: string | undefined) =>
        statements(document ?? '').filter(({ Resource }) => !Resource.includes('/audits'))
      const { v1 } = aws.iam.policy(policy).versions
      expect(without(aws.iam.policy(policy).document)).toEqual(without(v1))
      expect(Object.keys(aws.iam.policy(policy).versions).length).toBeLessThanOrEqual(2)
      expect(dark.moments).toEqual([])
    }),
  LIMIT_MS,
)

/** A run takes the rights of its function away (`edit`), and gives them back (`undo`). */
type Turn = `${'edit' | 'undo'} ${Name}`

const ORDERS: readonly (readonly Turn[])[] = [
  ['edit orders', 'undo orders', 'edit mails', 'undo mails'],
  ['edit orders', 'edit mails', 'undo mails', 'undo orders'],
  ['edit orders', 'edit mails', 'undo orders', 'undo mails'],
  ['edit mails', 'undo mails', 'edit orders', 'undo orders'],
  ['edit mails', 'edit orders', 'undo orders', 'undo mails'],
  ['edit mails', 'edit orders', 'undo mails', 'undo orders'],
]

/** Whoever undoes first does so while the other one's edit stands on its own. */
const isCrossed = ([first, second, third]: readonly Turn[]): boolean =>
  nameIn(first) !== nameIn(second) && nameIn(first) === nameIn(third)

const nameIn = (turn: string | undefined): string => turn?.split(' ')[1] ?? ''

/** The telemetry of a function is lost as soon as its logs are disabled and it was started anew. */
function loseTelemetry(aws: LocalAws, then: (name: Name) => void = () => undefined): void {
  aws.onWorkDone(({ operation, functionName }) => {
    const name = NAMES.find((one) => one === functionName)
    if (operation !== 'UpdateFunctionConfiguration' || name === undefined) return
    if (!isDisabled(aws, name)) return
    aws.lambda.blockEgress(name)
    then(name)
  })
}

/**
 * Lets the runs of two functions write in this order only. A run takes its rights away when its first invocation is
 * answered, restarts the function then, and gives them back when the next invocation is answered, which it is not before
 * the run's turn has come.
 */
function inTurns(aws: LocalAws, turns: readonly Turn[]) {
  const waiting = [...turns]
  const wakers = new Set<() => void>()
  const done = (turn: Turn) => {
    const index = waiting.indexOf(turn)
    if (index !== -1) waiting.splice(index, 1)
    for (const wake of wakers) wake()
  }
  aws.onCall(async ({ operation, functionName = '' }) => {
    if (operation !== 'Invoke') return
    const turn = `${isDisabled(aws, functionName) ? 'undo' : 'edit'} ${functionName}`
    while (waiting.some((one) => one === turn) && waiting[0] !== turn) {
      await new Promise<void>((resolve) => wakers.add(resolve))
    }
  })
  loseTelemetry(aws, (name) => done(`edit ${name}`))
  return {
    /** Whatever came of it, nobody waits for this run any more. */
    ended: (name: Name): void => {
      done(`edit ${name}`)
      done(`undo ${name}`)
    },
  }
}

type Released = 'the first to write goes first' | 'the last to write goes first'

/** A run that never comes to its write must not hold the other one up for ever. */
const LONGEST_HOLD_MS = 15_000

/** Holds the first write to the policy until a second one has come, so that both were computed from the same document. */
function bothReadFirst(aws: LocalAws, phase: 'edit' | 'undo', released: Released): void {
  const writes = ['CreatePolicyVersion', 'SetDefaultPolicyVersion']
  let held = 0
  let letFirstGo = () => {}
  const isPhase = () => NAMES.every((name) => isDisabled(aws, name)) === (phase === 'undo')
  const first = new Promise<void>((resolve) => {
    letFirstGo = resolve
  })
  aws.onCall(async ({ operation }) => {
    if (!writes.includes(operation) || !isPhase() || held === 2) return
    held += 1
    if (held === 1) {
      const timer = setTimeout(letFirstGo, LONGEST_HOLD_MS)
      await first
      clearTimeout(timer)
    } else if (released === 'the first to write goes first') {
      const gone = nextWrite(aws, writes)
      letFirstGo()
      await gone
    } else {
      void nextWrite(aws, writes).then(letFirstGo)
    }
  })
}

function nextWrite(aws: LocalAws, writes: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const stop = aws.onWorkDone(({ operation }) => {
      if (!writes.includes(operation)) return
      stop()
      resolve()
    })
  })
}

/** Each function is instrumented by a run of its own, loses its telemetry, and is rolled back. */
async function rollBackByTwoRuns(
  world: StackWorld,
  roles: Roles,
  disturb: (aws: LocalAws) => (name: Name) => void,
  mostVersions: number,
): Promise<void> {
  const { aws, main } = world
  const policy = seed(world, roles, [
    allowing(`${GROUPS}/orders:*`),
    TABLE,
    allowing(`${GROUPS}/mails:*`),
  ])
  const found = stateOf(world)
  const { document } = aws.iam.policy(policy)
  const dark = watchForDarkness(world)
  const ended = disturb(aws)
  const results = await Promise.all(
    NAMES.map(async (name) => {
      const result = await main({
        functions: name,
        'cloudwatch-logs': 'remove',
        'verify-timeout': '8',
        ...accepting('shared-role', 'log-loss'),
      })
      ended(name)
      return result
    }),
  )
  expect(results.flatMap(statusesOf)).toEqual(
    NAMES.map((name) => expect.stringMatching(`^${name}: rolled-back telemetry-lost`)),
  )
  expect(leftOfOurs(world)).toEqual([])
  expect(aws.iam.policy(policy).document).toBe(document)
  const { functions, roles: rights } = stateOf(world)
  expect({ functions, roles: rights }).toEqual({ functions: found.functions, roles: found.roles })
  expect(Object.keys(aws.iam.policy(policy).versions).length).toBeLessThanOrEqual(mostVersions)
  expect(dark.moments).toEqual([])
}

describe.each(['one role', 'two roles'] as const)(
  'by two runs at once, with a statement for each, on %s:',
  (roles) => {
    test.concurrent.each(ORDERS.map((turns) => [turns.join(', '), turns] as const))(
      '%s',
      (_, turns) =>
        inStack((world) =>
          rollBackByTwoRuns(
            world,
            roles,
            (aws) => inTurns(aws, turns).ended,
            // A version that is in force cannot be deleted: of two that cross, one may outlive the run that made it.
            isCrossed(turns) ? 2 : 1,
          ),
        ),
      LIMIT_MS,
    )

    test.concurrent.each<['edit' | 'undo', Released]>([
      ['edit', 'the first to write goes first'],
      ['edit', 'the last to write goes first'],
      ['undo', 'the first to write goes first'],
      ['undo', 'the last to write goes first'],
    ])(
      'both read before either writes its %s, and %s',
      (phase, released) =>
        inStack((world) =>
          rollBackByTwoRuns(
            world,
            roles,
            (aws) => {
              loseTelemetry(aws)
              bothReadFirst(aws, phase, released)
              return () => undefined
            },
            2,
          ),
        ),
      LIMIT_MS,
    )
  },
)
