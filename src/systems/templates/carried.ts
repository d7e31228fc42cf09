/** What a template has to carry so that its next deploy does not take Rotel away again: layers and variables of ours. */

import { layerIdentity, parseLayerArn } from '../lambda/layer-arn'
import type { LambdaFunction, Variables } from '../lambda/lambda-function'
import type { Change } from '../lambda/change'
import { applyVariables } from '../lambda/change'
import { MARKER, readMarker } from '../../model/ownership'
import { secretParts } from '../rotel/settings'

export interface Carried {
  /** ARNs in the order of the function's list. */
  readonly layers: readonly string[]
  /** Without the marker, which only this action writes. No value is secret. */
  readonly variables: ReadonlyMap<string, string>
}

/** `undefined`: nothing of ours is, or will be, on the function. */
export function carriedBy(fn: LambdaFunction, change: Change | undefined): Carried | undefined {
  if (!fn.environment.readable) return undefined
  const variables = applyVariables(fn.environment.variables, change?.variables ?? [])
  const owned = readMarker(variables.get(MARKER))
  if (owned === 'unreadable' || !variables.has(MARKER)) return undefined
  const ours = new Set([...owned.layers, owned.instrumentation])
  const all = change?.layers?.after ?? fn.layers.map(({ arn }) => arn)
  return {
    layers: all.filter((arn) => {
      const layer = parseLayerArn(arn)
      return layer !== undefined && ours.has(layerIdentity(layer))
    }),
    variables: new Map(
      owned.variables.flatMap((name) => {
        const value = variables.get(name)
        return value === undefined ? [] : [[name, shown(name, value)] as const]
      }),
    ),
  }
}

/** Set by this action from what everybody may know. */
const HARMLESS: ReadonlySet<string> = new Set([
  'AWS_LAMBDA_EXEC_WRAPPER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'ROTEL_OTLP_GRPC_ENDPOINT',
  'ROTEL_OTLP_HTTP_ENDPOINT',
])

/** A value with anything secret in it is left to be filled in, by a reference. */
function shown(name: string, value: string): string {
  const isOpen = HARMLESS.has(name) || secretParts(asVariables(name, value)).length === 0
  if (isOpen) return value
  const reference = '${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX}'
  return name.endsWith('_CUSTOM_HEADERS') ? `Authorization=${reference}` : reference
}

function asVariables(name: string, value: string): Variables {
  return new Map([[name, value]])
}
