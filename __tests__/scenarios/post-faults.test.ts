/** Each kind of call of the post step meets each fault: see post-faults.ts. */

import { testPostFaultsOf } from './post-faults'
import { deny, denyByPolicy, grant, publishAlias, remove, removingRemoval } from './step-attempts'

testPostFaultsOf([
  { attempt: deny, operation: 'PutRolePolicy' },
  { attempt: denyByPolicy, operation: 'AttachRolePolicy' },
  { attempt: remove, operation: 'DetachRolePolicy' },
  { attempt: grant, operation: 'UpdateFunctionConfiguration' },
  { attempt: publishAlias, operation: 'UpdateAlias' },
  { attempt: removingRemoval, operation: 'UpdateFunctionConfiguration' },
])
