/** What several functions share is restored once, however many of them need it. */

import type { Restoration } from '../roles/restore-logs'
import type { LifeContext } from './life-state'

export function restoreOnce(
  restore: (restoration: Restoration) => ReturnType<LifeContext['restore']>,
): LifeContext['restore'] {
  const known = new Map<Restoration, ReturnType<LifeContext['restore']>>()
  return (restoration) => {
    const fresh = known.get(restoration) ?? restore(restoration)
    known.set(restoration, fresh)
    return fresh
  }
}
