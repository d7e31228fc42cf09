/** How large the bundle is, and how large it may be: for the bench and the test that holds the limits. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Of the contract: what every run loads, and all that some run may load. */
export const SIZE_LIMITS_BYTES = { everyRun: 1_900_000, allChunks: 4_600_000 } as const

/** In bytes: `index.js`, which every run loads, and all JavaScript files of a build together. */
export function bundleSize(dist: string): Record<keyof typeof SIZE_LIMITS_BYTES, number> {
  const size = (name: string) => statSync(join(dist, name)).size
  const files = readdirSync(dist).filter((name) => name.endsWith('.js'))
  return {
    everyRun: size('index.js'),
    allChunks: files.reduce((sum, name) => sum + size(name), 0),
  }
}
