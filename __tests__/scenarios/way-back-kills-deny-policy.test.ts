/** Disabling CloudWatch Logs by an administrator’s policy is killed at its calls to AWS: see kill-matrix.ts. */

import { denyByPolicy } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(denyByPolicy)
