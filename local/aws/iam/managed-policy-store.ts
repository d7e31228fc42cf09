/** Managed policies, AWS's own and customers', with their versions. */
import { randomBytes } from 'node:crypto'
import type { Account } from '../account/account'
import { AWS_MANAGED_POLICIES } from './managed-policies'
import type { Propagation, Replicated } from './propagation'

export interface PolicyVersion {
  /** `v1` and so on: numbers are never used again. */
  readonly id: string
  /** JSON as it was put. */
  readonly document: string
  readonly createdMs: number
}

export interface PolicyVersions {
  /** Oldest first. */
  readonly all: readonly PolicyVersion[]
  readonly defaultId: string
}

export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly id: string
  readonly byAws: boolean
  readonly createdMs: number
  readonly description: string
  readonly versions: Replicated<PolicyVersions>
  /** The number of the next version. */
  nextNumber: number
  updatedMs: number
  /** Names of users and groups that have it attached. */
  readonly users: Set<string>
  readonly groups: Set<string>
}

export interface ManagedPolicyStore {
  find(arn: string): ManagedPolicy | undefined
  all(): readonly ManagedPolicy[]
  /** The caller has made sure that there is none of this name. */
  create(policy: {
    readonly name: string
    readonly path: string
    readonly documents: readonly string[]
    readonly description?: string
  }): ManagedPolicy
}

export function createManagedPolicyStore(
  account: Account,
  propagation: Propagation,
): ManagedPolicyStore {
  const policies = new Map<string, ManagedPolicy>()
  for (const [key, policy] of Object.entries(AWS_MANAGED_POLICIES)) {
    const slash = key.lastIndexOf('/') + 1
    const arn = `arn:${account.partition}:iam::aws:policy${key}`
    const createdMs = Date.parse(policy.updated)
    policies.set(arn, {
      arn,
      name: key.slice(slash),
      path: key.slice(0, slash),
      id: newPolicyId(),
      byAws: true,
      createdMs: Date.parse(policy.created),
      updatedMs: createdMs,
      description: '',
      versions: propagation.replicate<PolicyVersions>({
        all: [{ id: policy.version, document: policy.document, createdMs }],
        defaultId: policy.version,
      }),
      nextNumber: Number(policy.version.slice(1)) + 1,
      users: new Set(),
      groups: new Set(),
    })
  }

  return {
    find: (arn) => policies.get(arn),
    all: () => [...policies.values()],
    create: ({ name, path, documents, description = '' }) => {
      const arn = `arn:${account.partition}:iam::${account.id}:policy${path}${name}`
      const createdMs = account.clock.now()
      const policy: ManagedPolicy = {
        arn,
        name,
        path,
        id: newPolicyId(),
        byAws: false,
        createdMs,
        updatedMs: createdMs,
        description,
        versions: propagation.replicate<PolicyVersions>({
          all: documents.map((document, index) => ({
            id: `v${index + 1}`,
            document,
            createdMs,
          })),
          defaultId: 'v1',
        }),
        nextNumber: documents.length + 1,
        users: new Set(),
        groups: new Set(),
      }
      policies.set(arn, policy)
      return policy
    },
  }
}

export function defaultDocument({ all, defaultId }: PolicyVersions): string {
  return all.find(({ id }) => id === defaultId)?.document ?? '{}'
}

function newPolicyId(): string {
  return `ANPA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`
}
