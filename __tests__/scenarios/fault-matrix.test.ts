/** Each kind of call of each kind of step meets each fault: see fault-matrix.ts. */

import { testFaultsOf } from './fault-matrix'
import {
  denyThroughHyperDx,
  dryRemoval,
  exportToClickHouse,
  instrumentation,
  keepOnFailure,
  planAgain,
} from './feature-attempts'
import {
  again,
  applyByTag,
  deny,
  denyByPolicy,
  grant,
  plan,
  publishAlias,
  publishFailingAlias,
  publishFailingVersion,
  remove,
  removingDenyAndGrant,
  removingDenyByPolicy,
  removeOfTwo,
  removingRemoval,
  verifyDenied,
  verifyThroughHyperDx,
} from './step-attempts'
import { failingDeny, failingDenyByPolicy, failingGrant, failingRemove } from './way-back-attempts'

testFaultsOf([
  publishAlias,
  publishFailingVersion,
  publishFailingAlias,
  { ...deny, protocol: 'http' } as const,
  denyByPolicy,
  remove,
  grant,
  verifyDenied,
  verifyThroughHyperDx,
  again,
  plan,
  applyByTag,
  removingDenyAndGrant,
  removingDenyByPolicy,
  removingRemoval,
  exportToClickHouse,
  instrumentation,
  denyThroughHyperDx,
  keepOnFailure,
  planAgain,
  dryRemoval,
  failingDeny,
  failingDenyByPolicy,
  failingRemove,
  failingGrant,
  removeOfTwo,
])
