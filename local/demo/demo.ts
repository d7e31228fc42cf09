/**
 * The main job on the embedded local stack: seeds an account, runs the built action as a runner does, prints its log and
 * says where the rendered summary is. `npm run demo`.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startLocalAws } from '../aws'
import { startJob } from '../runner/step'
import { DEMO_FUNCTIONS, seedDemo } from './functions'
import { summaryPage } from './summary-page'

const INPUTS = {
  functions: DEMO_FUNCTIONS.join('\n'),
  endpoint: 'https://clickstack.example.com:4317',
  'api-key': 'demo-ingestion-key',
  'service-name': '{function}',
  'resource-attributes': 'deployment.environment=production',
  'smoke-test': 'always',
  verify: 'none',
}

const folder = join(import.meta.dirname, '..', '..', '.demo')
const aws = await startLocalAws()
const job = startJob()
try {
  seedDemo(aws)
  await job.run({ name: 'main', inputs: { ...INPUTS, functions: 'shop-payments' }, env: aws.env })
  aws.calls.clear()

  const main = await job.run({ name: 'main', inputs: INPUTS, env: aws.env })
  const post = await job.run({ name: 'post', env: aws.env, state: main.state })

  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'summary.md'), main.summary)
  const page = join(folder, 'summary.html')
  writeFileSync(page, summaryPage(main.summary))

  console.log([...main.log, ...post.log].join('\n').trim())
  console.log(`
The step ended with exit code ${String(main.exitCode)}: ${main.outputs['result'] ?? ''}. One function cannot be read and one has no memory for the
extension, so this deploy would be held back. The account is as safe as before: what could not be proven was put back.

Calls to AWS: ${callCounts()}
Summary as GitHub would show it: ${relative(process.cwd(), page)}`)
  if (main.outputs['result'] !== 'failure' || post.exitCode !== 0) process.exitCode = 1
} finally {
  job.delete()
  await aws.close()
}

function callCounts(): string {
  const counts = new Map<string, number>()
  for (const { operation } of aws.calls.all())
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  return [...counts].map(([operation, count]) => `${String(count)} ${operation}`).join(', ')
}
