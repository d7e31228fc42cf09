/**
 * What a test, the demo and the benches hold of a running Local AWS: where it listens, how state is seeded
 * and looked at, what was called, and how calls are disturbed. Started by `startLocalAws` in `index.ts`.
 */
import type { TelemetryExporter } from '../rotel/telemetry'
import type { CallerIdentity, LocalCaller } from './account/account'
import type { CallLog } from './call-log'
import type { Clock } from './account/clock'
import type { Faults } from './faults'
import type { LocalIam } from './iam/local-iam'
import type { LocalLambda } from './lambda/local-lambda'
import type { LocalLogs } from './logs/groups'
import type { QuotaOptions } from './quota'
import type { LocalSecrets } from './secretsmanager/secrets'
import type { CallListener } from './server'
import type { LocalParameters } from './ssm/parameters'

export type { Clock } from './account/clock'
export type { Fault } from './faults'
export type { PolicyDocument } from './iam/local-iam'
export type { IamPropagation, IamReader } from './iam/propagation'
export type { FunctionSeed, FunctionView } from './lambda/functions'
export type { RoutedView, RunningConfiguration } from './lambda/local-lambda'
export type { CallListener } from './server'
export type { CallEvent, ServiceName } from './protocol/service'

export interface LocalAws {
  /** `http://127.0.0.1:PORT`, for AWS_ENDPOINT_URL. */
  readonly url: string
  readonly account: string
  /** Default region of `env` and of every seed that names none. */
  readonly region: string
  /** AWS_ENDPOINT_URL, dummy credentials, AWS_REGION, AWS_EC2_METADATA_DISABLED: to lay over a child's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly lambda: LocalLambda
  readonly iam: LocalIam
  readonly logs: LocalLogs
  /** Secrets Manager. */
  readonly secrets: LocalSecrets
  /** Systems Manager's Parameter Store. */
  readonly parameters: LocalParameters
  readonly caller: LocalCaller
  readonly calls: CallLog
  readonly faults: Faults
  /** Awaited before a call is handled (and before faults). Returns how to stop listening. */
  onCall(listener: CallListener): () => void
  /** Awaited after the work of a call is done and before its answer leaves. Returns how to stop listening. */
  onWorkDone(listener: CallListener): () => void
  /** Ends hanging calls, closes all sockets, frees the port. */
  close(): Promise<void>
}

export interface LocalAwsOptions {
  /** 123456789012 unless given. */
  readonly account?: string
  /** `aws` unless given. */
  readonly partition?: 'aws' | 'aws-us-gov' | 'aws-cn'
  /** us-east-1 unless given. */
  readonly region?: string
  /** An assumed role `deploy` of the account unless given. */
  readonly caller?: CallerIdentity
  readonly clock?: Clock
  /** How long an UpdateFunctionConfiguration is InProgress; 150 ms unless given (AWS: 1 to 2 s). */
  readonly updateMs?: number
  /** How long after its writing FilterLogEvents finds an event; 0 unless given (AWS: 5 to 20 s). Streams show at once. */
  readonly logsIngestionMs?: number
  /** Real time added to every answer; 0 unless given. */
  readonly latencyMs?: number
  readonly quotas?: QuotaOptions
  /** How long after a write to IAM its simulator and the data plane decide by it; 0 unless given (AWS: seconds, at times minutes). */
  readonly iamPropagationMs?: number
  /** Versions 1..N of the public Rotel layers exist; 7 unless given. */
  readonly rotelVersions?: number
  /** Where Rotel's flushes go; a dead end that accepts everything unless given. */
  readonly telemetry?: TelemetryExporter
  /** TCP port on 127.0.0.1; a free one unless given. */
  readonly port?: number
}
