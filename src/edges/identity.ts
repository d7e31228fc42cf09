/** Who the caller is: asked of STS, which needs no permission. Loaded only when it is asked. */

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { parseArn } from '../model/arn'
import { succeeded } from '../model/result'
import type { Identity } from '../pipeline/select/identity'
import { attempt, incomplete } from './attempt'
import { clientSettings } from './aws-client'
import { insistOnAnswer, NEXT_TO_THE_WIRE } from './query-answer'

export function identity(region: string): Identity {
  return {
    async whoAmI() {
      const client = new STSClient({ ...clientSettings(region), maxAttempts: 8 })
      client.middlewareStack.add(insistOnAnswer(client.config.streamCollector), NEXT_TO_THE_WIRE)
      const answer = await attempt(() => client.send(new GetCallerIdentityCommand({})))
      if (!answer.ok) return answer
      const arn = parseArn(answer.value.Arn ?? '')
      if (arn === undefined) return incomplete('GetCallerIdentity answered without an ARN')
      return succeeded({ account: arn.account, partition: arn.partition })
    },
  }
}
