/**
 * Layers that exist on AWS for everyone: Rotel, the ADOT layers (which bundle a collector, unlike the community's),
 * the community OpenTelemetry layers, and some of other vendors. Versions as of November 2026.
 */
import type { Architecture, Language } from './runtimes'

export const ROTEL_ACCOUNT = '418653438961'
const ADOT_ACCOUNT = '901920570463'
const COMMUNITY_ACCOUNT = '184161586896'

export const LAYER_REGIONS: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'sa-east-1',
]

/** An external extension in a layer, as far as its behaviour matters to others in the environment. */
export type LayerExtension =
  | { readonly kind: 'rotel'; readonly architecture: Architecture; readonly name: string }
  | { readonly kind: 'other'; readonly name: string; readonly ports: readonly number[] }

export interface PublicLayer {
  readonly account: string
  readonly name: string
  /** Versions from 1 to this one exist, unless `only` is said. */
  readonly versions: number
  /** The first one here, where the older ones are of no interest. */
  readonly only?: number
  readonly architectures: readonly Architecture[]
  readonly runtimes: readonly string[]
  readonly files: readonly string[]
  readonly extension?: LayerExtension
  readonly instruments?: Language
}

/** `amd64` and `arm64` as layer names have it. */
export function layerArchitecture(architecture: Architecture): 'amd64' | 'arm64' {
  return architecture === 'x86_64' ? 'amd64' : 'arm64'
}

const ARCHITECTURES: readonly Architecture[] = ['x86_64', 'arm64']
const COLLECTOR: LayerExtension = { kind: 'other', name: 'collector', ports: [4317, 4318] }

function rotel(versions: number, suffix: string): readonly PublicLayer[] {
  return ARCHITECTURES.map((architecture) => ({
    account: ROTEL_ACCOUNT,
    name: `rotel-extension-${layerArchitecture(architecture)}${suffix}`,
    versions,
    architectures: [architecture],
    runtimes: ['provided.al2023'],
    files: ['/opt/extensions/rotel-extension'],
    extension: { kind: 'rotel', architecture, name: 'rotel-extension' },
  }))
}

function adot(name: string, version: number, files: readonly string[]): readonly PublicLayer[] {
  return ARCHITECTURES.map((architecture) => ({
    account: ADOT_ACCOUNT,
    name: name.replace('{arch}', layerArchitecture(architecture)),
    versions: version,
    architectures: [architecture],
    runtimes: [],
    files,
    extension: COLLECTOR,
    ...instrumentsOf(name),
  }))
}

function community(
  name: string,
  files: readonly string[],
  extension?: LayerExtension,
): PublicLayer {
  return {
    account: COMMUNITY_ACCOUNT,
    name,
    versions: 1,
    architectures: ARCHITECTURES,
    runtimes: [],
    files,
    ...(extension === undefined ? {} : { extension }),
    ...instrumentsOf(name),
  }
}

/** By the name of the layer; collectors instrument nothing. */
function instrumentsOf(name: string): { readonly instruments?: Language } {
  const [, language] = /^(?:aws-otel|opentelemetry)-(nodejs|python|java|ruby)/.exec(name) ?? []
  switch (language) {
    case 'nodejs':
    case 'python':
    case 'java':
    case 'ruby':
      return { instruments: language }
    default:
      return {}
  }
}

/** Other vendors' layers, one version each; the numbers are examples, for all that matters is whose they are. */
function vendor(
  account: string,
  name: string,
  version: number,
  content: { readonly files?: readonly string[]; readonly extension?: string } = {},
): PublicLayer {
  return {
    account,
    name,
    versions: version,
    only: version,
    architectures: [],
    runtimes: [],
    files: content.files ?? [],
    ...(content.extension === undefined
      ? {}
      : { extension: { kind: 'other', name: content.extension, ports: [] } }),
  }
}

const DATADOG = { files: ['/opt/datadog_wrapper'], extension: 'datadog-agent' }
const NEW_RELIC = { extension: 'newrelic-lambda-extension' }
const WEB_ADAPTER = { files: ['/opt/bootstrap'], extension: 'lambda-adapter' }

const VENDOR_LAYERS: readonly PublicLayer[] = [
  vendor('464622532012', 'Datadog-Extension', 65, DATADOG),
  vendor('464622532012', 'Datadog-Extension-ARM', 65, DATADOG),
  vendor('464622532012', 'Datadog-Node22-x', 120),
  vendor('464622532012', 'Datadog-Python312', 105),
  vendor('451483290750', 'NewRelicLambdaExtension', 40, NEW_RELIC),
  vendor('451483290750', 'NewRelicNodeJS22X', 20, NEW_RELIC),
  vendor('451483290750', 'NewRelicPython312', 20, NEW_RELIC),
  vendor('725887861453', 'Dynatrace_OneAgent_1_303_2_nodejs', 1, { files: ['/opt/dynatrace'] }),
  vendor('114300393969', 'lumigo-node-tracer', 280, { files: ['/opt/lumigo_wrapper'] }),
  vendor('114300393969', 'lumigo-python-tracer', 280, { files: ['/opt/lumigo_wrapper'] }),
  vendor('753240598075', 'LambdaAdapterLayerX86', 25, WEB_ADAPTER),
  vendor('753240598075', 'LambdaAdapterLayerArm64', 25, WEB_ADAPTER),
  vendor('615299751070', 'AWSOpenTelemetryDistroJs', 10, { files: ['/opt/otel-instrument'] }),
  vendor('615299751070', 'AWSOpenTelemetryDistroPython', 20, { files: ['/opt/otel-instrument'] }),
]

const HANDLER = '/opt/otel-handler'
const INSTRUMENT = '/opt/otel-instrument'

/** @param rotelVersions versions of the stable Rotel layers that exist; 7 in November 2026. */
export function publicLayers(rotelVersions: number): readonly PublicLayer[] {
  return [
    ...rotel(rotelVersions, ''),
    ...rotel(41, '-alpha'),
    ...adot('aws-otel-nodejs-{arch}-ver-1-30-2', 1, [HANDLER]),
    ...adot('aws-otel-python-{arch}-ver-1-32-0', 2, [INSTRUMENT]),
    ...adot('aws-otel-java-agent-{arch}-ver-1-32-0', 6, [HANDLER]),
    ...adot('aws-otel-java-wrapper-{arch}-ver-1-32-0', 6, [
      HANDLER,
      '/opt/otel-proxy-handler',
      '/opt/otel-stream-handler',
    ]),
    ...adot('aws-otel-collector-{arch}-ver-0-117-0', 1, []),
    community('opentelemetry-nodejs-0_22_0', [HANDLER]),
    community('opentelemetry-nodejs-0_23_0', [HANDLER]),
    community('opentelemetry-python-0_20_0', [HANDLER, INSTRUMENT]),
    community('opentelemetry-python-0_21_0', [HANDLER, INSTRUMENT]),
    community('opentelemetry-javaagent-0_20_0', [HANDLER]),
    community('opentelemetry-javaagent-0_21_0', [HANDLER]),
    community('opentelemetry-javawrapper-0_21_0', [HANDLER]),
    community('opentelemetry-ruby-0_15_0', [HANDLER]),
    community('opentelemetry-collector-amd64-0_23_0', [], COLLECTOR),
    community('opentelemetry-collector-arm64-0_23_0', [], COLLECTOR),
    ...VENDOR_LAYERS,
  ]
}
