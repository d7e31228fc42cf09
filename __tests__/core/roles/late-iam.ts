/**
 * An IAM in memory whose reads and whose simulator show late what was written, each in its own time. It is strict about
 * what IAM is strict about: versions of policies, and Sids that occur twice.
 */

import type { Clock } from '../../../src/model/clock'
import { type AwsFault, type Result, succeeded } from '../../../src/model/result'
import { sourceId } from '../../../src/systems/iam/denial'
import type { RoleArn } from '../../../src/systems/iam/role-arn'
import type {
  AttachedPolicy,
  ExecutionRole,
  ManagedPolicy,
  RoleControl,
  Simulated,
} from '../../../src/systems/iam/role-control'
import { VERSION_LIMIT } from '../../../src/systems/iam/role-size'
import { decide, type World } from '../policies/independent-evaluator'
import type { PolicySet } from '../policies/policy-sets'
import { aFault } from '../support/lambda'

export interface StoredRole {
  /** Documents by name of the policy. */
  readonly inline: ReadonlyMap<string, string>
  readonly attached: ReadonlySet<string>
}

export interface StoredPolicy {
  readonly defaultVersion: string
  /** Documents by version. */
  readonly versions: ReadonlyMap<string, string>
}

/** Both by ARN. */
export interface Stored {
  readonly roles: ReadonlyMap<string, StoredRole>
  readonly policies: ReadonlyMap<string, StoredPolicy>
}

export interface LateIam extends RoleControl {
  /** What is stored, whatever is seen of it. */
  stored(): Stored
  /** Somebody else changes something. */
  change(edit: (stored: Stored) => Stored): void
  /** Writes of the caller that IAM took, such as `PutRolePolicy logging`. */
  readonly writes: readonly string[]
  /** How often the simulator was asked. */
  questions(): number
  /** Asked for each read and each question: how old the answer is, in ms. */
  lateness: Lateness
}

export interface Lateness {
  readonly readMs: () => number
  readonly simulatorMs: () => number
}

export const AT_ONCE: Lateness = { readMs: () => 0, simulatorMs: () => 0 }

export interface LateIamOptions {
  readonly clock: Clock
  /** The nth call of the operation, from 0, fails; a write then does not land. */
  readonly failing?: (operation: string, nth: number) => AwsFault | undefined
  /** Nothing is allowed, whatever the policies of the role say. */
  readonly forbidding?: 'boundary' | 'organization'
}

/** The simulator is told no values of condition keys, so that no condition is met. */
const NO_CONTEXT: World = { holds: () => false, variable: '' }

const EMPTY = JSON.stringify({ Version: '2012-10-17', Statement: [] })

/** @param sets roles, each with the managed policies that it has attached */
export function lateIam(
  sets: readonly PolicySet[],
  { clock, failing, forbidding }: LateIamOptions,
): LateIam {
  const uses = new Map(sets.flatMap(({ managed }) => [...managed]))
  const history = [{ at: -Infinity, stored: storedOf(sets) }]
  const made = new Map([...uses].map(([arn, { versions }]) => [arn, versions.length]))
  const writes: string[] = []
  const calls = new Map<string, number>()
  let questions = 0

  const latest = () => seenAfter(0)
  const seenAfter = (ms: number): Stored => {
    const seen = history.findLast(({ at }) => at <= clock.now() - ms)
    if (seen === undefined) throw new Error('the history has no beginning')
    return seen.stored
  }
  const store = (stored: Stored) => void history.push({ at: clock.now(), stored })
  const faultOf = (operation: string): AwsFault | undefined => {
    const nth = calls.get(operation) ?? 0
    calls.set(operation, nth + 1)
    return failing?.(operation, nth)
  }
  const read = async <T>(
    operation: string,
    find: (seen: Stored) => T | undefined,
  ): Promise<Result<T>> => {
    await Promise.resolve()
    const fault = faultOf(operation)
    if (fault) return { ok: false, fault }
    const found = find(seenAfter(iam.lateness.readMs()))
    return found === undefined ? notFound() : succeeded(found)
  }
  const write = async (
    operation: string,
    what: string,
    edit: (stored: Stored) => Stored | AwsFault,
  ): Promise<Result<true>> => {
    await Promise.resolve()
    const fault = faultOf(operation)
    if (fault) return { ok: false, fault }
    const next = edit(latest())
    if ('kind' in next) return { ok: false, fault: next }
    store(next)
    writes.push(`${operation} ${what}`)
    return succeeded(true)
  }
  const onRole = (
    operation: string,
    role: RoleArn,
    what: string,
    edit: (stored: StoredRole) => StoredRole,
  ) => write(operation, nameOf(what), (stored) => withRole(stored, role, edit))
  const onPolicy = (
    operation: string,
    arn: string,
    version: string,
    edit: (stored: StoredPolicy) => StoredPolicy | AwsFault,
  ) =>
    write(operation, `${nameOf(arn)} ${version}`, (stored) => {
      const policy = stored.policies.get(arn)
      if (policy === undefined) return aFault('not-found', { code: 'NoSuchEntity' })
      const next = edit(policy)
      if ('kind' in next) return next
      return { ...stored, policies: new Map(stored.policies).set(arn, next) }
    })

  const iam: LateIam = {
    writes,
    lateness: AT_ONCE,
    stored: latest,
    change: (edit) => store(edit(latest())),
    questions: () => questions,

    inlineNames: (role) =>
      read('ListRolePolicies', ({ roles }) => [...(roles.get(role.text)?.inline.keys() ?? [])]),
    async inline(role, policy) {
      const found = await read('GetRolePolicy', ({ roles }) => ({
        document: roles.get(role.text)?.inline.get(policy),
      }))
      return found.ok ? succeeded(found.value.document) : found
    },
    trusted: (role) =>
      read('GetRole', ({ roles }) => {
        const stored = roles.get(role.text)
        return stored && executionRole(role, stored).trusted
      }),
    read: (role) =>
      read('GetRole', ({ roles }) => {
        const stored = roles.get(role.text)
        return stored && executionRole(role, stored)
      }),
    exists: (arn) =>
      read('GetPolicy', ({ policies }) => (policies.has(arn) ? (true as const) : undefined)),
    managed: (arn) =>
      read('GetPolicy', ({ policies }): ManagedPolicy | undefined => {
        const policy = policies.get(arn)
        if (policy === undefined) return undefined
        const { defaultVersion, versions } = policy
        const { attachments = 1, boundaries = 0 } = uses.get(arn) ?? {}
        const document = versions.get(defaultVersion) ?? EMPTY
        return {
          arn,
          defaultVersion,
          versions: [...versions.keys()],
          attachments,
          boundaries,
          document,
        }
      }),
    version: (arn, version) =>
      read('GetPolicyVersion', ({ policies }) => policies.get(arn)?.versions.get(version)),

    putInline: (role, policy, document) =>
      write('PutRolePolicy', policy, (stored) => {
        if (hasSidTwice(document)) return malformed()
        return withRole(stored, role, (one) => ({
          ...one,
          inline: new Map(one.inline).set(policy, document),
        }))
      }),
    deleteInline: (role, policy) =>
      onRole('DeleteRolePolicy', role, policy, (one) => ({
        ...one,
        inline: new Map([...one.inline].filter(([name]) => name !== policy)),
      })),
    attach: (role, arn) =>
      onRole('AttachRolePolicy', role, arn, (one) => ({
        ...one,
        attached: new Set([...one.attached, arn]),
      })),
    detach: (role, arn) =>
      onRole('DetachRolePolicy', role, arn, (one) => ({
        ...one,
        attached: new Set([...one.attached].filter((other) => other !== arn)),
      })),
    async createVersion(arn, document) {
      const version = `v${String((made.get(arn) ?? 0) + 1)}`
      const answer = await onPolicy('CreatePolicyVersion', arn, version, ({ versions }) => {
        if (versions.size >= VERSION_LIMIT) return aFault('refused', { code: 'LimitExceeded' })
        if (hasSidTwice(document)) return malformed()
        return { defaultVersion: version, versions: new Map(versions).set(version, document) }
      })
      if (!answer.ok) return answer
      made.set(arn, (made.get(arn) ?? 0) + 1)
      return succeeded(version)
    },
    setDefaultVersion: (arn, version) =>
      onPolicy('SetDefaultPolicyVersion', arn, version, (policy) =>
        policy.versions.has(version)
          ? { ...policy, defaultVersion: version }
          : aFault('not-found', { code: 'NoSuchEntity' }),
      ),
    deleteVersion: (arn, version) =>
      onPolicy('DeletePolicyVersion', arn, version, (policy) =>
        policy.defaultVersion === version
          ? aFault('conflict', { code: 'DeleteConflict' })
          : {
              ...policy,
              versions: new Map([...policy.versions].filter(([id]) => id !== version)),
            },
      ),

    async simulate(role, actions, resources) {
      await Promise.resolve()
      questions += 1
      const fault = faultOf('SimulatePrincipalPolicy')
      if (fault) return { ok: false, fault }
      const documents = documentsIn(seenAfter(iam.lateness.simulatorMs()), role)
      return succeeded(
        actions.flatMap((action) =>
          resources.map((resource) => decided(action, resource, documents, forbidding)),
        ),
      )
    },
  }
  return iam
}

/** The documents in force on the role, by the name that the simulator has for each. */
function documentsIn({ roles, policies }: Stored, role: RoleArn): ReadonlyMap<string, string> {
  const { inline, attached } = roles.get(role.text) ?? NO_POLICIES
  return new Map([
    ...[...inline].map(([name, document]) => [sourceId(role, name), document] as const),
    ...[...attached].map((arn) => {
      const policy = policies.get(arn)
      return [nameOf(arn), policy?.versions.get(policy.defaultVersion) ?? EMPTY] as const
    }),
  ])
}

/** All documents that are in force on the role. */
export function documentsInForce(stored: Stored, role: RoleArn): readonly string[] {
  return [...documentsIn(stored, role).values()]
}

/** The stored state with an inline policy of somebody else's; `undefined` deletes it. */
export function withInline(
  stored: Stored,
  role: RoleArn,
  policy: string,
  document: string | undefined,
): Stored {
  return withRole(stored, role, (one) => {
    const inline = new Map([...one.inline].filter(([name]) => name !== policy))
    return { ...one, inline: document === undefined ? inline : inline.set(policy, document) }
  })
}

const NO_POLICIES: StoredRole = { inline: new Map(), attached: new Set() }

function decided(
  action: string,
  resource: string,
  documents: ReadonlyMap<string, string>,
  forbidding: LateIamOptions['forbidding'],
): Simulated {
  const by = (wanted: 'allow' | 'deny') =>
    [...documents].flatMap(([id, document]) =>
      decide([document], action, resource, NO_CONTEXT) === wanted ? [id] : [],
    )
  const [denying, allowing] = [by('deny'), by('allow')]
  const question = {
    action,
    resource,
    allowedByOrganization: forbidding === 'organization' ? false : undefined,
    allowedByBoundary: forbidding === 'boundary' ? false : undefined,
  }
  if (denying.length > 0) return { ...question, decision: 'explicitDeny', by: denying }
  return allowing.length > 0 && forbidding === undefined
    ? { ...question, decision: 'allowed', by: allowing }
    : { ...question, decision: 'implicitDeny', by: [] }
}

function storedOf(sets: readonly PolicySet[]): Stored {
  return {
    roles: new Map(
      sets.map(({ role: { arn, inline, attached } }) => [
        arn.text,
        { inline: new Map(inline), attached: new Set(attached.map((policy) => policy.arn)) },
      ]),
    ),
    policies: new Map(
      sets.flatMap(({ managed }) =>
        [...managed].map(([arn, { defaultVersion, versions, document }]) => [
          arn,
          {
            defaultVersion,
            versions: new Map(
              versions.map((version) => [version, version === defaultVersion ? document : EMPTY]),
            ),
          },
        ]),
      ),
    ),
  }
}

function executionRole(arn: RoleArn, { inline, attached }: StoredRole): ExecutionRole {
  return {
    arn,
    trusted: ['lambda.amazonaws.com'],
    inline,
    attached: [...attached].map((policy): AttachedPolicy => ({
      arn: policy,
      name: nameOf(policy),
    })),
  }
}

function withRole(stored: Stored, role: RoleArn, edit: (stored: StoredRole) => StoredRole): Stored {
  const next = edit(stored.roles.get(role.text) ?? NO_POLICIES)
  return { ...stored, roles: new Map(stored.roles).set(role.text, next) }
}

function hasSidTwice(document: string): boolean {
  const { Statement } = JSON.parse(document) as { Statement: { Sid?: string } | { Sid?: string }[] }
  const sids = [Statement].flat().flatMap(({ Sid }) => Sid ?? [])
  return new Set(sids).size < sids.length
}

function malformed(): AwsFault {
  return aFault('refused', { code: 'MalformedPolicyDocument' })
}

function notFound(): Result<never> {
  return { ok: false, fault: aFault('not-found', { code: 'NoSuchEntity' }) }
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
