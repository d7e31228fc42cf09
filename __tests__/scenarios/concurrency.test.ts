/** Others change function, role and alias in the middle of each kind of step: see concurrency-matrix.ts. */

import { testChangesOf } from './concurrency-matrix'
import {
  configure,
  deny,
  denyByPolicy,
  grant,
  publishAlias,
  publishFailingAlias,
  remove,
  removingDenyAndGrant,
  removingDenyByPolicy,
  removingRemoval,
} from './step-attempts'

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
])
