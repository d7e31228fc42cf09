/** Which accounts a run may work in: one, and only an allowed one. */

import type { Problem } from '../../model/problem'
import type { Result } from '../../model/result'
import { readRefusal } from '../../model/refusal'
import { credentialsProblem } from './credentials'
import type { CallerIdentity } from './identity'
import type { Target } from './target'

/**
 * The caller's account is not allowed, or could not be determined.
 *
 * @param caller what STS answered
 * @param region where it was asked, for messages
 */
export function foreignAccount(
  allowed: readonly string[],
  caller: Result<CallerIdentity>,
  region: string,
): Problem | undefined {
  const input = 'allowed-account-ids'
  if (!caller.ok) {
    const { reason, detail } = readRefusal(caller.fault)
    if (reason === 'credentials-refused') return credentialsProblem([{ region, detail }], [])
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
