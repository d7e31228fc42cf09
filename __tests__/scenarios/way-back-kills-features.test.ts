/** Steps with further features are interrupted: see kill-matrix.ts. A plain test run has one of them, by its number. */

import { partOf } from '../campaign/part'
import { exportToClickHouse, keepOnFailure } from './feature-attempts'
import { testKills } from './kill-matrix'
import { again, applyByTag, configure, plan } from './step-attempts'

const attempts = [again, plan, applyByTag, configure, exportToClickHouse, keepOnFailure]
const part = partOf(process.env['KILLS'] === undefined ? undefined : 'all', attempts.length)
for (const attempt of attempts.filter((_, at) => part.has(at))) testKills(attempt)
