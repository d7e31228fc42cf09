/** Whether a Deny of ours stands on a function without a working Rotel: nobody gets its logs then (promise P8). */

import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { carriesRotel } from '../../systems/rotel/carries-rotel'
import { denyLogsDocument } from '../../systems/iam/owned-policy'
import { logGroupArn } from '../../systems/iam/log-writes'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { Withheld } from './restore-logs'
import type { OwnedDeny } from './owned-policies'

/** Why the function is dark, in words; `undefined`: it is not. What cannot be read here does not make it so. */
export async function darkness(
  fn: LambdaFunction,
  deny: OwnedDeny,
  lambda: Pick<LambdaControl, 'routedVersions'>,
): Promise<string | undefined> {
  if (deny.kind !== 'inline' && deny.kind !== 'attached') return undefined
  const name = deny.kind === 'inline' ? deny.policy : deny.name
  if (!carriesRotel(fn)) {
    return `the policy ${name} on its role denies CloudWatch Logs, and it does not carry Rotel`
  }
  const routed = await lambda.routedVersions(fn.arn)
  if (!routed.ok) return undefined
  const without = routed.value.find(
    ({ version, fn: published }) => version !== '$LATEST' && !carriesRotel(published),
  )
  return without
    ? `the policy ${name} on its role denies CloudWatch Logs, and version ${without.version} (${without.via.join(', ')}) does not carry Rotel`
    : undefined
}

/** What an earlier run's Deny withholds; `undefined`: there is none. */
export function withheldByDeny(fn: LambdaFunction, deny: OwnedDeny): Withheld | undefined {
  if (deny.kind !== 'inline' && deny.kind !== 'attached') return undefined
  const group = logGroupArn(fn.arn, fn.logGroup)
  const { role } = deny
  return {
    arn: fn.arn,
    role,
    group,
    // What was allowed before that run is not known: nothing of ours may deny, which is all that can be asked for.
    allowed: [],
    changes: [
      {
        purpose: 'logs',
        role,
        group,
        allowedBefore: [],
        edit:
          deny.kind === 'inline'
            ? {
                kind: 'put-inline',
                policy: deny.policy,
                before: undefined,
                after: denyLogsDocument(group),
              }
            : { kind: 'attach', arn: deny.arn, name: deny.name },
      },
    ],
  }
}
