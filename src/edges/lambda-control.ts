/** Lambda's control plane over the AWS SDK. */

import {
  GetCodeSigningConfigCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetLayerVersionByArnCommand,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListProvisionedConcurrencyConfigsCommand,
  ListVersionsByFunctionCommand,
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda'
import type { FunctionArn, LambdaFunction } from '../systems/lambda/lambda-function'
import type { Clock } from '../model/clock'
import { type AwsFault, type Result, succeeded } from '../model/result'
import type { LayerVersion, ListedVersion, LambdaControl } from '../systems/lambda/lambda-control'
import { routedVersions } from '../systems/lambda/routed-versions'
import { allPages, attempt, eachPage, incomplete, notMade } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { systemClock } from './clock'
import type { ObservedLambdaClock } from './lambda-clock'
import { ownPacing, type PacedCalls } from './paced-calls'
import { fromConfiguration, tagsOf } from './lambda-function'
import { lambdaQuota } from './lambda-quota'
import { versionsRouted } from './lambda-routes'
import { withTypedAnswers } from './typed-answer'

/**
 * @param apiShare share of Lambda's control-plane quota, in (0, 1]
 * @param calls the queues that it shares with other clients of the run
 * @param time learns Lambda's time from the answers
 * @param clock tells how old an answer is that is used again
 */
export function lambdaControl(
  apiShare: number,
  calls: PacedCalls = ownPacing(),
  time?: ObservedLambdaClock,
  clock: Clock = systemClock,
): LambdaControl {
  const inRegion = onePer((region) => {
    const client = withTypedAnswers(new LambdaClient(clientSettings(region)))
    time?.observe(client)
    return { client, quota: lambdaQuota(calls, region, apiShare) }
  })
  const layers = new Map<string, Promise<Result<LayerVersion>>>()
  const mappings = new Map<string, EventSources>()
  // All of the region: Lambda does not document whether a filter by function includes its aliases and versions.
  const eventSources = async (region: string, since: number) => {
    const known = mappings.get(region)
    if (known && known.readAt >= since) return known.answer
    const readAt = clock.now()
    const { client, quota } = inRegion(region)
    const asked = allPages('ListEventSourceMappings', async (Marker) => {
      const page = await quota.otherCalls.read((options) =>
        client.send(new ListEventSourceMappingsCommand({ MaxItems: 100, Marker }), options),
      )
      const sources = page.EventSourceMappings?.map((source) =>
        source.FunctionArn === undefined ? undefined : source,
      )
      return { items: sources, next: page.NextMarker }
    })
    const reading: EventSources = { readAt, answer: asked }
    mappings.set(region, reading)
    const answer = await asked
    // A later reading may have taken its place.
    if (!answer.ok && mappings.get(region) === reading) mappings.delete(region)
    return answer
  }

  const get: LambdaControl['get'] = async (region, nameOrArn, qualifier) => {
    const { client, quota } = inRegion(region)
    const command = new GetFunctionCommand({
      FunctionName: nameOrArn,
      ...(qualifier !== undefined && { Qualifier: qualifier }),
    })
    const answer = await attempt(() =>
      quota.getFunction.read((options) => client.send(command, options)),
    )
    if (!answer.ok) return answer
    const reserved = answer.value.Concurrency?.ReservedConcurrentExecutions
    return described(answer.value.Configuration, reserved, 'GetFunction', tagsOf(answer.value))
  }

  const versionsOf = (arn: FunctionArn) => {
    const { client, quota } = inRegion(arn.region)
    return allPages('ListVersionsByFunction', async (Marker) => {
      const input = { FunctionName: arn.text, MaxItems: 50, Marker }
      const page = await quota.otherCalls.read((options) =>
        client.send(new ListVersionsByFunctionCommand(input), options),
      )
      return { items: page.Versions?.map(listedVersion), next: page.NextMarker }
    })
  }

  const routes: LambdaControl['routes'] = async (arn, since = -Infinity) => {
    const { client, quota } = inRegion(arn.region)
    const FunctionName = arn.text
    const [aliases, provisioned, sources] = await Promise.all([
      allPages('ListAliases', async (Marker) => {
        const page = await quota.otherCalls.read((options) =>
          client.send(new ListAliasesCommand({ FunctionName, MaxItems: 50, Marker }), options),
        )
        const all = page.Aliases?.map((alias) =>
          alias.Name === undefined || alias.FunctionVersion === undefined ? undefined : alias,
        )
        return { items: all, next: page.NextMarker }
      }),
      allPages('ListProvisionedConcurrencyConfigs', async (Marker) => {
        const input = { FunctionName, MaxItems: 50, Marker }
        const page = await quota.otherCalls.read((options) =>
          client.send(new ListProvisionedConcurrencyConfigsCommand(input), options),
        )
        const all = page.ProvisionedConcurrencyConfigs?.map((one) =>
          one.FunctionArn === undefined ? undefined : one,
        )
        return { items: all, next: page.NextMarker }
      }),
      eventSources(arn.region, since),
    ])
    if (!aliases.ok) return aliases
    if (!provisioned.ok) return provisioned
    if (!sources.ok) return sources
    return succeeded(
      versionsRouted(FunctionName, {
        aliases: aliases.value,
        provisioned: provisioned.value,
        eventSources: sources.value,
      }),
    )
  }

  return {
    listVersions(region, take) {
      const { client, quota } = inRegion(region)
      return eachPage(
        'ListFunctions',
        async (Marker) => {
          const input = { MaxItems: 50, Marker, FunctionVersion: 'ALL' } as const
          const page = await quota.otherCalls.read((options) =>
            client.send(new ListFunctionsCommand(input), options),
          )
          return { items: page.Functions?.map(listedVersion), next: page.NextMarker }
        },
        take,
      )
    },

    versionsOf,

    get,

    async update(arn, update, atTurn) {
      const { client, quota } = inRegion(arn.region)
      const command = new UpdateFunctionConfigurationCommand({
        FunctionName: arn.text,
        RevisionId: update.revisionId,
        ...(update.layers && { Layers: [...update.layers] }),
        // The other members of LoggingConfig stay: Lambda merges them (recorded).
        ...(update.logFormat && { LoggingConfig: { LogFormat: update.logFormat } }),
        ...(update.timeoutSeconds !== undefined && { Timeout: update.timeoutSeconds }),
        ...(update.variables && {
          Environment: { Variables: Object.fromEntries(update.variables) },
        }),
      })
      const answer = await attempt(() => quota.otherCalls.write(() => client.send(command), atTurn))
      if (!answer.ok) return answer
      if (answer.value === undefined) return notMade()
      return described(answer.value, 'unknown', 'UpdateFunctionConfiguration')
    },

    layerVersion(region, layerArn) {
      const key = `${region} ${layerArn}`
      const known = layers.get(key)
      if (known) return known
      const { client, quota } = inRegion(region)
      const asked = attempt(() =>
        quota.otherCalls.read((options) =>
          client.send(new GetLayerVersionByArnCommand({ Arn: layerArn }), options),
        ),
      ).then((answer) => {
        if (!answer.ok) return answer
        return answer.value.LayerVersionArn === undefined
          ? incomplete('GetLayerVersion answered without a layer')
          : succeeded({ codeSha256: answer.value.Content?.CodeSha256 })
      })
      layers.set(key, asked)
      return asked
    },

    async enforcesCodeSigning(arn) {
      const { client, quota } = inRegion(arn.region)
      const attached = await attempt(() =>
        quota.otherCalls.read((options) =>
          client.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: arn.text }), options),
        ),
      )
      if (!attached.ok) return attached
      const configuration = attached.value.CodeSigningConfigArn
      // A function without a configuration is answered 200 with an empty body (recorded).
      if (!configuration) return succeeded(false)
      const policy = await attempt(() =>
        quota.otherCalls.read((options) =>
          client.send(
            new GetCodeSigningConfigCommand({ CodeSigningConfigArn: configuration }),
            options,
          ),
        ),
      )
      if (!policy.ok) return policy
      const action =
        policy.value.CodeSigningConfig?.CodeSigningPolicies?.UntrustedArtifactOnDeployment
      return action === undefined
        ? incomplete('GetCodeSigningConfig answered without a policy')
        : succeeded(action === 'Enforce')
    },

    routes,

    routedVersions: (arn, since) => routedVersions(arn, { routes, versionsOf, get }, since),
  }
}

/** All of a region's, and when they began to be read (ms since the epoch). */
interface EventSources {
  readonly readAt: number
  readonly answer: Promise<Result<readonly EventSourceMappingConfiguration[]>>
}

function listedVersion(configuration: FunctionConfiguration): ListedVersion | undefined {
  const fn = fromConfiguration(configuration, 'unknown')
  return fn && { version: fn.version, fn }
}

function described(
  configuration: FunctionConfiguration | undefined,
  reserved: LambdaFunction['reservedConcurrency'],
  operation: string,
  tags?: LambdaFunction['tags'],
): Result<LambdaFunction> {
  const fn = configuration && fromConfiguration(configuration, reserved, tags)
  return fn ? succeeded(fn) : withoutArn(operation)
}

function withoutArn(operation: string): { readonly ok: false; readonly fault: AwsFault } {
  return incomplete(`the response of ${operation} has no ARN or RevisionId`)
}
