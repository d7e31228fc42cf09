/** What came back from one attempt at an export, before anything is concluded from it. */

export type Reply =
  /** A gRPC status, from the trailers or from an answer of headers only. */
  | {
      readonly kind: 'grpc'
      readonly status: number
      readonly message: string
      /** Without gRPC's five bytes before it. */
      readonly body: Uint8Array
    }
  /** An HTTP answer; to a gRPC call one without a gRPC status. */
  | {
      readonly kind: 'http'
      readonly status: number
      readonly contentType: string
      readonly body: Uint8Array
    }
  /** No answer, or one that could not be read. */
  | {
      readonly kind: 'broken'
      /** Node's: `ECONNREFUSED`, `ERR_HTTP2_ERROR`, `DEPTH_ZERO_SELF_SIGNED_CERT` and so on. */
      readonly code: string
      readonly message: string
      /** What the HTTP parser could not read. */
      readonly received: Uint8Array | undefined
      /** After a TLS handshake in which the server agreed to no protocol (ALPN). */
      readonly withoutAlpn?: true
    }
  | { readonly kind: 'timeout'; readonly afterMs: number }

/** The reply that an error of a Node socket, TLS, HTTP or HTTP/2 client stands for. */
export function brokenBy(error: unknown): Reply {
  const { code, message, cause, rawPacket } = shapeOf(error)
  // HTTP/2 reports that the stream was cancelled, and has the failure of the connection as the cause.
  if (code === 'ERR_HTTP2_STREAM_CANCEL' && shapeOf(cause).code !== '') return brokenBy(cause)
  return {
    kind: 'broken',
    code: code === '' ? 'UNKNOWN' : code,
    message,
    received: rawPacket instanceof Uint8Array ? rawPacket : undefined,
  }
}

/** By shape, not by `instanceof`: Node's errors may be of another realm. */
function shapeOf(error: unknown): {
  readonly code: string
  readonly message: string
  readonly cause: unknown
  readonly rawPacket: unknown
} {
  if (typeof error !== 'object' || error === null) {
    return { code: '', message: '', cause: undefined, rawPacket: undefined }
  }
  const code: unknown = 'code' in error ? error.code : undefined
  const message: unknown = 'message' in error ? error.message : undefined
  return {
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
    cause: 'cause' in error ? error.cause : undefined,
    rawPacket: 'rawPacket' in error ? error.rawPacket : undefined,
  }
}
