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
import type { PullRequestComments } from '../report/comment'
import type { SecretStores } from '../pipeline/preflight/secret-stores'
import type { Identity } from '../pipeline/select/identity'
import type { TaggedFunctions } from '../pipeline/select/tagged-functions'
import type { Verifier } from '../pipeline/verify/settings'
import { agentFor } from './agent-for'
import { lazyEdge } from './lazy-edge'
import type { SenderOptions } from './otlp-logs'
import type { PacedCalls } from './paced-calls'

/** IAM. */
export function lazyRoleControl(calls?: PacedCalls): RoleControl {
  return lazyEdge(async () => (await import('./role-control')).roleControl(calls))
}

/** STS. @param region where it is asked */
export function lazyIdentity(region: string, calls?: PacedCalls): Identity {
  return lazyEdge(async () => (await import('./identity')).identity(region, calls))
}

/** The Resource Groups Tagging API. */
export function lazyTaggedFunctions(calls?: PacedCalls): TaggedFunctions {
  return lazyEdge(async () => (await import('./tagged-functions')).taggedFunctions(calls))
}

/** CloudWatch Logs, and CloudWatch for what the groups take in. */
export function lazyLogGroups(calls?: PacedCalls): LogGroups {
  const groups = lazyEdge(async () => (await import('./log-groups')).logGroups(calls))
  const metrics = lazyEdge(async () => (await import('./log-metrics')).logMetrics(calls))
  return {
    facts: (group) => groups.facts(group),
    streamsSince: (group, since) => groups.streamsSince(group, since),
    eventsWith: (group, since, text) => groups.eventsWith(group, since, text),
    newestEvents: (group, wanted, limit) => groups.newestEvents(group, wanted, limit),
    ingestedBytes: (group) => metrics.ingestedBytes(group),
  }
}

/** Secrets Manager and Parameter Store, each with an SDK of its own. */
export function lazySecretStores(calls?: PacedCalls): SecretStores {
  const secrets = lazyEdge(async () => (await import('./secrets-manager')).secretsManager(calls))
  const parameters = lazyEdge(async () => (await import('./parameter-store')).parameterStore(calls))
  return {
    secret: (region, arn) => secrets.secret(region, arn),
    parameter: (region, name) => parameters.parameter(region, name),
  }
}

/** GitHub, for the comment of a pull request. */
export function lazyPullRequestComments(
  token: string,
  environment: NodeJS.ProcessEnv,
): PullRequestComments {
  return lazyEdge(async () =>
    (await import('./pull-request-comments')).pullRequestComments(token, environment),
  )
}

/** OTLP exports, for the control record and the endpoint's protocol. */
export function lazyOtlpLogs(options: SenderOptions): SendLogs {
  return async (target, record) => (await import('./otlp-logs')).otlpLogs(options)(target, record)
}

/**
 * The store that the verifier names, with the library that asks it.
 * @param signal fires at the end of the run
 */
export async function openStore(
  verifier: Exclude<Verifier, { kind: 'none' }>,
  clock: Clock,
  signal: AbortSignal,
): Promise<TelemetryStore> {
  const store = await connect(verifier, clock)
  // Its waits end with the run, for a closed store asks for nothing more.
  const close = () => void store.close()
  signal.addEventListener('abort', () => setTimeout(close, LAST_LOOK_MS).unref(), { once: true })
  return store
}

/** What has arrived by the end of the run still counts. */
const LAST_LOOK_MS = 5_000

async function connect(
  verifier: Exclude<Verifier, { kind: 'none' }>,
  clock: Clock,
): Promise<TelemetryStore> {
  if (verifier.kind === 'clickhouse') {
    const { clickHouseStore } = await import('./clickhouse-store')
    const agent = await agentFor(verifier.url, { keepAlive: true })
    const store = clickHouseStore(verifier, clock, agent)
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
  const { clickHouseEndpoint } = await import('./clickhouse-endpoint')
  return clickHouseEndpoint(target, await agentFor(target.endpoint, { keepAlive: true }))
}
