/** Whose functions may be touched: those of one account, and only of an allowed one. */

import type { Problem } from '../../model/problem'
import type { Identity } from './identity'
import type { Target } from './select'

/** Asked only where accounts are restricted: STS needs no permission, but it is one more call. */
export async function foreignAccount(
  allowed: readonly string[],
  identity: Identity,
): Promise<Problem | undefined> {
  if (allowed.length === 0) return undefined
  const caller = await identity.whoAmI()
  const input = 'allowed-account-ids'
  if (!caller.ok) {
    return { input, message: `the caller’s account could not be found out (${caller.fault.code})` }
  }
  return allowed.includes(caller.value.account)
    ? undefined
    : {
        input,
        message: `the credentials are of account ${caller.value.account}, allowed: ${allowed.join(', ')}`,
      }
}

export function accountProblems(targets: readonly Target[], allowed: readonly string[]): Problem[] {
  const accounts = new Set(targets.flatMap((t) => (t.kind === 'found' ? [t.fn.arn.account] : [])))
  const foreign = [...accounts].filter((id) => allowed.length > 0 && !allowed.includes(id))
  if (foreign.length > 0) {
    return [
      {
        input: 'allowed-account-ids',
        message: `functions of account ${foreign.join(', ')} are selected, allowed: ${allowed.join(', ')}`,
      },
    ]
  }
  return accounts.size > 1
    ? [
        {
          input: 'functions',
          message: `functions of several accounts are selected (${[...accounts].join(', ')}); use one step for each account`,
        },
      ]
    : []
}
