/** Jest's `globalSetup` of the tests that run dist/ (jest.config.js), which takes no TypeScript. */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function checkDist() {
  const script = fileURLToPath(new URL('check-dist.ts', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
}
