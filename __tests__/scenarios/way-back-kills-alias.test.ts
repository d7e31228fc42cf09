/** Publishing a version, moving an alias to it and disabling logs is killed at its calls to AWS: see kill-matrix.ts. */

import { publishAlias, publishFailingAlias, publishFailingVersion } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(publishAlias)
// A part of the one above tells of most mistakes; the campaign tries these too.
if (process.env['KILLS'] !== undefined) {
  testKills(publishFailingVersion)
  testKills(publishFailingAlias)
}
