/**
 * The action on this machine: a team's account, in which three functions fail (step 1); then, with the causes repaired,
 * the same again with CloudWatch Logs disabled (step 2). Prints both logs as they grow, and writes the rendered summaries
 * to .demo/. `npm run demo`; docs/demo.md tells how it is led to a ClickStack of one's own.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StepResult } from '../runner/step'
import { repairShop, seedShop, SHOP, useShop } from './accounts'
import { logPrinter, say, whileWaiting } from './console'
import { ownClickStack } from './own-clickstack'
import { summaryPage } from './summary-page'
import { type DemoWorld, startWorld } from './world'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, '.demo')

const own = ownClickStack(process.env)
if (own.kind === 'incomplete') {
  say(own.problem)
  process.exitCode = 1
} else {
  await demo(own.kind === 'given' ? own.inputs : undefined)
}

async function demo(inputs: Readonly<Record<string, string>> | undefined): Promise<void> {
  introduce(inputs)
  const startedAt = Date.now()
  const world = await whileWaiting(
    () => 'starting AWS and ClickStack',
    () => startWorld(inputs),
  )
  try {
    seedShop(world.aws)
    await useShop(world.aws)
    say(`Started in ${secondsSince(startedAt)}.`)

    const first = await step(world, 'Step 1 of 2: configure and verify all functions', {
      functions: SHOP,
    })
    say('  Exit code 1: a deployment that depends on this step stops here.')
    say('  The functions that failed are in their original state.')

    repairShop(world.aws)
    say('\nNow the team does what the summary lists: more memory for thumbnails, the right to')
    say('decrypt the variables of shop-ledger, and a route from shop-returns to ClickStack.')
    const second = await step(world, 'Step 2 of 2: again, and disable CloudWatch Logs', {
      functions: SHOP,
      'cloudwatch-logs': 'deny',
      'cloudwatch-quiet': '3',
    })
    await world.finish(second)

    const pages = [
      { page: writeSummary('summary', first), result: first },
      { page: writeSummary('summary-cloudwatch-logs', second), result: second },
    ]
    say(`\nDone in ${secondsSince(startedAt)}. The job summaries, as GitHub shows them:\n`)
    for (const { page, result } of pages) say(`  ${relative('', page)}\n    ${titleOf(result)}`)
    say(`\nOpen the first one:\n\n  ${openCommand(pages[0]?.page ?? folder)}`)
    if (first.exitCode !== 1 || second.exitCode !== 0) process.exitCode = 1
  } finally {
    await world.close()
  }
}

function introduce(inputs: Readonly<Record<string, string>> | undefined): void {
  const real =
    inputs === undefined
      ? 'the action (dist/, as GitHub runs it), OTLP, ClickHouse with ClickStack’s tables'
      : `the action (dist/, as GitHub runs it), OTLP, your ClickStack at ${inputs['endpoint'] ?? ''}`
  const simulated =
    inputs === undefined
      ? 'AWS (Lambda, IAM, CloudWatch Logs), Rotel, ClickStack’s collector, HyperDX'
      : 'AWS (Lambda, IAM, CloudWatch Logs) and Rotel'
  say('ClickStack for AWS Lambda on this machine: no AWS account is needed or changed.\n')
  say(`  Real       ${real}`)
  say(`  Simulated  ${simulated}\n`)
}

/** Runs the action, with its log as it grows. */
async function step(
  world: DemoWorld,
  title: string,
  inputs: Readonly<Record<string, string>>,
): Promise<StepResult> {
  say(`\n${title}\n`)
  let beforeEach = () => {}
  const printer = logPrinter(() => beforeEach())
  return whileWaiting(
    () => `waiting for AWS and ClickStack${printer.progress() && `; ${printer.progress()}`}`,
    (progress) => {
      beforeEach = progress
      return world.run(inputs, printer.onLine)
    },
  )
}

/** The summary as Markdown and as a page; returns the path of the page. */
function writeSummary(name: string, { summary }: StepResult): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.md`), summary)
  const page = join(folder, `${name}.html`)
  writeFileSync(page, summaryPage(summary))
  return page
}

function titleOf({ summary }: StepResult): string {
  return (summary.split('\n')[0] ?? '').replace(/^#+ /, '').replace(/<\/?code>/g, '`')
}

function openCommand(page: string): string {
  const path = relative('', page)
  if (process.platform === 'darwin') return `open ${path}`
  if (process.platform === 'win32') return `start ${path}`
  return `xdg-open ${path}    (or ${pathToFileURL(page).href} in a browser)`
}

function secondsSince(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
}
