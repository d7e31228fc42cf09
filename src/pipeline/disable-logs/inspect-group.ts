/** Whether the logs of one function may go: who reads its log group, and whether silence there can be seen. */

import type { Clock } from '../../model/clock'
import { faultName, faultRefusal, type Refusal } from '../../model/refusal'
import { logConsumers } from '../../systems/cloudwatch/log-consumers'
import type { LogGroup, LogGroups } from '../../systems/cloudwatch/log-groups'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { ownerText } from '../../systems/templates/drift'
import type { Owner } from '../../systems/templates/owner'
import type { DisableSettings } from './settings'

export interface GroupInspection {
  readonly settings: DisableSettings
  readonly groups: LogGroups
  readonly clock: Clock
  readonly ownerOf: (fn: LambdaFunction) => Owner
  /** The template brings Rotel itself: its next deployment does not remove it. */
  readonly isCarried: (fn: LambdaFunction) => boolean
}

export interface GroupFindings {
  readonly logGroup: LogGroup
  readonly warnings: readonly string[]
  /** During the last 30 days; `undefined`: the caller may not see it. */
  readonly ingestedBytes: number | undefined
}

/** Who reads the log group, and whether it can be searched. */
export async function inspectGroup(
  fn: LambdaFunction,
  context: GroupInspection,
): Promise<GroupFindings | Refusal> {
  const { settings } = context
  const drift = driftRefusal(fn, context)
  if (drift) return drift
  // Lambda writes nothing about an invocation that succeeds (developer guide, "Log-level filtering").
  if (fn.systemLogLevel === 'WARN') {
    return {
      reason: 'platform-logs-hidden',
      detail:
        'the function’s SystemLogLevel is WARN, so that silence in CloudWatch Logs would prove nothing',
    }
  }
  const logGroup = logGroupOf(fn)
  const asked = context.groups.ingestedBytes(logGroup)
  const facts = await context.groups.facts(logGroup)
  // Without the right to read them they are the caller's to accept; what fails otherwise may be answered next time.
  if (!facts.ok && facts.fault.kind !== 'denied' && !settings.acceptLogLoss) {
    const prefix = `the readers of the log group ${fn.logGroup} were not checked: `
    return faultRefusal(facts.fault, 'log-group-unreadable', prefix)
  }
  const consumers = facts.ok
    ? logConsumers(fn, facts.value)
    : {
        losses: [
          `the readers of the log group ${fn.logGroup} were not checked (${faultName(facts.fault)})`,
        ],
        notes: [],
      }
  if (consumers.losses.length > 0 && !settings.acceptLogLoss) {
    return { reason: 'log-loss', detail: consumers.losses.join('; ') }
  }
  // Whoever cannot search the group cannot see that nothing is written to it: some classes of groups cannot be searched.
  const searched = await context.groups.eventsWith(logGroup, context.clock.now(), 'none')
  if (!searched.ok) return faultRefusal(searched.fault, 'log-group-unreadable')
  const bytes = await asked
  return {
    logGroup,
    ingestedBytes: bytes.ok ? bytes.value : undefined,
    warnings: [
      ...consumers.losses,
      ...consumers.notes,
      ...(bytes.ok ? [] : [`the savings are not known (${faultName(bytes.fault)})`]),
    ],
  }
}

/** The next deploy of the template takes layer and variables away, and leaves the Deny. */
function driftRefusal(
  fn: LambdaFunction,
  { settings, ownerOf, isCarried }: GroupInspection,
): Refusal | undefined {
  if (settings.acceptDrift || isCarried(fn)) return undefined
  const owner = ownerOf(fn)
  if (owner === 'none') return undefined
  return {
    reason: 'template-owned',
    detail:
      owner === 'unknown'
        ? 'whether a template owns it was not checked: its tags cannot be read (lambda:ListTags)'
        : `it belongs to ${ownerText(owner)}: the next deploy may remove Rotel, and CloudWatch Logs would stay disabled`,
  }
}

export function logGroupOf({ arn, logGroup }: LambdaFunction): LogGroup {
  return { name: logGroup, region: arn.region }
}
