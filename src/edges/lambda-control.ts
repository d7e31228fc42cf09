/** Lambda's control plane over the AWS SDK. */

import {
  GetCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetLayerVersionByArnCommand,
  LambdaClient,
  ListFunctionsCommand,
  type FunctionConfiguration,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import type { LambdaFunction } from '../model/lambda-function'
import { type AwsFault, type Result, succeeded } from '../model/result'
import type { LambdaControl } from '../ports'
import { awsFault } from './aws-fault'
import { clientSettings } from './aws-client'
import { fromConfiguration } from './lambda-function'
import { type LambdaQuota, lambdaQuota } from './lambda-quota'

/** @param apiShare share of Lambda's control-plane quota, in (0, 1] */
export function lambdaControl(apiShare: number): LambdaControl {
  const regions = new Map<string, { client: LambdaClient; quota: LambdaQuota }>()
  const inRegion = (region: string) => {
    const known = regions.get(region)
    if (known) return known
    const fresh = {
      client: new LambdaClient({ ...clientSettings(region), maxAttempts: 8 }),
      quota: lambdaQuota(apiShare),
    }
    regions.set(region, fresh)
    return fresh
  }
  const layers = new Map<string, Promise<Result<true>>>()

  return {
    async list(region) {
      const { client, quota } = inRegion(region)
      const functions: LambdaFunction[] = []
      let marker: string | undefined
      do {
        const input = { MaxItems: 50, ...(marker === undefined ? {} : { Marker: marker }) }
        const page = await attempt(() =>
          quota.otherCalls.add(() => client.send(new ListFunctionsCommand(input))),
        )
        if (!page.ok) return page
        for (const configuration of page.value.Functions ?? []) {
          const fn = fromConfiguration(configuration, 'unknown')
          if (fn === undefined) return incomplete('ListFunctions')
          functions.push(fn)
        }
        marker = page.value.NextMarker
      } while (marker !== undefined)
      return succeeded(functions)
    },

    async get(region, nameOrArn) {
      const { client, quota } = inRegion(region)
      const answer = await attempt(() =>
        quota.getFunction.add(() =>
          client.send(new GetFunctionCommand({ FunctionName: nameOrArn })),
        ),
      )
      if (!answer.ok) return answer
      const reserved = answer.value.Concurrency?.ReservedConcurrentExecutions
      return described(answer.value.Configuration, reserved, 'GetFunction')
    },

    async update(arn, update, atTurn) {
      const { client, quota } = inRegion(arn.region)
      const command = new UpdateFunctionConfigurationCommand({
        FunctionName: arn.text,
        RevisionId: update.revisionId,
        ...(update.layers && { Layers: [...update.layers] }),
        // The other members of LoggingConfig stay: Lambda merges them (recorded).
        ...(update.logFormat && { LoggingConfig: { LogFormat: update.logFormat } }),
        ...(update.variables && {
          Environment: { Variables: Object.fromEntries(update.variables) },
        }),
      })
      const answer = await attempt(() =>
        quota.otherCalls.add(async () => (atTurn() ? client.send(command) : undefined)),
      )
      if (!answer.ok) return answer
      if (answer.value === undefined) return notMade()
      return described(answer.value, 'unknown', 'UpdateFunctionConfiguration')
    },

    layerReadable(region, layerArn) {
      const key = `${region} ${layerArn}`
      const known = layers.get(key)
      if (known) return known
      const { client, quota } = inRegion(region)
      const asked = attempt(() =>
        quota.otherCalls.add(() => client.send(new GetLayerVersionByArnCommand({ Arn: layerArn }))),
      ).then((answer) => (answer.ok ? succeeded<true>(true) : answer))
      layers.set(key, asked)
      return asked
    },

    async enforcesCodeSigning(arn) {
      const { client, quota } = inRegion(arn.region)
      const attached = await attempt(() =>
        quota.otherCalls.add(() =>
          client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: arn.text })),
        ),
      )
      if (!attached.ok) return attached
      const configuration = attached.value.CodeSigningConfigArn
      // A function without a configuration is answered 200 with an empty body (recorded).
      if (!configuration) return succeeded(false)
      const policy = await attempt(() =>
        quota.otherCalls.add(() =>
          client.send(new GetCodeSigningConfigCommand({ CodeSigningConfigArn: configuration })),
        ),
      )
      if (!policy.ok) return policy
      const action = policy.value.CodeSigningConfig?.CodeSigningPolicies
      return succeeded(action?.UntrustedArtifactOnDeployment === 'Enforce')
    },
  }
}

async function attempt<T>(call: () => Promise<T>): Promise<Result<T>> {
  try {
    return succeeded(await call())
  } catch (thrown) {
    return { ok: false, fault: awsFault(thrown) }
  }
}

function described(
  configuration: FunctionConfiguration | undefined,
  reserved: LambdaFunction['reservedConcurrency'],
  operation: string,
): Result<LambdaFunction> {
  const fn = configuration && fromConfiguration(configuration, reserved)
  return fn ? succeeded(fn) : incomplete(operation)
}

function notMade(): { readonly ok: false; readonly fault: AwsFault } {
  return {
    ok: false,
    fault: {
      kind: 'aborted',
      code: 'NotMade',
      text: 'the call was not made',
      mayHaveLanded: false,
    },
  }
}

function incomplete(operation: string): { readonly ok: false; readonly fault: AwsFault } {
  return {
    ok: false,
    fault: {
      kind: 'unavailable',
      code: 'IncompleteAnswer',
      text: `${operation} answered without a function’s ARN or RevisionId`,
      mayHaveLanded: true,
    },
  }
}
