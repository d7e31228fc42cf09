/**
 * The HTTP server: one port for all services, told apart by the credential scope of the signature. A call goes
 * through: log, `onCall`, faults, quota, rights, work, `onWorkDone`, latency, answer.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { trickle } from '../http/trickle'
import type { Account } from './account/account'
import type { CallRecorder, RecordedCall } from './call-log'
import { AwsError, BareStatus } from './protocol/errors'
import type { Fault, FaultInjector } from './faults'
import type { Quotas } from './quota'
import type { Answer, CallEvent, ReadCall, Service, WireRequest } from './protocol/service'
import { signatureTimeRefusal } from './protocol/signature-time'
import { credentialScope } from './protocol/wire'

/** Is awaited: the call waits for it. */
export type CallListener = (call: CallEvent) => void | Promise<void>

export interface ServerParts {
  readonly account: Account
  readonly services: readonly Service[]
  readonly recorder: CallRecorder
  readonly injector: FaultInjector
  readonly quotas: Quotas
  readonly latencyMs: number
  readonly port: number
}

export interface RunningServer {
  readonly url: string
  readonly onCall: (listener: CallListener) => () => void
  readonly onWorkDone: (listener: CallListener) => () => void
  readonly close: () => Promise<void>
}

export async function startServer(parts: ServerParts): Promise<RunningServer> {
  const before = new Set<CallListener>()
  const after = new Set<CallListener>()
  let index = 0

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (to: ServerResponse, answer: Answer, id: string): void => {
      sendAt(parts.account.clock.now(), to, answer, id)
    }
    const body = await readBody(message)
    const scope = credentialScope(message.headers.authorization)
    if (scope === undefined) {
      send(response, unsigned(), randomUUID())
      return
    }
    const service = parts.services.find((candidate) => candidate.name === scope.service)
    const requestId = randomUUID()
    if (service === undefined) {
      send(response, unknownService(scope.service), requestId)
      return
    }
    const request = toWireRequest(message, body, scope.region, requestId)
    let read: ReadCall | undefined
    let unreadable: AwsError | undefined
    try {
      read = service.read(request)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      unreadable = error
    }
    index += 1
    const event: CallEvent = {
      index,
      service: service.name,
      operation: read?.operation ?? `${request.method} ${request.path}`,
      region: request.region,
      functionName: read?.functionName,
      params: read?.params ?? {},
    }
    const record = parts.recorder.begin(event, parts.account.clock.now())
    const refuse = (error: AwsError): void => {
      record.answered(error.status, error.name)
      send(response, service.writeError(error, requestId), requestId)
    }
    if (unreadable !== undefined || read === undefined) {
      refuse(unreadable ?? notModelled(service.name, event.operation))
      return
    }

    const listened = before.size > 0
    await tell(before, event)
    if (listened && (await isGone(response))) {
      // The listener killed the client: as if the call had never been sent.
      record.unanswered()
      return
    }
    const fault = parts.injector.strike(event)
    if (fault?.kind === 'hang') {
      record.unanswered()
      return
    }
    if (fault?.kind === 'reset') {
      record.unanswered()
      response.socket?.resetAndDestroy()
      return
    }
    if (fault?.kind === 'other-answer') {
      const { status = 200, contentType = 'text/html', body } = fault
      record.answered(status, undefined)
      const text = typeof body === 'string' ? body : body(event)
      send(response, { status, headers: { 'content-type': contentType }, body: text }, requestId)
      return
    }
    const { clock } = parts.account
    const untimely = clock.goesBy
      ? signatureTimeRefusal(message.headers['x-amz-date'], clock.now(), service.name)
      : undefined
    if (untimely !== undefined) {
      refuse(untimely)
      return
    }
    const result = await work(service, read, event, record, fault, requestId)
    await tell(after, event)
    if (fault?.kind === 'lost-answer') {
      record.unanswered(result.errorName)
      response.socket?.resetAndDestroy()
      return
    }
    const waitMs = parts.latencyMs + (fault?.kind === 'delay' ? fault.ms : 0)
    if (waitMs > 0) await parts.account.clock.sleep(waitMs)
    if (response.destroyed || response.socket?.destroyed !== false) {
      record.unanswered(result.errorName)
      return
    }
    if (
      fault?.kind === 'half-answer' ||
      fault?.kind === 'broken-answer' ||
      fault?.kind === 'trickle'
    ) {
      const whole = Buffer.from(result.answer.body ?? '')
      const half = whole.subarray(0, Math.floor(whole.length / 2))
      if (fault.kind === 'half-answer') {
        record.answered(result.answer.status, result.errorName)
        send(response, { ...result.answer, body: half }, requestId)
        return
      }
      record.unanswered(result.errorName)
      const length = { 'content-length': String(whole.length) }
      response.writeHead(result.answer.status, { ...result.answer.headers, ...length })
      response.flushHeaders()
      if (fault.kind === 'trickle') trickle(response, whole, fault.msPerByte)
      else response.write(half, () => response.socket?.resetAndDestroy())
      return
    }
    record.answered(result.answer.status, result.errorName)
    send(response, result.answer, requestId)
  }

  const work = async (
    service: Service,
    read: ReadCall,
    event: CallEvent,
    record: RecordedCall,
    fault: Fault | undefined,
    requestId: string,
  ): Promise<{ readonly answer: Answer; readonly errorName: string | undefined }> => {
    try {
      refuseByFault(service, fault)
      if (!parts.quotas.take(read.quota, event.region)) throw service.throttled()
      for (const { action, resource, shown, context } of read.rights) {
        parts.account.caller.authorise(action, resource, shown, context)
      }
      const answer = await read.work(event)
      record.worked()
      return { answer, errorName: undefined }
    } catch (error) {
      if (error instanceof BareStatus) {
        return { answer: { status: error.status }, errorName: String(error.status) }
      }
      if (error instanceof AwsError) {
        return { answer: service.writeError(error, requestId), errorName: error.name }
      }
      throw error
    }
  }

  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      // A bug of this emulator or of a listener: 501, which no client retries and AWS never answers.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      sendAt(
        parts.account.clock.now(),
        response,
        {
          status: 501,
          headers: { 'x-amzn-errortype': 'LocalAwsBug', 'content-type': 'application/json' },
          body: JSON.stringify({ message: `Local AWS failed: ${text}` }),
        },
        randomUUID(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(parts.port, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    onCall: (listener) => listen(before, listener),
    onWorkDone: (listener) => listen(after, listener),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(listeners: Set<CallListener>, listener: CallListener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

async function tell(listeners: ReadonlySet<CallListener>, event: CallEvent): Promise<void> {
  for (const listener of [...listeners]) await listener(event)
}

/** A killed client's socket ends a few turns of the event loop after the process did. */
async function isGone(response: ServerResponse): Promise<boolean> {
  for (let turn = 0; turn < 5; turn += 1) {
    const { socket } = response
    if (socket === null || socket.destroyed || socket.readableEnded) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}

function refuseByFault(service: Service, fault: Fault | undefined): void {
  switch (fault?.kind) {
    case 'throttle':
      throw service.throttled(fault.retryAfterSeconds)
    case 'server-error':
      if (fault.status === undefined || fault.status === 500) throw service.internalError()
      throw new BareStatus(fault.status)
    case 'error':
      throw new AwsError(fault.name, fault.status, fault.message)
    default:
  }
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function toWireRequest(
  message: IncomingMessage,
  body: Buffer,
  region: string,
  requestId: string,
): WireRequest {
  const [path = '/', query = ''] = (message.url ?? '/').split('?', 2)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (typeof value === 'string') headers[name] = value
  }
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers,
    body,
    region,
    requestId,
  }
}

/** With the time in the answer, in whole seconds as HTTP has it: AWS's own clock, which may not be the caller's. */
function sendAt(nowMs: number, response: ServerResponse, answer: Answer, requestId: string): void {
  if (response.headersSent || response.destroyed) return
  const body = Buffer.from(answer.body ?? '')
  const length = answer.status === 204 ? {} : { 'content-length': String(body.length) }
  response.writeHead(answer.status, {
    'x-amzn-requestid': requestId,
    date: new Date(nowMs).toUTCString(),
    ...length,
    ...answer.headers,
  })
  response.end(answer.status === 204 ? undefined : body)
}

function notModelled(service: string, operation: string): AwsError {
  return new AwsError(
    'LocalAwsNotModelled',
    501,
    `Local AWS does not model ${service}: ${operation}. Add it under local/aws/${service}/.`,
  )
}

function unsigned(): Answer {
  return {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': 'MissingAuthenticationTokenException',
    },
    body: JSON.stringify({ message: 'Missing Authentication Token' }),
  }
}

function unknownService(name: string): Answer {
  return {
    status: 501,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'LocalAwsNotModelled' },
    body: JSON.stringify({ message: `Local AWS has no service ${name}.` }),
  }
}
