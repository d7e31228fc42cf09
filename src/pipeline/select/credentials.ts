/** AWS does not know the caller: told once for the run, before any function is looked at. */

import { REMEDIES } from '../../model/reason'
import type { Problem } from '../../model/problem'

export interface CredentialsRefusal {
  readonly region: string
  /** AWS's words, or those of the client that found no credentials. */
  readonly detail: string
}

/** A region that the account has not enabled does not know its keys (AWS General Reference, opt-in regions). */
const UNKNOWN = /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure|OptInRequired)\b/

/**
 * @param refusals at least one
 * @param accepted regions in which a service takes the same credentials; another service of theirs may refuse them
 */
export function credentialsProblem(
  refusals: readonly CredentialsRefusal[],
  accepted: readonly string[],
): Problem {
  const regions = [...new Set(refusals.map(({ region }) => region))].sort()
  const elsewhere = accepted.filter((region) => !regions.includes(region)).sort()
  // Whatever else is wrong with them is wrong in all regions.
  const otherwise = refusals.find(({ detail }) => !UNKNOWN.test(detail))
  const detail = (otherwise ?? refusals[0])?.detail ?? ''
  const inRegions = `in ${regions.join(', ')}`
  if (elsewhere.length > 0 && otherwise === undefined) {
    return {
      input: undefined,
      message: `AWS accepts the credentials in ${elsewhere.join(', ')}, and does not accept them ${inRegions} (${detail}). Enable the region for the account, or remove it from \`regions\`.`,
    }
  }
  const hint =
    otherwise === undefined
      ? ' If they are valid elsewhere, the region is not enabled for the account.'
      : ''
  return {
    input: undefined,
    message: `AWS does not accept the credentials of this job ${inRegions} (${detail}). ${REMEDIES['credentials-refused']}${hint}`,
  }
}
