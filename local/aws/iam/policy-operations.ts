/** Managed policies, their versions, and who has them. */
import type { Account } from '../account/account'
import { AwsError } from '../protocol/errors'
import { stringMember } from '../protocol/text'
import type { XmlValue } from '../protocol/wire'
import type { ManagedPolicy, PolicyVersion } from './managed-policy-store'
import { documentSize, requireIdentityDocument } from './policy-documents'
import {
  constraintError,
  encoded,
  isoDate,
  nameMember,
  noSuchEntity,
  pageOf,
  pathMember,
  policyArnMember,
  versionIdMember,
  type Operations,
  type Params,
} from './request'
import type { IamStore, Role } from './roles'

const MANAGED_CHARACTERS = 6_144
const VERSIONS = 5

export function policyOperations(account: Account, store: IamStore): Operations {
  const policyOf = (params: Params, otherwise: (arn: string) => string): ManagedPolicy => {
    const arn = policyArnMember(params)
    const policy = store.managed.find(arn)
    if (policy === undefined) throw noSuchEntity(otherwise(arn))
    return policy
  }
  const wasNotFound = (arn: string): string => `Policy ${arn} was not found.`

  /** Nobody but AWS edits AWS's own. */
  const editable = (
    operation: string,
    params: Params,
    otherwise: (arn: string) => string,
  ): ManagedPolicy => {
    const policy = policyOf(params, otherwise)
    if (policy.byAws) {
      throw new AwsError(
        'AccessDenied',
        403,
        `User: ${account.caller.identity.arn} is not authorized to perform: iam:${operation} on resource: policy ${policy.arn}`,
      )
    }
    return policy
  }

  return {
    CreatePolicy: (params) => {
      const name = nameMember(params, 'PolicyName', 128)
      const path = pathMember(params)
      const document = documentMember(params)
      if (store.managed.all().some((policy) => !policy.byAws && policy.name === name)) {
        throw new AwsError(
          'EntityAlreadyExists',
          409,
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
        )
      }
      const description = stringMember(params, 'Description') ?? ''
      const policy = store.managed.create({ name, path, documents: [document], description })
      return { Policy: policyXml(store, policy) }
    },
    GetPolicy: (params) => {
      const policy = policyOf(params, wasNotFound)
      const description = policy.description === '' ? {} : { Description: policy.description }
      return { Policy: { ...policyXml(store, policy), ...description, Tags: [] } }
    },
    GetPolicyVersion: (params) => {
      const id = versionIdMember(params)
      const policy = policyOf(params, (arn) => noVersion(arn, id))
      const { all, defaultId } = policy.versions.seenBy('read')
      const version = all.find((candidate) => candidate.id === id)
      if (version === undefined) throw noSuchEntity(noVersion(policy.arn, id))
      const document = { Document: encoded(version.document) }
      return { PolicyVersion: { ...document, ...versionXml(version, defaultId) } }
    },
    ListPolicyVersions: (params) => {
      const { all, defaultId } = policyOf(params, wasNotFound).versions.seenBy('read')
      const page = pageOf(all.toReversed(), params)
      const items = page.items.map((version) => versionXml(version, defaultId))
      return { Versions: items, ...page.more }
    },
    CreatePolicyVersion: (params) => {
      const document = documentMember(params)
      const policy = editable('CreatePolicyVersion', params, (arn) => {
        return `Policy ${arn} does not exist or is not attachable.`
      })
      const { all, defaultId } = policy.versions.seenBy('written')
      if (all.length >= VERSIONS) {
        throw new AwsError(
          'LimitExceeded',
          409,
          `A managed policy can have up to ${VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
        )
      }
      const createdMs = account.clock.now()
      const version: PolicyVersion = { id: `v${policy.nextNumber}`, document, createdMs }
      const asDefault = stringMember(params, 'SetAsDefault') === 'true'
      policy.nextNumber += 1
      policy.updatedMs = createdMs
      const next = asDefault ? version.id : defaultId
      policy.versions.write({ all: [...all, version], defaultId: next })
      return { PolicyVersion: versionXml(version, next) }
    },
    SetDefaultPolicyVersion: (params) => {
      const id = versionIdMember(params)
      const policy = editable('SetDefaultPolicyVersion', params, (arn) => noVersion(arn, id))
      const { all } = policy.versions.seenBy('written')
      if (!all.some((version) => version.id === id)) throw noSuchEntity(noVersion(policy.arn, id))
      policy.updatedMs = account.clock.now()
      policy.versions.write({ all, defaultId: id })
      return undefined
    },
    DeletePolicyVersion: (params) => {
      const id = versionIdMember(params)
      const policy = editable('DeletePolicyVersion', params, (arn) => noVersion(arn, id))
      const { all, defaultId } = policy.versions.seenBy('written')
      if (!all.some((version) => version.id === id)) throw noSuchEntity(noVersion(policy.arn, id))
      if (id === defaultId) {
        throw new AwsError('DeleteConflict', 409, 'Cannot delete the default version of a policy.')
      }
      policy.versions.write({ all: all.filter((version) => version.id !== id), defaultId })
      return undefined
    },
    ListEntitiesForPolicy: (params) => {
      const policy = policyOf(params, wasNotFound)
      const page = pageOf(entitiesOf(store, policy, params), params)
      const members = (kind: Entity['kind']): readonly XmlValue[] =>
        page.items.filter((entity) => entity.kind === kind).map(({ xml }) => xml)
      return {
        PolicyGroups: members('Group'),
        PolicyUsers: members('User'),
        PolicyRoles: members('Role'),
        ...page.more,
      }
    },
  }
}

interface Entity {
  readonly kind: 'Group' | 'User' | 'Role'
  readonly path: string
  readonly xml: XmlValue
}

function entitiesOf(store: IamStore, policy: ManagedPolicy, params: Params): readonly Entity[] {
  const filter = stringMember(params, 'EntityFilter')
  const usage = stringMember(params, 'PolicyUsageFilter')
  if (usage !== undefined && usage !== 'PermissionsPolicy' && usage !== 'PermissionsBoundary') {
    throw constraintError(
      'policyUsageFilter',
      'Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]',
    )
  }
  const prefix = stringMember(params, 'PathPrefix') ?? '/'
  const { attached, bounded } = store.rolesWith(policy.arn)
  const roles = new Set<Role>([
    ...(usage === 'PermissionsBoundary' ? [] : attached),
    ...(usage === 'PermissionsPolicy' ? [] : bounded),
  ])
  const others = (kind: 'User' | 'Group', names: ReadonlySet<string>): readonly Entity[] =>
    (usage === 'PermissionsBoundary' ? [] : [...names]).map((name) => ({
      kind,
      path: '/',
      xml: { [`${kind}Name`]: name, [`${kind}Id`]: entityId(kind, name) },
    }))
  const entities = [
    ...others('User', policy.users),
    ...others('Group', policy.groups),
    ...[...roles].map((role): Entity => ({
      kind: 'Role',
      path: role.path,
      xml: { RoleName: role.name, RoleId: role.id },
    })),
  ]
  return entities.filter(
    ({ kind, path }) => (filter === undefined || filter === kind) && path.startsWith(prefix),
  )
}

/** Users and groups are nothing but names here: an id that stays the same for each. */
function entityId(kind: 'User' | 'Group', name: string): string {
  const hex = Buffer.from(name).toString('hex').toUpperCase()
  return `${kind === 'User' ? 'AIDA' : 'AGPA'}${hex.padEnd(17, '0').slice(0, 17)}`
}

function documentMember(params: Params): string {
  const document = stringMember(params, 'PolicyDocument') ?? ''
  requireIdentityDocument(document, 'managed')
  if (documentSize(document) > MANAGED_CHARACTERS) {
    throw new AwsError(
      'LimitExceeded',
      409,
      `Cannot exceed quota for PolicySize: ${MANAGED_CHARACTERS}`,
    )
  }
  return document
}

function noVersion(arn: string, id: string): string {
  return `Policy ${arn} version ${id} does not exist or is not attachable.`
}

function policyXml(store: IamStore, policy: ManagedPolicy): { readonly [name: string]: XmlValue } {
  const { attached, bounded } = store.rolesWith(policy.arn)
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.versions.seenBy('read').defaultId,
    AttachmentCount: attached.length + policy.users.size + policy.groups.size,
    PermissionsBoundaryUsageCount: bounded.length,
    IsAttachable: true,
    CreateDate: isoDate(policy.createdMs),
    UpdateDate: isoDate(policy.updatedMs),
  }
}

function versionXml(
  version: PolicyVersion,
  defaultId: string,
): { readonly [name: string]: XmlValue } {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === defaultId,
    CreateDate: isoDate(version.createdMs),
  }
}
