/** ARNs of Lambda layer versions, compared by whole account and name, never by substring. */

export interface LayerArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
  readonly version: number
}

const LAYER_VERSION =
  /^arn:(aws[a-zA-Z-]*):lambda:([a-z0-9-]+):(\d{12}):layer:([A-Za-z0-9-_]+):(\d+)$/

/** The parts of a layer version's ARN; `undefined` for anything else, such as AWS's own `awslayer` form. */
export function parseLayerArn(text: string): LayerArn | undefined {
  const [, partition, region, account, name, version] = LAYER_VERSION.exec(text) ?? []
  if (!partition || !region || !account || !name || !version) return undefined
  return { partition, region, account, name, version: Number(version) }
}

export function layerArnText(arn: LayerArn): string {
  return `arn:${arn.partition}:lambda:${arn.region}:${arn.account}:layer:${arn.name}:${String(arn.version)}`
}

/** What two versions of one layer share within a region: `account:name`. */
export function layerIdentity(arn: Pick<LayerArn, 'account' | 'name'>): string {
  return `${arn.account}:${arn.name}`
}
