/** Parameter Store over the AWS SDK: no call that returns a value. Loaded only when something is asked. */

import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { PaceLimits } from '../model/pace'
import { succeeded } from '../model/result'
import type { ParameterFacts, SecretStores } from '../pipeline/preflight/secret-stores'
import { allPages } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { ownPacing, type PacedCalls } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

/** Systems Manager publishes no rate for it; it slows down by itself where this is too fast. */
const PACE: PaceLimits = { perSecond: 20, burst: 10 }

/** @param calls the queues that it shares with other clients of the run */
export function parameterStore(calls: PacedCalls = ownPacing()): Pick<SecretStores, 'parameter'> {
  const inRegion = onePer((region) => ({
    store: withTypedAnswers(new SSMClient(clientSettings(region))),
    queue: calls.queue(`ssm ${region}`, PACE),
  }))

  return {
    /** Not GetParameter: it returns the value, of plain parameters in the clear. */
    async parameter(region, name) {
      const found = await allPages('DescribeParameters', async (NextToken) => {
        const { store, queue } = inRegion(region)
        const page = await queue.read((options) =>
          store.send(
            new DescribeParametersCommand({
              ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }],
              NextToken,
            }),
            options,
          ),
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
