/** Which variables a function is to have: ours merged in, all others byte for byte as they are. */

import { EXEC_WRAPPER } from '../../systems/instrumentation/wrapper'
import type { Variables } from '../../systems/lambda/lambda-function'
import { wrapperWithoutOurs } from './instrumentation'
import { MARKER, type Ownership, writeMarker } from '../../model/ownership'

export interface EnvironmentPlan {
  readonly after: Variables
  readonly owned: Ownership
}

/** Variables of the user's own that stand in the way, by name. */
export interface EnvironmentConflict {
  readonly conflicts: readonly string[]
}

/**
 * @param owned what the function's marker claims
 * @param claims what else will be ours after the change: layers as `account:name`, the log format, the wrapper replaced
 * @param acceptForeignSettings take over the user's own settings of Rotel
 */
export function planEnvironment(
  before: Variables,
  desired: Variables,
  owned: Ownership,
  claims: Omit<Ownership, 'variables'>,
  acceptForeignSettings: boolean,
): EnvironmentPlan | EnvironmentConflict {
  const ours = new Set(owned.variables)
  const conflicts = acceptForeignSettings ? [] : conflictsWith(before, desired, ours)
  if (conflicts.length > 0) return { conflicts }

  const nowOurs = [...desired.keys()].filter(
    (name) => ours.has(name) || before.get(name) !== desired.get(name),
  )
  const ownership: Ownership = { ...claims, variables: nowOurs }
  const marker = writeMarker(ownership)
  const after = new Map(environmentWithoutOurs(before, owned))
  for (const [name, value] of desired) after.set(name, value)
  if (marker !== undefined) after.set(MARKER, marker)
  return { after, owned: ownership }
}

/**
 * Where we own nothing yet, somebody else configured Rotel: each of their `ROTEL_*` variables must be what we want
 * already. Where we do, only a variable that we are to set and that is not ours can be in the way.
 */
function conflictsWith(before: Variables, desired: Variables, ours: ReadonlySet<string>): string[] {
  const claimed = before.has(MARKER)
  return [...before.keys()].filter((name) => {
    // Whether another wrapper is in the way is decided with the instrumentation.
    if (ours.has(name) || name === MARKER || name === EXEC_WRAPPER) return false
    if (desired.has(name)) return before.get(name) !== desired.get(name)
    return !claimed && name.startsWith('ROTEL_')
  })
}

/** The map after everything that is ours has left it, and what ours stood in place of is back. */
export function environmentWithoutOurs(before: Variables, owned: Ownership): Variables {
  const ours = new Set([...owned.variables, MARKER])
  const after = new Map([...before].filter(([name]) => !ours.has(name)))
  const wrapper = wrapperWithoutOurs(before, owned)
  return wrapper === undefined ? after : after.set(EXEC_WRAPPER, wrapper)
}
