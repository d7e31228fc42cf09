/** Which versions of a function its aliases, its provisioned concurrency and its event sources point to. */

import type {
  AliasConfiguration,
  EventSourceMappingConfiguration,
  ProvisionedConcurrencyConfigListItem,
} from '@aws-sdk/client-lambda'
import type { Routes } from '../systems/lambda/lambda-control'
import { throughAlias } from '../systems/lambda/routes'

interface Pointers {
  readonly aliases: readonly AliasConfiguration[]
  readonly provisioned: readonly ProvisionedConcurrencyConfigListItem[]
  /** Of any function. */
  readonly eventSources: readonly EventSourceMappingConfiguration[]
}

/**
 * What points to each version, by version. A route by the plain name leads to `$LATEST` and is none of these; one to an
 * alias that is gone leads nowhere.
 * @param functionArn unqualified
 */
export function versionsRouted(
  functionArn: string,
  { aliases, provisioned, eventSources }: Pointers,
): Routes {
  const via = new Map<string, Set<string>>()
  const lead = (version: string, what: string) => {
    via.set(version, (via.get(version) ?? new Set()).add(what))
  }
  const versionsOf = new Map(aliases.map((alias) => [alias.Name ?? '', aliasVersions(alias)]))
  const follow = (arn: string | undefined, what: string) => {
    const qualifier = qualifierOf(functionArn, arn)
    if (qualifier === undefined) return
    if (/^(\d+|\$LATEST)$/.test(qualifier)) lead(qualifier, what)
    for (const version of versionsOf.get(qualifier) ?? []) {
      lead(version, throughAlias(qualifier, what))
    }
  }
  for (const [name, versions] of versionsOf) {
    for (const version of versions) lead(version, throughAlias(name))
  }
  for (const { FunctionArn } of provisioned) follow(FunctionArn, 'provisioned concurrency')
  for (const { FunctionArn, UUID = '' } of eventSources) follow(FunctionArn, `event source ${UUID}`)
  return new Map([...via].map(([version, what]) => [version, [...what]]))
}

/** Its own version, and the one that a share of its calls is sent to. */
function aliasVersions({ FunctionVersion, RoutingConfig }: AliasConfiguration): readonly string[] {
  const weighted = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {})
  return [...(FunctionVersion === undefined ? [] : [FunctionVersion]), ...weighted]
}

function qualifierOf(functionArn: string, arn: string | undefined): string | undefined {
  return arn?.startsWith(`${functionArn}:`) ? arn.slice(functionArn.length + 1) : undefined
}
