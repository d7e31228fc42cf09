/** What the runner can find out of the OTLP endpoint: whether it answers, speaks the protocol and takes the key. */

import type { Protocol } from '../rotel/export-settings'

/** Where an export goes. */
export interface ExportTarget {
  readonly endpoint: string
  readonly protocol: Protocol
  /** With the key. Empty where any of them is a reference to a secret: then no credential is sent. */
  readonly headers: ReadonlyMap<string, string>
}

/** One log record that this action itself sends, to be found again. */
export interface ControlRecord {
  readonly id: string
  readonly serviceName: string
  /** ms since the epoch */
  readonly time: number
}

export type ExportAnswer =
  | { readonly kind: 'accepted' }
  /** 401, 403, Unauthenticated, PermissionDenied. */
  | {
      readonly kind: 'key-refused'
      readonly text: string
      /** With a status of gRPC, which servers and proxies have that know gRPC. */
      readonly overGrpc?: true
    }
  /** 404, Unimplemented: there is a server, and no OTLP at this address. */
  | { readonly kind: 'not-found'; readonly text: string }
  /** gRPC was spoken to an HTTP port, or the reverse. */
  | { readonly kind: 'wrong-protocol'; readonly text: string }
  /** https to a port in clear, http to a TLS port, a certificate that is not trusted. */
  | { readonly kind: 'tls'; readonly text: string }
  /** Refused, no route, no such name, timeout: private endpoints look like this from a runner. */
  | { readonly kind: 'unreachable'; readonly text: string }
  /** Any other answer, such as 500 or ResourceExhausted. */
  | { readonly kind: 'refused'; readonly text: string }

/** The port: sends one OTLP logs export, empty or with a control record. Never throws for what the endpoint does. */
export type SendLogs = (
  target: ExportTarget,
  record: ControlRecord | undefined,
) => Promise<ExportAnswer>
