/** Exit 1 unless dist/ is what src/ builds. Runs before the tests of the built action, the demo and the bench. */

import { join } from 'node:path'
import { staleDist } from './fresh-dist'

const problem = await staleDist(join(import.meta.dirname, '..'), async () => {
  // ncc is large, and seldom needed here.
  const { bundle } = await import('./bundle')
  return bundle()
})
if (problem !== undefined) {
  console.error(problem)
  process.exitCode = 1
}
