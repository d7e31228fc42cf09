/** Many functions, busy ones among them: within HyperDX's limits for conditions, rows and requests. */

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import { hyperDxStore } from '../../src/edges/hyperdx-store'
import type { TelemetryStore } from '../../src/systems/clickstack/telemetry-store'
import { rotelLogs, sought, startLine, testClock, valueOf } from './support'

let stack: LocalClickStack
let store: TelemetryStore

beforeAll(async () => {
  stack = await startClickStack({ rateLimit: { requests: 10_000, windowMs: 60_000 } })
  store = hyperDxStore({ url: stack.hyperDxApiUrl, apiKey: stack.accessKey }, testClock())
  valueOf(await store.prepare())
})
afterEach(() => stack.clear())
afterAll(async () => {
  await store.close()
  await stack.close()
})

function searches(): number {
  return stack.hyperDx.requests.filter(({ path }) => path === '/api/v2/search').length
}

const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`

test('A batch of functions that have all arrived is one request', async () => {
  const names = Array.from({ length: store.batchSize }, (_, index) => `orders-service-${index}`)
  for (const name of names) await stack.seed(rotelLogs(name, [startLine]))
  const wanted = names.map((name, index) => sought(name, { requestIds: [id(index)] }))
  stack.hyperDx.requests.length = 0
  expect(valueOf(await store.findLogs(wanted))).toHaveLength(names.length)
  expect(searches()).toBe(1)
})

test('The longest names, ids and lines are split into conditions that HyperDX takes', async () => {
  const wanted = Array.from({ length: store.batchSize }, (_, index) => {
    const name = `${'x'.repeat(61)}${String(index).padStart(3, '0')}`
    return sought(name, {
      serviceName: `${name}-é-of-production`,
      requestIds: [id(index), id(index + 100)],
      ownLines: [1, 2, 3].map((line) => `„${line}“ ${'ö'.repeat(200)} ${name}`),
    })
  })
  for (const { functionName, serviceName, ownLines } of wanted) {
    await stack.seed(
      rotelLogs(functionName, [{ body: `${ownLines[1] ?? ''}\n` }], {
        'service.name': serviceName,
      }),
    )
  }
  stack.hyperDx.requests.length = 0
  const found = valueOf(await store.findLogs(wanted))
  expect(found.map(({ ownLines }) => ownLines)).toEqual(wanted.map(({ ownLines }) => [ownLines[1]]))
  expect(stack.hyperDx.requests.every(({ status }) => status === 200)).toBe(true)
  expect(searches()).toBeLessThanOrEqual(8)
})

test('A busy function hides neither quiet ones nor its own invocation', async () => {
  await stack.seed(
    rotelLogs('busy', [
      ...Array.from({ length: 4500 }, (_, index) => ({ body: `row ${index}`, agoMs: 1000 })),
      { body: `mine, ${id(1)}`, agoMs: 30_000 },
    ]),
  )
  await stack.seed(
    rotelLogs(
      'busier',
      Array.from({ length: 4500 }, () => ({ body: 'row', agoMs: 500 })),
    ),
  )
  await stack.seed(rotelLogs('quiet', [{ body: 'hello', agoMs: 50_000 }]))
  stack.hyperDx.requests.length = 0
  const found = valueOf(
    await store.findLogs([
      sought('busy', { requestIds: [id(1)] }),
      sought('busier'),
      sought('quiet'),
      sought('silent'),
    ]),
  )
  expect(found.map(({ requestIds, freshRows }) => [requestIds, freshRows])).toEqual([
    [[id(1)], 1],
    [[], 2000],
    [[], 1],
  ])
  expect(searches()).toBeLessThanOrEqual(4)
})

test('Many pages of starts are read, up to a bound', async () => {
  const starts = Array.from({ length: 1500 }, () => startLine)
  await stack.seed(rotelLogs('crashing', starts))
  await stack.seed(rotelLogs('quiet', [{ ...startLine, agoMs: 50_000 }]))
  const found = valueOf(await store.findLogs([sought('crashing'), sought('quiet')]))
  expect(found.map(({ freshStarts }) => freshStarts)).toEqual([1500, 1])
})

test('More ids and lines than ClickHouse takes in one search are sought all the same', async () => {
  const wanted = Array.from({ length: 40 }, (_, index) =>
    sought(`f${index}`, {
      ownLines: Array.from({ length: 8 }, (_line, line) => `own ${index} ${line}.`),
    }),
  )
  for (const { functionName, ownLines } of wanted) {
    await stack.seed(rotelLogs(functionName, [{ body: `${ownLines[7] ?? ''}\n` }]))
  }
  stack.hyperDx.requests.length = 0
  const found = valueOf(await store.findLogs(wanted))
  expect(found.map(({ ownLines }) => ownLines)).toEqual(wanted.map(({ ownLines }) => [ownLines[7]]))
  expect(searches()).toBe(1)
})
