/** What a function's variables already say of how Rotel sends to a given place. */

import type { Variables } from '../lambda/lambda-function'
import { type KeyScheme, type Protocol, PROTOCOLS } from './export-settings'

/** The protocol that is set together with this endpoint. */
export function configuredProtocol(
  variables: Variables,
  endpoint: string | undefined,
): Protocol | undefined {
  if (variables.get('ROTEL_OTLP_EXPORTER_ENDPOINT') !== endpoint) return undefined
  const protocol = variables.get('ROTEL_OTLP_EXPORTER_PROTOCOL')
  return PROTOCOLS.find((one) => one === protocol)
}

/**
 * How a key is sent to this endpoint, whichever key it is: keys are rotated, an endpoint keeps its scheme. `undefined`
 * where no key is sent, or one of another kind (`Basic …`).
 */
export function configuredKeyScheme(
  variables: Variables,
  endpoint: string | undefined,
): KeyScheme | undefined {
  if (variables.get('ROTEL_OTLP_EXPORTER_ENDPOINT') !== endpoint) return undefined
  const headers = variables.get('ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS') ?? ''
  const [, value = ''] = /(?:^|,)authorization=([^,]*)/i.exec(headers) ?? []
  if (/^bearer /i.test(value)) return 'bearer'
  return /^\S+$/.test(value) ? 'raw' : undefined
}

/** Whether Rotel writes JSON columns into these tables. */
export function configuredJson(
  variables: Variables,
  tables: {
    readonly endpoint: string | undefined
    readonly database: string
    readonly tablePrefix: string
  },
): boolean | undefined {
  const isSame =
    variables.get('ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT') === tables.endpoint &&
    variables.get('ROTEL_CLICKHOUSE_EXPORTER_DATABASE') === tables.database &&
    variables.get('ROTEL_CLICKHOUSE_EXPORTER_TABLE_PREFIX') === tables.tablePrefix
  const json = variables.get('ROTEL_CLICKHOUSE_EXPORTER_ENABLE_JSON')
  return isSame && (json === 'true' || json === 'false') ? json === 'true' : undefined
}
