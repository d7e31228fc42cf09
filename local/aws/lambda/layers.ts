/** Which layer versions exist, who may read them, and what is in them. */
import { createHash } from 'node:crypto'
import { accessDenied, type Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import {
  LAYER_REGIONS,
  layerArchitecture,
  publicLayers,
  ROTEL_ACCOUNT,
  type LayerExtension,
} from './public-layers'
import type { Architecture, Language } from './runtimes'

export interface LocalLayers {
  /** Adds a layer version and returns its ARN. */
  publish(layer: LayerSeed): string
  /** Adds a version of the public Rotel layers in all their regions and both architectures; returns nothing to attach. */
  publishRotel(version: number): void
  /** Functions that carry it keep it, but sending it again fails. */
  delete(arn: string): void
  /** `arn:aws:lambda:REGION:418653438961:layer:rotel-extension-amd64:VERSION`. */
  rotelArn(options?: {
    readonly region?: string
    readonly architecture?: Architecture
    readonly version?: number
    readonly alpha?: boolean
  }): string
  /** What GetLayerVersion answers as the hash of the layer's archive. */
  codeSha256(arn: string): string
}

export interface LayerSeed {
  readonly name: string
  readonly region?: string
  /** The server's account unless given. */
  readonly account?: string
  /** The next free number unless given. */
  readonly version?: number
  /** Own layers are always readable. A foreign one is private unless `everyone` is said. */
  readonly readableBy?: 'everyone' | 'owner'
  readonly architectures?: readonly Architecture[]
  readonly signed?: boolean
  /** Paths that the layer brings, e.g. `/opt/otel-handler`. */
  readonly files?: readonly string[]
  /** Its files are wrappers that start this language's runtime with the OpenTelemetry SDK. */
  readonly instruments?: 'nodejs' | 'python' | 'java' | 'ruby'
  /** External extensions that the layer brings. `rotel`: a copy of the Rotel layer for one architecture. */
  readonly extension?:
    | { readonly kind: 'rotel'; readonly architecture: Architecture }
    | { readonly kind: 'other'; readonly name: string; readonly ports?: readonly number[] }
}

export interface LayerArn {
  readonly partition: string
  readonly region: string
  readonly account: string
  readonly name: string
  readonly version: number
}

export interface LayerVersion extends LayerArn {
  readonly arn: string
  readonly everyone: boolean
  readonly architectures: readonly Architecture[]
  readonly runtimes: readonly string[]
  readonly signed: boolean
  readonly files: readonly string[]
  readonly extension: LayerExtension | undefined
  /** The language whose runtime its wrapper starts with the OpenTelemetry SDK. */
  readonly instruments: Language | undefined
  readonly createdMs: number
}

export interface LayerRegistry extends LocalLayers {
  find(arn: string): LayerVersion | undefined
  versionsOf(layerArn: string): readonly LayerVersion[]
  /** What a caller of this account may read; throws what AWS answers otherwise. */
  readable(arn: string): LayerVersion
  /** Of a deleted version as well: environments keep running what they were made with. */
  content(arn: string): LayerVersion | undefined
}

const LAYER_VERSION_ARN =
  /^arn:([a-z-]+):lambda:([a-z]{2}(?:-[a-z]+)+-\d):(\d{12}):layer:([a-zA-Z0-9-_]+):(\d+)$/

/** `undefined` for anything but the ARN of a layer version. */
export function parseLayerArn(text: string): LayerArn | undefined {
  const match = LAYER_VERSION_ARN.exec(text)
  const [, partition, region, account, name, version] = match ?? []
  return partition === undefined ||
    region === undefined ||
    account === undefined ||
    name === undefined
    ? undefined
    : { partition, region, account, name, version: Number(version) }
}

function layerArnText(layer: LayerArn): string {
  return `arn:${layer.partition}:lambda:${layer.region}:${layer.account}:layer:${layer.name}:${layer.version}`
}

export function createLayerRegistry(account: Account, rotelVersions: number): LayerRegistry {
  const versions = new Map<string, LayerVersion>()
  const deleted = new Map<string, LayerVersion>()

  const add = (layer: Omit<LayerVersion, 'arn' | 'createdMs'>): string => {
    const arn = layerArnText(layer)
    versions.set(arn, { ...layer, arn, createdMs: account.clock.now() })
    return arn
  }
  const addPublic = (only?: number): void => {
    for (const layer of publicLayers(only ?? rotelVersions)) {
      if (only !== undefined && !isStableRotel(layer)) continue
      for (const region of LAYER_REGIONS) {
        for (let version = only ?? layer.only ?? 1; version <= layer.versions; version += 1) {
          add({
            partition: 'aws',
            region,
            account: layer.account,
            name: layer.name,
            version,
            everyone: true,
            architectures: layer.architectures,
            runtimes: layer.runtimes,
            signed: false,
            files: layer.files,
            extension: layer.extension,
            instruments: layer.instruments,
          })
        }
      }
    }
  }
  addPublic()

  const sameLayer = (layer: LayerVersion, layerArn: string): boolean =>
    layer.arn.slice(0, layer.arn.lastIndexOf(':')) === layerArn

  const versionsOf = (layerArn: string): readonly LayerVersion[] =>
    [...versions.values()]
      .filter((layer) => sameLayer(layer, layerArn))
      .sort((one, other) => other.version - one.version)

  return {
    find: (arn) => versions.get(arn),
    content: (arn) => versions.get(arn) ?? deleted.get(arn),
    versionsOf,
    readable: (arn) => {
      const parsed = parseLayerArn(arn)
      const layer = versions.get(arn)
      const owned = parsed?.account === account.id
      if (layer !== undefined && (owned || layer.everyone)) return layer
      if (owned) throw notFound()
      // AWS does not tell a missing foreign version from a private one or a wrong region.
      throw accessDenied(
        account.caller.identity.arn,
        'lambda:GetLayerVersion',
        arn,
        'resource-based',
      )
    },
    publish: (seed) => add(seeded(account, seed, versionsOf)),
    publishRotel: (version) => addPublic(version),
    codeSha256: (arn) => {
      const layer = versions.get(arn)
      if (layer === undefined) throw new Error(`no layer version ${arn}`)
      return codeSha256(layer)
    },
    delete: (arn) => {
      const layer = versions.get(arn)
      if (layer === undefined) throw new Error(`no layer version ${arn}`)
      versions.delete(arn)
      deleted.set(arn, layer)
    },
    rotelArn: (options = {}) => {
      const architecture = layerArchitecture(options.architecture ?? 'x86_64')
      const alpha = options.alpha === true
      return layerArnText({
        partition: 'aws',
        region: options.region ?? account.region,
        account: ROTEL_ACCOUNT,
        name: `rotel-extension-${architecture}${alpha ? '-alpha' : ''}`,
        version: options.version ?? (alpha ? 41 : rotelVersions),
      })
    },
  }
}

/** Base64. The archive of one version is the same in all regions. */
export function codeSha256({ account, name, version }: LayerArn): string {
  return createHash('sha256').update(`${account}:${name}:${version}`).digest('base64')
}

function isStableRotel(layer: { readonly account: string; readonly name: string }): boolean {
  return layer.account === ROTEL_ACCOUNT && !layer.name.endsWith('-alpha')
}

function seeded(
  account: Account,
  seed: LayerSeed,
  versionsOf: (layerArn: string) => readonly LayerVersion[],
): Omit<LayerVersion, 'arn' | 'createdMs'> {
  const region = seed.region ?? account.region
  const owner = seed.account ?? account.id
  const layerArn = `arn:${account.partition}:lambda:${region}:${owner}:layer:${seed.name}`
  const version = seed.version ?? (versionsOf(layerArn)[0]?.version ?? 0) + 1
  return {
    partition: account.partition,
    region,
    account: owner,
    name: seed.name,
    version,
    everyone: seed.readableBy === 'everyone',
    architectures: seed.architectures ?? [],
    runtimes: [],
    signed: seed.signed === true,
    files: seed.files ?? [],
    extension: extensionOf(seed),
    instruments: seed.instruments,
  }
}

function extensionOf(seed: LayerSeed): LayerExtension | undefined {
  if (seed.extension === undefined) return undefined
  return seed.extension.kind === 'rotel'
    ? { kind: 'rotel', architecture: seed.extension.architecture, name: 'rotel-extension' }
    : { kind: 'other', name: seed.extension.name, ports: seed.extension.ports ?? [] }
}

function notFound(): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    404,
    'The resource you requested does not exist.',
  )
}
