/** Whether a template owns the functions, where the caller may not ask: without their tags, nobody warns of the next deployment. */

import type { Iac } from '../../systems/templates/owner'
import type { Inspected } from './inspect'

/** @returns one sentence for the whole run; none where the tags do not count */
export function ownerNotes(inspected: readonly Inspected[], iac: Iac): readonly string[] {
  const hidden = inspected.filter(({ fn }) => fn?.tags === 'denied').length
  if (hidden === 0 || iac === 'none') return []
  return [
    `Templates: not checked for ${String(hidden)} of ${String(inspected.length)} functions whether one owns them (their tags cannot be read: lambda:ListTags).`,
  ]
}
