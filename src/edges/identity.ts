/** Who the caller is: asked of STS, which needs no permission. The client is loaded only when it is asked. */

import { parseArn } from '../model/arn'
import { succeeded } from '../model/result'
import type { Identity } from '../pipeline/select/identity'
import { incomplete } from './attempt'
import { clientSettings } from './aws-client'
import { awsFault } from './aws-fault'

export function identity(region: string): Identity {
  return {
    async whoAmI() {
      try {
        const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
        const client = new STSClient({ ...clientSettings(region), maxAttempts: 8 })
        const answer = await client.send(new GetCallerIdentityCommand({}))
        const arn = parseArn(answer.Arn ?? '')
        if (arn === undefined) return incomplete('GetCallerIdentity answered without an ARN')
        return succeeded({ account: arn.account, partition: arn.partition })
      } catch (thrown) {
        return { ok: false, fault: awsFault(thrown) }
      }
    },
  }
}
