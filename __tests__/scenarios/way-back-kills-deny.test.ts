/** Disabling CloudWatch Logs by a Deny is killed at its calls to AWS: see kill-matrix.ts. */

import { deny } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(deny)
