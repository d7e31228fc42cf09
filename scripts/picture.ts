/**
 * Makes the pictures of docs/images: runs the scenes of local/demo on the local stack, renders their summaries as GitHub
 * does, and photographs them, light and dark, with a Chromium on the PATH (or in the environment variable CHROMIUM).
 * Mermaid, which GitHub draws charts with, is installed by npm into .cache/ for it. `npm run picture`, or with the names
 * of scenes. With WIDTH=420 the pictures are those of a telephone, in .cache/pictures/.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SCENES } from '../local/demo/scenes'
import { summaryPage } from '../local/demo/summary-page'
import { startWorld } from '../local/demo/world'

const root = join(import.meta.dirname, '..')
const chromium = process.env['CHROMIUM'] ?? 'chromium'
const width = Number(process.env['WIDTH'] ?? '1012')
const isForDocs = process.env['WIDTH'] === undefined
const pictures = isForDocs ? join(root, 'docs', 'images') : join(root, '.cache', 'pictures')
const MERMAID = '11.17.2'

/** In pixels: what lies below is not what a picture is for. */
const MOST_HEIGHT = 1_500

const wanted = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'picture-'))
try {
  mkdirSync(pictures, { recursive: true })
  const mermaid = installMermaid()
  for (const scene of SCENES) {
    if (wanted.length > 0 && !wanted.includes(scene.name)) continue
    const world = await startWorld(undefined)
    try {
      const { summary } = await scene.run(world)
      for (const scheme of ['light', 'dark'] as const) {
        const page = join(folder, `${scene.name}-${scheme}.html`)
        writeFileSync(page, summaryPage(summary, { scheme, mermaid }))
        const picture = join(pictures, `summary-${scene.name}-${scheme}.png`)
        photograph(page, picture, isForDocs && scene.endsBeforeCharts === true)
        const kilobytes = Math.round(statSync(picture).size / 1000)
        console.log(`${relative('', picture)}  ${String(kilobytes)} kB`)
      }
    } finally {
      await world.close()
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** @returns its address */
function installMermaid(): string {
  const prefix = join(root, '.cache', 'mermaid')
  const script = join(prefix, 'node_modules', 'mermaid', 'dist', 'mermaid.min.js')
  if (!existsSync(script)) {
    mkdirSync(prefix, { recursive: true })
    const options = ['--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund']
    execFileSync('npm', ['install', ...options, `mermaid@${MERMAID}`], { stdio: 'ignore' })
  }
  return pathToFileURL(script).href
}

/** As high as the page, or as what stands above its charts; both are measured first. */
function photograph(page: string, picture: string, endsBeforeCharts: boolean): void {
  const address = pathToFileURL(page).href
  const dom = browse(800, ['--dump-dom', address])
  if (dom.includes('Syntax error in text')) throw new Error(`Mermaid rejects a chart of ${page}`)
  const end = endsBeforeCharts ? /data-charts="(\d+)"/ : /data-height="(\d+)"/
  const height = Number(end.exec(dom)?.[1] ?? MOST_HEIGHT)
  browse(Math.min(height, MOST_HEIGHT), [`--screenshot=${picture}`, address])
}

function browse(height: number, command: readonly string[]): string {
  return execFileSync(
    chromium,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--allow-file-access-from-files',
      '--virtual-time-budget=8000',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--window-size=${String(width)},${String(height)}`,
      ...command,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
}
