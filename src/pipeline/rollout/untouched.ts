/** Outcomes of functions that nothing was done with. */

import { editText } from '../../systems/iam/role-edit'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Outcome } from './outcome'
import type { Reason } from '../../model/reason'
import type { Refusal } from '../../model/refusal'
import type { Inspected } from '../preflight/inspect'

type Planned = Extract<Inspected, { kind: 'planned' }>

export function refusedOutcome(one: Extract<Inspected, { kind: 'refused' }>): Outcome {
  const reason: Reason = one.notApplicable ? 'not-applicable' : one.reason
  return {
    ...blank(one.name, one.region, one.fn),
    status: one.notApplicable ? 'skipped' : 'blocked',
    reason,
    detail: one.detail,
    ...(one.missingPolicy === undefined ? {} : { missingPolicy: one.missingPolicy }),
  }
}

/** Nobody gets its logs, and this mode writes nothing. */
export function darkOutcome(fn: LambdaFunction, detail: string): Outcome {
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'dark',
    reason: 'rotel-missing',
    detail,
  }
}

export function plannedOutcome(one: Inspected): Outcome {
  const { dark, cut } = one.logs
  if (one.fn && dark !== undefined) return darkOutcome(one.fn, dark)
  if (one.kind === 'refused') return refusedOutcome(one)
  const { fn, plan } = one
  const edits = cut?.edits ?? []
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'planned',
    reason: plan.kind === 'unchanged' && edits.length === 0 ? 'no-change' : undefined,
    change: plan.kind === 'change' ? plan.change : undefined,
    warnings: one.secretAccess === undefined ? plan.warnings : [...plan.warnings, SECRET_ACCESS],
    ...(edits.length > 0 && { cloudwatch: { edits: edits.map(editText), by: undefined } }),
  }
}

const SECRET_ACCESS =
  'its execution role may not read the secrets: it gets an inline policy first, by `grant-secret-access`'

export function nothingToRemove({ fn }: Planned): Outcome {
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'removed',
    reason: 'nothing-to-remove',
  }
}

export function skippedOutcome({ fn }: Planned, { reason, detail }: Refusal): Outcome {
  return { ...blank(fn.arn.name, fn.arn.region, fn), status: 'skipped', reason, detail }
}

function blank(name: string, region: string, fn: LambdaFunction | undefined): Outcome {
  return {
    name,
    region,
    arn: fn?.arn,
    status: 'skipped',
    reason: undefined,
    detail: undefined,
    change: undefined,
    changed: false,
    smoke: undefined,
    telemetry: undefined,
    warnings: [],
    facts: fn && {
      runtime: fn.runtime,
      architecture: fn.architecture,
      memoryMb: fn.memoryMb,
      timeoutSeconds: fn.timeoutSeconds,
    },
  }
}
