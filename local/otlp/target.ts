/** Where an export goes and how: the part of Rotel's OTLP exporter options that matters on the wire. */

export type Protocol = 'grpc' | 'http'

export interface Target {
  /** URL with scheme. Without a port 80 or 443 counts: Rotel adds no 4317 and no 4318. */
  readonly endpoint: string
  readonly protocol: Protocol
  /** With `http`: the endpoint is one signal's own, `/v1/logs` is not appended. */
  readonly verbatim?: boolean
  readonly headers?: Readonly<Record<string, string>>
  /** Default gzip, which is Rotel's. */
  readonly compression?: 'gzip' | 'none'
  /** Default 5,000, which is Rotel's. */
  readonly timeoutMs?: number
  readonly skipTlsVerification?: boolean
  /** Certificates to trust, in PEM, in place of the system's (Rotel: `SSL_CERT_FILE`). */
  readonly ca?: string
}
