/** Start, many writers, reset and end. */

import { expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startClickStack } from '../../local/clickstack'
import { exportTelemetry } from '../../local/otlp/exporter'
import { logsOf } from './telemetry-samples'

test('Hundreds of exports at once are all stored, in few inserts', async () => {
  const stack = await startClickStack()
  try {
    const exporting = Array.from({ length: 300 }, (_, index) =>
      exportTelemetry(
        {
          endpoint: stack.httpEndpoint,
          protocol: 'http',
          headers: { authorization: stack.authorization ?? '' },
        },
        logsOf(`function-${index}`, [{ body: 'x' }]),
      ),
    )
    expect(new Set((await Promise.all(exporting)).map(({ kind }) => kind))).toEqual(new Set(['ok']))
    await stack.settled()
    expect(await stack.rows('SELECT uniqExact(ServiceName) AS functions FROM otel_logs')).toEqual([
      { functions: '300' },
    ])
    const [parts] = await stack.rows(
      `SELECT count() AS number FROM system.parts WHERE table = 'otel_logs' AND level = 0`,
    )
    expect(Number(parts?.number)).toBeLessThan(150)
  } finally {
    await stack.close()
  }
})

test('What a slow collector still holds is lost at once when the ClickStack is cleared or closed', async () => {
  const stack = await startClickStack({ collector: { delayMs: 60_000 } })
  const target = {
    endpoint: stack.grpcEndpoint,
    protocol: 'grpc',
    headers: { authorization: stack.authorization ?? '' },
  } as const
  await exportTelemetry(target, logsOf('orders', [{ body: 'x' }]))
  await stack.clear()
  expect(stack.collector.behaviour.delayMs).toBe(60_000)
  expect([await stack.count('otel_logs'), stack.received, stack.collector.insertErrors]).toEqual([
    0,
    [],
    [],
  ])
  await exportTelemetry(target, logsOf('orders', [{ body: 'x' }]))
  await stack.close()
})

test('A closed ClickStack answers nothing any more and leaves no files', async () => {
  const stack = await startClickStack()
  const [disk] = await stack.rows('SELECT path FROM system.disks')
  const folder = String(disk?.path)
  expect(folder.startsWith(join(tmpdir(), 'clickstack-clickhouse-'))).toBe(true)
  expect(existsSync(folder)).toBe(true)
  await stack.close()
  await expect(stack.count('otel_logs')).rejects.toThrow('The ClickHouse engine has ended')
  await expect(fetch(stack.clickHouseUrl)).rejects.toThrow()
  expect(existsSync(dirname(folder))).toBe(false)
})
