/**
 * Answers of AWS, ClickHouse, HyperDX and GitHub that are nearly right: each call of each edge comes to a value or to a fault
 * of its own, and never throws. The right answers are those of the local stack; which calls there are is found by making them.
 */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type LocalClickStack, startClickStack } from '../../local/clickstack'
import { ACTIONS_BOT, startLocalGitHub } from '../../local/github'
import { systemClock } from '../../src/edges/clock'
import { clickHouseEndpoint } from '../../src/edges/clickhouse-endpoint'
import { clickHouseStore } from '../../src/edges/clickhouse-store'
import { githubReleases } from '../../src/edges/github-releases'
import { pagesForLinks } from '../../src/edges/hyperdx-pages'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import { lambdaInvoke } from '../../src/edges/lambda-invoke'
import { pullRequestComments } from '../../src/edges/pull-request-comments'
import { TABLE_SIGNALS, tableRefusal } from '../../src/systems/clickstack/clickhouse-tables'
import type { TelemetryStore } from '../../src/systems/clickstack/telemetry-store'
import { latestVersions } from '../../src/systems/rotel/releases'
import { recordFigures } from '../campaign/figures'
import { spanOf } from '../clickstack/telemetry-samples'
import { furnished, onTheWay, READS, WRITES } from '../edges/on-the-way'
import { rotelLogs, sought, startLine, testClock } from '../hyperdx/support'
import { nearlyText, runs } from './hostile'

let tried = 0
let crashes = 0
let hangs = 0

afterAll(() => recordFigures('fuzzing', { 'inputs and answers tried': tried, crashes, hangs }))

/** No edge waits as long for an answer that is there. */
const PATIENCE_MS = 120_000

const seeds = fc.integer({ min: 0, max: 2 ** 30 })

/** The text nearly right, the same for the same seed. */
function near(text: string, seed: number): string {
  return fc.sample(nearlyText(text), { seed, numRuns: 1 })[0] ?? ''
}

async function counted(work: () => Promise<unknown>): Promise<void> {
  tried += 1
  let timer: NodeJS.Timeout | undefined
  const hang = new Promise<'hang'>((resolve) => {
    timer = setTimeout(() => resolve('hang'), PATIENCE_MS)
  })
  try {
    if ((await Promise.race([work(), hang])) !== 'hang') return
  } catch (thrown) {
    crashes += 1
    throw thrown
  } finally {
    clearTimeout(timer)
  }
  hangs += 1
  throw new Error('it waits for ever')
}

test.each(Object.entries(READS))('AWS may answer anything to: %s', async (_, read) => {
  const way = await onTheWay()
  const arn = furnished(way.aws)
  await read(way.aws, arn)
  const operations = [...new Set(way.asked)]
  expect(operations.length).toBeGreaterThan(0)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...operations), seeds, (operation, seed) =>
      counted(async () => {
        way.instead = { operation, body: (real) => near(real, seed) }
        const answer = await read(way.aws, arn)
        if (!answer.ok) expect(answer.fault).toMatchObject({ kind: expect.any(String) })
      }),
    ),
    runs(0.2),
  )
})

test.each(Object.entries(WRITES))(
  'AWS may answer anything to a write that it makes: %s',
  async (_, write) => {
    const first = await onTheWay()
    expect(await write(first.aws, furnished(first.aws))).toMatchObject({ ok: true })
    const operations = [...new Set(first.asked)]
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), seeds, (operation, seed) =>
        counted(async () => {
          const way = await onTheWay()
          const arn = furnished(way.aws)
          way.instead = { operation, body: (real) => near(real, seed) }
          const answer = await write(way.aws, arn)
          if (!answer.ok) expect(answer.fault).toMatchObject({ kind: expect.any(String) })
        }),
      ),
      runs(0.1),
    )
  },
)

test('AWS may answer anything to an invocation', async () => {
  const way = await onTheWay()
  const arn = furnished(way.aws)
  const operation = `POST /2015-03-31/functions/${encodeURIComponent(arn.text)}/invocations`
  const request = { arn, qualifier: undefined, payload: '{}', timeoutSeconds: 3 }
  await fc.assert(
    fc.asyncProperty(seeds, (seed) =>
      counted(async () => {
        way.instead = { operation, body: (real) => near(real, seed) }
        await lambdaInvoke(1, systemClock).invoke(request, new AbortController().signal)
      }),
    ),
    runs(0.2),
  )
})

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Hands everything on to the server, and its answers back, the one of this number nearly right. */
interface Between {
  readonly url: string
  /** Which answer is not right, counted from here; and how. */
  disturb: { readonly after: number; readonly seed: number }
  answers: number
}

async function between(target: string): Promise<Between> {
  const state: Between = { url: '', disturb: { after: Infinity, seed: 0 }, answers: 0 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' &&
        !/^(host|connection|content-length|accept-encoding|transfer-encoding)$/.test(name)
          ? [[name, value]]
          : [],
      )
      const body = Buffer.concat(chunks)
      void fetch(`${target}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        headers: Object.fromEntries(headers) as Record<string, string>,
        ...(body.length > 0 && { body }),
      }).then(async (answer) => {
        const real = await answer.text()
        const { after, seed } = state.disturb
        const told = state.answers++ === after ? near(real, seed) : real
        const type = answer.headers.get('content-type') ?? 'text/plain'
        response.writeHead(answer.status, { 'content-type': type }).end(told)
      })
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, { url: `http://127.0.0.1:${String(port)}` })
}

/** Does it once with right answers, then with each of the answers nearly right. */
async function disturbed(way: Between, work: () => Promise<unknown>): Promise<void> {
  await work()
  const answers = way.answers
  expect(answers).toBeGreaterThan(0)
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: answers - 1 }), seeds, (after, seed) =>
      counted(() => {
        Object.assign(way, { answers: 0, disturb: { after, seed } })
        return work()
      }),
    ),
    runs(0.4),
  )
}

let stack: LocalClickStack
const ID = '7f3c1a52-0b6e-4a58-9d0f-2c9b8e1d4f60'
const KEY = 'local-access-key'

beforeAll(async () => {
  stack = await startClickStack({ accessKey: KEY })
  await stack.seed(rotelLogs('orders', [startLine, { body: 'hello' }]))
  await stack.seed(spanOf('orders', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'))
})
afterAll(() => stack.close())

async function allOf(store: TelemetryStore): Promise<void> {
  const orders = [sought('orders', { requestIds: [ID] })]
  await store.prepare()
  await store.findControlRecord(ID, systemClock.now())
  await store.findLogs(orders)
  await store.findTraces(orders)
  await store.findAstray(orders)
  await store.columnsOf?.('default', ['otel_logs'])
  await store.pages?.()
  await store.close()
}

test('ClickHouse may answer anything to who looks for telemetry', async () => {
  const way = await between(stack.clickHouseUrl)
  await disturbed(way, () => {
    const settings = {
      url: way.url,
      user: 'api',
      password: 'api',
      database: 'default',
      tablePrefix: 'otel',
    }
    return allOf(clickHouseStore(settings, testClock(1)))
  })
})

test('ClickHouse may answer anything to who looks at its tables', async () => {
  const way = await between(stack.clickHouseUrl)
  await disturbed(way, async () => {
    const target = {
      endpoint: way.url,
      database: 'default',
      tablePrefix: 'otel',
      json: false,
      user: 'api',
      password: 'api',
    }
    const clickHouse = clickHouseEndpoint(target)
    for (const signal of TABLE_SIGNALS) {
      const answer = await clickHouse.describe(`otel_${signal}`)
      if (answer.ok) tableRefusal(answer.value, signal, target)
    }
    await clickHouse.insert({ id: ID, serviceName: 'control', time: Date.now() })
    await clickHouse.close()
  })
})

test('HyperDX may answer anything', async () => {
  const way = await between(stack.hyperDxUrl)
  await disturbed(way, async () => {
    await allOf(hyperDxStore({ url: way.url, apiKey: KEY }, testClock(1)))
    await pagesForLinks(
      { url: way.url, apiKey: KEY, source: '', database: 'default', table: 'otel_logs' },
      testClock(1),
    )
  })
})

test('GitHub may answer anything', async () => {
  const token = { author: ACTIONS_BOT, isInstallation: true, mayWrite: true }
  const github = await startLocalGitHub({ pulls: [7], tokens: { ghs_job: token } })
  try {
    const way = await between(github.url)
    const { context } = await import('@actions/github')
    context.payload = { pull_request: { number: 7 } }
    const environment = { GITHUB_API_URL: way.url, GITHUB_REPOSITORY: 'example/shop' }
    await disturbed(way, async () => {
      const put = await pullRequestComments('ghs_job', environment).put({
        marker: '<!-- plan -->',
        body: '<!-- plan -->\nplan',
      })
      if (!put.ok) expect(put.fault).toMatchObject({ kind: expect.any(String) })
    })
  } finally {
    await github.close()
  }
})

test('GitHub may answer anything to who asks for releases', async () => {
  const right = JSON.stringify([
    { tag_name: 'v0.1.7', draft: false, prerelease: false, body: '| us-east-1 | 8 | 8 |' },
    { tag_name: 'v0.1.6', draft: false, prerelease: false, body: null },
  ])
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(right)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const way = await between(`http://127.0.0.1:${String(port)}`)
  await disturbed(way, async () => {
    const releases = await githubReleases('', { GITHUB_API_URL: way.url }).list()
    if (releases.ok) latestVersions(releases.value)('us-east-1', 'arm64')
  })
})
