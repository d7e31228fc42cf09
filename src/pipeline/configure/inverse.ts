/**
 * The way back of a change, item by item. An item goes back only where the function still has what this run wrote;
 * what somebody else has changed since stays, and is named.
 */

import { createHash } from 'node:crypto'
import {
  applyVariables,
  type Change,
  changeBetween,
  type LayersChange,
  type LogFormatChange,
} from '../../systems/lambda/change'
import type { LambdaFunction, Variables } from '../../systems/lambda/lambda-function'
import { layerIdentity, parseLayerArn } from '../../systems/lambda/layer-arn'
import { LAYER_LIMIT } from '../../systems/lambda/quotas'

interface VariableInverse {
  readonly name: string
  /** What goes back; `null`: the variable was not there. */
  readonly before: string | null
  /** Fingerprints of all that this run wrote, oldest first; `null`: it removed the variable. */
  readonly wrote: readonly (string | null)[]
}

export interface Inverse {
  readonly layers: LayersChange | undefined
  readonly variables: readonly VariableInverse[]
  readonly logFormat?: LogFormatChange | undefined
}

/** So that a value that was written can be recognised without being kept. */
export function fingerprint(value: string, salt: string): string {
  return createHash('sha256').update(salt).update('\0').update(value).digest('base64url')
}

export function inverseOf(change: Change, salt: string): Inverse {
  return {
    layers: change.layers,
    variables: change.variables.map(({ name, before, after }) => ({
      name,
      before: before ?? null,
      wrote: [after === undefined ? null : fingerprint(after, salt)],
    })),
    ...(change.logFormat && { logFormat: change.logFormat }),
  }
}

/** Nothing was changed, as by a restart. */
export function isEmptyInverse({ layers, variables, logFormat }: Inverse): boolean {
  return layers === undefined && variables.length === 0 && logFormat === undefined
}

/**
 * The inverse of two writes in a row. Where the second one changes what the first one had written, the way back leads to
 * what was there before the first; where somebody else came in between, to what they left.
 */
export function mergeInverses(first: Inverse, second: Inverse, salt: string): Inverse {
  const earlier = new Map(first.variables.map((variable) => [variable.name, variable]))
  const later = second.variables.map((variable): VariableInverse => {
    const { before } = variable
    const found = before === null ? null : fingerprint(before, salt)
    const one = earlier.get(variable.name)
    earlier.delete(variable.name)
    return one?.wrote.includes(found)
      ? { ...variable, before: one.before, wrote: [...one.wrote, ...variable.wrote] }
      : variable
  })
  return {
    layers: second.layers
      ? { ...second.layers, before: undoLayers(second.layers.before, first.layers, []) }
      : first.layers,
    variables: [...earlier.values(), ...later],
    // There are but two: what the second write changed, the first had not.
    ...((second.logFormat ?? first.logFormat) && {
      logFormat: second.logFormat ?? first.logFormat,
    }),
  }
}

export interface UndoPlan {
  /** `undefined`: there is nothing to undo. */
  readonly change: Change | undefined
  /** Items that somebody else has changed since: variables by name, layers by ARN. */
  readonly leftUnchanged: readonly string[]
}

/** @returns `unreadable` when variables have to go back and Lambda does not show them */
export function planUndo(
  fn: LambdaFunction,
  inverse: Inverse,
  salt: string,
): UndoPlan | 'unreadable' {
  const leftUnchanged: string[] = []
  const layers = undoLayers(
    fn.layers.map((layer) => layer.arn),
    inverse.layers,
    leftUnchanged,
  )
  const format = inverse.logFormat?.before ?? fn.logFormat
  if (!fn.environment.readable) {
    if (inverse.variables.length > 0) return 'unreadable'
    return { change: changeBetween(fn, layers, new Map(), new Map(), format), leftUnchanged }
  }
  const current = fn.environment.variables
  const after = undoVariables(current, inverse.variables, salt, leftUnchanged)
  return { change: changeBetween(fn, layers, current, after, format), leftUnchanged }
}

function undoVariables(
  current: Variables,
  inverse: readonly VariableInverse[],
  salt: string,
  leftUnchanged: string[],
): Variables {
  const changes = inverse.flatMap(({ name, before, wrote }) => {
    const value = current.get(name)
    if ((value ?? null) === before) return []
    const isOurs = wrote.includes(value === undefined ? null : fingerprint(value, salt))
    if (!isOurs) {
      leftUnchanged.push(name)
      return []
    }
    return [{ name, before: value, after: before ?? undefined }]
  })
  return applyVariables(current, changes)
}

/**
 * The layers without what we did. Untouched since: exactly the list that was. Otherwise each of our layers by itself:
 * one that we put in place of another gives the place back, one that we added goes, one that we removed returns behind
 * the neighbour it had. What we put in place of others is one item with them: who has taken ours away since has decided
 * what is to stand there.
 */
function undoLayers(
  current: readonly string[],
  change: LayersChange | undefined,
  leftUnchanged: string[],
): readonly string[] {
  if (change === undefined || sameList(current, change.before)) return current
  if (sameList(current, change.after)) return change.before

  const added = change.after.filter((arn) => !change.before.includes(arn))
  const removed = new Set(change.before.filter((arn) => !change.after.includes(arn)))
  const taken = added.filter((arn) => !current.includes(arn))
  let list = [...current]
  for (const arn of added) {
    // A layer that we replaced held the same place in the list before.
    const old = change.before[change.after.indexOf(arn)]
    const replaced = old !== undefined && removed.delete(old) ? old : undefined
    const place = list.indexOf(arn)
    if (place === -1) {
      if (replaced !== undefined && !list.includes(replaced)) leftUnchanged.push(arn)
      continue
    }
    const returns = replaced !== undefined && !holdsVersionOf(list, replaced, arn)
    if (replaced !== undefined && !returns && !list.includes(replaced)) leftUnchanged.push(replaced)
    list = [...list.slice(0, place), ...(returns ? [replaced] : []), ...list.slice(place + 1)]
  }
  for (const arn of removed) {
    if (list.includes(arn)) continue
    if (taken.length > 0 || holdsVersionOf(list, arn) || list.length >= LAYER_LIMIT) {
      leftUnchanged.push(arn)
      continue
    }
    const before = change.before
      .slice(0, change.before.indexOf(arn))
      .filter((other) => list.includes(other))
    const neighbour = before.at(-1)
    const place = neighbour === undefined ? 0 : list.indexOf(neighbour) + 1
    list = [...list.slice(0, place), arn, ...list.slice(place)]
  }
  return list
}

/** Lambda refuses two versions of one layer in a list. */
function holdsVersionOf(list: readonly string[], arn: string, except?: string): boolean {
  const layer = parseLayerArn(arn)
  return list.some((text) => {
    const other = parseLayerArn(text)
    return (
      text !== except &&
      layer !== undefined &&
      other !== undefined &&
      layerIdentity(other) === layerIdentity(layer)
    )
  })
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index])
}
