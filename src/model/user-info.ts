/** User and password in a URL (RFC 3986, section 3.2.1), also where they are written as no parser of URLs takes them. */

export interface UserInfo {
  /** `user:password`, or the user alone, which may be a token. */
  readonly together: string
  readonly user: string
  readonly password: string | undefined
}

/** Of one URL, with or without a scheme. A password may hold `/` and `@` unescaped. */
export function userInfo(url: string): UserInfo | undefined {
  const together = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(.*)@/is.exec(url.trim())?.[1]
  if (together === undefined) return undefined
  const colon = together.indexOf(':')
  return colon < 0
    ? { together, user: together, password: undefined }
    : { together, user: together.slice(0, colon), password: together.slice(colon + 1) }
}

/** The text itself where it is not percent-encoded. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function writtenAndDecoded(part: string): readonly string[] {
  return [part, percentDecoded(part)]
}
