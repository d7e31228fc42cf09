/** Versions and aliases over the AWS SDK. */

import {
  type AliasConfiguration,
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda'
import { succeeded } from '../model/result'
import type { Alias, AliasControl, Provisioning } from '../systems/lambda/alias-control'
import { attempt, incomplete, notMade } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { fromConfiguration } from './lambda-function'
import { lambdaQuota } from './lambda-quota'
import { ownPacing, type PacedCalls } from './paced-calls'
import { withTypedAnswers } from './typed-answer'

/**
 * @param apiShare share of Lambda's control-plane quota, in (0, 1]
 * @param calls the queues that it shares with other clients of the run
 */
export function aliasControl(apiShare: number, calls: PacedCalls = ownPacing()): AliasControl {
  const inRegion = onePer((region) => ({
    client: withTypedAnswers(new LambdaClient(clientSettings(region))),
    queue: lambdaQuota(calls, region, apiShare).otherCalls,
  }))
  return {
    async alias(arn, name) {
      const { client, queue } = inRegion(arn.region)
      const answer = await attempt(() =>
        queue.read((options) =>
          client.send(new GetAliasCommand({ FunctionName: arn.text, Name: name }), options),
        ),
      )
      return answer.ok ? described(answer.value, 'GetAlias') : answer
    },

    async provisioning(arn, qualifier) {
      const { client, queue } = inRegion(arn.region)
      const answer = await attempt(() =>
        queue.read((options) =>
          client.send(
            new GetProvisionedConcurrencyConfigCommand({
              FunctionName: arn.text,
              Qualifier: qualifier,
            }),
            options,
          ),
        ),
      )
      if (!answer.ok) {
        return answer.fault.kind === 'not-found' ? succeeded({ kind: 'none' }) : answer
      }
      const provisioning = provisioningOf(answer.value.Status, answer.value.StatusReason)
      return provisioning === undefined
        ? incomplete('GetProvisionedConcurrencyConfig answered without a status')
        : succeeded(provisioning)
    },

    async publish({ arn, revisionId, codeSha256 }, atTurn) {
      const { client, queue } = inRegion(arn.region)
      const command = new PublishVersionCommand({
        FunctionName: arn.text,
        RevisionId: revisionId,
        ...(codeSha256 !== undefined && { CodeSha256: codeSha256 }),
      })
      const answer = await attempt(() => queue.write(() => client.send(command), atTurn))
      if (!answer.ok) return answer
      if (answer.value === undefined) return notMade()
      const fn = fromConfiguration(answer.value, 'unknown')
      return fn === undefined || fn.version === '$LATEST'
        ? incomplete('PublishVersion answered without a version')
        : succeeded(fn)
    },

    async move(arn, { name, revisionId }, version, atTurn) {
      const { client, queue } = inRegion(arn.region)
      const command = new UpdateAliasCommand({
        FunctionName: arn.text,
        Name: name,
        FunctionVersion: version,
        RevisionId: revisionId,
      })
      const answer = await attempt(() => queue.write(() => client.send(command), atTurn))
      if (!answer.ok) return answer
      return answer.value === undefined ? notMade() : described(answer.value, 'UpdateAlias')
    },
  }
}

function described(
  { Name, FunctionVersion, RevisionId, RoutingConfig }: AliasConfiguration,
  operation: string,
) {
  if (Name === undefined || FunctionVersion === undefined || RevisionId === undefined) {
    return incomplete(`${operation} answered without name, version or RevisionId`)
  }
  const alias: Alias = {
    name: Name,
    version: FunctionVersion,
    isWeighted: Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
    revisionId: RevisionId,
  }
  return succeeded(alias)
}

function provisioningOf(status: string | undefined, why = ''): Provisioning | undefined {
  switch (status) {
    case 'READY':
      return { kind: 'ready' }
    case 'IN_PROGRESS':
      return { kind: 'in-progress' }
    case 'FAILED':
      return { kind: 'failed', why }
    default:
      return undefined
  }
}
