/** A change of a function's configuration: what is there, and what is to be there. */

import type { LambdaFunction, LogFormat, Variables } from './lambda-function'

export interface VariableChange {
  readonly name: string
  /** `undefined`: not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

export interface LayersChange {
  readonly before: readonly string[]
  readonly after: readonly string[]
}

export interface LogFormatChange {
  readonly before: LogFormat
  readonly after: LogFormat
}

export interface Change {
  /** Absent where the layers stay: then they are not sent, and Lambda does not check access to them again. */
  readonly layers: LayersChange | undefined
  /** Empty where the variables stay: then they are not sent. */
  readonly variables: readonly VariableChange[]
  /** Absent where the log format stays. */
  readonly logFormat?: LogFormatChange | undefined
  /** Nothing changes but the environments: what is there is sent once more, which makes Lambda start new ones. */
  readonly restart?: true
}

/** A write that changes nothing and takes the running environments out of service (recorded against AWS). */
export const RESTART: Change = { layers: undefined, variables: [], restart: true }

/** The difference, or `undefined` without one: then nothing is written, because an equal update restarts a function. */
export function changeBetween(
  fn: LambdaFunction,
  layersAfter: readonly string[],
  before: Variables,
  after: Variables,
  logFormatAfter: LogFormat = fn.logFormat,
): Change | undefined {
  const layersBefore = fn.layers.map((layer) => layer.arn)
  const sameLayers =
    layersBefore.length === layersAfter.length &&
    layersBefore.every((arn, index) => arn === layersAfter[index])
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const variables = names
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }))
    .filter((variable) => variable.before !== variable.after)
  const sameFormat = fn.logFormat === logFormatAfter
  if (sameLayers && variables.length === 0 && sameFormat) return undefined
  return {
    layers: sameLayers ? undefined : { before: layersBefore, after: layersAfter },
    variables,
    ...(sameFormat ? {} : { logFormat: { before: fn.logFormat, after: logFormatAfter } }),
  }
}

/** The variables after the change. */
export function applyVariables(before: Variables, changes: readonly VariableChange[]): Variables {
  const after = new Map(before)
  for (const { name, after: value } of changes) {
    if (value === undefined) after.delete(name)
    else after.set(name, value)
  }
  return after
}

/** The function as the change leaves it. */
export function withChange(fn: LambdaFunction, change: Change | undefined): LambdaFunction {
  if (change === undefined) return fn
  const { environment } = fn
  return {
    ...fn,
    layers: (change.layers?.after ?? fn.layers.map(({ arn }) => arn)).map(
      (arn) => fn.layers.find((layer) => layer.arn === arn) ?? { arn, signed: false },
    ),
    environment: environment.readable
      ? { ...environment, variables: applyVariables(environment.variables, change.variables) }
      : environment,
  }
}
