/** What answers a DESCRIBE with status 200 and is no table’s description. */

import { expect, test } from '@jest/globals'
import { startClickStack } from '../../local/clickstack'
import { clickHouseEndpoint } from '../../src/edges/clickhouse-endpoint'

test.each(['\u0000\u0001{"\ufffd]<<% not of this protocol', ''])(
  'a table answered by %j is not said to be missing: no table is without columns',
  async (body) => {
    const stack = await startClickStack()
    try {
      stack.clickHouse.faults.inject({ kind: 'answer', type: 'application/json', body })
      const clickHouse = clickHouseEndpoint({
        endpoint: stack.clickHouseUrl,
        database: stack.database,
        tablePrefix: 'otel',
        json: false,
        user: 'api',
        password: 'api',
      })
      expect(await clickHouse.describe('otel_logs')).toMatchObject({ ok: false })
      await clickHouse.close()
    } finally {
      await stack.close()
    }
  },
)
