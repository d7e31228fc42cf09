/** What is planned about CloudWatch Logs: where something could not be read, and where rights are restored first. */

import { describe, expect, test } from '@jest/globals'
import { succeeded } from '../../../src/model/result'
import { type DisableInspection, planDisabling } from '../../../src/pipeline/disable-logs/plan'
import type { DisableStrategy } from '../../../src/pipeline/roles/strategy'
import { grantLogsDocument, ownedPolicyName } from '../../../src/systems/iam/owned-policy'
import { type Ownership, writeMarker } from '../../../src/model/ownership'
import { policySet, WRITES } from '../policies/policy-sets'
import { aFunction } from '../support/functions'
import { aClock } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { allowing, aRole, aWriter, DENY, documentOf, onRole, REMOVE } from './disabling'
import { lateIam } from './late-iam'

const ROLE = aRole()
const FN = aFunction({ roleArn: ROLE.text })

/** What reading tells of functions that nothing but `given` speaks against. */
function inspection(
  given: Partial<DisableInspection> & Pick<DisableInspection, 'roles'>,
  strategy: DisableStrategy = DENY,
): DisableInspection {
  return {
    settings: {
      strategy,
      acceptSharedRole: true,
      acceptLogLoss: true,
      acceptDrift: true,
      quietMs: 30_000,
      limitMs: 60_000,
      pricePerGb: 0.5,
    },
    movingAlias: () => undefined,
    lambda: { routedVersions: () => Promise.resolve(succeeded([])) },
    groups: {
      facts: () => Promise.resolve(succeeded(undefined)),
      streamsSince: () => Promise.resolve(succeeded([])),
      eventsWith: () => Promise.resolve(succeeded(0)),
      newestEvents: () => Promise.resolve(succeeded([])),
      ingestedBytes: () => Promise.resolve(succeeded(0)),
    },
    clock: aClock(),
    users: {
      regions: [FN.arn.region],
      usersOf: () => Promise.resolve([]),
      listedWith: () => [],
    },
    ownerOf: () => 'none',
    isCarried: () => false,
    isInvoked: () => true,
    grants: new Map(),
    ...given,
  }
}

test('where the users of a role could not be read, what kept them from it is told', async () => {
  for (const reason of ['out-of-time', 'credentials-refused', 'access-denied'] as const) {
    const refusal = { reason, detail: 'which functions share the role was not checked' }
    const context = inspection({
      roles: {
        ...NO_ROLES,
        read: () => Promise.resolve(succeeded({ ...policySet([], []).role, arn: ROLE })),
        simulate: () => Promise.resolve(succeeded([])),
      },
      users: {
        regions: [FN.arn.region],
        usersOf: () => Promise.resolve(refusal),
        listedWith: () => [],
      },
    })
    expect((await planDisabling([FN], context)).get(FN.arn.text)).toEqual(refusal)
  }
})

describe('`remove` for a function from which an earlier run has removed the rights, and somebody Rotel', () => {
  const REMOVED = { removed: true, denied: undefined, hadNone: false } as const
  const GRANT = ownedPolicyName('grant-logs', FN.arn)
  const GROUP = aWriter('orders', ROLE).group

  async function edits(logs: Ownership['logs'], ...inline: readonly string[]) {
    const marker = writeMarker({ variables: ['ROTEL_ENDPOINT'], layers: [], logs }) ?? ''
    const fn = aFunction({ roleArn: ROLE.text, variables: { CLICKSTACK_LAMBDA: marker } })
    const roles = lateIam([onRole(ROLE, ...inline)], { clock: aClock() })
    const plan = (await planDisabling([fn], inspection({ roles }, REMOVE))).get(fn.arn.text)
    if (plan === undefined || 'reason' in plan) throw new Error(plan?.detail)
    return plan.unit.changes.map(({ edit }) => edit)
  }

  test('the grant that restores them first is planned to be withdrawn', async () => {
    expect(await edits(REMOVED)).toEqual([
      { kind: 'delete-inline', policy: GRANT, before: grantLogsDocument(GROUP) },
    ])
  })

  test.each<[string, Ownership['logs']]>([
    ['it had none before', { ...REMOVED, hadNone: true }],
    ['no run has removed any', undefined],
  ])('no grant is expected where %s', async (_, logs) => {
    expect(await edits(logs)).toEqual([])
  })

  test('no grant is expected where somebody has restored them', async () => {
    const planned = await edits(REMOVED, documentOf(allowing(WRITES, '*')))
    expect(planned).toEqual([expect.objectContaining({ policy: 'inline-0' })])
  })
})
