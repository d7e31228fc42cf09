/**
 * Selects the functions, and tells whose account the run works in. Each function that AWS finds names its account, so that
 * STS is asked, in one call, only where accounts are restricted (before any other call) and where no function was found.
 */

import type { Clock } from '../../model/clock'
import type { Result } from '../../model/result'
import { accountProblems, foreignAccount } from './accounts'
import type { CallerIdentity, Identity } from './identity'
import { type SelectContext, selectFunctions, type Selection } from './select'
import type { Targets } from './targets'

/** What is told of the account, first of all. */
export type WhoseAccount =
  | ({ readonly kind: 'known' } & CallerIdentity)
  /** `why` in AWS's words. */
  | { readonly kind: 'unknown'; readonly why: string }

interface Context extends SelectContext {
  readonly identity: Identity
  readonly clock: Clock
  /** Called once, before the selection is known to anybody. */
  readonly tell: (whose: WhoseAccount) => void
}

interface SelectedInAccount {
  readonly selection: Selection
  /** In which the functions are; where none was found, the caller's. */
  readonly account: CallerIdentity | undefined
  /** `undefined`: STS was not asked, or did not answer. */
  readonly caller: CallerIdentity | undefined
}

/** Where nothing was found, for STS. A VPC without a way to it never answers. */
const STS_LIMIT_MS = 3_000

/** @param allowed accounts; empty: any */
export async function selectInAccount(
  targets: Targets,
  allowed: readonly string[],
  context: Context,
): Promise<SelectedInAccount> {
  const { identity, tell } = context
  if (allowed.length > 0) {
    const caller = await identity.whoAmI()
    tell(whose(caller))
    const problem = foreignAccount(allowed, caller, targets.regions[0] ?? '')
    if (problem) return selected({ ok: false, problems: [problem] }, caller)
    return selected(withinAccount(await selectFunctions(targets, context), allowed), caller)
  }
  const selection = withinAccount(await selectFunctions(targets, context), allowed)
  const account = accountOf(selection)
  if (account) {
    tell({ kind: 'known', ...account })
    return selected(selection, undefined)
  }
  const caller = await askInTime(context)
  tell(whose(caller))
  return selected(selection, caller)
}

function selected(
  selection: Selection,
  asked: Result<CallerIdentity> | undefined,
): SelectedInAccount {
  const caller = asked?.ok === true ? asked.value : undefined
  return { selection, account: accountOf(selection) ?? caller, caller }
}

function whose(caller: Result<CallerIdentity>): WhoseAccount {
  if (caller.ok) return { kind: 'known', ...caller.value }
  const { kind, code, text } = caller.fault
  return { kind: 'unknown', why: kind === 'aborted' ? text : code }
}

/** Of the functions, which are all in one; `undefined`: none was found. */
function accountOf(selection: Selection): CallerIdentity | undefined {
  const targets = selection.ok ? selection.targets : []
  const found = targets.flatMap((target) => (target.kind === 'found' ? [target.fn.arn] : []))[0]
  return found && { account: found.account, partition: found.partition }
}

function withinAccount(selection: Selection, allowed: readonly string[]): Selection {
  if (!selection.ok) return selection
  const problems = accountProblems(selection.targets, allowed)
  return problems.length > 0 ? { ok: false, problems } : selection
}

async function askInTime({ identity, clock }: Context): Promise<Result<CallerIdentity>> {
  const limit = new AbortController()
  const answered = new AbortController()
  void clock
    .sleep(STS_LIMIT_MS, answered.signal)
    .then(() => limit.abort(Object.assign(new Error(), { name: 'TimeoutError' })))
  const caller = await identity.whoAmI(limit.signal)
  answered.abort()
  return caller
}
