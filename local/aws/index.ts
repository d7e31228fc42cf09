/**
 * Local AWS: a strict, stateful stand-in for the services that the action calls, on one loopback port. What is
 * where: `lambda/`, `iam/`, `sts/`, `logs/`, `monitoring/`, `secretsmanager/`, `ssm/`, `tagging/`, and below them what all share,
 * `account/` and `protocol/`; a further service is a directory with a `Service` (protocol/service.ts) that is put
 * into the list below. The types for its users are in local-aws.ts.
 */
import { deadEnd } from '../rotel/extension'
import { createCaller, type Account } from './account/account'
import { createCallRecorder } from './call-log'
import { systemClock } from './account/clock'
import { createFaultInjector } from './faults'
import { decidedBy } from './iam/evaluation'
import { createIamService } from './iam/operations'
import { createIamStore } from './iam/roles'
import { storeLines } from './lambda/function-logs'
import { createFunctionStore } from './lambda/functions'
import { createInvoker } from './lambda/invoke'
import { createLayerRegistry } from './lambda/layers'
import { secretStoresOf } from './lambda/secret-access'
import { createLocalLambda } from './lambda/local-lambda'
import { createLambdaService } from './lambda/operations'
import type { LocalAws, LocalAwsOptions } from './local-aws'
import { createLogStore } from './logs/groups'
import { createLogsService } from './logs/operations'
import { createMonitoringService } from './monitoring/operations'
import { createQuotas } from './quota'
import { createSecretsManagerService } from './secretsmanager/operations'
import { createSecretStore } from './secretsmanager/secrets'
import { startServer } from './server'
import { createSsmService } from './ssm/operations'
import { createParameterStore } from './ssm/parameters'
import { createStsService } from './sts/operations'
import { createTaggingService } from './tagging/operations'

export type * from './local-aws'
export type * from './lambda/handler'

const DEFAULT_ACCOUNT = '123456789012'
const DEFAULT_REGION = 'us-east-1'
const DEFAULT_ROTEL_VERSIONS = 7
const DEFAULT_UPDATE_MS = 150

export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const account = createAccount(options)
  const { clock } = account
  const quotas = createQuotas(options.quotas ?? {}, clock)
  const recorder = createCallRecorder()
  const injector = createFaultInjector()
  const iam = createIamStore(account, options.iamPropagationMs ?? 0)
  const logs = createLogStore(account.region, clock, options.logsIngestionMs ?? 0)
  const secrets = createSecretStore(account)
  const parameters = createParameterStore(account)
  const layers = createLayerRegistry(account, options.rotelVersions ?? DEFAULT_ROTEL_VERSIONS)
  const functions = createFunctionStore(account)
  const invoker = createInvoker({
    host: {
      account,
      layers,
      rotel: { exporter: options.telemetry ?? deadEnd },
      secretStores: (principal) => secretStoresOf({ account, iam, secrets, parameters }, principal),
    },
    concurrencyLimit: quotas.concurrentInvocations,
    functions: () => functions.all(),
    store: (state, environment, lines) => storeLines(account, iam, logs, state, environment, lines),
  })
  const concurrencyLimit = quotas.concurrentInvocations
  const server = await startServer({
    account,
    services: [
      createLambdaService({ account, functions, layers, invoker, concurrencyLimit }),
      createIamService(account, iam),
      createStsService(account),
      createLogsService(account, logs),
      createMonitoringService(account, logs),
      createSecretsManagerService(account, secrets),
      createSsmService(account, parameters),
      createTaggingService(account, () => functions.all()),
    ],
    recorder,
    injector,
    quotas,
    latencyMs: options.latencyMs ?? 0,
    port: options.port ?? 0,
  })
  const updateMs = options.updateMs ?? DEFAULT_UPDATE_MS

  return {
    url: server.url,
    account: account.id,
    region: account.region,
    env: {
      AWS_ENDPOINT_URL: server.url,
      AWS_ACCESS_KEY_ID: 'AKIALOCALAWS00000000',
      AWS_SECRET_ACCESS_KEY: 'local-aws-secret-access-key',
      AWS_REGION: account.region,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    lambda: createLocalLambda({ account, functions, layers, invoker, iam, updateMs }),
    iam,
    logs,
    secrets,
    parameters,
    caller: account.caller,
    calls: recorder.log,
    faults: injector.faults,
    onCall: server.onCall,
    onWorkDone: server.onWorkDone,
    async close() {
      await server.close()
      await invoker.idle()
    },
  }
}

function createAccount(options: LocalAwsOptions): Account {
  const id = options.account ?? DEFAULT_ACCOUNT
  const partition = options.partition ?? 'aws'
  return {
    id,
    partition,
    region: options.region ?? DEFAULT_REGION,
    clock: options.clock ?? systemClock,
    caller: createCaller(
      options.caller ?? {
        arn: `arn:${partition}:sts::${id}:assumed-role/deploy/ci`,
        userId: 'AROALOCALAWS000000000:ci',
      },
      decidedBy,
    ),
  }
}
