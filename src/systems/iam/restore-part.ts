/**
 * Which part of a narrowed document is restored when only some of the functions that the edit reached get their log rights
 * back: the others keep what was taken from them.
 */

import { mayAllow } from './may-allow'
import { narrowedDocument } from './narrow'

export interface EditedDocument {
  readonly before: string
  /** `undefined`: nothing was left, so the policy was deleted. */
  readonly wrote: string | undefined
}

/**
 * @param current what is there now; `undefined`: no policy
 * @param reached ARNs of all log groups that the edit was made for
 * @param restoring those that are to be written again
 * @returns the edit as if it had been made for those that are withheld now, up to those that stay withheld; `undefined`
 * where it withholds nothing from those that are to be restored: a role has policies for one of its functions alone
 */
export function partToRestore(
  edit: EditedDocument,
  current: string | undefined,
  reached: readonly string[],
  restoring: readonly string[],
): EditedDocument | undefined {
  const withheld = reached.filter((group) => isWithheld(group, current, edit.before))
  const staying = withheld.filter((group) => !restoring.includes(group))
  if (withheld.length === 0) return edit
  if (staying.length === withheld.length) return undefined
  if (staying.length === 0 && withheld.length === reached.length) return edit
  const wrote = narrowedDocument(edit.before, withheld)
  const before = narrowedDocument(edit.before, staying)
  if (wrote === undefined || before === undefined) return edit
  const { document } = before
  // One entry may reach the log groups of all of them: then all of it comes back.
  const isEnough = !restoring.some((group) => isWithheld(group, document, edit.before))
  return {
    before: isEnough && document !== undefined ? document : edit.before,
    wrote: wrote.document,
  }
}

function isWithheld(group: string, current: string | undefined, before: string): boolean {
  const now = current === undefined ? [] : mayAllow([current], group)
  return mayAllow([before], group).some((write) => !now.includes(write))
}
