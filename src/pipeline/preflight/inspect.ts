/** The preflight of one function: its plan, and whether the plan can be carried out, as far as reading can tell. */

import { denialReason } from '../../model/denial'
import type { LogsOwnership } from '../../model/ownership'
import { asPartOfALine, shortened } from '../../model/redaction'
import { type LogsPlan, NO_LOGS_PLAN } from '../disable-logs/logs-plan'
import type { Change } from '../../systems/lambda/change'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import { markedDisabled } from '../../systems/lambda/marker'
import { KIND_REASONS, layersToCheck, type Plan } from '../plan/plan'
import { endOfRun, faultName, faultRefusal, readRefusal, type Refusal } from '../../model/refusal'
import type { LambdaControl } from '../../systems/lambda/lambda-control'
import type { AliasPlan } from '../publish-alias/alias-plan'
import type { Traffic } from '../publish-alias/traffic'
import type { SecretAccess } from './secret-access'
import type { SecretPreflight } from './secrets'
import type { Target } from '../select/target'
import { type LambdaInvoke, qualifierFor } from '../smoke-test/invocation'

export type Inspected =
  | {
      readonly kind: 'planned'
      readonly fn: LambdaFunction
      readonly plan: Exclude<Plan, { kind: 'refused' }>
      readonly secretAccess?: SecretAccess | undefined
      /** How CloudWatch Logs are about to be disabled, which the marker is to tell. */
      readonly claim?: LogsOwnership | undefined
      readonly logs: LogsPlan
      /** What `publish-alias` comes to; absent without it. */
      readonly alias?: AliasPlan
      /** Which versions traffic reaches; absent in `mode: remove`. */
      readonly traffic?: Traffic
    }
  | ({
      readonly kind: 'refused'
      readonly name: string
      readonly region: string
      readonly fn: LambdaFunction | undefined
      /** Matched by a pattern, and of a kind that does not support the extension: not an error. */
      readonly notApplicable: boolean
      /** What would be written, if something beside the function did not forbid it. */
      readonly change?: Change | undefined
      readonly logs: LogsPlan
    } & Refusal)

export interface InspectContext {
  readonly lambda: LambdaControl
  readonly planFor: (fn: LambdaFunction) => Plan
  /** Whether the function is going to be invoked, changed or not. */
  readonly invokes: (fn: LambdaFunction, changes: boolean) => boolean
  /** Asked about each function that is written and invoked; absent where this run does not do both. */
  readonly invoke?: Pick<LambdaInvoke, 'mayInvoke'> | undefined
  /** Whether the layer may be signed, so that only Lambda can tell if it is accepted. */
  readonly layerMayBeSigned: boolean
  /** Why the proof that is asked for cannot be made of a function that is to be changed. */
  readonly unprovable?: (fn: LambdaFunction, change: Change) => Refusal | undefined
  /** Absent without references to secrets. */
  readonly secrets?: SecretPreflight | undefined
  /** Whether a later step would detect what could not be checked. */
  readonly caughtLater?: (fn: LambdaFunction) => boolean
  /**
   * CloudWatch Logs are to be disabled: the role is written for an unchanged function too, and tags, which ListFunctions does
   * not return, tell whether a template owns it.
   */
  readonly disablesLogs: boolean
  /** The input `layer-sha256`: the code hashes that the Rotel layer may have; none: any. */
  readonly layerHashes: readonly string[]
}

export async function inspect(target: Target, context: InspectContext): Promise<Inspected> {
  if (target.kind === 'missing') {
    const { name, region, reason, detail } = target
    return {
      kind: 'refused',
      name,
      region,
      fn: undefined,
      notApplicable: false,
      logs: NO_LOGS_PLAN,
      reason,
      detail,
    }
  }
  const { named } = target
  let { fn } = target
  const refused = ({ reason, detail, missingPolicy }: Refusal): Inspected => ({
    kind: 'refused',
    name: fn.arn.name,
    region: fn.arn.region,
    fn,
    notApplicable: !named && KIND_REASONS.has(reason),
    reason,
    detail,
    ...(missingPolicy === undefined ? {} : { missingPolicy }),
    logs: NO_LOGS_PLAN,
  })

  let plan = context.planFor(fn)
  const isChange = plan.kind === 'change' || (plan.kind === 'unchanged' && context.disablesLogs)
  if (isChange && !target.complete) {
    const read = await context.lambda.get(fn.arn.region, fn.arn.text)
    if (!read.ok) return refused(readRefusal(read.fault))
    fn = read.value
    plan = context.planFor(fn)
  }
  if (plan.kind === 'refused') return refused(plan)

  const blocked =
    invocationRefusal(fn, context.invokes(fn, plan.kind === 'change')) ??
    (plan.kind === 'change' ? context.unprovable?.(fn, plan.change) : undefined) ??
    (await hashRefusal(fn, plan, context)) ??
    (await layerRefusal(fn, plan, context.lambda))
  if (blocked) return refused(blocked)

  const signing = await codeSigning(fn, plan, context)
  if (signing && 'reason' in signing) return refused(signing)
  const secrets = await context.secrets?.check({
    fn,
    layers:
      (plan.kind === 'change' ? plan.change.layers?.after : undefined) ??
      fn.layers.map(({ arn }) => arn),
    changes: plan.kind === 'change',
    caughtLater: context.caughtLater?.(fn) ?? false,
    invoked: context.invokes(fn, true),
  })
  if (secrets?.kind === 'refused') return refused(secrets)
  const invocation = await mayBeInvoked(fn, plan, context)
  if (invocation && 'reason' in invocation) return refused(invocation)
  const notChecked = [signing, invocation].flatMap((one) => one?.notChecked ?? [])
  return {
    kind: 'planned',
    fn,
    ...(secrets?.kind === 'granted-by-us' && { secretAccess: secrets.access }),
    logs: NO_LOGS_PLAN,
    plan: { ...plan, warnings: [...plan.warnings, ...notChecked] },
  }
}

/**
 * A missing right to invoke would be found out only after the function or its role was written. What is not written shows
 * it by the invocation itself.
 */
async function mayBeInvoked(
  fn: LambdaFunction,
  plan: Plan,
  { invokes, invoke, disablesLogs }: InspectContext,
): Promise<Refusal | { readonly notChecked: string } | undefined> {
  const isWritten = plan.kind === 'change' || (disablesLogs && markedDisabled(fn) === undefined)
  if (invoke === undefined || !isWritten || !invokes(fn, true)) return undefined
  const answer = await invoke.mayInvoke(fn.arn, qualifierFor(fn))
  if (answer.ok) return undefined
  if (answer.fault.kind === 'denied') return faultRefusal(answer.fault, 'invoke-denied')
  return (
    endOfRun(answer.fault) ?? {
      notChecked: `not checked: whether the caller may invoke it (${faultName(answer.fault)})`,
    }
  )
}

function invocationRefusal(fn: LambdaFunction, invoked: boolean): Refusal | undefined {
  if (!invoked) return undefined
  if (fn.reservedConcurrency === 0) {
    return {
      reason: 'reserved-concurrency-zero',
      detail: 'the function’s reserved concurrency is 0, so it cannot be invoked',
    }
  }
  if (fn.kind === 'tenant-isolated') {
    return { reason: 'tenant-isolated', detail: 'the function uses tenant isolation' }
  }
  return undefined
}

/** A layer that is kept counts as much as one that is attached. GetLayerVersion, asked for access too, tells the hash. */
async function hashRefusal(
  fn: LambdaFunction,
  { rotelLayer }: Exclude<Plan, { kind: 'refused' }>,
  { lambda, layerHashes }: InspectContext,
): Promise<Refusal | undefined> {
  if (rotelLayer === undefined || layerHashes.length === 0) return undefined
  const answer = await lambda.layerVersion(fn.arn.region, rotelLayer)
  const end = answer.ok ? undefined : endOfRun(answer.fault)
  if (end) return end
  const hash = answer.ok ? answer.value.codeSha256 : undefined
  if (hash !== undefined && layerHashes.includes(hash)) return undefined
  const why =
    hash !== undefined
      ? `has the hash ${asPartOfALine(hash)}`
      : `has a hash that cannot be read${answer.ok ? '' : ` (${faultName(answer.fault)})`}`
  return { reason: 'layer-hash-mismatch', detail: `the layer ${rotelLayer} ${why}` }
}

async function layerRefusal(
  fn: LambdaFunction,
  plan: Plan,
  lambda: LambdaControl,
): Promise<Refusal | undefined> {
  const layers = layersToCheck(plan)
  const answers = await Promise.all(
    layers.map(async (arn) => ({ arn, answer: await lambda.layerVersion(fn.arn.region, arn) })),
  )
  for (const { arn, answer } of answers) {
    if (answer.ok) continue
    const { kind, code, text } = answer.fault
    const named = kind === 'denied' ? denialReason(text) : undefined
    if (named !== undefined) return { reason: named, detail: shortened(`${arn}: ${code}: ${text}`) }
    // Lambda answers "denied" alike for a version that does not exist, a private layer, and a missing permission.
    if (kind === 'denied' || kind === 'not-found' || kind === 'refused') {
      return { reason: 'layer-unreadable', detail: `${arn} cannot be read (${code})` }
    }
    return faultRefusal(answer.fault, 'read-failed', `${arn}: `)
  }
  return undefined
}

/** Checked only where the configuration has a signing profile, because it costs one more call for each function. */
async function codeSigning(
  fn: LambdaFunction,
  plan: Plan,
  { lambda, layerMayBeSigned }: InspectContext,
): Promise<Refusal | { readonly notChecked: string } | undefined> {
  const layers = plan.kind === 'change' ? plan.change.layers : undefined
  const addsLayer = layers?.after.some((arn) => !layers.before.includes(arn)) ?? false
  const carriesProfile = fn.signed || fn.layers.some((layer) => layer.signed)
  if (!addsLayer || !carriesProfile || layerMayBeSigned) return undefined
  const answer = await lambda.enforcesCodeSigning(fn.arn)
  // Lambda itself refuses an unsigned layer at the write, before anything changes.
  if (!answer.ok)
    return {
      notChecked: `the code signing configuration was not checked (${faultName(answer.fault)})`,
    }
  if (!answer.value) return undefined
  return {
    reason: 'code-signing',
    detail:
      'the function’s code signing configuration rejects unsigned layers, and Rotel’s layer is unsigned',
  }
}
