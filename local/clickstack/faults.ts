/** Faults put into a server on purpose: what it does instead of its job, how often, and to which requests. */

import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { trickle } from '../http/trickle'

export type Fault =
  /** A refusal by the server or by a proxy before it. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      /** text/plain unless given. */
      readonly type?: string
    }
  /** A wrong answer with status 200: a login page, another service. */
  | { readonly kind: 'answer'; readonly body: string; readonly type?: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  /** Half an answer, then the connection breaks. */
  | { readonly kind: 'cut'; readonly body: string }
  /** Does its job, then the connection is reset. */
  | { readonly kind: 'lost-answer' }
  /** Half of the right answer, as if it were the whole. */
  | { readonly kind: 'half-answer' }
  /** The right answer, by the byte. */
  | { readonly kind: 'trickle'; readonly msPerByte: number }
  /** Answers rightly, but late. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Wakes up with the first request; until then the proxy before it answers 503. */
  | { readonly kind: 'asleep'; readonly ms: number }

export interface Faults {
  /** `times`: default always. `matching`: tried on the query or the path, default all. */
  inject(
    fault: Fault,
    limits?: {
      readonly times?: number
      readonly matching?: RegExp | ((subject: string) => boolean)
    },
  ): void
  clear(): void
  /** The fault for this request, used up by asking. */
  next(subject: string): Fault | undefined
}

const WAKING_UP: Fault = {
  kind: 'status',
  status: 503,
  body: '<html><head><title>503 Service Temporarily Unavailable</title></head></html>',
}

export function createFaults(): Faults {
  let planned: {
    fault: Fault
    left: number
    matching: RegExp | ((subject: string) => boolean) | undefined
    /** Of one that is asleep, since it was first asked. */
    awakeAt?: number
  }[] = []
  return {
    inject(fault, { times = Infinity, matching } = {}) {
      planned.push({ fault, left: times, matching })
    },
    clear() {
      planned = []
    },
    next(subject) {
      const found = planned.find(
        ({ matching }) =>
          matching === undefined ||
          (typeof matching === 'function' ? matching(subject) : matching.test(subject)),
      )
      if (!found) return
      if (found.fault.kind === 'asleep') {
        const now = Date.now()
        found.awakeAt ??= now + found.fault.ms
        if (found.awakeAt > now) return WAKING_UP
        planned = planned.filter((one) => one !== found)
        return
      }
      found.left -= 1
      planned = planned.filter(({ left }) => left > 0)
      return found.fault
    },
  }
}

/** True: the fault was the answer. False: go on. */
export async function playFault(
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault?.kind) {
    case undefined:
    case 'asleep':
      return false
    case 'slow':
      await sleep(fault.ms, undefined, { ref: false })
      return false
    case 'hang':
      return true
    case 'reset':
      response.socket?.resetAndDestroy()
      return true
    case 'lost-answer':
      answersBy(response, () => response.socket?.resetAndDestroy())
      return false
    case 'half-answer':
      answersBy(response, (body) => endWith(response, body.subarray(0, body.length / 2)))
      return false
    case 'trickle': {
      const { msPerByte } = fault
      answersBy(response, (body) => {
        response.flushHeaders()
        trickle(response, body, msPerByte)
      })
      return false
    }
    case 'cut':
      response.writeHead(200, { 'content-length': Buffer.byteLength(fault.body) + 1000 })
      response.write(fault.body, () => response.destroy())
      return true
    case 'status':
      response.writeHead(fault.status, { 'content-type': fault.type ?? 'text/plain' })
      response.end(fault.body ?? '')
      return true
    case 'answer':
      response.writeHead(200, { 'content-type': fault.type ?? 'text/html' })
      response.end(fault.body)
      return true
  }
}

/** What the server gives to `end` as the whole body goes out in another way. */
function answersBy(response: ServerResponse, send: (body: Buffer) => void): void {
  const end = response.end.bind(response)
  response.end = (body?: unknown) => {
    response.end = end
    send(typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : Buffer.of())
    return response
  }
}

function endWith(response: ServerResponse, body: Buffer): void {
  response.end(body)
}
