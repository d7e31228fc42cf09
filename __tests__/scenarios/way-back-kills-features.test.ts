/**
 * Steps with further features, and the rollback of those that fail with roles edited already, are interrupted: see
 * kill-matrix.ts. A plain test run has one of them, by its number.
 */

import { partOf } from '../campaign/part'
import {
  denyThroughHyperDx,
  dryRemoval,
  exportToClickHouse,
  instrumentation,
  keepOnFailure,
  planAgain,
} from './feature-attempts'
import { testKills } from './kill-matrix'
import { again, applyByTag, configure, plan, removeOfTwo } from './step-attempts'
import { failingDeny, failingDenyByPolicy, failingGrant, failingRemove } from './way-back-attempts'

const attempts = [
  again,
  plan,
  applyByTag,
  configure,
  exportToClickHouse,
  keepOnFailure,
  failingDeny,
  failingDenyByPolicy,
  failingRemove,
  failingGrant,
  removeOfTwo,
  instrumentation,
  denyThroughHyperDx,
  planAgain,
  dryRemoval,
]
const part = partOf(process.env['KILLS'] === undefined ? undefined : 'all', attempts.length)
for (const attempt of attempts.filter((_, at) => part.has(at))) testKills(attempt)
