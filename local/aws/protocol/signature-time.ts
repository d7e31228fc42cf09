/** A signature holds for five minutes around the time in it: a client whose clock differs by more is refused. */
import { AwsError } from './errors'

const HOLDS_MS = 5 * 60_000

/** The Query protocol's name for it; everywhere else it is `InvalidSignatureException`. */
const OF_QUERY: ReadonlySet<string> = new Set(['iam', 'sts'])

/** @param signedAt the header `X-Amz-Date`, as `20261127T093000Z` */
export function signatureTimeRefusal(
  signedAt: string | string[] | undefined,
  now: number,
  service: string,
): AwsError | undefined {
  const time = timeOf(String(signedAt))
  if (Number.isNaN(time) || Math.abs(time - now) <= HOLDS_MS) return undefined
  const name = OF_QUERY.has(service) ? 'SignatureDoesNotMatch' : 'InvalidSignatureException'
  const isPast = time < now
  const limit = now + (isPast ? -HOLDS_MS : HOLDS_MS)
  const [what, order, sign] = isPast
    ? ['Signature expired', 'earlier', '-']
    : ['Signature not yet current', 'later', '+']
  return new AwsError(
    name,
    403,
    `${what}: ${basic(time)} is now ${order} than ${basic(limit)} (${basic(now)} ${sign} 5 min.)`,
  )
}

function timeOf(basicFormat: string): number {
  return Date.parse(
    basicFormat.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
}

function basic(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '')
}
