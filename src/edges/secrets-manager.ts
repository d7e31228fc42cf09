/** Secrets Manager over the AWS SDK: no call that returns a value. Loaded only when something is asked. */

import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { PaceLimits } from '../model/pace'
import { succeeded } from '../model/result'
import type { SecretStores } from '../pipeline/preflight/secret-stores'
import { attempt, incomplete } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { ownPacing, type PacedCalls } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

/** Far below the quota of Secrets Manager, and as much as is ever needed. */
const PACE: PaceLimits = { perSecond: 40, burst: 20 }

/** @param calls the queues that it shares with other clients of the run */
export function secretsManager(calls: PacedCalls = ownPacing()): Pick<SecretStores, 'secret'> {
  const inRegion = onePer((region) => ({
    store: withTypedAnswers(new SecretsManagerClient(clientSettings(region))),
    queue: calls.queue(`secretsmanager ${region}`, PACE),
  }))

  return {
    async secret(region, arn) {
      const { store, queue } = inRegion(region)
      const answer = await attempt(() =>
        queue.read((options) => store.send(new DescribeSecretCommand({ SecretId: arn }), options)),
      )
      if (!answer.ok) return answer.fault.kind === 'not-found' ? succeeded(undefined) : answer
      const { ARN, DeletedDate, KmsKeyId, VersionIdsToStages } = answer.value
      if (ARN === undefined) return incomplete('DescribeSecret answered without an ARN')
      const labels = Object.values(VersionIdsToStages ?? {}).flat()
      return succeeded({
        arn: ARN,
        scheduledForDeletion: DeletedDate !== undefined,
        hasCurrentVersion: labels.includes('AWSCURRENT'),
        kmsKey: KmsKeyId,
      })
    },
  }
}
