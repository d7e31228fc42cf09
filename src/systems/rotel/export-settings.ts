/** Where Rotel sends to, and how it identifies itself: the source of its variables. */

export const PROTOCOLS = ['grpc', 'http'] as const

export type Protocol = (typeof PROTOCOLS)[number]

/** How an API key stands in the header `Authorization`: as it is, or as `Bearer <key>`. */
export const KEY_SCHEMES = ['raw', 'bearer'] as const

export type KeyScheme = (typeof KEY_SCHEMES)[number]

/** Where Rotel sends to, and how it identifies itself. */
export type ExportSettings = OtlpExport | ClickHouseExport

/** To ClickStack's collector. */
export interface OtlpExport extends ExportOfEveryKind {
  readonly exporter: 'otlp'
  /** `undefined` without an endpoint, unless it is set. */
  readonly protocol: Protocol | undefined
  /**
   * All headers in writing order, the API key's `Authorization` first. Values are secret, but for references to secrets,
   * which are written as `${arn:…}`.
   */
  readonly headers: readonly NameValue[]
}

/** Straight to ClickHouse's HTTP interface, past the collector. */
export interface ClickHouseExport extends ExportOfEveryKind {
  readonly exporter: 'clickhouse'
  readonly database: string
  readonly tablePrefix: string
  /** The attributes are columns of type JSON, not Map. */
  readonly json: boolean
  readonly user: string | undefined
  /** Secret. */
  readonly password: string | undefined
}

interface ExportOfEveryKind {
  /** `undefined`: the env file brings it. */
  readonly endpoint: string | undefined
  /** Path of a `rotel.env` in the functions’ packages, whose values go over the variables. */
  readonly envFile: string | undefined
  /** `{function}` stands for the function's name. */
  readonly serviceName: string | undefined
  /** Without `service.name`. */
  readonly resourceAttributes: readonly NameValue[]
  /** Further `ROTEL_*` and `OTEL_*` variables. */
  readonly environment: readonly NameValue[]
}

export interface NameValue {
  readonly name: string
  readonly value: string
}
