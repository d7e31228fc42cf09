/** IAM over the AWS SDK: execution roles and their policies. Loaded only when something is asked. */

import {
  AttachRolePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import PQueue from 'p-queue'
import { parseArn } from '../model/arn'
import type { PaceLimits } from '../model/pace'
import { done, lastFound, type Look, notYet, poll } from '../model/poll'
import { type Result, succeeded } from '../model/result'
import { READ_LAG_MS } from '../systems/iam/read-lag'
import type { ExecutionRole, ManagedPolicy, RoleControl } from '../systems/iam/role-control'
import type { RoleArn } from '../systems/iam/role-arn'
import { trustedPrincipals } from '../systems/iam/trust-policy'
import { allPages, attempt, incomplete, type Page } from './attempt'
import { clientSettings, onePer } from './aws-client'
import { systemClock } from './clock'
import { ownPacing, type PacedCalls, type SendOptions } from './paced-calls'
import { decisionsOf } from './policy-simulation'
import { insistOnAnswer, NEXT_TO_THE_WIRE, UnreadableAnswer } from './query-answer'
import { withTypedAnswers } from './typed-answer'

const WRITE_ATTEMPTS = 7
const FIRST_PAUSE_MS = 500
/** The simulator throttles at modest rates. */
const SIMULATIONS_AT_ONCE = 2
/** IAM promises no rate. It slows down by itself where this is too fast. */
const PACE: PaceLimits = { perSecond: 25, burst: 10 }

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

/** IAM of a partition, in its queue. */
interface Partition {
  read<T>(call: (iam: IAMClient, options: SendOptions) => Promise<T>): Promise<T>
  write<T>(call: (iam: IAMClient) => Promise<T>): Promise<T | undefined>
}

/** @param calls the queues that it shares with other clients of the run */
export function roleControl(calls: PacedCalls = ownPacing()): RoleControl {
  const inPartition = onePer((partition) => connect(partition, calls))
  const ofRole = (role: RoleArn) => inPartition(role.partition)
  const ofPolicy = (arn: string) => inPartition(partitionOf(arn))
  const simulations = new PQueue({ concurrency: SIMULATIONS_AT_ONCE })
  const { write, written } = writing(calls.signal)

  const inlineNames: RoleControl['inlineNames'] = (role) =>
    allPages('ListRolePolicies', async (Marker) => {
      const input = { RoleName: role.name, Marker }
      const page = await ofRole(role).read((iam, options) =>
        iam.send(new ListRolePoliciesCommand(input), options),
      )
      return pageOf(page.PolicyNames, page)
    })

  const inline: RoleControl['inline'] = async (role, policy) => {
    const answer = await attempt(() =>
      ofRole(role).read((iam, options) =>
        iam.send(new GetRolePolicyCommand({ RoleName: role.name, PolicyName: policy }), options),
      ),
    )
    if (!answer.ok) return answer.fault.kind === 'not-found' ? succeeded(undefined) : answer
    return documentOf(answer.value.PolicyDocument, 'GetRolePolicy')
  }

  const attached = (role: RoleArn) =>
    allPages('ListAttachedRolePolicies', async (Marker) => {
      const input = { RoleName: role.name, Marker }
      const page = await ofRole(role).read((iam, options) =>
        iam.send(new ListAttachedRolePoliciesCommand(input), options),
      )
      const policies = page.AttachedPolicies?.map(({ PolicyArn: arn, PolicyName: name }) =>
        arn === undefined || name === undefined ? undefined : { arn, name },
      )
      return pageOf(policies, page)
    })

  const managed = async (arn: string): Promise<Result<ManagedPolicy>> => {
    const [policy, versions] = await Promise.all([
      attempt(() =>
        ofPolicy(arn).read((iam, options) =>
          iam.send(new GetPolicyCommand({ PolicyArn: arn }), options),
        ),
      ),
      allPages('ListPolicyVersions', async (Marker) => {
        const input = { PolicyArn: arn, Marker }
        const page = await ofPolicy(arn).read((iam, options) =>
          iam.send(new ListPolicyVersionsCommand(input), options),
        )
        return pageOf(page.Versions, page)
      }),
    ])
    if (!policy.ok) return policy
    if (!versions.ok) return versions
    const { AttachmentCount, PermissionsBoundaryUsageCount } = policy.value.Policy ?? {}
    const ids = versions.value.flatMap(({ VersionId }) => VersionId ?? [])
    // Of the same answer as the others: one that is newer than the default may otherwise have come in between.
    const inForce = versions.value.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId
    if (inForce === undefined || ids.length < versions.value.length) {
      return incomplete('ListPolicyVersions answered without a version')
    }
    if (AttachmentCount === undefined) return incomplete('GetPolicy answered without its uses')
    const document = await version(arn, inForce)
    if (!document.ok) return document
    return succeeded({
      arn,
      defaultVersion: inForce,
      versions: ids,
      attachments: AttachmentCount,
      boundaries: PermissionsBoundaryUsageCount ?? 0,
      document: document.value,
    })
  }

  const version: RoleControl['version'] = async (arn, id) => {
    const answer = await attempt(() =>
      ofPolicy(arn).read((iam, options) =>
        iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: id }), options),
      ),
    )
    if (!answer.ok) return answer
    return documentOf(answer.value.PolicyVersion?.Document, 'GetPolicyVersion')
  }

  const describe = async (role: RoleArn): Promise<Result<Pick<ExecutionRole, 'trusted'>>> => {
    const described = await attempt(() =>
      ofRole(role).read((iam, options) =>
        iam.send(new GetRoleCommand({ RoleName: role.name }), options),
      ),
    )
    if (!described.ok) return described
    const { Arn, AssumeRolePolicyDocument } = described.value.Role ?? {}
    // Asked by name, IAM may tell of another role: one that was made anew under another path.
    if (Arn !== role.text) return incomplete(`GetRole answered without the role ${role.text}`)
    const trust = documentOf(AssumeRolePolicyDocument, 'GetRole')
    if (!trust.ok) return trust
    const trusted = trustedPrincipals(trust.value)
    return trusted === undefined
      ? incomplete('GetRole answered without a trust policy')
      : succeeded({ trusted })
  }

  return {
    inlineNames,
    inline,
    managed,

    async exists(policyArn) {
      const answer = await attempt(() =>
        ofPolicy(policyArn).read((iam, options) =>
          iam.send(new GetPolicyCommand({ PolicyArn: policyArn }), options),
        ),
      )
      return answer.ok ? succeeded(true) : answer
    },
    version,

    async trusted(role) {
      const described = await describe(role)
      return described.ok ? succeeded(described.value.trusted) : described
    },

    async read(role) {
      const [described, names, policies] = await Promise.all([
        describe(role),
        inlineNames(role),
        attached(role),
      ])
      if (!described.ok) return described
      if (!names.ok) return names
      if (!policies.ok) return policies
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
        ...described.value,
        inline: texts,
        attached: policies.value,
      })
    },

    putInline: (role, policy, document) =>
      written(
        async () => {
          const input = { RoleName: role.name, PolicyName: policy, PolicyDocument: document }
          return ofRole(role).write((iam) => iam.send(new PutRolePolicyCommand(input)))
        },
        async () => shows(await inline(role, policy), (now) => now === document),
      ),

    async deleteInline(role, policy) {
      const answer = await written(
        () =>
          ofRole(role).write((iam) =>
            iam.send(new DeleteRolePolicyCommand({ RoleName: role.name, PolicyName: policy })),
          ),
        async () => shows(await inline(role, policy), (now) => now === undefined),
      )
      return orGone(answer)
    },

    attach: (role, policyArn) =>
      written(
        () =>
          ofRole(role).write((iam) =>
            iam.send(new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn })),
          ),
        async () => shows(await attached(role), (now) => now.some(({ arn }) => arn === policyArn)),
      ),

    async detach(role, policyArn) {
      const answer = await written(
        () =>
          ofRole(role).write((iam) =>
            iam.send(new DetachRolePolicyCommand({ RoleName: role.name, PolicyArn: policyArn })),
          ),
        async () => shows(await attached(role), (now) => now.every(({ arn }) => arn !== policyArn)),
      )
      return orGone(answer)
    },

    async createVersion(policyArn, document) {
      return write(
        async () => {
          const input = { PolicyArn: policyArn, PolicyDocument: document, SetAsDefault: true }
          const answer = await ofPolicy(policyArn).write((iam) =>
            iam.send(new CreatePolicyVersionCommand(input)),
          )
          const { VersionId } = answer?.PolicyVersion ?? {}
          if (VersionId === undefined) throw new UnreadableAnswer('CreatePolicyVersion')
          return VersionId
        },
        // Sent again, it would make a second one, of the five versions that a policy may have.
        async () => {
          const now = await managed(policyArn)
          return now.ok && now.value.document === document ? now.value.defaultVersion : undefined
        },
      )
    },

    setDefaultVersion: (policyArn, id) =>
      written(
        async () => {
          const input = { PolicyArn: policyArn, VersionId: id }
          return ofPolicy(policyArn).write((iam) =>
            iam.send(new SetDefaultPolicyVersionCommand(input)),
          )
        },
        async () => shows(await managed(policyArn), (now) => now.defaultVersion === id),
      ),

    async deleteVersion(policyArn, id) {
      const answer = await written(
        () =>
          ofPolicy(policyArn).write((iam) =>
            iam.send(new DeletePolicyVersionCommand({ PolicyArn: policyArn, VersionId: id })),
          ),
        async () => shows(await managed(policyArn), (now) => !now.versions.includes(id)),
      )
      return orGone(answer)
    },

    async simulate(role, actions, resources, context = new Map()) {
      const results = await allPages('SimulatePrincipalPolicy', async (Marker) => {
        const page = await ofRole(role).read((iam, options) =>
          simulations.add(() =>
            iam.send(
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
              options,
            ),
          ),
        )
        return pageOf(page.EvaluationResults, page)
      })
      if (!results.ok) return results
      const decisions = decisionsOf(results.value, actions, resources)
      return decisions
        ? succeeded(decisions)
        : incomplete('SimulatePrincipalPolicy did not return all decisions')
    },
  }
}

function connect(partition: string, calls: PacedCalls): Partition {
  const client = withTypedAnswers(new IAMClient(clientSettings(REGIONS[partition] ?? 'us-east-1')))
  client.middlewareStack.add(insistOnAnswer(client.config.streamCollector), NEXT_TO_THE_WIRE)
  const queue = calls.queue(`iam ${partition}`, PACE)
  return {
    read: (call) => queue.read((options) => call(client, options)),
    write: (call) => queue.write(() => call(client)),
  }
}

/** A page that says that more follows must say where: else the list is not whole. */
function pageOf<T>(
  items: readonly (T | undefined)[] | undefined,
  {
    IsTruncated,
    Marker,
  }: { readonly IsTruncated?: boolean | undefined; readonly Marker?: string | undefined },
): Page<T> {
  return { items: IsTruncated === true && !Marker ? undefined : items, next: Marker }
}

/**
 * Sends a write until IAM has decided it: also what IAM refuses because another change is under way, and what it has not
 * answered.
 * @param signal ends the waits
 */
function writing(signal: AbortSignal | undefined) {
  /**
   * @param landed asked after a lost answer, for what must not be sent twice: its value where the write has landed
   */
  const write = async <T>(
    call: () => Promise<T>,
    landed?: () => Promise<T | undefined>,
  ): Promise<Result<T>> => {
    let lost = false
    let tries = 0
    const once = async (): Promise<Look<Result<T>, Result<T>>> => {
      const answer = await attempt(call)
      if (answer.ok) return done(answer)
      const { kind } = answer.fault
      const again = kind === 'unavailable' || kind === 'conflict'
      lost ||= answer.fault.mayHaveLanded
      const found = kind === 'unavailable' ? await landed?.() : undefined
      if (found !== undefined) return done(succeeded(found))
      const refused = { ok: false as const, fault: { ...answer.fault, mayHaveLanded: lost } }
      tries += 1
      if (!again || tries === WRITE_ATTEMPTS) return done(refused)
      return notYet(refused, FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
    }
    const context = { clock: systemClock, ...(signal && { signal }) }
    return lastFound(await poll(once, { firstMs: FIRST_PAUSE_MS }, context))
  }
  return {
    write,
    /**
     * @param isSeen asked after a lost answer, once IAM's reads are sure to show the first attempt: whether all is as the write
     * makes it, so that it is not sent again and again without an answer
     */
    written: async (
      call: () => Promise<unknown>,
      isSeen: () => Promise<boolean>,
    ): Promise<Result<true>> => {
      const begunAt = systemClock.now()
      const answer = await write<unknown>(call, async () =>
        systemClock.now() - begunAt >= READ_LAG_MS && (await isSeen()) ? true : undefined,
      )
      return answer.ok ? succeeded(true) : answer
    },
  }
}

function shows<T>(read: Result<T>, isSo: (now: T) => boolean): boolean {
  return read.ok && isSo(read.value)
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
