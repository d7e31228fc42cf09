/** Steps that only read are killed at their calls to AWS: see kill-matrix.ts. */

import { verifyDenied, verifyThroughHyperDx } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(verifyDenied)
// A part of the one above tells of most mistakes; the campaign tries this too.
if (process.env['KILLS'] !== undefined) testKills(verifyThroughHyperDx)
