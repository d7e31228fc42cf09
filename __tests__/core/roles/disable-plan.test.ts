/** What is planned about CloudWatch Logs where something could not be read. */

import { expect, test } from '@jest/globals'
import { succeeded } from '../../../src/model/result'
import { planDisabling } from '../../../src/pipeline/disable-logs/plan'
import { policySet } from '../policies/policy-sets'
import { aFunction } from '../support/functions'
import { aClock } from '../support/lambda'
import { NO_ROLES } from '../support/roles'
import { aRole, DENY } from './disabling'

const ROLE = aRole()
const FN = aFunction({ roleArn: ROLE.text })

test('where the users of a role could not be read, what kept them from it is told', async () => {
  for (const reason of ['out-of-time', 'credentials-refused', 'access-denied'] as const) {
    const refusal = { reason, detail: 'which functions share the role was not checked' }
    const plans = await planDisabling([FN], {
      settings: {
        strategy: DENY,
        acceptSharedRole: true,
        acceptLogLoss: true,
        acceptDrift: true,
        quietMs: 30_000,
        limitMs: 60_000,
        pricePerGb: 0.5,
      },
      movingAlias: () => undefined,
      lambda: { routedVersions: () => Promise.resolve(succeeded([])) },
      roles: {
        ...NO_ROLES,
        read: () => Promise.resolve(succeeded({ ...policySet([], []).role, arn: ROLE })),
        simulate: () => Promise.resolve(succeeded([])),
      },
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
        usersOf: () => Promise.resolve(refusal),
        listedWith: () => [],
      },
      ownerOf: () => 'none',
      isCarried: () => false,
      isInvoked: () => true,
      grants: new Map(),
    })
    expect(plans.get(FN.arn.text)).toEqual(refusal)
  }
})
