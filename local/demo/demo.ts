/**
 * The main job on the embedded local stack: seeds an account and a ClickStack, runs the built action as a runner does,
 * prints its log and says where the rendered summary is. `npm run demo`.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startJob } from '../runner/step'
import { startLocalStack } from '../stack'
import { DEMO_FUNCTIONS, seedDemo } from './functions'
import { summaryPage } from './summary-page'

const folder = join(import.meta.dirname, '..', '..', '.demo')
const stack = await startLocalStack()
const { aws, clickStack, inputs } = stack
const job = startJob()
const run = (functions: string) =>
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
    },
    env: aws.env,
  })
try {
  seedDemo(aws)
  await run('shop-payments')
  aws.calls.clear()

  const main = await run(DEMO_FUNCTIONS.join('\n'))
  const post = await job.run({ name: 'post', env: aws.env, state: main.state })

  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'summary.md'), main.summary)
  const page = join(folder, 'summary.html')
  writeFileSync(page, summaryPage(main.summary))

  console.log([...main.log, ...post.log].join('\n').trim())
  console.log(`
The step ended with exit code ${String(main.exitCode)}: ${main.outputs['result'] ?? ''}. One function cannot be read, one has no memory for the extension,
and nothing of one arrives, so this deploy would be held back. What could not be proven was put back as it was found.

Calls to AWS: ${callCounts()}
Queries to ClickHouse: ${String(clickStack.clickHouse.queries.length)}
Summary as GitHub would show it: ${relative(process.cwd(), page)}`)
  if (main.outputs['result'] !== 'failure' || post.exitCode !== 0) process.exitCode = 1
} finally {
  job.delete()
  await stack.close()
}

function callCounts(): string {
  const counts = new Map<string, number>()
  for (const { operation } of aws.calls.all()) {
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  }
  return [...counts].map(([operation, count]) => `${String(count)} ${operation}`).join(', ')
}
