/** Tells hosts on the public internet from those in a private network, by their name alone. */

/** Names under these never resolve in public DNS, or are meant for inside a network (RFC 6761, 6762, 8375, 9476). */
const PRIVATE_SUFFIXES = [
  '.local',
  '.localhost',
  '.internal',
  '.lan',
  '.home',
  '.home.arpa',
  '.corp',
  '.intranet',
  '.private',
  '.svc',
  '.test',
]

/** Whether traffic to `hostname` (as `URL` gives it) probably leaves private networks. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '')
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1))

  const octets = host.split('.').map(Number)
  if (/^[0-9.]+$/.test(host) && octets.length === 4) return isPublicIpv4(octets)

  // A single label is a name of the local network, `internal-…` an internal load balancer of AWS.
  if (!host.includes('.') || /^internal-.*\.elb\.amazonaws\.com(\.cn)?$/.test(host)) return false
  return !PRIVATE_SUFFIXES.some((suffix) => host.endsWith(suffix))
}

/** The address of a machine itself: in Lambda, of the function's own execution environment. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.[0-9.]+$/.test(hostname)
}

/** Private (RFC 1918), shared (RFC 6598), link-local, loopback and "this network" are not. */
function isPublicIpv4([a = 0, b = 0]: readonly number[]): boolean {
  return !(
    a === 0 ||
    a === 10 ||
    a === 127 ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168)
  )
}

/** Loopback, unique local (fc00::/7) and link-local (fe80::/10) are not; IPv4 in IPv6 (`::ffff:a00:1`) by its IPv4. */
function isPublicIpv6(address: string): boolean {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped !== null) {
    const high = Number.parseInt(mapped[1] ?? '', 16)
    return isPublicIpv4([high >> 8, high & 255])
  }
  return !(address === '::' || address === '::1' || /^(f[cd]..|fe[89ab].):/.test(address))
}
