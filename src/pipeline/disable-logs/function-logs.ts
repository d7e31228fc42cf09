/** CloudWatch Logs in the life of one function: what is to be given back before Rotel leaves, and what is to be cut. */

import type { SmokeResult } from '../smoke-test/smoke-test'
import type { LambdaFunction } from '../../systems/lambda/lambda-function'
import type { Refusal } from '../../model/refusal'
import type { RoleRecords } from '../roles/role-change'
import { type Cut, type DisableContext, disableLogs, proveStillDisabled } from './disable-logs'
import {
  type RestoreContext,
  type LogsRestored,
  restoreLogs,
  withheldBy,
} from '../roles/restore-logs'
import type { DisablePlan } from './plan-disabling'
import type { LogsPlan } from './logs-plan'

export interface FunctionLogs {
  /** To be done before anything else is written: the function is dark, or Rotel is about to leave it. */
  readonly first: (() => Promise<LogsRestored>) | undefined
  /** An earlier run's Deny stays while Rotel is proven; when the proof fails, it goes. */
  readonly unproven: (() => Promise<LogsRestored>) | undefined
  /** Gives back what this run has cut; `undefined`: it has cut nothing. */
  readonly undo: () => Promise<LogsRestored | undefined>
  readonly cut:
    | ((proven: { readonly fn: LambdaFunction; readonly smoke: SmokeResult }) => Promise<Cut>)
    | undefined
  /** Whether cutting writes to the role. */
  readonly edits: DisablePlan['edits']
}

export interface FunctionLogsContext extends RestoreContext {
  readonly journal: RoleRecords
  readonly isLeaving: boolean
  readonly cut: Omit<DisableContext, keyof RestoreContext | 'journal'> | undefined
}

export function functionLogs(
  fn: LambdaFunction,
  plan: LogsPlan,
  context: FunctionLogsContext,
): FunctionLogs {
  const { withheld, cut } = plan
  const back = withheld && (() => restoreLogs(withheld, context))
  const isFirst = plan.dark !== undefined || context.isLeaving
  const { cut: cutting, ...common } = context
  return {
    first: isFirst ? back : undefined,
    unproven: isFirst ? undefined : back,
    async undo() {
      const changes = context.journal.edited(fn.arn, 'logs')
      const ours = withheldBy(fn.arn, changes)
      if (ours === undefined) return undefined
      const given = await restoreLogs(ours, context)
      if (given.kind === 'restored') context.journal.takenBack(fn.arn, 'logs')
      return given
    },
    cut: cut && cutting ? (proven) => carryOut(proven, cut, { ...common, ...cutting }) : undefined,
    edits: cut?.edits ?? [],
  }
}

async function carryOut(
  proven: { readonly fn: LambdaFunction; readonly smoke: SmokeResult },
  plan: DisablePlan,
  context: DisableContext,
): Promise<Cut> {
  if (plan.edits.length > 0) return disableLogs(proven, plan, context)
  const still = await proveStillDisabled(proven.fn, proven.smoke, plan, context)
  return isRefusal(still)
    ? { kind: 'not-disabled', ...still }
    : {
        kind: 'disable',
        fn: proven.fn,
        smoke: proven.smoke,
        proof: undefined,
        by: still.by,
        invocations: 0,
      }
}

function isRefusal(answer: Refusal | { readonly by: string }): answer is Refusal {
  return 'reason' in answer
}
