/** An answer whose bytes come one by one: it has begun, so that nobody waits for it to begin, and it does not end. */

import type { Writable } from 'node:stream'

/** Sends the body by the byte. The head has been sent. @param msPerByte real time between two bytes */
export function trickle(response: Writable, body: Uint8Array, msPerByte: number): void {
  if (body.length === 0) {
    // The client takes the head for the whole answer, and its next request may come over the same connection.
    response.end()
    return
  }
  let sent = 0
  const timer = setInterval(() => {
    if (response.destroyed) {
      clearInterval(timer)
      return
    }
    response.write(body.subarray(sent, sent + 1))
    sent += 1
    if (sent < body.length) return
    clearInterval(timer)
    response.end()
  }, msPerByte)
  timer.unref()
}
