/** Addresses. `URL.canParse` is not used: after some thousand calls, Node.js 20 refuses what is not ASCII. */

/** `undefined`: it is not an absolute URL, nor one relative to the base. */
export function parseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
