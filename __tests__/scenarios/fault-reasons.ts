/**
 * Which reasons a fault of a call can cause, so that no step blames something else. What each call is for decides the reason; a
 * fault decides whether permissions, credentials, time or the answer are to blame. See docs/reason-codes.md.
 */

import type { StepResult } from '../../local/runner/step'
import type { Reason } from '../../src/model/reason'
import type { FaultName } from './all-faults'
import type { CallKind } from './called-kinds'
import { permissionFor } from './missing-permission'
import { isAskedOtherwise } from './unchecked'
import { functionsOf } from './world'

/** What a step reports where the calls that match cannot be made. */
interface ReasonsOfCall {
  readonly calls: RegExp
  /** The caller may not make it, or its key or password is refused. */
  readonly denied: readonly Reason[]
  /** It fails in another way: 5xx, no answer, an answer that nobody can read. */
  readonly failed: readonly Reason[]
}

const sameFor = (calls: RegExp, ...reasons: readonly Reason[]): ReasonsOfCall => ({
  calls,
  denied: reasons,
  failed: reasons,
})

/** All that match count: a call may be made for several ends. */
const BY_CALL: readonly ReasonsOfCall[] = [
  {
    calls: /^lambda (GetFunction|ListFunctions|ListTags)$|^tagging /,
    denied: ['access-denied'],
    failed: ['read-failed'],
  },
  {
    calls:
      /^lambda (ListAliases|ListVersionsByFunction|ListProvisionedConcurrencyConfigs|ListEventSourceMappings)$/,
    denied: ['version-not-instrumented'],
    failed: ['read-failed'],
  },
  {
    calls: /^lambda GetLayerVersion/,
    denied: ['layer-unreadable'],
    failed: ['read-failed', 'layer-unreadable'],
  },
  sameFor(/^lambda (GetAlias|GetProvisionedConcurrencyConfig)$/, 'alias-unreadable'),
  { calls: /^lambda InvokeDryRun$/, denied: ['invoke-denied'], failed: [] },
  {
    calls: /^lambda Invoke$/,
    denied: ['invoke-denied'],
    failed: ['invoke-failed', 'invoke-refused'],
  },
  {
    calls: /^lambda UpdateFunctionConfiguration$/,
    denied: ['write-denied'],
    failed: ['write-failed', 'write-refused', 'write-not-applied'],
  },
  {
    calls: /^lambda PublishVersion$/,
    denied: ['alias-write-denied'],
    failed: ['publish-failed'],
  },
  {
    calls: /^lambda UpdateAlias$/,
    denied: ['alias-write-denied'],
    failed: ['alias-not-moved'],
  },
  sameFor(/^iam SimulatePrincipalPolicy$/, 'simulation-failed', 'restore-not-seen'),
  // The second of them where rights cannot be restored, so that Rotel stays.
  sameFor(/^iam (Get|List)/, 'role-unreadable', 'restore-not-seen'),
  sameFor(/^iam (Put|Create|Delete|Attach|Detach|Set)/, 'role-write-failed', 'restore-not-seen'),
  // Of an administrator's policy, given as `deny-policy-arn`.
  sameFor(/^iam GetPolicy(Version)?$/, 'deny-policy-unusable'),
  sameFor(/^logs /, 'log-group-unreadable'),
  // Readers of the log group that the caller may not see are its to accept.
  { calls: /^logs Describe/, denied: ['log-loss'], failed: [] },
  sameFor(/^(ssm|secretsmanager) /, 'secret-not-checked'),
  sameFor(/^(ClickHouse|HyperDX) /, 'verifier-failed'),
  sameFor(/^OTLP traces /, 'traces-missing'),
  // The endpoint check looks at the exporter's tables.
  {
    calls: /^ClickHouse DESCRIBE /,
    denied: ['endpoint-user-refused'],
    failed: ['endpoint-refused'],
  },
  // The exporter's: the endpoint check inserts a control record.
  sameFor(/^ClickHouse INSERT /, 'control-record-lost', 'endpoint-user-refused'),
  {
    calls: /^OTLP /,
    // The endpoint check finds it, or what Rotel logs of its own exports tells it.
    denied: [
      'endpoint-key-refused',
      'control-record-lost',
      'export-key-refused',
      'telemetry-lost-after-disabling',
    ],
    failed: [
      'endpoint-refused',
      'endpoint-unreachable',
      'endpoint-not-found',
      'endpoint-wrong-protocol',
      'protocol-unknown',
      'control-record-lost',
      'export-refused',
      'export-unreachable',
      'export-not-found',
      'export-wrong-protocol',
      'nothing-arrived',
      'telemetry-lost-after-disabling',
    ],
  },
]

/** Until these are over, or the run is, the action asks again: then time may run out. */
const TAKES_TIME = /^(throttled|answered (50|by the byte)|reset|never answered)/

/** The call may have been handled, for all that its sender knows. */
const UNANSWERED = /^(answered|reset|never answered|.* in plain text$)/

/** Only where something is left. */
const OF_THE_WAY_BACK: readonly string[] = ['rollback-failed', 'restore-not-seen']

/** One edit of their role reaches them, and another function cannot do without its logs. */
const OF_OTHERS: readonly string[] = ['cloudwatch-withheld', 'log-loss']

export interface Struck {
  readonly kind: Pick<CallKind, 'title' | 'isAws'>
  readonly fault: FaultName
}

/** What is wrong with the reasons that a step gives for a fault. */
export function misnamed(
  { kind, fault }: Struck,
  result: StepResult,
  /** Those that the step gives when it is left alone. */
  anyway: readonly string[],
): readonly string[] {
  const functions = result.outputs['functions'] === undefined ? [] : functionsOf(result)
  const causes: readonly string[] = [...reasonsOf(kind, fault), ...anyway]
  const wrong = functions.flatMap(({ status, reason }) => {
    const isWayBack = status === 'failed' && OF_THE_WAY_BACK.includes(reason ?? '')
    // What another function on its role has met.
    const isOthers = functions.length > 1 && OF_OTHERS.includes(reason ?? '')
    // Each waits until the one before it has tried for long enough.
    const isLate = functions.length > 1 && reason === 'out-of-time' && UNANSWERED.test(fault)
    return reason === undefined || causes.includes(reason) || isWayBack || isOthers || isLate
      ? []
      : [`${status} ${reason}, which is not what happened`]
  })
  if (result.exitCode === 0) return wrong
  const hasReason = functions.some(({ reason }) => reason !== undefined)
  if (functions.length > 0 && !hasReason) wrong.push('it fails, and gives no reason')
  return wrong
}

/** Whether all that is wrong is that time ran out where it need not have: whatever else is wrong is so however late it was. */
export function isOnlyLate(wrong: readonly string[]): boolean {
  const isLate = (one: string) => / out-of-time, which is not what happened$/.test(one)
  return wrong.some(isLate) && wrong.every((one) => isLate(one) || one.startsWith(OTHER_END))
}

/** What is wrong with a step that ends otherwise than without a fault that passes. */
export const OTHER_END = 'not as without the fault: '

/** Whether a step cannot see what became of a write: its answer is lost, or what would show it cannot be read. */
export function hidesEffect({ kind, fault }: Struck): boolean {
  const isDone = /after the work|middle of the answer|by half|by the byte/.test(fault)
  const isUnanswered = UNANSWERED.test(fault) && /^iam (Put|Delete|Attach|Detach)/.test(kind.title)
  return isDone || isUnanswered || /^(lambda Get|iam (Get|List|Simulate))/.test(kind.title)
}

/** The actions that AWS denied to the caller, where the step does not name them beside its result. */
export function unnamedPermission({ kind, fault }: Struck, result: StepResult): readonly string[] {
  if (!kind.isAws || fault !== 'refused: access denied') return []
  if (result.exitCode === 0 && isAskedOtherwise(kind.title)) return []
  if (result.exitCode !== 0 && ONLY_SAVINGS.test(kind.title)) return []
  const [service = '', operation = ''] = kind.title.split(' ')
  const action = permissionFor(service, operation)
  const shown = [result.summary, ...result.annotations.map(({ message }) => message)]
  return shown.some((text) => text.includes(action)) ? [] : [`${action} is not named`]
}

/** Without what is disabled there are no savings, and nothing rests on the question. */
const ONLY_SAVINGS = /^monitoring GetMetricData$/

function reasonsOf({ title, isAws }: Struck['kind'], fault: FaultName): readonly Reason[] {
  const rows = BY_CALL.filter(({ calls }) => calls.test(title))
  switch (fault) {
    case 'refused: credentials expired':
      // What was not begun then is skipped as stopped.
      return isAws ? ['credentials-refused', 'stopped'] : rows.flatMap(({ denied }) => denied)
    case 'refused: access denied':
      return rows.flatMap(({ denied }) => denied)
    default: {
      const failed = rows.flatMap((row) => row.failed)
      return TAKES_TIME.test(fault) ? [...failed, 'out-of-time'] : failed
    }
  }
}
