/** Who the caller is: asked of STS, which needs no permission. The client is loaded only when it is asked. */

import { succeeded } from '../model/result'
import type { Identity } from '../pipeline/select/identity'
import { clientSettings } from './aws-client'
import { awsFault } from './aws-fault'

export function identity(region: string): Identity {
  return {
    async whoAmI() {
      try {
        const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
        const client = new STSClient({ ...clientSettings(region), maxAttempts: 8 })
        const answer = await client.send(new GetCallerIdentityCommand({}))
        const [, partition = '', , , account = ''] = (answer.Arn ?? '').split(':')
        return succeeded({ account: answer.Account ?? account, partition })
      } catch (thrown) {
        return { ok: false, fault: awsFault(thrown) }
      }
    },
  }
}
