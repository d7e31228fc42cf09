/** What comes in place of the answer that a scenario's run needs: something else with status 200, or a refusal. */

import type { Fault, ServiceName } from '../../local/aws/local-aws'

export type OtherAnswer = 'HTML' | 'an answer without its list' | 'denied' | 'expired credentials'

export const OTHER_ANSWERS: readonly OtherAnswer[] = [
  'HTML',
  'an answer without its list',
  'denied',
  'expired credentials',
]

/** As the service's clients get it. */
export function faultOf(answer: OtherAnswer, service: ServiceName): Fault {
  switch (answer) {
    case 'HTML':
      return { kind: 'other-answer', body: '<!DOCTYPE html><html><body>Sign in</body></html>' }
    case 'an answer without its list':
      return service === 'iam'
        ? { kind: 'other-answer', contentType: 'text/xml', body: xmlWithoutList }
        : { kind: 'other-answer', contentType: 'application/x-amz-json-1.1', body: '{}' }
    case 'denied':
      return {
        kind: 'error',
        name: service === 'iam' ? 'AccessDenied' : 'AccessDeniedException',
        status: 403,
        message: 'The caller is not authorized to perform this operation',
      }
    case 'expired credentials':
      return {
        kind: 'error',
        name: service === 'iam' ? 'ExpiredToken' : 'ExpiredTokenException',
        status: 403,
        message: 'The security token included in the request is expired',
      }
  }
}

function xmlWithoutList({ operation }: { readonly operation: string }): string {
  return `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result><IsTruncated>false</IsTruncated></${operation}Result><ResponseMetadata><RequestId>5f2d5e4a-0000-4000-8000-000000000000</RequestId></ResponseMetadata></${operation}Response>`
}
