/**
 * What IAM says about a function's right to write its log: the effect, whatever the policies look like. Functions of one
 * role are asked about in one call.
 */

import { atOnce } from '../../model/at-once'
import { groupedBy } from '../../model/grouped-by'
import { faultRefusal, type Refusal } from '../../model/refusal'
import type { Result } from '../../model/result'
import type { FunctionArn, LambdaFunction } from '../../systems/lambda/lambda-function'
import { LOG_WRITES, logGroupArn, simulatedResources } from '../../systems/iam/log-writes'
import { parseRoleArn, type RoleArn } from '../../systems/iam/role-arn'
import { isForbidden, type RoleControl, type Simulated } from '../../systems/iam/role-control'

/** Who writes which log by which role. A published version may have another role than `$LATEST`. */
export interface LogWriter {
  readonly function: FunctionArn
  readonly role: RoleArn
  /** ARN of the log group, without `:*`. */
  readonly group: string
}

/** @returns `undefined` without a role that IAM can be asked about */
export function logWriterOf(fn: LambdaFunction): LogWriter | undefined {
  const role = parseRoleArn(fn.roleArn ?? '')
  return role && { function: fn.arn, role, group: logGroupArn(fn.arn, fn.logGroup) }
}

/** IAM's answers about the three writes on the forms of one log group. */
export type LogRights = readonly Simulated[]

/** What a function needs to log at all; creating the group is for the first time only. */
const NEEDED = ['logs:CreateLogStream', 'logs:PutLogEvents'] as const

/** The needed writes that are not allowed; a write without an answer is not. */
export function missingToLog(rights: LogRights, group: string): readonly Simulated[] {
  const stream = streamOf(group)
  return NEEDED.flatMap((action) => {
    const answer = rights.find((one) => one.action === action && one.resource === stream)
    if (answer?.decision === 'allowed') return []
    return answer ?? { ...NO_ANSWER, action, resource: stream }
  })
}

const NO_ANSWER = {
  decision: 'implicitDeny',
  by: [],
  allowedByOrganization: undefined,
  allowedByBoundary: undefined,
} as const

/** `action resource` of the writes that are needed. */
export function neededPairs(group: string): readonly string[] {
  return NEEDED.map((action) => `${action} ${streamOf(group)}`)
}

/** The form nearest to what is enforced: a stream of the group. */
function streamOf(group: string): string {
  return simulatedResources(group).at(-1) ?? group
}

/** In words, for a detail: what IAM answers for the first write that it does not allow. */
export function denialText(denied: readonly Simulated[]): string {
  const [first] = denied
  if (first === undefined) return 'IAM allows it'
  const { action, decision, by } = first
  if (isForbidden(first)) {
    const who = first.allowedByBoundary === false ? 'the permissions boundary' : 'the organization'
    return `IAM answers ${decision} for ${action}: ${who} does not allow it`
  }
  return `IAM answers ${decision} for ${action}${by.length === 0 ? '' : ` (${by.join(', ')})`}`
}

/** IAM is asked far fewer a second; thousands of questions that wait would only take memory. */
const ROLES_AT_ONCE = 64
/** How many resources one question names at most. */
const RESOURCES_AT_ONCE = 200

/**
 * Asks about all of them, one question for each role (or for each 50 log groups of one).
 * @returns by `key` of the writer
 */
export async function askLogRights(
  writers: readonly LogWriter[],
  roles: Pick<RoleControl, 'simulate'>,
): Promise<ReadonlyMap<string, Result<LogRights>>> {
  const byRole = groupedBy(writers, ({ role }) => role.text)
  const answers = new Map<string, Result<LogRights>>()
  await atOnce(ROLES_AT_ONCE, [...byRole.values()], async (ofRole) => {
    const [first] = ofRole
    if (first === undefined) return
    const resources = [...new Set(ofRole.flatMap(({ group }) => simulatedResources(group)))]
    const asked = await simulateAll(first.role, resources, roles)
    for (const writer of ofRole) {
      const own = new Set(simulatedResources(writer.group))
      answers.set(
        writerKey(writer),
        asked.ok
          ? { ok: true, value: asked.value.filter(({ resource }) => own.has(resource)) }
          : asked,
      )
    }
  })
  return answers
}

export function writerKey({ role, group }: Pick<LogWriter, 'role' | 'group'>): string {
  return `${role.text} ${group}`
}

async function simulateAll(
  role: RoleArn,
  resources: readonly string[],
  roles: Pick<RoleControl, 'simulate'>,
): Promise<Result<LogRights>> {
  const all: Simulated[] = []
  for (let at = 0; at < resources.length; at += RESOURCES_AT_ONCE) {
    const asked = await roles.simulate(
      role,
      LOG_WRITES,
      resources.slice(at, at + RESOURCES_AT_ONCE),
    )
    if (!asked.ok) return asked
    all.push(...asked.value)
  }
  return { ok: true, value: all }
}

/** Why IAM could not be asked. */
export function simulationFailed(answer: Result<unknown> | undefined): Refusal {
  return answer?.ok === false
    ? faultRefusal(answer.fault, 'simulation-failed')
    : { reason: 'simulation-failed', detail: 'no answer' }
}
