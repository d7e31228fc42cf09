/** What Rotel can write to, held against the tables in every layout that is found in the field: real ones, described. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startClickStack, type LocalClickStack } from '../../local/clickstack'
import type { Layout } from '../../local/clickstack/schema'
import { clickHouseEndpoint } from '../../src/edges/clickhouse-endpoint'
import type { ClickHouseTarget } from '../../src/systems/clickstack/clickhouse-endpoint'
import {
  TABLE_SIGNALS,
  tableName,
  tableRefusal,
} from '../../src/systems/clickstack/clickhouse-tables'

const LAYOUTS: readonly (readonly [Layout, boolean])[] = [
  ['map', false],
  ['legacy', false],
  ['rotel', false],
  ['json', true],
  ['rotel-json', true],
]

describe.each(LAYOUTS)('tables of layout %s', (layout, json) => {
  let stack: LocalClickStack
  const target = (more: Partial<ClickHouseTarget> = {}): ClickHouseTarget => ({
    endpoint: stack.clickHouseUrl,
    database: stack.database,
    tablePrefix: 'otel',
    json,
    user: 'api',
    password: 'api',
    ...more,
  })

  beforeAll(async () => {
    stack = await startClickStack({ layout })
  })
  afterAll(() => stack.close())

  test('are taken as they are, and refused as the other type', async () => {
    const clickHouse = clickHouseEndpoint(target())
    for (const signal of TABLE_SIGNALS) {
      const answer = await clickHouse.describe(tableName(target(), signal))
      const columns = answer.ok ? answer.value : []
      expect(tableRefusal(columns, signal, target())).toBeUndefined()
      expect(tableRefusal(columns, signal, target({ json: !json }))).toMatchObject({
        reason: 'tables-mismatch',
        detail: expect.stringContaining('ResourceAttributes'),
      })
    }
    await clickHouse.close()
  })

  test('take a control record, which is found under its id', async () => {
    const clickHouse = clickHouseEndpoint(target())
    const id = `control-${layout}`
    const time = Date.now()
    expect(await clickHouse.insert({ id, serviceName: 'control', time })).toEqual({
      ok: true,
      value: true,
    })
    const [row] = await stack.rows(
      `SELECT Body AS body, toUnixTimestamp64Milli(Timestamp) AS ms FROM otel_logs WHERE ServiceName = 'control'`,
    )
    expect(row?.['body']).toContain(id)
    expect(Number(row?.['ms'])).toBe(time)
    await clickHouse.close()
  })

  test('are missing in Rotel’s default database', async () => {
    const clickHouse = clickHouseEndpoint(target({ database: 'otel' }))
    expect(await clickHouse.describe('otel_logs')).toMatchObject({ fault: { kind: 'missing' } })
    await clickHouse.close()
  })
})

test('a table without one of Rotel’s columns is refused by its name', () => {
  const target = { database: 'default', tablePrefix: 'otel', json: false }
  expect(
    tableRefusal(
      [{ table: 'otel_logs', name: 'Timestamp', type: 'DateTime64(9)' }],
      'logs',
      target,
    ),
  ).toMatchObject({
    reason: 'tables-mismatch',
    detail: expect.stringMatching(
      /^the table default\.otel_logs does not have .*LogAttributes.*TraceId/,
    ),
  })
})
