/** Who the caller is: asked of STS, which needs no permission. Loaded only when it is asked. */

import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { parseArn } from '../model/arn'
import type { PaceLimits } from '../model/pace'
import { succeeded } from '../model/result'
import type { Identity } from '../pipeline/select/identity'
import { attempt, incomplete } from './attempt'
import { clientSettings } from './aws-client'
import { ownPacing, type PacedCalls } from './paced-calls'
import { insistOnAnswer, NEXT_TO_THE_WIRE } from './query-answer'
import { withTypedAnswers } from './typed-answer'

/** It is asked once. */
const PACE: PaceLimits = { perSecond: 20, burst: 5 }

/** @param calls the queues that it shares with other clients of the run */
export function identity(region: string, calls: PacedCalls = ownPacing()): Identity {
  const queue = calls.queue(`sts ${region}`, PACE)
  return {
    async whoAmI(limit) {
      const client = withTypedAnswers(new STSClient(clientSettings(region)))
      client.middlewareStack.add(insistOnAnswer(client.config.streamCollector), NEXT_TO_THE_WIRE)
      const answer = await attempt(() =>
        queue.read((options) => client.send(new GetCallerIdentityCommand({}), options), limit),
      )
      if (!answer.ok) return answer
      const arn = parseArn(answer.value.Arn ?? '')
      if (arn === undefined) return incomplete('GetCallerIdentity answered without an ARN')
      return succeeded({ account: arn.account, partition: arn.partition })
    },
  }
}
