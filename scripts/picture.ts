/**
 * Makes the pictures of the README from the summary that `npm run demo` has written: light and dark, by a Chromium on the
 * PATH (or in the environment variable CHROMIUM). `npm run picture` runs the demo first.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const chromium = process.env['CHROMIUM'] ?? 'chromium'
const page = readFileSync(join(root, '.demo', 'summary.html'), 'utf8')
const SIZE = { width: 1060, height: 980 }

const folder = mkdtempSync(join(tmpdir(), 'picture-'))
try {
  for (const scheme of ['light', 'dark'] as const) {
    // A page that knows one scheme only: how a browser without a screen is told its scheme differs by version.
    const fixed = page
      .replace('content="light dark"', `content="${scheme}"`)
      .replace(
        '@media (prefers-color-scheme: dark)',
        scheme === 'dark' ? '@media all' : '@media not all',
      )
    const path = join(folder, `${scheme}.html`)
    writeFileSync(path, fixed)
    const picture = join(root, 'docs', 'images', `summary-${scheme}.png`)
    execFileSync(
      chromium,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${String(SIZE.width)},${String(SIZE.height)}`,
        `--screenshot=${picture}`,
        `file://${path}`,
      ],
      { stdio: 'ignore' },
    )
    console.log(picture)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
