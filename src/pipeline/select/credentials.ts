/** AWS does not know the caller: told once for the run, before any function is looked at. */

import { REMEDIES } from '../../model/reason'
import type { Problem } from '../../model/problem'

export interface CredentialsRefusal {
  readonly region: string
  /** AWS's words, or those of the client that found no credentials. */
  readonly detail: string
}

/**
 * @param refusals at least one
 * @param accepted regions that take the same credentials
 */
export function credentialsProblem(
  refusals: readonly CredentialsRefusal[],
  accepted: readonly string[],
): Problem {
  const regions = [...new Set(refusals.map(({ region }) => region))].sort()
  const detail = refusals[0]?.detail ?? ''
  const inRegions = `in ${regions.join(', ')}`
  if (accepted.length > 0) {
    return {
      input: undefined,
      message: `AWS accepts the credentials in ${[...accepted].sort().join(', ')}, and does not accept them ${inRegions} (${detail}). Enable the region for the account, or remove it from \`regions\`.`,
    }
  }
  // A region that the account has not enabled does not know its keys (AWS General Reference, opt-in regions).
  const isUnknown = /^(UnrecognizedClient|InvalidClientTokenId|AuthFailure|OptIn)/.test(detail)
  const hint = isUnknown
    ? ' If they are valid elsewhere, the region is not enabled for the account.'
    : ''
  return {
    input: undefined,
    message: `AWS does not accept the credentials of this job ${inRegions} (${detail}). ${REMEDIES['credentials-refused']}${hint}`,
  }
}
