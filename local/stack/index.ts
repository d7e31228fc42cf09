/**
 * Local AWS and Local ClickStack, wired together: what Rotel flushes in a function leaves as OTLP to the endpoint in
 * the function's variables, and an action with `inputs` works against both.
 */
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '../aws/index'
import { startClickStack, type ClickStackOptions, type LocalClickStack } from '../clickstack/index'
import { rotelExporters } from '../rotel/exporters'

export interface LocalStackOptions {
  readonly aws?: Omit<LocalAwsOptions, 'telemetry'>
  readonly clickStack?: ClickStackOptions
  /** The protocol that `inputs` name, and the port that goes with it; `grpc` unless given. */
  readonly protocol?: 'grpc' | 'http'
  /** The ClickHouse user of `inputs`; the one of ClickStack's API unless given. */
  readonly clickHouseUser?: { readonly name: string; readonly password: string }
  /** Real time that an OTLP export of Rotel's may take; see `otlpExporter`. */
  readonly exportTimeoutMs?: number
  /** With TLS: the functions do not trust ClickStack's certificate. They do unless this is said. */
  readonly untrustedCertificate?: boolean
}

export interface LocalStack {
  readonly aws: LocalAws
  readonly clickStack: LocalClickStack
  /** Of the action: endpoint, protocol, key and scheme, and how to look into ClickHouse. */
  readonly inputs: Readonly<Record<string, string>>
  /** A function's variables as the action would write them, for functions that have Rotel already. */
  readonly rotelVariables: Readonly<Record<string, string>>
  /** The same for a function whose Rotel writes straight into ClickHouse. */
  readonly clickHouseVariables: Readonly<Record<string, string>>
  /** One more AWS account, whose functions send to the same ClickStack: staging beside production. */
  anotherAccount(account: string, options?: Omit<LocalAwsOptions, 'telemetry'>): Promise<LocalAws>
  close(): Promise<void>
}

export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const clickStack = await startClickStack(options.clickStack)
  try {
    const ca = options.untrustedCertificate === true ? undefined : clickStack.certificate
    const telemetry = rotelExporters({
      ...(options.exportTimeoutMs === undefined ? {} : { timeoutMs: options.exportTimeoutMs }),
      ...(ca === undefined ? {} : { ca }),
    })
    const aws = await startLocalAws({ ...options.aws, telemetry })
    const others: LocalAws[] = []
    const protocol = options.protocol ?? 'grpc'
    const endpoint = protocol === 'grpc' ? clickStack.grpcEndpoint : clickStack.httpEndpoint
    return {
      aws,
      clickStack,
      inputs: {
        endpoint,
        protocol,
        ...keyInputs(clickStack),
        ...clickHouseInputs(clickStack, options.clickHouseUser),
      },
      rotelVariables: {
        ROTEL_OTLP_EXPORTER_ENDPOINT: endpoint,
        ROTEL_OTLP_EXPORTER_PROTOCOL: protocol,
        ...(clickStack.authorization === undefined
          ? {}
          : { ROTEL_OTLP_EXPORTER_CUSTOM_HEADERS: `Authorization=${clickStack.authorization}` }),
      },
      clickHouseVariables: {
        ROTEL_EXPORTER: 'clickhouse',
        ROTEL_CLICKHOUSE_EXPORTER_ENDPOINT: clickStack.clickHouseUrl,
        ROTEL_CLICKHOUSE_EXPORTER_DATABASE: clickStack.database,
        ROTEL_CLICKHOUSE_EXPORTER_USER: (options.clickHouseUser ?? API_USER).name,
        ROTEL_CLICKHOUSE_EXPORTER_PASSWORD: (options.clickHouseUser ?? API_USER).password,
      },
      async anotherAccount(account, more) {
        const other = await startLocalAws({ ...options.aws, ...more, account, telemetry })
        others.push(other)
        return other
      },
      async close() {
        for (const one of [aws, ...others]) await one.close()
        await clickStack.close()
      },
    }
  } catch (error) {
    await clickStack.close()
    throw error
  }
}

const API_USER = { name: 'api', password: 'api' }

function keyInputs({ ingestionKey }: LocalClickStack): Readonly<Record<string, string>> {
  return ingestionKey.scheme === 'none'
    ? {}
    : { 'api-key': ingestionKey.key, 'api-key-scheme': ingestionKey.scheme }
}

function clickHouseInputs(
  clickStack: LocalClickStack,
  user = API_USER,
): Readonly<Record<string, string>> {
  return {
    'clickhouse-url': clickStack.clickHouseUrl,
    'clickhouse-user': user.name,
    'clickhouse-password': user.password,
    'clickhouse-database': clickStack.database,
  }
}
