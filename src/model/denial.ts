/**
 * What AWS says of why a call was denied. An Allow elsewhere helps against a missing permission only, so what denied it
 * decides what to do.
 * Source: IAM User Guide, "Troubleshoot access denied error messages"; of KMS and roles, what Lambda was seen to answer.
 */

import type { Reason } from './reason'

/** AWS's phrase for the kind of policy, behind "with an explicit deny in a" or "because no … allows". */
const BY_POLICY: readonly (readonly [RegExp, Reason])[] = [
  [/^(service|resource) control policy/, 'denied-by-organization'],
  [/^permissions boundary/, 'denied-by-boundary'],
  [/^session policy/, 'denied-by-session-policy'],
  [/^vpc endpoint policy/, 'denied-by-endpoint-policy'],
]

/** The action that AWS's words say the caller lacks, such as `lambda:ListAliases`. */
export function deniedAction(text: string): string | undefined {
  return /not authorized to perform:?\s+([a-z\d-]+:[A-Za-z\d]+)/.exec(text)?.[1]
}

/** The reason that AWS's words give, where it is not simply that the permission is missing. */
export function denialReason(text: string): Reason | undefined {
  const words = text.replace(/\s+/g, ' ')
  const phrase = /explicit deny in an? |because no /i.exec(words)
  const kind = phrase === null ? '' : words.slice(phrase.index + phrase[0].length).toLowerCase()
  const ofPolicy = BY_POLICY.find(([policy]) => policy.test(kind))?.[1]
  if (ofPolicy !== undefined) return ofPolicy
  if (/with an explicit deny/i.test(words)) return 'denied-explicitly'
  // Lambda checks the key with the rights of the caller, and names the role where that is what KMS does not know.
  if (/not refer to a valid principal|cannot be assumed by Lambda/i.test(words)) {
    return 'role-not-assumable'
  }
  return /perform: kms:|KMS access was denied/i.test(words) ? 'key-denied' : undefined
}
