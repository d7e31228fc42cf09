/** Which accounts a run may work in: one, and only an allowed one. */

import type { Problem } from '../../model/problem'
import { readRefusal } from '../../model/refusal'
import { credentialsProblem } from './credentials'
import type { Identity } from './identity'
import type { Target } from './target'

/**
 * Calls STS only where accounts are restricted: it needs no permission, but it is one more call.
 *
 * @param region where it is asked, for messages
 */
export async function foreignAccount(
  allowed: readonly string[],
  identity: Identity,
  region: string,
): Promise<Problem | undefined> {
  if (allowed.length === 0) return undefined
  const caller = await identity.whoAmI()
  const input = 'allowed-account-ids'
  if (!caller.ok && caller.fault.kind === 'unauthenticated') {
    return credentialsProblem([{ region, detail: readRefusal(caller.fault).detail }], [])
  }
  if (!caller.ok) {
    return {
      input,
      message: `The caller’s account could not be determined (${caller.fault.code}).`,
    }
  }
  return allowed.includes(caller.value.account)
    ? undefined
    : {
        input,
        message: `The credentials belong to account ${caller.value.account}. Allowed: ${allowed.join(', ')}.`,
      }
}

export function accountProblems(targets: readonly Target[], allowed: readonly string[]): Problem[] {
  const accounts = new Set(targets.flatMap((t) => (t.kind === 'found' ? [t.fn.arn.account] : [])))
  const foreign = [...accounts].filter((id) => allowed.length > 0 && !allowed.includes(id))
  if (foreign.length > 0) {
    return [
      {
        input: 'allowed-account-ids',
        message: `\`functions\` selects functions of account ${foreign.join(', ')}. Allowed: ${allowed.join(', ')}.`,
      },
    ]
  }
  return accounts.size > 1
    ? [
        {
          input: 'functions',
          message: `\`functions\` selects functions of several accounts (${[...accounts].join(', ')}). Use one step for each account.`,
        },
      ]
    : []
}
