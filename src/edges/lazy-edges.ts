/** The edges that not every run needs: each is loaded, with its SDK, when something is asked of it. */

import type { Clock } from '../model/clock'
import type { LogGroups } from '../systems/cloudwatch/log-groups'
import type {
  ClickHouseEndpoint,
  ClickHouseTarget,
} from '../systems/clickstack/clickhouse-endpoint'
import type { SendLogs } from '../systems/clickstack/endpoint'
import type { Pages, TelemetryStore } from '../systems/clickstack/telemetry-store'
import type { RoleControl } from '../systems/iam/role-control'
import type { SecretStores } from '../pipeline/preflight/secret-stores'
import type { Identity } from '../pipeline/select/identity'
import type { Verifier } from '../pipeline/verify/settings'
import { lazyEdge } from './lazy-edge'
import type { SenderOptions } from './otlp-logs'

/** IAM. */
export function lazyRoleControl(): RoleControl {
  return lazyEdge(async () => (await import('./role-control')).roleControl())
}

/** STS. @param region where it is asked */
export function lazyIdentity(region: string): Identity {
  return lazyEdge(async () => (await import('./identity')).identity(region))
}

/** CloudWatch Logs, and CloudWatch for what the groups take in. */
export function lazyLogGroups(): LogGroups {
  const groups = lazyEdge(async () => (await import('./log-groups')).logGroups())
  const metrics = lazyEdge(async () => (await import('./log-metrics')).logMetrics())
  return {
    facts: (group) => groups.facts(group),
    streamsSince: (group, since) => groups.streamsSince(group, since),
    eventsWith: (group, since, text) => groups.eventsWith(group, since, text),
    ingestedBytes: (group) => metrics.ingestedBytes(group),
  }
}

/** Secrets Manager and Parameter Store, each with an SDK of its own. */
export function lazySecretStores(): SecretStores {
  const secrets = lazyEdge(async () => (await import('./secrets-manager')).secretsManager())
  const parameters = lazyEdge(async () => (await import('./parameter-store')).parameterStore())
  return {
    secret: (region, arn) => secrets.secret(region, arn),
    parameter: (region, name) => parameters.parameter(region, name),
  }
}

/** OTLP exports, for the control record and the endpoint's protocol. */
export function lazyOtlpLogs(options: SenderOptions): SendLogs {
  return async (target, record) => (await import('./otlp-logs')).otlpLogs(options)(target, record)
}

/** The store that the verifier names, with the library that asks it. */
export async function openStore(
  verifier: Exclude<Verifier, { kind: 'none' }>,
  clock: Clock,
): Promise<TelemetryStore> {
  if (verifier.kind === 'clickhouse') {
    const store = (await import('./clickhouse-store')).clickHouseStore(verifier, clock)
    return { ...store, pages: async () => pagesBeside(verifier, clock) }
  }
  const { hyperDxStore } = await import('./hyperdx-store')
  const { hyperDxUrl: url, apiKey, hyperDxSource: source } = verifier
  return hyperDxStore({ url, apiKey, source }, clock)
}

/** HyperDX beside a ClickHouse that is queried directly: for links. */
async function pagesBeside(
  verifier: Extract<Verifier, { kind: 'clickhouse' }>,
  clock: Clock,
): Promise<Pages | undefined> {
  const { hyperDxUrl: url, apiKey, hyperDxSource: source, database, tablePrefix } = verifier
  if (url === '') return undefined
  const { pagesForLinks } = await import('./hyperdx-pages')
  return pagesForLinks({ url, apiKey, source, database, table: `${tablePrefix}_logs` }, clock)
}

/** ClickHouse as the exporter writes to it. */
export async function openClickHouse(target: ClickHouseTarget): Promise<ClickHouseEndpoint> {
  return (await import('./clickhouse-endpoint')).clickHouseEndpoint(target)
}
