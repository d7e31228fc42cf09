/** Entries of `Resource` as IAM reads them. */

import { replaceEnclosed } from '../../model/enclosed'

const ARN_FIELDS = 6

/**
 * An ARN of fewer than six fields stands for all that begins with it: IAM adds wildcards for the missing fields, so that
 * `arn:aws:logs` means `arn:aws:logs:*:*:*` (IAM User Guide, "Identify AWS resources with ARNs"). Other entries stay.
 */
export function completedArn(entry: string): string {
  if (!entry.startsWith('arn:')) return entry
  // Colons within a policy variable separate nothing.
  const fields = replaceEnclosed(entry, ['${', '}'], '').split(':').length
  return fields < ARN_FIELDS ? `${entry}:*` : entry
}
