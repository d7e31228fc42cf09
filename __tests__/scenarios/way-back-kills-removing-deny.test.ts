/** Removing after a Deny of ours and a grant is killed at its calls to AWS: see kill-matrix.ts. */

import { removingDenyAndGrant } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(removingDenyAndGrant)
