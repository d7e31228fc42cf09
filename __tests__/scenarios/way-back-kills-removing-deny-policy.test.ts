/** Removing after an administrator’s Deny is killed at its calls to AWS: see kill-matrix.ts. */

import { removingDenyByPolicy } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(removingDenyByPolicy)
