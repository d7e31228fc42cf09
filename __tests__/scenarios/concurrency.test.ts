/** Others change function, role and alias in the middle of each kind of step: see concurrency-matrix.ts. */

import { testChangesOf } from './concurrency-matrix'
import {
  configure,
  deny,
  denyByPolicy,
  grant,
  planUncommented,
  publishAlias,
  publishFailingAlias,
  remove,
  removingDenyAndGrant,
  removingDenyByPolicy,
  removingRemoval,
  verifyDenied,
  verifyThroughHyperDx,
} from './step-attempts'
import { failingDeny, failingDenyByPolicy, failingGrant, failingRemove } from './way-back-attempts'

testChangesOf([
  remove,
  publishAlias,
  configure,
  deny,
  removingDenyAndGrant,
  grant,
  publishFailingAlias,
  removingRemoval,
  denyByPolicy,
  removingDenyByPolicy,
  failingRemove,
  failingDeny,
  failingDenyByPolicy,
  failingGrant,
  verifyDenied,
  verifyThroughHyperDx,
  planUncommented,
])
