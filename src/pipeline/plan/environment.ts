/** Plans the variables of a function: ours are merged in, all others stay byte for byte. */

import { EXEC_WRAPPER } from '../../systems/instrumentation/wrapper'
import type { Variables } from '../../systems/lambda/lambda-function'
import { wrapperWithoutOurs } from './instrumentation'
import { MARKER, type Ownership, writeMarker } from '../../model/ownership'

export interface EnvironmentPlan {
  readonly after: Variables
  readonly owned: Ownership
}

/** The user's own variables that conflict with ours, by name. */
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
 * Without our marker, `ROTEL_*` variables are the user's, and each must already have the wanted value. With it, only a
 * wanted variable that is not ours can conflict.
 */
function conflictsWith(before: Variables, desired: Variables, ours: ReadonlySet<string>): string[] {
  const claimed = before.has(MARKER)
  return [...before.keys()].filter((name) => {
    // Whether another wrapper conflicts is decided with the instrumentation.
    if (ours.has(name) || name === EXEC_WRAPPER) return false
    if (desired.has(name)) return before.get(name) !== desired.get(name)
    return !claimed && name.startsWith('ROTEL_')
  })
}

/** The variables without ours, and with those that ours replaced. */
export function environmentWithoutOurs(before: Variables, owned: Ownership): Variables {
  const ours = new Set([...owned.variables, MARKER])
  const after = new Map([...before].filter(([name]) => !ours.has(name)))
  const wrapper = wrapperWithoutOurs(before, owned)
  return wrapper === undefined ? after : after.set(EXEC_WRAPPER, wrapper)
}
