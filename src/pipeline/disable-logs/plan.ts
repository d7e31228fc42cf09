/**
 * Plans how CloudWatch Logs are disabled: everything that reading can tell, before anything is written. Functions that
 * one edit reaches make one unit, which is edited when all of them are proven (promise P9). What nobody could notice
 * later blocks where it could not be checked (promises P3, P5, P8).
 */

import { byText } from '../../model/order'
import { atOnce } from '../../model/at-once'
import { groupedBy } from '../../model/grouped-by'
import type { Refusal } from '../../model/refusal'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { LogGroup } from '../../systems/cloudwatch/log-groups'
import { allowedPairs, policyNamed } from '../../systems/iam/denial'
import {
  grantLogsDocument,
  isOwnDenyName,
  ownedPolicyName,
  withoutOwnLogWrites,
} from '../../systems/iam/owned-policy'
import { isProtected } from '../../systems/iam/role-arn'
import type { ExecutionRole, RoleControl } from '../../systems/iam/role-control'
import { hasWorkingRotel } from '../../systems/rotel/carries-rotel'
import { darknessOf, findDarkness, oursOf, whyDark } from '../roles/darkness'
import {
  denierOf,
  type EditMember,
  isScoped,
  planRoleEdits,
  readRoles,
  type RoleEdits,
  versionedPolicies,
} from '../roles/plan-edits'
import {
  askLogRights,
  type LogRights,
  type LogWriter,
  logWriterOf,
  missingToLog,
  simulationFailed,
  writerKey,
} from '../roles/log-rights'
import type { DisableStrategy } from '../roles/strategy'
import type { LogsChange } from '../roles/role-change'
import { type RoleUsers, userKey } from '../roles/role-users'
import { sharedRefusal, sharingNotes, sharingOf, writingTo } from '../roles/sharing'
import { type GroupInspection, inspectGroup, logGroupOf } from './inspect-group'
import { withoutRoom } from './room'
import { refusalOfVersions, versionsWithoutRotel } from './versions'

/** Functions whose logs one edit disables: it is made once, after all of them are proven. */
export interface DisableUnit {
  /** In the order of names. */
  readonly members: readonly EditMember[]
  readonly changes: readonly LogsChange[]
  /** The roles deny it already, which is to be proven once more; nothing is written. */
  readonly isSettled: boolean
  /** Who had the roles when it was planned, see `userKey`; `undefined`: nothing is edited. */
  readonly knownUsers: ReadonlySet<string> | undefined
}

/** What is planned for one function. */
export interface DisablePlan {
  readonly unit: DisableUnit
  readonly member: EditMember
  readonly logGroup: LogGroup
  /** What is lost and who loses it, told in the plan. */
  readonly warnings: readonly string[]
  /** Bytes that the group took in during the last 30 days; `undefined`: the caller may not see it. */
  readonly ingestedBytes: number | undefined
}

export interface DisableInspection extends GroupInspection {
  readonly lambda: Pick<LambdaControl, 'routedVersions'>
  readonly roles: RoleControl
  readonly users: RoleUsers
  readonly isInvoked: (fn: LambdaFunction) => boolean
  /** The alias of the function that leads to a version with Rotel before logs are disabled. */
  readonly movingAlias: (fn: LambdaFunction) => string | undefined
  /** Inline policies that this run is going to put on a role beside, by ARN of the role. */
  readonly grants: ReadonlyMap<string, readonly string[]>
}

type Planned = ReadonlyMap<string, DisablePlan | Refusal>

/** Each asks IAM and CloudWatch a dozen questions, which wait in the queues of their services. */
const AT_ONCE = 32

/** @returns by ARN of the function */
export async function planDisabling(
  functions: readonly LambdaFunction[],
  context: DisableInspection,
): Promise<Planned> {
  const results = new Map<string, DisablePlan | Refusal>()
  const own = await atOnce(AT_ONCE, functions, async (fn) => ({
    fn,
    found: await inspectAlone(fn, context),
  }))
  const candidates: Candidate[] = []
  for (const { fn, found } of own) {
    if ('reason' in found) results.set(fn.arn.text, found)
    else candidates.push(found)
  }
  for (const [arn, plan] of await planTogether(candidates, context)) results.set(arn, plan)
  return results
}

interface Candidate {
  readonly fn: LambdaFunction
  readonly writer: LogWriter
  /**
   * It has no working Rotel yet, or an alias that is moved leads to a version without: its log rights are restored before
   * anything else (promise P8), and there is something to edit then.
   */
  readonly getsRightsFirst: boolean
}

/** What can be told of a function without its role. */
async function inspectAlone(
  fn: LambdaFunction,
  context: DisableInspection,
): Promise<Candidate | Refusal> {
  const writer = logWriterOf(fn)
  if (writer === undefined || isProtected(writer.role)) {
    return {
      reason: writer === undefined ? 'role-unreadable' : 'role-protected',
      detail: `${fn.roleArn ?? 'its role'} is not a role that can be changed`,
    }
  }
  if (!context.isInvoked(fn)) {
    return {
      reason: 'disabling-needs-invocation',
      detail: 'the smoke test does not invoke it',
    }
  }
  const without = await versionsWithoutRotel(fn, context.lambda)
  if ('reason' in without) return without
  const getsRightsFirst = !hasWorkingRotel(fn) || without.length > 0
  return refusalOfVersions(without, context.movingAlias(fn)) ?? { fn, writer, getsRightsFirst }
}

async function planTogether(
  candidates: readonly Candidate[],
  context: DisableInspection,
): Promise<Planned> {
  const results = new Map<string, DisablePlan | Refusal>()
  const rights = await askLogRights(
    candidates.map(({ writer }) => writer),
    context.roles,
  )
  const members = new Map<string, Member>()
  for (const candidate of candidates) {
    const { writer } = candidate
    const answer = rights.get(writerKey(writer))
    if (answer?.ok) {
      const member = {
        ...writer,
        allowed: allowedPairs(answer.value),
        isKnownMute: isKnownMute(writer, answer.value, context.settings.strategy),
      }
      const getsGrant = isGranted(candidate, answer.value)
      members.set(writer.function.text, { candidate, member, getsGrant })
      continue
    }
    results.set(writer.function.text, simulationFailed(answer))
  }
  const read = new Map<string, ExecutionRole>()
  const refuse = (refused: readonly EditMember[], refusal: Refusal) => {
    for (const { function: arn } of refused) {
      results.set(arn.text, refusal)
      members.delete(arn.text)
    }
  }
  const ofRoles = [...groupedBy(members.values(), ({ member }) => member.role.text).values()]
  const readings = await atOnce(AT_ONCE, ofRoles, async (ofRole) => {
    const users = ofRole.map(({ member }) => member)
    return { users, found: await readRoles(users, context.roles) }
  })
  for (const { users, found } of readings) {
    if ('reason' in found) refuse(users, found)
    else for (const [arn, role] of found) read.set(arn, role)
  }
  if (isScoped(context.settings.strategy)) {
    const wanting = [...members.values()].map(({ member }) => member)
    for (const { member, refusal } of withoutRoom(wanting, read, context.grants)) {
      refuse([member], refusal)
    }
  }
  const ordered = [...members.values()].sort((a, b) =>
    byText(a.member.function.text, b.member.function.text),
  )
  const units = await unitsOf(ordered, read, context)
  for (const planned of await atOnce(AT_ONCE, units, (unit) => planUnit(unit, read, context))) {
    for (const [arn, plan] of planned) results.set(arn, plan)
  }
  return results
}

/** A Deny of ours, also one that was written for another function of the log group, is no wish of the user's. */
function isKnownMute(
  { function: arn, role, group }: LogWriter,
  rights: LogRights,
  strategy: DisableStrategy,
): boolean {
  const ours = [
    denierOf(arn, role, { kind: 'deny', policyArn: undefined }),
    denierOf(arn, role, strategy),
  ]
  const isOurs = (id: string) => ours.includes(id) || isOwnDenyName(policyNamed(role, id) ?? '')
  const missing = missingToLog(rights, group)
  return missing.length > 0 && !missing.some(({ by }) => by.some(isOurs))
}

/** Whether its rights are restored by a grant of ours, because an earlier run has removed them and Rotel is gone since. */
function isGranted({ fn, writer, getsRightsFirst }: Candidate, rights: LogRights): boolean {
  if (!getsRightsFirst || missingToLog(rights, writer.group).length === 0) return false
  const ours = oursOf(fn, writer, rights, undefined)
  // What undoing a Deny of ours brings back is not granted.
  return ours?.changes.length === 0 && ours.deprived.some(({ isGrantable }) => isGrantable)
}

interface Member {
  readonly candidate: Candidate
  readonly member: EditMember
  readonly getsGrant: boolean
}

/** Which functions stand and fall together: those that one edit reaches. */
async function unitsOf(
  members: readonly Member[],
  read: ReadonlyMap<string, ExecutionRole>,
  { settings, roles }: DisableInspection,
): Promise<readonly (readonly Member[])[]> {
  if (isScoped(settings.strategy)) {
    return [...groupedBy(members, ({ member }) => writerKey(member)).values()]
  }
  const ofRoles = [...groupedBy(members, ({ member }) => member.role.text).values()]
  if (settings.strategy.kind === 'deny') return ofRoles
  // A customer's policy that two roles have attached ties their functions together.
  const units: { readonly members: readonly Member[]; readonly policies: ReadonlySet<string> }[] =
    []
  const planned = await atOnce(AT_ONCE, ofRoles, async (ofRole) => ({
    ofRole,
    edits: await planRoleEdits(
      ofRole.map(({ member }) => member),
      rolesOf(ofRole, read),
      settings.strategy,
      roles,
    ),
  }))
  for (const { ofRole, edits } of planned) {
    const policies = 'reason' in edits ? [] : versionedPolicies(edits)
    const tied = units.filter((unit) => policies.some((arn) => unit.policies.has(arn)))
    for (const unit of tied) units.splice(units.indexOf(unit), 1)
    units.push({
      members: [...tied.flatMap((unit) => unit.members), ...ofRole],
      policies: new Set([...tied.flatMap((unit) => [...unit.policies]), ...policies]),
    })
  }
  return units.map((unit) => unit.members)
}

/**
 * One by one, so that a member that is refused counts as one that is not selected; then all together.
 */
async function planUnit(
  unit: readonly Member[],
  read: ReadonlyMap<string, ExecutionRole>,
  context: DisableInspection,
): Promise<Planned> {
  const results = new Map<string, DisablePlan | Refusal>()
  const known = withRightsFirst(unit, read, context)
  const planFor = (members: readonly Member[]) =>
    planRoleEdits(
      members.map(({ member }) => member),
      rolesOf(members, known),
      context.settings.strategy,
      context.roles,
    )
  const first = await planFor(unit)
  if ('reason' in first) return new Map(unit.map(({ member }) => [member.function.text, first]))
  const isSettled = unit.every(({ candidate }) => !candidate.getsRightsFirst)
  if (first.changes.length === 0 && isSettled) return settledUnit(unit, context)

  const seen = await Promise.all(
    unit.map(async (one) => ({ one, found: await inspectGroup(one.candidate.fn, context) })),
  )
  const kept = seen.flatMap(({ one, found }) => ('reason' in found ? [] : [{ ...one, found }]))
  for (const { one, found } of seen) {
    if ('reason' in found) results.set(one.member.function.text, found)
  }
  if (kept.length === 0) return results
  const edits = kept.length === unit.length ? first : await planFor(kept)
  const shared = 'reason' in edits ? edits : await sharedWith(kept, edits, known, context)
  // One for all of its members: they are told apart by it.
  const together: DisableUnit = {
    members: kept.map(({ member }) => member),
    changes: 'reason' in edits ? [] : edits.changes,
    isSettled: false,
    knownUsers: 'reason' in shared ? undefined : shared.users,
  }
  for (const { member, found } of kept) {
    if ('reason' in shared || 'reason' in edits) {
      results.set(member.function.text, 'reason' in shared ? shared : roleError(edits))
      continue
    }
    results.set(member.function.text, {
      unit: together,
      member,
      logGroup: found.logGroup,
      ingestedBytes: found.ingestedBytes,
      warnings: [
        ...edits.losses.map((loss) => `also lost: ${loss}`),
        ...edits.notChecked,
        ...found.warnings,
        ...shared.notes,
      ],
    })
  }
  return results
}

function roleError(edits: RoleEdits | Refusal): Refusal {
  return 'reason' in edits ? edits : { reason: 'role-unreadable', detail: 'no plan' }
}

async function settledUnit(unit: readonly Member[], context: DisableInspection): Promise<Planned> {
  const warnings = await darkBeside(unit, context)
  const together: DisableUnit = {
    members: unit.map(({ member }) => member),
    changes: [],
    isSettled: true,
    knownUsers: undefined,
  }
  return new Map(
    unit.map(({ candidate, member }) => [
      member.function.text,
      {
        unit: together,
        member,
        logGroup: logGroupOf(candidate.fn),
        warnings,
        ingestedBytes: undefined,
      },
    ]),
  )
}

/**
 * Who was deployed on roles that are edited already, or has lost Rotel since, and logs nowhere. Nothing is edited now, so
 * nobody is asked for that was not listed anyway (promise P6).
 */
async function darkBeside(
  unit: readonly Member[],
  { users, roles, settings }: DisableInspection,
): Promise<readonly string[]> {
  if (settings.acceptLogLoss) return []
  const members = new Set(unit.map(({ candidate }) => candidate.fn.arn.text))
  const others = [...new Set(unit.map(({ member }) => member.role.text))]
    .flatMap((role) => users.listedWith(role))
    .filter((fn) => !members.has(fn.arn.text))
  const found = await findDarkness(
    others.map((fn) => ({ fn })),
    undefined,
    roles,
  )
  return others.flatMap((fn) => {
    const darkness = darknessOf(fn, found)
    if (darkness.kind !== 'dark') return []
    return [
      `${fn.arn.name} in ${fn.arn.region} has the role too, and is dark: ${whyDark(darkness)}`,
    ]
  })
}

async function sharedWith(
  members: readonly Member[],
  edits: RoleEdits,
  read: ReadonlyMap<string, ExecutionRole>,
  { users, settings }: DisableInspection,
): Promise<{ readonly notes: readonly string[]; readonly users: ReadonlySet<string> } | Refusal> {
  const scoped = isScoped(settings.strategy)
  const roles = [...rolesOf(members, read).values()]
  const asked = await Promise.all(roles.map(({ arn }) => users.usersOf(arn.text)))
  const all = []
  for (const answer of asked) {
    if ('reason' in answer) return answer
    all.push(...answer)
  }
  const arns = members.map(({ member }) => member.function.text)
  const everybody = sharingOf(arns, all, roles, edits.usedElsewhere)
  const writers = members.map(({ member }) => member)
  const reached = scoped ? writingTo(writers, all) : all
  const refusal = sharedRefusal(
    sharingOf(arns, reached, roles, edits.usedElsewhere),
    scoped,
    settings,
  )
  return (
    refusal ?? {
      notes: sharingNotes(everybody, users.regions),
      users: new Set(all.map(userKey)),
    }
  )
}

/**
 * The roles as they will be when the unit is edited: of those that get their rights first, our Deny is taken away before,
 * and what was removed is granted.
 */
function withRightsFirst(
  unit: readonly Member[],
  read: ReadonlyMap<string, ExecutionRole>,
  { settings }: DisableInspection,
): ReadonlyMap<string, ExecutionRole> {
  const dark = unit.filter(({ candidate }) => candidate.getsRightsFirst)
  const policyArn = settings.strategy.kind === 'deny' ? settings.strategy.policyArn : undefined
  const roles = new Map(read)
  for (const { member, getsGrant } of dark) {
    const role = roles.get(member.role.text)
    if (role === undefined) continue
    const own = ownedPolicyName('deny-logs', member.function)
    const isOurs = (name: string, document: string) =>
      name === own && withoutOwnLogWrites('deny-logs', document).kind !== 'not-ours'
    const granted = getsGrant
      ? [[ownedPolicyName('grant-logs', member.function), grantLogsDocument(member.group)] as const]
      : []
    const left = [...role.inline].filter(([name, document]) => !isOurs(name, document))
    roles.set(member.role.text, {
      ...role,
      inline: new Map([...left, ...granted]),
      attached: role.attached.filter(({ arn }) => arn !== policyArn),
    })
  }
  return roles
}

function rolesOf(
  members: readonly Member[],
  read: ReadonlyMap<string, ExecutionRole>,
): ReadonlyMap<string, ExecutionRole> {
  const names = new Set(members.map(({ member }) => member.role.text))
  return new Map([...read].filter(([arn]) => names.has(arn)))
}
