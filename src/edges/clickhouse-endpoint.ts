/** ClickHouse's HTTP interface as Rotel would use it, with the official client. Loaded only with `exporter: clickhouse`. */

import type { Agent } from 'node:http'
import type {
  ClickHouseEndpoint,
  ClickHouseTarget,
} from '../systems/clickstack/clickhouse-endpoint'
import { columnsIn } from '../systems/clickstack/clickhouse-rows'
import { tableName } from '../systems/clickstack/clickhouse-tables'
import { CONTROL_ID, controlBody } from '../systems/clickstack/otlp-message'
import { membersOf } from '../model/json'
import { formsOfCredentials } from '../model/redaction'
import { succeeded } from '../model/result'
import { quoteName } from '../systems/clickstack/clickhouse-layout'
import type { StoreFault } from '../systems/clickstack/telemetry-store'
import {
  clickHouseClient,
  errorOf,
  isNotYet,
  jsonOf,
  noClickHouse,
  storeFault,
} from './clickhouse-client'

const TIME_LIMIT_MS = 10_000
/** Also of an answer that has begun: the client's own limit is one of silence. */
const inTime = () => AbortSignal.timeout(2 * TIME_LIMIT_MS)

/**
 * Each call is made once: what passes is for the caller to ask again.
 * @param agent through a proxy; `undefined`: the server is reached directly
 */
export function clickHouseEndpoint(target: ClickHouseTarget, agent?: Agent): ClickHouseEndpoint {
  const server = { url: target.endpoint, password: target.password ?? '' }
  const user = target.user ?? 'default'
  const client = clickHouseClient({ ...server, user, timeLimitMs: TIME_LIMIT_MS, agent })
  const secrets = formsOfCredentials(user, server.password)
  const endpointFault = (thrown: unknown) => faultOf(thrown, secrets, server)
  const nameOf = (table: string) => `${quoteName(target.database)}.${quoteName(table)}`
  return {
    async ping() {
      // At /ping, which answers everybody: whether the user exists is not told.
      const answer = await client.ping({ select: false, abort_signal: inTime() })
      return answer.success
        ? succeeded(true as const)
        : { ok: false, fault: endpointFault(answer.error) }
    },

    async describe(table) {
      try {
        const query = `DESCRIBE TABLE ${nameOf(table)}`
        const rows = await jsonOf(client, { query, format: 'JSONEachRow' }, TIME_LIMIT_MS)
        if (!Array.isArray(rows)) return { ok: false, fault: noClickHouse(server) }
        const columns = columnsIn(rows.map((row) => ({ ...membersOf(row), table })))
        // A table that is missing is an exception of ClickHouse's, and none is without columns.
        return columns.length > 0 ? succeeded(columns) : { ok: false, fault: noClickHouse(server) }
      } catch (thrown) {
        return { ok: false, fault: endpointFault(thrown) }
      }
    },

    async insert(record) {
      try {
        await client.insert({
          abort_signal: inTime(),
          table: nameOf(tableName(target, 'logs')),
          format: 'JSONEachRow',
          columns: [
            'Timestamp',
            'SeverityText',
            'SeverityNumber',
            'ServiceName',
            'Body',
            'ResourceAttributes',
            'LogAttributes',
          ],
          values: [
            {
              // As text a DateTime64 takes seconds with a fraction, whatever its time zone; as a number it takes ticks.
              Timestamp: (record.time / 1000).toFixed(3),
              SeverityText: 'INFO',
              SeverityNumber: 9,
              ServiceName: record.serviceName,
              Body: controlBody(record.id),
              ResourceAttributes: { 'service.name': record.serviceName },
              LogAttributes: { [CONTROL_ID]: record.id },
            },
          ],
        })
        return succeeded(true as const)
      } catch (thrown) {
        return { ok: false, fault: endpointFault(thrown) }
      }
    },

    close: () => client.close(),
  }
}

/** ClickHouse's errors have its codes, those of the way to it have Node's; without either, something else answered. */
function faultOf(
  thrown: unknown,
  secrets: readonly string[],
  server: { readonly url: string; readonly password: string },
): StoreFault {
  const fault = storeFault(thrown, secrets, server)
  const { code, message } = errorOf(thrown)
  const isOfTheWay = code !== '' || isNotYet(message) || /time-?out|hang up|abort/i.test(message)
  return fault.kind !== 'unreachable' || isOfTheWay ? fault : noClickHouse(server)
}
