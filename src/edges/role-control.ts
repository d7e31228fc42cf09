/** IAM over the AWS SDK: execution roles and their policies. The client is loaded only when something is asked. */

import { setTimeout as wait } from 'node:timers/promises'
import type { IAMClient } from '@aws-sdk/client-iam'
import PQueue from 'p-queue'
import { type Result, succeeded } from '../model/result'
import type { ExecutionRole, ManagedPolicy, RoleControl } from '../role/role-control'
import type { RoleArn } from '../role/role-arn'
import { trustedPrincipals } from '../role/trust-policy'
import { allPages, attempt, incomplete } from './attempt'
import { clientSettings } from './aws-client'
import { decisionsOf } from './policy-simulation'

/** Writes that IAM refuses because another one is under way, or whose fate must be looked up before they are repeated. */
const WRITE_ATTEMPTS = 6
const FIRST_PAUSE_MS = 250
/** The simulator throttles at modest rates. */
const SIMULATIONS_AT_ONCE = 2

/** IAM is one per partition; the region only leads to it. */
const REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
}

interface Clients {
  readonly iam: IAMClient
  /** Each call once: for what must not be repeated blindly. */
  readonly once: IAMClient
  readonly simulator: IAMClient
}

export function roleControl(): RoleControl {
  const partitions = new Map<string, Promise<Clients>>()
  const clientsFor = (partition: string): Promise<Clients> => {
    const known = partitions.get(partition)
    if (known) return known
    const fresh = connect(REGIONS[partition] ?? 'us-east-1')
    partitions.set(partition, fresh)
    return fresh
  }
  const forRole = async (role: RoleArn) => (await clientsFor(role.partition)).iam
  const forPolicy = async (arn: string) => (await clientsFor(partitionOf(arn))).iam
  const simulations = new PQueue({ concurrency: SIMULATIONS_AT_ONCE })

  const inlineNames: RoleControl['inlineNames'] = (role) =>
    allPages(async (Marker) => {
      const { ListRolePoliciesCommand } = await import('@aws-sdk/client-iam')
      const iam = await forRole(role)
      const page = await iam.send(new ListRolePoliciesCommand({ RoleName: role.name, Marker }))
      return { items: page.PolicyNames, next: page.Marker }
    })

  const inline: RoleControl['inline'] = async (role, policy) => {
    const answer = await attempt(async () => {
      const { GetRolePolicyCommand } = await import('@aws-sdk/client-iam')
      const iam = await forRole(role)
      return iam.send(new GetRolePolicyCommand({ RoleName: role.name, PolicyName: policy }))
    })
    if (!answer.ok) return answer.fault.kind === 'not-found' ? succeeded(undefined) : answer
    return documentOf(answer.value.PolicyDocument, 'GetRolePolicy')
  }

  const attached = (role: RoleArn) =>
    allPages(async (Marker) => {
      const { ListAttachedRolePoliciesCommand } = await import('@aws-sdk/client-iam')
      const iam = await forRole(role)
      const input = { RoleName: role.name, Marker }
      const page = await iam.send(new ListAttachedRolePoliciesCommand(input))
      return {
        items: (page.AttachedPolicies ?? []).map(({ PolicyArn = '', PolicyName = '' }) => ({
          arn: PolicyArn,
          name: PolicyName,
        })),
        next: page.Marker,
      }
    })

  const managed = async (arn: string): Promise<Result<ManagedPolicy>> => {
    const [policy, versions] = await Promise.all([
      attempt(async () => {
        const { GetPolicyCommand } = await import('@aws-sdk/client-iam')
        return (await forPolicy(arn)).send(new GetPolicyCommand({ PolicyArn: arn }))
      }),
      allPages(async (Marker) => {
        const { ListPolicyVersionsCommand } = await import('@aws-sdk/client-iam')
        const iam = await forPolicy(arn)
        const page = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn, Marker }))
        return { items: page.Versions, next: page.Marker }
      }),
    ])
    if (!policy.ok) return policy
    if (!versions.ok) return versions
    const { DefaultVersionId, AttachmentCount, PermissionsBoundaryUsageCount } =
      policy.value.Policy ?? {}
    if (DefaultVersionId === undefined) return incomplete('GetPolicy answered without a version')
    const document = await version(arn, DefaultVersionId)
    if (!document.ok) return document
    return succeeded({
      arn,
      defaultVersion: DefaultVersionId,
      versions: versions.value.flatMap(({ VersionId }) => VersionId ?? []),
      attachments: AttachmentCount ?? 0,
      boundaries: PermissionsBoundaryUsageCount ?? 0,
      document: document.value,
    })
  }

  const version: RoleControl['version'] = async (arn, id) => {
    const answer = await attempt(async () => {
      const { GetPolicyVersionCommand } = await import('@aws-sdk/client-iam')
      const iam = await forPolicy(arn)
      return iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: id }))
    })
    if (!answer.ok) return answer
    return documentOf(answer.value.PolicyVersion?.Document, 'GetPolicyVersion')
  }

  return {
    inlineNames,
    inline,
    managed,
    version,

    async read(role) {
      const [described, names, policies] = await Promise.all([
        attempt(async () => {
          const { GetRoleCommand } = await import('@aws-sdk/client-iam')
          return (await forRole(role)).send(new GetRoleCommand({ RoleName: role.name }))
        }),
        inlineNames(role),
        attached(role),
      ])
      if (!described.ok) return described
      if (!names.ok) return names
      if (!policies.ok) return policies
      const { Arn, AssumeRolePolicyDocument, PermissionsBoundary } = described.value.Role ?? {}
      // Asked by name, IAM may tell of another role: one that was made anew under another path.
      if (Arn !== role.text) return incomplete(`GetRole answered without the role ${role.text}`)
      const trust = documentOf(AssumeRolePolicyDocument, 'GetRole')
      if (!trust.ok) return trust
      const trusted = trustedPrincipals(trust.value)
      if (trusted === undefined) return incomplete('GetRole answered without a trust policy')
      const documents = await Promise.all(
        names.value.map(async (name) => [name, await inline(role, name)] as const),
      )
      const texts = new Map<string, string>()
      for (const [name, document] of documents) {
        if (!document.ok) return document
        // Deleted since it was listed.
        if (document.value !== undefined) texts.set(name, document.value)
      }
      return succeeded<ExecutionRole>({
        arn: role,
        trusted,
        boundaryArn: PermissionsBoundary?.PermissionsBoundaryArn,
        inline: texts,
        attached: policies.value,
      })
    },

    putInline: (role, policy, document) =>
      write(async () => {
        const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await forRole(role)
        const input = { RoleName: role.name, PolicyName: policy, PolicyDocument: document }
        return iam.send(new PutRolePolicyCommand(input))
      }),

    async deleteInline(role, policy) {
      const answer = await write(async () => {
        const { DeleteRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await forRole(role)
        return iam.send(new DeleteRolePolicyCommand({ RoleName: role.name, PolicyName: policy }))
      })
      return orGone(answer)
    },

    attach: (role, policyArn) =>
      write(async () => {
        const { AttachRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await forRole(role)
        return iam.send(new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn }))
      }),

    async detach(role, policyArn) {
      const answer = await write(async () => {
        const { DetachRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await forRole(role)
        return iam.send(new DetachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn }))
      })
      return orGone(answer)
    },

    async createVersion(policyArn, document) {
      for (let tries = 1; ; tries += 1) {
        const answer = await attempt(async () => {
          const { CreatePolicyVersionCommand } = await import('@aws-sdk/client-iam')
          const { once } = await clientsFor(partitionOf(policyArn))
          const input = { PolicyArn: policyArn, PolicyDocument: document, SetAsDefault: true }
          return once.send(new CreatePolicyVersionCommand(input))
        })
        if (answer.ok) {
          const id = answer.value.PolicyVersion?.VersionId
          return id === undefined
            ? incomplete('CreatePolicyVersion answered without a version')
            : succeeded(id)
        }
        const { kind } = answer.fault
        if (kind === 'unavailable') {
          // It may have landed: sent again, it would make a second version, of the five that a policy may have.
          const now = await managed(policyArn)
          if (now.ok && now.value.document === document) return succeeded(now.value.defaultVersion)
        } else if (kind !== 'throttled' && kind !== 'conflict') {
          return answer
        }
        if (tries === WRITE_ATTEMPTS) return answer
        await wait(FIRST_PAUSE_MS * 2 ** tries)
      }
    },

    setDefaultVersion: (policyArn, id) =>
      write(async () => {
        const { SetDefaultPolicyVersionCommand } = await import('@aws-sdk/client-iam')
        const iam = await forPolicy(policyArn)
        const input = { PolicyArn: policyArn, VersionId: id }
        return iam.send(new SetDefaultPolicyVersionCommand(input))
      }),

    async deleteVersion(policyArn, id) {
      const answer = await write(async () => {
        const { DeletePolicyVersionCommand } = await import('@aws-sdk/client-iam')
        const iam = await forPolicy(policyArn)
        return iam.send(new DeletePolicyVersionCommand({ PolicyArn: policyArn, VersionId: id }))
      })
      return orGone(answer)
    },

    async simulate(role, actions, resources, context = new Map()) {
      const results = await allPages(async (Marker) => {
        const { SimulatePrincipalPolicyCommand } = await import('@aws-sdk/client-iam')
        const { simulator } = await clientsFor(role.partition)
        const page = await simulations.add(() =>
          simulator.send(
            new SimulatePrincipalPolicyCommand({
              PolicySourceArn: role.text,
              ActionNames: [...actions],
              ResourceArns: [...resources],
              ContextEntries: [...context].map(([key, value]) => ({
                ContextKeyName: key,
                ContextKeyValues: [value],
                ContextKeyType: 'string',
              })),
              Marker,
            }),
          ),
        )
        return { items: page.EvaluationResults, next: page.Marker }
      })
      if (!results.ok) return results
      const decisions = decisionsOf(results.value, actions, resources)
      return decisions
        ? succeeded(decisions)
        : incomplete('SimulatePrincipalPolicy answered without a decision that was asked for')
    },
  }
}

async function connect(region: string): Promise<Clients> {
  const { IAMClient } = await import('@aws-sdk/client-iam')
  const settings = clientSettings(region)
  return {
    iam: new IAMClient({ ...settings, maxAttempts: 8 }),
    once: new IAMClient({ ...settings, maxAttempts: 1 }),
    // Slows down by itself once it was throttled.
    simulator: new IAMClient({ ...settings, maxAttempts: 10, retryMode: 'adaptive' }),
  }
}

/** The SDK does not repeat what IAM refuses because the role or policy is being changed at this moment. */
async function write(call: () => Promise<unknown>): Promise<Result<true>> {
  for (let tries = 1; ; tries += 1) {
    const answer = await attempt(call)
    if (answer.ok) return succeeded(true)
    if (answer.fault.kind !== 'conflict' || tries === WRITE_ATTEMPTS) return answer
    await wait(FIRST_PAUSE_MS * 2 ** tries)
  }
}

function orGone(answer: Result<true>): Result<true> {
  return !answer.ok && answer.fault.kind === 'not-found' ? succeeded(true) : answer
}

/** IAM writes documents URL-encoded, and the SDK leaves them so. */
function documentOf(encoded: string | undefined, operation: string): Result<string> {
  if (encoded === undefined) return incomplete(`${operation} answered without a document`)
  // Encoded, none begins with a brace; moto leaves versions of policies as they are.
  if (encoded.trimStart().startsWith('{')) return succeeded(encoded)
  try {
    return succeeded(decodeURIComponent(encoded))
  } catch {
    return incomplete(`${operation} answered with a document that is not URL-encoded`)
  }
}

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws'
}
