/** Formats that several services share: AWS Query with XML answers, JSON 1.x, SigV4's credential scope. */
import type { AwsError } from './errors'
import type { Answer } from './service'

/** Region and service of a SigV4 `Authorization` header; `undefined` when there is none. */
export function credentialScope(
  authorization: string | undefined,
): { readonly region: string; readonly service: string } | undefined {
  const match = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(authorization ?? '')
  return match?.[1] !== undefined && match[2] !== undefined
    ? { region: match[1], service: match[2] }
    : undefined
}

/** Members of a Query request; `A.member.1` become lists. */
export function queryParams(form: URLSearchParams): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const [key, value] of form) {
    const list = /^(.+)\.member\.\d+$/.exec(key)?.[1]
    if (list === undefined) {
      params[key] = value
    } else {
      const items: unknown = params[list]
      params[list] = Array.isArray(items) ? [...(items as unknown[]), value] : [value]
    }
  }
  return params
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

export type XmlValue =
  | string
  | number
  | boolean
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue | undefined }

/** Lists become `<member>` elements, as in the Query protocol. */
function toXml(value: XmlValue): string {
  if (typeof value === 'string') return escapeXml(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (isList(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('')
  return Object.entries(value)
    .map(([name, member]) => (member === undefined ? '' : `<${name}>${toXml(member)}</${name}>`))
    .join('')
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value)
}

export function queryAnswer(
  operation: string,
  namespace: string,
  result: XmlValue | undefined,
  requestId: string,
): Answer {
  const inner =
    result === undefined ? '' : `<${operation}Result>${toXml(result)}</${operation}Result>`
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${operation}Response xmlns="${namespace}">${inner}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  }
}

export function queryError(namespace: string, error: AwsError, requestId: string): Answer {
  const type = error.status >= 500 ? 'Receiver' : 'Sender'
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml', ...error.headers },
    body: `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  }
}

export function json11Answer(result: unknown): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(result),
  }
}

export function json11Error(
  error: AwsError,
  messageMember: 'message' | 'Message' = 'message',
): Answer {
  return {
    status: error.status,
    headers: { 'content-type': 'application/x-amz-json-1.1', ...error.headers },
    body: JSON.stringify({ __type: error.name, [messageMember]: error.message, ...error.members }),
  }
}
