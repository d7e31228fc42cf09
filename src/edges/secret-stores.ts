/** Secrets Manager and Parameter Store over the AWS SDK: no call that returns a value. Clients are loaded when asked. */

import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SSMClient } from '@aws-sdk/client-ssm'
import { succeeded } from '../model/result'
import type { ParameterFacts, SecretStores } from '../pipeline/preflight/secret-stores'
import { allPages, attempt, incomplete } from './attempt'
import { clientSettings } from './aws-client'

export function secretStores(): SecretStores {
  const secretsManagers = new Map<string, Promise<SecretsManagerClient>>()
  const secretsManager = (region: string): Promise<SecretsManagerClient> => {
    const known = secretsManagers.get(region)
    if (known) return known
    const fresh = import('@aws-sdk/client-secrets-manager').then(
      ({ SecretsManagerClient }) =>
        new SecretsManagerClient({ ...clientSettings(region), maxAttempts: 8 }),
    )
    secretsManagers.set(region, fresh)
    return fresh
  }
  const parameterStores = new Map<string, Promise<SSMClient>>()
  const parameterStore = (region: string): Promise<SSMClient> => {
    const known = parameterStores.get(region)
    if (known) return known
    const fresh = import('@aws-sdk/client-ssm').then(
      ({ SSMClient }) => new SSMClient({ ...clientSettings(region), maxAttempts: 8 }),
    )
    parameterStores.set(region, fresh)
    return fresh
  }

  return {
    async secret(region, arn) {
      const answer = await attempt(async () => {
        const { DescribeSecretCommand } = await import('@aws-sdk/client-secrets-manager')
        const client = await secretsManager(region)
        return client.send(new DescribeSecretCommand({ SecretId: arn }))
      })
      if (!answer.ok) return answer.fault.kind === 'not-found' ? succeeded(undefined) : answer
      const { ARN, DeletedDate, KmsKeyId, VersionIdsToStages } = answer.value
      if (ARN === undefined) return incomplete('DescribeSecret answered without an ARN')
      const labels = Object.values(VersionIdsToStages ?? {}).flat()
      return succeeded({
        arn: ARN,
        scheduledForDeletion: DeletedDate !== undefined,
        hasCurrentVersion: labels.includes('AWSCURRENT'),
        kmsKey: ownKey(KmsKeyId, 'alias/aws/secretsmanager'),
      })
    },

    /** Not GetParameter: it returns the value, of plain parameters in the clear. */
    async parameter(region, name) {
      const found = await allPages(async (NextToken) => {
        const { DescribeParametersCommand } = await import('@aws-sdk/client-ssm')
        const client = await parameterStore(region)
        const page = await client.send(
          new DescribeParametersCommand({
            ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
            NextToken,
          }),
        )
        const exact = page.Parameters?.filter(({ Name }) => Name === name) ?? []
        return { items: exact, next: exact.length > 0 ? undefined : page.NextToken }
      })
      if (!found.ok) return found
      const [parameter] = found.value
      if (parameter === undefined) return succeeded(undefined)
      return succeeded<ParameterFacts>({
        name,
        type: typeOf(parameter.Type),
        kmsKey: ownKey(parameter.KeyId, 'alias/aws/ssm'),
      })
    },
  }
}

/** The service's own key is shown by its alias, or not at all. */
function ownKey(key: string | undefined, alias: string): string | undefined {
  return key === undefined || key === alias || key.endsWith(`:${alias}`) ? undefined : key
}

function typeOf(type: string | undefined): ParameterFacts['type'] {
  return type === 'String' || type === 'StringList' || type === 'SecureString' ? type : 'unknown'
}
