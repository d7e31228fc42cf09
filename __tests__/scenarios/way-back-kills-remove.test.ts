/** Taking the log rights out of a role’s policies is killed at its calls to AWS: see kill-matrix.ts. */

import { remove } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(remove)
