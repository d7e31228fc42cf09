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

/** What `plan` tells of a function. A dark one is shown; where it would be instrumented, as planned. */
export async function plannedOutcome(one: Inspected): Promise<Outcome> {
  const darkness = await one.logs.darkness()
  const dark = darkness.kind === 'dark' ? [`it is dark: ${darkness.why}`] : []
  if (one.kind === 'refused') {
    return one.fn && darkness.kind === 'dark'
      ? darkOutcome(one.fn, `${darkness.why}; ${one.reason}: ${one.detail}`)
      : refusedOutcome(one)
  }
  const { fn, plan, secretAccess } = one
  const edits = one.logs.disabling?.unit.changes.map(({ edit }) => editText(edit)) ?? []
  const grant = secretAccess?.isMissing === true ? [SECRET_ACCESS] : []
  return {
    ...blank(fn.arn.name, fn.arn.region, fn),
    status: 'planned',
    reason: plan.kind === 'unchanged' && edits.length === 0 ? 'no-change' : undefined,
    change: plan.kind === 'change' ? plan.change : undefined,
    warnings: [...dark, ...plan.warnings, ...grant],
    ...(edits.length > 0 && { cloudwatch: { edits, by: undefined } }),
  }
}

const SECRET_ACCESS =
  'its execution role may not read the secrets: it gets an inline policy first, by `grant-secret-access`'

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
