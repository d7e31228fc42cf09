/** Parameter Store over the AWS SDK: no call that returns a value. Loaded only when something is asked. */

import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm'
import { succeeded } from '../model/result'
import type { ParameterFacts, SecretStores } from '../pipeline/preflight/secret-stores'
import { allPages } from './attempt'
import { clientSettings, onePer } from './aws-client'

export function parameterStore(): Pick<SecretStores, 'parameter'> {
  const inRegion = onePer((region) => new SSMClient({ ...clientSettings(region), maxAttempts: 8 }))

  return {
    /** Not GetParameter: it returns the value, of plain parameters in the clear. */
    async parameter(region, name) {
      const found = await allPages('DescribeParameters', async (NextToken) => {
        const page = await inRegion(region).send(
          new DescribeParametersCommand({
            ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
            NextToken,
          }),
        )
        const exact = page.Parameters?.filter(({ Name }) => Name === name)
        return { items: exact, next: exact?.[0] === undefined ? page.NextToken : undefined }
      })
      if (!found.ok) return found
      const [parameter] = found.value
      if (parameter === undefined) return succeeded(undefined)
      return succeeded<ParameterFacts>({
        name,
        type: typeOf(parameter.Type),
        kmsKey: parameter.KeyId,
      })
    },
  }
}

function typeOf(type: string | undefined): ParameterFacts['type'] {
  return type === 'String' || type === 'StringList' || type === 'SecureString' ? type : 'unknown'
}
