/** Roles, the policies on them, and what they let the roles do. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import { matchesGlob } from '../protocol/text'
import { evaluate, withinBoundary, type Decision, type SourcedPolicy } from './evaluation'
import type { LocalIam, PolicyDocument, RoleSeed, RoleView } from './local-iam'
import {
  createManagedPolicyStore,
  defaultDocument,
  type ManagedPolicy,
  type ManagedPolicyStore,
} from './managed-policy-store'
import type { ContextKeys } from './policy-patterns'
import { createPropagation, type IamReader, type Replicated } from './propagation'

export interface Role {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdMs: number
  readonly trust: string
  readonly description: string
  readonly maxSessionSeconds: number
  readonly policies: Replicated<RolePolicies>
}

export interface RolePolicies {
  /** Documents as they were put, by policy name. */
  readonly inline: ReadonlyMap<string, string>
  /** ARNs in the order of attachment. */
  readonly attached: readonly string[]
  /** ARN of the managed policy that bounds the role. */
  readonly boundary: string | undefined
}

export interface IamStore extends LocalIam {
  readonly managed: ManagedPolicyStore
  readonly policiesPerRole: number
  find(name: string): Role | undefined
  /** Throws EntityAlreadyExists. */
  create(role: {
    readonly name: string
    readonly path: string
    readonly trust: string
    readonly description?: string
    readonly maxSessionSeconds?: number
    readonly policies?: RolePolicies
  }): Role
  /** Roles that have the policy attached, or are bounded by it. */
  rolesWith(arn: string): { readonly attached: readonly Role[]; readonly bounded: readonly Role[] }
  /** The role's own policies and, if it has one, its boundary, as the reader sees them. */
  policiesOf(
    role: Role,
    reader: IamReader,
  ): {
    readonly identity: readonly SourcedPolicy[]
    readonly boundary: readonly SourcedPolicy[] | undefined
  }
  allowedByOrganization(action: string): boolean
}

const NO_POLICIES: RolePolicies = { inline: new Map(), attached: [], boundary: undefined }

export function createIamStore(account: Account, propagationMs = 0): IamStore {
  const propagation = createPropagation(account.clock, propagationMs)
  const managed = createManagedPolicyStore(account, propagation)
  const roles = new Map<string, Role>()
  const grants: { readonly role: string; readonly action: string; readonly resource: string }[] = []
  const organization: string[] = []
  let policiesPerRole = 10

  const existing = (arn: string): ManagedPolicy => {
    const policy = managed.find(arn)
    if (policy === undefined) {
      throw new Error(`Local AWS knows no policy ${arn}: create it, or add AWS's document of it`)
    }
    return policy
  }
  const roleOf = (name: string): Role => {
    const role = roles.get(name)
    if (role === undefined) throw new Error(`no role ${name}`)
    return role
  }

  const create: IamStore['create'] = (seed) => {
    if (roles.has(seed.name)) {
      throw new AwsError('EntityAlreadyExists', 409, `Role with name ${seed.name} already exists.`)
    }
    const role: Role = {
      name: seed.name,
      path: seed.path,
      id: `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
      arn: `arn:${account.partition}:iam::${account.id}:role${seed.path}${seed.name}`,
      createdMs: account.clock.now(),
      trust: seed.trust,
      description: seed.description ?? '',
      maxSessionSeconds: seed.maxSessionSeconds ?? 3600,
      policies: propagation.replicate(seed.policies ?? NO_POLICIES),
    }
    roles.set(role.name, role)
    return role
  }

  const managedDocument = (arn: string, reader: IamReader): string => {
    const policy = managed.find(arn)
    return policy === undefined ? '{}' : defaultDocument(policy.versions.seenBy(reader))
  }
  const policiesOf: IamStore['policiesOf'] = (role, reader) => {
    const { inline, attached, boundary } = role.policies.seenBy(reader)
    const source = (id: string, text: string): SourcedPolicy => ({
      id,
      type: 'IAM Policy',
      document: JSON.parse(text) as unknown,
    })
    return {
      identity: [
        ...[...inline].map(([name, text]) => source(`role_${role.name}_${name}`, text)),
        ...attached.map((arn) => source(nameOf(arn), managedDocument(arn, reader))),
      ],
      boundary:
        boundary === undefined
          ? undefined
          : [
              {
                ...source(nameOf(boundary), managedDocument(boundary, reader)),
                type: 'Permissions Boundary Policy',
              },
            ],
    }
  }
  const allowedByOrganization = (action: string): boolean =>
    !organization.some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase()))
  const rolesWith: IamStore['rolesWith'] = (arn) => {
    const all = [...roles.values()]
    return {
      attached: all.filter((role) => role.policies.seenBy('written').attached.includes(arn)),
      bounded: all.filter((role) => role.policies.seenBy('written').boundary === arn),
    }
  }

  const decide = (
    roleArn: string,
    action: string,
    resource: string,
    reader: IamReader = 'dataPlane',
  ): Decision => {
    const role = [...roles.values()].find((candidate) => candidate.arn === roleArn)
    if (role === undefined) return 'implicitDeny'
    const request = { action, resource, context: contextOf(account, role, resource) }
    const { identity, boundary } = policiesOf(role, reader)
    const own = evaluate(identity, request)
    const bounds = boundary === undefined ? undefined : evaluate(boundary, request)
    if (withinBoundary(own, bounds).decision === 'explicitDeny' || !allowedByOrganization(action)) {
      return 'explicitDeny'
    }
    const granted = grants.some(
      (grant) =>
        grant.role === roleArn &&
        matchesGlob(grant.action.toLowerCase(), action.toLowerCase()) &&
        matchesGlob(grant.resource, resource),
    )
    const allowed = own.decision === 'allowed' || (granted && reader === 'dataPlane')
    return allowed && bounds?.decision !== 'implicitDeny' ? 'allowed' : 'implicitDeny'
  }

  return {
    managed,
    get policiesPerRole() {
      return policiesPerRole
    },
    find: (name) => roles.get(name),
    create,
    rolesWith,
    policiesOf,
    allowedByOrganization,
    decide,
    createRole: (seed) => {
      const attached = seed.attached ?? []
      for (const arn of attached) existing(arn)
      if (seed.boundary !== undefined) existing(seed.boundary)
      const inline = Object.entries(seed.inline ?? {})
      return viewOf(
        create({
          name: seed.name,
          path: seed.path ?? '/',
          trust: JSON.stringify(trustOf(seed)),
          policies: {
            inline: new Map(inline.map(([name, document]) => [name, textOf(document)])),
            attached,
            boundary: seed.boundary,
          },
        }),
      )
    },
    get: (name) => viewOf(roleOf(name)),
    createPolicy: (name, document, options = {}) => {
      const documents = [document, ...(options.versions ?? [])].map(textOf)
      if (documents.length > 5) throw new Error('a managed policy has at most 5 versions')
      return managed.create({ name, path: options.path ?? '/', documents }).arn
    },
    policy: (arn) => {
      const policy = existing(arn)
      const versions = policy.versions.seenBy('written')
      const { attached, bounded } = rolesWith(arn)
      return {
        arn,
        name: policy.name,
        defaultVersion: versions.defaultId,
        versions: Object.fromEntries(versions.all.map(({ id, document }) => [id, document])),
        document: defaultDocument(versions),
        roles: attached.map((role) => role.name),
        attachments: attached.length + policy.users.size + policy.groups.size,
        boundaries: bounded.length,
      }
    },
    awsManagedPolicies: () =>
      managed
        .all()
        .filter(({ byAws }) => byAws)
        .map(({ arn }) => arn),
    attachToSomebodyElse: (arn, entity = { kind: 'user', name: 'somebody' }) => {
      const policy = existing(arn)
      const names = entity.kind === 'user' ? policy.users : policy.groups
      names.add(entity.name)
    },
    changeRoleAsSomebodyElse: (name, change) => {
      const role = roleOf(name)
      const before = role.policies.seenBy('written')
      const inline = new Map(before.inline)
      for (const [policy, document] of Object.entries(change.putInline ?? {})) {
        inline.set(policy, textOf(document))
      }
      for (const policy of change.deleteInline ?? []) inline.delete(policy)
      const attached = new Set(before.attached)
      for (const arn of change.attach ?? []) attached.add(existing(arn).arn)
      for (const arn of change.detach ?? []) attached.delete(arn)
      const boundary = change.boundary === undefined ? before.boundary : change.boundary
      if (boundary) existing(boundary)
      role.policies.write({ inline, attached: [...attached], boundary: boundary ?? undefined })
      return viewOf(role)
    },
    organizationDenies: (action) => {
      organization.push(action)
    },
    grantByResource: (role, action, resource) => {
      grants.push({ role, action, resource })
    },
    setPropagation: (delays) => propagation.set(delays),
    settle: () => propagation.settle(),
    setPoliciesPerRole: (quota) => {
      policiesPerRole = quota
    },
  }
}

/** What every call of a role to a service carries. */
function contextOf(account: Account, role: Role, resource: string): ContextKeys {
  const [, , , region = '', owner = ''] = resource.split(':')
  return new Map([
    ['aws:principalarn', [role.arn]],
    ['aws:principalaccount', [account.id]],
    ['aws:principaltype', ['AssumedRole']],
    ['aws:resourceaccount', [owner === '' ? account.id : owner]],
    ['aws:requestedregion', [region === '' ? account.region : region]],
    ['aws:securetransport', ['true']],
    ['aws:viaawsservice', ['false']],
  ])
}

function trustOf({ trusts = ['lambda.amazonaws.com'] }: RoleSeed): unknown {
  const services = trusts.filter((name) => /\.amazonaws\.com(\.cn)?$/.test(name))
  const others = trusts.filter((name) => !services.includes(name))
  const one = (names: readonly string[]): unknown => (names.length === 1 ? names[0] : names)
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: {
          ...(services.length > 0 ? { Service: one(services) } : {}),
          ...(others.length > 0 ? { AWS: one(others) } : {}),
        },
        Action: 'sts:AssumeRole',
      },
    ],
  }
}

function textOf(document: PolicyDocument | string): string {
  return typeof document === 'string' ? document : JSON.stringify(document)
}

export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

function viewOf(role: Role): RoleView {
  const { inline, attached, boundary } = role.policies.seenBy('written')
  return {
    name: role.name,
    path: role.path,
    arn: role.arn,
    inline: Object.fromEntries(inline),
    attached: [...attached],
    boundary,
  }
}
