/** Publishing a version, moving an alias to it and disabling logs is killed at its calls to AWS: see kill-matrix.ts. */

import { publishAlias, publishFailingAlias, publishFailingVersion } from './step-attempts'
import { testKills } from './kill-matrix'

testKills(publishAlias)
testKills(publishFailingVersion)
testKills(publishFailingAlias)
