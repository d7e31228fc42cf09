/** Asks the endpoint for what the inputs leave to `auto`: the protocol, the key's scheme, the columns of the tables. */

import type { Mode } from '../../../model/mode'
import type { Result } from '../../../model/result'
import { KEY_SCHEMES, type KeyScheme, type Protocol } from '../../../systems/rotel/export-settings'
import { referencesIn } from '../../../systems/rotel/secret-reference'
import type { OpenClickHouse } from '../../../systems/clickstack/clickhouse-endpoint'
import { attributesAreJson, tableName } from '../../../systems/clickstack/clickhouse-tables'
import type { SendLogs } from '../../../systems/clickstack/endpoint'
import type { TelemetryStore } from '../../../systems/clickstack/telemetry-store'
import { exportSettings } from '../../plan/export-settings'
import type { ClickHouseChoice, ExportChoice, OtlpChoice } from '../../plan/wanted'
import { hasReference } from './check-clickhouse'
import { detectProtocol, type EndpointCheck } from './verdict'

/** Each answer is sought once in a run. `undefined`: the endpoint was not asked, or its answer does not tell. */
export interface AskEndpoint {
  /** Without a credential; the fault says why it is not known. */
  protocol(): Promise<Result<Protocol, string>>
  /** The scheme by which the endpoint takes the key, the given one tried first. */
  keyScheme(protocol: Protocol, first: KeyScheme): Promise<KeyScheme | undefined>
  /** Whether the tables hold attributes in columns of type JSON. */
  json(): Promise<boolean | undefined>
}

export interface AskContext {
  readonly mode: Exclude<Mode, 'remove'>
  readonly check: EndpointCheck
  readonly send: SendLogs
  readonly openClickHouse: OpenClickHouse
  /** The verifier's store, where that may know the tables. */
  readonly openStore: (() => Promise<TelemetryStore>) | undefined
}

/** The questions, each asked when somebody needs the answer. In a plan, and with `endpoint-check: off`, no key is sent. */
export function askEndpoint(choice: ExportChoice, context: AskContext): AskEndpoint {
  // `plan` sends credentials to AWS only.
  const mayAuthenticate = context.mode !== 'plan' && context.check !== 'off'
  let protocol: Promise<Result<Protocol, string>> | undefined
  let json: Promise<boolean | undefined> | undefined
  return {
    protocol: () => (protocol ??= askProtocol(choice, context)),
    keyScheme: async (by, first) =>
      choice.exporter === 'otlp' && mayAuthenticate
        ? askKeyScheme(choice, by, first, context.send)
        : undefined,
    json: () =>
      (json ??=
        choice.exporter === 'clickhouse' && context.mode !== 'plan'
          ? askTables(choice, mayAuthenticate, context)
          : Promise.resolve(undefined)),
  }
}

async function askProtocol(
  { endpoint }: ExportChoice,
  { check, send }: AskContext,
): Promise<Result<Protocol, string>> {
  if (check === 'off' || endpoint === undefined) {
    return { ok: false, fault: 'the endpoint was not asked, because of `endpoint-check: off`' }
  }
  const value = await detectProtocol(send, { endpoint, headers: new Map() })
  return value === undefined
    ? { ok: false, fault: 'the endpoint answered this runner neither by gRPC nor by HTTP' }
    : { ok: true, value }
}

async function askKeyScheme(
  choice: OtlpChoice,
  protocol: Protocol,
  first: KeyScheme,
  send: SendLogs,
): Promise<KeyScheme | undefined> {
  const { endpoint } = choice
  if (endpoint === undefined) return undefined
  for (const keyScheme of [first, ...KEY_SCHEMES.filter((scheme) => scheme !== first)]) {
    const settings = exportSettings(choice, { protocol, keyScheme, json: false })
    const headers = settings.exporter === 'otlp' ? settings.headers : []
    // Only the functions can resolve references.
    if (referencesIn(headers.map(({ value }) => ['ROTEL_', value])).length > 0) return undefined
    const answer = await send(
      { endpoint, protocol, headers: new Map(headers.map(({ name, value }) => [name, value])) },
      undefined,
    )
    if (answer.kind === 'accepted') return keyScheme
    if (answer.kind !== 'key-refused') return undefined
  }
  return undefined
}

/** The exporter's user sees the tables, or else the verifier does. */
async function askTables(
  choice: ClickHouseChoice,
  mayAuthenticate: boolean,
  { openClickHouse, openStore }: AskContext,
): Promise<boolean | undefined> {
  const { endpoint, database } = choice
  const logs = tableName(choice, 'logs')
  if (endpoint !== undefined && mayAuthenticate && !hasReference(choice)) {
    const clickHouse = await openClickHouse({ ...choice, endpoint, json: false })
    try {
      const answer = await clickHouse.describe(logs)
      if (answer.ok) return attributesAreJson(answer.value)
    } finally {
      await clickHouse.close()
    }
  }
  const store = await openStore?.()
  try {
    const answer = await store?.columnsOf?.(database, [logs])
    return answer?.ok ? attributesAreJson(answer.value) : undefined
  } finally {
    await store?.close()
  }
}
