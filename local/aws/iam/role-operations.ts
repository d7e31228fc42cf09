/** Roles, their inline policies, and what is attached to them. */
import { AwsError } from '../protocol/errors'
import { numberMember, stringMember } from '../protocol/text'
import type { XmlValue } from '../protocol/wire'
import { documentSize, requireIdentityDocument, requireTrustDocument } from './policy-documents'
import {
  encoded,
  isoDate,
  nameMember,
  noSuchEntity,
  pageOf,
  pathMember,
  policyArnMember,
  type Operations,
  type Params,
} from './request'
import { nameOf, type IamStore, type Role, type RolePolicies } from './roles'

const INLINE_CHARACTERS = 10_240

export function roleOperations(store: IamStore): Operations {
  const roleOf = (params: Params): Role => {
    const name = nameMember(params, 'RoleName', 64)
    const role = store.find(name)
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`)
    return role
  }
  const modifiable = (params: Params): Role => {
    const role = roleOf(params)
    // Of services, and of IAM Identity Center.
    if (/^\/aws-(service-role|reserved)\//.test(role.path)) {
      throw new AwsError(
        'UnmodifiableEntity',
        400,
        `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
      )
    }
    return role
  }
  const policyNameOf = (params: Params): string => nameMember(params, 'PolicyName', 128)
  const change = (role: Role, members: Partial<RolePolicies>): void => {
    role.policies.write({ ...role.policies.seenBy('written'), ...members })
  }

  return {
    GetRole: (params) => {
      const role = roleOf(params)
      const { boundary } = role.policies.seenBy('read')
      return {
        Role: {
          ...createdRole(role),
          ...(role.description === '' ? {} : { Description: role.description }),
          MaxSessionDuration: role.maxSessionSeconds,
          ...(boundary === undefined
            ? {}
            : {
                PermissionsBoundary: {
                  PermissionsBoundaryType: 'Policy',
                  PermissionsBoundaryArn: boundary,
                },
              }),
          RoleLastUsed: {},
        },
      }
    },
    CreateRole: (params) => {
      const trust = stringMember(params, 'AssumeRolePolicyDocument') ?? ''
      requireTrustDocument(trust)
      const description = stringMember(params, 'Description')
      const boundary = stringMember(params, 'PermissionsBoundary')
      if (boundary !== undefined && store.managed.find(boundary) === undefined) {
        throw noSuchEntity(`Scope ARN: ${boundary} does not exist or is not attachable.`)
      }
      const role = store.create({
        name: nameMember(params, 'RoleName', 64),
        path: pathMember(params),
        trust,
        maxSessionSeconds: numberMember(params, 'MaxSessionDuration') ?? 3600,
        policies: { inline: new Map(), attached: [], boundary },
        ...(description === undefined ? {} : { description }),
      })
      return { Role: createdRole(role) }
    },
    ListRolePolicies: (params) => {
      const { inline } = roleOf(params).policies.seenBy('read')
      const page = pageOf([...inline.keys()].sort(), params)
      return { PolicyNames: page.items, ...page.more }
    },
    GetRolePolicy: (params) => {
      const role = roleOf(params)
      const name = policyNameOf(params)
      const document = role.policies.seenBy('read').inline.get(name)
      if (document === undefined) throw noInlinePolicy(name)
      return { RoleName: role.name, PolicyName: name, PolicyDocument: encoded(document) }
    },
    PutRolePolicy: (params) => {
      const role = modifiable(params)
      const name = policyNameOf(params)
      const document = stringMember(params, 'PolicyDocument') ?? ''
      requireIdentityDocument(document, 'inline')
      const inline = new Map(role.policies.seenBy('written').inline).set(name, document)
      if (documentSize([...inline.values()].join('')) > INLINE_CHARACTERS) {
        throw new AwsError(
          'LimitExceeded',
          409,
          `Maximum policy size of ${INLINE_CHARACTERS} bytes exceeded for role ${role.name}`,
        )
      }
      change(role, { inline })
      return undefined
    },
    DeleteRolePolicy: (params) => {
      const role = modifiable(params)
      const name = policyNameOf(params)
      const inline = new Map(role.policies.seenBy('written').inline)
      if (!inline.delete(name)) throw noInlinePolicy(name)
      change(role, { inline })
      return undefined
    },
    ListAttachedRolePolicies: (params) => {
      const { attached } = roleOf(params).policies.seenBy('read')
      const prefix = stringMember(params, 'PathPrefix') ?? '/'
      const inPath = attached.filter((arn) =>
        `/${arn.split(':policy/')[1] ?? ''}`.startsWith(prefix),
      )
      const page = pageOf(inPath, params)
      const items = page.items.map((arn) => ({ PolicyName: nameOf(arn), PolicyArn: arn }))
      return { AttachedPolicies: items, ...page.more }
    },
    AttachRolePolicy: (params) => {
      const role = modifiable(params)
      const arn = policyArnMember(params)
      if (store.managed.find(arn) === undefined) {
        throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
      }
      const { attached } = role.policies.seenBy('written')
      if (attached.includes(arn)) return undefined
      if (attached.length >= store.policiesPerRole) {
        throw new AwsError(
          'LimitExceeded',
          409,
          `Cannot exceed quota for PoliciesPerRole: ${store.policiesPerRole}`,
        )
      }
      change(role, { attached: [...attached, arn] })
      return undefined
    },
    DetachRolePolicy: (params) => {
      const role = modifiable(params)
      const arn = policyArnMember(params)
      const { attached } = role.policies.seenBy('written')
      if (!attached.includes(arn)) throw noSuchEntity(`Policy ${arn} was not found.`)
      change(role, { attached: attached.filter((other) => other !== arn) })
      return undefined
    },
  }
}

/** CreateRole answers only these. */
function createdRole(role: Role): { readonly [name: string]: XmlValue } {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoDate(role.createdMs),
    AssumeRolePolicyDocument: encoded(role.trust),
  }
}

function noInlinePolicy(name: string): AwsError {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`)
}
