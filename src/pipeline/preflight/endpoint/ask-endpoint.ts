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
import { type Patience, whenAwake } from './when-awake'
import { type Answers, askByBoth, type EndpointCheck, protocolBy } from './verdict'

/** Each answer is sought once in a run. `undefined`: the endpoint was not asked, or its answer does not tell. */
export interface AskEndpoint {
  /** Without a credential, where that tells enough; the fault says why it is not known. */
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
  /** How long that store is waited for. */
  readonly patience?: Patience | undefined
}

/** The questions, each asked when somebody needs the answer. In a plan, and with `endpoint-check: off`, no key is sent. */
export function askEndpoint(choice: ExportChoice, context: AskContext): AskEndpoint {
  // `plan` sends credentials to AWS only.
  const mayAuthenticate = context.mode !== 'plan' && context.check !== 'off'
  let protocol: Promise<Result<Protocol, string>> | undefined
  let json: Promise<boolean | undefined> | undefined
  return {
    protocol: () => (protocol ??= askProtocol(choice, mayAuthenticate, context)),
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
  choice: ExportChoice,
  mayAuthenticate: boolean,
  { check, send }: AskContext,
): Promise<Result<Protocol, string>> {
  const { endpoint } = choice
  if (check === 'off' || endpoint === undefined) {
    return { ok: false, fault: 'the endpoint was not asked, because of `endpoint-check: off`' }
  }
  const answers = await askByBoth(send, { endpoint, headers: new Map() })
  const value = protocolBy(answers)
  if (value !== undefined) return { ok: true, value }
  // A proxy that knows both protocols refuses both without the key, and accepts one with it.
  const isOpen = answers.grpc?.kind === 'key-refused' && answers.http.kind === 'key-refused'
  if (isOpen && choice.exporter === 'otlp' && mayAuthenticate) {
    for (const scheme of KEY_SCHEMES) {
      const headers = headersWith(choice, 'grpc', scheme)
      if (headers === undefined) break
      const { grpc, http } = await askByBoth(send, { endpoint, headers })
      if (grpc?.kind === 'accepted') return { ok: true, value: 'grpc' }
      if (http.kind === 'accepted') return { ok: true, value: 'http' }
    }
  }
  return { ok: false, fault: isOpen ? REFUSES_BOTH : wordsOf(answers) }
}

const REFUSES_BOTH =
  'the endpoint refuses exports by gRPC and by HTTP alike, so its protocol could not be determined'

function wordsOf({ grpc, http }: Answers): string {
  const texts = [grpc, http].map((answer) => (answer && 'text' in answer ? answer.text : ''))
  const [byGrpc = '', byHttp = ''] = texts
  return byGrpc === '' || byGrpc === byHttp
    ? `the endpoint accepts exports neither by gRPC nor by HTTP: ${byHttp}`
    : `the endpoint accepts exports neither by gRPC (${byGrpc}) nor by HTTP (${byHttp})`
}

/** The headers as they would be sent; `undefined`: only the functions can resolve one of them. */
function headersWith(
  choice: OtlpChoice,
  protocol: Protocol,
  keyScheme: KeyScheme,
): ReadonlyMap<string, string> | undefined {
  const settings = exportSettings(choice, { protocol, keyScheme, json: false })
  const headers = settings.exporter === 'otlp' ? settings.headers : []
  const isReferred = referencesIn(headers.map(({ value }) => ['ROTEL_', value])).length > 0
  return isReferred ? undefined : new Map(headers.map(({ name, value }) => [name, value]))
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
    const headers = headersWith(choice, protocol, keyScheme)
    if (headers === undefined) return undefined
    const answer = await send({ endpoint, protocol, headers }, undefined)
    if (answer.kind === 'accepted') return keyScheme
    if (answer.kind !== 'key-refused') return undefined
  }
  return undefined
}

/** The exporter's user sees the tables, or else the verifier does. */
async function askTables(
  choice: ClickHouseChoice,
  mayAuthenticate: boolean,
  { openClickHouse, openStore, patience }: AskContext,
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
    const columnsOf = store?.columnsOf?.bind(store)
    if (columnsOf === undefined) return undefined
    const ask = () => columnsOf(database, [logs])
    const answer = patience === undefined ? await ask() : await whenAwake(ask, patience)
    return answer.ok ? attributesAreJson(answer.value) : undefined
  } finally {
    await store?.close()
  }
}
