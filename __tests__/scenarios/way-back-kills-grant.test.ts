/** Granting the right to read secrets is killed at its calls to AWS: see kill-matrix.ts. */

import { grant } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(grant)
