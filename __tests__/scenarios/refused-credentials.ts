/** What AWS answers when the token of the credentials has expired, and which calls are writes. */

import type { Fault } from '../../local/aws/local-aws'

export const EXPIRED: Fault = {
  kind: 'error',
  name: 'ExpiredToken',
  status: 403,
  message: 'The security token included in the request is expired',
}

export const IS_WRITE = /^(Update|Put|Delete|Attach|Detach|Create|Set|Publish)/
