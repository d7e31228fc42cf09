/** Roles and the policies on them. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../account'
import { AwsError } from '../errors'
import type { LocalIam, PolicyDocument, RoleSeed, RoleView } from '../local-aws'
import { evaluate, type Decision } from './evaluation'
import { MANAGED_POLICIES } from './managed-policies'

export interface Role {
  readonly name: string
  readonly path: string
  readonly id: string
  readonly arn: string
  readonly createdMs: number
  readonly trust: string
  readonly description: string
  readonly maxSessionSeconds: number
  /** Documents as they were put, by policy name. */
  readonly inline: Map<string, string>
  /** Names by ARN, in the order of attachment. */
  readonly attached: Map<string, string>
}

export interface IamStore extends LocalIam {
  find(name: string): Role | undefined
  create(role: {
    readonly name: string
    readonly path: string
    readonly trust: string
    readonly description?: string
    readonly maxSessionSeconds?: number
  }): Role
  /** The name of a managed policy; `undefined` when there is none with this ARN. */
  policyName(arn: string): string | undefined
  /** What the role of this ARN may do. A role that does not exist may do nothing. */
  decide(roleArn: string, action: string, resource: string): Decision
}

export function createIamStore(account: Account): IamStore {
  const roles = new Map<string, Role>()
  const policies = new Map<string, string>()
  for (const [path, document] of Object.entries(MANAGED_POLICIES)) {
    policies.set(`arn:${account.partition}:iam::aws:policy${path}`, JSON.stringify(document))
  }
  const policyName = (arn: string): string | undefined =>
    policies.has(arn) ? arn.slice(arn.lastIndexOf('/') + 1) : undefined

  const create: IamStore['create'] = (seed) => {
    if (roles.has(seed.name)) {
      throw new AwsError('EntityAlreadyExists', 409, `Role with name ${seed.name} already exists.`)
    }
    const role: Role = {
      name: seed.name,
      path: seed.path,
      id: `AROA${randomBytes(8).toString('hex').toUpperCase().slice(0, 17)}`,
      arn: `arn:${account.partition}:iam::${account.id}:role${seed.path}${seed.name}`,
      createdMs: account.clock.now(),
      trust: seed.trust,
      description: seed.description ?? '',
      maxSessionSeconds: seed.maxSessionSeconds ?? 3600,
      inline: new Map(),
      attached: new Map(),
    }
    roles.set(role.name, role)
    return role
  }

  return {
    find: (name) => roles.get(name),
    create,
    policyName,
    createRole: (seed) => {
      const role = create({
        name: seed.name,
        path: seed.path ?? '/',
        trust: JSON.stringify(trustOf(seed)),
      })
      for (const [name, document] of Object.entries(seed.inline ?? {})) {
        role.inline.set(name, JSON.stringify(document))
      }
      for (const arn of seed.attached ?? []) {
        role.attached.set(arn, policyName(arn) ?? arn.slice(arn.lastIndexOf('/') + 1))
      }
      return viewOf(role)
    },
    get: (name) => {
      const role = roles.get(name)
      if (role === undefined) throw new Error(`no role ${name}`)
      return viewOf(role)
    },
    createPolicy: (name: string, document: PolicyDocument) => {
      const arn = `arn:${account.partition}:iam::${account.id}:policy/${name}`
      policies.set(arn, JSON.stringify(document))
      return arn
    },
    decide: (roleArn, action, resource) => {
      const role = [...roles.values()].find((candidate) => candidate.arn === roleArn)
      if (role === undefined) return 'implicitDeny'
      const documents = [
        ...role.inline.values(),
        ...[...role.attached.keys()].map((arn) => policies.get(arn) ?? '{}'),
      ].map((text): unknown => JSON.parse(text))
      return evaluate(documents, action, resource)
    },
  }
}

function trustOf(seed: RoleSeed): unknown {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: seed.trusts ?? 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  }
}

function viewOf(role: Role): RoleView {
  return {
    name: role.name,
    arn: role.arn,
    inline: Object.fromEntries(role.inline),
    attached: [...role.attached.keys()],
  }
}
