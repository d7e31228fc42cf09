/**
 * Each whole workflow of README.md and docs/ is run as it is printed: every step of this action in it, on the local stack,
 * by a caller that has exactly the role of docs/templates/ which the workflow names, with the features that the page names.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { ACTIONS_BOT, startLocalGitHub } from '../../local/github'
import { leaksOf } from '../../local/runner/leaks'
import { type Job, startJob, type StepResult } from '../../local/runner/step'
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/stack'
import {
  type Example,
  type ExampleJob,
  examplesOf,
  jobsOf,
  THIS_ACTION,
} from '../../scripts/examples'
import { pagesOf } from '../contract/pages'
import { refusedCalls } from './printed-policies'
import {
  evaluated,
  inStack,
  KEY,
  openShop,
  policiesOf,
  SHOP,
  type Shop,
  type Values,
  valuesOf,
  VERIFIER,
  WRITER,
} from './printed-shop'
import { statusesOf } from './world'

const ACCOUNT = '123456789012'
const pages = pagesOf('.')
const workflows = pages.flatMap(({ path, text }) =>
  examplesOf(path, text).filter(({ isWhole }) => isWhole),
)
const pageWith = ({ place }: Example): string =>
  pages.find(({ path }) => place.startsWith(`${path}:`))?.text ?? ''

/** What an example meets, and what has to come of it. */
interface Case {
  /** Runs before it in the same account, on these functions: `apply`. */
  readonly configured?: string
  /** Statuses of each step of this action, in the order of the workflow. */
  readonly ends: readonly (readonly string[])[]
  /** Has an alias `live`, which leads to a version without Rotel. */
  readonly aliasOf?: string
}

const NEW = { ends: [['orders: instrumented']] }
const shop = (status: string) => SHOP.map((name) => `${name}: ${status}`)

/** By page; a page with several workflows has several cases. */
const CASES: Readonly<Record<string, readonly Case[]>> = {
  'README.md': [{ ends: [['shop-cart: instrumented', 'shop-orders: instrumented']] }],
  'gate-a-deploy': [{ ends: [['cart: instrumented', 'orders: instrumented']] }],
  'plan-on-pull-requests': [{ ends: [shop('planned')] }],
  'verify-nightly': [{ configured: 'shop-*', ends: [shop('unchanged')] }],
  'drift-check': [{ configured: 'shop-*', ends: [shop('planned no-change')] }],
  secrets: [NEW, NEW],
  'auto-instrumentation': [{ ends: [['cart: instrumented', 'orders: instrumented']] }],
  // The second workflow restores what the first has removed.
  'cloudwatch-logs': [NEW, { ends: [['orders: removed']] }],
  'straight-to-clickhouse': [NEW],
  'clickhouse-observability': [NEW],
  // A job for each share of the functions.
  matrix: [{ ends: [shop('instrumented')] }],
  'publish-alias': [{ ...NEW, aliasOf: 'orders' }],
  'private-endpoint': [NEW],
  'own-layer': [NEW],
  remove: [{ configured: 'shop-*', ends: [shop('planned'), shop('removed')] }],
  environments: [NEW],
}

const pageOf = ({ place }: Example) =>
  place.replace(/^docs\/recipes\//, '').replace(/(?<!README)\.md:\d+$|:\d+$/, '')

const ofPage = (page: string) => workflows.filter((example) => pageOf(example) === page)

test('every workflow that is printed has a case', () => {
  const printed = [...new Set(workflows.map(pageOf))].map((page) => [page, ofPage(page).length])
  const cases = Object.entries(CASES).map(([page, of]) => [page, of.length])
  expect(new Map(printed.sort() as [string, number][])).toEqual(
    new Map(cases.sort() as [string, number][]),
  )
})

const OPTIONS: Readonly<Record<'open-source' | 'managed', LocalStackOptions>> = {
  'open-source': {
    clickStack: {
      ingestionKey: { scheme: 'raw', key: KEY },
      users: [{ ...VERIFIER, readonly: 1 }, WRITER],
    },
  },
  managed: {
    protocol: 'http',
    clickStack: {
      managed: true,
      ingestionKey: { scheme: 'bearer', key: KEY },
      users: [{ ...VERIFIER, readonly: 1 }],
    },
  },
}

/** One ClickStack for all, and one of the managed kind; started where a test first needs it. */
const stacks = new Map<keyof typeof OPTIONS, Promise<LocalStack>>()
function stackOf(kind: keyof typeof OPTIONS): Promise<LocalStack> {
  const stack = stacks.get(kind) ?? startLocalStack(OPTIONS[kind])
  stacks.set(kind, stack)
  return stack
}
afterAll(async () => {
  for (const stack of stacks.values()) await (await stack).close()
})

/** The combinations of a matrix in its first account and region; without one, one. */
function combinations({ strategy }: ExampleJob): readonly Values[] {
  const { account, region, shard } = strategy?.matrix ?? {}
  if (account === undefined || region === undefined || shard === undefined) return [{}]
  return shard.map((share) => ({
    'matrix.account': account[0] ?? '',
    'matrix.region': region[0] ?? '',
    'matrix.shard': share,
  }))
}

interface Running {
  readonly shop: Shop
  readonly job: Job
  readonly env: Values
  readonly values: Values
  readonly more: Values
}

async function runStep(inputs: Values, { shop: { aws, stack }, job, env, more }: Running) {
  const result = await job.run({
    name: 'main',
    inputs: {
      'api-share': '100',
      // The ports of the stack do not tell the protocol, as 4317 does.
      ...(inputs['endpoint'] === stack.clickStack.grpcEndpoint && { protocol: 'grpc' }),
      ...(inputs['mode'] !== 'plan' && inputs['mode'] !== 'remove' && { 'verify-timeout': '30' }),
      // The model writes at once; on AWS a minute of silence is waited for.
      ...(inputs['cloudwatch-logs'] && { 'cloudwatch-quiet': '1' }),
      ...inputs,
      ...more,
    },
    env: { ...aws.env, ...env },
  })
  expect(leaksOf(result, job, [KEY, VERIFIER.password, WRITER.password])).toEqual([])
  return result
}

/** All steps of this action in a workflow, each with the role that the step before it signs in with. */
async function runWorkflow(example: Example, running: Running): Promise<readonly StepResult[][]> {
  const all: StepResult[][] = []
  for (const [, printed] of jobsOf(example)) {
    const perStep: StepResult[][] = []
    for (const combination of combinations(printed)) {
      const steps = printed.steps
      let role = ''
      let index = 0
      for (const { uses = '', with: given = {} } of steps) {
        if (uses.startsWith('aws-actions/')) role = String(given['role-to-assume'])
        if (!uses.startsWith(THIS_ACTION)) continue
        const values = { ...running.values, ...combination }
        const inputs = Object.fromEntries(
          Object.entries(given).map(([name, value]) => [
            name,
            evaluated(inStack(String(value), running.shop), values),
          ]),
        )
        const { aws } = running.shop
        aws.calls.clear()
        aws.caller.allowOnly(policiesOf(role, aws.account, pageWith(example)))
        const result = await runStep(inputs, running)
        aws.caller.allowAll()
        expect(refusedCalls(aws)).toEqual([])
        perStep[index] = [...(perStep[index] ?? []), result]
        index++
      }
    }
    all.push(...perStep)
  }
  return all
}

function expectEnds(results: readonly StepResult[][], { ends }: Case): void {
  expect(
    results.map((of) =>
      of
        .flatMap(statusesOf)

        .sort(),
    ),
  ).toEqual(ends)
  for (const { exitCode, outputs } of results.flat()) {
    expect([exitCode, outputs['result']]).toEqual([0, 'success'])
  }
}

describe('as printed, by a caller with the role of the template:', () => {
  test.concurrent.each(Object.entries(CASES))('%s', async (name, cases) => {
    const stack = await stackOf(name === 'clickhouse-observability' ? 'managed' : 'open-source')
    const examples = ofPage(name)
    const folder = mkdtempSync(join(tmpdir(), 'clickstack-example-'))
    const job = startJob()
    const github = await startLocalGitHub({
      pulls: [7],
      tokens: { ghs_job: { author: ACTIONS_BOT, isInstallation: true, mayWrite: true } },
    })
    let restorePath = ''
    let shop: Shop | undefined
    try {
      for (const [index, example] of examples.entries()) {
        const expected = cases[index]
        if (expected === undefined) throw new Error(`${example.place} has no case`)
        const isGranted = example.workflow.includes('grant-secret-access: true')
        const [account = ACCOUNT] = jobsOf(example).flatMap(
          ([, { strategy }]) => strategy?.matrix?.['account'] ?? [],
        )
        // What the first workflow of a page leaves, the second finds, unless both begin anew.
        if (shop === undefined || name === 'secrets')
          shop = await openShop(stack, account, !isGranted)
        const { aws } = shop
        const running: Running = {
          shop,
          job,
          env: {},
          values: { ...valuesOf(shop), 'steps.file.outputs.path': restorePath },
          more: {},
        }
        if (expected.configured !== undefined) {
          const first = ofPage('environments')[0]
          const given = first && jobsOf(first)[0]?.[1].steps.at(-1)?.with
          const inputs = Object.fromEntries(
            Object.entries(given ?? {}).map(([key, value]) => [
              key,
              evaluated(String(value), running.values),
            ]),
          )
          delete inputs['resource-attributes']
          const before = await runStep(
            { ...inputs, functions: expected.configured, 'smoke-test': 'always' },
            running,
          )
          expect(before.exitCode).toBe(0)
        }
        if (expected.aliasOf !== undefined) {
          aws.lambda.setAlias(expected.aliasOf, 'live', aws.lambda.publishVersion(expected.aliasOf))
        }
        const isComment = example.workflow.includes('comment: true')
        const results = await runWorkflow(example, {
          ...running,
          ...(isComment && {
            env: { ...pullRequest(folder), GITHUB_API_URL: github.url },
            more: { 'github-token': 'ghs_job' },
          }),
        })
        expectEnds(results, expected)
        restorePath = results.flat().at(-1)?.outputs['restore-path'] ?? ''
        expect(github.comments.of(7)).toHaveLength(isComment ? 1 : 0)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
      job.delete()
      await github.close()
    }
  })
})

/** The environment of a job that a pull request starts. */
function pullRequest(folder: string): Values {
  const path = join(folder, 'event.json')
  const head = { repo: { full_name: 'example/shop' } }
  writeFileSync(path, JSON.stringify({ pull_request: { number: 7, head } }))
  return {
    ...{ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path },
    ...{ GITHUB_WORKFLOW: 'plan', GITHUB_JOB: 'plan', GITHUB_RUN_ID: '42' },
  }
}
