/** Each permission that docs/permissions.md prints: see least-privilege.ts. */

import { testPermissions } from './least-privilege'

testPermissions()
