/** Which permission each of AWS's operations needs, and what AWS answers a caller who lacks it. */

import { accessDenied } from '../../local/aws/account/account'
import type { Fault, ServiceName } from '../../local/aws/local-aws'

const CALLER = 'arn:aws:sts::123456789012:assumed-role/deploy/clickstack'

/** Operations whose permission has another name. */
const OTHERWISE_NAMED: Readonly<Record<string, string>> = {
  Invoke: 'InvokeFunction',
  InvokeDryRun: 'InvokeFunction',
  GetLayerVersionByArn: 'GetLayerVersion',
}

/** Services whose prefix is not the name of their endpoint. */
const PREFIXES: Readonly<Record<string, string>> = {
  monitoring: 'cloudwatch',
  tagging: 'tag',
}

/** `lambda:InvokeFunction` for `lambda Invoke`. */
export function permissionFor(service: string, operation: string): string {
  return `${PREFIXES[service] ?? service}:${OTHERWISE_NAMED[operation] ?? operation}`
}

/** What AWS answers where no policy of the caller allows the operation: its words name the action. */
export function denialOf(service: ServiceName, operation: string): Fault {
  const action = permissionFor(service, operation)
  const { name, status, message } = accessDenied(CALLER, action, '*', 'identity-based')
  return { kind: 'error', name, status, message }
}
