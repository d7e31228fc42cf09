/**
 * The published auto-instrumentation layers, and how each is switched on. Sources: open-telemetry/opentelemetry-lambda
 * (tags and release workflows of August 2026: a layer name per release, version 1, 34 regions, both architectures in one
 * layer); aws-observability/aws-otel-lambda (layer_*.tf, May 2025: 16 regions, a layer per architecture, and in each
 * of them the ADOT collector).
 */

import { type LayerArn, layerIdentity } from '../lambda/layer-arn'
import type { Architecture } from '../lambda/lambda-function'
import { layerArchitecture, ROTEL_REGIONS } from '../rotel/layers'
import type { Language } from './languages'

/** `opentelemetry`: the community's layers. `adot`: AWS's, of the older line. */
export const DISTRIBUTIONS = ['opentelemetry', 'adot'] as const

export type Distribution = (typeof DISTRIBUTIONS)[number]

/** What a layer is in its distribution. Java's agent instruments any handler, its wrapper only known interfaces. */
type Component = 'nodejs' | 'python' | 'java-agent' | 'java-wrapper' | 'ruby'

/** One layer of a distribution, as its name tells. */
export interface InstrumentationLayer {
  readonly distribution: Distribution
  readonly component: Component
  /** The release in its numbers: `0_23_0` is 0, 23, 0. */
  readonly release: readonly number[]
}

interface Published {
  readonly release: string
  readonly version: number
  /** Runtimes that the release lists, others may work; `undefined`: it does not list any. */
  readonly runtimes: RegExp | undefined
}

/** Java: the agent, which lists Java 21 where the wrapper ends at 17, and Rotel needs 21 at least (Amazon Linux 2023). */
const COMPONENT: Readonly<Record<Language, Component>> = {
  nodejs: 'nodejs',
  python: 'python',
  java: 'java-agent',
}

const PUBLISHED: Readonly<Record<Distribution, Readonly<Record<Language, Published>>>> = {
  opentelemetry: {
    nodejs: { release: '0_23_0', version: 1, runtimes: /^nodejs(20|22|24)\.x$/ },
    python: { release: '0_21_0', version: 1, runtimes: undefined },
    java: { release: '0_21_0', version: 1, runtimes: /^java(8\.al2|11|17|21)$/ },
  },
  adot: {
    nodejs: { release: '1-30-2', version: 1, runtimes: /^nodejs(18|20|22)\.x$/ },
    python: { release: '1-32-0', version: 2, runtimes: /^python3\.1[0-3]$/ },
    java: { release: '1-32-0', version: 6, runtimes: /^java(8\.al2|11|17)$/ },
  },
}

const ACCOUNT: Readonly<Record<Distribution, string>> = {
  opentelemetry: '184161586896',
  adot: '901920570463',
}

/** ADOT's layers are published in the same 16 regions as Rotel's; the community's in these and 18 more. */
export const ADOT_REGIONS = ROTEL_REGIONS

/** The layer of this release of the action for a function of the partition `aws`. */
export function publishedLayer(
  distribution: Distribution,
  language: Language,
  region: string,
  architecture: Architecture,
): LayerArn {
  const { release, version } = PUBLISHED[distribution][language]
  const component = COMPONENT[language]
  const name =
    distribution === 'adot'
      ? `aws-otel-${component}-${layerArchitecture(architecture)}-ver-${release}`
      : `opentelemetry-${component.replace('-', '')}-${release}`
  return { partition: 'aws', region, account: ACCOUNT[distribution], name, version }
}

/** Whether the published release lists this runtime, or does not list any. */
export function listsRuntime(
  distribution: Distribution,
  language: Language,
  runtime: string,
): boolean {
  return PUBLISHED[distribution][language].runtimes?.test(runtime) ?? true
}

/** What a layer of one of the two distributions is; `undefined` for any other, the bare collectors among them. */
export function instrumentationLayer({
  account,
  name,
}: Pick<LayerArn, 'account' | 'name'>): InstrumentationLayer | undefined {
  const found = {
    [ACCOUNT.opentelemetry]:
      /^opentelemetry-(nodejs|python|ruby|javaagent|javawrapper)-(\d+(?:_\d+)*)$/,
    [ACCOUNT.adot]:
      /^aws-otel-(nodejs|python|ruby|java-agent|java-wrapper)-(?:amd64|arm64)-ver-(\d+(?:-\d+)*)$/,
  }[account]?.exec(name)
  const [, component, release] = found ?? []
  if (component === undefined || release === undefined) return undefined
  return {
    distribution: account === ACCOUNT.adot ? 'adot' : 'opentelemetry',
    component: componentOf(component),
    release: release.split(/[_-]/).map(Number),
  }
}

function componentOf(name: string): Component {
  if (name === 'nodejs' || name === 'python' || name === 'ruby') return name
  return name.endsWith('agent') ? 'java-agent' : 'java-wrapper'
}

/**
 * What all releases of one layer share, whatever their architecture: `opentelemetry-nodejs-0_22_0` and
 * `opentelemetry-nodejs-0_23_0` are one family. Any other layer, an own copy for instance, is a family by itself.
 */
export function layerFamily(layer: Pick<LayerArn, 'account' | 'name'>): string {
  const known = instrumentationLayer(layer)
  return known === undefined ? layerIdentity(layer) : `${known.distribution} ${known.component}`
}

/** Whether `one` is of a later release than `other`; both of one family. */
export function isNewer(one: LayerArn, other: LayerArn): boolean {
  const left = order(one)
  const right = order(other)
  const at = left.findIndex((number, index) => number !== (right[index] ?? 0))
  return at !== -1 && (left[at] ?? 0) > (right[at] ?? 0)
}

function order(layer: LayerArn): readonly number[] {
  return [...(instrumentationLayer(layer)?.release ?? []), layer.version]
}
