/** What the tests of the edges stand on: a Local AWS, or a server that answers as it is told, where the SDK looks for AWS. */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'
import type { LocalAws } from '../../local/aws/index'
import { local } from '../local/support'

export { roleArn, valueOf } from './values'

const before = { ...process.env }
const servers: Server[] = []

afterEach(() => {
  process.env = { ...before }
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

export async function localAws(options: Parameters<typeof local>[0] = {}): Promise<LocalAws> {
  const aws = await local(options)
  Object.assign(process.env, aws.env)
  return aws
}

export interface ScriptedRequest {
  /** `GetRolePolicy`; of Lambda, method and path. */
  readonly operation: string
  readonly body: string
}

export interface ScriptedAnswer {
  readonly status?: number
  readonly body: string
  /** `none`: the connection is cut. */
  readonly sent?: 'none'
}

/** Answers in the services' wire formats, as the test writes them. @returns the requests that came */
export async function scriptedAws(
  answer: (request: ScriptedRequest, index: number) => ScriptedAnswer,
): Promise<readonly ScriptedRequest[]> {
  const requests: ScriptedRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const target = request.headers['x-amz-target']
      const operation =
        typeof target === 'string'
          ? (target.split('.').at(-1) ?? '')
          : (new URLSearchParams(body).get('Action') ??
            `${request.method ?? ''} ${request.url ?? ''}`)
      const asked = { operation, body }
      requests.push(asked)
      const told = answer(asked, requests.length - 1)
      if (told.sent === 'none') {
        request.socket.destroy()
        return
      }
      const type = told.body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.1'
      response.writeHead(told.status ?? 200, { 'content-type': type })
      response.end(told.body)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
  })
  return requests
}

/** An answer of IAM's. */
export function iamAnswer(operation: string, result: string): ScriptedAnswer {
  return {
    body: `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${operation}Response>`,
  }
}

export function iamError(status: number, code: string): ScriptedAnswer {
  return {
    status,
    body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>in IAM's words</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
  }
}
