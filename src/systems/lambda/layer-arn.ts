/** ARNs of Lambda layer versions, compared by whole account and name, never by substring. */

import { arnText, isAccountId, isPartition, isRegionName, parseArn } from '../../model/arn'

export interface LayerArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
  readonly version: number
}

/** The name's length is Lambda's (API reference, LayerName). */
const RESOURCE = /^layer:([A-Za-z0-9-_]{1,140}):([1-9]\d*)$/

/** The parts of a layer version's ARN; `undefined` for anything else, such as AWS's own `awslayer` form. */
export function parseLayerArn(text: string): LayerArn | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'lambda') return undefined
  const { partition, region, account } = arn
  const [, name, version] = RESOURCE.exec(arn.resource) ?? []
  if (!isPartition(partition) || !isRegionName(region) || !isAccountId(account)) return undefined
  return name && version
    ? { partition, region, account, name, version: Number(version) }
    : undefined
}

export function layerArnText({ name, version, ...arn }: LayerArn): string {
  return arnText({ ...arn, service: 'lambda', resource: `layer:${name}:${String(version)}` })
}

/** What two versions of one layer share within a region: `account:name`. */
export function layerIdentity(arn: Pick<LayerArn, 'account' | 'name'>): string {
  return `${arn.account}:${arn.name}`
}
