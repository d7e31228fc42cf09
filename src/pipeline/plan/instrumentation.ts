/** Plans the auto-instrumentation of a function: the layer in its place, the wrapper, and the SDK's route to Rotel. */

import type { InstrumentationChoice } from './wanted'
import type { NameValue } from '../../systems/rotel/export-settings'
import {
  ADOT_REGIONS,
  isNewer,
  layerFamily,
  listsRuntime,
  publishedLayer,
} from '../../systems/instrumentation/distributions'
import { type Language, languageOf } from '../../systems/instrumentation/languages'
import {
  otherHandler,
  type OtherInstrumentation,
  otherLayer,
  otherWrapper,
} from '../../systems/instrumentation/others'
import { detours, routeVariables } from '../../systems/instrumentation/telemetry-route'
import { EXEC_WRAPPER, OUR_WRAPPERS, wrapperOf } from '../../systems/instrumentation/wrapper'
import {
  type LayerArn,
  layerArnText,
  layerIdentity,
  layersOf,
  parseLayerArn,
} from '../../systems/lambda/layer-arn'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import { inPlaceOf, ownCopy } from './layer-list'
import type { Ownership } from '../../model/ownership'

export interface InstrumentationPlan {
  /** All layers of the function, the instrumentation layer in its place; without it where none is wanted. */
  readonly layers: readonly string[]
  /** `account:name` of the layer, where it is ours after the change. */
  readonly owned: string | undefined
  /** The user's wrapper, kept so that it can be restored when ours is removed. */
  readonly replacedWrapper: string | undefined
  /** To be set, unless the input `rotel-environment` sets them. */
  readonly variables: Variables
  readonly warnings: readonly string[]
}

type Attach = Extract<InstrumentationChoice, { kind: 'attach' }>

/**
 * @param before the function's variables
 * @param owned what its marker claims
 * @param environment the input `rotel-environment`
 */
export function planInstrumentation(
  fn: LambdaFunction,
  before: Variables,
  owned: Ownership,
  choice: InstrumentationChoice,
  environment: readonly NameValue[],
): InstrumentationPlan | Refusal {
  if (choice.kind === 'none') return withoutLayer(fn, owned, [])
  const language = languageFor(fn, choice)
  if (language === 'none') return withoutLayer(fn, owned, [nothingFor(fn)])
  if (typeof language === 'object') return language
  const published = instrumentationLayer(fn, choice, language)
  if ('reason' in published) return published

  const attached = layersOf(fn)
  const ours = attached.filter((layer) => isOurs(layer, owned))
  const target = ours.find((layer) => isKept(layer, published, choice)) ?? published
  const theirs = attached.find(
    (layer) => !ours.includes(layer) && layerFamily(layer) === layerFamily(target),
  )
  const wrapper = wrapperOf(choice.distribution, language)
  const standing = standingWrapper(before, owned)
  const isInUse = ours.length > 0 || theirs !== undefined
  const others = [
    ...attached.map((layer) => {
      if (ours.includes(layer)) return undefined
      if (layer !== theirs) return otherLayer(layer)
      // The wanted layer, attached by others: there is nothing to replace.
      return layerArnText(layer) === layerArnText(target) ? undefined : otherRelease(layer)
    }),
    otherHandler(fn.handler),
    standing === undefined || (standing === wrapper && isInUse)
      ? undefined
      : otherWrapper(standing),
  ].filter((other) => other !== undefined)
  const conflict = refusalOver(others, choice.wrapperConflict)
  if (conflict) return conflict

  const given = withInput(theirOwn(before, owned), environment)
  const variables = new Map([
    [EXEC_WRAPPER, wrapper],
    ...routeVariables(choice.distribution, given),
  ])
  return {
    layers: withLayer(fn, owned, theirs ? undefined : target),
    owned: theirs ? undefined : layerIdentity(target),
    replacedWrapper: replacedWrapper(before, owned, wrapper),
    variables,
    warnings: [
      ...replaced(others),
      ...unlisted(fn, choice, language),
      ...losingSpans(new Map([...variables, ...given])),
    ],
  }
}

/** `none`: the runtime has no instrumentation, and the input does not name a language. */
function languageFor(fn: LambdaFunction, { language }: Attach): Language | 'none' | Refusal {
  const spoken = fn.runtime === undefined ? undefined : languageOf(fn.runtime)
  if (language === 'auto') return spoken ?? 'none'
  if (language === spoken) return language
  return unsupported(
    `the function’s runtime is ${fn.runtime ?? 'a container image'}, but \`auto-instrumentation\` is \`${language}\``,
  )
}

function nothingFor({ runtime = 'image' }: LambdaFunction): string {
  return `auto-instrumentation does not support ${runtime}: the function sends logs, but no traces`
}

function instrumentationLayer(
  fn: LambdaFunction,
  { distribution, arnTemplate }: Attach,
  language: Language,
): LayerArn | Refusal {
  const { partition, region } = fn.arn
  if (arnTemplate !== undefined) {
    const layer = ownCopy(fn, arnTemplate, language)
    if (typeof layer !== 'string') return layer
    return unsupported(
      `\`instrumentation-layer-arn\` resolves to ${layer}, which is not in the function’s region, ${region}`,
    )
  }
  if (partition !== 'aws') {
    return unsupported(
      `the layers are published only in the partition aws, but the function is in ${partition}`,
    )
  }
  if (distribution === 'adot' && !ADOT_REGIONS.has(region)) {
    return unsupported(`the ADOT layers are not published in ${region}`)
  }
  return publishedLayer(distribution, language, region, fn.architecture)
}

function unsupported(detail: string): Refusal {
  return { reason: 'instrumentation-unsupported', detail }
}

/** Any release of the layer that the marker names: users may have raised it by hand. */
export function isOurs(layer: LayerArn, { instrumentation }: Ownership): boolean {
  const [account, name] = instrumentation?.split(':') ?? []
  return (
    account !== undefined &&
    name !== undefined &&
    layerFamily(layer) === layerFamily({ account, name })
  )
}

/** A newer release than this one knows is kept, as for Rotel; an own copy has its version in its ARN. */
function isKept(layer: LayerArn, published: LayerArn, { arnTemplate }: Attach): boolean {
  const sameBuild = (one: LayerArn) => one.name.split('-').includes('arm64')
  return (
    arnTemplate === undefined &&
    layerFamily(layer) === layerFamily(published) &&
    sameBuild(layer) === sameBuild(published) &&
    isNewer(layer, published)
  )
}

/** Ours is replaced in place; all others keep their places. */
function withLayer(
  fn: LambdaFunction,
  owned: Ownership,
  target: LayerArn | undefined,
): readonly string[] {
  const isOurLayer = (arn: string) => {
    const layer = parseLayerArn(arn)
    return layer !== undefined && isOurs(layer, owned)
  }
  return inPlaceOf(
    fn.layers.map(({ arn }) => arn),
    isOurLayer,
    target && layerArnText(target),
  )
}

function withoutLayer(
  fn: LambdaFunction,
  owned: Ownership,
  warnings: readonly string[],
): InstrumentationPlan {
  return {
    layers: withLayer(fn, owned, undefined),
    owned: undefined,
    replacedWrapper: undefined,
    variables: new Map(),
    warnings,
  }
}

// --- the wrapper -----------------------------------------------------------------------------------------------------

/** The user's wrapper; an empty value does not count. */
function standingWrapper(before: Variables, owned: Ownership): string | undefined {
  const value = before.get(EXEC_WRAPPER)
  return value === undefined || value === '' || isOurWrapper(value, owned) ? undefined : value
}

/** We set it, and it has not been changed since. */
function isOurWrapper(value: string, { variables }: Ownership): boolean {
  return variables.includes(EXEC_WRAPPER) && OUR_WRAPPERS.has(value)
}

function replacedWrapper(before: Variables, owned: Ownership, wrapper: string): string | undefined {
  const value = before.get(EXEC_WRAPPER)
  if (value === undefined || isOurWrapper(value, owned)) return owned.replacedWrapper
  return value === wrapper ? undefined : value
}

/** The value of AWS_LAMBDA_EXEC_WRAPPER without ours; `undefined`: not set. */
export function wrapperWithoutOurs(before: Variables, owned: Ownership): string | undefined {
  const value = before.get(EXEC_WRAPPER)
  const isOurs = owned.variables.includes(EXEC_WRAPPER)
  if (!isOurs || (value !== undefined && !OUR_WRAPPERS.has(value))) return value
  return owned.replacedWrapper
}

function refusalOver(
  others: readonly OtherInstrumentation[],
  onConflict: Attach['wrapperConflict'],
): Refusal | undefined {
  const names = (some: readonly OtherInstrumentation[]) => some.map(({ name }) => name).join(', ')
  if (others.length === 0) return undefined
  if (onConflict === 'block') {
    return {
      reason: 'wrapper-conflict',
      detail: `the function is already instrumented by ${names(others)}`,
    }
  }
  const inTheWay = others.filter(({ holdsBy }) => holdsBy !== 'wrapper' && holdsBy !== 'release')
  if (inTheWay.length === 0) return undefined
  return {
    reason: 'wrapper-conflict',
    detail: `the function is already instrumented by ${names(inTheWay)}, which \`wrapper-conflict: replace\` cannot replace`,
  }
}

// --- warnings --------------------------------------------------------------------------------------------------------

function replaced(others: readonly OtherInstrumentation[]): string[] {
  return others.map(({ name, holdsBy }) =>
    holdsBy === 'release'
      ? `${name} was not attached by this action and is used unchanged`
      : `this action’s wrapper replaces ${name} until \`mode: remove\` restores it`,
  )
}

/** Another release of the wanted layer, attached by others: a function cannot have both. */
function otherRelease({ name, version }: LayerArn): OtherInstrumentation {
  return { name: `layer ${name}:${String(version)}`, holdsBy: 'release' }
}

function unlisted(fn: LambdaFunction, choice: Attach, language: Language): string[] {
  const { runtime } = fn
  if (runtime === undefined || choice.arnTemplate !== undefined) return []
  if (listsRuntime(choice.distribution, language, runtime)) return []
  return [`the auto-instrumentation layer does not list ${runtime} as a supported runtime`]
}

function losingSpans(variables: Variables): string[] {
  const names = detours(variables)
  return names.length === 0
    ? []
    : [`spans may not reach Rotel: ${names.join(', ')} sends them elsewhere or turns them off`]
}

// --- variables -------------------------------------------------------------------------------------------------------

/** The user's own variables of the function. */
function theirOwn(before: Variables, owned: Ownership): Variables {
  return new Map([...before].filter(([name]) => !owned.variables.includes(name)))
}

function withInput(variables: Variables, environment: readonly NameValue[]): Variables {
  return new Map([
    ...variables,
    ...environment.map(({ name, value }): [string, string] => [name, value]),
  ])
}
