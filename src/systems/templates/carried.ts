/** What a template must set so that its next deployment does not remove Rotel: our layers and variables. */

import { layerIdentity, parseLayerArn } from '../lambda/layer-arn'
import type { LambdaFunction, Variables } from '../lambda/lambda-function'
import type { Change } from '../lambda/change'
import { applyVariables } from '../lambda/change'
import { MARKER, readMarker } from '../../model/ownership'
import { secretParts } from '../rotel/settings'

export interface Carried {
  /** ARNs in the order of the function's list. */
  readonly layers: readonly string[]
  /** Without the marker, which only this action writes, and without secret values. */
  readonly variables: ReadonlyMap<string, string>
}

/** `undefined`: the function has, and will have, nothing of ours. */
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

/** Set by this action to public values. */
const HARMLESS: ReadonlySet<string> = new Set([
  'AWS_LAMBDA_EXEC_WRAPPER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'ROTEL_OTLP_GRPC_ENDPOINT',
  'ROTEL_OTLP_HTTP_ENDPOINT',
])

/** A reference to fill in takes the place of a value that may hold a secret. */
function shown(name: string, value: string): string {
  const isOpen = HARMLESS.has(name) || secretParts(asVariables(name, value)).length === 0
  if (isOpen) return value
  const reference = '${arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX}'
  return name.endsWith('_CUSTOM_HEADERS') ? `Authorization=${reference}` : reference
}

function asVariables(name: string, value: string): Variables {
  return new Map([[name, value]])
}
