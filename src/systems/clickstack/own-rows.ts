/** Which rows are a function's own, as far as its account tells: the one rule for both ways to ask. */

import type { Sought } from './telemetry-store'

/** What tells functions apart in the rows beside the account: several regions may have one name, and aliases other versions. */
export function rowKey({ region, version, functionName }: Sought): string {
  return `${region}/${version}/${functionName}`
}

/**
 * The accounts that its rows may name, the empty one for none; `any` where that cannot be known, so that only the request
 * ID can prove it.
 */
export function accountsOf({ account, accountInRows }: Sought): readonly string[] | 'any' {
  switch (accountInRows) {
    case 'written':
      return [account]
    case 'absent':
      // An SDK may bring it.
      return ['', account]
    case 'open':
      return 'any'
  }
}

/** @param account of a row, empty where it names none */
export function isOfAccount(account: string, sought: Sought): boolean {
  const accounts = accountsOf(sought)
  return accounts === 'any' || accounts.includes(account)
}
