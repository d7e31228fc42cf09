/** Giving the log rights back to a role’s policies is killed at its calls to AWS: see kill-matrix.ts. */

import { removingRemoval } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(removingRemoval)
