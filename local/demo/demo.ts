/**
 * The main job on the embedded local stack: seeds an account and a ClickStack and runs the built action twice as a runner
 * does: over a whole account, where three functions fail, and with CloudWatch Logs disabled for one that works. Prints
 * both logs and writes the rendered summaries. `npm run demo`.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startJob, type StepResult } from '../runner/step'
import { startLocalStack } from '../stack'
import { DEMO_FUNCTIONS, seedDemo } from './functions'
import { summaryPage } from './summary-page'

const folder = join(import.meta.dirname, '..', '..', '.demo')
const stack = await startLocalStack()
const { aws, clickStack, inputs } = stack
const job = startJob()
const run = (functions: string, more: Readonly<Record<string, string>> = {}) =>
  job.run({
    name: 'main',
    inputs: {
      ...inputs,
      functions,
      'service-name': '{function}',
      'resource-attributes': 'deployment.environment=production',
      'smoke-test': 'always',
      'verify-timeout': '8',
      'hyperdx-url': clickStack.hyperDxUrl,
      ...more,
    },
    env: aws.env,
  })
try {
  seedDemo(aws)
  // An earlier run, so that one function is configured already.
  await run('shop-payments')
  aws.calls.clear()

  const deploy = await run(DEMO_FUNCTIONS.join('\n'))
  const post = await job.run({ name: 'post', env: aws.env, state: deploy.state })
  show('Step 1: configure all functions of an account', [...deploy.log, ...post.log])
  console.log(`
Exit code ${String(deploy.exitCode)} (${deploy.outputs['result'] ?? ''}): a deployment that depends on this step stops here.
The functions that failed are in their original state.
Calls to AWS: ${callCounts()}
Queries to ClickHouse: ${String(clickStack.clickHouse.queries.length)}
Job summary: ${writeSummary('summary', deploy)}`)

  const disable = await run('shop-orders', { 'cloudwatch-logs': 'deny', 'cloudwatch-quiet': '3' })
  show('Step 2: disable CloudWatch Logs for shop-orders', disable.log)
  console.log(`
Exit code ${String(disable.exitCode)} (${disable.outputs['result'] ?? ''}).
Job summary: ${writeSummary('summary-cloudwatch-logs', disable)}`)
  const asExpected = deploy.exitCode === 1 && post.exitCode === 0 && disable.exitCode === 0
  if (!asExpected) process.exitCode = 1
} finally {
  job.delete()
  await stack.close()
}

function show(title: string, log: readonly string[]): void {
  console.log(`\n=== ${title}\n\n${log.join('\n').trim()}`)
}

/** The summary as Markdown and as a page; returns the path of the page. */
function writeSummary(name: string, { summary }: StepResult): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.md`), summary)
  const page = join(folder, `${name}.html`)
  writeFileSync(page, summaryPage(summary))
  return relative(process.cwd(), page)
}

function callCounts(): string {
  const counts = new Map<string, number>()
  for (const { operation } of aws.calls.all()) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  }
  return [...counts].map(([operation, count]) => `${String(count)} ${operation}`).join(', ')
}
