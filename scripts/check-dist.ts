/**
 * Exit 1 unless dist/ is what src/ builds. Runs before the tests of the built action, the demo and the bench. With
 * `--unless-as-committed` a checkout in which nothing was changed or built yet is not built: CI has compared the commit.
 */

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { staleDist } from './fresh-dist'

const root = join(import.meta.dirname, '..')
const mayBeCommitted = process.argv.includes('--unless-as-committed')
if (!(mayBeCommitted && isAsCommitted())) {
  const problem = await staleDist(root, async () => {
    // ncc is large, and seldom needed here.
    const { bundle } = await import('./bundle')
    return bundle()
  })
  if (problem !== undefined) {
    console.error(problem)
    process.exitCode = 1
  }
}

function isAsCommitted(): boolean {
  if (existsSync(join(root, '.cache', 'dist'))) return false
  try {
    const paths = ['src', 'dist', 'package-lock.json']
    const changed = execFileSync('git', ['status', '--porcelain', '--', ...paths], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return changed === ''
  } catch {
    // Not a checkout, or without git.
    return false
  }
}
