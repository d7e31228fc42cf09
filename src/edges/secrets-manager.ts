/** Secrets Manager over the AWS SDK: no call that returns a value. Loaded only when something is asked. */

import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { succeeded } from '../model/result'
import type { SecretStores } from '../pipeline/preflight/secret-stores'
import { attempt, incomplete } from './attempt'
import { clientSettings, onePer } from './aws-client'

export function secretsManager(): Pick<SecretStores, 'secret'> {
  const inRegion = onePer(
    (region) => new SecretsManagerClient({ ...clientSettings(region), maxAttempts: 8 }),
  )

  return {
    async secret(region, arn) {
      const answer = await attempt(() =>
        inRegion(region).send(new DescribeSecretCommand({ SecretId: arn })),
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
