/**
 * The way back of a change, item by item. An item goes back only where the function still has what this run wrote;
 * what somebody else has changed since stays, and is named.
 */

import { createHash } from 'node:crypto'
import { applyVariables, type Change, changeBetween, type LayersChange } from '../plan/change'
import type { LambdaFunction, Variables } from '../model/lambda-function'
import { layerIdentity, parseLayerArn } from '../model/layer-arn'

export interface VariableInverse {
  readonly name: string
  /** What goes back; `null`: the variable was not there. */
  readonly before: string | null
  /** Fingerprint of what was written; `null`: the variable was removed. */
  readonly wrote: string | null
}

export interface Inverse {
  readonly layers: LayersChange | undefined
  readonly variables: readonly VariableInverse[]
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
      wrote: after === undefined ? null : fingerprint(after, salt),
    })),
  }
}

/**
 * The inverse of two writes in a row. What the second one changes did not stand as the first one left it, so there the
 * second one's "before" is the state to go back to.
 */
export function mergeInverses(first: Inverse, second: Inverse): Inverse {
  const superseded = new Set(second.variables.map(({ name }) => name))
  return {
    layers: second.layers ?? first.layers,
    variables: [
      ...first.variables.filter(({ name }) => !superseded.has(name)),
      ...second.variables,
    ],
  }
}

export interface UndoPlan {
  /** `undefined`: there is nothing to put back. */
  readonly change: Change | undefined
  /** Items that somebody else has changed since: variables by name, layers by ARN. */
  readonly leftAlone: readonly string[]
}

/** @returns `unreadable` when variables have to go back and Lambda does not show them */
export function planUndo(
  fn: LambdaFunction,
  inverse: Inverse,
  salt: string,
): UndoPlan | 'unreadable' {
  const leftAlone: string[] = []
  const layers = undoLayers(
    fn.layers.map((layer) => layer.arn),
    inverse.layers,
    leftAlone,
  )
  if (!fn.environment.readable) {
    if (inverse.variables.length > 0) return 'unreadable'
    return { change: changeBetween(fn, layers, new Map(), new Map()), leftAlone }
  }
  const current = fn.environment.variables
  const after = undoVariables(current, inverse.variables, salt, leftAlone)
  return { change: changeBetween(fn, layers, current, after), leftAlone }
}

function undoVariables(
  current: Variables,
  inverse: readonly VariableInverse[],
  salt: string,
  leftAlone: string[],
): Variables {
  const changes = inverse.flatMap(({ name, before, wrote }) => {
    const value = current.get(name)
    if ((value ?? null) === before) return []
    const isOurs = value === undefined ? wrote === null : fingerprint(value, salt) === wrote
    if (!isOurs) {
      leftAlone.push(name)
      return []
    }
    return [{ name, before: value, after: before ?? undefined }]
  })
  return applyVariables(current, changes)
}

/**
 * The layers without what we did. Untouched since: exactly the list that was. Otherwise each of our layers by itself:
 * one that we put in place of another gives the place back, one that we added goes, one that we removed returns behind
 * the neighbour it had.
 */
function undoLayers(
  current: readonly string[],
  change: LayersChange | undefined,
  leftAlone: string[],
): readonly string[] {
  if (change === undefined || sameList(current, change.before)) return current
  if (sameList(current, change.after)) return change.before

  const added = change.after.filter((arn) => !change.before.includes(arn))
  const removed = change.before.filter((arn) => !change.after.includes(arn))
  let list = [...current]
  for (const arn of added) {
    const place = list.indexOf(arn)
    // A layer that we replaced held the same place in the list before.
    const replaced = removed.find((old) => change.before.indexOf(old) === change.after.indexOf(arn))
    if (place === -1) {
      if (replaced === undefined || !list.includes(replaced)) leftAlone.push(arn)
      continue
    }
    const back = replaced !== undefined && !holdsVersionOf(list, replaced, arn) ? [replaced] : []
    list = [...list.slice(0, place), ...back, ...list.slice(place + 1)]
  }
  for (const arn of removed) {
    if (list.includes(arn)) continue
    if (holdsVersionOf(list, arn)) {
      leftAlone.push(arn)
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
