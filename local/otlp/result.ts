/** How an export ended, in the detail that Rotel's own log line has, and no more than that. */

import type { PartialSuccess } from './wire'

export type ExportResult =
  | { readonly kind: 'ok'; readonly partial?: PartialSuccess }
  /** The endpoint speaks HTTP and refused. */
  | { readonly kind: 'http-status'; readonly status: number; readonly body: string }
  /** The endpoint speaks gRPC and refused; code as in gRPC's status table, 16 is Unauthenticated. */
  | { readonly kind: 'grpc-status'; readonly code: number; readonly message: string }
  | { readonly kind: 'timeout' }
  /** No connection, or it broke; code is Node's (ECONNREFUSED, ENOTFOUND, ECONNRESET …). */
  | { readonly kind: 'unreachable'; readonly code: string; readonly message: string }
  | { readonly kind: 'tls-error'; readonly code: string; readonly message: string }
  /** Connected, but the peer does not speak the protocol: gRPC to an HTTP port, or the reverse. */
  | { readonly kind: 'protocol-error'; readonly code: string; readonly message: string }

const certificateCodes =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/

/** Sorts an error of a Node HTTP, HTTP/2 or TLS client. */
export function connectionFailure(error: NodeJS.ErrnoException): ExportResult {
  // HTTP/2 says that the stream was cancelled, and keeps why the connection failed as the cause.
  if (error.code === 'ERR_HTTP2_STREAM_CANCEL' && isError(error.cause)) {
    return connectionFailure(error.cause)
  }
  const { code = 'UNKNOWN', message } = error
  if (certificateCodes.test(code)) return { kind: 'tls-error', code, message }
  if (code === 'ECONNRESET' && message.includes('before secure TLS connection')) {
    return { kind: 'tls-error', code, message }
  }
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP2')) {
    return { kind: 'protocol-error', code, message }
  }
  return { kind: 'unreachable', code, message }
}

/** By shape: within Jest, Node's own errors are of another realm, and `instanceof` says no. */
function isError(cause: unknown): cause is NodeJS.ErrnoException {
  return typeof cause === 'object' && cause !== null && 'message' in cause
}
