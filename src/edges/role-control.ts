/** IAM over the AWS SDK: execution roles and their policies. The client is loaded only when something is asked. */

import type { IAMClient } from '@aws-sdk/client-iam'
import PQueue from 'p-queue'
import { parseArn } from '../model/arn'
import { done, lastFound, type Look, notYet, poll } from '../model/poll'
import { type Result, succeeded } from '../model/result'
import type { ExecutionRole, ManagedPolicy, RoleControl } from '../systems/iam/role-control'
import type { RoleArn } from '../systems/iam/role-arn'
import { trustedPrincipals } from '../systems/iam/trust-policy'
import { allPages, attempt, incomplete } from './attempt'
import { clientSettings } from './aws-client'
import { systemClock } from './clock'
import { decisionsOf } from './policy-simulation'

const WRITE_ATTEMPTS = 7
const FIRST_PAUSE_MS = 500
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
  readonly reads: IAMClient
  /** Each call is sent once, see `write`. */
  readonly writes: IAMClient
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
  const forRole = async (role: RoleArn) => (await clientsFor(role.partition)).reads
  const forPolicy = async (arn: string) => (await clientsFor(partitionOf(arn))).reads
  const toRole = async (role: RoleArn) => (await clientsFor(role.partition)).writes
  const toPolicy = async (arn: string) => (await clientsFor(partitionOf(arn))).writes
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
      written(async () => {
        const { PutRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await toRole(role)
        const input = { RoleName: role.name, PolicyName: policy, PolicyDocument: document }
        return iam.send(new PutRolePolicyCommand(input))
      }),

    async deleteInline(role, policy) {
      const answer = await written(async () => {
        const { DeleteRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await toRole(role)
        return iam.send(new DeleteRolePolicyCommand({ RoleName: role.name, PolicyName: policy }))
      })
      return orGone(answer)
    },

    attach: (role, policyArn) =>
      written(async () => {
        const { AttachRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await toRole(role)
        return iam.send(new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn }))
      }),

    async detach(role, policyArn) {
      const answer = await written(async () => {
        const { DetachRolePolicyCommand } = await import('@aws-sdk/client-iam')
        const iam = await toRole(role)
        return iam.send(new DetachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn }))
      })
      return orGone(answer)
    },

    async createVersion(policyArn, document) {
      const made = await write(
        async () => {
          const { CreatePolicyVersionCommand } = await import('@aws-sdk/client-iam')
          const iam = await toPolicy(policyArn)
          const input = { PolicyArn: policyArn, PolicyDocument: document, SetAsDefault: true }
          return (await iam.send(new CreatePolicyVersionCommand(input))).PolicyVersion?.VersionId
        },
        // Sent again, it would make a second one, of the five versions that a policy may have.
        async () => {
          const now = await managed(policyArn)
          return now.ok && now.value.document === document ? now.value.defaultVersion : undefined
        },
      )
      if (!made.ok) return made
      return made.value === undefined
        ? incomplete('CreatePolicyVersion answered without a version')
        : succeeded(made.value)
    },

    setDefaultVersion: (policyArn, id) =>
      written(async () => {
        const { SetDefaultPolicyVersionCommand } = await import('@aws-sdk/client-iam')
        const iam = await toPolicy(policyArn)
        const input = { PolicyArn: policyArn, VersionId: id }
        return iam.send(new SetDefaultPolicyVersionCommand(input))
      }),

    async deleteVersion(policyArn, id) {
      const answer = await written(async () => {
        const { DeletePolicyVersionCommand } = await import('@aws-sdk/client-iam')
        const iam = await toPolicy(policyArn)
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
    reads: new IAMClient({ ...settings, maxAttempts: 8 }),
    writes: new IAMClient({ ...settings, maxAttempts: 1 }),
    // Slows down by itself once it was throttled.
    simulator: new IAMClient({ ...settings, maxAttempts: 10, retryMode: 'adaptive' }),
  }
}

/**
 * Sends a write until IAM has decided it. The SDK's own retries do not do: they take LimitExceeded, which is for good, for a
 * throttle (40 seconds), and do not repeat what IAM refuses because another change is under way.
 * @param landed asked after a lost answer, for what must not be sent twice: its value where the write has landed
 */
async function write<T>(
  call: () => Promise<T>,
  landed?: () => Promise<T | undefined>,
): Promise<Result<T>> {
  let lost = false
  let tries = 0
  const once = async (): Promise<Look<Result<T>, Result<T>>> => {
    const answer = await attempt(call)
    if (answer.ok) return done(answer)
    const { kind } = answer.fault
    const again = kind === 'unavailable' || kind === 'throttled' || kind === 'conflict'
    lost ||= answer.fault.mayHaveLanded
    const found = kind === 'unavailable' ? await landed?.() : undefined
    if (found !== undefined) return done(succeeded(found))
    const refused = { ok: false as const, fault: { ...answer.fault, mayHaveLanded: lost } }
    tries += 1
    if (!again || tries === WRITE_ATTEMPTS) return done(refused)
    return notYet(refused, FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
  }
  return lastFound(await poll(once, { firstMs: FIRST_PAUSE_MS }, { clock: systemClock }))
}

async function written(call: () => Promise<unknown>): Promise<Result<true>> {
  const answer = await write(call)
  return answer.ok ? succeeded(true) : answer
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
  return parseArn(arn)?.partition ?? 'aws'
}
